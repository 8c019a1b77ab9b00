"""JBoss's and WildFly's server.log: ``2026-11-24 10:00:00,123 INFO  [org.jboss.as] (main) text``.

Names of loggers may hold brackets, those of threads parentheses. WildFly's console has the time
alone and tells no moment. Quarkus's console is as the server's log; its files have the host, the
process and the pid before the level.
"""

from __future__ import annotations

from sidecar.formats.pieces import (
    LEVEL_FIELD,
    LOOSE_STAMP,
    OPENS,
    STAMP,
    TIMESTAMP_FIELD,
    WHOLE,
    up_to,
)
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

JBOSS = Format(
    name="jboss",
    summary="the server.log of WildFly and JBoss EAP, and Quarkus: stamp LEVEL [logger] (thread)",
    source="https://docs.wildfly.org/30/Admin_Guide.html#Logging; "
    "https://github.com/jboss-logging/jboss-logmanager: FormatStringParser.java; "
    "https://quarkus.io/guides/logging",
    pattern=(
        STAMP + rb" ++(?P<origin>"
        rb"(?:(?P<host>[^ \[\n]+) (?P<process_name>[^ \[\n]+)\[(?P<pid>%b)\] ++)?"
        rb"(?P<level>[A-Z]{3,12}) ++"
        rb"\[(?P<logger>%b)\] \((?P<thread>[^()\n]*(?>(?:\([^()\n]*\)[^()\n]*)*))\)) "
        % (WHOLE, up_to(rb"\]", rb" \("))
        + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "host": Field(optional=True),
        "process_name": Field(optional=True),
        "pid": Field(Kind.DIGITS, optional=True),
        "logger": Field(),
        "thread": Field(),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "host", "process_name", "pid", "logger", "thread"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00,123 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0025: "
            "WildFly Full 30.0.0.Final (WildFly Core 22.0.1.Final) started in 2501ms",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "logger": "org.jboss.as",
                "thread": "Controller Boot Thread",
                "message": "WFLYSRV0025: WildFly Full 30.0.0.Final (WildFly Core 22.0.1.Final) "
                "started in 2501ms",
            },
        ),
        Sample(
            "2026-11-24 10:00:00,124 ERROR [org.apache.catalina.core.ContainerBase.[jboss.web]."
            "[default-host].[/shop]] (http--0.0.0.0-8080-1) Servlet.service() threw: "
            "java.lang.IllegalStateException: no paper\n"
            "\tat org.example.Shop.sell(Shop.java:41) [classes:]",
            {
                "timestamp": "2026-11-24T10:00:00.124Z",
                "level": "ERROR",
                "logger": "org.apache.catalina.core.ContainerBase.[jboss.web]."
                "[default-host].[/shop]",
                "thread": "http--0.0.0.0-8080-1",
                "message": "Servlet.service() threw: java.lang.IllegalStateException: no paper\n"
                "\tat org.example.Shop.sell(Shop.java:41) [classes:]",
            },
        ),
        Sample(
            "2026-11-24 10:00:00,126 host1 quarkus-run.jar[7] INFO  [io.quarkus] (main) shop "
            "1.0 on JVM (powered by Quarkus 3.6.0) started in 0.9s. Listening on: http://:8080",
            {
                "timestamp": "2026-11-24T10:00:00.126Z",
                "level": "INFO",
                "host": "host1",
                "process_name": "quarkus-run.jar",
                "pid": 7,
                "logger": "io.quarkus",
                "thread": "main",
                "message": "shop 1.0 on JVM (powered by Quarkus 3.6.0) started in 0.9s. "
                "Listening on: http://:8080",
            },
        ),
        Sample(
            "2026-11-24 10:00:00,125 WARN  [org.hornetq.core.client] "
            "(Thread-0 (HornetQ-client-global-threads-17)) HQ212037: Connection failure",
            {
                "timestamp": "2026-11-24T10:00:00.125Z",
                "level": "WARN",
                "logger": "org.hornetq.core.client",
                "thread": "Thread-0 (HornetQ-client-global-threads-17)",
                "message": "HQ212037: Connection failure",
            },
        ),
    ),
)
