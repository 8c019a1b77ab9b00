"""The catalogue: every format, in the order ``auto`` tries them.

No line of one is a line of another: tests hold every sample against every pattern, and every golden
file against ``auto``. So the order decides about time alone. The formats that ask least and have
most files come first, then those whose stamps look alike, the one that asks most of a line before
the others. A pattern is compiled when a line begins as its heads do, and not before; a declaration
is imported when it is asked for, so who is told the format of his files waits for no other, and
holds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sidecar.formats.spec import Format

    FORMATS: tuple[Format, ...]  # all of them
    BY_NAME: Mapping[str, Format]

#: Each has a module of its name, which declares it under its name in capitals.
NAMES = (
    "bracket",
    "juli",
    "access",
    "access_vhost",
    "cri",
    "juli_json",
    "docker",
    "json",
    "spring_boot",
    "log4j",
    "python",
    "gunicorn",
    "uvicorn",
    "celery",
    "airflow",
    "odoo",
    "oslo",
    "django",
    "jboss",
    "jetty",
    "nginx_error",
    "apache_error",
    "haproxy",
    "java_gc",
    "juli_two_line",
    "websphere",
    "weblogic",
    "ruby",
    "dotnet",
    "w3c",
    "postgresql",
    "mysql_error",
    "mysql_general",
    "mysql_slow",
    "mongodb",
    "redis",
    "syslog_rfc5424",
    "syslog_rfc3164",
    "klog",
    "logfmt",
    "stamped",
    "leveled",
    "raw",
)


@cache
def named(name: str) -> Format:
    """Give a format of the catalogue by its name."""
    found: Format = getattr(import_module(f"{__name__}.{name}"), name.upper())
    return found


def __getattr__(name: str) -> Any:
    if name == "FORMATS":
        value: Any = tuple(map(named, NAMES))
    elif name == "BY_NAME":
        value = dict(zip(NAMES, map(named, NAMES), strict=True))
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
