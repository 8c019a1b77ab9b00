"""One file followed: its descriptor, its bytes in order, and how far they were acknowledged."""

from __future__ import annotations

import errno
import os
import time
from typing import Generic, Protocol, TypeVar

import aiofiles.os

from sidecar.flow import CHUNK_BYTES, Batch, State
from sidecar.tail.checkpoint import Entry, Totals
from sidecar.tail.fingerprint import ANCHOR_BYTES, HEAD_BYTES, Mark, anchor_fits, head_fits
from sidecar.tail.trail import Trail, Windows

_pread = aiofiles.os.wrap(os.pread)

#: What is read at once passes through here: nobody else runs meanwhile.
_buffer = memoryview(bytearray(ANCHOR_BYTES + CHUNK_BYTES))

#: File systems that live in memory: a read never waits for a disk.
_IN_MEMORY = {"tmpfs", "ramfs", "devtmpfs"}


class Stream(Protocol):
    """What takes the file's bytes; only its place in the file is looked at here."""

    start: int
    state: State

    @property
    def end(self) -> int:
        """File offset of the next byte it takes."""


S = TypeVar("S", bound=Stream)


def open_regular(path: str) -> int:
    """Open a file for reading without ever waiting, as a FIFO's open would.

    Raises:
        OSError: as ``open(2)``.
    """
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)


class Tailer(Generic[S]):
    """One file, by its device and inode.

    Attributes:
        path: its latest name.
        source: index of the source that it belongs to.
        pipeline: what makes events of its bytes.
        acked: file offset after the last event that stdout took.
        state: what was carried to there.
        totals: what became of the acknowledged bytes.
        read_bytes: source bytes read or skipped, in all.
        size: as ``stat`` last showed it.
        mtime_ns: when it was last written to, as ``stat`` showed it then.
        data_at: monotonic time of the last read that gave bytes.
        gap_s: the longest it was between two reads that gave bytes.
        shifted: other bytes stand before the offset than were read there: it was truncated.
        ending_at: monotonic time since when it has no followed name any more, so that no byte will
            follow, as it seems; 0.0: it has one.
        head_bytes: what it begins with, as far as it was read.
    """

    def __init__(
        self,
        path: str,
        fd: int,
        key: tuple[int, int],
        source: int,
        pipeline: S,
        windows: Windows | None = None,
    ) -> None:
        self.path = path
        self.fd = fd
        self.key = key
        self.source = source
        self.pipeline = pipeline
        self.acked = pipeline.start
        self.state: State = pipeline.state
        self.totals = Totals()
        self.read_bytes = 0
        self.size = 0
        self.mtime_ns = 0
        self.data_at = time.monotonic()
        self.gap_s = 0.0
        self.shifted = False
        self.ending_at = 0.0
        self.head = Mark()
        self.head_bytes = b""
        self._last = b""  # the bytes before the read offset
        self._acked_last = b""  # the bytes before the acknowledged offset
        self._in_thread = False
        self._trail = Trail(windows or Windows(), self.acked)
        if fd >= 0:
            self._last = self._acked_last = os.pread(
                fd, min(ANCHOR_BYTES, self.acked), max(0, self.acked - ANCHOR_BYTES)
            )
            self._grow_head(self.acked)

    @property
    def offset(self) -> int:
        """File offset of the next byte to read."""
        return self.pipeline.end

    @property
    def ending(self) -> bool:
        """Whether it has no followed name any more."""
        return self.ending_at > 0

    @property
    def pending(self) -> int:
        """Source bytes read and not yet acknowledged."""
        return self.pipeline.end - self.acked

    @property
    def anchor(self) -> Mark:
        """Mark of the bytes before the acknowledged offset."""
        return Mark.of(self._acked_last)

    @property
    def read_anchor(self) -> Mark:
        """Mark of the bytes before the read offset."""
        return Mark.of(self._last)

    async def read(self) -> bytes:
        """Give the next bytes, b"" at the end.

        The read begins a little before the offset, so that bytes which are no longer what they
        were are noticed: then ``shifted`` is set and nothing is given.

        Raises:
            OSError: as ``pread(2)``.
        """
        overlap, fd = len(self._last), self.fd
        start, size = self.offset - overlap, overlap + CHUNK_BYTES
        try:
            if self._in_thread:
                data = await _pread(fd, size, start)
            else:
                data = await self._read_cached(size, start)
                if data[:overlap] != self._last:  # what the cache had may have been a part of it
                    data = await _pread(fd, size, start)
        except OSError:
            if self.fd == fd:
                raise
        if self.fd != fd:  # closed while a thread read, and perhaps given to another file
            return b""
        if overlap and data[:overlap] != self._last:
            self.shifted = True
            return b""
        fresh = data[overlap:]
        if fresh:
            self._last = data[-ANCHOR_BYTES:]
            self._trail.add(fresh)
            now = time.monotonic()
            self.gap_s = max(self.gap_s, now - self.data_at)
            self.data_at = now
            if len(self.head_bytes) < HEAD_BYTES:
                self._grow_head(self.offset + len(fresh))
        return fresh

    async def _read_cached(self, size: int, start: int) -> bytes:
        """Read what the page cache has at once, and let a thread wait for a disk."""
        try:
            count = os.preadv(self.fd, [_buffer[:size]], start, os.RWF_NOWAIT)
        except BlockingIOError:
            return bytes(await _pread(self.fd, size, start))
        except OSError as error:
            if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL}:
                raise
            if _file_system(self.key[0]) in _IN_MEMORY:
                return os.pread(self.fd, size, start)
            self._in_thread = True
            return bytes(await _pread(self.fd, size, start))
        return bytes(_buffer[:count])

    def _grow_head(self, end: int) -> None:
        self.head_bytes = os.pread(self.fd, min(HEAD_BYTES, end), 0)
        self.head = Mark.of(self.head_bytes)

    def fed(self, size: int) -> None:
        """Take note that so many bytes more went into the pipeline; figures change together."""
        self.read_bytes += size

    def look(self, shown: os.stat_result) -> bool:
        """Take note of what ``stat`` shows; gives whether the bytes before the offset stand.

        A file that was not written to since the last look was not rewritten either.
        """
        if shown.st_size < self.offset:
            shown = os.fstat(self.fd)  # by the name it may have been another's
        same = (shown.st_size, shown.st_mtime_ns) == (self.size, self.mtime_ns)
        self.size, self.mtime_ns = shown.st_size, shown.st_mtime_ns
        if self.shifted or same:
            return not self.shifted
        return anchor_fits(self.fd, self.offset, self.read_anchor)

    def standing(self) -> int:
        """Find how much of a file that was truncated still stands as it was read, in bytes."""
        wide = self.pipeline.state.encoding.startswith(("utf-16", "utf-32"))
        if self.size <= HEAD_BYTES or wide or not head_fits(self.fd, self.head):
            return 0
        return self._trail.standing(self.fd, self.size)

    def restore(self, totals: Totals) -> None:
        """Go on counting where an earlier run stopped."""
        self.totals = totals
        self.read_bytes = totals.emitted + sum(totals.skipped.values())

    def acknowledge(self, batch: Batch, offset: int, state: State) -> None:
        """Take note that stdout has the events of ``batch`` up to ``offset``.

        A batch may be acknowledged in several steps.
        """
        taken = batch.source[max(self.acked - batch.start, 0) : offset - batch.start]
        skipped = sum(count for _, count in batch.skipped) if offset == batch.end else 0
        self.totals.emitted += len(taken) - skipped
        if skipped:
            for reason, count in batch.skipped:
                self.totals.skipped[reason] = self.totals.skipped.get(reason, 0) + count
        self.acked = offset
        self.state = state
        self._acked_last = (self._acked_last + taken)[-ANCHOR_BYTES:]

    def entry(self) -> Entry:
        """Give what the checkpoint keeps of this file."""
        totals = Totals(self.totals.emitted, dict(self.totals.skipped), dict(self.totals.lost))
        return Entry(
            self.path,
            *self.key,
            self.acked,
            self.head,
            self.anchor,
            self.state,
            totals,
            max(self.size, self.acked),
            self.mtime_ns,
        )

    def move(self, path: str, fd: int, key: tuple[int, int]) -> None:
        """Go on in a copy of the file, at the same offset."""
        self.close()
        self.path, self.fd, self.key = path, fd, key
        self.shifted = False

    def close(self) -> None:
        """Give the descriptor back."""
        self._trail.close()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def _file_system(device: int) -> str:
    """Give the type of the file system that has this device number, "" where it is not known."""
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            for line in mounts:
                fields, _, rest = line.partition(" - ")
                if fields.split()[2] == number:
                    return rest.split()[0]
    except (OSError, IndexError):
        pass
    return ""
