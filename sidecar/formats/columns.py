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
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import orjson

from sidecar.fields import levels
from sidecar.formats.escaping import escaped
from sidecar.formats.heads import ODD, Shape, expression, usual
from sidecar.formats.lookup import UNFIT, Text
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import OtherFormatError, Rendered, level
from sidecar.formats.records import Layout
from sidecar.formats.slots import Members
from sidecar.formats.spec import MESSAGE, Format, Member


class Frame(NamedTuple):
    """What stands around the text of records.

    Attributes:
        end: of every record that has fields, from its last field on.
        before: a record that is a message alone, up to the text.
        after: from the text on.
        members: what ``end`` has beside its brace, where the text tells which fields there are.
        instead: name of an optional field -> the member of a record that lacks it.
    """

    end: bytes
    before: bytes
    after: bytes
    members: Sequence[Member] = ()
    instead: Mapping[str, bytes] = {}


class Columns:
    """One format under one set of options.

    Args:
        format_: the declaration.
        options: what the user chose.
        constants: members of every record that has no field of the name.
        shape: which lines make an event.
        others: under ``auto``: tells whether a line of a block fits another format.
        strict: try the format's own expressions alone, and not those of usual heads first.
    """

    def __init__(
        self,
        format_: Format,
        options: FormatOptions,
        constants: Sequence[Member],
        shape: Shape,
        others: Callable[[bytes], bool] | None,
        *,
        strict: bool = False,
    ) -> None:
        self._strict = strict or not (format_.loose or format_.usual)
        self._stricter = lru_cache(1)(
            lambda: Columns(format_, options, constants, shape, others, strict=True)
        )
        self._format = format_
        self._shape = shape
        self._others = others
        self._goes_on = re.compile(shape.shows) if shape.shows else None
        tried, loose = (format_, {}) if self._strict else (usual(format_), format_.loose)
        self._heads = re.compile(expression(tried, shape, loose))
        self._names = [*self._heads.groupindex]
        look = self._look_for_others if shape.absorbs else None
        layout = Layout(tried, options, self._names, loose, constants, look)
        self._lead, self._row, self._closing = layout.lead, layout.row, layout.closing
        self._slots, self._checks = layout.slots, layout.checks
        self._order, self._untold, self._added = layout.order, layout.untold, layout.added
        self._width = len(self._row) + 1
        self._counted = next((one for one in self._slots if "level" in one.names), None)
        self._levels = _Levels()

    def render(
        self, text: bytes, frame: Frame, moment: str = "", *, alone: bool = False
    ) -> Rendered:
        """Turn whole events into JSON lines.

        Args:
            text: valid UTF-8, whole lines, marked; where lines join, the first is a head.
            frame: what stands around the text of records.
            moment: as of ``Place``.
            alone: it is one event.

        Raises:
            OtherFormatError: a line fits another format.
            TwiceError: it is several, and they must be rendered one by one.
        """
        format_ = self._format
        if format_.holds not in text:
            return self.render_unheaded(text, frame)
        block = memoryview(b"\n" + text)[:-1]  # to copy it once more would take a while
        if format_.pattern == MESSAGE and not (self._goes_on and self._goes_on.search(block)):
            return self._lines(text, frame)
        first, *parts = self._heads.split(block)
        stride = len(self._names) + 1
        columns = [parts[place::stride] for place in range(stride)]
        count, left = len(columns[0]), columns[-1]
        end = self._closing + frame.end
        pieces = [end + self._lead, *self._row] * count
        pieces[0:1] = [self._lead] if count else []
        pieces.append(end if count else b"")
        bad: dict[int, bytes] = {}
        self._order.begin(moment, alone=alone)
        if ODD in self._names:
            bad.update(self._odd(columns))
        for check in self._checks:
            check.look(columns, bad)
        if self._untold:
            self._untold.untold = frame.members
        for name, one in self._added.items():
            one.member = frame.instead.get(name, b"")
        for slot in self._slots:
            slot.fill(pieces, self._width, columns, bad)
        done = Rendered(events=count)
        if not bad:
            done.moment = self._order.moment
        gone: Iterable[int] = bad
        if self._shape.absorbs:
            if bad:
                gone, put = self._regrouped(bytes(block), bad, frame, done)
                self._mend(pieces, end, gone, put)
        elif bad or first or any(left):
            put = self._left(bytes(block), [first, *left], bad, frame, done)
            self._mend(pieces, end, gone, put)
        self._count(pieces, count, gone, done)
        done.json = b"".join(pieces)
        return done

    def render_unheaded(self, text: bytes, frame: Frame) -> Rendered:
        """Turn lines of which none is a head into records; arguments as for ``render``."""
        if self._others:
            self._look_for_others(b"\n" + text[:-1])
        json, count = _messages(text, self._shape.mark, frame)
        return Rendered(json, count, count, Counter({b"": count}))

    def _lines(self, text: bytes, frame: Frame) -> Rendered:
        """Turn lines that are a message each, and nothing else, into records."""
        frame = Frame(b"", self._lead, self._closing + frame.end)
        json, count = _messages(text, self._shape.mark, frame)
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

    def _odd(self, columns: Sequence[list[Text]]) -> dict[int, bytes]:
        """Give the rows that are no head's; what groups had no part in is nothing."""
        texts = columns[self._names.index(ODD)]
        odd = [row for row, text in enumerate(texts) if text is not None]
        for column in columns[:-1] if odd else ():
            for row in odd:
                column[row] = b""
        return dict.fromkeys(odd, UNFIT)

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
        mark = self._shape.mark
        between = b"\n" + mark
        if self._strict:
            self._look_for_others(b"".join(texts))
        if bad:
            spans = [found.span() for found in self._heads.finditer(block)]
            for row in bad:
                start, stop = spans[row]
                texts[row + 1] = block[start:stop] + texts[row + 1]
        places = [place for place, text in enumerate(texts) if text]
        found = [texts[place] for place in places]
        if self._shape.more and not self._shape.mark:  # lines tell what joins: each is one event
            return self._left_apart(zip(places, found, strict=True), frame, done)
        whole = b"".join(found)
        if self._strict:
            json, count = _messages(whole[1:] + b"\n", mark, frame)
            made = Rendered(json, count, count, Counter({b"": count}))
        else:
            made = self._strictly(whole[1:], frame)
        json, made.json = made.json, b""
        done += made
        if len(places) == 1:
            return {places[0]: json}
        records = iter(json.splitlines(keepends=True))
        return {
            place: b"".join(islice(records, text.count(between)))
            for place, text in zip(places, found, strict=True)
        }

    def _left_apart(
        self, events: Iterable[tuple[int, bytes]], frame: Frame, done: Rendered
    ) -> dict[int, bytes]:
        """Do as ``_left``, knowing the one event of each place."""
        put: dict[int, bytes] = {}
        for place, event in events:
            if self._strict:
                json = frame.before + escaped([event[1:]])[0] + frame.after
                made = Rendered(json, 1, 1, Counter({b"": 1}))
            else:
                made = self._strictly(event[1:], frame)
            put[place], made.json = made.json, b""
            done += made
        return put

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
                made = self._strictly(event, frame)
            else:
                json = frame.before + escaped([event])[0] + frame.after
                made = Rendered(json, 1, 1, Counter({b"": 1}))
            gone.update(range(start, stop))
            put[stop], made.json = made.json, b""
            done += made
        return gone, put

    def _strictly(self, text: bytes, frame: Frame) -> Rendered:
        """Turn events, without the last newline, into records by the format's own expressions."""
        order = self._order
        return self._stricter().render(text + b"\n", frame, order.before, alone=order.alone)

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
        members = pieces[self._counted.at :: self._width]
        seldom = isinstance(self._counted, Members)  # two rows of those are alike
        codes = bytes(map(_code if seldom else self._levels.__getitem__, members))
        for code in {*codes}:
            done.levels[_LEVELS[code]] += codes.count(code)
        done.levels[b""] -= lost  # their pieces are empty, and so they have no level


#: So many different answers are kept.
_MANY = 4096

_LEVEL = re.compile(rb'"level":"([^"]*)"')
_LEVELS = tuple(name.encode() for name in ("", "other", *levels.SCALE))


class _Levels(dict[bytes, int]):
    """Members of a record -> number of their level in ``_LEVELS``; no text has a bare quote."""

    def __missing__(self, members: bytes) -> int:
        if len(self) >= _MANY:
            self.clear()
        self[members] = code = _code(members)
        return code


def _code(members: bytes) -> int:
    found = _LEVEL.search(members)
    return _LEVELS.index(level(found[1]).encode()) if found else 0


def _messages(text: bytes, mark: bytes, frame: Frame) -> tuple[bytes, int]:
    """Make records of events that are a message alone.

    Args:
        text: the events, whole lines.
        mark: what every event begins with; where there is none, every line is one.
        frame: what stands around their text.

    Returns:
        JSON lines, and how many.
    """
    bound = frame.after + frame.before
    if not mark:
        # What newlines add is theirs alone where JSON escapes nothing else.
        json = text.replace(b"\n", bound)
        count = (len(json) - len(text)) // (len(bound) - 1)
        if len(orjson.dumps(text.decode())) - 2 == len(text) + count:
            return b"".join((frame.before, memoryview(json)[: -len(frame.before)])), count
    events = escaped((b"\n" + text[:-1]).split(b"\n" + mark)[1:])
    return frame.before + bound.join(events) + frame.after, len(events)
