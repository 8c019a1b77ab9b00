"""The daemon: every stage assembled from one configuration, and their stop in the flow's order.

Three tasks share one loop. The *pump* reads what there is, file after file, a chunk a turn, and
waits while stdout takes nothing: the file is the buffer. The *sweep* looks after the folders all
the while, so that files rotated meanwhile are held. The *saver* writes the checkpoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
import time

from sidecar.bell import Bell
from sidecar.config import Config
from sidecar.errors import OutputClosed
from sidecar.flow import State
from sidecar.formats.parser import Parser, parser
from sidecar.observe import logs, metrics, server
from sidecar.observe.health import Vitals
from sidecar.observe.snapshot import FileFigures, Snapshot
from sidecar.output.sink import Sink
from sidecar.pipeline import Counts, Pipeline
from sidecar.pump import Calls, File, Patience, Pump
from sidecar.tail import checkpoint
from sidecar.tail.checkpoint import Totals
from sidecar.tail.folders import Key
from sidecar.tail.follower import Follower
from sidecar.tail.watcher import Watcher
from sidecar.wiring import format_options, pipeline_options, state_dir, tail_options

#: A stop emits what is open once its file was quiet so long.
_STOP_QUIET_S = 0.5

#: How often the loop tells at least that it turns, in seconds.
_BEAT_S = 2.5

#: How often a file is looked at that is written to so often that its watch was dropped; at 5 ms
#: five files that grow by 2 MB/s each cost half again as much.
_POLL_S = 0.02

#: Part of the time that sweeping may take, and saving.
_SWEEP_SHARE = 0.01
_SAVE_SHARE = 0.02


def run(config: Config, *, once: bool = False) -> int:
    """Follow the sources of a configuration until a signal, or, with ``once``, to their ends.

    Returns:
        0: stopped as asked; 1: standard output was closed.
    """
    return asyncio.run(Daemon(config, once=once).run())


class Daemon:
    """The stages of one run, and what they share."""

    def __init__(self, config: Config, *, once: bool) -> None:
        self._config = config
        self._once = once
        self._log = logs.Log(config.log.level)
        self._lock = threading.Lock()  # held while figures change, so that a scrape's sums hold
        self._parsers: list[Parser] = [
            parser(format_options(source, config.output.add)) for source in config.sources
        ]
        self._counts = Counts()
        self._sink = Sink()
        self._wake = Bell()
        self._look = Bell()
        self._stopping = asyncio.Event()
        self._unsaved = asyncio.Event()
        self._save_lock = asyncio.Lock()
        self._swept = False
        self._watcher: Watcher | None = None
        self._vitals = Vitals(configured=True)
        self._saves = self._failed_saves = 0
        self._saved_at = 0.0
        self._state_dir = state_dir(config)
        self._follower = Follower(
            tail_options(config),
            self._state_dir,
            self._pipeline,
            self._log,
            _own_files(),
        )
        self._kill = _Seam(os.environ.get("SIDECAR_TEST_KILL", ""))
        self._pump = Pump(
            self._follower,
            self._sink,
            [Patience(one.quiet_s, one.partial_after_s) for one in config.sources],
            self._lock,
            self._log,
            Calls(self._look.ring, self._moved, self._kill),
        )

    # -- the run --------------------------------------------------------------------------------

    async def run(self) -> int:
        """Run; see :func:`run`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        logging.getLogger().addHandler(logs.Bridge(self._log))
        config = self._config
        slow = (*config.slow(exponential=True), *config.slow(exponential=False))
        for warning in (*config.warnings, *map(str, slow)):
            self._log.warning(warning)
        self._load()
        self._watcher = Watcher(loop, self._woken)
        http = self._serve()
        self._sink.open()
        code = 0
        try:
            if not self._once:
                self._watcher.start()
            await self._work()
        except* OutputClosed as errors:
            self._log.error(str(errors.exceptions[0]))
            code = 1
        finally:
            self._watcher.stop()
            await self._save()
            self._sink.close()
            if http:
                http.close()
        self._log.info(
            "stopped", code=code, pending_bytes=sum(one.pending for one in self._follower.tailers)
        )
        return code

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            pump = group.create_task(self._pump_always())
            sweep = group.create_task(self._sweep_always())
            saver = group.create_task(self._save_always())
            stop = group.create_task(self._stopping.wait())
            await asyncio.wait({pump, stop}, return_when=asyncio.FIRST_COMPLETED)
            self._vitals.stopping = True
            stop.cancel()
            if not pump.done():
                # The pump drains by itself once it is told to stop; it may be waiting for stdout.
                self._wake.ring()
                await asyncio.wait({pump}, timeout=max(0.1, self._config.drain_s - 1.0))
                pump.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await pump
            saver.cancel()
            sweep.cancel()

    def _serve(self) -> server.Server | None:
        address = self._config.http.address
        if address is None:
            return None
        registry = metrics.registry(self._snapshot)
        found = server.start(*address, registry, self._vitals)
        self._log.info("listening", address=f"{address[0]}:{found.port}")
        return found

    # -- pump: bytes to stdout ------------------------------------------------------------------

    async def _pump_always(self) -> None:
        while True:
            await self._pump.turns()
            if self._stopping.is_set() or (self._once and self._swept):
                await self._drain()
                return
            timeout = self._pump.due_in()
            if timeout is not None and timeout <= 0:
                await self._pump.flush_quiet()
                continue
            hot = self._hot()
            if hot:
                timeout = _POLL_S if timeout is None else min(timeout, _POLL_S)
            await self._wake.wait(timeout)
            self._follower.ready.update(hot)

    def _hot(self) -> dict[Key, File]:
        """Give the files that have to be polled: written to of late, in a folder without watch."""
        muted = self._watcher.muted if self._watcher else {}
        if not muted:
            return {}
        since = time.monotonic() - 1.0
        return {
            key: file
            for key, file in self._follower.files.items()
            if file.data_at > since and os.path.dirname(file.path) in muted
        }

    async def _drain(self) -> None:
        """Read to the end of every file, and let out what is open and quiet."""
        if self._watcher:
            self._watcher.stop()
        end = time.monotonic() + _STOP_QUIET_S
        while True:
            self._sweep()
            self._follower.ready.update(self._follower.files)
            await self._pump.turns()
            now = time.monotonic()
            waiting = [f for f in self._follower.files.values() if f.pipeline.pending]
            if not waiting or self._once or now >= end:
                break
            await asyncio.sleep(max(0.01, min(f.data_at for f in waiting) + _STOP_QUIET_S - now))
        await self._pump.flush_all(0.0 if self._once else _STOP_QUIET_S, last=self._once)

    def _moved(self) -> None:
        """Take note that stdout took something."""
        self._vitals.moved_at = time.monotonic()
        self._unsaved.set()

    def _woken(self, written: set[str], renamed: bool) -> None:
        """Take watchdog's word that something was written or renamed."""
        if renamed:
            self._look.ring()
        if written:
            if self._follower.written(written):
                self._look.ring()
            self._wake.ring()

    # -- sweep: which files there are -----------------------------------------------------------

    async def _sweep_always(self) -> None:
        """Look after the folders, and tell that the loop turns: what wakes up for one does both."""
        whole, due = True, 0.0
        while True:
            now = time.monotonic()
            self._vitals.note(
                now,
                behind=bool(self._follower.ready),
                stdout_blocked=bool(self._sink.blocked_since),
            )
            if self._stopping.is_set():  # the pump sweeps by itself then
                due = now + _BEAT_S
            elif whole or now >= due:
                due = now + self._look_around(whole=whole)
            whole = await self._look.wait(min(due - now, _BEAT_S))
            if whole:
                await asyncio.sleep(min(0.02, due - now))  # renames come in pairs and chains

    def _look_around(self, *, whole: bool) -> float:
        """Sweep, if anything may have changed; gives in how many seconds to do it again."""
        started = time.thread_time()
        if whole or not self._follower.still():
            self._sweep()
        cost = time.thread_time() - started
        self._look.hush()  # whatever it was rung for was looked at
        if self._follower.crowded and not self._follower.ready:
            return 0.0  # nobody will ask for the look that the others wait for
        watched = (
            self._watcher is not None
            and self._watcher.backend == "inotify"
            and not self._watcher.muted
        )
        base = self._config.sweep_interval_s or (1.0 if watched else 0.25)
        return max(base, cost / _SWEEP_SHARE)

    def _sweep(self) -> None:
        with self._lock:
            self._follower.sweep()
            self._swept = self._vitals.swept = True
        self._note_changes()
        if self._watcher and not self._stopping.is_set() and not self._once:
            self._watcher.watch(self._follower.folders.paths)
            for folder, reason in self._watcher.failures.items():
                self._log.once("watch", "no watch; polling instead", folder, reason)
        self._wake.ring()

    def _pipeline(self, source: int, path: str, key: Key, offset: int, state: State) -> Pipeline:
        """Make the pipeline of a file."""
        output = self._config.output
        return Pipeline(
            self._parsers[source],
            pipeline_options(self._config.sources[source], output.add, output.max_event_bytes),
            start=offset,
            state=state,
            path=checkpoint.path_out(path),
            identity=f"{key[0]:x}-{key[1]:x}",
            counts=self._counts,
        )

    # -- checkpoint -----------------------------------------------------------------------------

    def _load(self) -> None:
        loaded = checkpoint.load(self._state_dir)
        self._follower.restore(loaded.saved)
        if loaded.trouble:
            self._log.warning("checkpoint", trouble=loaded.trouble)
            if self._config.checkpoint.on_corrupt == "end":
                self._follower.skip_present()
        self._vitals.checkpoint_loaded = True

    def _note_changes(self) -> None:
        if self._follower.changed:
            self._follower.changed = False
            self._unsaved.set()

    async def _save_always(self) -> None:
        while True:
            await self._unsaved.wait()
            # A thread that writes cannot be cancelled; the last save waits for it at the lock.
            cost = await asyncio.shield(self._save())
            await asyncio.sleep(max(self._config.checkpoint.interval_s, cost / _SAVE_SHARE))

    async def _save(self) -> float:
        """Save the checkpoint; gives what it cost the loop's thread, in seconds."""
        async with self._save_lock:
            self._unsaved.clear()
            self._kill("before_save")
            self._pump.settle()
            started = time.thread_time()
            content = checkpoint.encode(self._follower.saved())
            cost = time.thread_time() - started
            try:
                await checkpoint.save(self._state_dir, content)
            except OSError as error:
                self._unsaved.set()
                self._failed_saves += 1
                self._log.once("save", "checkpoint not saved", self._state_dir, error.strerror)
            else:
                self._saves += 1
                self._saved_at = time.time()
        return cost

    # -- figures --------------------------------------------------------------------------------

    def _snapshot(self) -> Snapshot:
        """Take every figure at one moment; called from the server's threads."""
        held = self._lock.acquire(timeout=2.0)
        try:
            return self._figures()
        finally:
            if held:
                self._lock.release()

    def _figures(self) -> Snapshot:
        follower, sink, counts = self._follower, self._sink, self._counts
        files = [_figures_of(file) for file in follower.tailers]
        files += [
            _figures_of_totals(entry.path, entry.totals, entry.offset) for entry in follower.absent
        ]
        return Snapshot(
            files=files,
            forgotten=_figures_of_totals("", follower.register.forgotten, 0),
            events=dict(counts.events),
            misfits=dict(counts.misfits),
            invalid_bytes=counts.invalid,
            partial_events=counts.parts,
            rotations=follower.tally.rotations,
            truncations=follower.tally.truncations,
            deletions=follower.tally.deletions,
            files_open=len(follower.files),
            files_unreadable=len(follower.unreadable),
            sweeps=follower.tally.sweeps,
            sweep_errors=follower.folders.errors,
            watch_backend=self._watcher.backend if self._watcher else "polling",
            watch_events=self._watcher.events if self._watcher else 0,
            watch_overflows=self._watcher.overflows if self._watcher else 0,
            watch_muted=len(self._watcher.muted) if self._watcher else 0,
            stdout_bytes=sink.taken,
            stdout_writes=sink.writes,
            stdout_blocked_s=sink.blocked_total_s,
            stdout_errors=sink.errors,
            checkpoint_writes=self._saves,
            checkpoint_failures=self._failed_saves,
            checkpoint_saved_at=self._saved_at,
            diagnostics_dropped=self._log.dropped,
        )


def _figures_of(file: File) -> FileFigures:
    figures = _figures_of_totals(file.path, file.totals, file.acked)
    figures.read = file.read_bytes
    figures.pending = file.pending
    figures.size = max(file.size, file.offset)
    return figures


def _figures_of_totals(path: str, totals: Totals, offset: int) -> FileFigures:
    return FileFigures(
        checkpoint.path_out(path),
        read=totals.emitted + sum(totals.skipped.values()),
        emitted=totals.emitted,
        skipped=dict(totals.skipped),
        lost=dict(totals.lost),
        offset=offset,
        size=offset,
    )


def _own_files() -> set[Key]:
    """Give what we write to ourselves: it may lie in a folder that is followed."""
    shown = [os.fstat(fd) for fd in (1, 2) if _is_open(fd)]
    return {(one.st_dev, one.st_ino) for one in shown}


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


class _Seam:
    """Kills the process at a chosen step, for the tests of what a kill may cost."""

    def __init__(self, chosen: str) -> None:
        self._step, _, count = chosen.partition(":")
        self._left = int(count or 0)

    def __call__(self, step: str) -> None:
        if step == self._step:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
