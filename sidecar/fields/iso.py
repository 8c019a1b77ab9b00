"""The stamp that most programs agree on: ``2026-11-23T21:46:01.123456+01:00``.

Sources: RFC 3339, and ISO 8601 as programs take it: a blank for the ``T``, a comma for the point,
up to nine digits of fraction or none, an offset with or without its colon, its minutes, a blank
before it, or none at all.
"""

from __future__ import annotations

import re
from functools import cache

from sidecar.fields.dates import Part, literal, stamp
from sidecar.fields.looks import DAY, HOUR, LEAP_SECOND, MINUTE, MONTH, OFFSET, YEAR
from sidecar.fields.reading import Reading

STAMP = stamp(
    (
        Part("year", YEAR),
        literal("-"),
        Part("month", MONTH.zeros),
        literal("-"),
        Part("day", DAY.zeros),
        Part("", "[T ]"),
        Part("hour", HOUR.zeros),
        literal(":"),
        Part("minute", MINUTE.zeros),
        literal(":"),
        Part("second", LEAP_SECOND.zeros),
        Part("fraction", r"(?:[.,]\d{1,9})?"),
        Part("zone", f"(?: ?{OFFSET})?"),
    )
)


def read(text: str, reading: Reading) -> str:
    """Give a stamp as RFC 3339 in UTC, with the fraction that it has.

    Raises:
        ValueError: it is none.
    """
    found = _whole().fullmatch(text.encode())
    if not found:
        raise ValueError(f"{text!r} is no stamp")
    moment, fraction, offset = found.groups()
    seconds = STAMP.read((moment + offset).decode(), reading)
    return f"{seconds}{fraction.decode().replace(',', '.')}Z"


@cache
def _whole() -> re.Pattern[bytes]:
    return re.compile(STAMP.groups())
