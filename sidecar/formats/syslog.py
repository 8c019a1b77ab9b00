"""What the formats of syslog have in common: the priority, and the stamps that daemons put first.

``Nov 29 10:00:00``, with the year behind the day or a fraction where a daemon was told so, and
rsyslog's ``2026-11-29T10:00:00.123456+01:00``, which it writes unless it is told otherwise.
"""

from __future__ import annotations

from sidecar.fields import dates, iso, levels
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import HOUR, LEAP_SECOND, MINUTE, MONTH_NAME, YEAR
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import LEVEL, WHOLE, logged, unnamed
from sidecar.formats.spec import Field, Kind

#: RFC 5424 section 6.2.1, by the names that syslog.h gives them.
_FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4",
    "local5", "local6", "local7",
)  # fmt: skip

#: Expression of a priority, with its groups; it is a run.
PRIORITY = rb"(?P<priority>(?P<level>(?P<facility>\d|[1-9]\d|1[0-8]\d|19[01])))"
PRIORITY_RUN = frozenset({"level", "facility"})

#: The fields ``level`` and ``facility``, of it.
LEVEL_FIELD = Field(Kind.LOOKUP, lambda text, _: levels.SYSLOG[str(int(text) % 8)])
FACILITY_FIELD = Field(Kind.LOOKUP, lambda text, _: _FACILITIES[int(text) // 8])

_DAY = (
    Part("month_name", MONTH_NAME),
    literal(" "),
    Part("day", r"(?:[ 0][1-9]|[12]\d|3[01])"),
    literal(" "),
)
_TIME = (
    Part("hour", HOUR.zeros),
    literal(":"),
    Part("minute", MINUTE.zeros),
    literal(":"),
    Part("second", LEAP_SECOND.zeros),
)
_YEARLESS = dates.stamp((*_DAY, *_TIME))
_SHORT = dates.stamp((*_DAY, Part("year", YEAR), literal(" "), *_TIME))

#: Expression of a tag, up to the blank behind its colon, with its groups.
TAG = (
    rb"(?P<app>[^ :\[\]\n]{1,64})(?:\[(?:(?P<pid>%b)|(?P<procid>[^\]\n]{1,128}))\])?:(?: |(?!.))"
    % WHOLE
)

#: Expression of a host: no tag, and no level either, which programs put where it would be.
HOST = rb"(?!%b|%b )[!-~]{1,255}+" % (unnamed(TAG), LEVEL)

_TAGGED = rb"(?= (?:%b (?:: )?)?%b)" % (HOST, unnamed(TAG))

#: Expression of a stamp, with its groups. Other programs, too, write those that have a year, so a
#: tag must follow.
STAMP = rb"(?P<timestamp>%b|%b%b|%b%b)(?P<fraction>(?:\.\d{1,6})?)(?P<offset>%b)" % (
    _YEARLESS.pattern,
    _SHORT.pattern,
    _TAGGED,
    logged(iso.STAMP.pattern.replace(b"[T ]", b"T")),
    rb"(?=\.\d{6}(?:Z|[+-]\d\d:\d\d)%b)" % _TAGGED,
    rb"(?:Z|[+-]\d\d:\d\d)?",
)

#: Expression of what a line with or without a priority begins with.
OPENS = (
    rb"<\d{1,3}>(?:[A-Z][a-z]{2} [ \d]\d |[12]\d\d\d-\d\d-\d\dT)"
    rb"|[JFMASOND][a-z]{2} [ \d]\d |[12]\d\d\d-\d\d-\d\dT"
)


def _stamp(text: str, reading: Reading) -> str:
    if text[0].isdigit():
        return iso.STAMP.read(text, reading)
    return (_YEARLESS if text[9] == ":" else _SHORT).read(text, reading)


#: The field ``timestamp``, of it.
STAMP_FIELD = Field(Kind.STAMP, _stamp)
