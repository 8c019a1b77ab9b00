"""Redis's log: ``1:M 29 Nov 2026 10:00:00.123 * text``, and Valkey's, which is the same.

Versions before 3.0 write ``[1]`` and tell no role, those before 2.6 no fraction; the year came with
5.0. A signal's handler knows the seconds since 1970 and no level. The stamp is local and has no
zone. What Redis prints of a crash, and its logo, joins.
"""

from __future__ import annotations

from sidecar.fields import dates, epochs, levels
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import DAY, HOUR, LEAP_SECOND, MINUTE, MONTH_NAME, YEAR
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import WHOLE, logged
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_DATE = (Part("day", DAY.zeros), literal(" "), Part("month_name", MONTH_NAME), literal(" "))
_TIME = (
    Part("hour", HOUR.zeros),
    literal(":"),
    Part("minute", MINUTE.zeros),
    literal(":"),
    Part("second", LEAP_SECOND.zeros),
)
_MOMENT = dates.stamp((*_DATE, Part("year", YEAR), literal(" "), *_TIME))
_YEARLESS = dates.stamp((*_DATE, *_TIME))
_EPOCH = dates.stamp(epochs.parts())

_ROLES = {"C": "child", "M": "master", "S": "replica", "X": "sentinel"}


def _stamp(text: str, reading: Reading) -> str:
    if text.isdigit():
        return _EPOCH.read(text, reading)
    return (_YEARLESS if text[9] == ":" else _MOMENT).read(text, reading)


REDIS = Format(
    name="redis",
    summary="the log of Redis 2 to 7, its sentinels, and Valkey",
    source="https://github.com/redis/redis: src/server.c, serverLogRaw and serverLogFromHandler",
    pattern=(
        rb"(?P<origin>(?=\d{1,18}:|\[)\[?(?P<pid>%b)"
        rb"(?:(?: \| signal handler)?\]|:(?:(?P<role>[CMSX])|signal-handler))) "
        rb"\(?(?P<timestamp>%b|%b|\d{9,11}(?=\)))(?P<fraction>(?:\.\d{3})?)"
        # A blank is part of the level: a mark alone, "-", would be what is absent.
        rb"(?:\)|(?P<level> [.*#-])) "
        % (WHOLE, logged(_MOMENT.pattern), _YEARLESS.pattern)
        + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _stamp),
        "level": Field(
            Kind.LOOKUP, lambda text, _: levels.read(text[1:], levels.REDIS), optional=True
        ),
        "pid": Field(Kind.DIGITS),
        "role": Field(Kind.LOOKUP, lambda text, _: _ROLES[text], optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"pid", "role"})},
    joins=Joins.ANYTHING,
    starts=rb"\d\[",
    opens=rb"\[\d++(?: \| signal handler)?\] \(?\d|\d++:(?:[CMSX]|signal-handler) \(?\d",
    holds=b" ",
    yearless=True,
    samples=(
        Sample(
            "1:M 29 Nov 2026 10:00:00.123 * Ready to accept connections tcp",
            {
                "timestamp": "2026-11-29T10:00:00.123Z",
                "level": "NOTICE",
                "pid": 1,
                "role": "master",
                "message": "Ready to accept connections tcp",
            },
        ),
        Sample(
            "4711:X 29 Nov 2026 10:00:01.002 # +sdown master mymaster 192.0.2.7 6379",
            {
                "timestamp": "2026-11-29T10:00:01.002Z",
                "level": "WARN",
                "pid": 4711,
                "role": "sentinel",
                "message": "+sdown master mymaster 192.0.2.7 6379",
            },
        ),
        Sample(
            "1:signal-handler (1795946402) Received SIGTERM scheduling shutdown...\n1:M: no head",
            {
                "timestamp": "2026-11-29T10:00:02Z",
                "pid": 1,
                "message": "Received SIGTERM scheduling shutdown...\n1:M: no head",
            },
        ),
        Sample(
            "[22] 29 Nov 10:00:03.000 . Accepted 127.0.0.1:50134",
            {
                "timestamp": "2026-11-29T10:00:03.000Z",
                "level": "DEBUG",
                "pid": 22,
                "message": "Accepted 127.0.0.1:50134",
            },
        ),
        Sample(
            "22:C 29 Nov 2026 10:00:02.500 - DB saved on disk",
            {
                "timestamp": "2026-11-29T10:00:02.500Z",
                "level": "INFO",
                "pid": 22,
                "role": "child",
                "message": "DB saved on disk",
            },
        ),
    ),
)
