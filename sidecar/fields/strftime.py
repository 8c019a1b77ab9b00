"""The date patterns of C's ``strftime``, and what Python, Ruby, GNU date and Apache add to them.

Sources: POSIX ``strftime``, Python ``datetime`` (``%f``), GNU ``date`` (``%N``, ``%:z``, the flags
``-``, ``_`` and ``0``), Ruby ``Time#strftime`` (``%L``, ``%3N``), Apache ``mod_log_config``.

Each function gives parts for ``dates.stamp``, and raises ``ValueError`` with the conversion and its
position, from 1, where a pattern has what cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sidecar.fields import epochs, names
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import (
    DAY,
    HOUR,
    HOUR12,
    LEAP_SECOND,
    MINUTE,
    MONTH,
    OFFSET,
    YEAR,
    YEAR2,
    ZONE,
    Number,
)

#: Apache's words for parts of a stamp: counts, and fractions alone.
_COUNTS = {"sec": "s", "msec": "ms", "usec": "us"}
_FRACTIONS = {"msec_frac": 3, "usec_frac": 6}

_CONVERSION = re.compile(
    r"%(?P<flag>[-_0^]?)(?P<digits>\d?)(?P<kind>[EO:]?)(?P<what>[A-Za-z%])|[^%]+"
)

_SEVERAL = {
    "T": "%H:%M:%S",
    "R": "%H:%M",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "r": "%I:%M:%S %p",
    "c": "%a %b %e %H:%M:%S %Y",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
}

#: What stands in two digits -> what it says, how it looks, and how it does without a flag.
_NUMBERS: Mapping[str, tuple[str, Number, str]] = {
    "m": ("month", MONTH, MONTH.zeros),
    "d": ("day", DAY, DAY.zeros),
    "e": ("day", DAY, DAY.blanks),
    "H": ("hour", HOUR, HOUR.zeros),
    "k": ("hour", HOUR, HOUR.blanks),
    "I": ("hour12", HOUR12, HOUR12.zeros),
    "l": ("hour12", HOUR12, HOUR12.blanks),
    "M": ("minute", MINUTE, MINUTE.zeros),
    "S": ("second", LEAP_SECOND, LEAP_SECOND.zeros),
}

_WORDS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "b": ("month_name", names.SHORT_MONTHS),
    "h": ("month_name", names.SHORT_MONTHS),
    "B": ("month_name", names.LONG_MONTHS),
    "a": ("", names.SHORT_DAYS),
    "A": ("", names.LONG_DAYS),
    "p": ("half", names.HALVES),
    "P": ("half", names.HALVES),
}

_OTHERS = {
    "Y": ("year", YEAR),
    "y": ("year2", YEAR2),
    "G": ("week_year", YEAR),
    "g": ("week_year", YEAR2),
    "z": ("zone", OFFSET),
    "Z": ("zone", ZONE),
}

_LITERALS = {"%": "%", "n": "\n", "t": "\t"}

_DIGITS = {"f": 6, "L": 3, "N": 9}


def parts(pattern: str) -> tuple[Part, ...]:
    """Read a pattern such as ``%Y-%m-%d %H:%M:%S,%3N``."""
    return tuple(_conversions(pattern))


def apache(option: str) -> tuple[Part, ...]:
    """Read what stands in Apache's ``%{...}t``; empty is common log's, without its brackets.

    ``msec_frac`` and ``usec_frac`` are fractions alone, to be put behind the parts of another.
    """
    option = re.sub(r"^(?:begin|end):?", "", option)
    if option in _COUNTS:
        return epochs.parts(_COUNTS[option])
    if option in _FRACTIONS:
        return (Part("fraction", rf"\d{{{_FRACTIONS[option]}}}", option),)
    return parts(option or "%d/%b/%Y:%H:%M:%S %z")


def _conversions(pattern: str) -> Iterator[Part]:
    place = 0
    while place < len(pattern):
        found = _CONVERSION.match(pattern, place)
        where = f"{pattern!r}: {(found or '%')[0]!r} at position {place + 1}"
        if not found:
            raise ValueError(f"{where} is no conversion")
        what, flag = found["what"], found["flag"]
        if not what:
            yield literal(found[0])
        elif found["digits"] and what != "N":
            raise ValueError(f"{where} has a width")
        elif what in _LITERALS:
            yield literal(_LITERALS[what])
        elif what in _SEVERAL:
            yield from _conversions(_SEVERAL[what])
        elif what in _NUMBERS:
            says, number, plain = _NUMBERS[what]
            flagged = {"-": number.plain, "0": number.zeros, "_": number.blanks}
            yield Part(says, flagged.get(flag, plain), where)
        elif what in _WORDS:
            says, words = _WORDS[what]
            spelt = map(str.upper, words) if flag == "^" else words
            yield Part(says, names.any_of(spelt), where)
        elif what in _OTHERS:
            yield Part(*_OTHERS[what], where)
        elif what in _DIGITS:
            yield Part("fraction", rf"\d{{{int(found['digits'] or _DIGITS[what])}}}", where)
        elif what == "s":
            yield from epochs.parts()
        else:
            raise ValueError(f"{where} cannot be read")
        place = found.end()
