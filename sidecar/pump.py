"""From followed files to stdout: read a chunk, make events of it, write them, acknowledge.

Files that have bytes are served in turn, a chunk each, so none waits for another's end. While
stdout takes nothing nothing is read: the file is the buffer.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sidecar.errors import OutputClosed
from sidecar.flow import CHUNK_BYTES, Batch
from sidecar.pipeline import Pipeline
from sidecar.tail.folders import Diary
from sidecar.tail.follower import Follower
from sidecar.tail.tailer import Tailer

#: The loop serves other tasks at least so often while there is work, in seconds.
_SLICE_S = 0.005

#: How often files are looked at, while there is work, for open events that are due, in seconds.
_FLUSH_S = 0.1

_DAY_NS = 86_400 * 10**9

File = Tailer[Pipeline]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the files of a source are waited for, in seconds.

    Attributes:
        quiet_s: an open event ends once its file was quiet so long.
        partial_after_s: a line without its newline leaves, flagged, after so long.
    """

    quiet_s: float = 1.0
    partial_after_s: float = 30.0


class Output(Protocol):
    """What takes JSON lines; ``Sink``, but in tests."""

    taken: int

    async def write(self, json: bytes) -> None:
        """Write whole lines, waiting as long as it takes; ``taken`` says how far it came."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom the pump tells.

    Attributes:
        look: a look at the folders is due.
        moved: stdout took something.
        step: which step it comes to.
    """

    look: Callable[[], None]
    moved: Callable[[], None]
    step: Callable[[str], None]


class Pump:
    """Takes what is ready of the followed files to the output.

    Args:
        follower: whose files are read.
        output: where JSON lines go.
        patience: of each source.
        lock: held while figures change.
        diary: is told of reads that fail.
        calls: whom it tells.
    """

    def __init__(
        self,
        follower: Follower[Pipeline],
        output: Output,
        patience: Sequence[Patience],
        lock: threading.Lock,
        diary: Diary,
        calls: Calls,
    ) -> None:
        self._follower = follower
        self._output = output
        self._patience = patience
        self._lock = lock
        self._diary = diary
        self._calls = calls
        self._leaving: tuple[File, Batch, int] | None = None  # and what was taken before it

    async def turns(self) -> None:
        """Read every file that has bytes, a chunk each in turn, until none has.

        Raises:
            OutputClosed: nobody reads any more.
        """
        slice_end = flush_at = time.monotonic() + _SLICE_S
        while self._follower.ready or self._follower.finished:
            for file in [*self._follower.finished]:
                with self._lock:
                    batches = list(file.pipeline.flush(last=True))
                await self._emit(file, batches)
                with self._lock:
                    self._follower.retire(file)
                self._calls.moved()
            for key, file in [*self._follower.ready.items()]:
                # Another file may have taken its place meanwhile.
                if not await self._turn(file) and self._follower.ready.get(key) is file:
                    del self._follower.ready[key]
                    if self._follower.crowded:
                        self._calls.look()
                now = time.monotonic()
                if now > slice_end:
                    await asyncio.sleep(0)
                    slice_end = now + _SLICE_S
                    if now > flush_at:  # a busy file holds up no open event of another
                        await self.flush_quiet()
                        flush_at = now + _FLUSH_S

    async def _turn(self, file: File) -> bool:
        """Take one chunk of a file to the output; False at its end."""
        if file.fd < 0:
            return False
        try:
            data = await file.read()
        except OSError as error:
            self._diary.warning("read failed", file=file.path, error=error.strerror)
            return False
        if file.shifted:
            self._calls.look()
            return False
        if not data:
            return False
        self._calls.step("after_read")
        file.pipeline.day = file.mtime_ns // _DAY_NS
        with self._lock:
            file.fed(len(data))
            batches = list(file.pipeline.feed(data))
        await self._emit(file, batches)
        return len(data) >= CHUNK_BYTES or file.size > file.offset

    async def _emit(self, file: File, batches: Iterable[Batch]) -> None:
        for batch in batches:
            if batch.json:
                self._leaving = file, batch, self._output.taken
                try:
                    await self._output.write(batch.json)
                except (asyncio.CancelledError, OutputClosed):
                    self.settle()
                    raise
                self._leaving = None
                self._calls.step("after_write")
            with self._lock:
                file.acknowledge(batch, batch.end, batch.after)
            self._calls.moved()

    def settle(self) -> None:
        """Acknowledge the lines that the output took of a batch it has not taken whole."""
        if self._leaving:
            file, batch, before = self._leaving
            lines = batch.json[: self._output.taken - before].count(b"\n")
            offset, state = file.pipeline.locate(batch, lines)
            if offset > file.acked:
                with self._lock:
                    file.acknowledge(batch, offset, state)

    # -- what is open ---------------------------------------------------------------------------

    def due_in(self) -> float | None:
        """Give in how many seconds the next open event or line is due; None: none is."""
        due = [at for file in self._follower.files.values() if (at := self._due(file)) is not None]
        return min(due) - time.monotonic() if due else None

    def _due(self, file: File) -> float | None:
        if file.key in self._follower.ready:
            return None  # it is not read to its end
        patience = self._patience[file.source]
        if file.pipeline.has_open_event:
            return file.data_at + patience.quiet_s
        if file.pipeline.has_partial_line:
            return file.data_at + (patience.quiet_s if file.ending else patience.partial_after_s)
        return None

    async def flush_quiet(self) -> None:
        """Let out what is open in files that were quiet long enough."""
        now = time.monotonic()
        for file in [*self._follower.files.values()]:
            due = self._due(file)
            if due is not None and due <= now:
                partial = now >= file.data_at + self._patience[file.source].partial_after_s
                with self._lock:
                    batches = list(file.pipeline.flush(last=file.ending, partial=partial))
                if not batches:
                    file.data_at = now
                await self._emit(file, batches)

    async def flush_all(self, quiet_s: float, *, last: bool) -> None:
        """Let out what is open in every file that was quiet so long, lines without end too.

        Args:
            quiet_s: how long.
            last: no byte will follow.
        """
        for file in [*self._follower.files.values()]:
            while await self._turn(file):
                pass  # what was written while the output took nothing
            if time.monotonic() - file.data_at >= quiet_s:
                with self._lock:
                    batches = list(file.pipeline.flush(last=last, partial=True))
                await self._emit(file, batches)
