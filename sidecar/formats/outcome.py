"""What becomes of a block of lines."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Self

from sidecar.fields import levels


class OtherFormatError(Exception):
    """Under ``auto``: a line of this block fits another format."""


class Rendered:
    """What a block of whole events became.

    Attributes:
        json: JSON lines.
        events: how many.
        misfits: how many of them the format did not fit.
        levels: events by level as printed; b"" counts those that have none.
    """

    def __init__(
        self,
        json: bytes = b"",
        events: int = 0,
        misfits: int = 0,
        levels: Counter[bytes] | None = None,
    ) -> None:
        self.json, self.events, self.misfits = json, events, misfits
        self.levels = Counter() if levels is None else levels

    def __iadd__(self, other: Rendered) -> Self:
        self.json += other.json
        self.events += other.events
        self.misfits += other.misfits
        self.levels.update(other.levels)
        return self


@lru_cache(maxsize=256)
def level(printed: bytes) -> str:
    """Give a level's name on the scale, for counting; ``other`` for one that is not on it."""
    name = levels.read(printed.decode("utf-8", "replace")) if printed else ""
    return name if name in levels.SCALE or not name else "other"
