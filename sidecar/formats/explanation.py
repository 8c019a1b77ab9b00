"""How far a format gets with a line, where it stops, and what it expected there.

There is no second engine: the head's expression, as ``re`` itself reads it (``syntax``), is cut
short item by item, each piece is compiled and matched, and where an item does not match, the same
is done to what stands in it. What fits longest is found by bisection, since what an expression
fits its beginnings fit too; so a line costs some dozens of small matches a format. Of a long line
the first ``LOOKED_AT`` bytes are looked at.
"""

from __future__ import annotations

import re
import re._constants as op
from typing import Any, NamedTuple

import orjson

from sidecar.formats import reference, strictness, syntax, wording
from sidecar.formats.options import FormatOptions
from sidecar.formats.raw import RAW
from sidecar.formats.spec import MESSAGE, Format, Joins, Kind
from sidecar.formats.syntax import Item, Items

LOOKED_AT = 4096

#: So many pieces are tried for a format, and so many repetitions of one.
_PIECES, _REPETITIONS = 400, 32

#: How far beyond a piece's first match a longer one is looked for.
_FURTHER = 256

#: So many possibilities are named.
_SHOWN = 6


class Stop(NamedTuple):
    """Where a format stopped.

    Attributes:
        at: how many characters of the event fit.
        expected: what could follow, in words.
        share: of what a head is asked, how much was found to fit, 0 to 1; see ``strictness``.
        group: the named group of the expression that it stands in or begins; "" for none.
        after: the last named group that fit before it, and ``since``: where that begins.
    """

    at: int
    expected: str
    share: float
    group: str = ""
    after: str = ""
    since: int = 0


class Explanation(NamedTuple):
    """What a format makes of an event; ``record`` is JSON where it fits, else there is a stop."""

    format: Format
    record: bytes | None
    stop: Stop | None


def explain(event: bytes, format_: Format, options: FormatOptions) -> Explanation:
    """Hold an event against a format.

    Args:
        event: valid UTF-8, its lines parted by newlines, without the last one's.
        format_: the format.
        options: what values leave open; those of ``format_``.
    """
    stop = _stop(event, format_, options)
    if stop:
        return Explanation(format_, None, stop)
    record = next(reference.records(event.split(b"\n"), [format_], RAW, options))
    if orjson.loads(record).get("parse_error") == format_.name:
        return Explanation(format_, None, Stop(0, "a line with a field at least", 1.0))
    return Explanation(format_, record.rstrip(b"\n"), None)


def _stop(event: bytes, format_: Format, options: FormatOptions) -> Stop | None:
    """Find where a format stops; None where it does not."""
    if format_.passes and event.startswith(b"{"):
        return _stop_in_json(event)
    if format_.joins is Joins.TRACES and format_.pattern == MESSAGE:
        return None
    head = format_.pattern.removesuffix(MESSAGE)
    fits = re.match(head, event) if head != format_.pattern else re.fullmatch(head, event)
    if fits is None:
        return _Walk(format_, event[:LOOKED_AT]).stop()
    return _unreadable(event, fits, format_, options)


def _stop_in_json(event: bytes) -> Stop | None:
    try:
        orjson.loads(event)
    except orjson.JSONDecodeError as error:
        return Stop(error.pos, f"JSON ({error.msg})", error.pos / len(event))
    return None


def _unreadable(
    event: bytes, fits: re.Match[bytes], format_: Format, options: FormatOptions
) -> Stop | None:
    """Find the first value that fits and says nothing."""
    groups = fits.groupdict()
    for name, field in format_.fields.items():
        text = groups.get(name)
        if field.read is None or text is None or (field.optional and text == b"-"):
            continue
        if field.kind is Kind.STAMP:
            text += groups.get("offset") or b""
        try:
            field.read(text.decode(), options.reading)
        except ValueError as error:
            at, said = _characters(event[: fits.start(name)]), f"a value that can be read ({error})"
            return Stop(at, said, 1.0, name)
    return None


def _characters(text: bytes) -> int:
    return len(text.decode("utf-8", "replace"))


def _chooses(item: Item) -> bool:
    """Tell whether an item fits in several ways that go on differently."""
    code, argument = item
    if code is op.BRANCH or (code in syntax.REPEATS and argument[0] == 0):
        return True
    return any(_chooses(one) for some in syntax.inside(item) for one in some)


class _Walk:
    """The longest beginnings of a text that beginnings of an expression fit."""

    def __init__(self, format_: Format, text: bytes) -> None:
        head = format_.pattern.removesuffix(MESSAGE)
        self._tree = syntax.read(head)
        self._named = {*format_.fields, "fraction", "offset"}  # other names tell nobody anything
        self._text = text
        self._left = _PIECES
        self._at = -1
        self._found: dict[str, str] = {}  # what could follow there -> its group
        self._before: Items = ()
        end = [syntax.END] if head == format_.pattern else []
        self._walk([], [*self._tree.items, *end], "")

    def stop(self) -> Stop:
        """Give where the furthest of them end, and what could follow."""
        told = [one for one in self._found if not one.startswith(wording.ANYTHING_BUT)]
        expected = told or [*self._found]
        shown = expected[:_SHOWN] + (["…"] if len(expected) > _SHOWN else [])
        group = next((one for one in self._found.values() if one), "")
        fits = self._furthest()
        since, after = max(
            ((fits.start(one), one) for one in self._named & fits.groupdict().keys() if fits[one]),
            default=(0, ""),
        )
        at, since = (_characters(self._text[:place]) for place in (fits.end(), since))
        asked = strictness.of_items(self._before) / strictness.of_items(self._tree.items)
        return Stop(at, " or ".join(shown), min(asked, 1.0), group, after, since)

    def _end(self, items: Items) -> int:
        """Give where a piece's match ends, -1 where it has none."""
        self._left -= 1
        found = self._tree.compiled(items).match(self._text)
        return found.end() if found else -1

    def _walk(self, before: Items, items: Items, group: str) -> None:
        """Find how far ``items`` fit behind ``before``, which do."""
        if self._left <= 0:
            return
        fit, unfit, end = 0, len(items) + 1, -1
        while unfit - fit > 1:
            middle = (fit + unfit) // 2
            reached = self._end([*before, *items[:middle]])
            fit, unfit = (middle, unfit) if reached >= 0 else (fit, middle)
            end = reached if reached >= 0 else end
        if fit < len(items):
            end = end if fit else self._end(before)
            self._within([*before, *items[:fit]], items[fit:], group, end)
        # Where an item fits, another choice in it might have gone further; and more items fit where
        # a choice took less of the text. The last come first: they are nearest to the end.
        choices = [place for place, item in enumerate(items[:fit]) if _chooses(item)]
        for place in reversed(range(choices[0] + 1, fit) if choices else ()):
            piece = [*before, *items[:place]]
            self._note(self._end(piece), piece, items[place:], group)
        for place in reversed(choices):
            self._enter([*before, *items[:place]], items[place], group)

    def _within(self, before: Items, items: Items, group: str, end: int) -> None:
        """Find how far the first of ``items`` fits, which as a whole does not."""
        if items[0][0] is op.ASSERT_NOT or not syntax.inside(items[0]):
            self._note(end, before, items, group)
        else:
            self._enter(before, items[0], group)

    def _enter(self, before: Items, item: Item, group: str) -> None:
        """Find how far what stands in an item fits."""
        code, argument = item
        if code in syntax.REPEATS:
            self._repeat(before, argument, group)
            return
        named = self._tree.names.get(argument[0]) if code is op.SUBPATTERN else None
        group = named if named in self._named else group
        for one in syntax.inside(item):
            self._walk(before, one, group)

    def _repeat(self, before: Items, argument: Any, group: str) -> None:
        """Find how far one more repetition fits than do."""
        _, most, body = argument
        times = 0
        while times < min(most - 1, _REPETITIONS) and self._left > 0:
            if self._end([*before, (op.MAX_REPEAT, (times + 1, times + 1, body))]) < 0:
                break
            times += 1
        self._walk([*before, (op.MAX_REPEAT, (times, times, body))], body, group)

    def _note(self, end: int, before: Items, items: Items, group: str) -> None:
        if end > self._at:
            self._at, self._before = end, before
            self._found.clear()
        if end == self._at:
            for one in wording.firsts(items):
                self._found.setdefault(one, group)

    def _furthest(self) -> re.Match[bytes]:
        """Give the longest match of the best piece; the first that is found may be shorter."""
        piece = self._tree.compiled(self._before)
        latest = min(len(self._text), self._at + _FURTHER)
        matches = (piece.fullmatch(self._text, 0, end) for end in range(latest, self._at, -1))
        found = next((one for one in matches if one), None) or piece.match(self._text)
        assert found is not None, "the piece was found to fit"
        return found
