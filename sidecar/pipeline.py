"""Chunks to batches: the whole middle, plain code over bytes, one instance a file.

What comes out is a function of the bytes alone: neither the size of the chunks nor the time
between them shows, but for :meth:`Pipeline.flush`, which says that a file's last words are its
last. There is no I/O, no clock and no task here.

Pending bytes, from the oldest::

    [ whole lines of the open event ][ a line that waits ][ the last, without its newline yet ]
      self._lines bytes, self._text    self._waiting bytes  the rest of self._source

A line waits where the one below it tells whether it joins the event: few do, blank ones first.

An event over the limit leaves in parts of the limit, less what a cut would split: a character, a
terminator, in the first part a line that looks like a head when it is cut short. A line over the
limit is judged, as to whether it begins an event, by its first limit of bytes. What an event over
the limit leaves open (``stacktraces.after``) is not carried: the line that would end it begins one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import orjson

from sidecar import formats
from sidecar.fields.reading import Place
from sidecar.flow import UNTOLD, Batch, State
from sidecar.formats.headed import bare
from sidecar.formats.outcome import Rendered, level
from sidecar.formats.parser import Parser
from sidecar.formats.spec import Member
from sidecar.framing import containers
from sidecar.framing.containers import Unwrapping
from sidecar.framing.lines import MARKS, Decoder


class PipelineOptions(NamedTuple):
    """Options of one source.

    Attributes:
        max_event_bytes: source bytes an event may have before it leaves in parts.
        encoding: of the files.
        strip_ansi: leave colours out.
        add: which of ``file``, ``offset``, ``format``, ``id`` records get.
    """

    max_event_bytes: int = 262_144
    encoding: str = "utf-8"
    strip_ansi: bool = False
    add: tuple[str, ...] = ()


class Counts:
    """What the pipelines of a source have made, as plain integers."""

    def __init__(self) -> None:
        self.events: Counter[tuple[str, str]] = Counter()  # (format, level)
        self.misfits: Counter[str] = Counter()  # format
        self.parts = 0
        self.invalid = 0

    def add(self, other: Counts) -> None:
        """Add what others have made."""
        self.events.update(other.events)
        self.misfits.update(other.misfits)
        self.parts += other.parts
        self.invalid += other.invalid


class Pipeline:
    """The way of one file's bytes to JSON.

    Args:
        parser: of the file's source.
        options: of the file's source.
        start: file offset of the first byte that will be fed.
        state: what was carried to there.
        path: what ``add: [file]`` says.
        identity: what ``add: [id]`` begins with.
        counts: where events are counted.

    Attributes:
        day: on which the file was last written to, in UTC, counted from 1970 on.
    """

    def __init__(
        self,
        parser: Parser,
        options: PipelineOptions,
        *,
        start: int = 0,
        state: State | None = None,
        path: str = "",
        identity: str = "",
        counts: Counts | None = None,
        day: int = 0,
    ) -> None:
        self.day = day
        self.state = state or State()
        self.start = start
        self.counts = counts if counts is not None else Counts()
        self._wrapping = self.state.wrapping if self.state.wrapping in parser.wraps else ""
        self._parser = parser.within if self._wrapping else parser
        self._options = options
        self._path = path
        self._identity = identity
        self._tail: tuple[Member, ...] = (
            (("file", orjson.dumps(path)),) if "file" in options.add else ()
        )
        self._encoded = bool(self.state.encoding)
        told = self._encoded and self.state.wrapping != UNTOLD
        self._told = told or not parser.wraps  # whether something is put around lines
        self._source = b""
        self._lines = 0
        self._waiting = 0
        self._text = b""
        self._as_read = True  # the text is its source, byte for byte
        self._holder = ""
        self._decoder = self._reader(self.state.encoding, self._wrapping)

    @property
    def pending(self) -> int:
        """Source bytes held and not yet in a batch."""
        return len(self._source)

    @property
    def end(self) -> int:
        """File offset of the next byte to feed."""
        return self.start + len(self._source)

    @property
    def has_open_event(self) -> bool:
        """Whether whole lines wait for others to join them."""
        if self.state.partial_id:
            return bool(self._source) and not self.has_partial_line
        return self._lines + self._waiting > 0

    @property
    def has_partial_line(self) -> bool:
        """Whether the last line has no newline yet."""
        lines = self._lines + self._waiting
        if self.state.partial_id:
            lines = self._decoder.last_end(self._source)
        return len(self._source) > lines

    def feed(self, data: bytes) -> Iterator[Batch]:
        """Take the file's next bytes; give what they complete."""
        self._source += data
        self._waiting = 0
        if not self._encoded and not (yield from self._settle_encoding()):
            return
        if not self._told and not self._settle_wrapping(whole=False):
            return
        while self._source:
            if self.state.partial_id:
                if not (yield from self._go_on()):
                    break
            elif self.state.mid_line:
                if not (end := self._rest_of_line()):
                    break
                yield self._bare(end, (("partial_line", b"true"),))
            elif turn := self._turn():
                yield from self._close(turn)
            elif (long := self._over_long_line(self._lines)) >= 0:
                yield from self._settle(self._told_end(long))
                if not self.state.partial_id:
                    yield from self._begin_long()
            else:
                yield from self._settle(self._told_end(self._decoder.last_end(self._source)))
                if not self.state.partial_id:
                    break
        self.counts.invalid += self._decoder.invalid
        self._decoder.invalid = 0

    def flush(self, *, last: bool = False, partial: bool = False) -> Iterator[Batch]:
        """End what is open, because the file was quiet or has come to its end.

        Args:
            last: no byte will follow; an unfinished line is a whole one.
            partial: let an unfinished line out, flagged; what completes it follows, flagged.
        """
        if not self._told and (last or partial) and self._source:
            self._settle_wrapping(whole=True)
        if self.state.partial_id and not (last or partial) and self.has_partial_line:
            return
        self._decoder.ended = last
        yield from self._settle_all(last=last)
        while self.state.partial_id:
            while (end := self._end_of_long()) > self._options.max_event_bytes:
                yield from self._part(self._options.max_event_bytes)
            yield from self._part(end, end=True)
            yield from self._settle_all(last=last)
        yield from self._end_event()
        if self.has_partial_line and (last or partial):
            flag = (("partial_line", b"true"),)
            if self.state.mid_line:
                yield self._bare(len(self._source), flag, ended=last)
            else:
                text = self._decoder.text(self._source).rstrip(b"\r") + b"\n"
                yield from self._batch(text, len(self._source), flag, mid_line=True)

    def locate(self, batch: Batch, events: int) -> tuple[int, State]:
        """Find where the first ``events`` events of a batch end in the file.

        Returns:
            File offset, and the state there.
        """
        if events >= batch.events:
            return batch.end, batch.after
        if events == 0:
            return batch.start, batch.before
        decoder = self._reader(batch.after.encoding, batch.after.wrapping)
        text = decoder.lines(batch.source)
        if not text.endswith(b"\n"):
            text += b"\n"  # a file's last line may have come without
        begin = [*self._parser.begins(text, batch.before.format)][events]
        end = 0
        for _ in range(text.count(b"\n", 0, begin)):
            end = decoder.first_end(batch.source, end)
        format_, place = batch.before.format, Place(self.day, batch.before.moment)
        for done, name in self._parser.render(text[:begin], format_, place=place):
            format_, place = name, done.after(place)
        after = replace(batch.after, format=format_, moment=place.moment, mid_line=False)
        return batch.start + end, after

    # -- the start of a file --------------------------------------------------------------------

    def _settle_encoding(self) -> Generator[Batch, None, bool]:
        """Look for NUL bytes and a byte order mark; returns whether the encoding is known.

        A writer that goes on at its old offset after a truncation leaves a hole, which reads as
        NUL bytes at the file's start.
        """
        encoding = self._options.encoding
        if not self._decoder.wide:
            text = self._source.lstrip(b"\0")
            if hole := len(self._source) - len(text):
                yield self._leave(b"", 0, self._source[:hole], self.state, (("nul", hole),))
            if not text:
                return False
        skip = 0
        if self.start == 0:
            if len(self._source) < 3 and any(mark.startswith(self._source) for mark, _ in MARKS):
                return False
            for mark, name in MARKS:
                if self._source.startswith(mark):
                    encoding, skip = name, len(mark)
                    break
        self._decoder = self._reader(encoding)
        self._encoded = True  # the state tells it from the next batch on
        self._told = self._told or self._decoder.wide
        if skip:
            yield self._leave(b"", 0, self._source[:skip], self.state, (("bom", skip),))
        return True

    def _settle_wrapping(self, *, whole: bool) -> bool:
        """Look for what is put around the lines; returns whether that is known.

        Args:
            whole: the first line is, without a newline too.
        """
        if not (self.state.mid_line or self.state.partial_id):
            limit = self._options.max_event_bytes
            line, newline, _ = self._source[: limit + 1].partition(b"\n")
            whole = whole or bool(newline) or len(line) > limit
            found = containers.wrapping(line, self._parser.wraps, whole=whole)
            if found is None:
                return False
            if found:  # as above, the state tells it from the next batch on
                self._wrapping, self._parser = found, self._parser.within
                self._decoder = self._reader(self._decoder.encoding, found)
        self._told = True
        return True

    def _reader(self, encoding: str, wrapping: str = "") -> Decoder:
        encoding, strip_ansi = encoding or self._options.encoding, self._options.strip_ansi
        if wrapping:
            limit = self._options.max_event_bytes
            return Unwrapping(wrapping, encoding, limit, strip_ansi=strip_ansi)
        return Decoder(encoding, strip_ansi=strip_ansi)

    # -- lines of several streams ---------------------------------------------------------------

    def _turn(self) -> int:
        """Give where the first whole line is that is of another stream than those before; or 0."""
        if not self._wrapping:
            return 0
        end, long = self._decoder.last_end(self._source), self._over_long_line(self._lines)
        turn = self._decoder.turn(self._source, self._lines, len(self._source))
        comes = turn < len(self._source) and turn <= (long if long >= 0 else end)
        return turn if comes else 0

    def _close(self, end: int) -> Iterator[Batch]:
        """Take the whole lines up to ``end``, where the open event ends."""
        yield from self._settle(end)
        if not self.state.partial_id:
            yield from self._end_event()

    # -- whole lines ----------------------------------------------------------------------------

    def _rest_of_line(self) -> int:
        """Give where the rest of a line ends that is out in part, or as much as may go; or 0."""
        limit = self._options.max_event_bytes
        end = self._decoder.first_end(self._source, 0)
        if 0 <= end <= limit:
            return end
        goes_on = self._decoder.reach(self._source, 0) > limit
        return self._decoder.cut(self._source, limit) if goes_on else 0

    def _told_end(self, end: int) -> int:
        """Give where the whole lines up to ``end`` are told: the last may wait for one below it."""
        self._waiting = 0
        if end > self._lines and self._parser.looks_below(self._holder or self.state.format):
            start = max(self._lines, self._decoder.back(self._source, end, 1))
            invalid = self._decoder.invalid
            last = self._decoder.lines(self._source[start:end])
            self._decoder.invalid = invalid
            if self._parser.waits(last):
                self._waiting = end - start
        return end - self._waiting

    def _settle_all(self, *, last: bool) -> Iterator[Batch]:
        """Take the whole lines, though one waits; the unfinished one too if no byte will follow."""
        if self.state.mid_line:
            return
        self._waiting = 0
        end, fresh = self._decoder.last_end(self._source), None
        if last and len(self._source) > end:
            end = len(self._source)
            fresh = self._decoder.text(self._source[self._lines :]) + b"\n"
        yield from self._settle(end, fresh)

    def _settle(self, end: int, fresh: bytes | None = None) -> Iterator[Batch]:
        """Take the whole lines up to ``end`` of the pending bytes."""
        if end <= self._lines:
            return
        piece = self._source[self._lines : end]
        if fresh is None:
            fresh = self._decoder.lines(piece)
        position, holder = self._parser.left_open(fresh, self._holder, self.state.format)
        as_read = fresh is piece
        if position < 0:
            self._text += fresh
            self._lines, self._holder = end, holder
            self._as_read &= as_read
        else:
            left = fresh[position:]
            if as_read:
                cut = end - len(left)
            else:
                cut = self._decoder.back(self._source, end, left.count(b"\n"))
            both = as_read and self._as_read
            # Nothing is copied where nothing was open and nothing is left so.
            closed = self._source[:cut] if both and self._text else self._text + fresh[:position]
            self._as_read = as_read
            if closed:
                if cut > self._options.max_event_bytes:
                    yield from self._some_long(closed, cut)
                else:
                    yield from self._batch(closed, cut, as_read=both)
            self._text, self._lines, self._holder = left, end - cut, holder
        if self._lines > self._options.max_event_bytes:
            yield from self._part(self._options.max_event_bytes)

    def _end_event(self) -> Iterator[Batch]:
        """Let the open event out, if there is one."""
        if self._lines:
            yield from self._batch(self._text, self._lines)
            self._text, self._lines, self._holder = b"", 0, ""

    def _batch(
        self,
        text: bytes,
        cut: int,
        flag: Sequence[Member] = (),
        *,
        mid_line: bool = False,
        as_read: bool = False,
    ) -> Iterator[Batch]:
        """Turn whole events into a batch; ``as_read``: their text is its source, byte for byte."""
        json, events = [], 0
        after = self.state
        format_, moment = after.format, after.moment
        for done, name in self._rendered(text, cut, flag):
            json.append(done.json)
            events += done.events
            format_, moment = name, done.moment or moment
            self._count(done, bare(name) or "raw")
        if (format_, moment, mid_line) != (after.format, after.moment, after.mid_line):
            after = replace(after, format=format_, moment=moment, mid_line=mid_line)
        source = text if as_read else self._source[:cut]
        yield self._leave(b"".join(json), events, source, after)

    def _rendered(
        self, text: bytes, cut: int, flag: Sequence[Member]
    ) -> Iterable[tuple[Rendered, str]]:
        """Render whole events, each with what is added to it."""
        current, tail = self.state.format, (*self._tail, *flag)
        place = Place(self.day, self.state.moment)
        if not {"offset", "id"} & set(self._options.add):
            if not self._wrapping:
                return self._parser.render(text, current, tail, None, place)
            if stream := self._decoder.one_stream(self._source[:cut]):
                # Where all have a stamp of their own, nothing is added but what all have.
                alike = (*tail, ("stream", orjson.dumps(stream)))
                done = [*self._parser.render(text, current, alike, None, place)]
                if not any(one.misfits or not _stamped(name) for one, name in done):
                    return done
        begins = [*self._parser.begins(text, current)]
        events = (text[a:b] for a, b in pairwise((*begins, len(text))))
        each = [*map(self._added, self._offsets(text, cut, begins), events)]
        return self._parser.render(text, current, tail, each, place)

    def _offsets(self, text: bytes, cut: int, begins: Iterable[int]) -> Iterator[int]:
        """Give the file offset of each event of ``text``, which came from ``cut`` bytes."""
        position, line_start = 0, 0
        for begin in begins:
            for _ in range(text.count(b"\n", position, begin)):
                line_start = self._decoder.first_end(self._source, line_start)
            position = begin
            assert line_start <= cut
            yield self.start + line_start

    def _added(self, offset: int, text: bytes) -> tuple[Member, ...]:
        """Give what ``add`` asks of an event, and what stood around its first line.

        An id says which file, where, and what is there.
        """
        members = [*self._decoder.around(self._source, offset - self.start)]
        if not members and self.state.partial_stream:
            members.append(("stream", orjson.dumps(self.state.partial_stream)))
        if "offset" in self._options.add:
            members.append(("offset", b"%d" % offset))
        if "id" in self._options.add:
            id_ = f"{self._identity}-{offset:x}-{crc32(text):08x}"
            members.append(("id", orjson.dumps(id_)))
        return tuple(members)

    def _count(self, done: Rendered, format_: str) -> None:
        for printed, count in done.levels.items():
            if count:
                self.counts.events[format_, level(printed)] += count
        if done.misfits:
            self.counts.misfits[format_] += done.misfits

    # -- what is over the limit -----------------------------------------------------------------

    def _over_long_line(self, start: int) -> int:
        """Give where the first line over the limit begins, from ``start``; -1: there is none."""
        limit, source = self._options.max_event_bytes, self._source
        while len(source) - start > limit:
            end = self._decoder.first_end(source, start)
            if (end if end >= 0 else self._decoder.reach(source, start)) - start > limit:
                return start
            if end < 0:
                break
            start = end
        return -1

    def _begin_long(self) -> Iterator[Batch]:
        """Judge the over-long line after the open event, and let its event's first part out."""
        limit = self._options.max_event_bytes
        self._waiting = 0
        end = self._over_long_line(self._lines)
        end += self._decoder.cut(self._source[end:], limit)
        text = self._decoder.text(self._source[self._lines : end]) + b"\n"
        position, _ = self._parser.left_open(text, self._holder, self.state.format)
        if position >= 0:
            position = min(position, text.rfind(b"\n", 0, -1) + 1)
            cut = self._after(self._lines, text, position)
            closed = self._text + text[:position]
            if cut > limit:  # a line that waited is its last
                yield from self._some_long(closed, cut)
            elif cut:
                yield from self._batch(closed, cut)
            self._text, self._lines, self._holder = b"", 0, ""
        yield from self._part(limit)

    def _some_long(self, text: bytes, cut: int) -> Iterator[Batch]:
        """Turn whole events, of which some may be over the limit, into batches and parts."""
        begins = [*self._parser.begins(text, self.state.format), len(text)]
        offsets = [offset - self.start for offset in self._offsets(text, cut, begins[:-1])]
        sizes = [b - a for a, b in zip(offsets, [*offsets[1:], cut], strict=True)]
        run = 0  # events that fit, waiting
        for number, size in enumerate(sizes):
            if size <= self._options.max_event_bytes:
                run += 1
                if number + 1 < len(sizes):
                    continue
            first = number + (size <= self._options.max_event_bytes) - run
            if run:
                last = first + run
                yield from self._batch(text[begins[first] : begins[last]], sum(sizes[first:last]))
                run = 0
            if size > self._options.max_event_bytes:
                left = size
                while left > self._options.max_event_bytes:
                    before = self.start
                    yield from self._part(self._options.max_event_bytes)
                    left -= self.start - before
                yield from self._part(left, end=True)

    def _go_on(self) -> Generator[Batch, None, bool]:
        """Go on with an over-long event; returns whether it came to its end."""
        known = self._decoder.first_end(self._source, 0)  # what surely belongs to it
        if known < 0:
            while self._decoder.reach(self._source, 0) > self._options.max_event_bytes:
                yield from self._part(self._options.max_event_bytes)
            return False
        ended = self.state.partial_lone or not self._parser.joins(self.state.format)
        while not ended:
            long = self._over_long_line(known)
            whole = long if long >= 0 else self._decoder.last_end(self._source)
            turn = self._decoder.turn(
                self._source, known, len(self._source), self.state.partial_stream
            )
            ended, known = self._join(known, min(turn, whole))
            ended = ended or (turn < len(self._source) and turn <= whole)
            if ended or long < 0:
                break
            stop = long + self._decoder.cut(self._source[long:], self._options.max_event_bytes)
            text = self._decoder.text(self._source[known:stop]) + b"\n"
            begin = self._parser.first_begin(text, self.state.format)
            if begin < len(text):
                ended, known = True, self._after(known, text, begin)
                break
            known = self._decoder.first_end(self._source, long)
            if known < 0:
                known = self._decoder.reach(self._source, long)
                break
        while known > self._options.max_event_bytes:
            before = self.start
            yield from self._part(self._options.max_event_bytes)
            known -= self.start - before
        if ended:
            yield from self._part(known, end=True)
        return ended

    def _end_of_long(self) -> int:
        """Give where an over-long event ends: before the first line that begins another."""
        end = self._decoder.last_end(self._source)
        if end == 0 or self.state.partial_lone or not self._parser.joins(self.state.format):
            return end or len(self._source)
        known = self._decoder.first_end(self._source, 0)
        stream = self.state.partial_stream
        turn = self._decoder.turn(self._source, known, len(self._source), stream)
        piece = self._source[known:turn]
        text = self._decoder.text(piece) + b"\n" if turn > end else self._decoder.lines(piece)
        begin = self._parser.first_begin(text, self.state.format)
        return self._after(known, text, begin) if begin < len(text) else turn

    def _join(self, start: int, end: int) -> tuple[bool, int]:
        """Find how many of the whole lines join; whether one did not, and where it begins.

        The last of them does neither if the one below it has to tell.
        """
        text = self._decoder.lines(self._source[start:end])
        begin = self._parser.first_begin(text, self.state.format)
        left = text[begin:]
        looks = left.count(b"\n") == 1 and self._parser.looks_below(self.state.format)
        waits = looks and self._parser.waits(left)
        return bool(left) and not waits, self._after(start, text, begin) if left else end

    def _after(self, start: int, text: bytes, begin: int) -> int:
        """Give the place in the source of a line of ``text``, whose first line is at ``start``."""
        for _ in range(text.count(b"\n", 0, begin)):
            start = self._decoder.first_end(self._source, start)
        return start

    def _part(self, size: int, *, end: bool = False) -> Iterator[Batch]:
        """Let the next part of an over-long event out."""
        ordinal = self.state.partial_ordinal + 1
        cut = size if end else self._decoder.cut(self._source, size)
        if ordinal == 1:
            cut = self._first_cut(cut)
        name = self.state.partial_id or self._partial_id(cut)
        flags: tuple[Member, ...] = (
            ("partial_message", b"true"),
            ("partial_id", orjson.dumps(name)),
            ("partial_ordinal", b"%d" % ordinal),
            ("partial_last", b"true" if end else b"false"),
        )
        self.counts.parts += 1
        self._text, self._lines, self._holder = b"", 0, ""
        lone, stream = self.state.partial_lone, self.state.partial_stream
        if ordinal == 1:
            stream = self._decoder.stream(self._source)
            text = self._decoder.text(self._source[:cut]) + b"\n"
            lone = not self._parser.left_open(text, "", self.state.format)[1]
            batches = list(self._batch(text, cut, flags))
            batch = batches[0]
        else:
            batch = self._bare(cut, flags, goes_on=not end)
        after = replace(
            batch.after,
            mid_line=not end,
            partial_id="" if end else name,
            partial_ordinal=0 if end else ordinal,
            partial_lone=lone and not end,
            partial_stream="" if end else stream,
        )
        self.state = after
        yield batch._replace(after=after)

    def _first_cut(self, cut: int) -> int:
        """Give where the first part ends: before a line that, cut short, looks like a head."""
        cut = self._decoder.unended(self._source, cut)
        invalid = self._decoder.invalid
        text = self._decoder.text(self._source[:cut]) + b"\n"
        self._decoder.invalid = invalid
        begins = [*self._parser.begins(text, self.state.format)]
        if len(begins) == 1:
            return cut
        end = 0
        for _ in range(text.count(b"\n", 0, begins[1])):
            end = self._decoder.first_end(self._source, end)
        return self._decoder.unended(self._source, end)

    def _partial_id(self, cut: int) -> str:
        from hashlib import blake2b  # noqa: PLC0415 - few events need it, and it loads OpenSSL

        seed = b"%d " % self.start + self._source[: min(cut, 1024)]
        return blake2b(seed, digest_size=8).hexdigest()

    # -- leaving --------------------------------------------------------------------------------

    def _bare(
        self, cut: int, flags: Sequence[Member], *, ended: bool = False, goes_on: bool = False
    ) -> Batch:
        """Let text out that no format is asked about; a newline at its end stays if it goes on."""
        text = self._decoder.text(self._source[:cut])
        whole = text.endswith(b"\n") and not goes_on
        if whole:
            text = text[:-1]
        members = (*self._tail, *self._added(self.start, text), *flags)
        done = self._parser.whole(text, self.state.format, members)
        self._count(done, bare(self.state.format) or "raw")
        after = replace(self.state, mid_line=not (whole or ended))
        return self._leave(done.json, done.events, self._source[:cut], after)

    def _leave(
        self,
        json: bytes,
        events: int,
        source: bytes,
        after: State,
        skipped: tuple[tuple[str, int], ...] = (),
    ) -> Batch:
        if self._encoded and (not after.encoding or (self._told and after.wrapping == UNTOLD)):
            wrapping = self._wrapping if self._told else UNTOLD
            after = replace(after, encoding=self._decoder.encoding, wrapping=wrapping)
        batch = Batch(json, events, self.start, source, skipped, self.state, after)
        cut = len(source)
        self._source = self._source[cut:]
        self.start += cut
        self._lines = max(0, self._lines - cut)
        self.state = after
        return batch


@cache
def _stamped(name: str) -> bool:
    """Tell whether each record of a format has a timestamp, unless it is a misfit."""
    if name not in formats.NAMES:  # none, or one whose fields the file tells
        return False
    declared = formats.named(name).fields.get("timestamp")
    return declared is not None and not declared.optional
