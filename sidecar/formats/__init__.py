"""The catalogue: every format, in the order ``auto`` tries them.

No line of one is a line of another, as a test over all samples and golden files says, so the order
decides about time alone: the formats that most files here are in come first, and are found without
so much as compiling the others. A line is only held against formats that begin with its first byte.
"""

from __future__ import annotations

from sidecar.formats.access import ACCESS
from sidecar.formats.apache_error import APACHE_ERROR
from sidecar.formats.bracket import BRACKET
from sidecar.formats.jboss import JBOSS
from sidecar.formats.json import JSON
from sidecar.formats.juli import JULI
from sidecar.formats.log4j import LOG4J
from sidecar.formats.nginx_error import NGINX_ERROR
from sidecar.formats.postgresql import POSTGRESQL
from sidecar.formats.python import PYTHON
from sidecar.formats.raw import RAW
from sidecar.formats.spring_boot import SPRING_BOOT
from sidecar.formats.syslog_rfc5424 import SYSLOG_RFC5424

FORMATS = (
    BRACKET,
    JULI,
    ACCESS,
    JSON,
    SPRING_BOOT,
    LOG4J,
    PYTHON,
    JBOSS,
    NGINX_ERROR,
    APACHE_ERROR,
    POSTGRESQL,
    SYSLOG_RFC5424,
    RAW,
)

BY_NAME = {format_.name: format_ for format_ in FORMATS}
