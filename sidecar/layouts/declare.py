r"""A form, made into the declaration of a format.

The expressions are deterministic: a value's text is a run of other bytes than the ones its end may
begin with (``ends``), and of those that begin no end; nothing is ever tried in two ways, so the
worst line costs about what any line of its length does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from sidecar.errors import LayoutError
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind
from sidecar.layouts import readers
from sidecar.layouts.arrange import arranged, folded, values, with_one_sure
from sidecar.layouts.ends import (
    END,
    INTEGER,
    LEVEL,
    NUMBER,
    Ahead,
    ahead,
    begins_with_digit,
    escaped,
    first_of,
    padded,
    pads,
    until,
    whole,
)
from sidecar.layouts.form import Filler, Form, Item, Literal, Maybe, Quoting, Type, Value

#: A group of one byte that every line has, where the first value may lack.
_FIRST = "first_"

#: One character of UTF-8.
_CHARACTER = rb"[^\n\x80-\xbf][\x80-\xbf]*"

#: Where nothing but the level tells a head, it must be one that loggers print.
_KNOWN_LEVEL = rb"(?i:Level \d{1,9}|%b)\b" % (
    rb"TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE|CONFIG|FINE(?:R|ST)?"
)
_METHOD = rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_PROTOCOL = rb"HTTP/[0-9.]+"

_WORDS = {
    Type.INTEGER: "integer",
    Type.NUMBER: "number",
    Type.STATUS: "integer",
    Type.DURATION: "seconds",
    Type.STAMP: "timestamp",
    Type.LEVEL: "level",
}

#: What may not stand beside a text, or a number, without a literal between.
_OPEN = frozenset({Type.TEXT, Type.MESSAGE, Type.REQUEST})
_COUNTS = frozenset({Type.INTEGER, Type.NUMBER, Type.DURATION})

_LONE = {Type.INTEGER, Type.NUMBER, Type.STATUS, Type.DURATION}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A format, and what its fields are in a word each."""

    format: Format
    types: Mapping[str, str]
    assumed: tuple[str, ...] = ()


def declare(form: Form) -> Declaration:
    """Make the declaration.

    Raises:
        LayoutError: two values touch and cannot be told apart, or text stands where none can.
    """
    writer = _Writer(form)
    made = writer.format()
    return Declaration(made, {name: writer.types[name] for name in made.fields}, form.assumed)


class _Writer:
    """Writes one form's expression, and gathers its fields on the way."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._fields: dict[str, Field] = {}
        #: Name of a field -> what it is, in a word.
        self.types: dict[str, str] = {}
        #: Names of the fields that no event lacks.
        self._sure: set[str] = set()
        #: Levels must be of the known names: nothing else tells a head.
        self._known = False
        #: What is written may lack, with all around it.
        self._inside = False
        #: What comes after the last item of a head.
        self._end = Ahead(END, b"")

    def format(self) -> Format:
        """Write the declaration."""
        items = arranged(self._form)
        last = items[-1]
        open_end = isinstance(last, Value) and last.type is Type.MESSAGE
        if open_end:
            assert isinstance(last, Value)
            self._end = Ahead(b"", None, last)
            items = items[:-1]
        else:
            items = with_one_sure(items)
        joins = self._joins(items) if open_end else Joins.NOTHING
        items = folded(items)
        pattern, runs = self._head(items, runs=joins is Joins.ANYTHING)
        if open_end:
            pattern += MESSAGE
            self._fields["message"] = Field()
            self.types["message"] = "text"
            self._sure.add("message")
        return Format(
            name=self._form.grammar,
            summary=f"the {self._form.grammar} layout {self._form.layout}",
            source=self._form.source,
            pattern=pattern,
            fields=self._ordered(),
            runs=runs,
            joins=joins,
            starts=_starts(items),
            yearless=any(one.stamp is not None and one.stamp.yearless for one in values(items)),
        )

    def _joins(self, items: Sequence[Item]) -> Joins:
        """Tell what lines do that are no head; a stamp tells a head, else a level of known name.

        A message with more behind it takes no lines: they would stand within the record's text.
        """
        if not self._form.joins:
            return Joins.NOTHING
        types = {one.type for one in values(items)}
        self._known = Type.STAMP not in types
        return Joins.ANYTHING if types & {Type.STAMP, Type.LEVEL} else Joins.TRACES

    # -- the expression -------------------------------------------------------------------------

    def _head(
        self, items: Sequence[Item], *, runs: bool
    ) -> tuple[bytes, dict[str, frozenset[str]]]:
        """Write the head.

        Args:
            items: without the message at the end.
            runs: gather what stands between stamps into runs.
        """
        whole = b""
        named: dict[str, frozenset[str]] = {}
        parts = _parts(items) if runs else [items]
        for number, part in enumerate(parts):
            # A run is read without what follows it, so its values end within it.
            after = self._end if number + 1 == len(parts) else Ahead(b"", None)
            if number + 1 < len(parts) and isinstance(part[-1], Value):
                after = ahead(parts[number + 1], -1, after)
            before = {*self._fields}
            written = b"".join(
                self._item(item, ahead(part, at, after)) for at, item in enumerate(part)
            )
            new = [name for name in self._fields if name not in before]
            kinds = {self._fields[name].kind for name in new}
            if runs and new and Kind.STAMP not in kinds:
                name = f"origin_{len(named) + 1}"
                named[name] = frozenset(new)
                written = b"(?P<%b>%b)" % (name.encode(), written)
            whole += written
        first = next(iter(re.compile(whole).groupindex), "")
        kinds = {Kind.STAMP, Kind.LOOKUP}
        if runs and (first not in self._sure or self._fields[first].kind not in kinds):
            whole = rb"(?=(?P<%b>[^\n]))" % _FIRST.encode() + whole
        return whole, named

    def _item(self, item: Item, end: Ahead) -> bytes:
        if isinstance(item, Literal):
            return escaped(item.text)
        if isinstance(item, Filler):
            return item.expression
        if isinstance(item, Maybe):
            sure, inside, self._inside = {*self._sure}, self._inside, True
            inner = b"".join(
                self._item(one, ahead(item.items, at, end)) for at, one in enumerate(item.items)
            )
            self._sure, self._inside = sure, inside
            return b"(?:%b)?" % inner
        return self._value(item, end)

    def _value(self, value: Value, end: Ahead) -> bytes:
        self._may_touch(value, end)
        end = padded(value, end)
        left, right = pads(value)
        written = self._shape(value, end)
        return left + written + right

    def _may_touch(self, value: Value, end: Ahead) -> None:
        after = end.touching
        if after is None or value.width.fixed:
            return
        if after.lead or (after.width.fixed and value.type not in _OPEN):  # fmt: skip
            return
        if value.type in _OPEN | {Type.LEVEL}:
            clash = after.type in _OPEN | _COUNTS | {Type.LEVEL, Type.STATUS}
        elif value.type in _COUNTS:
            clash = after.type in _OPEN | _COUNTS | {Type.STATUS}
        else:
            clash = False
        if clash:
            self._refuse(
                after, f"a separator between {value.code} and {after.code}",
                f"nothing tells where {value.code} ends; write a text between, "
                f"as in {value.code} {after.code}",
            )  # fmt: skip

    def _refuse(self, value: Value, expected: str, hint: str) -> NoReturn:
        raise LayoutError(
            self._form.grammar, self._form.layout, value.column, f'"{value.code}"', expected, hint
        )

    def _shape(self, value: Value, end: Ahead) -> bytes:
        """Write a value's expression and declare its field."""
        if value.type is Type.STAMP:
            return self._moment(value)
        if value.type is Type.REQUEST:
            return self._request(value, end)
        if value.type is Type.MESSAGE:
            return self._inner_message(value, end)
        if value.type is Type.LEVEL:
            return self._severity(value)
        if value.type in _LONE:
            return self._count(value)
        return self._text(value, end)

    def _name(self, wanted: str) -> str:
        """Give the name of a new field; a second of one name gets a number."""
        taken, number, name = {*self._fields, "odd", "fraction", "offset", _FIRST}, 1, wanted
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def _group(self, value: Value, field: Field, inside: bytes, *, sure: bool = False) -> bytes:
        if not value.name:
            return b"(?:%b)" % inside
        name = self._name(value.name)
        self._fields[name] = field._replace(optional=True) if self._inside else field
        self.types[name] = _WORDS.get(value.type, "text")
        if sure:
            self._sure.add(name)
        return b"(?P<%b>%b)" % (name.encode(), inside)

    def _moment(self, value: Value) -> bytes:
        stamp = value.stamp
        assert stamp is not None
        if stamp.lacks:  # no moment can be read from it: it stays the text it is
            part = replace(value, name="time", type=Type.TEXT)
            return self._group(part, Field(), whole(stamp), sure=True)
        sure = not self._inside and "timestamp" not in self._fields
        if value.name == "timestamp" and sure:
            self._group(value, Field(Kind.STAMP, stamp.read), b"", sure=True)
            return stamp.groups()
        return self._group(
            value, Field(Kind.LOOKUP, readers.moment(stamp)), whole(stamp), sure=True
        )

    def _severity(self, value: Value) -> bytes:
        inside = value.shape or (_KNOWN_LEVEL if self._known and not value.levels else LEVEL)
        field = Field(Kind.LOOKUP, readers.level({**value.levels}))
        barred = value.barred and b"(?!%b)" % value.barred
        return barred + self._group(value, field, inside, sure=True)

    def _count(self, value: Value) -> bytes:
        absent = b"|".join(escaped(one) for one in ("-", *value.absent) if one) + rb"(?!\d)"
        zeros = b""
        if value.type is Type.STATUS:
            inside, field = rb"[1-9]\d\d", Field(Kind.DIGITS)
            absent = b"000|" + absent
        elif value.type is Type.INTEGER:
            inside, field, zeros = INTEGER, Field(Kind.DIGITS), rb"0{0,18}"
        elif value.type is Type.DURATION:
            inside, field = NUMBER, Field(Kind.LOOKUP, readers.duration(value.unit))
        else:
            inside, field = NUMBER, Field(Kind.LOOKUP, readers.number)
        field = field._replace(optional=not value.always)
        group = zeros + self._group(value, field, inside, sure=value.always)
        blank = b"|" if "" in value.absent else b""
        return group if value.always else b"(?:%b|%b%b)" % (absent, group, blank)

    def _text(self, value: Value, end: Ahead) -> bytes:
        if end.touching and value.width.fixed:
            field = Field(Kind.LOOKUP, readers.stripped, optional=True)
            inside = rb"(?:%b){%d}" % (_CHARACTER, value.width.least)
            return b"(?: {%d}|%b)" % (value.width.least, self._group(value, field, inside))
        kind = Kind.QUOTED if value.quoting is Quoting.SLASHES else Kind.TEXT
        if value.always:
            return self._group(value, Field(kind), _body(value, end), sure=True)
        some = _body(value, end, some=True)
        if value.quoting is Quoting.DOUBLED:
            field = Field(Kind.LOOKUP, readers.undoubled, optional=True)
            group = self._group(value, field, rb'"[^"\n]*(?:""[^"\n]*)*"|(?!")%b' % some)
            return b"(?:-(?=%b)|%b)?" % (end.expression, group)
        if value.empty and not self._inside:
            field = Field(kind, optional=True)
            group, maybe = self._group(value, field, _body(value, end)), b""
        else:
            group, maybe = self._group(value, Field(kind, optional=True), some), b"?"
        if value.lead:
            return b"(?:%b%b|-)?" % (escaped(value.lead) if value.apart else b"", group)
        # What comes after decides between them: a run of values is read without what follows it.
        absent = b"".join(b"%b|" % escaped(one) for one in value.absent if one)
        return b"(?:%b%b)%b" % (absent, group, maybe) if absent or maybe else group

    def _inner_message(self, value: Value, end: Ahead) -> bytes:
        """Write a message that has more behind it: it ends at the last place where that stands."""
        inside = rb"(?>.*(?=%b)|.*)" % (end.maybe or end.expression)
        return self._group(value, Field(), inside, sure=True)

    def _request(self, value: Value, end: Ahead) -> bytes:
        kind = Kind.QUOTED if value.quoting is Quoting.SLASHES else Kind.TEXT
        stop = _path_end(end, value.quoting)
        part = replace(value, type=Type.TEXT, name="method")
        method = self._group(part, Field(optional=True), _METHOD)
        path = self._group(
            replace(part, name="path"), Field(kind, optional=True), until(stop, value.quoting)
        )
        protocol = self._group(replace(part, name="protocol"), Field(optional=True), _PROTOCOL)
        other = self._group(
            replace(part, name=value.name), Field(kind, optional=True),
            until(end, value.quoting, some=True),
        )  # fmt: skip
        return b"(?:-?(?=%b)|%b %b(?: %b)?(?=%b)|%b)" % (
            end.expression, method, path, protocol, end.expression, other
        )  # fmt: skip

    # -- the record -----------------------------------------------------------------------------

    def _ordered(self) -> dict[str, Field]:
        """Give the fields, one that no event lacks before the others."""
        first = next(one for one in self._fields if one in self._sure)
        return {first: self._fields[first], **self._fields}


def _parts(items: Sequence[Item]) -> list[list[Item]]:
    """Part items into runs and stamps; what is seldom the same twice is a run of its own."""
    parts: list[list[Item]] = [[]]
    kind = ""
    for item in items:
        new = ""
        if isinstance(item, Value) and item.type is Type.STAMP:
            new = f"stamp {len(parts)}"
        elif isinstance(item, Value):
            new = "varied" if item.varied else "run"
        elif isinstance(item, Maybe):
            new = "run"
        if new and kind and new != kind:
            parts.append([])
        kind = new or kind
        parts[-1].append(item)
    return parts


def _body(value: Value, end: Ahead, *, some: bool = False) -> bytes:
    """Write what a text may hold, with what it takes in on its way."""
    spans = [
        until(Ahead(escaped(one), first_of(one)), value.quoting) + escaped(one)
        for one in value.spans
    ]
    some = some and not value.lead and not spans
    text = value.shape or until(end, value.quoting, some=some)
    lead = b"" if value.apart else escaped(value.lead)
    return lead + b"".join(spans) + text


def _path_end(end: Ahead, quoting: Quoting) -> Ahead:
    """Give where a path ends: before the protocol, or where the request does."""
    protocol = rb"\ %b%b" % (_PROTOCOL, end.expression)
    if quoting is Quoting.SLASHES and end.first == b'"':
        return Ahead(protocol, rb"\ ")  # a quote ends it anyway
    first = None if end.first is None else rb"\ " + end.first
    return Ahead(b"(?:%b|%b)" % (protocol, end.expression), first)


def _starts(items: Sequence[Item]) -> bytes:
    """Give what a head begins with, as the inside of a character class."""
    first = items[0] if items else None
    if isinstance(first, Literal):
        return first_of(first.text)
    if isinstance(first, Value) and not first.width.least:
        if first.stamp and begins_with_digit(first.stamp.pattern):
            return rb"0-9\ "
        if first.type is Type.LEVEL:
            return rb"A-Za-z\x80-\xff"
    return rb"\x00-\xff"
