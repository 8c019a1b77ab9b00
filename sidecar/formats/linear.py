"""Layouts whose lines an engine parts that reads each once, whatever it is: google-re2.

No line is expensive there, whatever the expression. What that costs is the road over columns: the
engine cannot look ahead, so lines are parted one by one. A line takes some 20 µs so, or 50 with
eleven groups, where columns take 1 and 9.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import orjson

from sidecar.errors import UsageError
from sidecar.fields.reading import ANYWHERE, Place
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import Rendered, level
from sidecar.formats.spec import Field, Format, Joins, Kind, Member

#: What each group took; None where it took no part.
Groups = tuple[bytes | None, ...]

#: So many answers are kept a field.
_MANY = 4096


def compiled(expression: bytes) -> Any:
    """Compile a bytes expression.

    Raises:
        UsageError: google-re2 is not installed.
        ValueError: it has something that the engine cannot do.
    """
    try:
        import re2  # noqa: PLC0415 - only who asks for it needs it
    except ImportError:
        raise UsageError(
            "engine: re2 needs the package google-re2, which is not installed\n"
            "  hint: pip install 'sidecar[re2]'"
        ) from None
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # a byte is a character, as for bytes of re's
    options.log_errors = False
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        found = error.args[0] if error.args else error
        raise ValueError(found.decode() if isinstance(found, bytes) else str(found)) from None


class LinearParser:
    """A layout's parser; see ``sidecar.formats.parser.Parser``.

    Args:
        format_: its declaration, with ``linear``.
        options: what the user chose.

    Raises:
        UsageError: google-re2 is not installed, or cannot do what ``options.start`` asks.
    """

    def __init__(self, format_: Format, options: FormatOptions) -> None:
        self.wraps = ()
        self._format = format_
        self._name = format_.name
        head = compiled(format_.linear.pattern)
        self._fit = head.fullmatch
        self._places = {name.decode(): number for name, number in head.groupindex.items()}
        looks = compiled(format_.linear.looks) if format_.linear.looks else None
        self._looks = looks.match if looks else None
        try:
            self._start = compiled(options.start).match if options.start else None
        except ValueError as error:
            found = options.start.decode()
            raise UsageError(
                f"multiline: found {found}, expected what google-re2 can do: {error}"
            ) from None
        self._joins = not options.lone and (bool(options.start) or format_.joins is Joins.ANYTHING)
        self._reading = options.reading
        self._values = self._readers()
        self._constants: list[Member] = [
            (key, orjson.dumps(value))
            for key, value in options.constants.items()
            if key not in options.add
        ]
        if "format" in options.add:
            self._constants.append(("format", orjson.dumps(format_.name)))

    @property
    def within(self) -> LinearParser:
        """Itself: nothing is put around its lines."""
        return self

    def left_open(self, text: bytes, holder: str, current: str) -> tuple[int, str]:
        """Find the event that later lines may still join."""
        if not self._joins:
            return len(text), ""
        end = len(text)
        while end:
            start = text.rfind(b"\n", 0, end - 1) + 1
            if self._begins(text[start : end - 1]):
                return start, self._name
            end = start
        return (-1, holder) if holder else (len(text), "")

    def render(
        self,
        text: bytes,
        current: str,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
        place: Place = ANYWHERE,
    ) -> Iterator[tuple[Rendered, str]]:
        """Turn events into JSON."""
        if self._format.yearless and place.until != self._reading.until:
            self._reading = self._reading._replace(until=place.until)
            self._values = self._readers()
        events = [*self._events(text)]
        ends = [*(start for start, _ in events[1:]), len(text)]
        done, pieces = Rendered(events=len(events)), []
        more = iter(each) if each is not None else None
        for (start, found), end in zip(events, ends, strict=True):
            members = (*tail, *next(more)) if more else tail
            pieces.append(self._record(text[start : end - 1], found, members, done))
        done.json = b"".join(pieces)
        if events:
            yield done, self._name

    def begins(self, text: bytes, current: str) -> Iterator[int]:
        """Give the position of each event; lines before any that begins one are one each."""
        return (start for start, _ in self._events(text))

    def joins(self, holder: str) -> bool:
        """Tell whether lines may join an event."""
        return self._joins

    def first_begin(self, text: bytes, holder: str) -> int:
        """Give where the first line is that does not join an open event."""
        position = 0
        while self._joins and position < len(text):
            end = text.index(b"\n", position)
            if self._begins(text[position:end]):
                break
            position = end + 1
        return position

    def looks_below(self, holder: str) -> bool:
        """No line is told by the one below it."""
        return False

    def waits(self, line: bytes) -> bool:
        """Likewise."""
        return False

    def whole(self, text: bytes, current: str, tail: Sequence[Member]) -> Rendered:
        """Make a record of text that no format is asked about."""
        json = _object([("message", orjson.dumps(text.decode()))], (*self._constants, *tail))
        return Rendered(json, 1, 0, Counter({b"": 1}))

    def _events(self, text: bytes) -> Iterator[tuple[int, Groups | None]]:
        """Give where each event begins, and its first line's groups if they are known by then."""
        position, begun = 0, not self._joins
        tells = self._joins and not self._start
        while position < len(text):
            end = text.index(b"\n", position)
            line = text[position:end]
            found = self._parted(line) if tells else None
            if found if tells else self._begins(line):
                begun = True
                yield position, found
            elif not begun:
                yield position, None
            position = end + 1

    def _begins(self, line: bytes) -> bool:
        if self._start:
            return self._start(line) is not None
        return not self._joins or self._parted(line) is not None

    def _parted(self, line: bytes) -> Groups | None:
        """Give the groups of a line, that of all first; None where it is no head."""
        found = self._fit(line) if line else None
        if found is None:
            return None
        groups: Groups = (None, *found.groups())
        if self._looks and not self._looks(groups[self._places["timestamp"]] or b""):
            return None
        return groups

    def _record(
        self, event: bytes, found: Groups | None, tail: Sequence[Member], done: Rendered
    ) -> bytes:
        """Make the record of an event, and count it."""
        own = self._read(event, found)
        if own is None:
            done.misfits += 1
            done.levels[b""] += 1
            error = ("parse_error", orjson.dumps(self._name))
            own = [("message", orjson.dumps(event.decode())), error]
            return _object(own, (*self._constants, *tail))
        printed = next(
            (json[1:-1] for name, json in own if name == "level" and json[:1] == b'"'), b""
        )
        done.levels[level(printed).encode()] += 1
        others = [one for one in tail if one[0] not in self._format.fields]
        return _object(own, (*self._constants, *others))

    def _read(self, event: bytes, found: Groups | None) -> list[Member] | None:
        """Read the fields; None where the event does not fit."""
        line, newline, more = event.partition(b"\n")
        if newline and not self._format.linear.open_end:
            return None
        groups = found or self._parted(line)
        if groups is None:
            return None
        made: list[Member] = []
        try:
            for name, field, value in self._values:
                text = groups[self._places[name]]
                if newline and name == "message":
                    text = (text or b"") + newline + more
                if text is not None and not (field.optional and text == b"-"):
                    made.append((name, value(text)))
        except ValueError:
            return None
        return made

    def _readers(self) -> list[tuple[str, Field, Callable[[bytes], bytes]]]:
        """Give each field with what makes JSON of its text; what is looked up is kept."""
        return [(name, field, self._reader(field)) for name, field in self._format.fields.items()]

    def _reader(self, field: Field) -> Callable[[bytes], bytes]:
        if field.kind is Kind.TEXT:
            return lambda text: orjson.dumps(text.decode())
        read, reading = field.read, self._reading
        assert read is not None
        return lru_cache(_MANY)(lambda text: orjson.dumps(read(text.decode(), reading)))


def _object(own: Sequence[Member], others: Iterable[Member]) -> bytes:
    """Write an object; a member of a name that is there already is left out."""
    members: dict[str, bytes] = dict(own)
    for name, json in others:
        members.setdefault(name, json)
    inside = b",".join(orjson.dumps(name) + b":" + json for name, json in members.items())
    return b"{%b}\n" % inside
