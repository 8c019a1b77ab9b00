"""Texts that come again and again, read once."""

from __future__ import annotations

import re
from collections.abc import Callable

#: So many answers are young; what was not asked for among as many others is forgotten.
_YOUNG = 4096

#: Answers that no value has, since no UTF-8 has their bytes: the text is that of no head; the text
#: is a head's and means nothing.
UNFIT = b"\xfe"
UNREADABLE = b"\xff"

#: What an answer begins with, and its parts, that is one of two by the order of the file: both
#: moments, and what the text becomes if it is the one or the other.
TWICE = b"\xfd"

#: A group's text; None where it took no part in the match.
Text = bytes | None


class Lookup(dict[Text, bytes]):
    """Text -> what it becomes; the first sight of one reads it.

    Args:
        read: a ``ValueError`` of it means ``UNREADABLE``.

    Attributes:
        odd: whether any answer was ``UNFIT`` or ``UNREADABLE``.
        twice: whether any is one of two.
    """

    def __init__(self, read: Callable[[Text], bytes]) -> None:
        super().__init__()
        self.odd = self.twice = False
        self._read = read
        self._old: dict[Text, bytes] = {}

    def __missing__(self, text: Text) -> bytes:
        answer = self._old.get(text)
        if answer is None:
            try:
                answer = self._read(text)
            except ValueError:
                answer = UNREADABLE
            self.odd = self.odd or answer in {UNFIT, UNREADABLE}
            self.twice = self.twice or answer[:1] == TWICE
        if len(self) >= _YOUNG:
            self._old = {**self}
            self.clear()
        self[text] = answer
        return answer


_CLOCK = re.compile(rb"(?<!\d)\d\d:\d\d:([0-5]\d)(?!\d)")

_SECONDS = [b"%02d" % second for second in range(60)]


class Minutes(Lookup):
    """A look-up of stamps: most seconds of a log are new, few minutes are.

    With the second new one of a minute, all its seconds are told from the first and the last. Where
    nothing but two digits differs between their answers, as between their texts, nothing else does
    between any. A reading to which that does not apply is asked each time.
    """

    _minute: tuple[bytes, bytes] | None = None

    def __missing__(self, text: Text) -> bytes:
        answer = super().__missing__(text)
        clock = _CLOCK.search(text) if text else None
        if text and clock:
            minute = text[: clock.start(1)], text[clock.end() :]
            if minute == self._minute:
                self._tell(*minute)
            self._minute = minute
        return answer

    def _tell(self, before: bytes, after: bytes) -> None:
        """Keep the answers of a minute's seconds; of what stands before them, and after."""
        try:
            first, last = (self._read(before + second + after) for second in (b"00", b"59"))
        except ValueError:
            return
        pairs = enumerate(zip(first, last, strict=False))
        place = next((place for place, (one, other) in pairs if one != other), 0)
        start, end = first[:place], first[place + 2 :]
        if (first, last) == (start + b"00" + end, start + b"59" + end):
            self.update({before + one + after: start + one + end for one in _SECONDS})
