"""What a format declares.

A format is data: where it is defined, the expression its first line fits, how each value is read,
and what a line that is no head does. ``compiler`` makes it fast, ``reference`` makes it plain;
both work from what stands here and from nothing else.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sidecar.fields.reading import Reading

#: A member of the record beyond its fields: name, JSON value.
Member = tuple[str, bytes]

#: How the pattern of a format that joins ends.
MESSAGE = rb"(?P<message>.*)"


class Kind(enum.Enum):
    """How a group's text becomes a JSON value."""

    TEXT = "text"  # as it stands
    QUOTED = "quoted"  # between the log's own quotes: escapes undone, "-" is absent
    DIGITS = "digits"  # a whole number; the pattern keeps leading zeros and signs out
    LOOKUP = "lookup"  # read by a function; few different texts, so answers are kept
    STAMP = "stamp"  # a look-up of the moment, its fraction, then "Z"; see ``Format.pattern``
    MEMBERS = "members"  # several fields, whose names the text tells; the last of a declaration


class Field(NamedTuple):
    """One field of the record, filled from the group of its name.

    Attributes:
        kind: how text becomes a value.
        read: for look-ups and stamps: (text, reading) -> value; for members: -> name to value,
            those left out that are None or have the name of a declared field. ``ValueError``
            leaves the event whole, as a misfit.
        plain: JSON escapes nothing in it.
        optional: left out where its group took no part in the match, or holds ``-``.
    """

    kind: Kind = Kind.TEXT
    read: Callable[[str, Reading], Any] | None = None
    plain: bool = False
    optional: bool = False


class Joins(enum.Enum):
    """What a line that is no head does."""

    NOTHING = "nothing"  # it stands alone, as a misfit
    ANYTHING = "anything"  # it joins the open event
    TRACES = "traces"  # every line is a head, but those of the grammar of traces join


class Sample(NamedTuple):
    """An event, its lines parted by newlines, and the record it becomes."""

    event: str
    record: Mapping[str, Any]


class Linear(NamedTuple):
    """A head for an engine that reads a line once (``linear``); empty: ``re`` reads it.

    Attributes:
        pattern: bytes expression of the head, with the groups of ``Format.pattern``.
        looks: what the text of the group ``timestamp`` begins like.
        open_end: the group ``message`` takes further lines.
    """

    pattern: bytes = b""
    looks: bytes = b""
    open_end: bool = False


class Format(NamedTuple):
    """The declaration of one log format.

    Attributes:
        name: as users write it.
        summary: one line for a list of formats.
        source: where the format is defined.
        pattern: bytes expression of a head line, without its newline; matched from the line's
            start to its end. Its first group is never empty, but in a format that is a message
            alone. The group ``message`` is last in formats that join lines; there a head may go
            on below, in a part that may lack, behind a newline byte. A stamp
            may have groups beside its own: ``fraction``, from its point or comma on, which passes
            through, and ``offset``, the zone that follows the fraction, which is read with the
            stamp, as one text.
        fields: field names in the order of the record; each has a group of its name.
        runs: name of a group -> the fields whose groups stand in it, or are it: few different
            texts together, read at once, once each; the group's expression fits them by itself.
            They follow each other in the record.
        loose: name of a group -> an expression without groups that is tried in the place of the
            group's own because it fails or ends sooner. Each different text that it fits is held
            against the group's own expression. A head that the pattern fits is one that the loose
            ones fit, with the same groups; where lines do not join, few heads may be others. A
            stamp's own expression takes the seconds of a minute for equals.
        bars: name of a loose group with many different texts -> bytes: where a text that the loose
            expression fits has none of them, its own fits too. So what is asked is asked of a
            whole column; a text that has one counts as none that the group's own fits.
        usual: part of the pattern -> what stands in its place in the pattern of usual heads, which
            a block is soon held against: what that fits, the pattern fits, with the same groups. A
            field whose group it lacks is absent there.
        sure: optional fields that usual heads have, and never as ``-``.
        joins: what other lines do.
        starts: what every head begins with, as the inside of a bytes character class; a line
            that begins otherwise is told to be no head without matching it.
        opens: expression without groups of what every head begins with, cheap to compile and to
            try: under ``auto`` the pattern is not asked about lines it does not fit.
        holds: bytes that stand in every head; text without them is told to have none at once. One
            byte is found soonest; to look for several, of which the last is frequent, takes fifty
            times as long.
        passes: the line is the record already, if it is one JSON object.
        wraps: a line is put around one of a program's: ``framing.containers`` takes it off again.
        yearless: its stamps have no year, so that what they say changes with ``Reading.until``.
        linear: the head for another engine, which then parts lines in the place of ``pattern``.
        samples: events and their records, under UTC and milliseconds, in a file that was last
            written to on 30 November 2026.
    """

    name: str
    summary: str
    source: str
    pattern: bytes
    fields: Mapping[str, Field] = {}
    runs: Mapping[str, frozenset[str]] = {}
    loose: Mapping[str, bytes] = {}
    bars: Mapping[str, bytes] = {}
    usual: Mapping[bytes, bytes] = {}
    sure: frozenset[str] = frozenset()
    joins: Joins = Joins.NOTHING
    starts: bytes = b""
    opens: bytes = b""
    holds: bytes = b""
    passes: bool = False
    wraps: bool = False
    yearless: bool = False
    linear: Linear = Linear()
    samples: tuple[Sample, ...] = ()
