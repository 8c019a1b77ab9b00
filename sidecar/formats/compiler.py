r"""A format's declaration, made into one function over many events.

What costs time here is objects, not matching: so a block of whole lines goes through one
``findall``, one ``%`` template an event and one join, and text stays bytes from disk to stdout.
Whether anything needs escaping is asked once a block (``escaping``), and a block that does need it
is only a tenth slower.

The expression of a block fits at every line's start, so no line can fall between two matches:
``(?:HEAD)?(REST)\n`` where lines join, ``(?:HEAD|(ODD))\n`` where they stand alone. A row whose
first group is empty is no head.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Any

import orjson

from sidecar.fields import quoting, stacktraces
from sidecar.formats import escaping
from sidecar.formats.joined import Joined
from sidecar.formats.lookup import Lookup
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import OtherFormatError, Rendered, UnreadableError
from sidecar.formats.spec import MESSAGE, Format, Joins, Kind

#: A member of the record beyond its fields: name, JSON value.
Member = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Others:
    """Under ``auto``: the other formats.

    Attributes:
        fit: tells whether a line, with its newline, fits any format.
        fit_within: tells whether a line of a text but its first does.
    """

    fit: Callable[[bytes], bool]
    fit_within: Callable[[bytes], bool]


class Compiled:
    """One format under one set of options.

    Args:
        format_: the declaration.
        options: constants, zone and the like.
        others: the other formats, under ``auto``.
        starts: what heads of any format in play begin with, as in ``Format.starts``.
    """

    def __init__(
        self,
        format_: Format,
        options: FormatOptions,
        others: Others | None = None,
        starts: bytes = b"",
    ) -> None:
        self.format = format_
        self.options = options
        self._others = others
        self._starts = starts or format_.starts
        ruled = options.lone or bool(options.start)
        joins = format_.joins is not Joins.NOTHING and not ruled
        #: An event of this format may have more than one line.
        self.joins = joins or (bool(options.start) and not options.lone)
        #: A line that is no head joins the row above it.
        self.absorbs = joins and format_.joins is Joins.ANYTHING
        #: Every line is a head unless the grammar of traces says that it continues.
        self.claims = joins and format_.joins is Joins.TRACES
        self._head = re.compile(format_.pattern + rb"\n")
        self._start = re.compile(options.start) if options.start else None
        self.constants = [
            (key, orjson.dumps(value))
            for key, value in options.constants.items()
            if key not in options.add
        ]
        if "format" in options.add:
            self.constants.append(("format", orjson.dumps(format_.name)))

    @cached_property
    def _block(self) -> re.Pattern[bytes]:
        return re.compile(_block_pattern(self, self._starts))

    @cached_property
    def columns(self) -> list[str]:
        """The groups of a row."""
        return list(self._block.groupindex)

    # -- which lines begin an event -------------------------------------------------------------

    def fits(self, line: bytes) -> bool:
        """Tell whether the line, with its newline, is a head of this format."""
        if self._head.fullmatch(line) is None:
            return False
        return not self.format.passes or _object(line) is not None

    def begins(self, line: bytes) -> bool:
        """Tell whether the line, with its newline, begins an event that others may join."""
        if self._start:
            return self._start.match(line) is not None
        if self.claims:
            return _CONTINUES.match(line) is None
        return self.options.lone or self.fits(line)

    def other_fits(self, line: bytes) -> bool:
        """Tell whether the line, with its newline, fits another format, under ``auto``."""
        if self._others is None or not self._others.fit(line):
            return False
        return self.format.joins is Joins.TRACES or not self.fits(line)

    @cached_property
    def lone(self) -> Compiled:
        """The same format where each line is an event: for lines that have no event to join."""
        options = replace(self.options, start=b"", lone=True)
        return Compiled(self.format, options, self._others, self._starts)

    def begins_of(self, text: bytes, shift: int = 0) -> Iterator[int]:
        """Give where each of the whole events in ``text`` begins, ``shift`` added."""
        for row in self._block.finditer(text):
            if row[1] or not self.absorbs:
                yield row.start() + shift

    def until_other(self, text: bytes, start: int, limit: int) -> tuple[int, bool]:
        """Find where another format takes over, under ``auto``.

        Args:
            text: whole events.
            start: where to look from; an event begins there.
            limit: how many events to look at; 0 for all.

        Returns:
            Position of the first line that fits another format, or of the event at which the
            limit was reached, or the end; and whether it was another format.
        """
        seen = 0
        for row in self._block.finditer(text, start):
            head = bool(row[1]) and self.format.joins is not Joins.TRACES
            if head and self.format.passes:
                head = _object(row[1]) is not None
            if not head and self.other_fits(row[0][: row[0].index(b"\n") + 1]):
                return row.start(), True
            if head or not self.absorbs:
                if limit and seen == limit:
                    return row.start(), False
                seen += 1
        return len(text), False

    # -- events to JSON -------------------------------------------------------------------------

    def render(
        self,
        text: bytes,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
    ) -> Rendered:
        """Turn whole events into JSON lines.

        Args:
            text: valid UTF-8, whole lines; where lines join, the first begins an event.
            tail: members that every record gets, after the constants.
            each: members that each event gets besides, in order.

        Raises:
            OtherFormatError: a line fits another format. (The raw format fits every line and
                does not look.)
        """
        if each is None:
            try:
                return self._render(text, tail)
            except UnreadableError:
                if self._others and self.until_other(text, 0, 0)[1]:
                    raise OtherFormatError from None
        done = Rendered()
        extra = iter(each) if each is not None else None
        begins = [*self.begins_of(text), len(text)]
        for start, end in pairwise(begins):
            event = text[start:end]
            members = (*tail, *next(extra)) if extra else tail
            try:
                done += self._render(event, members)
            except UnreadableError:
                done += self._whole(event, members)
        return done

    def _render(self, text: bytes, tail: Sequence[Member]) -> Rendered:
        if self.absorbs:
            return self._joined.render(text, self._end(tail))
        rows = self._block.findall(text)
        if self.format.passes:
            return self._pass(rows, tail)
        added = escaping.survey(text)
        marks = added
        if added and self.format.quotes_escaped:
            marks -= text.count(b'"')
        dirty = bool(marks) or len(rows) != text.count(b"\n")
        odd = _Odd(self, tail, dirty=dirty)
        make, template = self._rows[dirty]
        end = self._end(tail)
        if dirty:
            end = escaping.hold(end)
        json = b"".join(make(rows, odd, template + end.replace(b"%", b"%%")))
        if dirty:
            json = escaping.finish(json, rare=escaping.has_rare(text, added))
        events = len(rows)
        counts = Counter({b"": events})
        if "level" in self.columns:
            counts = Counter(map(itemgetter(self.columns.index("level")), rows))
            counts[b""] = odd.misfits
        return Rendered(json, events, odd.misfits, counts)

    def _pass(self, rows: list[tuple[bytes, bytes]], tail: Sequence[Member]) -> Rendered:
        """Let objects through; they are records already."""
        done = Rendered(events=len(rows))
        members = (*self.constants, *tail)
        odd = _Odd(self, tail, dirty=False)
        pieces = []
        for text, other in rows:
            found = _object(text) if text else None
            if found is None:
                pieces.append(odd(text or other))
                done.levels[b""] += 1
                continue
            level = found.get("level")
            done.levels[level.encode() if isinstance(level, str) else b""] += 1
            extra = _members((name, value) for name, value in members if name not in found)
            if extra:
                body = text.rstrip(b" \t")
                extra = extra if found else extra[1:]
                pieces.append(b"%b%b}%b\n" % (body[:-1], extra, text[len(body) :]))
            else:
                pieces.append(text + b"\n")
        done.json = b"".join(pieces)
        done.misfits = odd.misfits
        return done

    def whole(self, text: bytes, tail: Sequence[Member]) -> Rendered:
        """Make a record of text, without a newline at its end, that no format is asked about."""
        members = _members(member for member in (*self.constants, *tail) if member[0] != "message")
        json = b'{"message":%b%b}\n' % (orjson.dumps(text.decode()), members)
        return Rendered(json, 1, 0, Counter({b"": 1}))

    def _whole(self, event: bytes, tail: Sequence[Member]) -> Rendered:
        """Let an event out as a misfit."""
        json = self.misfit(tail) % orjson.dumps(event[:-1].decode())[1:-1]
        return Rendered(json, 1, 1, Counter({b"": 1}))

    def _end(self, tail: Sequence[Member]) -> bytes:
        """Give what closes every record; where lines join its message, from the quote on."""
        members = (*self.constants, *tail) if self.absorbs else tail
        extra = _members(member for member in members if member[0] not in self.format.fields)
        return (b'"' if self.absorbs else b"") + extra + b"}\n"

    def misfit(self, tail: Sequence[Member]) -> bytes:
        """Give the template of an event that does not fit: one place, for escaped text."""
        error = (
            ()
            if self.format.joins is Joins.TRACES
            else (("parse_error", orjson.dumps(self.format.name)),)
        )
        extra = _members(
            (
                *error,
                *(
                    member
                    for member in (*self.constants, *tail)
                    if member[0] not in {"message", "parse_error"}
                ),
            )
        )
        return b'{"message":"%b"' + extra.replace(b"%", b"%%") + b"}\n"

    @cached_property
    def _joined(self) -> Joined:
        within = self._others.fit_within if self._others else None
        return Joined(self.format, self.options, within)

    @cached_property
    def _rows(self) -> tuple[_RowFunction, _RowFunction]:
        """The functions of clean and of dirty blocks, each with its template."""
        return _row_function(self, dirty=False), _row_function(self, dirty=True)


class _Odd:
    """What becomes of a row that is no head: a misfit, unless it fits another format."""

    def __init__(self, compiled: Compiled, tail: Sequence[Member], *, dirty: bool) -> None:
        self.misfits = 0
        self._compiled = compiled
        self._tail = tail
        self._dirty = dirty
        self._template = b""

    def __call__(self, text: bytes) -> bytes:
        compiled = self._compiled
        if compiled.other_fits(text.partition(b"\n")[0] + b"\n"):
            raise OtherFormatError
        self.misfits += 1
        if not self._template:
            template = compiled.misfit(self._tail)
            self._template = escaping.hold(template) if self._dirty else template
        return self._template % (text if self._dirty else orjson.dumps(text.decode())[1:-1])


_CONTINUES = re.compile(stacktraces.CONTINUES)

_RowFunction = tuple[Callable[[list[Any], _Odd, bytes], list[bytes]], bytes]


def _block_pattern(compiled: Compiled, starts: bytes) -> bytes:
    """Give the expression of one event in a block."""
    pattern, options = compiled.format.pattern, compiled.options
    more, closed = b"", b""
    if compiled.absorbs:
        more = rb"(?:\n(?![%b]).*)*" % starts
    elif compiled.claims:
        more = rb"(?:\n(?=%b).*)*" % stacktraces.CONTINUES
    elif compiled.joins:
        more = rb"(?:\n(?!%b|\Z).*)*" % options.start
        closed = rb"(?=\n(?:%b|\Z))" % options.start
    if pattern == MESSAGE:
        return rb"(?P<message>.*%b)\n" % more
    if pattern.endswith(MESSAGE):
        head = pattern.removesuffix(MESSAGE)
        if compiled.absorbs:
            return rb"(?:%b)?(?P<message>.*%b)\n" % (head, more)
        pattern, closed = rb"%b(?P<message>.*%b)" % (head, more), b""
    return rb"(?:%b%b|(?P<odd>.*%b))\n" % (pattern, closed, more)


def _row_function(compiled: Compiled, *, dirty: bool) -> _RowFunction:  # noqa: PLR0912, PLR0915 - a template, written from left to right
    """Write the function that turns rows into records, and the template it fills.

    The function is ``(rows, odd, template) -> [bytes]``, one comprehension over the columns of the
    block's expression.
    """
    hold = escaping.hold if dirty else bytes
    scope: dict[str, Any] = {"unescape": quoting.unescape}
    values: list[str] = []
    template = b""
    columns = compiled.columns
    presence: dict[str, str] = {}
    for number, (name, declared) in enumerate(compiled.format.fields.items()):
        text, kind = f"_{name}", declared.kind
        key = (b"," if number else b"{") + orjson.dumps(name) + b":"
        quote = b"" if kind is Kind.DIGITS else b'"'
        value = text
        if kind is Kind.QUOTED and dirty:
            value = f"unescape({text})"
        elif kind in {Kind.LOOKUP, Kind.STAMP}:
            assert declared.read is not None
            value = f"read_{name}[{text}]"
            scope[f"read_{name}"] = Lookup(
                _reader(declared.read, compiled.options, key if kind is Kind.LOOKUP else b"", hold)
            )
        if kind is Kind.STAMP:
            quote_end = b'Z"'
            if "fraction" in columns:
                value += " + _fraction.replace(b',', b'.')"
        else:
            quote_end = quote
        shape = b"%b" if kind is Kind.LOOKUP else key + quote + b"%b" + quote_end
        if not declared.optional:
            template += hold(shape)
            values.append(value)
            continue
        assert number, "the first field of a record is always there"
        present = f"_{declared.within} and {text} != b'-'" if declared.within else text
        if kind in {Kind.TEXT, Kind.QUOTED} and not declared.within:
            present = f"{text} and {text} != b'-'"
        if kind is not Kind.LOOKUP:
            scope[f"shape_{name}"] = hold(shape)
            value = f"shape_{name} % {value}"
        template += b"%b"
        values.append(f"({present} and {value} or b'')")
        presence[name] = present
    for name, json in compiled.constants:
        member = hold(_members([(name, json)]))
        if name in presence:
            scope[f"constant_{name}"] = member
            template += b"%b"
            values.append(f"(b'' if {presence[name]} else constant_{name})")
        elif name not in compiled.format.fields:
            template += member.replace(b"%", b"%%")
    names = ", ".join(f"_{column}" for column in columns)
    record = f"template % ({', '.join(values)},)"
    if len(columns) > 1:
        first, last = columns[0], columns[-1]
        record += f" if _{first} else odd(_{last})"
    exec(  # noqa: S102 - the text is made of declared names; every value travels in the scope
        f"def make(rows, odd, template):\n    return [{record} for {names} in rows]\n", scope
    )
    return scope["make"], template


def _reader(
    read: Callable[..., Any],
    options: FormatOptions,
    key: bytes,
    hold: Callable[[bytes], bytes],
) -> Callable[[bytes], bytes]:
    """Give text -> bytes: of the bare value, or, with a key, of the whole member."""

    def bare(text: bytes) -> bytes:
        return str(read(text.decode(), options.reading)).encode()

    def member(text: bytes) -> bytes:
        value = read(text.decode(), options.reading)
        if isinstance(value, str):
            return hold(key + b'"') + value.encode() + hold(b'"')
        return hold(key) + orjson.dumps(value)

    return member if key else bare


def _members(members: Iterable[Member]) -> bytes:
    return b"".join(b",%b:%b" % (orjson.dumps(name), value) for name, value in members)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
