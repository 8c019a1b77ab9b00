"""How the numbers and zones of stamps look: expressions without groups.

Where one text begins another the longer comes first, so that none stops short.
"""

from __future__ import annotations

from typing import NamedTuple


class Number(NamedTuple):
    """A number of up to two digits: as it is, filled up with zeros, with blanks."""

    plain: str
    zeros: str
    blanks: str


YEAR = r"\d{4}"
YEAR2 = r"\d\d"
MONTH = Number(r"(?:1[0-2]|[1-9])", r"(?:0[1-9]|1[0-2])", r"(?: [1-9]|1[0-2])")
DAY = Number(r"(?:[12]\d|3[01]|[1-9])", r"(?:0[1-9]|[12]\d|3[01])", r"(?: [1-9]|[12]\d|3[01])")
HOUR = Number(r"(?:1\d|2[0-3]|\d)", r"(?:[01]\d|2[0-3])", r"(?:[ 1]\d|2[0-3])")
HOUR24 = Number(r"(?:1\d|2[0-4]|[1-9])", r"(?:0[1-9]|1\d|2[0-4])", r"(?: [1-9]|1\d|2[0-4])")
HOUR12 = MONTH
HOUR11 = Number(r"(?:1[01]|\d)", r"(?:0\d|1[01])", r"(?: \d|1[01])")
MINUTE = Number(r"(?:[1-5]\d|\d)", r"[0-5]\d", r"[ 1-5]\d")
SECOND = MINUTE

#: C's seconds may leap.
LEAP_SECOND = Number(r"(?:[1-5]\d|60|\d)", r"(?:[0-5]\d|60)", r"(?:[ 1-5]\d|60)")

#: Words of dates that know no locale.
WEEKDAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MONTH_NAME = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

#: ``+0100``, ``+01:00``, ``+01`` or ``Z``.
OFFSET = r"(?:[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?|Z)"

#: The French write a real minus.
_SIGN = "(?:[+-]|\u2212)"

#: An abbreviation, or an offset with or without ``GMT``.
ZONE = rf"(?:(?:GMT|UTC)?{_SIGN}(?:[01]?\d|2[0-3])(?::?[0-5]\d)?|[A-Z][A-Za-z]{{0,4}})"

#: Likewise, or a name such as ``Europe/Berlin``.
ZONE_ID = rf"(?:[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+|{ZONE})"
