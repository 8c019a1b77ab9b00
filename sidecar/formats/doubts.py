"""What a format's lines leave open, and what a sample of them says about it.

Two things: what a whole number of time counts (Tomcat's ``%D`` is milliseconds up to version 9,
microseconds from 10 on), and whether ``10/11/26`` has its day or its month first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from sidecar.fields.reading import Reading
from sidecar.formats.spec import Format, Kind

#: Fewer numbers than these say nothing of what they count.
_ENOUGH = 20

#: No request takes less than so many microseconds, through a network and a server that logs it.
_SOONEST_US = 20

#: What takes longer on the whole than this, in milliseconds, is no usual answer.
_SLOW_MS = 1_000

_DATE = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(?:\d{4}|\d\d)(?!\d)")


class Answer(NamedTuple):
    """What the sample says, in words; and what ``duration_unit`` should be, where that follows."""

    text: str
    unit: str = ""


def answers(format_: Format, heads: Sequence[bytes]) -> Iterator[Answer]:
    """Say what a sample tells of what is open; nothing where nothing is.

    Args:
        format_: the format that the lines are in.
        heads: first lines of events that fit it, with or without newline, in order.
    """
    fits = (re.match(format_.pattern, head.rstrip(b"\n")) for head in heads)
    groups = [one.groupdict() for one in fits if one]
    for name, field in format_.fields.items():
        texts = [text for text in (one.get(name) for one in groups) if text]
        if field.kind is Kind.STAMP or name == "timestamp":
            yield from _order(name, [text.decode() for text in texts])
        elif _counts_units(format_, name):
            yield from _unit(name, [int(text) for text in texts if text.isdigit()])


def _counts_units(format_: Format, name: str) -> bool:
    """Tell whether what a field's whole numbers mean depends on the configuration."""
    read = format_.fields[name].read
    if read is None or format_.fields[name].kind is not Kind.LOOKUP:
        return False
    try:
        return bool(read("1", Reading(duration_unit="ms")) != read("1", Reading(duration_unit="s")))
    except ValueError:
        return False


def _unit(name: str, numbers: Sequence[int]) -> Iterator[Answer]:
    if not numbers:
        return
    ordered = sorted(numbers)
    middle, most = ordered[len(ordered) // 2], ordered[-1]
    soon = sum(one < _SOONEST_US for one in numbers)
    seen = f"{name}: of {len(numbers)} whole numbers the middle one is {middle}, the most {most}"
    if len(numbers) < _ENOUGH:
        yield Answer(f"{seen}; too few to tell what they count")
    elif soon * 20 >= len(numbers):
        yield Answer(f"{seen}; {soon} are under {_SOONEST_US}: milliseconds", "ms")
    elif middle >= _SLOW_MS and not soon:
        yield Answer(f"{seen}; few answers take a second: microseconds", "us")
    else:
        yield Answer(f"{seen}; that does not tell what they count")


def _order(name: str, texts: Sequence[str]) -> Iterator[Answer]:
    found = [_DATE.search(text) for text in texts]
    dates = [(int(one[1]), int(one[3])) for one in found if one]
    if not dates:
        return
    for place, first in enumerate(("day", "month")):
        above = next((one for one in dates if one[place] > 12), None)
        if above:
            shown = next(one[0] for one in found if one and int(one[1 + 2 * place]) > 12)
            yield Answer(f"{name}: the {first} comes first, as in {shown}")
            return
    turns = [
        [one[place] != other[place] for place in (0, 1)]
        for one, other in pairwise(dates)
        if one != other
    ]
    changed = [sum(column) for column in zip(*turns, strict=True)] or [0, 0]
    shown = next(one[0] for one in found if one)
    if changed[0] == changed[1]:
        yield Answer(f"{name}: whether {shown} has its day or its month first does not show")
    else:
        first = "day" if changed[0] > changed[1] else "month"
        yield Answer(f"{name}: the {first} seems to come first in {shown}; the other number stays")
