"""Files that say in lines of their own which fields the lines below have: ``#Fields: date c-ip``.

Such a line rules until the next one, over restarts too: it is carried behind the name of the format
that fitted last. It is an event by itself, whatever is open above it. The line alone tells that, so
it holds for an event over the limit, too.

Source: https://www.w3.org/TR/WD-logfile.html, "Directives".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sidecar.fields.reading import ANYWHERE, Place
from sidecar.formats.outcome import Rendered
from sidecar.formats.spec import Format, Member

if TYPE_CHECKING:
    from sidecar.formats.parser import Parser

#: Name of the format whose lines are told.
NAME = "w3c"

#: A line that tells; one that is longer is no list of fields, and would be carried about.
TELLS = re.compile(rb"^#Fields:[^\n]{1,2000}$", re.MULTILINE)

_BETWEEN = "\n"

#: So many are known; files of a source have few.
_KNOWN = 16


def bare(name: str) -> str:
    """Give the name of a format without the line that rules."""
    return name.partition(_BETWEEN)[0]


def _may_tell(text: bytes) -> bool:
    """Tell soon whether a line may tell."""
    return b"#" in text and b"#Fields:" in text  # to look for one byte is soon done


def _untouched(text: bytes, current: str) -> bool:
    """Tell soon that no line rules or tells, as in most files of most formats."""
    return _BETWEEN not in current and not _may_tell(text)


class _Stretch(NamedTuple):
    """Lines that one line rules; or a line that rules what is below it, itself in ``rules``."""

    begin: int
    end: int
    parser: Parser
    rules: str


class Headed:
    """A parser that heeds lines that tell; see ``sidecar.formats.parser.Parser``.

    Args:
        plain: the parser while none has come.
        tell: reads one; gives the format of the lines below it, or None.
        make: gives the parser that has this format in the place of the one by its name.
    """

    def __init__(
        self,
        plain: Parser,
        tell: Callable[[bytes], Format | None],
        make: Callable[[Format], Parser],
    ) -> None:
        self.wraps = plain.wraps
        self._plain = plain

        @lru_cache(_KNOWN)
        def told(line: bytes) -> Parser | None:
            found = tell(line)
            return make(found) if found else None

        self._told = told

    @property
    def within(self) -> Parser:
        """Do as ``Parser.within``."""
        return self._plain.within

    def left_open(self, text: bytes, holder: str, current: str) -> tuple[int, str]:
        """Do as ``Parser.left_open``."""
        if _untouched(text, current):
            return self._plain.left_open(text, holder, current)
        *_, (begin, end, parser, _) = self._stretches(text, current)
        name = bare(current)
        if begin:
            holder, name = "", NAME
        if begin == end:
            return end, ""
        position, holder = parser.left_open(text[begin:end], holder, name)
        return (begin + position if position >= 0 else position), holder

    def render(
        self,
        text: bytes,
        current: str,
        tail: Sequence[Member] = (),
        each: Iterable[Sequence[Member]] | None = None,
        place: Place = ANYWHERE,
    ) -> Iterator[tuple[Rendered, str]]:
        """Do as ``Parser.render``."""
        if _untouched(text, current):
            return self._plain.render(text, current, tail, each, place)
        return self._render(text, current, tail, iter(each) if each is not None else None, place)

    def _render(
        self,
        text: bytes,
        current: str,
        tail: Sequence[Member],
        each: Iterator[Sequence[Member]] | None,
        place: Place,
    ) -> Iterator[tuple[Rendered, str]]:
        name, between, rule = current.partition(_BETWEEN)
        fits = name
        for begin, end, parser, rules in self._stretches(text, current):
            if begin < end:
                for done, fitted in parser.render(text[begin:end], name, tail, each, place):
                    yield done, fitted + between + rule
                    fits, place = fitted, done.after(place)
                name = fits
            if rules:
                name, between, rule = NAME, _BETWEEN, rules
                yield Rendered(), name + between + rule

    def begins(self, text: bytes, current: str) -> Iterator[int]:
        """Do as ``Parser.begins``."""
        name = bare(current)
        for begin, end, parser, rules in self._stretches(text, current):
            if begin < end:
                yield from (begin + one for one in parser.begins(text[begin:end], name))
            name = NAME if rules else name

    def joins(self, holder: str) -> bool:
        """Do as ``Parser.joins``."""
        return self._ruled(holder).joins(bare(holder))

    def first_begin(self, text: bytes, holder: str) -> int:
        """Do as ``Parser.first_begin``."""
        (_, end, parser, _), *_ = self._stretches(text, holder)
        return parser.first_begin(text[:end], bare(holder))

    def looks_below(self, holder: str) -> bool:
        """Do as ``Parser.looks_below``."""
        return self._plain.looks_below(bare(holder))

    def waits(self, line: bytes) -> bool:
        """Do as ``Parser.waits``."""
        return self._plain.waits(line)

    def whole(self, text: bytes, current: str, tail: Sequence[Member]) -> Rendered:
        """Do as ``Parser.whole``."""
        return self._ruled(current).whole(text, bare(current), tail)

    def _ruled(self, current: str) -> Parser:
        """Give the parser of lines below one that is carried."""
        rule = current.partition(_BETWEEN)[2]
        return (rule and self._told(rule.encode())) or self._plain

    def _stretches(self, text: bytes, current: str) -> Iterator[_Stretch]:
        """Part whole lines before and behind those that tell; a stretch between may be empty."""
        parser, begin = self._ruled(current), 0
        for found in TELLS.finditer(text) if _may_tell(text) else ():
            told = self._told(found[0])
            if told:
                end = found.end() + 1
                yield _Stretch(begin, found.start(), parser, "")
                yield _Stretch(found.start(), end, parser, found[0].decode())
                parser, begin = told, end
        yield _Stretch(begin, len(text), parser, "")
