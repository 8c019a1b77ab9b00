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


_CLOCK = re.compile(r"(?<!\d)\d\d:\d\d:([0-5]\d)(?!\d)", re.ASCII)


class Minutes:
    """Reads stamps by reading their minutes: most seconds of a log are new, few minutes are.

    A minute is read twice, at its first second and at its last. Where nothing but the seconds
    differs, they stand in the answer as they do in the text, and so it is with those between. Any
    other stamp is read for itself.

    Args:
        read: stamp -> moment; a ``ValueError`` is passed on.
    """

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._minutes: dict[tuple[str, str], str] = {}

    def read(self, stamp: str) -> str:
        """Give the moment of a stamp."""
        clock = _CLOCK.search(stamp)
        if clock is None:
            return self._read(stamp)
        key = stamp[: clock.start(1)], stamp[clock.end() :]
        minute = self._minutes.get(key)
        if minute is None:
            if len(self._minutes) >= _YOUNG:
                self._minutes.clear()
            minute = self._minutes[key] = self._minute(*key)
        return minute + clock[1] if minute else self._read(stamp)

    def _minute(self, before: str, after: str) -> str:
        """Give the answer up to the seconds; "" where they do not end it."""
        try:
            first, last = (self._read(f"{before}{second}{after}") for second in ("00", "59"))
        except ValueError:
            return ""
        minute = first.removesuffix("00")
        return minute if (first, last) == (f"{minute}00", f"{minute}59") else ""
