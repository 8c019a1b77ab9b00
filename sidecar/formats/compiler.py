r"""A format's declaration under one set of options, made into a function over many events.

``columns`` turns blocks of whole events into JSON; here stands which lines begin an event, where
another format takes over, and what closes a record. For these questions a block's expression
fits at every line's start, so no line can fall between two matches: ``(?:HEAD)?(REST)\n`` where
lines join, ``(?:HEAD|(ODD))\n`` where they stand alone. A row whose first group is empty is no
head.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import orjson

from sidecar.fields import stacktraces
from sidecar.fields.reading import ANYWHERE, Place
from sidecar.formats.columns import Columns, Frame
from sidecar.formats.heads import Shape
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import OtherFormatError, Rendered, TwiceError, printed_level
from sidecar.formats.spec import MESSAGE, Format, Joins, Kind, Member


class Others(NamedTuple):
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
        told: which lines begin an event is told line by line, where the grammar of traces does.
    """

    def __init__(
        self,
        format_: Format,
        options: FormatOptions,
        others: Others | None = None,
        starts: bytes = b"",
        *,
        told: bool = False,
    ) -> None:
        if options.lone:  # a line is never the second of a head then
            format_ = format_._replace(pattern=re.sub(rb"\\?\n", b"(?!)", format_.pattern))
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
        self._told = told
        self._headless = b""  # lines of which the last look found none that begins an event
        self._tells = any(one.kind is Kind.MEMBERS for one in format_.fields.values())
        self._start = re.compile(options.start) if options.start else None
        self.constants = [
            (key, orjson.dumps(value))
            for key, value in options.constants.items()
            if key not in options.add
        ]
        if "format" in options.add:
            self.constants.append(("format", orjson.dumps(format_.name)))

    @cached_property
    def _head(self) -> re.Pattern[bytes]:
        return re.compile(self.format.pattern + rb"\n")

    @cached_property
    def _opens(self) -> Callable[[bytes], re.Match[bytes] | None]:
        starts = b"[%b]" % self.format.starts if self.format.starts else b""
        return re.compile(self.format.opens or starts).match

    @cached_property
    def _continues(self) -> re.Pattern[bytes]:
        return re.compile(stacktraces.CONTINUES)

    @cached_property
    def _waits(self) -> re.Pattern[bytes]:
        return re.compile(stacktraces.WAITS)

    @cached_property
    def _next_head(self) -> re.Pattern[bytes]:
        return re.compile(rb"\n%b\n" % self.format.pattern)

    @cached_property
    def _block(self) -> re.Pattern[bytes]:
        return re.compile(_block_pattern(self.format.pattern, self._shape, self._starts))

    @cached_property
    def _shape(self) -> Shape:
        if self.claims and not self._told:
            # Indented lines, most of a trace, are taken without a look at the rest of the grammar.
            more = rb"\n(?:[ \t].*(?:\n[ \t].*)*+|(?=%b).*)" % stacktraces.CONTINUES
            return Shape(more=more, shows=rb"\n" + stacktraces.ALONE)
        if self.joins and not self.absorbs:
            more = rb"\n(?!%b)" % _MARK
            return Shape(more=more + rb".*", shows=more, mark=_MARK)
        return Shape(absorbs=self.absorbs)

    @cached_property
    def _columns(self) -> Callable[[int], Columns]:
        """Give the columns for a day as of ``Place``, which counts where stamps have no year."""
        within = self._others.fit_within if self._others else None

        def columns(day: int) -> Columns:
            options = self.options
            if self.format.yearless:
                reading = options.reading._replace(until=Place(day).until)
                options = options._replace(reading=reading)
            return Columns(self.format, options, self.constants, self._shape, within)

        return lru_cache(_DAYS)(columns)

    # -- which lines begin an event -------------------------------------------------------------

    def fits(self, line: bytes) -> bool:
        """Tell whether the line, with its newline, is a head of this format."""
        # Compiling a head takes longer than starting many a conversion may.
        if self.format.holds not in line or not self._opens(line):
            return False
        if self._head.fullmatch(line) is None:
            return False
        return not self.format.passes or _object(line) is not None

    def begins(self, text: bytes, position: int = 0) -> bool:
        """Tell whether the line at ``position`` begins an event that others may join.

        The line below it, if ``text`` goes on, may tell that it joins an event above.
        """
        if self.claims:
            return self._continues.match(text, position) is None
        end = text.index(b"\n", position)
        if self._start:
            return self._start.match(text[position:end]) is not None
        return self.options.lone or self.fits(text[position : end + 1])

    def waits(self, line: bytes) -> bool:
        """Tell whether the line below may tell that a line, with its newline, joins."""
        return self.claims and self._waits.fullmatch(line) is not None

    def may_begin(self, text: bytes) -> bool:
        """Tell soon whether any of the lines may begin an event."""
        return not self.absorbs or self.first_begin(text, headed=False) < len(text)

    def first_begin(self, text: bytes, *, headed: bool) -> int:
        """Give where the first event begins that lines may join, or the end.

        Args:
            text: whole lines.
            headed: an event is open that those before it join.
        """
        if not self.absorbs or not text:
            position = 0
            while position < len(text):
                end = text.index(b"\n", position) + 1
                if self.begins(text, position) if headed else self.begins(text[position:end]):
                    break
                position = end
            return position
        if text == self._headless:
            return len(text)
        if self.format.holds in text:
            if self._head.match(text):  # as a rule, and what comes next copies the text
                return 0
            if found := self._next_head.search(b"\n" + text):
                return found.start()
        self._headless = text  # the same lines are asked for once more when they become records
        return len(text)

    def other_fits(self, line: bytes) -> bool:
        """Tell whether the line, with its newline, fits another format, under ``auto``."""
        if self._others is None or not self._others.fit(line):
            return False
        return self.format.joins is Joins.TRACES or not self.fits(line)

    def told(self, text: bytes, above: str = "", *, headed: bool = False) -> tuple[list[int], str]:
        """Find the events of ``text``, by the grammar of traces and by what is open above a line.

        Args:
            text: whole lines.
            above: what the event above leaves open, as of ``stacktraces``.
            headed: there is one, that lines may join.

        Returns:
            Where events begin that lines may join; and what the last leaves open.
        """
        begins, lines = [], text.split(b"\n")
        position = 0
        for line, below in pairwise(lines):
            if headed:
                joins = self._continues.match(text, position) is not None or (
                    stacktraces.ends(line, below, above) and not self.other_fits(line + b"\n")
                )
            else:
                joins = self._continues.match(line + b"\n") is not None
            if not joins:
                begins.append(position)
                headed, above = True, ""
            above = stacktraces.after(line, above) if headed else ""
            position += len(line) + 1
        return begins, above

    def _as_told(self, text: bytes) -> Compiled:
        """Give what reads the whole events in ``text``: the same, unless a line leaves one open."""
        told = self.claims and not self._told and stacktraces.opens(text)
        return self._line_by_line if told else self

    @cached_property
    def _line_by_line(self) -> Compiled:
        return Compiled(self.format, self.options, self._others, self._starts, told=True)

    @cached_property
    def lone(self) -> Compiled:
        """The same format where each line is an event: for lines that have no event to join."""
        options = self.options._replace(start=b"", lone=True)
        return Compiled(self.format, options, self._others, self._starts)

    def begins_of(self, text: bytes, shift: int = 0) -> Iterator[int]:
        """Give where each of the whole events in ``text`` begins, ``shift`` added."""
        if (told := self._as_told(text)) is not self:
            yield from told.begins_of(text, shift)
            return
        for position, row in self._rows(text, 0):
            if row[1] or not self.absorbs:
                yield position + shift

    def _rows(self, text: bytes, start: int) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Give the rows of ``text`` from ``start`` on, each with its place."""
        if not self._shape.mark:
            for row in self._block.finditer(text, start):
                yield row.start(), row
            return
        for number, row in enumerate(self._block.finditer(self._marked(text[start:]))):
            yield start + row.start() - number, row

    def _marked(self, text: bytes) -> bytes:
        """Put a mark before each line that begins an event, where a rule of the user's says which.

        The rule is asked line by line: whatever it is, it sees nothing beyond the line.
        """
        if not self._shape.mark:
            return text
        if self._told:
            begins = [*self.told(text)[0], len(text)]
            return b"".join(_MARK + text[one:two] for one, two in pairwise(begins))
        assert self._start
        match = self._start.match
        lines = text[:-1].split(b"\n")
        return b"\n".join([_MARK + line if match(line) else line for line in lines]) + b"\n"

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
        if (told := self._as_told(text)) is not self:
            return told.until_other(text, start, limit)
        seen = 0
        for position, row in self._rows(text, start):
            head = bool(row[1]) and self.format.joins is not Joins.TRACES
            if head and self.format.passes:
                head = _object(row[1]) is not None
            first = row[0][len(self._shape.mark) : row[0].index(b"\n") + 1]
            if not head and self.other_fits(first):
                return position, True
            if head or not self.absorbs:
                if limit and seen == limit:
                    return position, False
                seen += 1
        return len(text), False

    # -- events to JSON -------------------------------------------------------------------------

    def render(
        self,
        text: bytes,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
        place: Place = ANYWHERE,
    ) -> Rendered:
        """Turn whole events into JSON lines.

        Args:
            text: valid UTF-8, whole lines; where lines join, the first begins an event.
            tail: members that every record gets, after the constants.
            each: members that each event gets besides, in order.
            place: where ``text`` begins.

        Raises:
            OtherFormatError: a line fits another format. (The raw format fits every line and
                does not look.)
        """
        if (told := self._as_told(text)) is not self:
            return told.render(text, tail, each, place)
        if each is None:
            try:
                return self._render(text, tail, place)
            except TwiceError:
                each = repeat(())
        done = Rendered()
        begins = [*self.begins_of(text), len(text)]
        for (start, end), members in zip(pairwise(begins), each, strict=False):
            here = place._replace(moment=done.moment or place.moment)
            done += self._render(text[start:end], (*tail, *members), here, alone=True)
        return done

    def render_orphans(
        self,
        text: bytes,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
        place: Place = ANYWHERE,
    ) -> Rendered:
        """Turn lines that have no event to join into events; arguments as for ``render``."""
        if self.absorbs and each is None:  # where any line joins, these are no heads
            return self._columns(0).render_unheaded(text, self._frame(tuple(tail)))
        return self.lone.render(text, tail, each, place)

    def _render(
        self, text: bytes, tail: Sequence[Member], place: Place, *, alone: bool = False
    ) -> Rendered:
        text = self._marked(text)
        if self.format.passes:
            return self._pass(self._block.findall(text), tail)
        columns = self._columns(place.day if self.format.yearless else 0)
        return columns.render(text, self._frame(tuple(tail)), place.moment, alone=alone)

    @cached_property
    def _frame(self) -> Callable[[tuple[Member, ...]], Frame]:
        """Give what stands around the text of records that get ``tail``: as a rule all the same."""
        return lru_cache(_FRAMES)(self._framed)

    def _framed(self, tail: tuple[Member, ...]) -> Frame:
        fields = self.format.fields
        extra = [member for member in tail if member[0] not in fields]
        instead = {one[0]: _members([one]) for one in tail if one[0] in fields}
        end, members = (b"}\n", extra) if self._tells else (_members(extra) + b"}\n", [])
        return Frame(end, *self._misfit(tail), members, instead)

    def _pass(self, rows: list[tuple[bytes, bytes]], tail: Sequence[Member]) -> Rendered:
        """Let objects through; they are records already."""
        done = Rendered(events=len(rows))
        members = (*self.constants, *tail)
        before, after = self._misfit(tail)
        pieces = []
        for text, other in rows:
            found = _object(text) if text else None
            if found is None:
                misfit = text or other
                if self.other_fits(misfit.partition(b"\n")[0] + b"\n"):
                    raise OtherFormatError
                pieces.append(before + orjson.dumps(misfit.decode())[1:-1] + after)
                done.misfits += 1
                done.levels[b""] += 1
                continue
            done.levels[printed_level(found)] += 1
            extra = _members((name, value) for name, value in members if name not in found)
            if extra:
                body = text.rstrip(b" \t")
                extra = extra if found else extra[1:]
                pieces.append(b"%b%b}%b\n" % (body[:-1], extra, text[len(body) :]))
            else:
                pieces.append(text + b"\n")
        done.json = b"".join(pieces)
        return done

    def whole(self, text: bytes, tail: Sequence[Member]) -> Rendered:
        """Make a record of text, without a newline at its end, that no format is asked about."""
        members = _members(member for member in (*self.constants, *tail) if member[0] != "message")
        json = b'{"message":%b%b}\n' % (orjson.dumps(text.decode()), members)
        return Rendered(json, 1, 0, Counter({b"": 1}))

    def _misfit(self, tail: Sequence[Member]) -> tuple[bytes, bytes]:
        """Give what stands before and after the text of an event that does not fit."""
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
        return b'{"message":"', b'"' + extra + b"}\n"


#: Files of so many days are read at once without a new look at each stamp.
_DAYS = 4

#: So many tails are known: a path each, where records say their file.
_FRAMES = 16

#: Put before lines that begin an event; UTF-8 has no such byte.
_MARK = b"\xff"


def _block_pattern(pattern: bytes, shape: Shape, starts: bytes) -> bytes:
    """Give the expression of one event in a block, marked."""
    more = rb"(?:%b)*" % shape.more
    if shape.absorbs:
        more = rb"(?:\n(?![%b]).*)*" % starts
    elif shape.mark:  # the newline at the text's end begins no line
        more = rb"(?:\n(?!%b|\Z).*)*" % shape.mark
    if pattern == MESSAGE:
        return rb"%b(?P<message>.*%b)\n" % (shape.mark, more)
    if pattern.endswith(MESSAGE):
        head = pattern.removesuffix(MESSAGE)
        if shape.absorbs:
            return rb"(?:%b)?(?P<message>.*%b)\n" % (head, more)
        pattern = rb"%b(?P<message>.*%b)" % (head, more)
    elif shape.mark:
        pattern += rb"(?=\n(?:%b|\Z))" % shape.mark
    return rb"%b(?:%b|(?P<odd>.*%b))\n" % (shape.mark, pattern, more)


def _members(members: Iterable[Member]) -> bytes:
    return b"".join(b",%b:%b" % (orjson.dumps(name), value) for name, value in members)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
