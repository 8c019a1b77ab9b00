"""Text of logs as a terminal may be shown it: nothing in it moves a cursor or changes a colour."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

#: Control characters are shown by Unicode's pictures of them, one column each.
_PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}

_CONTROLS = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def plain(text: str) -> str:
    """Give a text with a picture for each control character, as long as it was."""
    pictured = text.translate(_PICTURES)
    if pictured.isascii():
        return pictured
    return "".join("�" if unicodedata.category(one) in _CONTROLS else one for one in pictured)


def shortened(text: str, most: int) -> str:
    """Give a text on one line, cut where it is longer."""
    return plain(text if len(text) <= most else text[: most - 1] + "…")


class Excerpt(NamedTuple):
    """A piece of a line, and what stands below it: a caret."""

    text: str
    caret: str


def excerpt(line: str, at: int, width: int) -> Excerpt:
    """Show a line, or what of it stands around a place.

    Args:
        line: without its newline.
        at: characters before the place that the caret points to.
        width: columns there are, at least.
    """
    start = max(0, min(at - width * 2 // 3, len(line) - width))
    end = min(len(line), start + width)
    before = ("…" if start else "") + plain(line[start:at])
    after = plain(line[at:end]) + ("…" if end < len(line) else "")
    return Excerpt(before + after, " " * sum(map(_columns, before)) + "^")


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
