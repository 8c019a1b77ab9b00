"""What becomes of a block of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

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


#: Where an object has its level: of most loggers, of Google's, ECS's, Python's, Serilog's.
_LEVELS = ("level", "severity", "log.level", "levelname", "@l")


def printed_level(record: Mapping[str, Any]) -> bytes:
    """Give the level of an object that a logger wrote, as printed; b"" where it has none.

    A number is bunyan's and pino's, in tens: each is that of its scale that it reaches.
    """
    for key in _LEVELS:
        found = record.get(key)
        if isinstance(found, str):
            return found.encode()
        if isinstance(found, int) and not isinstance(found, bool) and found >= _LEAST:
            return levels.PINO[str(min(found // 10 * 10, _MOST))].encode()
    nested = record.get("log")
    found = nested.get("level") if isinstance(nested, Mapping) else None
    return found.encode() if isinstance(found, str) else b""


_LEAST, _MOST = 10, 60
