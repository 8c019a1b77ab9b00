"""Which file this is, whatever it is called now.

Three things together: device and inode; the file's first bytes; the bytes just before an offset.
The inode alone is given to the next file once this one is gone; the first bytes alone are the same
in every log that begins with a banner; the bytes before the offset tell a file that was truncated
and has grown past the old offset from one that only grew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import blake2b

#: First bytes that are remembered, and bytes before an offset.
HEAD_BYTES = 1024
ANCHOR_BYTES = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """A hash of a run of bytes, and how many they are; the run grows while the file does."""

    size: int = 0
    digest: str = ""

    @classmethod
    def of(cls, data: bytes) -> Mark:
        """Make the mark of some bytes."""
        return cls(len(data), blake2b(data, digest_size=8).hexdigest() if data else "")

    def fits(self, data: bytes) -> bool:
        """Tell whether ``data`` is the run this mark was made of."""
        return len(data) == self.size and Mark.of(data) == self


def head_fits(fd: int, mark: Mark) -> bool:
    """Tell whether a file still begins as it did."""
    return mark.fits(os.pread(fd, mark.size, 0))


def anchor_fits(fd: int, offset: int, mark: Mark) -> bool:
    """Tell whether the bytes before ``offset`` are what they were."""
    return mark.size <= offset and mark.fits(os.pread(fd, mark.size, offset - mark.size))


def tail_mark(fd: int, offset: int) -> Mark:
    """Make the mark of the bytes before ``offset``."""
    size = min(ANCHOR_BYTES, offset)
    return Mark.of(os.pread(fd, size, offset - size))
