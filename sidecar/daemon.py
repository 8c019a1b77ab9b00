"""The daemon: every stage assembled from one configuration, and their stop in the flow's order.

Three tasks share one loop. The *pump* reads what there is, file after file, a chunk a turn, and
waits while stdout takes nothing: the file is the buffer. The *sweep* looks after the folders all
the while, so that files rotated meanwhile are held. The *saver* writes the checkpoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable

from sidecar.config import Config
from sidecar.errors import OutputClosed
from sidecar.flow import Batch, State
from sidecar.formats.parser import Parser, parser
from sidecar.observe import logs, metrics, server
from sidecar.observe.health import Vitals
from sidecar.observe.snapshot import FileFigures, Snapshot
from sidecar.output.sink import Sink
from sidecar.pipeline import Counts, Pipeline
from sidecar.tail import checkpoint, discovery, rotation
from sidecar.tail.checkpoint import Entry, Saved, Totals
from sidecar.tail.fingerprint import HEAD_BYTES, anchor_fits, head_fits
from sidecar.tail.rotation import Change, Held, Seen
from sidecar.tail.tailer import CHUNK_BYTES, Tailer, open_regular
from sidecar.tail.watcher import Watcher
from sidecar.wiring import format_options, pipeline_options

#: A stop emits what is open once its file was quiet so long.
_STOP_QUIET_S = 0.5

#: A file without a followed name is let go once it was quiet so long; while it has a name
#: somewhere, its folder is looked at, and if it grows it is read on.
_PARK_S = 5.0

#: The loop serves other tasks at least so often while there is work.
_SLICE_S = 0.005

#: Part of the time that sweeping may take.
_SWEEP_SHARE = 0.01

File = Tailer[Pipeline]
Key = tuple[int, int]


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
        self._files: dict[Key, File] = {}
        self._finished: list[File] = []  # truncated content whose last words are still to leave
        self._parked: dict[Key, Entry] = {}  # no followed name, read to the end, no descriptor
        self._entries: dict[Key, Entry] = {}  # of the checkpoint, not met yet
        self._suspects: dict[Key, Key] = {}  # copies-to-be -> their originals
        self._gone = Totals()
        self._ready: dict[Key, File] = {}
        self._wake = asyncio.Event()
        self._look = asyncio.Event()
        self._stopping = asyncio.Event()
        self._dirty = False
        self._save_lock = asyncio.Lock()
        self._swept = False
        self._watcher: Watcher | None = None
        self._vitals = Vitals(configured=True)
        self._unreadable: dict[str, str] = {}
        self._tally = dict.fromkeys(
            ("rotations", "truncations", "deletions", "sweeps", "sweep_errors", "saves", "fails"), 0
        )
        self._saved_at = 0.0
        self._state_dir = config.state_dir or os.path.join(
            discovery.root(config.sources[0].include[0]), ".sidecar"
        )
        self._kill = _Seam(os.environ.get("SIDECAR_TEST_KILL", ""))

    # -- the run --------------------------------------------------------------------------------

    async def run(self) -> int:
        """Run; see :func:`run`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        for warning in self._config.warnings:
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
            await self._save(final=True)
            self._sink.close()
            if http:
                http.close()
        self._log.info("stopped", code=code, pending_bytes=sum(f.pending for f in self._all()))
        return code

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            pump = group.create_task(self._pump())
            sweep = group.create_task(self._sweep_always())
            saver = group.create_task(self._save_always())
            beat = group.create_task(self._beat())
            stop = group.create_task(self._stopping.wait())
            await asyncio.wait({pump, stop}, return_when=asyncio.FIRST_COMPLETED)
            self._vitals.stopping = True
            stop.cancel()
            sweep.cancel()
            if not pump.done():
                # The pump drains by itself once it is told to stop; it may be waiting for stdout.
                self._wake.set()
                await asyncio.wait({pump}, timeout=max(0.1, self._config.drain_s - 1.0))
                pump.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await pump
            saver.cancel()
            beat.cancel()

    def _serve(self) -> server.Server | None:
        address = self._config.http.address
        if address is None:
            return None
        registry = metrics.registry(self._snapshot)
        found = server.start(*address, registry, self._vitals)
        self._log.info("listening", address=f"{address[0]}:{found.port}")
        return found

    async def _beat(self) -> None:
        """Tell that the loop turns, and how things stand."""
        while True:
            self._vitals.note(
                time.monotonic(),
                behind=bool(self._ready),
                stdout_blocked=bool(self._sink.blocked_since),
            )
            await asyncio.sleep(1.0)

    # -- pump: bytes to stdout ------------------------------------------------------------------

    async def _pump(self) -> None:
        while True:
            await self._turns()
            if self._stopping.is_set() or (self._once and self._swept):
                await self._drain()
                return
            timeout = self._flush_in()
            if timeout is not None and timeout <= 0:
                await self._flush_quiet()
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._wake.wait()
            self._wake.clear()

    async def _turns(self) -> None:
        """Read every file that has bytes, a chunk each in turn, until none has."""
        slice_end = time.monotonic() + _SLICE_S
        while self._ready or self._finished:
            for file in [*self._finished]:
                await self._emit(file, file.pipeline.flush(last=True))
                self._retire(file)
                self._finished.remove(file)
            for key, file in [*self._ready.items()]:
                if not await self._turn(file):
                    self._ready.pop(key, None)
                if time.monotonic() > slice_end:
                    await asyncio.sleep(0)
                    slice_end = time.monotonic() + _SLICE_S

    async def _turn(self, file: File) -> bool:
        """Take one chunk of a file to stdout; False at its end."""
        if file.fd < 0:
            return False
        try:
            data = await file.read()
        except OSError as error:
            self._log.warning("read failed", file=file.path, error=error.strerror)
            return False
        if file.shifted:
            self._look.set()
            return False
        if not data:
            return False
        self._kill("after_read")
        with self._lock:
            batches = list(file.pipeline.feed(data))
        await self._emit(file, batches)
        return len(data) >= CHUNK_BYTES or file.size > file.offset

    async def _emit(self, file: File, batches: Iterable[Batch]) -> None:
        for batch in batches:
            if batch.json:
                before = self._sink.taken
                try:
                    await self._sink.write(batch.json)
                except (asyncio.CancelledError, OutputClosed):
                    lines = batch.json[: self._sink.taken - before].count(b"\n")
                    with self._lock:
                        file.acknowledge(batch, *file.pipeline.locate(batch, lines))
                    raise
                self._kill("after_write")
            with self._lock:
                file.acknowledge(batch, batch.end, batch.after)
            self._vitals.moved_at = time.monotonic()
            self._dirty = True

    def _flush_in(self) -> float | None:
        """Give in how many seconds the next open event or line is due; None: none is."""
        due = [at for file in self._files.values() if (at := self._due(file)) is not None]
        return min(due) - time.monotonic() if due else None

    def _due(self, file: File) -> float | None:
        source = self._config.sources[file.source]
        if file.pipeline.has_open_event:
            return file.data_at + source.quiet_s
        if file.pipeline.has_partial_line:
            return file.data_at + (source.quiet_s if file.ending else source.partial_after_s)
        return None

    async def _flush_quiet(self) -> None:
        now = time.monotonic()
        for file in [*self._files.values()]:
            due = self._due(file)
            if due is not None and due <= now:
                partial = now >= file.data_at + self._config.sources[file.source].partial_after_s
                with self._lock:
                    batches = list(file.pipeline.flush(last=file.ending, partial=partial))
                if not batches:
                    file.data_at = now
                await self._emit(file, batches)

    async def _drain(self) -> None:
        """Read to the end of every file, and let out what is open and quiet."""
        if self._watcher:
            self._watcher.stop()
        end = time.monotonic() + _STOP_QUIET_S
        while True:
            await self._sweep()
            self._ready.update(self._files)
            await self._turns()
            now = time.monotonic()
            waiting = [f for f in self._files.values() if f.pipeline.pending]
            if not waiting or self._once or now >= end:
                break
            await asyncio.sleep(max(0.01, min(f.data_at for f in waiting) + _STOP_QUIET_S - now))
        for file in [*self._files.values()]:
            if self._once or time.monotonic() - file.data_at >= _STOP_QUIET_S:
                with self._lock:
                    batches = list(file.pipeline.flush(last=self._once, partial=True))
                await self._emit(file, batches)

    def _woken(self, written: set[str], renamed: bool) -> None:
        """Take watchdog's word that something was written or renamed."""
        if renamed:
            self._look.set()
        if written:
            for key, file in self._files.items():
                if file.path in written:
                    self._ready[key] = file
            self._wake.set()

    # -- sweep: which files there are -----------------------------------------------------------

    async def _sweep_always(self) -> None:
        while True:
            started = time.thread_time()
            await self._sweep()
            cost = time.thread_time() - started
            watched = self._watcher is not None and self._watcher.backend == "inotify"
            base = self._config.sweep_interval_s or (1.0 if watched else 0.25)
            self._look.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(base, cost / _SWEEP_SHARE)):
                    await self._look.wait()
            await asyncio.sleep(min(0.02, base))  # renames come in pairs and chains

    async def _sweep(self) -> None:
        """Look at every folder once, and settle what happened to each file."""
        with self._lock:
            self._tally["sweeps"] += 1
            seen: dict[Key, tuple[str, os.stat_result, int]] = {}
            folders: list[str] = []
            unlisted: set[str] = set()
            for number, source in enumerate(self._config.sources):
                found = discovery.look(
                    source.include,
                    source.exclude,
                    symlinks=source.symlinks,
                    avoid=(self._state_dir,),
                )
                folders += [one for one in found.folders if one not in folders]
                for folder, reason in found.unlisted.items():
                    unlisted.add(folder)
                    self._tally["sweep_errors"] += 1
                    self._log.once(f"list {folder}", "folder cannot be listed", folder, reason)
                for path, reason in found.refused.items():
                    self._log.once(f"refuse {path}", "not followed", path, reason)
                for path, shown in found.files.items():
                    if os.path.dirname(path) != self._state_dir:
                        seen.setdefault((shown.st_dev, shown.st_ino), (path, shown, number))
            self._settle(seen, unlisted)
            self._swept = True
            self._vitals.swept = True
        if self._watcher and not self._stopping.is_set() and not self._once:
            self._watcher.watch(folders)
            for folder, reason in self._watcher.failures.items():
                self._log.once(f"watch {folder}", "no watch; polling instead", folder, reason)
        if self._ready or self._finished:
            self._wake.set()

    def _settle(self, seen: dict[Key, tuple[str, os.stat_result, int]], unlisted: set[str]) -> None:
        for key, file in [*self._files.items()]:
            if key in seen:
                path, shown, _ = seen[key]
                if path != file.path and os.path.dirname(file.path) not in unlisted:
                    self._tally["rotations"] += 1
                    file.path = path
                file.named = True
            else:
                try:
                    shown = os.fstat(file.fd)
                except OSError:
                    continue
                file.named = os.path.dirname(file.path) in unlisted
            self._settle_one(key, file, shown)
        # Files known before come first: a new one may be the copy that one of them went on in.
        known = {**self._parked, **self._entries}
        for key, (path, _, number) in sorted(seen.items(), key=lambda one: one[0] not in known):
            if key not in self._files:
                self._meet(key, path, number)
        self._recall()

    def _settle_one(self, key: Key, file: File, shown: os.stat_result) -> None:
        """Settle what happened to one followed file."""
        change = rotation.decide(
            Held(file.offset, anchored=not file.shifted),
            Seen(shown.st_size, shown.st_nlink, file.named),
        )
        grown = shown.st_size > file.size
        known, file.size = file.size, shown.st_size
        if change is Change.TRUNCATED:
            self._truncated(key, file, known)
            return
        if shown.st_size > file.offset:
            self._ready[key] = file
        elif change in {Change.GONE, Change.MOVED}:
            quiet = time.monotonic() - file.data_at
            file.ending = True
            if grown or file.pipeline.pending or file.pending:
                self._wake.set()  # its last words are due sooner now
                return
            if change is Change.GONE and quiet > _STOP_QUIET_S:
                self._tally["deletions"] += 1
                if not self._go_on_in_copy(key, file):
                    self._drop(key, file)
            elif change is Change.MOVED and quiet > _PARK_S:
                self._parked[key] = file.entry()
                file.totals = Totals()
                self._drop(key, file)
        elif change is Change.NONE:
            file.ending = False

    def _truncated(self, key: Key, file: File, known: int) -> None:
        """Read on in the copy where there is one, and begin the file anew."""
        self._tally["truncations"] += 1
        fd, path = os.dup(file.fd), file.path
        if not self._go_on_in_copy(key, file):
            self._ready.pop(key, None)
            lost = max(0, known - file.offset)
            if lost:
                file.totals.lost["truncated"] = file.totals.lost.get("truncated", 0) + lost
                self._log.warning(
                    "bytes were truncated before they were read", file=path, lost=lost
                )
            file.close()
            self._finished.append(file)
        self._files[key] = self._follow(path, fd, key, file.source, State(), 0)
        self._dirty = True

    def _go_on_in_copy(self, key: Key, file: File) -> bool:
        """Look beside a file that was truncated or deleted for a copy of what it held."""
        folder, name = os.path.split(file.path)
        copy = self._find(
            folder,
            lambda other: other != name and _named_after(other, name),
            file.key,
            lambda fd: (
                os.fstat(fd).st_size >= file.offset
                and file.offset > 0
                and anchor_fits(fd, file.offset, file.read_anchor)
                and head_fits(fd, file.head)
            ),
        )
        if copy is None:
            return False
        name, copy_fd, copy_key = copy
        self._suspects.pop(copy_key, None)
        file.move(name, copy_fd, copy_key)
        file.size = os.fstat(copy_fd).st_size
        file.ending = True
        self._files.pop(key, None)
        self._ready.pop(key, None)
        self._files[copy_key] = self._ready[copy_key] = file
        self._dirty = True
        return True

    def _find(
        self, folder: str, named: Callable[[str], bool], but: Key, fits: Callable[[int], bool]
    ) -> tuple[str, int, Key] | None:
        try:
            names = sorted(filter(named, os.listdir(folder or ".")))
        except OSError:
            return None
        for name in names:
            path = os.path.join(folder, name)
            try:
                if not os.path.isfile(path):
                    continue
                fd = open_regular(path)
            except OSError:
                continue
            shown = os.fstat(fd)
            key = (shown.st_dev, shown.st_ino)
            if key != but and key not in self._files and fits(fd):
                return path, fd, key
            os.close(fd)
        return None

    def _meet(self, key: Key, path: str, source: int) -> None:
        """Take up a file that was not followed until now."""
        try:
            fd = open_regular(path)
        except OSError as error:
            if error.errno in {23, 24}:  # out of descriptors: the next sweep tries again
                self._log.once("descriptors", "out of file descriptors", path, str(error))
            elif not isinstance(error, FileNotFoundError):
                self._unreadable[path] = error.strerror or str(error)
                self._log.once(f"open {path}", "cannot be read", path, error.strerror)
            return
        self._unreadable.pop(path, None)
        opened = os.fstat(fd)
        if (opened.st_dev, opened.st_ino) != key:
            os.close(fd)  # replaced since the look; the next one sees it as it is
            return
        entry = self._parked.pop(key, None) or self._entries.pop(key, None)
        state, offset, totals = State(), 0, Totals()
        if entry:
            totals = entry.totals
            whole = opened.st_size >= entry.offset and head_fits(fd, entry.head)
            if whole and anchor_fits(fd, entry.offset, entry.anchor):
                state, offset = entry.state, entry.offset
            else:
                self._tally["truncations"] += 1
                self._resume_copy(entry, key, source)
                totals = Totals()
        elif self._is_suspect(key, path, fd, opened.st_size):
            os.close(fd)
            return
        elif not self._swept and self._config.sources[source].start_at == "end":
            offset = opened.st_size
            totals.skipped["start_at_end"] = offset
        file = self._follow(path, fd, key, source, state, offset)
        file.restore(totals)
        file.size = opened.st_size
        self._files[key] = file
        self._dirty = True
        if opened.st_size > offset:
            self._ready[key] = file

    def _follow(self, path: str, fd: int, key: Key, source: int, state: State, offset: int) -> File:
        options = pipeline_options(
            self._config.sources[source],
            self._config.output.add,
            self._config.output.max_event_bytes,
        )
        pipeline = Pipeline(
            self._parsers[source],
            options,
            start=offset,
            state=state,
            path=checkpoint.path_out(path),
            identity=f"{key[0]:x}-{key[1]:x}",
            counts=self._counts,
        )
        return Tailer(path, fd, key, source, pipeline)

    def _is_suspect(self, key: Key, path: str, fd: int, size: int) -> bool:
        """Tell whether a new file looks like a copy being made of a followed one."""
        folder, name = os.path.split(path)
        for other_key, other in self._files.items():
            other_folder, other_name = os.path.split(other.path)
            if other_folder != folder or not _named_after(name, other_name):
                continue
            if size <= other.size and other.begins_like(os.pread(fd, HEAD_BYTES, 0)):
                if size and key not in self._suspects:
                    self._log.info("held back: a copy of a followed file", file=path)
                self._suspects[key] = other_key
                return True
        self._suspects.pop(key, None)
        return False

    def _resume_copy(self, entry: Entry, but: Key, source: int) -> None:
        """Read the rest of a file that was copied and truncated while nobody looked."""
        folder, name = os.path.split(entry.path)
        copy = self._find(
            folder,
            lambda other: other != name and _named_after(other, name),
            but,
            lambda fd: (
                entry.offset > 0
                and os.fstat(fd).st_size >= entry.offset
                and anchor_fits(fd, entry.offset, entry.anchor)
            ),
        )
        if copy:
            self._resume(entry, copy, source)

    def _resume(self, entry: Entry, found: tuple[str, int, Key], source: int) -> None:
        path, fd, key = found
        file = self._follow(path, fd, key, source, entry.state, entry.offset)
        file.restore(entry.totals)
        file.size = os.fstat(fd).st_size
        file.ending = True
        self._files[key] = file
        if file.size > entry.offset:
            self._ready[key] = file

    def _recall(self) -> None:
        """Look for files that are in no glob any more: the checkpoint's, and those set aside."""
        wanted = {**self._parked, **self._entries}
        if not wanted:
            return
        folders = {os.path.dirname(entry.path) for entry in wanted.values()}
        at: dict[int, str] = {}
        for folder in folders:
            try:
                with os.scandir(folder or ".") as entries:
                    at.update((one.inode(), one.path) for one in entries)
            except OSError:
                return
        for key, entry in wanted.items():
            path = at.get(key[1])
            if path is None:
                self._forget(key, entry)
                continue
            try:
                shown = os.stat(path)
                if key in self._parked and shown.st_size == entry.offset:
                    continue
                fd = open_regular(path)
            except OSError:
                continue
            same = (shown.st_dev, shown.st_ino) == key and shown.st_size >= entry.offset
            if same and head_fits(fd, entry.head) and anchor_fits(fd, entry.offset, entry.anchor):
                self._parked.pop(key, None)
                self._entries.pop(key, None)
                self._resume(entry, (path, fd, key), 0)
            else:
                os.close(fd)
                self._forget(key, entry)

    def _forget(self, key: Key, entry: Entry) -> None:
        self._parked.pop(key, None)
        if self._entries.pop(key, None) is not None:
            self._resume_copy(entry, key, 0)
        self._gone.add(entry.totals)

    def _drop(self, key: Key, file: File) -> None:
        self._files.pop(key, None)
        self._ready.pop(key, None)
        file.close()
        self._retire(file)

    def _retire(self, file: File) -> None:
        with contextlib.suppress(ValueError):
            self._gone.add(file.totals)
        self._dirty = True

    # -- checkpoint -----------------------------------------------------------------------------

    def _load(self) -> None:
        loaded = checkpoint.load(self._state_dir)
        if loaded.trouble:
            self._log.warning("checkpoint", trouble=loaded.trouble)
            if self._config.checkpoint.on_corrupt == "end":
                self._from_end()
        self._entries = {(one.device, one.inode): one for one in loaded.saved.files}
        self._gone = loaded.saved.gone
        self._vitals.checkpoint_loaded = True

    def _from_end(self) -> None:
        for number, source in enumerate(self._config.sources):
            found = discovery.look(source.include, source.exclude, symlinks=source.symlinks)
            for path, shown in found.files.items():
                key = (shown.st_dev, shown.st_ino)
                with contextlib.suppress(OSError):
                    file = self._follow(
                        path, open_regular(path), key, number, State(), shown.st_size
                    )
                    file.restore(Totals(skipped={"start_at_end": shown.st_size}))
                    file.size = shown.st_size
                    self._files[key] = file

    async def _save_always(self) -> None:
        while True:
            await asyncio.sleep(self._config.checkpoint.interval_s)
            if self._dirty:
                await self._save()

    async def _save(self, *, final: bool = False) -> None:
        if not self._dirty and not final:
            return
        async with self._save_lock:
            self._dirty = False
            self._kill("before_save")
            entries = [file.entry() for file in self._files.values()]
            entries += [*self._parked.values(), *self._entries.values()]
            saved = Saved(files=entries, gone=self._gone)
            for entry in entries:
                entry.path = checkpoint.path_out(entry.path)
            try:
                await checkpoint.save(self._state_dir, saved)
            except OSError as error:
                self._dirty = True
                self._tally["fails"] += 1
                self._log.once("save", "checkpoint not saved", self._state_dir, error.strerror)
            else:
                self._tally["saves"] += 1
                self._saved_at = time.time()

    # -- figures --------------------------------------------------------------------------------

    def _all(self) -> list[File]:
        return [*self._files.values(), *self._finished]

    def _snapshot(self) -> Snapshot:
        """Take every figure at one moment; called from the server's threads."""
        held = self._lock.acquire(timeout=2.0)
        try:
            return self._figures()
        finally:
            if held:
                self._lock.release()

    def _figures(self) -> Snapshot:
        figures = Snapshot(events=dict(self._counts.events), misfits=dict(self._counts.misfits))
        for file in self._all():
            totals = file.totals
            figures.files.append(
                FileFigures(
                    checkpoint.path_out(file.path),
                    file.pipeline.state.format,
                    file.read_bytes,
                    totals.emitted,
                    dict(totals.skipped),
                    dict(totals.lost),
                    file.pending,
                    file.acked,
                    max(file.size, file.offset),
                )
            )
        gone = figures.forgotten
        gone.emitted, gone.skipped, gone.lost = (
            self._gone.emitted,
            dict(self._gone.skipped),
            dict(self._gone.lost),
        )
        gone.read = gone.emitted + sum(gone.skipped.values())
        figures.invalid_bytes = self._counts.invalid
        figures.partial_events = self._counts.parts
        tally = self._tally
        figures.rotations, figures.truncations = tally["rotations"], tally["truncations"]
        figures.deletions = tally["deletions"]
        figures.files_open = len(self._files)
        figures.files_unreadable = len(self._unreadable)
        figures.sweeps, figures.sweep_errors = tally["sweeps"], tally["sweep_errors"]
        if self._watcher:
            figures.watch_backend = self._watcher.backend
            figures.watch_events = self._watcher.events
        figures.stdout_bytes, figures.stdout_writes = self._sink.taken, self._sink.writes
        figures.stdout_blocked_s = self._sink.blocked_total_s
        figures.stdout_errors = self._sink.errors
        figures.checkpoint_writes, figures.checkpoint_failures = tally["saves"], tally["fails"]
        figures.checkpoint_saved_at = self._saved_at
        figures.diagnostics_dropped = self._log.dropped
        return figures


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


def _named_after(name: str, original: str) -> bool:
    """Tell whether ``name`` is what a rotation makes of ``original``.

    ``app.log`` gives ``app.log.1``, ``app.log-20260301``, ``app-20260301.log``, ``app.2.log``.
    """
    if name.startswith(original):
        return len(name) > len(original)
    stem, dot, suffix = original.rpartition(".")
    return bool(dot) and name.startswith(stem) and name.endswith(dot + suffix)
