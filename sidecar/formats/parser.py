"""Lines to JSON under one source's options: with a format given, or found line by line.

A parser has no state; what is carried from line to line (the format that fitted last) passes in
and out, so one parser serves every file of its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Protocol

from sidecar import formats as catalogue
from sidecar.fields import stacktraces
from sidecar.fields.reading import ANYWHERE, Place
from sidecar.formats import headed
from sidecar.formats.compiler import Compiled, Others
from sidecar.formats.heads import side_by_side
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import OtherFormatError, Rendered
from sidecar.formats.pieces import unnamed
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Format, Joins, Member

#: After a change of format, so many events are looked at before the next block is tried whole.
_WARY = 16

#: After so many without another change, it is.
_BOLD = 256


class Parser(Protocol):
    """What ``pipeline`` asks of the formats."""

    @property
    def wraps(self) -> Sequence[str]:
        """What may be put around lines: names of formats, of ``framing.containers``."""

    @property
    def within(self) -> Parser:
        """The parser of what is within; its records may get ``stream`` and ``timestamp``."""

    def left_open(self, text: bytes, holder: str, current: str) -> tuple[int, str]:
        """Find the event that later lines may still join.

        Args:
            text: new whole lines, each with its newline.
            holder: what this gave of the event that is open already; "" where none is.
            current: the format that fitted last; "" where none has.

        Returns:
            Position in ``text`` where the event to be left open begins: -1 where all lines join
            the one that is open already, the length where nothing stays open; and what to know of
            that event: its format, at least.
        """

    def render(
        self,
        text: bytes,
        current: str,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
        place: Place = ANYWHERE,
    ) -> Iterator[tuple[Rendered, str]]:
        """Turn events into JSON, a run of one format at a time.

        Args:
            text: whole lines, from the start of an event to the end of one.
            current: as above.
            tail: members for every record.
            each: members for each event besides.
            place: where ``text`` begins.

        Yields:
            What a run became, and the format it was read in ("" where none has fitted yet).
        """

    def begins(self, text: bytes, current: str) -> Iterator[int]:
        """Give the position of each event in ``text``, in order; arguments as for ``render``."""

    def joins(self, holder: str) -> bool:
        """Tell whether lines may join an event of ``holder``'s."""

    def first_begin(self, text: bytes, holder: str) -> int:
        """Give where the first line is that does not join an open event of ``holder``'s."""

    def looks_below(self, holder: str) -> bool:
        """Tell whether the line below may have to tell if a line joins an event of ``holder``'s."""

    def waits(self, line: bytes) -> bool:
        """Tell whether it has to, of a line with its newline."""

    def whole(self, text: bytes, current: str, tail: Sequence[Member]) -> Rendered:
        """Make a record of text that no format is asked about; ``current`` as above."""


def parser(options: FormatOptions, formats: Sequence[Format] | None = None) -> Parser:
    """Make the parser of a source.

    Args:
        options: what the user chose.
        formats: those there are, in the order of ``auto``; None: the catalogue.
    """
    if options.layout and options.layout.linear.pattern:
        from sidecar.formats.linear import LinearParser  # noqa: PLC0415 - few ask for it

        return LinearParser(options.layout, options)
    if options.layout:
        return _Fixed(options.layout, options)
    plain = _plain(options, formats)
    if options.tell and options.format in {"auto", headed.NAME}:

        def told(format_: Format) -> Parser:
            known = formats or catalogue.FORMATS
            return _plain(options, [format_ if one.name == format_.name else one for one in known])

        return headed.Headed(plain, options.tell, told)
    return plain


def _plain(options: FormatOptions, formats: Sequence[Format] | None) -> Parser:
    if options.format == "auto":
        return _Auto(formats or catalogue.FORMATS, RAW, options)
    if formats is None:
        return _Fixed(catalogue.named(options.format), options)
    return _Fixed(next(one for one in formats if one.name == options.format), options)


class _Fixed:
    """One format, given."""

    def __init__(self, format_: Format, options: FormatOptions) -> None:
        self._options = options
        self.wraps = (format_.name,) if format_.wraps else ()
        self._compiled = Compiled(format_, options)
        self._name = format_.name

    @cached_property
    def within(self) -> Parser:
        return parser(_within(self._options))

    def left_open(self, text: bytes, holder: str, current: str) -> tuple[int, str]:
        if not self._compiled.joins:
            return len(text), ""
        return _last_begun(self._compiled, text, holder)

    def render(
        self,
        text: bytes,
        current: str,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
        place: Place = ANYWHERE,
    ) -> Iterator[tuple[Rendered, str]]:
        each = iter(each) if each is not None else None
        first = _orphans(self._compiled, text)
        if first:
            done = self._compiled.render_orphans(text[:first], tail, each, place)
            place = done.after(place)
            yield done, self._name
        if first < len(text):
            yield self._compiled.render(text[first:], tail, each, place), self._name

    def begins(self, text: bytes, current: str) -> Iterator[int]:
        first = _orphans(self._compiled, text)
        yield from self._compiled.lone.begins_of(text[:first])
        yield from self._compiled.begins_of(text[first:], first)

    def joins(self, holder: str) -> bool:
        return self._compiled.joins

    def first_begin(self, text: bytes, holder: str) -> int:
        return self._compiled.first_begin(text, headed=True) if self._compiled.joins else 0

    def looks_below(self, holder: str) -> bool:
        return self._compiled.claims

    def waits(self, line: bytes) -> bool:
        return self._compiled.waits(line)

    def whole(self, text: bytes, current: str, tail: Sequence[Member]) -> Rendered:
        return self._compiled.whole(text, tail)


class _Auto:
    """Every format is tried on every line, the one that fitted last before the others."""

    def __init__(self, formats: Sequence[Format], raw: Format, options: FormatOptions) -> None:
        tried = [one for one in formats if one.joins is not Joins.TRACES]
        self.wraps = tuple(one.name for one in formats if one.wraps)
        self._formats = formats
        starts = b"".join(one.starts for one in tried)
        self._options = options
        others = Others(self._any_fits, self._any_fits_within)
        self._raw = Compiled(raw, options, others, starts)
        self._tried = {one.name: Compiled(one, options, others, starts) for one in tried}
        self._beginning = _by_first_byte(self._tried.values())
        self._holding: dict[bytes, list[Format]] = {}
        for one in tried:
            self._holding.setdefault(one.holds, []).append(one)
        self._unfit = b""  # lines of which the last look found none that fits
        self._held: set[bytes] = set()  # what formats hold that ``_next`` finds
        self._next = re.compile(rb"(?!)")

    @cached_property
    def within(self) -> Parser:
        return parser(_within(self._options), self._formats)

    def left_open(self, text: bytes, holder: str, current: str) -> tuple[int, str]:
        if self._options.lone:
            return len(text), ""
        last = self._tried.get(holder or current, self._raw)
        # The last line alone is soon asked, and to ask all takes an expression that few logs need.
        some_fit = last is not self._raw or self._any_fits(next(_backwards(text))[1])
        nothing_fits = not some_fit and not self._any_fits_within(b"\n" + text)
        self._unfit = text if nothing_fits else b""
        if self._options.start or nothing_fits:
            return _last_begun(last, text, holder)
        for position, line in _backwards(text):
            fits = False
            for one in self._beginning.get(line[:1], ()):
                # Where several fit, which one it is depends on the lines before: keep it open if
                # any of them would.
                if (one.joins or not fits) and one.fits(line):
                    if one.joins:
                        return position, one.format.name
                    fits = True
            if fits:
                return len(text), ""
        if last is self._raw:
            return _last_begun(last, text, holder)
        return (-1, holder) if holder and last.joins else (len(text), "")

    def render(
        self,
        text: bytes,
        current: str,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
        place: Place = ANYWHERE,
    ) -> Iterator[tuple[Rendered, str]]:
        each = iter(each) if each is not None else None
        position, wary = 0, _WARY if each else 0
        while position < len(text):
            compiled, sure = self._taking(text, position, current)
            current = self._name(compiled)
            if not sure and not wary and compiled is not self._raw:
                # Most blocks are of one format: try it whole, and look closer only where a line
                # turns out to be another's.
                try:
                    yield compiled.render(text[position:], tail, place=place), current
                except OtherFormatError:
                    wary = _WARY
                    continue
                return
            end, wary = (sure, wary) if sure else self._run(compiled, text, position, wary)
            done = compiled.render(text[position:end], tail, each, place)
            yield done, current
            position, place = end, done.after(place)

    def begins(self, text: bytes, current: str) -> Iterator[int]:
        position = 0
        while position < len(text):
            compiled, sure = self._taking(text, position, current)
            current = self._name(compiled)
            end = sure or self._run(compiled, text, position, _WARY)[0]
            yield from compiled.begins_of(text[position:end], position)
            position = end

    def joins(self, holder: str) -> bool:
        return self._tried.get(holder, self._raw).joins

    def first_begin(self, text: bytes, holder: str) -> int:
        compiled = self._tried.get(holder, self._raw)
        return self._joined_end(compiled, text, 0, headed=True) if compiled.joins else 0

    def looks_below(self, holder: str) -> bool:
        return self._raw.claims and holder not in self._tried

    def waits(self, line: bytes) -> bool:
        return self._raw.waits(line)

    def whole(self, text: bytes, current: str, tail: Sequence[Member]) -> Rendered:
        return self._tried.get(current, self._raw).whole(text, tail)

    def _taking(self, text: bytes, position: int, current: str) -> tuple[Compiled, int]:
        """Choose what takes the line at ``position``, and how far it surely goes; 0: not known."""
        first = text[position : text.index(b"\n", position) + 1]
        compiled = self._tried.get(current, self._raw)
        fits = compiled is not self._raw and compiled.fits(first)
        if not fits and (found := self._fitting(first)):
            compiled, fits = found, True
        begins = fits and not self._options.start  # there is no more to ask then
        if compiled.joins and not begins and not compiled.begins(first):
            end = position + len(first)
            return compiled.lone, end if self._options.start else self._joined_end(
                compiled, text, end, headed=False
            )
        if compiled is self._raw and not self._options.start:
            return compiled, self._next_fitting(text, position + len(first))
        return compiled, 0

    def _run(self, compiled: Compiled, text: bytes, start: int, wary: int) -> tuple[int, int]:
        """Find where a run ends; and how many events to look at next time, 0 for a whole block."""
        limit = 0 if compiled.format is self._raw.format else wary
        end, other = compiled.until_other(text, start, limit)
        return end, _WARY if other else 2 * wary if wary < _BOLD else 0

    def _name(self, compiled: Compiled) -> str:
        return "" if compiled.format is self._raw.format else compiled.format.name

    def _joined_end(self, compiled: Compiled, text: bytes, start: int, *, headed: bool) -> int:
        """Give where the lines end that join an event, or, without a head, would if one was."""
        position = start
        while position < len(text):
            line = text[position : text.index(b"\n", position) + 1]
            begins = compiled.begins(text, position) if headed else compiled.begins(line)
            if begins or (not self._options.start and self._any_fits(line)):
                break
            position += len(line)
        return position

    def _next_fitting(self, text: bytes, start: int) -> int:
        """Give the position of the first line from ``start`` that fits any format, or the end."""
        if self._unfit.startswith(memoryview(text)[start:]):  # ``left_open`` was asked just before
            return len(text)
        held = {holds for holds in self._holding if text.find(holds, start - 1) >= 0}
        if not held:
            return len(text)
        if not held <= self._held:  # to compile costs more than to ask for a few heads in vain
            self._held |= held
            self._next = self._next_of(self._held)
        for found in self._next.finditer(text, start - 1):
            position = found.end()
            if self._any_fits(text[position : text.index(b"\n", position) + 1]):
                return position
        return len(text)

    def _next_of(self, held: Iterable[bytes]) -> re.Pattern[bytes]:
        """Give the expression of a newline before a line that may fit a format holding any."""
        some = [one for holds in self._holding if holds in held for one in self._holding[holds]]
        starts = b"".join(dict.fromkeys(one.starts for one in some))
        heads = side_by_side(one.opens or unnamed(one.pattern) + rb"\n" for one in some)
        return re.compile(rb"\n(?=[%b])(?=%b)" % (starts, heads))

    def _fitting(self, line: bytes) -> Compiled | None:
        for one in self._beginning.get(line[:1], ()):
            if one.fits(line):
                return one
        return None

    def _any_fits(self, line: bytes) -> bool:
        return self._fitting(line) is not None

    def _any_fits_within(self, text: bytes) -> bool:
        return self._next_fitting(text, 1) < len(text)


def _within(options: FormatOptions) -> FormatOptions:
    """Give the options of lines around which something was put."""
    return options._replace(format="auto", add=(*options.add, "stream", "timestamp"))


def _by_first_byte(tried: Iterable[Compiled]) -> dict[bytes, list[Compiled]]:
    """Give the formats whose heads may begin with a byte, by that byte, in their order."""
    found: dict[bytes, list[Compiled]] = {}
    for one in tried:
        for byte in re.findall(rb"[%b]" % one.format.starts, bytes(range(256))):
            found.setdefault(byte, []).append(one)
    return found


def _orphans(compiled: Compiled, text: bytes) -> int:
    """Give how long the lines at the start are that no event comes before."""
    return compiled.first_begin(text, headed=False) if compiled.joins else 0


def _last_begun(compiled: Compiled, text: bytes, holder: str) -> tuple[int, str]:
    """Find the last event that begins in ``text``; gives what ``left_open`` gives.

    What the event leaves open, by the grammar of traces, stands behind its format's name.
    """
    name, _, above = holder.partition(" ")
    if compiled.claims and (above or stacktraces.opens(text)):
        begins, above = compiled.told(text, above, headed=bool(holder))
        name = f"{compiled.format.name} {above}".rstrip()
        if begins:
            return begins[-1], name
        return (-1, name) if holder else (len(text), "")
    told = -1  # where a line begins an event unless one is above it
    for position, line in _backwards(text) if compiled.may_begin(text) else ():
        if compiled.begins(line):
            told = position
            if not compiled.claims or compiled.begins(text, position):
                return position, compiled.format.name
    if holder:
        return -1, holder
    return (told, compiled.format.name) if told >= 0 else (len(text), "")


def _backwards(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Give each line, with its position, from the last to the first."""
    end = len(text)
    while end > 0:
        start = text.rfind(b"\n", 0, end - 1) + 1
        yield start, text[start:end]
        end = start
