"""The expressions of heads, and of what stands in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from sidecar.formats.spec import MESSAGE, Format

#: Group of an event that is no head's, where its lines tell what joins it.
ODD = "odd"

_GROUP = re.compile(rb"\(\?P<(\w+)>")

#: What parentheses of an expression may hide in, and parentheses.
_STEPS = re.compile(rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)


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


def own(format_: Format, name: str) -> re.Pattern[bytes]:
    """Give the expression of a group as the format has it."""
    return re.compile(within(format_.pattern, name))


def within(pattern: bytes, name: str) -> bytes:
    """Give what stands in a named group of an expression."""
    begin = pattern.index(b"(?P<%b>" % name.encode()) + len(name) + 5
    depth, place = 1, begin
    for found in _STEPS.finditer(pattern, begin):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        place = found.start()
        if not depth:
            break
    return pattern[begin:place]
