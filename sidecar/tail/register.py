"""Files that are known and not held: how far each was read, and where it is.

::

    unmet     of the checkpoint, not met since the start
    parked    read to its end, its descriptor given back; looked at by its name, held again once
              it changes
    unseen    in no folder that is looked into: moved away, or deleted while nobody held it. A
              bounded number is remembered, so that a file which comes back is not read twice
"""

from __future__ import annotations

from collections.abc import Iterator

from sidecar.tail.checkpoint import Entry, Totals
from sidecar.tail.folders import Key

#: Files out of sight that are remembered; beyond, the one longest out of sight is forgotten.
_MOST_UNSEEN = 100


class Register:
    """Every file that is known and not held.

    Attributes:
        gone: totals of files that are no more.
    """

    def __init__(self) -> None:
        self.unmet: dict[Key, Entry] = {}
        self.parked: dict[Key, Entry] = {}
        self.unseen: dict[Key, Entry] = {}
        self.gone = Totals()

    def __contains__(self, key: Key) -> bool:
        return key in self.parked or key in self.unmet or key in self.unseen

    def pairs(self) -> Iterator[tuple[Key, Entry]]:
        """Give every file with its entry."""
        for group in (self.parked, self.unmet, self.unseen):
            yield from [*group.items()]

    @property
    def forgotten(self) -> Totals:
        """Totals of what has no name that we know of."""
        totals = Totals()
        for one in (self.gone, *(entry.totals for entry in self.unseen.values())):
            totals.add(one)
        return totals

    def get(self, key: Key) -> Entry | None:
        """Give a file's entry."""
        groups = (self.parked, self.unmet, self.unseen)
        return next((group[key] for group in groups if key in group), None)

    def take(self, key: Key) -> Entry | None:
        """Give a file's entry, and know the file no longer."""
        entry = self.get(key)
        for group in (self.parked, self.unmet, self.unseen):
            group.pop(key, None)
        return entry

    def lose_sight(self, key: Key, entry: Entry) -> None:
        """Take note that a file is in no folder; what it had to be read is lost with it."""
        self.take(key)
        entry.lose("deleted", entry.size - entry.offset)
        entry.size = entry.offset
        self.unseen[key] = entry
        if len(self.unseen) > _MOST_UNSEEN:
            self.gone.add(self.unseen.pop(next(iter(self.unseen))).totals)
