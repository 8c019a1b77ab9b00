r"""Blocks of events, a column at a time.

One ``split`` by the expression of heads gives every group of every head, and, whole, what stands
between heads. Groups are columns, taken by slicing; a column becomes values by one ``map`` over a
look-up, or passes as it stands, escaped all at once if it must be. The pieces of all records stand
in one list, and one join makes the output: nothing is done an event at a time.

What stands between heads joins the event before it (a stack trace costs no more than its bytes),
or is lines that fit nothing. Only the rows concerned leave this road: one whose text turns out to
be no head's is parted again by the pattern itself, one that means nothing goes out whole.

In a block every line, the first too, has its newline before it, and none behind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from typing import cast

import orjson

from sidecar.fields import levels, quoting
from sidecar.formats.escaping import escaped, escaped_apart, of_several_lines
from sidecar.formats.lookup import UNFIT, UNREADABLE, Lookup, Minutes, Text
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import OtherFormatError, Rendered, level
from sidecar.formats.spec import MESSAGE, Field, Format, Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """Which lines make an event.

    Attributes:
        absorbs: lines between heads belong to the head before them.
        more: bytes expression of a line that goes on with the event, and the newline before it.
        mark: byte that was put before each line that begins an event; empty where every line does.
    """

    absorbs: bool = False
    more: bytes = b""
    mark: bytes = b""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the text of records.

    Attributes:
        end: of every record that has fields, from its last field on.
        before: a record that is a message alone, up to the text.
        after: from the text on.
    """

    end: bytes
    before: bytes
    after: bytes


class Columns:
    """One format under one set of options.

    Args:
        format_: the declaration.
        options: what the user chose.
        constants: members of every record that has no field of the name.
        shape: which lines make an event.
        others: under ``auto``: tells whether a line of a block fits another format.
        loose: try the loose expressions first.
    """

    def __init__(
        self,
        format_: Format,
        options: FormatOptions,
        constants: Sequence[tuple[str, bytes]],
        shape: Shape,
        others: Callable[[bytes], bool] | None,
        *,
        loose: bool = True,
    ) -> None:
        self._format = format_
        self._options = options
        self._shape = shape
        self._others = others
        self._loose = format_.loose if loose else {}
        self._narrow = format_.narrow if loose else {}
        self._stricter = lru_cache(1)(
            lambda: Columns(format_, options, constants, shape, others, loose=False)
        )
        self._goes_on = re.compile(shape.more) if shape.more else None
        self._heads = re.compile(self._expression())
        self._names = [*self._heads.groupindex]
        self._checks = self._unseen_checks()
        self._lead, self._row, self._slots, self._closing = self._layout(constants)
        self._width = len(self._row) + 1
        found = (one for one in self._slots if isinstance(one, _Find) and "level" in one.names)
        self._counted = next(found, None)
        self._levels = _Levels()

    def render(self, text: bytes, frame: Frame) -> Rendered:
        """Turn whole events into JSON lines.

        Args:
            text: valid UTF-8, whole lines, marked; where lines join, the first is a head.
            frame: what stands around the text of records.

        Raises:
            OtherFormatError: a line fits another format.
        """
        format_, block = self._format, b"\n" + text[:-1]
        if format_.holds not in block:
            return self.render_unheaded(text, frame)
        if format_.pattern == MESSAGE and not (self._goes_on and self._goes_on.search(block)):
            return self._lines(block, frame)
        first, *parts = self._heads.split(block)
        stride = len(self._names) + 1
        columns = [parts[place::stride] for place in range(stride)]
        count, left = len(columns[0]), columns[-1]
        end = self._closing + frame.end
        pieces = [end + self._lead, *self._row] * count
        pieces[0:1] = [self._lead] if count else []
        pieces.append(end if count else b"")
        bad: dict[int, bytes] = {}
        for check in self._checks:
            check.look(columns, bad)
        for slot in self._slots:
            slot.fill(pieces, self._width, columns, bad)
        done = Rendered(events=count)
        gone: Iterable[int] = bad
        if self._shape.absorbs:
            if bad:
                gone, put = self._regrouped(block, bad, frame, done)
                self._mend(pieces, end, gone, put)
        elif bad or first or any(left):
            put = self._left(block, [first, *left], bad, frame, done)
            self._mend(pieces, end, gone, put)
        self._count(pieces, count, gone, done)
        done.json = b"".join(pieces)
        return done

    def render_unheaded(self, text: bytes, frame: Frame) -> Rendered:
        """Turn lines of which none is a head into records; arguments as for ``render``."""
        block = b"\n" + text[:-1]
        self._look_for_others(block)
        json, count = _messages(block, b"\n" + self._shape.mark, frame)
        return Rendered(json, count, count, Counter({b"": count}))

    def _lines(self, block: bytes, frame: Frame) -> Rendered:
        """Turn lines that are a message each, and nothing else, into records."""
        frame = Frame(b"", self._lead, self._closing + frame.end)
        json, count = _messages(block, b"\n" + self._shape.mark, frame)
        return Rendered(json, count, 0, Counter({b"": count}))

    def _look_for_others(self, lines: bytes) -> None:
        """Ask of a block of lines that are no heads whether one fits another format.

        Raises:
            OtherFormatError: one does.
        """
        if self._others is None or not lines:
            return
        if self._shape.mark:  # one line begins an event of many: it may be a head but for them
            own = re.compile(self._format.pattern)
            events = lines.split(b"\n" + self._shape.mark)
            begun = (event.partition(b"\n")[0] for event in events)
            lines = b"\n".join([b"", *(line for line in begun if not own.fullmatch(line))])
        if self._others(lines + b"\n"):
            raise OtherFormatError

    # -- rows that leave the road ---------------------------------------------------------------

    def _left(
        self,
        block: bytes,
        texts: list[bytes],
        bad: Mapping[int, bytes],
        frame: Frame,
        done: Rendered,
    ) -> dict[int, bytes]:
        """Turn what is no row, or none any more, into records: place between rows -> JSON lines.

        Args:
            block: the block.
            texts: what stands before each row, and after the last.
            bad: rows that are none any more.
            frame: as for ``render``.
            done: where they are counted.
        """
        between = b"\n" + self._shape.mark
        strict = self._stricter() if self._loose or self._narrow else None
        if strict is None:
            self._look_for_others(b"".join(texts))
        if bad:
            spans = [found.span() for found in self._heads.finditer(block)]
            for row in bad:
                start, stop = spans[row]
                texts[row + 1] = block[start:stop] + texts[row + 1]
        places = [place for place, text in enumerate(texts) if text]
        found = [texts[place] for place in places]
        whole = b"".join(found)
        if strict is None:
            json, count = _messages(whole, between, frame)
            made = Rendered(json, count, count, Counter({b"": count}))
        else:
            made = strict.render(whole[1:] + b"\n", frame)
        json, made.json = made.json, b""
        done += made
        if len(places) == 1:
            return {places[0]: json}
        records = iter(json.splitlines(keepends=True))
        return {
            place: b"".join(islice(records, text.count(between)))
            for place, text in zip(places, found, strict=True)
        }

    def _regrouped(
        self, block: bytes, bad: Mapping[int, bytes], frame: Frame, done: Rendered
    ) -> tuple[set[int], dict[int, bytes]]:
        """Make records of rows that are no heads or mean nothing, and of those they belong to.

        Returns:
            The rows that are gone; place between rows -> JSON lines.
        """
        starts = [*(found.start() for found in self._heads.finditer(block)), len(block)]
        gone: set[int] = set()
        put: dict[int, bytes] = {}
        for row in sorted(bad):
            if row in gone:
                continue
            start, stop = row, row + 1
            while bad.get(start) == UNFIT:
                start -= 1
            while bad.get(stop) == UNFIT:
                stop += 1
            event = block[starts[start] + 1 : starts[stop]]
            if stop - start > 1:
                made = self._stricter().render(event + b"\n", frame)
            else:
                json = frame.before + escaped([event])[0] + frame.after
                made = Rendered(json, 1, 1, Counter({b"": 1}))
            gone.update(range(start, stop))
            put[stop], made.json = made.json, b""
            done += made
        return gone, put

    def _mend(
        self, pieces: list[bytes], end: bytes, gone: Iterable[int], put: Mapping[int, bytes]
    ) -> None:
        """Take rows out, and put records between rows."""
        width, last, taken = self._width, len(pieces) // self._width, frozenset(gone)
        for row in taken:
            pieces[row * width + 1 : (row + 1) * width] = [b""] * (width - 1)
        for place in {*put, *taken, *(row + 1 for row in taken)}:
            pieces[place * width] = (
                (b"" if place == 0 or place - 1 in taken else end)
                + put.get(place, b"")
                + (b"" if place == last or place in taken else self._lead)
            )

    def _count(self, pieces: list[bytes], rows: int, gone: Iterable[int], done: Rendered) -> None:
        """Count rows by level, without those that are gone."""
        lost = len({*gone})
        done.events -= lost
        if self._counted is None:
            done.levels[b""] += rows - lost
            return
        codes = bytes(map(self._levels.__getitem__, pieces[self._counted.at :: self._width]))
        for code in {*codes}:
            done.levels[_LEVELS[code]] += codes.count(code)
        done.levels[b""] -= lost  # their pieces are empty, and so they have no level

    # -- the expression of heads ----------------------------------------------------------------

    def _expression(self) -> bytes:
        format_, shape = self._format, self._shape
        inner = {name.encode() for run, names in format_.runs.items() for name in names - {run}}
        pattern = format_.pattern
        for name, other in (*self._loose.items(), *self._narrow.items()):
            group = b"(?P<%b>" % name.encode()
            pattern = pattern.replace(group + _within(pattern, name), group + other)
        pattern = _GROUP.sub(lambda one: b"(?:" if one[1] in inner else one[0], pattern)
        if shape.absorbs:
            assert pattern.endswith(MESSAGE), "a message ends the head of a format that joins"
            pattern = pattern.removesuffix(MESSAGE)
        elif pattern.endswith(MESSAGE):
            more = rb"(?:%b)*" % shape.more
            pattern = rb"%b(?P<message>.*%b)" % (pattern.removesuffix(MESSAGE), more)
        elif shape.mark:
            pattern += rb"(?=\n%b|\Z)" % shape.mark
        else:
            pattern += rb"(?!.)"
        return b"\n" + shape.mark + pattern

    def _own(self, name: str) -> re.Pattern[bytes]:
        """Give the expression of a group, as the format has it."""
        return re.compile(_within(self._format.pattern, name))

    def _inside(self, name: str) -> Callable[[bytes], Mapping[str, Text]]:
        """Give what parts the text of a column into its fields."""
        if name in self._format.fields:
            return lambda text: {name: text}
        own = self._own(name)

        def part(text: bytes) -> Mapping[str, Text]:
            found = own.fullmatch(text)
            assert found
            return found.groupdict()

        return part

    def _unseen_checks(self) -> list[_Check]:
        """Give what holds the text of loose groups against their own expressions.

        Look-ups do it themselves, but for a stamp's that sees more than the text of its group.
        """
        fields, runs = self._format.fields, self._format.runs
        looked_up = {Kind.LOOKUP} if "offset" in self._names else {Kind.LOOKUP, Kind.STAMP}
        return [
            _Check(self._names.index(name), self._own(name))
            for name in self._loose
            if name not in runs and not (name in fields and fields[name].kind in looked_up)
        ]

    def _guarded(self, name: str, read: Callable[[bytes], bytes]) -> Callable[[Text], bytes]:
        """Give a reader that tells what a loose expression has fitted alone; nothing is absent."""
        if name not in self._loose:
            return lambda text: b"" if text is None else read(text)
        own = self._own(name)

        def guarded(text: Text) -> bytes:
            if text is None:
                return b""
            return read(text) if own.fullmatch(text) else UNFIT

        return guarded

    # -- how a record is laid out ---------------------------------------------------------------

    def _layout(
        self, constants: Sequence[tuple[str, bytes]]
    ) -> tuple[bytes, list[bytes], list[_Slot], bytes]:
        """Give a record's begin, the pieces that follow, what fills them, and the end's begin."""
        items: list[bytes | _Slot] = []
        done: set[str] = set()
        for name, field in self._format.fields.items():
            if name in done:
                continue
            key = (b"," if done else b"{") + orjson.dumps(name) + b":"
            run = next((one for one, names in self._format.runs.items() if name in names), "")
            names = [one for one in self._format.fields if one in self._format.runs.get(run, ())]
            done.update(names or [name])
            if run or field.kind is Kind.LOOKUP:
                items.append(self._run(run or name, names or [name], key[:1]))
            elif field.kind is Kind.STAMP:
                items += self._stamp(name, field, key)
            else:
                items += self._texts(name, field, key)
        for name, json in constants:
            member = b",%b:%b" % (orjson.dumps(name), json)
            field = self._format.fields.get(name, Field(optional=True))
            if name not in self._format.fields:
                items.append(member)
            elif field.optional:
                items.append(self._instead(name, member))
        return _folded(items)

    def _run(self, group: str, names: Sequence[str], comma: bytes) -> _Find:
        """Give the slot of fields that are one look-up: their text -> their members."""
        inside, fields = self._inside(group), self._format.fields

        def read(text: bytes) -> bytes:
            groups = inside(text)
            values = ((one, self._json(groups[one], fields[one])) for one in names)
            members = [orjson.dumps(one) + b":" + json for one, json in values if json]
            joined = b",".join(members)
            return comma + joined if joined else b""

        return _Find(self._names.index(group), self._guarded(group, read), names=names)

    def _json(self, text: Text, field: Field) -> bytes:
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

    def _stamp(self, name: str, field: Field, key: bytes) -> list[bytes | _Slot]:
        assert field.read is not None
        read, reading = field.read, self._options.reading

        minutes = Minutes(lambda text: str(read(text, reading)))

        def stamp(text: bytes) -> bytes:
            if field.optional and text == b"-":
                return b""
            return minutes.read(text.decode()).encode()

        place, offset, fraction = (
            self._names.index(one) if one in self._names else -1
            for one in (name, "offset", "fraction")
        )
        guarded = self._guarded(name, stamp)
        if offset >= 0:  # its look-up sees more than the group that may be loose
            guarded = _present(stamp)
        found = _Find(place, guarded, offset=offset)
        if field.optional:
            return [_OptionalStamp(found, fraction, key + b'"')]
        fractions: list[bytes | _Slot] = [_Fraction(fraction)] if fraction >= 0 else []
        return [key + b'"', found, *fractions, b'Z"']

    def _texts(self, name: str, field: Field, key: bytes) -> list[bytes | _Slot]:
        """Give the items of a field that is text in a column of its own."""
        if self._shape.absorbs and name == "message":
            return [key + b'"', _Messages(len(self._names), self._look_for_others), b'"']
        place = self._names.index(name)
        quote = b"" if field.kind is Kind.DIGITS else b'"'
        plain = field.plain or field.kind is Kind.DIGITS
        slot = _Texts(place, plain=plain, quoted=field.kind is Kind.QUOTED)
        if field.optional:
            return [_OptionalTexts(slot, key + quote, quote)]
        return [key + quote, slot, quote]

    def _instead(self, name: str, member: bytes) -> _Slot:
        """Give the slot of a constant that stands where a field of its name does not."""
        group = next((one for one, names in self._format.runs.items() if name in names), name)
        inside = self._inside(group)

        def read(text: Text) -> bytes:
            return member if text is None or inside(text)[name] in {None, b"-"} else b""

        guarded = self._guarded(group, read)
        return _Find(
            self._names.index(group), lambda text: member if text is None else guarded(text)
        )


def _present(read: Callable[[bytes], bytes]) -> Callable[[Text], bytes]:
    return lambda text: b"" if text is None else read(text)


class _Slot:
    """Something that a record has between constants.

    Attributes:
        row: its pieces in a record.
        at: number of the first of them, from the record's start.
    """

    row: tuple[bytes, ...] = (b"",)
    at = 0

    def fill(
        self, pieces: list[bytes], width: int, columns: Sequence[list[Text]], bad: dict[int, bytes]
    ) -> None:
        """Put the pieces of every record in their places."""
        pieces[self.at :: width] = self.values(columns, bad)

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Give a piece a row; tell in ``bad`` which rows are no heads, or mean nothing."""
        raise NotImplementedError


class _Check:
    """Holds the texts of a column against an expression, each different one once.

    Args:
        place: the column.
        own: the expression.
    """

    def __init__(self, place: int, own: re.Pattern[bytes]) -> None:
        self._place = place
        self._unfit = Lookup(lambda text: b"" if text is None or own.fullmatch(text) else UNFIT)

    def look(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> None:
        """Tell in ``bad`` which rows are no heads."""
        unfit = self._unfit
        wrong = {text for text, _ in groupby(columns[self._place]) if unfit[text]}
        if wrong:
            bad.update(
                (row, UNFIT) for row, text in enumerate(columns[self._place]) if text in wrong
            )


class _Find(_Slot):
    """What is looked up.

    Args:
        place: column of the text.
        read: what the look-up asks.
        offset: column of what is added to the text; -1: nothing.
        names: of the fields whose members the values are.
    """

    def __init__(
        self,
        place: int,
        read: Callable[[Text], bytes],
        *,
        offset: int = -1,
        names: Sequence[str] = (),
    ) -> None:
        self.names = names
        self._place, self._read, self._offset = place, read, offset
        self._lookup = Lookup(read)

    def within(self, before: bytes, after: bytes) -> _Find:
        """Give the slot with constants around its values."""

        def around(text: Text) -> bytes:
            value = self._read(text)
            return value if value in {UNFIT, UNREADABLE} else before + value + after

        if not before and not after:
            return self
        return _Find(self._place, around, offset=self._offset, names=self.names)

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        texts = columns[self._place]
        if self._offset >= 0:
            offsets = columns[self._offset]
            texts = [one and one + (more or b"") for one, more in zip(texts, offsets, strict=True)]
        lookup = self._lookup
        values = [*map(lookup.__getitem__, texts)]
        if lookup.odd and (UNFIT in values or UNREADABLE in values):
            for row, value in enumerate(values):
                if value == UNFIT or (value == UNREADABLE and row not in bad):
                    bad[row] = value
        return values


class _Fraction(_Slot):
    """A stamp's fraction, with the separator before it, or empty."""

    def __init__(self, place: int) -> None:
        self._place = place

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        fractions = [*filter(None, columns[self._place])]
        if len(fractions) != len(columns[self._place]):
            fractions = [one or b"" for one in columns[self._place]]
        if b"," in b"".join(fractions):
            return [one.replace(b",", b".") for one in fractions]
        return fractions


class _OptionalStamp(_Slot):
    """A stamp that may be absent, its key with it."""

    def __init__(self, found: _Find, fraction: int, key: bytes) -> None:
        self._found, self._key = found, key
        self._fraction = _Fraction(fraction) if fraction >= 0 else None

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        values, key = self._found.values(columns, bad), self._key
        if self._fraction is None:
            return [one and b'%b%bZ"' % (key, one) for one in values]
        fractions = self._fraction.values(columns, bad)
        return [
            one and b'%b%b%bZ"' % (key, one, more)
            for one, more in zip(values, fractions, strict=True)
        ]


class _Texts(_Slot):
    """What passes from the line to the record as text."""

    def __init__(self, place: int, *, plain: bool, quoted: bool) -> None:
        self._place, self._plain, self._quoted = place, plain, quoted

    def column(self, columns: Sequence[list[Text]]) -> list[Text]:
        """Give the texts as they stand."""
        return columns[self._place]

    def written(self, texts: list[bytes]) -> list[bytes]:
        """Give the texts as JSON has them."""
        if self._plain:
            return texts
        if self._quoted and b"\\" in b"".join(texts):
            texts = [quoting.unescape(one) if _BACKSLASH in one else one for one in texts]
        return escaped(texts)

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        return self.written(cast("list[bytes]", columns[self._place]))


class _Messages(_Slot):
    """Messages, with the lines that join them.

    Args:
        place: their column.
        look: is told the joining lines, as a block.
    """

    def __init__(self, place: int, look: Callable[[bytes], None]) -> None:
        self._place, self._look = place, look

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        texts = cast("list[bytes]", columns[self._place])
        whole = b"".join(texts)
        several = of_several_lines(texts, whole)
        if several:
            longer = [texts[place] for place in several]
            self._look(b"".join([one[one.index(b"\n") :] for one in longer]))
        return escaped_apart(texts, whole, several)


class _OptionalTexts(_Slot):
    """Text that may be absent, its key with it."""

    def __init__(self, texts: _Texts, key: bytes, quote: bytes) -> None:
        self._texts, self._key, self._quote = texts, key, quote
        self.row = (key, b"", quote)

    def fill(
        self, pieces: list[bytes], width: int, columns: Sequence[list[Text]], bad: dict[int, bytes]
    ) -> None:
        texts, at = self._texts.column(columns), self.at
        if all(texts) and b"-" not in texts:
            pieces[at + 1 :: width] = self._texts.written(cast("list[bytes]", texts))
            return
        if not any(texts) and texts.count(None) == len(texts):
            pieces[at::width] = pieces[at + 2 :: width] = [b""] * len(texts)
            return
        absent = [row for row, text in enumerate(texts) if text is None or text == b"-"]
        there = [b"" if text is None or text == b"-" else text for text in texts]
        pieces[at + 1 :: width] = self._texts.written(there)
        for row in absent:
            pieces[row * width + at] = pieces[row * width + at + 2] = b""


#: Asked of bytes as a number, which is ten times as quick as asking for a text of one.
_BACKSLASH = b"\\"[0]

_GROUP = re.compile(rb"\(\?P<(\w+)>")

#: So many different answers are kept.
_MANY = 4096

_LEVEL = re.compile(rb'"level":"([^"]*)"')
_LEVELS = tuple(name.encode() for name in ("", "other", *levels.SCALE))


class _Levels(dict[bytes, int]):
    """Members of a record -> number of their level in ``_LEVELS``; no text has a bare quote."""

    def __missing__(self, members: bytes) -> int:
        if len(self) >= _MANY:
            self.clear()
        found = _LEVEL.search(members)
        self[members] = code = _LEVELS.index(level(found[1]).encode() if found else b"")
        return code


def _folded(items: Sequence[bytes | _Slot]) -> tuple[bytes, list[bytes], list[_Slot], bytes]:
    """Merge constants with each other and into the look-ups beside them."""
    merged: list[bytes | _Slot] = [b""]
    for item in items:
        last = merged[-1]
        if isinstance(item, bytes) and isinstance(last, bytes):
            merged[-1] = last + item
        elif isinstance(item, bytes) and isinstance(last, _Find):
            merged[-1] = last.within(b"", item)
        elif isinstance(item, _Find) and isinstance(last, bytes) and len(merged) > 1:
            merged[-1] = item.within(last, b"")
        else:
            merged.append(item)
    lead, *rest = merged
    closing = rest.pop() if isinstance(rest[-1], bytes) else b""
    assert isinstance(lead, bytes)
    assert isinstance(closing, bytes)
    row: list[bytes] = []
    for item in rest:
        if isinstance(item, _Slot):
            item.at = len(row) + 1
            row += item.row
        else:
            row.append(item)
    return lead, row, [one for one in rest if isinstance(one, _Slot)], closing


def _messages(block: bytes, between: bytes, frame: Frame) -> tuple[bytes, int]:
    """Make records of events that are a message alone.

    Args:
        block: the events.
        between: what every event begins with.
        frame: what stands around their text.

    Returns:
        JSON lines, and how many.
    """
    bound = frame.after + frame.before
    if len(between) == 1:
        # What newlines add is theirs alone where JSON escapes nothing else.
        json = block.replace(between, bound)
        count = (len(json) - len(block)) // (len(bound) - 1)
        if len(orjson.dumps(block.decode())) - 2 == len(block) + count:
            return json[len(frame.after) :] + frame.after, count
    events = escaped(block.split(between)[1:])
    return frame.before + bound.join(events) + frame.after, len(events)


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
