"""What an expression asks for, in words."""

from __future__ import annotations

import re._constants as op
from collections.abc import Iterator, Sequence
from itertools import takewhile

from sidecar.formats import syntax
from sidecar.formats.syntax import Item, Items

_CATEGORIES = {
    op.CATEGORY_DIGIT: "a digit",
    op.CATEGORY_NOT_DIGIT: "no digit",
    op.CATEGORY_SPACE: "white space",
    op.CATEGORY_NOT_SPACE: "no white space",
    op.CATEGORY_WORD: "a letter, a digit or _",
    op.CATEGORY_NOT_WORD: "no letter, digit or _",
}

_RANGES = {"0-9": "a digit", "A-Z": "a capital", "a-z": "a small letter"}

_CHARACTERS = {" ": "a blank", "\t": "a tab", "\n": "a newline", "\r": "a carriage return"}

#: Of what a class leaves out.
ANYTHING_BUT = "anything but"

_ANY, _END = "a character", "the end of the line"


def firsts(items: Items) -> Iterator[str]:
    """Say what a text begins with that fits: each possibility."""
    item = items[0] if items else syntax.END
    code, argument = item
    if code is op.LITERAL:
        run = takewhile(lambda one: one[0] is op.LITERAL, items)
        yield quoted(bytes(character for _, character in run).decode("utf-8", "replace"))
    elif code is op.IN:
        yield from _class(argument)
    elif code is op.NOT_LITERAL:
        yield f"{ANYTHING_BUT} {quoted(chr(argument))}"
    elif code is op.ANY:
        yield _ANY
    elif code is op.AT:
        yield _END
    else:
        found = [one for some in syntax.inside(item) for one in firsts(some)]
        yield from [_other(found)] if code is op.ASSERT_NOT else found


def _other(found: Sequence[str]) -> str:
    """Say what stands where none of these may."""
    if not {_ANY, f"{ANYTHING_BUT} a newline"}.isdisjoint(found):
        return _END
    return f"other than {' or '.join(found)}"


def quoted(text: str) -> str:
    """Put a text between the quotes it does not hold; some characters have names."""
    return _CHARACTERS.get(text) or (f"'{text}'" if '"' in text else f'"{text}"')


def _class(members: Items) -> Iterator[str]:
    """Say which characters a class has."""
    if members[0][0] is not op.NEGATE:
        yield from map(_member, members)
        return
    said = list(dict.fromkeys(map(_member, members[1:])))
    if len(said) > 1:  # nothing on a line is a newline
        said = [one for one in said if one != _CHARACTERS["\n"]]
    yield f"{ANYTHING_BUT} {', '.join(said)}"


def _member(item: Item) -> str:
    code, argument = item
    if code is op.CATEGORY:
        return _CATEGORIES.get(argument, "a character")
    if code is op.RANGE:
        first, last = map(chr, argument)
        if first == "\x80":  # of a character beyond ASCII, in UTF-8
            return "a letter"
        return _RANGES.get(f"{first}-{last}") or f"{quoted(first)} to {quoted(last)}"
    return quoted(chr(argument))
