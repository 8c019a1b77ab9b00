"""The expressions of heads, and of what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sidecar.formats.spec import MESSAGE, Format

#: Group of an event that is no head's, where its lines tell what joins it.
ODD = "odd"

_GROUP = re.compile(rb"\(\?P<(\w+)>")

#: What parentheses and bars of an expression may hide in, and these.
_STEPS = re.compile(rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)

#: A byte, or a class of bytes, and nothing that says how often.
_ONE = re.compile(rb"(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[(])(?![*+?{])", re.DOTALL)


class Shape(NamedTuple):
    """Which lines make an event.

    Attributes:
        absorbs: lines between heads belong to the head before them.
        more: bytes expression of a line that goes on with the event, and the newline before it.
        shows: bytes expression found soon in any block that has such a line.
        mark: byte that was put before each line that begins an event; empty where every line does.
    """

    absorbs: bool = False
    more: bytes = b""
    shows: bytes = b""
    mark: bytes = b""


def expression(format_: Format, shape: Shape, instead: Mapping[str, bytes]) -> bytes:
    """Give the expression of a head in a block, with the newline and the mark before it.

    Args:
        format_: the declaration.
        shape: which lines make an event.
        instead: name of a group -> what is tried in the place of its own expression.
    """
    inner = {name.encode() for run, names in format_.runs.items() for name in names - {run}}
    pattern = format_.pattern
    for name, loose in instead.items():
        group = b"(?P<%b>" % name.encode()
        pattern = pattern.replace(group + within(pattern, name), group + loose)
    pattern = _GROUP.sub(lambda one: b"(?:" if one[1] in inner else one[0], pattern)
    if shape.absorbs:
        assert pattern.endswith(MESSAGE), "a message ends the head of a format that joins"
        pattern = pattern.removesuffix(MESSAGE)
    elif pattern.endswith(MESSAGE):
        more = rb"(?:%b)*" % shape.more
        head = pattern.removesuffix(MESSAGE)
        pattern = rb"%b(?P<message>.*%b)" % (head, more)
        if head and shape.more and not shape.mark:  # what joins a misfit is no head, too
            pattern = rb"(?:%b|(?P<%b>.*%b))" % (pattern, ODD.encode(), more)
    elif shape.mark:
        pattern += rb"(?=\n%b|\Z)" % shape.mark
    else:
        pattern += rb"(?!.)"
    return b"\n" + shape.mark + pattern


def usual(format_: Format) -> Format:
    """Give the declaration of usual heads."""
    pattern = format_.pattern
    for part, instead in format_.usual.items():
        pattern = pattern.replace(part, instead)
    groups = {name.decode() for name in _GROUP.findall(pattern)}
    fields = {
        name: field._replace(optional=field.optional and name not in format_.sure)
        for name, field in format_.fields.items()
        if name in groups
    }
    return format_._replace(pattern=pattern, fields=fields)


def own(format_: Format, name: str) -> re.Pattern[bytes]:
    """Give the expression of a group as the format has it."""
    return re.compile(within(format_.pattern, name))


def within(pattern: bytes, name: str) -> bytes:
    """Give what stands in a named group of an expression."""
    begin = pattern.index(b"(?P<%b>" % name.encode()) + len(name) + 5
    end = next(found.start() for found, depth in _steps(pattern, begin) if depth < 0)
    return pattern[begin:end]


def side_by_side(expressions: Iterable[bytes]) -> bytes:
    """Give the expression of what begins as any of some, soon told where none does.

    A choice that another is the beginning of says nothing more. Those that begin with the same
    byte, or class, stand together behind it, so that they are left at once where it is not there.
    """
    choices = [*dict.fromkeys(one for some in expressions for one in _choices(some))]
    kept = [one for one in choices if not any(_begins(one, other) for other in choices)]
    groups: dict[bytes, list[bytes]] = {}
    for one in kept:
        found = _ONE.match(one)
        first = found[0] if found else one
        groups.setdefault(first, []).append(one[len(first) :])
    return b"|".join(
        first + (rests[0] if len(rests) == 1 else b"(?:%b)" % b"|".join(rests))
        for first, rests in groups.items()
    )


def _choices(pattern: bytes) -> Iterator[bytes]:
    """Part an expression at its outermost bars."""
    begin = 0
    for found, depth in _steps(pattern):
        if found[0] == b"|" and not depth:
            yield pattern[begin : found.start()]
            begin = found.end()
    yield pattern[begin:]


def _steps(pattern: bytes, begin: int = 0) -> Iterator[tuple[re.Match[bytes], int]]:
    """Give what ``_STEPS`` finds, each with how many parentheses are open behind it."""
    depth = 0
    for found in _STEPS.finditer(pattern, begin):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        yield found, depth


def _begins(one: bytes, other: bytes) -> bool:
    """Tell whether a choice begins as another does, and goes on behind it."""
    rest = one.removeprefix(other)
    return len(rest) < len(one) and rest[:1] not in (b"", b"*", b"+", b"?", b"{")
