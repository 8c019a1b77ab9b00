"""What becomes of a block of lines."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Self

from sidecar.fields import levels
from sidecar.fields.reading import Place


class OtherFormatError(Exception):
    """Under ``auto``: a line of this block fits another format."""


class TwiceError(Exception):
    """A stamp of a block of events is of an hour that clocks show twice: their order tells which.

    Such events are rendered one by one.
    """


class Rendered:
    """What a block of whole events became.

    Attributes:
        json: JSON lines.
        events: how many.
        misfits: how many of them the format did not fit.
        levels: events by level as printed; b"" counts those that have none.
        moment: as of ``Place``, after them; "": as before them.
    """

    moment = ""

    def __init__(
        self,
        json: bytes = b"",
        events: int = 0,
        misfits: int = 0,
        levels: Counter[bytes] | None = None,
    ) -> None:
        self.json, self.events, self.misfits = json, events, misfits
        self.levels = Counter() if levels is None else levels

    def after(self, place: Place) -> Place:
        """Give the place after a block that began at ``place``."""
        return place._replace(moment=self.moment) if self.moment else place

    def __iadd__(self, other: Rendered) -> Self:
        self.json += other.json
        self.events += other.events
        self.misfits += other.misfits
        self.levels.update(other.levels)
        self.moment = other.moment or self.moment
        return self


@lru_cache(maxsize=256)
def level(printed: bytes) -> str:
    """Give a level's name on the scale, for counting; ``other`` for one that is not on it."""
    name = levels.read(printed.decode("utf-8", "replace")) if printed else ""
    return name if name in levels.SCALE or not name else "other"
