"""Which format a sample of a file's lines is in, how sure that is, and what speaks against it.

The lines are read by the very parsers that convert them: by each format alone, and by ``auto``. A
format is worth what it explains. Its heads whose values can be read count, and so do the lines of
stack traces below them. Text that merely joins an event, or greets before the first, is a quarter
of a line against it, since one head of a format that takes up any line would else explain a whole
file of something else; what it has no place for, and heads that mean nothing, count in full. Stamps
that step back and levels that nobody knows take away, as does an expression that asks little of a
line (``strictness``).

Where what ``auto`` finds is of several formats, the file is mixed. Below ``CLAIM`` nothing is
claimed.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import orjson

from sidecar.fields import stacktraces
from sidecar.fields.reading import Place, Reading
from sidecar.formats import FORMATS, headed, strictness
from sidecar.formats.compiler import Compiled
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import level
from sidecar.formats.parser import Parser, parser
from sidecar.formats.raw import RAW
from sidecar.formats.spec import MESSAGE, Format, Joins

#: The least confidence with which a format is named.
CLAIM = 0.5

#: Of another format so many heads, and such a share of the lines, make a file mixed; or the second
#: share alone, in few lines.
_HEADS, _SHARE, _FEW_SHARE = 2, 0.02, 0.2

#: How much a line speaks against a format that joins it to an event only because it joins any.
_LOOSE = 0.25

#: So many lines before the first head, which no format has, may be what a program greets with.
_BANNER = 20

#: After so many lines of text in an event, what looks like a trace is text as well.
_TEXTS = 8

#: An access log is in the order in which requests end, and says when they began.
_LATE = timedelta(minutes=1)

#: So many steps forward are taken for granted: a step back among three says little.
_FEW_STEPS = 8

#: Bits that an expression asks, and with which half of the doubt about it is gone; and those of an
#: object that was read to its end.
_HALF_BITS, _OBJECT_BITS = 8, 24


class Verdict(enum.Enum):
    """What is said of a file."""

    FORMAT = "format"  # it is in one format
    MIXED = "mixed"  # its parts are in several
    NONE = "none"  # no claim


class Part(NamedTuple):
    """Lines that follow each other in a file.

    Attributes:
        text: valid UTF-8; every line with its newline.
        first: these are the first lines of the file.
    """

    text: bytes
    first: bool = True


class Spot(NamedTuple):
    """A line of the sample: the number of its part, and its own in there, from 0."""

    part: int
    line: int


class Event(NamedTuple):
    """An event, as a parser found it.

    Attributes:
        format: which format it was read in; "" for none.
        place: of its first line.
        lines: each with its newline.
        below: the line after it, with its newline, if there is one.
        record: what it became.
        torn: it stands where a part begins in the middle of a file.
    """

    format: str
    place: Spot
    lines: Sequence[bytes]
    below: bytes
    record: Mapping[str, Any]
    torn: bool


class Tally:
    """Lines counted by what a format made of them; blank ones are left out.

    Attributes:
        events: events whose head fits and can be read.
        heads: their lines.
        traces: lines of stack traces, and indented ones, that join an event.
        texts: other lines that do.
        misread: heads with a value that cannot be read.
        misfits: lines that have no place; ``banner``: those of them that stand before the first
            head at the begin of the file, a few.
        unfit: where misread and misfit lines are.
        steps: from stamp to stamp; ``back``: those of them that go back.
        levels: printed levels; ``unknown``: those that are not on the scale.
        fitting: where the heads are.
        begins: the first moment, and ``ends``: the last.
    """

    def __init__(self) -> None:
        self.events = self.heads = self.traces = self.texts = self.misread = self.misfits = 0
        self.banner = self.steps = self.back = self.levels = self.unknown = 0
        self.unfit: list[Spot] = []
        self.fitting: list[Spot] = []
        self.begins: datetime | None = None
        self.ends: datetime | None = None
        self._last: datetime | None = None

    @property
    def lines(self) -> int:
        """How many lines were counted."""
        return self.joined + self.misread + self.misfits

    @property
    def joined(self) -> int:
        """How many of them are part of an event that was read."""
        return self.heads + self.traces + self.texts

    @property
    def coverage(self) -> float:
        """What of the lines is explained, 0 to 1."""
        good = self.heads + self.traces
        loose = self.texts + self.banner
        against = loose * _LOOSE + self.misread + self.misfits - self.banner
        return good / (good + against) if self.heads else 0.0

    @property
    def plausible(self) -> float:
        """How far stamps go forward, and levels are known, 0 to 1."""
        forward = 1 - self.back / (self.steps + _FEW_STEPS)
        known = 1 - self.unknown / self.levels / 2 if self.levels else 1.0
        return forward * known

    def see(self, record: Mapping[str, Any]) -> None:
        """Take a record's stamp and level."""
        found = moment(record)
        if found:
            if self._last:
                self.steps += 1
                self.back += found < self._last - _LATE
            self._last = found
            self.begins = min(self.begins or found, found)
            self.ends = max(self.ends or found, found)
        printed = record.get("level")
        if isinstance(printed, str) and printed:
            self.levels += 1
            self.unknown += level(printed.encode("utf-8", "replace")) == "other"


class Score(NamedTuple):
    """What a format, alone, makes of the sample; confidence is 0 to 1."""

    format: Format
    tally: Tally
    confidence: float


class Finding(NamedTuple):
    """What was found out about a file.

    Attributes:
        verdict: which claim is made.
        scores: every format that any line fits, the best first.
        confidence: of the verdict, 0 to 1; without one, of what comes nearest.
        tally: of the format claimed; where none is, of ``auto``.
        shares: format -> lines that ``auto`` reads in it or joins to such, the most first.
    """

    verdict: Verdict
    scores: Sequence[Score]
    confidence: float
    tally: Tally
    shares: Mapping[str, int]

    @property
    def best(self) -> Score | None:
        """The format that comes nearest."""
        return self.scores[0] if self.scores else None

    @property
    def chosen(self) -> str:
        """What ``format`` should be: a name, or ``auto``; ``raw`` where nothing is claimed."""
        if self.verdict is Verdict.FORMAT:
            return self.scores[0].format.name
        return "auto" if self.verdict is Verdict.MIXED else "raw"


def detect(
    parts: Sequence[Part],
    reading: Reading,
    formats: Sequence[Format] = FORMATS,
    given: FormatOptions | None = None,
    day: int = 0,
    tell: Callable[[bytes], Format | None] | None = None,
) -> Finding:
    """Find the format of a file.

    Args:
        parts: its sample, in order.
        reading: what stamps and durations leave open.
        formats: those there are, in the order of ``auto``.
        given: options with a layout that is tried beside them, and wins where it does as well.
        day: on which it was last written to, from 1970 on.
        tell: as of ``FormatOptions``.
    """
    options = [FormatOptions(one.name, reading, tell=tell) for one in formats if one is not RAW]
    tried = [*([given] if given else []), *options]
    scores = [one for one in (_score(parts, one, formats, day) for one in tried) if one]
    scores.sort(key=lambda one: -one.confidence)
    mixture, by_format = _mixture(parts, FormatOptions("auto", reading, tell=tell), formats, day)
    shares = {name: tally.joined for name, tally in by_format.items() if tally.joined}
    shares = dict(sorted(shares.items(), key=lambda one: -one[1]))
    best = scores[0] if scores else None
    real = [name for name, tally in by_format.items() if _is_real(tally, mixture.lines)]
    if len(real) > 1 and not (given and best and best.format is given.layout):
        confidence = mixture.coverage * _mean_strength(formats, by_format)
        if confidence >= CLAIM:
            return Finding(Verdict.MIXED, scores, confidence, mixture, shares)
    if best and best.confidence >= CLAIM:
        return Finding(Verdict.FORMAT, scores, best.confidence, best.tally, shares)
    return Finding(Verdict.NONE, scores, best.confidence if best else 0.0, mixture, shares)


def _score(
    parts: Sequence[Part], options: FormatOptions, formats: Sequence[Format], day: int
) -> Score | None:
    """Read the sample in one format; None where no line fits it."""
    format_ = options.layout or next(one for one in formats if one.name == options.format)
    compiled = Compiled(format_, options)
    told = options.tell and format_.name == headed.NAME
    if not (told and any(headed.TELLS.search(part.text) for part in parts)) and not any(
        compiled.fits(line) for part in parts for line in _lines(part.text)
    ):
        return None
    tally = Tally()
    _count(tally, events(parser(options, formats), parts, day), compiled)
    return Score(format_, tally, tally.coverage * tally.plausible * strength(format_))


def _mixture(
    parts: Sequence[Part], options: FormatOptions, formats: Sequence[Format], day: int
) -> tuple[Tally, Mapping[str, Tally]]:
    """Read the sample under ``auto``; gives the tally of all, and of each format."""
    compiled = {one.name: Compiled(one, options) for one in formats}
    whole, by_format = Tally(), {one.name: Tally() for one in formats}
    for event in events(parser(options, formats), parts, day):
        name = event.format or RAW.name
        for tally in (whole, by_format[name]):
            _count(tally, [event], compiled[name])
    return whole, by_format


def _mean_strength(formats: Sequence[Format], by_format: Mapping[str, Tally]) -> float:
    """Give how much the heads of a mixed file say, and how plausible each format's values are."""
    found = [(by_format[one.name], one) for one in formats if by_format[one.name].heads]
    weighed = sum(tally.heads * tally.plausible * strength(one) for tally, one in found)
    return weighed / sum(tally.heads for tally, _ in found)


def _is_real(tally: Tally, lines: int) -> bool:
    """Tell whether lines of a format are more than a chance likeness."""
    share = tally.heads / lines if lines else 0
    return (tally.events >= _HEADS and share >= _SHARE) or share >= _FEW_SHARE


def strength(format_: Format) -> float:
    """Give how much a line's fitting says, 0 to 1."""
    asked = strictness.bits(format_.pattern) + _OBJECT_BITS * format_.passes
    return float(1 - 2 ** (-asked / _HALF_BITS))


# -- events ----------------------------------------------------------------------------------------


def events(parsing: Parser, parts: Sequence[Part], day: int = 0) -> Iterator[Event]:
    """Read a sample; gives its events in order."""
    current, place = "", Place(day)
    for number, part in enumerate(parts):
        lines = _lines(part.text)
        at = {start: line for line, start in enumerate(accumulate(map(len, lines), initial=0))}
        begins = [at[begin] for begin in parsing.begins(part.text, current)]
        made: list[tuple[str, bytes]] = []
        for rendered, name in parsing.render(part.text, current, place=place):
            made += [(headed.bare(name), json) for json in rendered.json.splitlines()]
            current, place = name, rendered.after(place)
        torn = not part.first
        ranges = pairwise([*begins, len(lines)])
        for (begin, end), (name, json) in zip(ranges, made, strict=True):
            record, below = orjson.loads(json), b"".join(lines[end : end + 1])
            yield Event(name, Spot(number, begin), lines[begin:end], below, record, torn)
            torn = torn and "parse_error" in record


def _lines(text: bytes) -> list[bytes]:
    return [line + b"\n" for line in text.split(b"\n")[:-1]]


def _count(tally: Tally, found: Iterable[Event], compiled: Compiled) -> None:
    for event in found:
        _count_event(tally, event, compiled)


def _count_event(tally: Tally, event: Event, compiled: Compiled) -> None:
    format_, first, below = compiled.format, event.lines[0], (*event.lines[1:], event.below)
    length = 1
    if _is_read(event.record, format_):
        length = _head_length(event, format_)
        tally.events += 1
        tally.heads += length
        tally.fitting.append(event.place)
        tally.see(event.record)
    elif format_ is not RAW and compiled.fits(first):
        tally.misread += 1
        tally.unfit.append(event.place)
    elif event.torn and compiled.joins and format_ is not RAW:
        length = 0
    elif first.strip():
        tally.misfits += 1
        at_begin = not tally.events and event.place.part == 0 and not event.torn
        tally.banner += at_begin and tally.misfits <= _BANNER
        tally.unfit.append(event.place)
    texts = 0
    for number, line in enumerate(event.lines[length:], length):
        if not line.strip():
            continue
        if format_ is RAW:
            tally.misfits += 1
        elif texts < _TEXTS and _CONTINUES(line + below[number]):
            tally.traces += 1
        else:
            texts += 1
    tally.texts += texts


_CONTINUES = re.compile(stacktraces.CONTINUES).match


def _is_read(record: Mapping[str, Any], format_: Format) -> bool:
    """Tell whether a record has what its format reads, and not the bare text."""
    if format_.joins is Joins.TRACES:
        return [*record] != ["message"]
    return record.get("parse_error") != format_.name


def _head_length(event: Event, format_: Format) -> int:
    """Give how many lines the head has; the message that ends it begins in the last of them."""
    head = format_.pattern.removesuffix(MESSAGE)
    if len(event.lines) == 1 or head == format_.pattern:
        return 1
    fits = re.match(head, b"".join(event.lines))
    return 1 + fits[0].count(b"\n") if fits else 1


# -- moments ---------------------------------------------------------------------------------------

#: Members of a record that may say when: the canonical one, bracket's, and those of JSON loggers.
_MOMENTS = ("timestamp", "date", "@timestamp", "time", "ts", "t", "@t", "Timestamp", "datetime")

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)? ?(Z|[+-]\d\d:?\d\d)?")

#: Seconds, milliseconds, microseconds, nanoseconds: by how large a moment of this century is.
_EPOCHS = ((1e8, 1e11, 1), (1e11, 1e14, 1e3), (1e14, 1e17, 1e6), (1e17, 1e20, 1e9))


def moment(record: Mapping[str, Any]) -> datetime | None:
    """Give the moment a record says, in UTC; None where it says none that is known."""
    for name in _MOMENTS:
        value = record.get(name)
        if isinstance(value, dict):  # MongoDB's {"$date": ...}
            value = value.get("$date")
        found = _read_moment(value)
        if found:
            return found
    return None


def _read_moment(value: Any) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        for least, most, unit in _EPOCHS:
            if least <= value < most:
                return datetime.fromtimestamp(value / unit, UTC)
    found = _ISO.match(value) if isinstance(value, str) else None
    if not found:
        return None
    day, clock, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{day}T{clock}{zone or 'Z'}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
