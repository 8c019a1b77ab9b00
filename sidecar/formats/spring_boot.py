"""Spring Boot's console: ``2026-11-24T10:00:00.123Z  INFO 1 --- [main] o.e.Shop : text``.

Before 3.0 the stamp has a blank and no zone; from 3.2 on the application's name may stand before
the thread, and the ids of a trace, or blanks as wide, behind it. Names of threads and loggers are
cut as they were printed.
"""

from __future__ import annotations

from sidecar.formats.pieces import (
    BRACKETED,
    LEVEL_FIELD,
    LOOSE_STAMP,
    OPENS,
    STAMP,
    TIMESTAMP_FIELD,
    WHOLE,
)
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_IDS = rb"\[(?:[0-9a-f]{16,32}-[0-9a-f]{16}| {20,60})\] "

SPRING_BOOT = Format(
    name="spring_boot",
    summary="Spring Boot's default console and file, of Boot 1 to 3",
    source="https://github.com/spring-projects/spring-boot: org/springframework/boot/logging/"
    "logback/defaults.xml, DefaultLogbackConfiguration.java",
    pattern=(
        STAMP + rb" ++(?P<origin>(?P<level>[A-Z]{3,10}) ++(?:(?P<pid>%b) ++|\?{4} ++)?--- "
        # Brackets before others are the application's, unless those others are the ids.
        rb"(?:\[(?P<app>[^\]\n]+)\] (?=\[)(?!%b))?"
        # Of blanks alone the last is the thread's; others are never tried in two ways.
        rb"\[(?: *+(?! *\])| *(?= \]))(?P<thread>%b)\] )"
        % (WHOLE, _IDS, BRACKETED)
        + rb"(?:\[(?:(?P<trace>[0-9a-f]{16,32})-(?P<span>[0-9a-f]{16})| {20,60})\] )?"
        rb"(?P<logger>[^ \[\n][^ \n]*+) ++: " + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "pid": Field(Kind.DIGITS, optional=True),
        "app": Field(optional=True),
        "thread": Field(),
        "trace": Field(optional=True, plain=True),
        "span": Field(optional=True, plain=True),
        "logger": Field(),
        "message": Field(),
    },
    runs={
        "origin": frozenset({"level", "pid", "app", "thread"}),
        "logger": frozenset({"logger"}),
    },
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00.123  INFO 16256 --- [           main] "
            "o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port(s): 8080 (http)",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "pid": 16256,
                "thread": "main",
                "logger": "o.s.b.w.embedded.tomcat.TomcatWebServer",
                "message": "Tomcat started on port(s): 8080 (http)",
            },
        ),
        Sample(
            "2026-11-24T10:00:00.123+01:00 ERROR 1 --- [shop] [nio-8080-exec-1] "
            "[68a1f2b3c4d5e6f708192a3b4c5d6e7f-08192a3b4c5d6e7f] "
            "o.a.c.c.C.[.[.[/].[dispatcherServlet]    : Servlet.service() threw\n"
            "\n"
            "java.lang.IllegalStateException: no paper\n"
            "\tat org.example.Shop.sell(Shop.java:41) ~[classes/:na]",
            {
                "timestamp": "2026-11-24T09:00:00.123Z",
                "level": "ERROR",
                "pid": 1,
                "app": "shop",
                "thread": "nio-8080-exec-1",
                "trace": "68a1f2b3c4d5e6f708192a3b4c5d6e7f",
                "span": "08192a3b4c5d6e7f",
                "logger": "o.a.c.c.C.[.[.[/].[dispatcherServlet]",
                "message": "Servlet.service() threw\n\njava.lang.IllegalStateException: no paper\n"
                "\tat org.example.Shop.sell(Shop.java:41) ~[classes/:na]",
            },
        ),
        Sample(
            "2026-11-24T10:00:00.123Z DEBUG --- [shop] [   scheduling-1] "
            "[                                                 ] org.example.Stock"
            "                        : 3 left",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "DEBUG",
                "app": "shop",
                "thread": "scheduling-1",
                "logger": "org.example.Stock",
                "message": "3 left",
            },
        ),
    ),
)
