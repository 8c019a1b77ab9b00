"""The usual layouts of log4j and logback: ``2026-11-24 10:00:00,123 INFO [main] a.B - text``.

Level and thread may change places (``%d [%t] %-5p %c - %m%n``), the thread may lack, the stamp is
ISO 8601 as ``fields.iso`` takes it. The level is one of those that Java's loggers print: without a
thread nothing else tells such a head. What these layouts print otherwise (MDC, markers) is for a
layout of the user's.
"""

from __future__ import annotations

from sidecar.formats.pieces import (
    BRACKETED,
    LEVEL,
    LEVEL_FIELD,
    LOOSE_STAMP,
    OPENS,
    STAMP,
    TIMESTAMP_FIELD,
)
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Sample

_THREAD = rb"\[%b\]" % BRACKETED
_LOGGER = rb"[^ (\[\n][^ \n]*"

LOG4J = Format(
    name="log4j",
    summary="log4j's and logback's usual layouts: stamp, level and [thread], logger - message",
    source="https://logging.apache.org/log4j/2.x/manual/pattern-layout.html; "
    "https://logback.qos.ch/manual/layouts.html",
    pattern=(
        STAMP
        # A group has one place, these have two: each is found by looking ahead.
        + rb" ++(?P<origin>(?=(?:%b ++)?\[(?P<thread>%b)\] |)(?=(?:%b ++)?(?P<level>%b) )"
        % (LEVEL, BRACKETED, _THREAD, LEVEL)
        + rb"(?:%b ++%b|%b(?: ++%b)?) ++(?P<logger>%b)) - "
        % (_THREAD, LEVEL, LEVEL, _THREAD, _LOGGER)
        + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "thread": Field(optional=True),
        "logger": Field(),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "thread", "logger"})},
    loose={
        "timestamp": LOOSE_STAMP,
        "origin": rb"(?:%b ++[A-Z]++|[A-Z]++(?: ++%b)?) ++%b" % (_THREAD, _THREAD, _LOGGER),
    },
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00,123 WARN  [http-nio-8080-exec-1] "
            "org.hibernate.engine.jdbc.spi.SqlExceptionHelper - SQL Error: 0, SQLState: 08S01\n"
            "com.mysql.jdbc.CommunicationsException: Communications link failure\n"
            "\tat com.mysql.jdbc.MysqlIO.send(MysqlIO.java:3703)",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "WARN",
                "thread": "http-nio-8080-exec-1",
                "logger": "org.hibernate.engine.jdbc.spi.SqlExceptionHelper",
                "message": "SQL Error: 0, SQLState: 08S01\n"
                "com.mysql.jdbc.CommunicationsException: Communications link failure\n"
                "\tat com.mysql.jdbc.MysqlIO.send(MysqlIO.java:3703)",
            },
        ),
        Sample(
            "2026-11-24T10:00:00.123456+0100 [pool-2-thread-[1]] FATAL c.e.shop.Cart - No paper",
            {
                "timestamp": "2026-11-24T09:00:00.123456Z",
                "level": "CRITICAL",
                "thread": "pool-2-thread-[1]",
                "logger": "c.e.shop.Cart",
                "message": "No paper",
            },
        ),
        Sample(
            "2026-11-24 10:00:00  INFO org.example.Main - Listening - port 8080",
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "level": "INFO",
                "logger": "org.example.Main",
                "message": "Listening - port 8080",
            },
        ),
    ),
)
