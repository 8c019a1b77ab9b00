"""The tail, the pipeline and the pump, without a process: real files, a clock that is moved.

What stands for standard output takes lines as long as it has room for them, so that a run can be
stopped with work under way, or killed there.
"""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import orjson

from sidecar.flow import State
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.pipeline import Pipeline, PipelineOptions
from sidecar.pump import Calls, Patience, Pump
from sidecar.tail import checkpoint
from sidecar.tail.checkpoint import Saved, Totals
from sidecar.tail.folders import Key, TailOptions
from sidecar.tail.follower import Follower
from tests.streams import Diary

Record = dict[str, Any]


class Output:
    """Takes so many lines, then none until it is given more room."""

    def __init__(self) -> None:
        self.taken = 0
        self.records: list[Record] = []
        self.room: int | None = None  # None: without end
        self.blocked = asyncio.Event()
        self._more = asyncio.Event()

    async def write(self, json: bytes) -> None:
        for line in json.splitlines(keepends=True):
            while self.room == 0:
                self.blocked.set()
                self._more.clear()
                await self._more.wait()
            if self.room is not None:
                self.room -= 1
            self.taken += len(line)
            self.records.append(orjson.loads(line))

    def give(self, room: int | None) -> None:
        self.room = room
        self.blocked.clear()
        self._more.set()


class Run:
    """One run of the follower and the pump, from a start to a stop or a kill."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, options: TailOptions, state_dir: str, saved: Saved
    ) -> None:
        self.output = Output()
        self.diary = Diary()
        self._loop = loop
        self._parser = parser(FormatOptions(format="bracket"))
        self.follower: Follower[Pipeline] = Follower(
            [options], state_dir, self._pipeline, self.diary
        )
        self.follower.restore(saved)
        calls = Calls(lambda: None, lambda: None, lambda _: self.check_sums())
        self.pump = Pump(
            self.follower, self.output, [Patience()], threading.Lock(), self.diary, calls
        )
        self._work: asyncio.Task[None] | None = None

    def _pipeline(self, _: int, path: str, key: Key, offset: int, state: State) -> Pipeline:
        return Pipeline(self._parser, PipelineOptions(), start=offset, state=state, path=path)

    def look(self) -> None:
        """Sweep, whatever the output does."""
        if not self.follower.still():
            self.follower.sweep()

    def work(self) -> None:
        """Let the pump go as far as it comes."""
        if self._work is None:
            self._work = self._loop.create_task(self._all())
        blocked = self._loop.create_task(self.output.blocked.wait())
        self._loop.run_until_complete(
            asyncio.wait({self._work, blocked}, return_when=asyncio.FIRST_COMPLETED)
        )
        blocked.cancel()
        self._loop.run_until_complete(asyncio.gather(blocked, return_exceptions=True))
        if self._work.done():
            self._work.result()
            self._work = None

    async def _all(self) -> None:
        await self.pump.turns()
        await self.pump.flush_quiet()

    def stop(self) -> None:
        """Read to the end and let out what is quiet, unless the output takes nothing."""
        self.look()
        self.follower.ready.update(self.follower.files)
        self.work()
        if self._work is None:
            self._work = self._loop.create_task(self.pump.flush_all(0.5, last=False))
            self.work()
        self.kill()

    def kill(self) -> None:
        """End at once; what was acknowledged stays known."""
        if self._work is not None:
            self._work.cancel()
            self._loop.run_until_complete(asyncio.gather(self._work, return_exceptions=True))
            self._work = None
        for file in self.follower.tailers:
            file.close()

    def saved(self) -> bytes:
        """Give a checkpoint of now."""
        self.pump.settle()
        return checkpoint.encode(self.follower.saved())

    def check_sums(self) -> None:
        """Hold every file's figures against each other."""
        for file in self.follower.tailers:
            done = file.totals.emitted + sum(file.totals.skipped.values())
            assert file.read_bytes == done + file.pending, file.path
            assert file.acked == done, file.path
        for _, entry in self.follower.register.pairs():
            done = entry.totals.emitted + sum(entry.totals.skipped.values())
            assert entry.offset == done, entry.path

    @property
    def totals(self) -> Totals:
        """What became of all bytes."""
        totals = Totals()
        parts = [file.totals for file in self.follower.tailers]
        parts += [entry.totals for entry in self.follower.absent]
        for one in (*parts, self.follower.register.forgotten):
            totals.add(one)
        return totals


class World:
    """A folder of logs, one beside it, and one run after the other."""

    def __init__(self, root: Path, clock: list[float]) -> None:
        self.logs = root / "logs"
        self.away = root / "away"
        self.logs.mkdir()
        self.away.mkdir()
        self.clock = clock
        self.loop = asyncio.new_event_loop()
        self.options = TailOptions((str(self.logs / "*.log*"),))
        self.checkpoint = checkpoint.encode(Saved())
        self.records: list[Record] = []  # of the runs that ended
        self.run = self._run()

    def _run(self) -> Run:
        state_dir = self.logs / ".sidecar"
        state_dir.mkdir(exist_ok=True)
        (state_dir / checkpoint.NAME).write_bytes(self.checkpoint)
        loaded = checkpoint.load(str(state_dir))
        assert not loaded.trouble
        return Run(self.loop, self.options, str(state_dir), loaded.saved)

    def save(self) -> None:
        self.checkpoint = self.run.saved()

    def restart(self) -> None:
        """Stop as asked, and start again."""
        self.run.stop()
        self.save()
        self._next()

    def kill(self) -> None:
        """Die without a save, and start again."""
        self.run.kill()
        self._next()

    def _next(self) -> None:
        self.records += self.run.output.records
        self.run = self._run()

    @property
    def output(self) -> list[Record]:
        """Everything that left, of all runs."""
        return self.records + self.run.output.records

    def close(self) -> None:
        self.run.kill()
        self.loop.close()


def key_of(path: Path) -> Key:
    shown = os.lstat(path)
    return shown.st_dev, shown.st_ino
