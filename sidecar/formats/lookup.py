"""Texts that come again and again, read once."""

from __future__ import annotations

from collections.abc import Callable

from sidecar.formats.outcome import UnreadableError

#: So many answers are young; what was not asked for among as many others is forgotten.
_YOUNG = 4096


class Lookup(dict[bytes, bytes]):
    """Text -> what it becomes; the first sight of one reads it.

    Args:
        read: a ``ValueError`` of it becomes ``UnreadableError``.
    """

    def __init__(self, read: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self._read = read
        self._old: dict[bytes, bytes] = {}

    def __missing__(self, text: bytes) -> bytes:
        answer = self._old.get(text)
        if answer is None:
            try:
                answer = self._read(text)
            except ValueError as error:
                raise UnreadableError from error
        if len(self) >= _YOUNG:
            self._old = {**self}
            self.clear()
        self[text] = answer
        return answer
