r"""A user's regular expression of one line, made to stand among others over a block of lines.

What could take in a newline is kept from it, groups without names lose their numbers, ``^`` and
``$`` mean the line's ends, and a letter is a letter beyond ASCII too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from sidecar.errors import LayoutError

_PIECE = re.compile(
    r"(?P<escape>\\(?:x[0-9a-fA-F]{2}|.))|(?P<set>\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])"
    r"|(?P<open>\((?:\?(?:P?<(?P<name>[A-Za-z_]\w*)>|P=\w+\)|[aiLmsux]*(?:-[imsx]+)?\)"
    r"|[aiLmsux]*(?:-[imsx]+)?:|>|[=!#]|<[=!]))?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<anchor>[\^$])|(?P<other>.)",
    re.DOTALL,
)

_BEGIN, _END = rb"(?<![^\n])", rb"(?![^\n])"

_ESCAPES = {
    "s": rb"[^\S\n]", "D": rb"[^\d\n]", "W": rb"[^\w\n\x80-\xff]", "w": rb"[\w\x80-\xff]",
    "h": rb"[ \t]",
}  # fmt: skip

#: Within brackets.
_CLASSES = {
    "\\s": " \\t\\r\\f\\v", "\\w": "\\w\\x80-\\xff", "\\h": " \\t", "[:space:]": " \\t",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Translated:
    """An expression for blocks, over bytes.

    Attributes:
        names: of its groups, in order.
        sure: groups that take part in every match.
    """

    pattern: bytes
    names: Sequence[str]
    sure: Sequence[str]


@dataclass(slots=True)
class _Open:
    """A group that is open: its name, the sure groups in it, what makes them unsure."""

    name: str = ""
    sure: list[str] = field(default_factory=list)
    parted: bool = False
    looks: bool = False


def translated(layout: str, grammar: str, *, alone: bool = False) -> Translated:
    """Translate an expression.

    Args:
        layout: the expression.
        grammar: as errors name it.
        alone: for a line by itself, without its newline.

    Raises:
        LayoutError: it is none, or wants what one line cannot give.
    """
    try:
        re.compile(re.sub(r"\(\?<([A-Za-z_])", r"(?P<\1", layout))
    except re.error as error:
        place = error.pos or 0
        raise LayoutError(
            grammar, layout, place + 1, f'"{layout[place:][:10]}"', "a regular expression",
            error.msg,
        ) from None  # fmt: skip
    return _Translator(layout, grammar, alone=alone).whole()


class _Translator:
    def __init__(self, layout: str, grammar: str, *, alone: bool) -> None:
        self._layout, self._grammar, self._alone = layout, grammar, alone
        self._begin, self._end = (b"^", b"$") if alone else (_BEGIN, _END)
        self._names: list[str] = []
        self._open = [_Open()]

    def whole(self) -> Translated:
        begin, prefix = 0, b""
        if flags := re.match(r"\(\?([aimsx]+)\)", self._layout):
            if {*flags[1]} & {"s", "x"}:
                self._refuse(0, flags[0], "no flags but i", "one line is read, blanks and all")
            begin, prefix = flags.end(), b"(?i:" if "i" in flags[1] else b"(?:"
        pieces = _PIECE.finditer(self._layout, begin)
        pattern = b"".join(map(self._piece, pieces))
        pattern = pattern.removeprefix(self._begin).removesuffix(self._end)
        whole = self._open[0]
        if whole.parted and not prefix:
            prefix = b"(?:"
        if prefix:
            pattern = prefix + pattern + b")"
        return Translated(pattern, self._names, [] if whole.parted else whole.sure)

    def _piece(self, found: re.Match[str]) -> bytes:
        text = found[0]
        if found["escape"]:
            return self._escape(found.start(), text)
        if found["set"]:
            return self._set(found.start(), text)
        if found["open"]:
            return self._opened(found)
        if found["close"]:
            self._closed(found.end())
        elif found["bar"]:
            self._open[-1].parted = True
        elif found["anchor"]:
            return self._begin if text == "^" else self._end
        elif text == "\n":
            self._refuse(found.start(), "a newline", "one line")
        raw = text.encode()
        return b"(?:%b)" % raw if len(raw) > 1 else raw

    def _escape(self, place: int, text: str) -> bytes:
        letter = text[1]
        if letter in "AZz":
            return self._begin if letter == "A" else self._end
        if letter in _ESCAPES:
            return _ESCAPES[letter]
        if letter == "n":
            self._refuse(place, text, "nothing that spans lines")
        if letter.isdecimal():
            self._refuse(place, text, "a group's name", "(?P=name) means a group's text")
        return text.encode() if letter.isascii() else b"(?:%b)" % letter.encode()

    def _set(self, place: int, text: str) -> bytes:
        if not text.isascii():
            self._refuse(place, text, "letters of ASCII in brackets", "others as (?:é|à)")
        for name, inside in _CLASSES.items():
            text = text.replace(name, inside)
        raw = text.encode()
        if self._alone or not re.match(raw, b"\n"):
            return raw
        return raw[:-1] + rb"\n]" if raw.startswith(b"[^") else rb"(?:(?!\n)%b)" % raw

    def _opened(self, found: re.Match[str]) -> bytes:
        text, name = found[0], found["name"] or ""
        if text.startswith("(?P="):
            return text.encode()
        if text.endswith(")") or text == "(?#":
            self._refuse(found.start(), text, "no flags inside the expression")
        self._open.append(_Open(name, looks=text in {"(?=", "(?!", "(?<=", "(?<!"}))
        if name:
            self._names.append(name)
            return b"(?P<%b>" % name.encode()
        return b"(?:" if text == "(" else text.encode()

    def _closed(self, end: int) -> None:
        one = self._open.pop()
        after = self._layout[end : end + 2]
        if not (after[:1] in {"?", "*"} or after in {"{0", "{,"} or one.looks):
            self._open[-1].sure += [one.name] if one.name else []
            self._open[-1].sure += [] if one.parted else one.sure

    def _refuse(self, place: int, found: str, expected: str, hint: str = "") -> NoReturn:
        raise LayoutError(self._grammar, self._layout, place + 1, f'"{found}"', expected, hint)
