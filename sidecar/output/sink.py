"""Standard output: back-pressure, a deadline, a closed pipe; says what was taken, to the byte.

The descriptor is made non-blocking for as long as the daemon runs, so a write never holds the
loop, and what ``write(2)`` returns is what the other end has. Its flags are put back at the end,
since they belong to everybody who shares the open file.

A pipe takes up to ``PIPE_BUF`` bytes whole or not at all (pipe(7)), an empty one its whole
capacity, and another what its pages surely have room for; so lines are handed over in pieces that
fit, and a stop finds a line cut in two only where that line alone is larger than the pipe.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import select
import stat
import struct
import termios
import time

from sidecar.errors import OutputClosed

_PIPE_BUF = select.PIPE_BUF
_PAGE = os.sysconf("SC_PAGESIZE")

#: What a pipe has room for by itself: less than what a chunk becomes, so that most waited halfway.
#: And what it is given, unless somebody chose otherwise; the kernel takes what is used of it.
_GIVEN_BYTES, _ROOM_BYTES = 65_536, 262_144

#: How long to wait before a line longer than what is free is tried again, and after an error of
#: the device, in seconds.
_RETRY_S = 0.01
_ERROR_RETRY_S = 1.0

_CLOSED = {errno.EPIPE, errno.EBADF, errno.ECONNRESET}


class Sink:
    """One output descriptor.

    Attributes:
        taken: bytes the descriptor took, in all.
        writes: calls that took some.
        errors: writes that failed for another reason than a full or closed pipe.
        blocked_s: seconds spent waiting, until the last write that went through.
        blocked_since: monotonic time since when a write waits; 0.0: none does.
    """

    def __init__(self, fd: int = 1) -> None:
        self.fd = fd
        self.taken = 0
        self.writes = 0
        self.errors = 0
        self.blocked_s = 0.0
        self.blocked_since = 0.0
        mode = os.fstat(fd).st_mode
        self._pipe = stat.S_ISFIFO(mode)
        self._waits = not stat.S_ISREG(mode) and not stat.S_ISBLK(mode)
        self._flags = fcntl.fcntl(fd, fcntl.F_GETFL)
        self._capacity = fcntl.fcntl(fd, fcntl.F_GETPIPE_SZ) if self._pipe else 0

    def open(self) -> None:
        """Make the descriptor non-blocking, and a pipe roomy."""
        if self._waits:
            fcntl.fcntl(self.fd, fcntl.F_SETFL, self._flags | os.O_NONBLOCK)
        if self._capacity == _GIVEN_BYTES:
            with contextlib.suppress(OSError):  # the pipes of a user may have so much room in all
                self._capacity = fcntl.fcntl(self.fd, fcntl.F_SETPIPE_SZ, _ROOM_BYTES)

    def close(self) -> None:
        """Put the descriptor's flags back."""
        with contextlib.suppress(OSError):
            fcntl.fcntl(self.fd, fcntl.F_SETFL, self._flags)

    @property
    def blocked_total_s(self) -> float:
        """Seconds spent waiting, this moment's wait included."""
        since = self.blocked_since
        return self.blocked_s + (time.monotonic() - since if since else 0.0)

    async def write(self, json: bytes) -> None:
        """Write whole lines, waiting as long as it takes.

        Cancelling is safe: ``taken`` says how far it came.

        Raises:
            OutputClosed: nobody reads any more.
        """
        view = memoryview(json)
        while view:
            free = self._free(len(view))
            size = _fitting(json, len(json) - len(view), free)
            # A line that the pipe could hold waits for its room, so that it goes in whole.
            count = 0 if free < size <= self._capacity else self._try(view[:size])
            if count > 0:
                view = view[count:]
                self._unblock()
                continue
            if not self.blocked_since:
                self.blocked_since = time.monotonic()
            if count < 0:  # no event tells when a device is well again
                await asyncio.sleep(_ERROR_RETRY_S)
            else:
                await self._room(size)

    def _unblock(self) -> None:
        if self.blocked_since:
            self.blocked_s += time.monotonic() - self.blocked_since
            self.blocked_since = 0.0

    def _free(self, left: int) -> int:
        """Give how many of the bytes that are left the descriptor surely takes at once.

        A pipe keeps bytes in pages, and a write begins a new one unless its odd bytes fit into the
        last (fs/pipe.c); so two neighbours hold a page's worth at least, and beside them the
        first, of which some was read, and the last.
        """
        if not self._pipe:
            return left
        unread: int = struct.unpack("i", fcntl.ioctl(self.fd, termios.FIONREAD, b"\0" * 4))[0]
        if not unread:
            return self._capacity
        return max(_PIPE_BUF, self._capacity - 2 * unread - 2 * _PAGE)

    def _try(self, view: memoryview) -> int:
        """Write once; -1: the device failed, 0: there is no room."""
        try:
            count = os.write(self.fd, view)
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno in _CLOSED:
                raise OutputClosed("standard output was closed by its reader") from error
            self.errors += 1
            return -1
        self.taken += count
        self.writes += 1
        return count

    async def _room(self, size: int) -> None:
        """Wait until another try makes sense."""
        if (self._pipe and size > _PIPE_BUF) or not self._waits:
            self._poll_closed()
            await asyncio.sleep(_RETRY_S)
            return
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_writer(self.fd, _set, ready)
        try:
            await ready
        finally:
            loop.remove_writer(self.fd)

    def _poll_closed(self) -> None:
        poll = select.poll()
        poll.register(self.fd, 0)
        if any(event & select.POLLERR for _, event in poll.poll(0)):
            raise OutputClosed("standard output was closed by its reader")


def _fitting(json: bytes, start: int, free: int) -> int:
    """Give how many bytes from ``start`` to offer at once: whole lines, if any fits."""
    left = len(json) - start
    if left <= free:
        return left
    end = json.rfind(b"\n", start, start + free) + 1
    if end > start:
        return end - start
    line = json.find(b"\n", start) + 1 - start
    return min(line, left) if line > 0 else left


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
