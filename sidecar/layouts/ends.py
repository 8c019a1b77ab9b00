"""Where a value ends: what comes after it in the layout, as far as its shape is known.

A value ends where its literal begins, and behind that the next value if its shape is narrow (a
number, a stamp, a level): so ``[a] b] INFO`` gives the thread ``a] b``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sidecar.fields.dates import Stamp
from sidecar.layouts.form import Filler, Item, Literal, Maybe, Quoting, Type, Value

#: A line's end, which no expression of a head takes in.
END = rb"(?![^\n])"

INTEGER = rb"-[1-9]\d{0,17}|\d{1,18}"
NUMBER = rb"\d{1,18}(?:\.\d{1,9})?"
LEVEL = rb"(?:Level \d{1,9}|[A-Za-z\x80-\xff][\w\x80-\xff.-]{0,40})"

_NARROW = {
    Type.INTEGER: rb"(?:-|%b)" % INTEGER,
    Type.NUMBER: rb"(?:-|%b)" % NUMBER,
    Type.STATUS: rb"(?:-|\d{3})",
    Type.DURATION: rb"(?:-|%b)" % NUMBER,
}

#: What the expression of a stamp that begins with a number begins with.
_DIGIT = re.compile(rb"(?:\(\?:)*(?:\\d|\[?[0-9 ])")

#: A longer expression is not looked for in whole to find where a text ends.
_LONG = 120


#: Expressions of a literal or nothing, and of our numbers and levels.
_LITERAL = re.compile(rb"$|\(\?!\[|\\[^\w\s]|\\ |[^\\(\[ ]")
_SHAPE = re.compile(rb"\\d|\(\?:-|\(\?:Level ")

#: Room for blanks, a blank, colours; and text that is none of these.
_ROOM = re.compile(rb" \{\d+,(\d+)\}\+?|(\\ )|\(\?>\(\?:\\x1b[^()]*\)\{0,16\}\)")
_SOLID = re.compile(rb"\\[^\w\s]|[^\\(\[ ]")

#: What these may begin with.
_IN_SHAPES = re.compile(rb"\\-|\w|[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes after a value: its expression, and the bytes it may begin with.

    Attributes:
        first: as the inside of a bytes character class; None: many.
        touching: a value that comes without a literal before it.
        maybe: expression of what comes first and may lack.
        either: the ends this one is any of, each beginning with a byte of its own.
    """

    expression: bytes
    first: bytes | None
    touching: Value | None = None
    maybe: bytes = b""
    either: tuple[Ahead, ...] = ()

    @property
    def rest(self) -> bytes | None:
        """What follows the first byte, where it is one byte and cannot stand again behind it."""
        if not self.first:
            return None if self.first is None else b""
        rest = self.expression.removeprefix(self.first)
        single = len(self.first.removeprefix(b"\\")) == 1 and rest != self.expression
        known = _LITERAL.match(rest) or (_SHAPE.match(rest) and not _IN_SHAPES.match(self.first))
        again = rest.startswith(self.first) or not known
        return None if not single or again else rest


def ahead(items: Sequence[Item], place: int, after: Ahead) -> Ahead:  # noqa: PLR0911 - left to right, until enough is known
    """Give what comes after an item: as far as a shape is known, but not far.

    Args:
        items: the items among which it stands.
        place: its place; -1: before the first.
        after: what comes after them all.
    """
    expression, first, touching = b"", None, None
    narrow = 0
    for here, item in enumerate(items[place + 1 :], place + 1):
        if isinstance(item, Literal):
            text, newline, _ = item.text.partition("\n")
            if not expression:
                first = first_of(text)
            expression += escaped(text) + (END if newline else b"")
            if newline or narrow:
                return Ahead(expression, first, touching)
            continue
        if isinstance(item, Maybe) and _begins_line(item):
            return Ahead(expression + END, first if expression else b"", touching)
        if isinstance(item, Value) and not item.lead:
            shape = _narrow(item)
            touching = touching if expression else item
            if not shape or narrow:
                return Ahead(expression, first, touching)
            narrow += 1
            if item.type is Type.STAMP and len(shape) > _LONG:
                # Names of months in many languages; a byte is known by enough.
                shape = rb"\d" if begins_with_digit(shape) else rb"[A-Za-z\x80-\xff]"
                return Ahead(expression + shape, first, touching)
            expression += shape
            continue
        rest = ahead(items, here, after)
        either = _either(item, rest)
        if expression:
            return Ahead(expression + either.expression, first, touching)
        return either
    if not expression:
        return replace(after, touching=touching or after.touching)
    return Ahead(expression + after.expression, first, touching)


def _either(item: Item, rest: Ahead) -> Ahead:
    """Give what comes where something may lack and ``rest`` stands behind it."""
    if isinstance(item, Filler):
        first = None if rest.first is None else item.first + rest.first
        return replace(rest, expression=item.expression + rest.expression, first=first)
    if isinstance(item, Maybe):
        inner = ahead(item.items, -1, rest)
        both = b"(?:%b|%b)" % (inner.expression, rest.expression)
        many = inner.first is None or rest.first is None
        first = None if many else (inner.first or b"") + (rest.first or b"")
        ends = (inner, *(rest.either or (rest,)))
        firsts = {one.first for one in ends if one.rest}
        return Ahead(
            both, first, inner.touching or rest.touching, inner.expression,
            either=ends if len(firsts) == len(ends) else (),
        )  # fmt: skip
    assert isinstance(item, Value)
    both = b"(?:%b|-?%b)" % (escaped(item.lead), rest.expression)
    first = None if rest.first is None else first_of(item.lead) + rb"\-" + rest.first
    return Ahead(both, first, item)


def _begins_line(item: Maybe) -> bool:
    first = item.items[0]
    return isinstance(first, Literal) and first.text.startswith("\n")


def _narrow(value: Value) -> bytes:
    """Give the expression of a value of a known shape, without groups; b"" for a text."""
    left, right = pads(value)
    if value.type is Type.STAMP:
        assert value.stamp is not None
        return left + whole(value.stamp) + right
    if value.type is Type.LEVEL:
        return left + (value.shape or LEVEL) + right
    shape = value.shape or _NARROW.get(value.type, b"")
    if shape and value.absent:
        shape = b"(?:%b|%b)" % (shape, b"|".join(map(escaped, value.absent)))
    return left + shape + right if shape else b""


def pads(value: Value) -> tuple[bytes, bytes]:
    """Give the blanks before and behind a value."""
    least = value.width.least
    if not least:
        return b"", b""
    room = b" {0,%d}" % least
    if value.width.left:
        return b"", room
    # A text may begin with blanks too, but those of its room are never tried as its own.
    return (room if value.type is Type.STAMP else room + b"+"), b""


def padded(value: Value, end: Ahead) -> Ahead:
    """Put the blanks behind a value before what comes after."""
    _, right = pads(value)
    if not right:
        return end
    first = end.first
    if first is not None and b" " not in first:
        first = b" " + first
    rest, blanks = end.expression, 0
    while rest.startswith(rb"\ "):
        rest, blanks = rest[2:], blanks + 1
    if rest and _LITERAL.match(rest):  # all blanks at once: none is left to be tried again
        room = b" {%d,%d}+" % (blanks, value.width.least + blanks)
        return replace(end, expression=room + rest, first=first)
    return replace(end, expression=right + end.expression, first=first)


def whole(stamp: Stamp) -> bytes:
    """Give the expression of a whole stamp."""
    return stamp.pattern + stamp.fraction + stamp.offset


def begins_with_digit(expression: bytes) -> bool:
    """Tell whether a stamp's or a number's expression begins with a digit, or a blank for one."""
    return _DIGIT.match(expression) is not None


def escaped(text: str) -> bytes:
    """Give the expression of a text."""
    return re.escape(text.encode())


def first_of(text: str) -> bytes:
    """Give the byte a text begins with, as the inside of a character class."""
    return re.escape(text.encode()[:1])


def _skipped(expression: bytes) -> list[bytes]:
    """Give what takes blanks that have more behind them than an end has room for, as one way.

    There is none where the end may be blanks alone: what stands behind it would then tell.
    """
    room = at = 0
    while found := _ROOM.match(expression, at):
        room, at = room + int(found[1] or bool(found[2])), found.end()
    solid = found is None and at < len(expression) and _SOLID.match(expression, at)
    return [rb"\ +(?=\ {%d})" % (room + 1)] if room > 1 and solid else []


def until(end: Ahead, quoting: Quoting, *, some: bool = False) -> bytes:
    """Write what a text may hold: all but what comes after it, in one way only.

    Args:
        end: what comes after it.
        quoting: how quotes within are written.
        some: it is not empty.
    """
    slashes = quoting is Quoting.SLASHES
    closed = rb'"\\' if slashes else b""
    ways = [rb"\\."] if slashes else []
    if end.first is None:
        ways += _skipped(end.expression)
        step = b"|".join([*ways, rb"(?!%b)[^%b\n]" % (end.expression, closed)])
        return b"(?>(?:%b)%b)" % (step, b"+" if some else b"*")
    last: list[bytes] = []
    if slashes and end.first == b'"':  # a quote that is not escaped is the layout's
        plain = rb'[^"\\\n]'
    else:
        plain = rb"[^%b%b\n]" % (end.first, closed)
        ends = end.either or (end,)
        if any(one.rest is None for one in ends):
            ways += _skipped(end.expression) if rb"\ " in end.first or b" " in end.first else []
            ways.append(rb"(?!%b)[%b]" % (end.expression, end.first))
        else:  # of a row of such bytes only the last may begin the end
            known = [(one.first or b"", one.rest, one.expression) for one in ends if one.rest]
            ways += [rb"%b++(?!%b)" % (first, rest) for first, rest, _ in known]
            last = [rb"%b+(?=%b)" % (first, whole_) for first, _, whole_ in known]
    if not ways:
        return plain + (b"+" if some else b"*")
    more = b"(?:(?:%b)%b*)*" % (b"|".join(ways), plain)
    row = b"(?:%b)?" % b"|".join(last) if last else b""
    if not some:
        return b"(?>%b*%b%b)" % (plain, more, row)
    return b"(?>(?:%b)%b*%b%b)" % (b"|".join([plain, *ways, *last]), plain, more, row)
