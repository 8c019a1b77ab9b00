"""Texts that come again and again, read once."""

from __future__ import annotations

from collections.abc import Callable

#: So many answers are young; what was not asked for among as many others is forgotten.
_YOUNG = 4096

#: Answers that no value has, since no UTF-8 has their bytes: the text is that of no head; the text
#: is a head's and means nothing.
UNFIT = b"\xfe"
UNREADABLE = b"\xff"

#: A group's text; None where it took no part in the match.
Text = bytes | None


class Lookup(dict[Text, bytes]):
    """Text -> what it becomes; the first sight of one reads it.

    Args:
        read: a ``ValueError`` of it means ``UNREADABLE``.

    Attributes:
        odd: whether any answer was ``UNFIT`` or ``UNREADABLE``.
    """

    def __init__(self, read: Callable[[Text], bytes]) -> None:
        super().__init__()
        self.odd = False
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
        if len(self) >= _YOUNG:
            self._old = {**self}
            self.clear()
        self[text] = answer
        return answer
