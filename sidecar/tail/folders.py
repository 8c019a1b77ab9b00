"""What the folders of all sources show: one look, and whether another would show the same."""

from __future__ import annotations

import os
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sidecar.tail import discovery

#: A folder whose last change is more recent than this, in nanoseconds, may have changed once more
#: without showing it: file systems stamp changes by the tick.
_TICK_NS = 20_000_000

#: A whole look comes at least so often, in seconds.
_WHOLE_S = 10.0

#: Device and inode.
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TailOptions:
    """Options of one source: which files it has, and where those never seen before begin."""

    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    symlinks: str = "inside"
    start_at: str = "beginning"


@dataclass(frozen=True, slots=True)
class Sight:
    """A file as a look shows it, and the index of the source that has it."""

    path: str
    shown: os.stat_result
    source: int


class Diary(Protocol):
    """Where it is told what happened."""

    def info(self, message: str, **fields: Any) -> None:
        """Tell of ordinary life."""

    def warning(self, message: str, **fields: Any) -> None:
        """Tell what somebody may want to mend."""

    def once(self, key: str, message: str, file: str, reason: str | None) -> None:
        """Warn of a file or folder, the first time only."""


class Folders:
    """The folders that the globs of all sources reach.

    Args:
        sources: their options; the first that has a file keeps it.
        avoid: folder that is never looked into.
        own: files that are never followed: what we write ourselves.
        diary: is told what cannot be listed or followed.

    Attributes:
        paths: of the folders, by the last look.
        unlisted: those that could not be listed; nothing is known of what is there.
        errors: how many times one could not be.
        looks: how many there were.
    """

    def __init__(
        self, sources: Sequence[TailOptions], avoid: str, own: Container[Key], diary: Diary
    ) -> None:
        self.paths: list[str] = []
        self.unlisted: set[str] = set()
        self.errors = 0
        self.looks = 0
        self._sources = sources
        self._avoid = avoid
        self._own = own
        self._diary = diary
        self._linked = False
        self._looked_at = 0.0
        self._marks: dict[str, tuple[int, int] | None] | None = None

    def look(self) -> dict[Key, Sight]:
        """Look at every folder; gives the files there are, oldest first."""
        began = time.time_ns()
        self.looks += 1
        self.paths = []
        self.unlisted = set()
        self._linked = False
        seen: dict[Key, Sight] = {}
        avoid = _key(self._avoid)
        for number, source in enumerate(self._sources):
            found = discovery.look(
                source.include, source.exclude, symlinks=source.symlinks, avoid=avoid
            )
            self.paths += [one for one in found.folders if one not in self.paths]
            self._linked |= found.linked
            for folder, reason in found.unlisted.items():
                self.unlisted.add(folder)
                self.errors += 1
                self._diary.once(f"list {folder}", "folder cannot be listed", folder, reason)
            for path, reason in found.refused.items():
                self._diary.once(f"refuse {path}", "not followed", path, reason)
            for path, shown in found.files.items():
                key = (shown.st_dev, shown.st_ino)
                if key in self._own:
                    self._diary.once(f"own {path}", "not followed", path, "we write it ourselves")
                else:
                    seen.setdefault(key, Sight(path, shown, number))
        self._note(began)
        return seen

    def _note(self, began: int) -> None:
        """Note how the folders look, if a change from now on would show there."""
        self._looked_at = time.monotonic()
        self._marks = None
        if self._linked or self.unlisted:
            return
        marks = {folder: _mark(folder) for folder in self.paths}
        if all(mark is None or mark[1] < began - _TICK_NS for mark in marks.values()):
            self._marks = marks

    def unchanged(self) -> bool:
        """Tell whether no name in a folder has changed since the last look; cheaper than one."""
        if self._marks is None or time.monotonic() - self._looked_at > _WHOLE_S:
            return False
        return all(_mark(folder) == mark for folder, mark in self._marks.items())

    def source_of(self, path: str) -> int:
        """Give the source whose folder a file without a followed name lies in; else the first."""
        for number, source in enumerate(self._sources):
            if any(path.startswith(discovery.root(one)) for one in source.include):
                return number
        return 0


def _key(folder: str) -> Key | None:
    """Give a folder's device and inode, however its path is spelt; None where it is not."""
    try:
        shown = os.stat(folder)
    except OSError:
        return None
    return shown.st_dev, shown.st_ino


def _mark(folder: str) -> tuple[int, int] | None:
    """Give a folder's inode, and when a name in it last changed; None where it is not."""
    try:
        shown = os.stat(folder)
    except OSError:
        return None
    return shown.st_ino, shown.st_mtime_ns
