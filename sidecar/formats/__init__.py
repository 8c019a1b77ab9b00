"""The catalogue: every format, in the order ``auto`` tries them.

No line of one is a line of another: tests hold every sample against every pattern, and every golden
file against ``auto``. So the order decides about time alone. The formats that ask least and have
most files come first, then those whose stamps look alike, the one that asks most of a line before
the others. A pattern is compiled when a line begins as its heads do, and not before.
"""

from __future__ import annotations

from sidecar.formats.access import ACCESS
from sidecar.formats.access_vhost import ACCESS_VHOST
from sidecar.formats.airflow import AIRFLOW
from sidecar.formats.apache_error import APACHE_ERROR
from sidecar.formats.bracket import BRACKET
from sidecar.formats.celery import CELERY
from sidecar.formats.cri import CRI
from sidecar.formats.django import DJANGO
from sidecar.formats.docker import DOCKER
from sidecar.formats.dotnet import DOTNET
from sidecar.formats.gunicorn import GUNICORN
from sidecar.formats.haproxy import HAPROXY
from sidecar.formats.java_gc import JAVA_GC
from sidecar.formats.jboss import JBOSS
from sidecar.formats.jetty import JETTY
from sidecar.formats.json import JSON
from sidecar.formats.juli import JULI
from sidecar.formats.juli_json import JULI_JSON
from sidecar.formats.juli_two_line import JULI_TWO_LINE
from sidecar.formats.klog import KLOG
from sidecar.formats.leveled import LEVELED
from sidecar.formats.log4j import LOG4J
from sidecar.formats.logfmt import LOGFMT
from sidecar.formats.mongodb import MONGODB
from sidecar.formats.mysql_error import MYSQL_ERROR
from sidecar.formats.mysql_general import MYSQL_GENERAL
from sidecar.formats.mysql_slow import MYSQL_SLOW
from sidecar.formats.nginx_error import NGINX_ERROR
from sidecar.formats.odoo import ODOO
from sidecar.formats.oslo import OSLO
from sidecar.formats.postgresql import POSTGRESQL
from sidecar.formats.python import PYTHON
from sidecar.formats.raw import RAW
from sidecar.formats.redis import REDIS
from sidecar.formats.ruby import RUBY
from sidecar.formats.spring_boot import SPRING_BOOT
from sidecar.formats.stamped import STAMPED
from sidecar.formats.syslog_rfc3164 import SYSLOG_RFC3164
from sidecar.formats.syslog_rfc5424 import SYSLOG_RFC5424
from sidecar.formats.uvicorn import UVICORN
from sidecar.formats.w3c import W3C
from sidecar.formats.weblogic import WEBLOGIC
from sidecar.formats.websphere import WEBSPHERE

FORMATS = (
    BRACKET,
    JULI,
    ACCESS,
    ACCESS_VHOST,
    CRI,
    JULI_JSON,
    DOCKER,
    JSON,
    SPRING_BOOT,
    LOG4J,
    PYTHON,
    GUNICORN,
    UVICORN,
    CELERY,
    AIRFLOW,
    ODOO,
    OSLO,
    DJANGO,
    JBOSS,
    JETTY,
    NGINX_ERROR,
    APACHE_ERROR,
    HAPROXY,
    JAVA_GC,
    JULI_TWO_LINE,
    WEBSPHERE,
    WEBLOGIC,
    RUBY,
    DOTNET,
    W3C,
    POSTGRESQL,
    MYSQL_ERROR,
    MYSQL_GENERAL,
    MYSQL_SLOW,
    MONGODB,
    REDIS,
    SYSLOG_RFC5424,
    SYSLOG_RFC3164,
    KLOG,
    LOGFMT,
    STAMPED,
    LEVELED,
    RAW,
)

BY_NAME = {format_.name: format_ for format_ in FORMATS}
