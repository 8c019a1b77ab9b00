"""Jetty's own log on stderr: ``2026-11-24 10:00:00.123:INFO:oejs.Server:main: text``.

Names of loggers are cut to the first letters of their packages. Jetty 8 and before names no
thread, and Jetty 10 pads the level. A throwable follows on lines of its own. The request log is of
the format ``access``.
"""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, OPENS, STAMP, TIMESTAMP_FIELD
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Sample

JETTY = Format(
    name="jetty",
    summary="Jetty's own log: stamp:LEVEL:logger:thread: message",
    source="https://github.com/jetty/jetty.project: org/eclipse/jetty/util/log/StdErrLog.java, "
    "org/eclipse/jetty/logging/StdErrAppender.java",
    pattern=(
        STAMP + rb":(?P<origin>(?P<level>TRACE|DBUG|DEBUG|INFO|WARN|ERROR) ?:"
        rb"(?P<logger>[^:\n]+)?:(?: *(?P<thread>[^ :\n]+(?>(?::[^ :\n]+)*)):(?!\S) ?)?)" + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "thread": Field(optional=True),
        "logger": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "thread", "logger"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00.123:INFO:oejs.Server:main: jetty-9.4.53.v20231009; jvm 17.0.9+9",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "thread": "main",
                "logger": "oejs.Server",
                "message": "jetty-9.4.53.v20231009; jvm 17.0.9+9",
            },
        ),
        Sample(
            "2026-11-24 10:00:00.124:WARN :oejs.HttpChannel:qtp1904783235-17: /shop\n"
            "java.lang.IllegalStateException: no paper\n"
            "\tat org.example.Shop.sell(Shop.java:41)",
            {
                "timestamp": "2026-11-24T10:00:00.124Z",
                "level": "WARN",
                "thread": "qtp1904783235-17",
                "logger": "oejs.HttpChannel",
                "message": "/shop\njava.lang.IllegalStateException: no paper\n"
                "\tat org.example.Shop.sell(Shop.java:41)",
            },
        ),
        Sample(
            "2026-11-24 10:00:00.125:DBUG:oejs.AbstractConnector:Started "
            "SelectChannelConnector@0.0.0.0:8080",
            {
                "timestamp": "2026-11-24T10:00:00.125Z",
                "level": "DEBUG",
                "logger": "oejs.AbstractConnector",
                "message": "Started SelectChannelConnector@0.0.0.0:8080",
            },
        ),
    ),
)
