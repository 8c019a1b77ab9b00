"""What the text of a layout's value means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite

from sidecar.fields import levels, quoting
from sidecar.fields.dates import Stamp
from sidecar.fields.reading import Reading

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def number(text: str, _: Reading) -> float:
    """Read a number: whole, or with a fraction."""
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text!r} is no number")
    return integer(text, _) if text.lstrip("+-").isdecimal() else value


def integer(text: str, _: Reading) -> int:
    """Read a whole number, of those that JSON's readers and ours take."""
    value = int(text)
    if not -1 << 63 <= value < 1 << 64:
        raise ValueError(f"{text!r} has more than 64 bits")
    return value


def duration(unit: str) -> Callable[[str, Reading], float]:
    """Make a reader of a time, in seconds; without a unit a fraction means seconds already."""

    def read(text: str, reading: Reading) -> float:
        if unit:
            return number(text, reading) / _PER_SECOND[unit]
        if "." in text:
            return number(text, reading)
        return integer(text, reading) / _PER_SECOND[reading.duration_unit]

    return read


def level(renamed: Mapping[str, str]) -> Callable[[str, Reading], str]:
    """Make a reader of levels, some of which the layout calls otherwise."""
    return lambda text, _: levels.read(renamed.get(text, text))


def undoubled(text: str, _: Reading) -> str:
    """Read what stands between quotes, where two are one and slashes escape; or bare."""
    if not text.startswith('"'):
        return text
    return quoting.unescape(text[1:-1].replace('""', '"').encode()).decode()


def stripped(text: str, _: Reading) -> str:
    """Read what is padded with blanks."""
    return text.strip(" ")


def moment(stamp: Stamp) -> Callable[[str, Reading], str]:
    """Make a reader of a whole stamp, its fraction and zone in it.

    Behind a point a fraction may have more or fewer digits than the pattern says.
    """
    fraction = re.sub(rb"^(\\\.|,)\\d\{\d\}$", rb"\1\\d{1,9}", stamp.fraction)
    parts = re.compile(b"(%b)(%b)(%b)" % (stamp.pattern, fraction, stamp.offset))

    def read(text: str, reading: Reading) -> str:
        found = parts.fullmatch(text.encode())
        if not found:
            raise ValueError(f"{text!r} is no such stamp")
        before, digits, after = (one.decode() for one in found.groups())
        return f"{stamp.read(before + after, reading)}{digits.replace(',', '.')}Z"

    return read
