"""MongoDB's log up to 4.2: ``2019-02-13T17:45:01.012+0000 I  NETWORK  [conn1] text``.

Before 3.0 it has neither severity nor component; then only the threads that MongoDB has tell such
a line. 2.4 and older, and ``timeStampFormat: ctime``, write ``Wed Feb 13 17:45:01.012``, local and
without a year. Since 4.4 the log is JSON.
"""

from __future__ import annotations

from sidecar.fields import dates, iso
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import DAY, HOUR, LEAP_SECOND, MINUTE, MONTH_NAME, WEEKDAY_NAME
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import LEVEL_FIELD, logged
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_CTIME = dates.stamp(
    (
        Part("", WEEKDAY_NAME),
        literal(" "),
        Part("month_name", MONTH_NAME),
        literal(" "),
        Part("day", DAY.blanks),
        literal(" "),
        Part("hour", HOUR.zeros),
        literal(":"),
        Part("minute", MINUTE.zeros),
        literal(":"),
        Part("second", LEAP_SECOND.zeros),
    )
)

#: Threads of versions that write no component.
_THREADS = (
    rb"(?:initandlisten|mongosMain|conn\d{1,9}|rs[A-Z]\w{2,24}|repl[a-z ]{4,20}\d{0,3}"
    rb"|signalProcessingThread|interruptThread|clientcursormon|FileAllocator|DataFileSync|journal"
    rb"|TTLMonitor|websvr|snapshotthread|PeriodicTask::Runner|Balancer|LockPinger|ReplicaSet\w*)"
)


def _stamp(text: str, reading: Reading) -> str:
    return (iso.STAMP if text[0].isdigit() else _CTIME).read(text, reading)


MONGODB = Format(
    name="mongodb",
    summary="the log of MongoDB up to 4.2; since 4.4 it is json",
    source="https://www.mongodb.com/docs/v4.2/reference/log-messages/; "
    "https://github.com/mongodb/mongo: src/mongo/logger/message_event_utf8_encoder.cpp",
    pattern=(
        rb"(?P<timestamp>%b|%b)(?P<fraction>(?:\.\d{3})?)(?P<offset>(?:Z|[+-]\d{4})?) "
        rb"(?P<origin>(?:(?P<level>[FEWI]|D[1-5]?) ++(?:-|(?P<component>[A-Z_]{2,12})) ++"
        rb"|(?=\[%b\]))\[(?P<thread>[^\]\n]++)\]) "
        % (logged(iso.STAMP.pattern), _CTIME.pattern, _THREADS)
        + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _stamp),
        "level": LEVEL_FIELD._replace(optional=True),
        "component": Field(optional=True),
        "thread": Field(),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "component", "thread"})},
    joins=Joins.ANYTHING,
    starts=rb"12MTWFS",
    opens=rb"[12]\d\d\d-\d\d-\d\d[T ]|[MTWFS][a-z]{2} [A-Z][a-z]{2} [ \d]\d ",
    holds=b"[",
    yearless=True,
    samples=(
        Sample(
            "2019-02-13T17:45:01.012+0100 I  NETWORK  [conn12] end connection 192.0.2.7:50134 "
            "(3 connections now open)",
            {
                "timestamp": "2019-02-13T16:45:01.012Z",
                "level": "INFO",
                "component": "NETWORK",
                "thread": "conn12",
                "message": "end connection 192.0.2.7:50134 (3 connections now open)",
            },
        ),
        Sample(
            "2019-02-13T17:45:01.013Z F -        [rsSync] Invariant failure !found src/mongo/db/"
            "repl/sync.cpp 41\n"
            "2019-02-13T17:45:01.013Z BACKTRACE",
            {
                "timestamp": "2019-02-13T17:45:01.013Z",
                "level": "CRITICAL",
                "thread": "rsSync",
                "message": "Invariant failure !found src/mongo/db/repl/sync.cpp 41\n"
                "2019-02-13T17:45:01.013Z BACKTRACE",
            },
        ),
        Sample(
            "2014-11-03T18:28:32.450-0500 [initandlisten] waiting for connections on port 27017",
            {
                "timestamp": "2014-11-03T23:28:32.450Z",
                "thread": "initandlisten",
                "message": "waiting for connections on port 27017",
            },
        ),
        Sample(
            "Sun Nov 29 17:45:01.012 [conn3] end connection 127.0.0.1:50134",
            {
                "timestamp": "2026-11-29T17:45:01.012Z",
                "thread": "conn3",
                "message": "end connection 127.0.0.1:50134",
            },
        ),
        Sample(
            "2019-02-13T17:45:01.014+0000 D2 COMMAND  [PeriodicTaskRunner] task: "
            "UnusedLockCleaner took: 0ms",
            {
                "timestamp": "2019-02-13T17:45:01.014Z",
                "level": "DEBUG",
                "component": "COMMAND",
                "thread": "PeriodicTaskRunner",
                "message": "task: UnusedLockCleaner took: 0ms",
            },
        ),
    ),
)
