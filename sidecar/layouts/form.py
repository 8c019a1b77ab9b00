"""What every grammar's layout is read into: literal texts and typed values, in their order.

A front end knows one grammar and nothing of expressions; ``declare`` knows expressions and no
grammar. Between them stands a ``Form``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sidecar.fields.dates import Stamp


class Type(enum.Enum):
    """What a value is."""

    TEXT = "text"  # anything, up to the literal after it
    INTEGER = "integer"
    NUMBER = "number"  # with a fraction
    STATUS = "status"  # of HTTP: three digits
    DURATION = "duration"  # becomes seconds
    STAMP = "stamp"
    LEVEL = "level"
    REQUEST = "request"  # a request line: becomes method, path and protocol
    MESSAGE = "message"  # free text, to which lines may be joined
    THROWABLE = "throwable"  # what follows the message; it stays part of it


class Quoting(enum.Enum):
    """How a value's own quotes are told from the layout's."""

    NONE = "none"
    SLASHES = "slashes"  # \\", \\xHH, \\uXXXX and kin
    DOUBLED = "doubled"  # between quotes, where "" is one, and escaped besides; or bare


@dataclass(frozen=True, slots=True)
class Width:
    """Room of a value in characters; 0: no limit.

    Attributes:
        least: shorter values are padded with blanks.
        most: longer ones are cut.
        left: the blanks stand behind the value.
    """

    least: int = 0
    most: int = 0
    left: bool = False

    @property
    def fixed(self) -> bool:
        """Every value is as long as any other."""
        return 0 < self.least == self.most


#: Any room.
ANY = Width()


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in every event."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value's place.

    Attributes:
        code: as the layout writes it, for messages.
        column: where in the layout it begins, from 1.
        name: the record's field; "": it is read over.
        type: what it is.
        quoting: how it is escaped.
        absent: texts that stand for no value, besides ``-``.
        empty: an empty text is a value too, and not an absent one.
        always: it is never absent; ``-`` is a value.
        shape: bytes expression, without groups, that its text fits; b"": any text.
        barred: likewise; a level that begins so is none, though what stands before ends at it.
        spans: texts like that after it, which it takes in, each once.
        lead: what it begins with where it is not absent, as a query with ``?``.
        apart: the lead is none of it.
        width: its room.
        unit: of a duration: ``ns``, ``us``, ``ms``, ``s``; "": a fraction is seconds, a whole
            number is what the configuration says.
        stamp: how a stamp is read.
        levels: text -> level, where the layout renames them.
        varied: seldom the same twice.
    """

    code: str
    column: int
    name: str
    type: Type = Type.TEXT
    quoting: Quoting = Quoting.NONE
    absent: tuple[str, ...] = ()
    empty: bool = False
    always: bool = False
    shape: bytes = b""
    barred: bytes = b""
    spans: tuple[str, ...] = ()
    lead: str = ""
    apart: bool = False
    width: Width = ANY
    unit: str = ""
    stamp: Stamp | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    varied: bool = False


@dataclass(frozen=True, slots=True)
class Maybe:
    """Items that stand there together or not at all."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Filler:
    """Text that says nothing and may lack: blanks, colours.

    Attributes:
        expression: bytes expression, without groups, that fits an empty text too.
        first: what it begins with, as the inside of a bytes character class.
    """

    expression: bytes
    first: bytes


Item: TypeAlias = Literal | Value | Maybe | Filler


@dataclass(frozen=True, slots=True)
class Form:
    """A layout, taken apart.

    Attributes:
        grammar: the front end's name.
        layout: as the user wrote it.
        source: where the grammar is defined.
        items: in the order of the layout.
        joins: lines that are no head belong to the event above, if a head can be told.
        assumed: what the layout leaves open and was decided, in words.
    """

    grammar: str
    layout: str
    source: str
    items: tuple[Item, ...]
    joins: bool = False
    assumed: tuple[str, ...] = ()


def slug(name: str) -> str:
    """Make the name of a field of a name in a layout: ``X-Request-ID`` -> ``x_request_id``."""
    return re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_").lower() or "value"


def header(name: str) -> str:
    """Give the field of a request header."""
    named = {"referer": "referer", "user_agent": "user_agent"}
    return named.get(slug(name), f"header_{slug(name)}")
