r"""Events of formats whose other lines join: heads part the block, and what is between joins.

One ``split`` by the head's expression gives the fields of each head and, whole, the text up to the
next: a stack trace costs no more than its bytes. The pieces of all records stand in one list, and
one join makes the output. Fields that are few different texts together (a level, a thread and a
logger) are one look-up; what is left as text is escaped a column at a time, and only in blocks that
need it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from sidecar.fields import quoting
from sidecar.formats.lookup import Lookup
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import OtherFormatError, Rendered
from sidecar.formats.spec import MESSAGE, Field, Format, Kind

#: Control characters that JSON writes as ``\u000H``; one that a block lacks parts a column.
_PARTERS = range(8)


class Joined:
    """One format that joins, under one set of options.

    Args:
        format_: the declaration.
        options: as for ``Compiled``.
        others: under ``auto``: tells whether a line of a text but its first, each with its
            newline, fits another format.
    """

    def __init__(
        self, format_: Format, options: FormatOptions, others: Callable[[bytes], bool] | None
    ) -> None:
        self._format = format_
        self._options = options
        self._others = others
        head = format_.pattern.removesuffix(MESSAGE)
        assert head != format_.pattern, "a message ends the head of a format that joins"
        inner = {name.encode() for names in format_.runs.values() for name in names}
        self._heads = re.compile(
            rb"\n" + _GROUP.sub(lambda one: b"(?:" if one[1] in inner else one[0], head)
        )
        self._columns = [*self._heads.groupindex]
        self._counted, self._level = self._level_column()
        self._lead, self._slots = self._layout()

    def render(self, text: bytes, end: bytes) -> Rendered:
        """Turn whole events into JSON lines.

        Args:
            text: valid UTF-8, whole lines; the first is a head.
            end: closes each record, from the quote of its message on.

        Raises:
            UnreadableError: a field cannot be read.
            OtherFormatError: a line fits another format.
        """
        parts = self._heads.split(b"\n" + text[:-1])
        stride = len(self._columns) + 1
        count = len(parts) // stride
        columns = [parts[1 + place :: stride] for place in range(stride)]
        counts = Counter(columns[self._counted]) if self._counted >= 0 else Counter({b"": count})
        # Each event ends in a newline, which is all that JSON would escape in a clean block.
        dirty = b"\t" in text or len(orjson.dumps(text.decode())) - 2 - len(text) != count
        if dirty and self._others and text.count(b"\n") != count:
            for message in columns[-1]:
                if b"\n" in message and self._others(message + b"\n"):
                    raise OtherFormatError
        width = len(self._slots) + 1
        pieces = [end + self._lead] * (count * width)
        pieces[0] = self._lead
        for place, slot in enumerate(self._slots, 1):
            pieces[place::width] = slot(columns, dirty)
        pieces.append(end)
        levels: Counter[bytes] = Counter()
        for printed, number in counts.items():
            levels[self._level[printed]] += number
        return Rendered(b"".join(pieces), count, 0, levels)

    # -- how a record is laid out ---------------------------------------------------------------

    def _level_column(self) -> tuple[int, Lookup]:
        """Give the column that has the level (-1: none does), and what finds it in its text."""
        for place, name in enumerate(self._columns):
            if name == "level" or "level" in self._format.runs.get(name, ()):
                return place, Lookup(_picked(self._inside(name), "level"))
        return -1, Lookup(bytes)

    def _inside(self, name: str) -> Callable[[bytes], Mapping[str, bytes | None]]:
        """Give what parts the text of a column into its fields."""
        if name in self._format.fields:
            return lambda text: {name: text}
        pattern = re.compile(_within(self._format.pattern, name))

        def part(text: bytes) -> Mapping[str, bytes | None]:
            found = pattern.fullmatch(text)
            assert found
            return found.groupdict()

        return part

    def _layout(self) -> tuple[bytes, list[_Slot]]:
        """Give what every record begins with, and the slots that follow."""
        pieces: list[bytes | _Run | _Slot] = []
        done: set[str] = set()
        for name, field in self._format.fields.items():
            if name in done:
                continue
            comma = b"," if done else b"{"
            run = next((one for one, names in self._format.runs.items() if name in names), "")
            names = [one for one in self._format.fields if one in self._format.runs.get(run, ())]
            done.update(names or [name])
            if run or field.kind is Kind.LOOKUP:
                run = run or name
                pieces += [comma, _Run(self._columns.index(run), run, names or [name])]
                continue
            place = len(self._columns) if name == "message" else self._columns.index(name)
            pieces.append(comma + orjson.dumps(name) + b':"')
            if field.kind is Kind.STAMP:
                pieces.append(_looked_up(place, Lookup(self._reader(field))))
                if "fraction" in self._columns:
                    pieces.append(_fraction(self._columns.index("fraction")))
                pieces.append(b'Z"')
            else:
                assert field.kind is Kind.TEXT
                assert not field.optional
                pieces.append(_text(place, plain=field.plain))
                pieces.append(b'"')
        assert name == "message", "the message is the last field of a format that joins"
        return self._fold(pieces[:-1])  # its quote is the end's

    def _fold(self, pieces: list[bytes | _Run | _Slot]) -> tuple[bytes, list[_Slot]]:
        """Merge constants with each other and into the runs beside them; the first is the lead."""
        merged: list[bytes | _Run | _Slot] = []
        for piece in pieces:
            if merged and isinstance(piece, bytes) and isinstance(merged[-1], bytes):
                merged[-1] += piece
            else:
                merged.append(piece)
        lead, *rest = merged
        assert isinstance(lead, bytes)
        slots: list[_Slot] = []
        before = b""
        while rest:
            piece = rest.pop(0)
            if isinstance(piece, _Run):
                after = rest.pop(0) if rest and isinstance(rest[0], bytes) else b""
                assert isinstance(after, bytes)
                slots.append(self._read_run(piece, before, after))
                before = b""
            elif isinstance(piece, bytes) and rest and isinstance(rest[0], _Run):
                before = piece
            else:
                slots.append(_same(piece) if isinstance(piece, bytes) else piece)
        return lead, slots

    def _reader(self, field: Field) -> Callable[[bytes], bytes]:
        assert field.read is not None
        read, reading = field.read, self._options.reading
        return lambda text: str(read(text.decode(), reading)).encode()

    def _read_run(self, run: _Run, before: bytes, after: bytes) -> _Slot:
        """Give the slot of a run: its text -> its members, and the constants around."""
        inside = self._inside(run.name)

        def read(text: bytes) -> bytes:
            groups = inside(text)
            values = ((one, self._json(groups[one], self._format.fields[one])) for one in run.names)
            members = [orjson.dumps(one) + b":" + json for one, json in values if json]
            return before + b",".join(members) + after

        return _looked_up(run.place, Lookup(read))

    def _json(self, text: bytes | None, field: Field) -> bytes:
        """Read one value; b"" where it is absent."""
        if text is None or (field.optional and text == b"-"):
            return b""
        if field.kind is Kind.DIGITS:
            return text
        if field.kind is Kind.LOOKUP:
            assert field.read is not None
            return orjson.dumps(field.read(text.decode(), self._options.reading))
        if field.kind is Kind.QUOTED:
            text = quoting.unescape(text)
        return orjson.dumps(text.decode())


@dataclass(frozen=True, slots=True)
class _Run:
    """Fields that are one look-up: the column they stand in, its name, theirs."""

    place: int
    name: str
    names: Sequence[str]


def _picked(
    part: Callable[[bytes], Mapping[str, bytes | None]], field: str
) -> Callable[[bytes], bytes]:
    return lambda text: part(text)[field] or b""


#: (columns, whether the block is dirty) -> the slot's piece of each record, or one for all.
_Slot = Callable[[Sequence[list[bytes]], bool], Sequence[bytes]]

_GROUP = re.compile(rb"\(\?P<(\w+)>")


def _same(constant: bytes) -> _Slot:
    return lambda columns, _: [constant] * len(columns[0])


def _looked_up(place: int, lookup: Lookup) -> _Slot:
    find = lookup.__getitem__
    return lambda columns, _: [*map(find, columns[place])]


def _text(place: int, *, plain: bool) -> _Slot:
    return lambda columns, dirty: escaped(columns[place]) if dirty and not plain else columns[place]


def _fraction(place: int) -> _Slot:
    """Give the slot of a stamp's fraction, with the separator before it, or empty."""

    def slot(columns: Sequence[list[bytes]], _: bool) -> Sequence[bytes]:
        fractions = columns[place]
        if b"," in b"".join(fractions):
            return [one.replace(b",", b".") for one in fractions]
        return fractions

    return slot


def escaped(texts: list[bytes]) -> list[bytes]:
    """Escape texts as the inside of JSON strings, all at once."""
    whole = b"".join(texts)
    for code in _PARTERS:
        parter, written = b"%c" % code, b"\\u000%d" % code
        if parter not in whole and written not in whole:
            return orjson.dumps(parter.join(texts).decode())[1:-1].split(written)
    return [orjson.dumps(one.decode())[1:-1] for one in texts]


def _within(pattern: bytes, name: str) -> bytes:
    """Give what stands in a named group of an expression."""
    begin = pattern.index(b"(?P<%b>" % name.encode()) + len(name) + 5
    depth, place = 1, begin
    for found in re.compile(rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL).finditer(
        pattern, begin
    ):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        place = found.start()
        if not depth:
            break
    return pattern[begin:place]
