"""Layouts whose lines an engine parts that reads each once, whatever it is: google-re2.

No line is expensive there, whatever the expression. What that costs is the road over columns: the
engine cannot look ahead, so lines are parted one by one, at some three times the usual cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from sidecar.errors import UsageError
from sidecar.fields.reading import ANYWHERE, Place
from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import Rendered, level
from sidecar.formats.spec import Format, Joins, Kind

Member = tuple[str, bytes]


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
            raise UsageError(
                f"multiline: found {options.start.decode()}, expected what google-re2 can do: {error}"
            ) from None
        self._joins = not options.lone and (bool(options.start) or format_.joins is Joins.ANYTHING)
        self._reading = options.reading
        self._constants: list[Member] = [
            (key, orjson.dumps(value))
            for key, value in options.constants.items()
            if key not in options.add
        ]
        if "format" in options.add:
            self._constants.append(("format", orjson.dumps(format_.name)))

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
        if self._format.yearless:
            self._reading = self._reading._replace(until=place.until)
        starts = [*self.begins(text, current)]
        done, pieces = Rendered(events=len(starts)), []
        more = iter(each) if each is not None else None
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            members = (*tail, *next(more)) if more else tail
            pieces.append(self._record(text[start : end - 1], members, done))
        done.json = b"".join(pieces)
        if starts:
            yield done, self._name

    def begins(self, text: bytes, current: str) -> Iterator[int]:
        """Give the position of each event; lines before any that begins one are one each."""
        position, begun = 0, not self._joins
        while position < len(text):
            end = text.index(b"\n", position)
            if self._begins(text[position:end]):
                begun = True
                yield position
            elif not begun:
                yield position
            position = end + 1

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

    def _begins(self, line: bytes) -> bool:
        if self._start:
            return self._start(line) is not None
        return not self._joins or self._parted(line) is not None

    def _parted(self, line: bytes) -> Any:
        """Match a line; None where it is no head."""
        found = self._fit(line) if line else None
        if found and self._looks and not self._looks(found.group(self._places["timestamp"]) or b""):
            return None
        return found

    def _record(self, event: bytes, tail: Sequence[Member], done: Rendered) -> bytes:
        """Make the record of an event, and count it."""
        made = self._read(event)
        if made is None:
            done.misfits += 1
            done.levels[b""] += 1
            error = ("parse_error", orjson.dumps(self._name))
            own = [("message", orjson.dumps(event.decode())), error]
            return _object(own, (*self._constants, *tail))
        printed = made.get("level")
        done.levels[level(printed.encode()).encode() if isinstance(printed, str) else b""] += 1
        own = [(name, orjson.dumps(value)) for name, value in made.items()]
        others = [one for one in tail if one[0] not in self._format.fields]
        return _object(own, (*self._constants, *others))

    def _read(self, event: bytes) -> dict[str, Any] | None:
        """Read the fields; None where the event does not fit."""
        line, newline, more = event.partition(b"\n")
        takes_more = "message" in self._places and self._format.linear.open_end
        if newline and not takes_more:
            return None
        found = self._parted(line)
        if found is None:
            return None
        made: dict[str, Any] = {}
        try:
            for name, field in self._format.fields.items():
                text = found.group(self._places[name])
                if name == "message" and takes_more:
                    text += newline + more
                if text is None or (field.optional and text == b"-"):
                    continue
                if field.kind is Kind.TEXT:
                    made[name] = text.decode()
                else:
                    assert field.read is not None
                    made[name] = field.read(text.decode(), self._reading)
        except ValueError:
            return None
        return made


def _object(own: Sequence[Member], others: Iterable[Member]) -> bytes:
    """Write an object; a member of a name that is there already is left out."""
    members: dict[str, bytes] = dict(own)
    for name, json in others:
        members.setdefault(name, json)
    inside = b",".join(orjson.dumps(name) + b":" + json for name, json in members.items())
    return b"{%b}\n" % inside
