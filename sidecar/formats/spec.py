"""What a format declares.

A format is data: where it is defined, the expression its first line fits, how each value is read,
and what a line that is no head does. ``compiler`` makes it fast, ``reference`` makes it plain;
both work from what stands here and from nothing else.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sidecar.fields.reading import Reading

#: How the pattern of a format that joins ends.
MESSAGE = rb"(?P<message>.*)"


class Kind(enum.Enum):
    """How a group's text becomes a JSON value."""

    TEXT = "text"  # as it stands
    QUOTED = "quoted"  # between the log's own quotes: escapes undone, "-" is absent
    DIGITS = "digits"  # a whole number; the pattern keeps leading zeros and signs out
    LOOKUP = "lookup"  # read by a function; few different texts, so answers are kept
    STAMP = "stamp"  # a look-up, then the group "fraction" with its point, then "Z"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the record, filled from the group of its name.

    Attributes:
        kind: how text becomes a value.
        read: for look-ups and stamps: (text, reading) -> value; ``ValueError`` leaves the event
            whole, as a misfit.
        plain: JSON escapes nothing in it.
        optional: left out where its group took no part in the match, or holds ``-``.
        within: name of a group that takes part whenever this one does, needed only where this
            one may be empty and still be a value.
    """

    kind: Kind = Kind.TEXT
    read: Callable[[str, Reading], Any] | None = None
    plain: bool = False
    optional: bool = False
    within: str = ""


class Joins(enum.Enum):
    """What a line that is no head does."""

    NOTHING = "nothing"  # it stands alone, as a misfit
    ANYTHING = "anything"  # it joins the open event
    TRACES = "traces"  # every line is a head, but those of the grammar of traces join


@dataclass(frozen=True, slots=True)
class Sample:
    """An event, its lines parted by newlines, and the record it becomes."""

    event: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Format:
    """The declaration of one log format.

    Attributes:
        name: as users write it.
        summary: one line for a list of formats.
        source: where the format is defined.
        pattern: bytes expression of a head line, without its newline; matched from the line's
            start to its end. Its first group is never empty. The group ``message`` is last in
            formats that join lines.
        fields: field names in the order of the record; each has a group of its name.
        runs: name of a group -> the fields whose groups stand in it: few different texts together,
            read at once, once each. They follow each other in the record. Used where lines join.
        joins: what other lines do.
        starts: what every head begins with, as the inside of a bytes character class; a line
            that begins otherwise is told to be no head without matching it.
        holds: bytes expression that a head holds somewhere, cheaper to look for than to match the
            pattern in vain; empty where the pattern fails soon.
        quotes_escaped: in a line without a backslash no field holds a double quote.
        passes: the line is the record already, if it is one JSON object.
        samples: events and their records, under UTC and milliseconds.
    """

    name: str
    summary: str
    source: str
    pattern: bytes
    fields: Mapping[str, Field] = field(default_factory=dict)
    runs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    joins: Joins = Joins.NOTHING
    starts: bytes = b""
    holds: bytes = b""
    quotes_escaped: bool = False
    passes: bool = False
    samples: tuple[Sample, ...] = ()
