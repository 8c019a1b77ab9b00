"""Tomcat JULI, one line: ``23-Nov-2026 21:46:01.123 INFO [main] org.x.Host.deploy text``.

The level's name and the month's are those of the JVM's locale; ``logger`` is the class and the
method as printed. A throwable follows on lines of its own, and a message may hold newlines.
"""

from __future__ import annotations

from sidecar.fields import levels, timestamps
from sidecar.formats.pieces import BRACKETED
from sidecar.formats.spec import Field, Format, Joins, Kind, Sample

JULI = Format(
    name="juli",
    summary="Tomcat's catalina.out and its siblings (java.util.logging, OneLineFormatter)",
    source="https://github.com/apache/tomcat: java/org/apache/juli/OneLineFormatter.java",
    pattern=(
        rb"(?P<timestamp>\d\d-[^\s-]{1,12}-\d{4} \d\d:\d\d:\d\d)"
        rb"(?P<fraction>[.,]\d{1,9}|) "
        rb"(?P<level>"
        + levels.PATTERN
        + rb") \[(?P<origin>(?P<thread>"
        + BRACKETED
        + rb")\] (?P<logger>[^ \n]+)) (?P<message>.*)"
    ),
    fields={
        "timestamp": Field(Kind.STAMP, timestamps.day_month_year),
        "level": Field(Kind.LOOKUP, lambda text, _: levels.read(text)),
        "thread": Field(),
        "logger": Field(),
        "message": Field(),
    },
    runs={"origin": frozenset({"thread", "logger"})},
    loose={
        "timestamp": rb"[^ ]{10,20} [^ ]{8}",
        "level": rb"[^[\n]+",
        # A branch costs less than a loop that is not gone into.
        "origin": rb"[^]]*\](?: |(?>(?:(?! )[^]]*\])+) )[^ ]+",
    },
    joins=Joins.ANYTHING,
    starts=rb"0-9",
    holds=b"]",
    samples=(
        Sample(
            "23-Nov-2026 21:46:01.123 INFO [main] org.apache.catalina.startup.Catalina.start "
            "Server startup in [1234] milliseconds",
            {
                "timestamp": "2026-11-23T21:46:01.123Z",
                "level": "INFO",
                "thread": "main",
                "logger": "org.apache.catalina.startup.Catalina.start",
                "message": "Server startup in [1234] milliseconds",
            },
        ),
        Sample(
            "23-Nov-2026 21:46:02.000 SEVERE [http-nio-8080-exec-1] "
            "org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() threw\n"
            '\tjava.lang.IllegalStateException: no "seat" left\n'
            "\t\tat shop.Cart.add(Cart.java:7)",
            {
                "timestamp": "2026-11-23T21:46:02.000Z",
                "level": "ERROR",
                "thread": "http-nio-8080-exec-1",
                "logger": "org.apache.catalina.core.StandardWrapperValve.invoke",
                "message": "Servlet.service() threw\n"
                '\tjava.lang.IllegalStateException: no "seat" left\n'
                "\t\tat shop.Cart.add(Cart.java:7)",
            },
        ),
        Sample(
            "01-Jan-2027 00:00:00.5 FINE [ContainerBackgroundProcessor[StandardEngine[Catalina]]] "
            "org.apache.catalina.Session.<init> a",
            {
                "timestamp": "2027-01-01T00:00:00.5Z",
                "level": "DEBUG",
                "thread": "ContainerBackgroundProcessor[StandardEngine[Catalina]]",
                "logger": "org.apache.catalina.Session.<init>",
                "message": "a",
            },
        ),
    ),
)
