"""What is remembered of a file's bytes: how much of it still stands after it became shorter.

A file that shrank was most often emptied and begun anew. Now and then somebody cuts it in the
middle, and the application goes on after the cut. Both look alike to ``stat``; the difference is
in the bytes. So marks are kept of places along the file, and the bytes last read themselves, as
far as a common budget allows: by the marks it is known about where the cut was, by the bytes
exactly.

An application that says the same at each start writes a file that looks cut, too. So what stands
has to be proved: by two different times of day, for a run says its own, or by more bytes than such
a banner has.
"""

from __future__ import annotations

import os
import re
from collections import OrderedDict, deque

from sidecar.tail.fingerprint import ANCHOR_BYTES, HEAD_BYTES, Mark, anchor_fits

#: So many marks a file at most; then every other goes, and the next stand twice as far apart.
_MOST_MARKS = 64
_FIRST_SPACING = 4096

#: No banner is longer.
_BANNER_BYTES = 8192

_TIME = re.compile(rb"\d\d:\d\d:\d\d")

#: Bytes last read that are kept: of one file, of all.
_WINDOW_BYTES = 65_536
_BUDGET_BYTES = 4_194_304


def proves(size: int, last: bytes) -> bool:
    """Tell whether a file that begins as another did goes on from it, and was not begun alike.

    Args:
        size: how many bytes are the same from the start.
        last: the last of them, as many as are known.
    """
    return size > HEAD_BYTES and (size > _BANNER_BYTES or len({*_TIME.findall(last)}) > 1)


class Windows:
    """The bytes last read of the files that were read last."""

    def __init__(self, budget: int = _BUDGET_BYTES) -> None:
        self._budget = budget
        self._held: OrderedDict[Trail, deque[bytes]] = OrderedDict()
        self._size = 0

    def add(self, trail: Trail, data: bytes) -> None:
        """Keep the next bytes of a file, and let go of what is too much."""
        chunks = self._held.setdefault(trail, deque())
        self._held.move_to_end(trail)
        chunks.append(data)
        trail.window_bytes += len(data)
        self._size += len(data)
        while trail.window_bytes - len(chunks[0]) >= _WINDOW_BYTES:
            self._shorten(trail, chunks)
        while self._size > self._budget and len(self._held) > 1:
            self.drop(next(iter(self._held)))

    def _shorten(self, trail: Trail, chunks: deque[bytes]) -> None:
        size = len(chunks.popleft())
        trail.window_bytes -= size
        self._size -= size

    def drop(self, trail: Trail) -> None:
        """Let go of a file's bytes."""
        self._held.pop(trail, None)
        self._size -= trail.window_bytes
        trail.window_bytes = 0

    def bytes_of(self, trail: Trail) -> bytes:
        """Give what is kept of a file: the bytes before its end, as far as it was read."""
        return b"".join(self._held.get(trail, ()))


class Trail:
    """Marks along one file, and its window.

    Args:
        windows: where the windows of all files are kept.
        end: file offset of the first byte that will be added.

    Attributes:
        window_bytes: how many bytes before ``end`` are kept.
    """

    def __init__(self, windows: Windows, end: int) -> None:
        self.window_bytes = 0
        self._windows = windows
        self._end = end
        self._marks: list[tuple[int, Mark]] = []
        self._spacing = _FIRST_SPACING

    def add(self, data: bytes) -> None:
        """Take note of the next bytes that were read."""
        start, self._end = self._end, self._end + len(data)
        self._windows.add(self, data)
        last = self._marks[-1][0] if self._marks else 0
        if self._end < last + self._spacing:
            return
        line = data.rfind(b"\n") + 1
        if line >= ANCHOR_BYTES and start + line > HEAD_BYTES:
            self._marks.append((start + line, Mark.of(data[line - ANCHOR_BYTES : line])))
            if len(self._marks) > _MOST_MARKS:
                del self._marks[::2]
                self._spacing *= 2

    def standing(self, fd: int, size: int) -> int:
        """Find how much of a file that begins as it did, and became shorter, still stands.

        Returns:
            File offset from which on it is to be read; 0 where it was begun anew. What is before
            stands as it was read. Where the cut lies before the window, the offset is that of the
            last mark: what is between the two comes again.
        """
        begin = self._end - self.window_bytes
        if begin >= size:
            return self._marked(fd, size)
        known = self._windows.bytes_of(self)
        found = os.pread(fd, min(size - begin, len(known)), begin)
        same = len(os.path.commonprefix((known, found)))  # noqa: RUF071 - of bytes, not of paths
        alone = begin and same < ANCHOR_BYTES
        if alone or not proves(begin + same, known[:same]):
            return self._marked(fd, begin)
        if same == len(found):
            return begin + same
        line = found.rfind(b"\n", 0, same) + 1
        return begin + line if line else self._marked(fd, begin)

    def _marked(self, fd: int, size: int) -> int:
        """Give the last mark up to ``size`` that still stands; 0: none does."""
        for offset, mark in reversed(self._marks):
            if _BANNER_BYTES < offset <= size and anchor_fits(fd, offset, mark):
                return offset
        return 0

    def close(self) -> None:
        """Let go of the window."""
        self._windows.drop(self)
