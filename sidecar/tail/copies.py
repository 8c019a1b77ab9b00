"""Copies that a rotation makes of a file: which neighbour holds what the file held."""

from __future__ import annotations

import enum
import os
import time
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Any

from sidecar.flow import State
from sidecar.tail.checkpoint import Entry, Totals
from sidecar.tail.fingerprint import ANCHOR_BYTES, HEAD_BYTES, Mark, head_fits, tail_mark
from sidecar.tail.folders import Diary, Key
from sidecar.tail.tailer import Tailer, open_regular

#: A copy that was quiet so long, in seconds, while its original went on, is one that stays.
_STAYS_S = 5.0

#: Path, descriptor, and device with inode, of a file that was opened.
Opened = tuple[str, int, tuple[int, int]]


def originals(path: str) -> Iterator[str]:
    """Give the paths of which a rotation may have made this one, in the same folder.

    ``app.log`` gives ``app.log.1``, ``app.log-20260301``, ``app-20260301.log``, ``app.2.log``.
    """
    folder, name = os.path.split(path)
    stem, dot, suffix = name.rpartition(".")
    for end in range(len(name) - 1, 0, -1):
        yield os.path.join(folder, name[:end])
        if dot and end < len(stem):
            yield os.path.join(folder, f"{name[:end]}.{suffix}")


def find(
    original: str, but: Container[tuple[int, int]], fits: Callable[[int], bool]
) -> Opened | None:
    """Find a file named after ``original`` whose descriptor ``fits``.

    Args:
        original: path of the file that was copied.
        but: files that are none.
        fits: asked of each candidate's descriptor.

    Returns:
        The first that fits, opened, or None.
    """
    folder = os.path.dirname(original)
    try:
        paths = sorted(os.path.join(folder, name) for name in os.listdir(folder or "."))
    except OSError:
        return None
    for path in paths:
        if original not in originals(path) or not os.path.isfile(path):
            continue
        try:
            fd = open_regular(path)
        except OSError:
            continue
        shown = os.fstat(fd)
        key = (shown.st_dev, shown.st_ino)
        if key not in but and fits(fd):
            return path, fd, key
        os.close(fd)
    return None


def begins_like(fd: int, size: int, original: int, head: bytes) -> bool:
    """Tell whether a file's first ``size`` bytes, all it has, may be those of another.

    Args:
        fd: of the file.
        size: of the file.
        original: descriptor of the other.
        head: what the other is remembered to begin with; b"" where nothing is.
    """
    head = head or os.pread(original, HEAD_BYTES, 0)
    if not head.startswith(os.pread(fd, min(len(head), size), 0)):
        return False
    start = max(0, size - ANCHOR_BYTES)
    return os.pread(fd, size - start, start) == os.pread(original, size - start, start)


def entry_of(opened: Opened, shown: os.stat_result, reason: str) -> Entry:
    """Give what is known of a file whose bytes were skipped, all that it has now."""
    path, fd, key = opened
    size = shown.st_size
    head = Mark.of(os.pread(fd, min(HEAD_BYTES, size), 0))
    totals = Totals(skipped={reason: size})
    return Entry(
        path, *key, size, head, tail_mark(fd, size), State(), totals, size, shown.st_mtime_ns
    )


class Verdict(enum.Enum):
    """What a new file is that may be a copy."""

    HELD_BACK = "held back"  # it looks like one, and may be in the making
    STAYS = "stays"  # it is one, and nobody goes on in it


@dataclass(slots=True)
class _Suspect:
    """A new file that may be a copy: its size, and since when it has had that."""

    size: int
    since: float


#: (path, key of the asker) -> the known file that has the path, and is another.
Known = Callable[[str, Key], Tailer[Any] | Entry | None]


class Suspects:
    """New files that look like copies of known ones.

    Args:
        diary: is told of each.
    """

    def __init__(self, diary: Diary) -> None:
        self._held: dict[Key, _Suspect] = {}
        self._diary = diary

    def __len__(self) -> int:
        return len(self._held)

    def keep(self, seen: Container[Key]) -> None:
        """Forget those that are gone."""
        self._held = {key: one for key, one in self._held.items() if key in seen}

    def drop(self, key: Key) -> None:
        """Suspect a file no longer."""
        self._held.pop(key, None)

    def hold_back(self, key: Key, size: int) -> _Suspect:
        """Suspect a file."""
        return self._held.setdefault(key, _Suspect(size, time.monotonic()))

    def judge(self, opened: Opened, shown: os.stat_result, known: Known) -> Verdict | None:
        """Say whether a new file looks like a copy of a known one that it is named after.

        One that has been whole for a while, and whose original went on, stays: its bytes are to
        be skipped, and what it grows by beyond them is its own.

        Returns:
            None: it is a file of its own.
        """
        path, fd, key = opened
        size = shown.st_size
        for name in originals(path):
            original = known(name, key)
            if original is None or not _may_be_copy(fd, size, original):
                continue
            if key not in self._held and size:
                self._diary.info("held back: a copy of a followed file", file=path)
            suspect, now = self.hold_back(key, size), time.monotonic()
            if suspect.size != size:
                self._held[key] = _Suspect(size, now)
            elif now - suspect.since > _STAYS_S and _was_read(original, size):
                self.drop(key)
                return Verdict.STAYS
            return Verdict.HELD_BACK
        self.drop(key)
        return None


def _may_be_copy(fd: int, size: int, original: Tailer[Any] | Entry) -> bool:
    """Tell whether all that a file has may be copied from one that is held or parked."""
    if isinstance(original, Tailer):
        now = os.fstat(original.fd).st_size
        if now < original.offset:  # cut since the folder was looked at; the next look settles it
            return head_fits(fd, original.head)
        return size <= now and begins_like(fd, size, original.fd, original.head_bytes)
    if size > original.offset:
        return False
    try:
        other = open_regular(original.path)
    except OSError:
        return False
    try:
        return begins_like(fd, size, other, b"")
    finally:
        os.close(other)


def _was_read(original: Tailer[Any] | Entry, size: int) -> bool:
    """Tell whether the first ``size`` bytes of a file have left."""
    return original.acked >= size if isinstance(original, Tailer) else True
