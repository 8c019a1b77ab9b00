"""What the logs of MySQL and MariaDB have in common: their stamps, of all versions.

``2026-11-29T10:00:00.123456Z`` or with an offset since 5.7; ``2026-11-29 10:00:00`` in the error
log of 5.6 and MariaDB; ``261129 10:00:00`` elsewhere. The last two are local and pad hours with a
blank.
"""

from __future__ import annotations

import re
from functools import cache

from sidecar.fields import dates
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import DAY, LEAP_SECOND, MINUTE, MONTH, YEAR, YEAR2
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import logged
from sidecar.formats.spec import Field, Kind

_TIME = (
    Part("hour", r"(?:[01]\d|2[0-3]| \d)"),
    literal(":"),
    Part("minute", MINUTE.zeros),
    literal(":"),
    Part("second", LEAP_SECOND.zeros),
    Part("fraction", r"(?:\.\d{1,6})?"),
    Part("zone", r"(?:Z|[+-]\d\d:\d\d)?"),
)
_LONG = dates.stamp(
    (
        Part("year", YEAR),
        literal("-"),
        Part("month", MONTH.zeros),
        literal("-"),
        Part("day", DAY.zeros),
        Part("", "[T ]"),
        *_TIME,
    )
)
_SHORT = dates.stamp(
    (Part("year2", YEAR2), Part("month", MONTH.zeros), Part("day", DAY.zeros), literal(" "), *_TIME)
)


def _stamp(text: str, reading: Reading) -> str:
    return (_LONG if text[4] == "-" else _SHORT).read(text, reading)


#: Expression of a stamp, with its groups.
STAMP = b"(?P<timestamp>%b|%b)(?P<fraction>%b)(?P<offset>%b)" % (
    logged(_LONG.pattern),
    _SHORT.pattern,
    _LONG.fraction,
    _LONG.offset,
)


def read(text: str, reading: Reading) -> str:
    """Give a stamp as RFC 3339 in UTC, with the fraction that it has.

    Raises:
        ValueError: it is none.
    """
    found = _whole().fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no stamp")
    moment, fraction, offset = found.groups()
    return f"{_stamp(moment + offset, reading)}{fraction}Z"


@cache
def _whole() -> re.Pattern[str]:
    return re.compile(STAMP.decode())


#: Expression of what it begins with.
OPENS = rb"[12]\d\d\d-\d\d-\d\d|\d{6} "

#: The field ``timestamp``.
STAMP_FIELD = Field(Kind.STAMP, _stamp)
