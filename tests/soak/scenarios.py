"""The daemon under one kind of pressure at a time; each scenario checks its output and measures.

A scenario is given a folder of its own and its size, raises ``AssertionError`` where an event is
lost, doubled or wrong, and gives figures with the limits they have to keep.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Self

from benchmarks.processes import cpu_s, memory
from tests.e2e.harness import Sidecar
from tests.e2e.nginx import wait_until

MB = 1_000_000

_PATIENCE_S = 300.0

JULI = "23-Nov-2026 21:46:01.123 SEVERE [main] org.example.Shop.sell "

#: Memory may not grow by more where nothing but time passes, or more of the same happens.
_GROWTH_MB = 5.0

#: Resident at most, whatever comes.
_PEAK_MB = 64.0


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and what it may be at most; None: it is told for its own sake."""

    name: str
    value: float
    limit: float | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the limit is kept."""
        return self.limit is None or self.value <= self.limit


class Run:
    """A daemon over a folder of logs, whose output is handed to a function and forgotten.

    Args:
        folder: the logs are in its ``logs``, the state beside them.
        take: is given each line, in a thread; what it raises fails the run.
        reads: read from the start; else once :meth:`read` is called.
        glob: of the logs.
        limits: shell words that are run before the daemon, and limit it.
        env: more environment; without, every line is a raw event of its own.

    Attributes:
        lines: read so far.
    """

    def __init__(
        self,
        folder: Path,
        take: Callable[[bytes], None],
        *,
        reads: bool = True,
        glob: str = "*.log*",
        limits: str = "",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.logs = folder / "logs"
        self.logs.mkdir(exist_ok=True)
        self.lines = 0
        self.failed: BaseException | None = None
        self._take = take
        python = [sys.executable]
        if limits:
            python = ["sh", "-c", f'{limits}; exec "$@"', "sh", *python]
        args = (str(self.logs / glob), "--state-dir", str(folder / "state"))
        lone = {"SIDECAR_FORMAT": "raw", "SIDECAR_MULTILINE": "none"}
        self.daemon = Sidecar(*args, env={**lone, **(env or {})}, reads=False, command=python)
        self._reader = threading.Thread(target=self._read, daemon=True)
        if reads:
            self.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.daemon.close()

    @property
    def pid(self) -> int:
        """Give the process."""
        return self.daemon.process.pid

    def read(self) -> None:
        """Begin to read its output."""
        self._reader.start()

    def _read(self) -> None:
        assert self.daemon.process.stdout
        try:
            for line in self.daemon.process.stdout:
                self._take(line)
                self.lines += 1
        except BaseException as error:  # noqa: BLE001 - told where it is waited for
            self.failed = error

    def wait(self, done: Callable[[], bool]) -> None:
        """Wait for what the output brings."""

        def settled() -> bool:
            return self.failed is not None or done()

        wait_until(settled, _PATIENCE_S)
        if self.failed:
            raise AssertionError(f"wrong output: {self.failed}") from self.failed

    def wait_lines(self, count: int) -> None:
        """Wait until so many lines were read, and taken."""
        self.wait(lambda: self.lines >= count)

    def stop(self) -> float:
        """Stop it as one should; gives how many seconds that took, all of its output read."""
        started = time.monotonic()
        self.daemon.process.terminate()
        return self.wait_end() - started

    def wait_end(self) -> float:
        """Wait until it has ended well; gives the monotonic time it did, all of its output read."""
        assert self.daemon.process.wait(60) == 0
        ended_at = time.monotonic()
        if self._reader.ident:
            self._reader.join(60)
        assert not self.failed, self.failed
        assert not self.daemon.noise
        return ended_at

    @property
    def rss_mb(self) -> float:
        """Give what is resident."""
        return memory(self.pid)[0] / MB

    @property
    def peak_mb(self) -> float:
        """Give what was resident at most, so far."""
        return memory(self.pid)[1] / MB

    def descriptors(self) -> list[str]:
        """Give what its descriptors stand for."""
        found = []
        for name in os.listdir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                found.append(os.readlink(f"/proc/{self.pid}/fd/{name}"))
        return found

    def deleted(self) -> int:
        """Give how many files it holds that have no name any more, so that they use up the disk."""
        return sum(name.endswith(" (deleted)") for name in self.descriptors())

    def metric(self, name: str) -> float:
        """Give the sum of a metric's samples."""
        text = self.daemon.get("/metrics")[1]
        values = re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE)
        return sum(map(float, values))

    def wait_metric(self, name: str, least: float) -> None:
        """Wait until a metric's sum has come to so much."""
        wait_until(lambda: self.metric(name) >= least, _PATIENCE_S)

    def wait_sweeps(self, count: int) -> None:
        """Wait until it has looked at its folders so often more."""
        self.wait_metric("sidecar_sweeps_total", self.metric("sidecar_sweeps_total") + count)


class Numbers:
    """Takes raw lines that begin with the name of their file and a number; each must come once.

    Args:
        ordered: in its file's order, from 0 without a gap.

    Attributes:
        next: file -> the number that comes next, or where order does not count, how many came.
    """

    def __init__(self, *, ordered: bool = True) -> None:
        self.next: dict[str, int] = {}
        self.total = 0
        self._ordered = ordered
        self._seen: set[tuple[str, int]] = set()

    def __call__(self, line: bytes) -> None:
        self.add(json.loads(line)["message"])

    def add(self, message: str) -> None:
        file, number, *_ = message.split(" ", 2)
        due = self.next.get(file, 0)
        if self._ordered:
            assert int(number) == due, f"{file}: found {number}, expected {due}"
        else:
            assert (file, int(number)) not in self._seen, f"{file}: {number} came twice"
            self._seen.add((file, int(number)))
        self.next[file] = due + 1
        self.total += 1


def _append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text.encode() if isinstance(text, str) else text)


def _lines(file: str, numbers: Sequence[int], size: int = 0) -> str:
    """Give numbered lines of at least so many bytes each; each ends with its number."""
    heads = ((f"{file} {number} ".ljust(size - 10, "x"), number) for number in numbers)
    return "".join(f"{head} {number:8}\n" for head, number in heads)


# -- long lines, slow readers ---------------------------------------------------------------------


def long_line(folder: Path, size: int, *, head: str = "") -> list[Figure]:
    """Read one line of ``size`` bytes that has no end; all of it leaves, in parts.

    Args:
        folder: of its own.
        size: in bytes.
        head: what the line begins with before its message; its format is found by ``auto``.
    """
    block = b"".join(b"%07d " % number for number in range(MB // 8))
    logs = folder / "logs"
    logs.mkdir()
    written = 0
    with (logs / "long.log").open("wb") as file:
        file.write(head.encode())
        for start in range(0, size, MB):
            written = zlib.crc32(block[: size - start], written)
            file.write(block[: size - start])
    out = {"bytes": 0, "crc": 0, "last": 0}

    def take(line: bytes) -> None:
        record = json.loads(line)
        message = record["message"].encode()
        out["bytes"] += len(message)
        out["crc"] = zlib.crc32(message, out["crc"])
        out["last"] += record["partial_last"]

    kind = {"SIDECAR_FORMAT": "auto", "SIDECAR_MULTILINE": "auto"} if head else {}
    with Run(folder, take, env={"SIDECAR_PARTIAL_AFTER_S": "1", **kind}) as run:
        started = time.monotonic()
        run.wait(lambda: out["last"] > 0)
        took_s = time.monotonic() - started
        peak = run.peak_mb
        run.stop()
    assert out == {"bytes": size, "crc": written, "last": 1}
    return [
        Figure("peak of memory, MB", peak, _PEAK_MB),
        Figure("parts", run.lines),
        Figure("MB/s", size / MB / took_s),
    ]


def stall(folder: Path, seconds: float, size: int) -> list[Figure]:
    """Write ``size`` bytes while nobody reads the output for ``seconds``; then read all of it."""
    take = Numbers()
    with Run(folder, take, reads=False) as run:
        path, line = run.logs / "app.log", 1_000
        rounds = max(10, int(seconds * 5))
        count = size // line // rounds
        _append(path, _lines("app", range(count), line))
        run.daemon.wait_blocked()
        before, most = run.rss_mb, 0.0
        started = time.monotonic()
        for number in range(1, rounds):
            _append(path, _lines("app", range(number * count, (number + 1) * count), line))
            assert not run.daemon.ended(
                max(0, started + number * seconds / rounds - time.monotonic())
            )
            most = max(most, run.rss_mb)
        assert run.daemon.get("/health")[0] == 200
        run.read()
        run.wait_lines(rounds * count)
        peak = run.peak_mb
        run.stop()
    return [
        Figure("growth of memory while stalled, MB", most - before, _GROWTH_MB),
        Figure("peak of memory, MB", peak, _PEAK_MB),
        Figure("events", take.total),
    ]


def stop_with_backlog(folder: Path, size: int) -> list[Figure]:
    """Read the output from the moment of the stop: a backlog of ``size`` bytes is drained."""
    take, count = Numbers(), size // 200
    logs = folder / "logs"
    logs.mkdir()
    _append(logs / "app.log", _lines("app", range(count), 200))
    with Run(folder, take, reads=False) as run:
        run.daemon.wait_blocked()
        run.read()
        took_s = run.stop()
    assert take.total == count
    with Run(folder, take) as again:
        _append(logs / "app.log", _lines("app", [count]))
        again.wait(lambda: take.total == count + 1)
        again.stop()
    assert again.lines == 1
    return [Figure("seconds to stop", took_s, 10.0), Figure("MB/s", size / MB / took_s)]


# -- many rotations, many files -------------------------------------------------------------------


def rotations(folder: Path, count: int, *, copytruncate: bool) -> list[Figure]:
    """Rotate a file ``count`` times, three backups being kept.

    Files are copied and truncated no faster than the daemon looks: what was copied twice between
    two looks, and renamed while it looks, may come twice.
    """
    take, lines, backups = Numbers(ordered=False), 20, 3
    with Run(folder, take) as run:
        run.daemon.ready()
        path = run.logs / "app.log"
        names = [run.logs / f"app.log.{age}" for age in range(1, backups + 1)]
        memories, held = [], []
        for number in range(count):
            _append(path, _lines("app", range(number * lines, (number + 1) * lines), 100))
            due = (number + 1 - backups) * lines  # what is deleted below has come
            run.wait_lines(due)
            for old, new in zip(names[-2::-1], names[:0:-1], strict=True):
                if old.exists():
                    old.replace(new)
            if copytruncate:
                run.wait_lines((number + 1) * lines)
                shutil.copyfile(path, names[0])
                os.truncate(path, 0)
                run.wait_metric("sidecar_truncations_total", number + 1)
            else:
                path.replace(names[0])
            if number % max(1, count // 50) == 0:
                memories.append(run.rss_mb)
                held.append(len(run.descriptors()))
        run.wait_lines(count * lines)
        wait_until(lambda: not run.deleted())
        lost = run.metric("sidecar_lost_bytes_total")
        held.append(len(run.descriptors()))
        run.stop()
    assert not lost
    quarter = len(memories) // 4
    return [
        Figure(
            "growth of memory, MB",
            median(memories[-quarter:]) - median(memories[quarter : 2 * quarter]),
            _GROWTH_MB,
        ),
        Figure("descriptors at most", max(held), 100),
        Figure("descriptors in the end", held[-1], 16),
    ]


def idle(folder: Path, files: int, seconds: float) -> list[Figure]:
    """Measure what it costs to follow files nobody writes to."""
    logs = folder / "logs"
    logs.mkdir()
    for number in range(files):
        (logs / f"app-{number}.log").write_text(f"f{number} 0 idle\n")
    take = Numbers()
    with Run(folder, take) as run:
        run.wait_lines(files)
        taken = run.metric("sidecar_emitted_bytes_total")
        run.wait_metric("sidecar_checkpoint_writes_total", 1)
        run.wait_sweeps(3)
        before, started = cpu_s(run.pid), time.monotonic()
        assert not run.daemon.ended(seconds)
        spent = (cpu_s(run.pid) - before) / (time.monotonic() - started)
        held, resident, peak = len(run.descriptors()), run.rss_mb, run.peak_mb
        stopped = run.stop()
    assert taken
    return [
        Figure("percent of a core", 100 * spent, 0.5 if files <= 500 else None),
        Figure("descriptors", held, 1100),
        Figure("memory, MB", resident),
        Figure("peak of memory, MB", peak),
        Figure("seconds to stop", stopped, 10.0),
    ]


def many_at_once(folder: Path, files: int) -> list[Figure]:
    """Make many small files at once; every one is read."""
    take = Numbers()
    with Run(folder, take) as run:
        run.daemon.ready()
        started = time.monotonic()
        for number in range(files):
            (run.logs / f"app-{number}.log").write_text(f"f{number} 0 a\nf{number} 1 b\n")
        run.wait_lines(2 * files)
        took_s = time.monotonic() - started
        run.wait_sweeps(2)
        peak = run.peak_mb
        run.stop()
    assert take.total == 2 * files
    return [Figure("seconds until all were read", took_s), Figure("peak of memory, MB", peak)]


def fairness(folder: Path, files: int, size: int, *, joins: bool) -> list[Figure]:
    """Append a line to each of many files while one has ``size`` bytes of backlog.

    The lines are appended while the output is not read, so that order alone tells who waited.

    Args:
        folder: of its own.
        files: quiet ones.
        size: in bytes.
        joins: the quiet lines' format waits for lines that may join them, for ``quiet_s``.
    """
    before: dict[str, int] = {}  # file -> bytes of the busy one that came before its line
    busy = {"bytes": 0}

    def take(line: bytes) -> None:
        message = json.loads(line)["message"]
        if message.startswith("busy "):
            busy["bytes"] += len(message) + 1
        else:
            before.setdefault(message.split(" ", 1)[0], busy["bytes"])

    logs = folder / "logs"
    logs.mkdir()
    for number in range(files):
        (logs / f"quiet-{number}.log").touch()
    env = {"SIDECAR_MULTILINE": "auto" if joins else "none", "SIDECAR_QUIET_S": "0.1"}
    with Run(folder, take, reads=False, env=env) as run:
        run.daemon.ready()
        _append(logs / "busy.log", _lines("busy", range(size // 200), 200))
        run.daemon.wait_blocked()
        for number in range(files):
            _append(logs / f"quiet-{number}.log", f"quiet-{number} waits\n")
        run.wait_sweeps(2)
        run.read()
        run.wait(lambda: len(before) == files and busy["bytes"] == size)
        run.stop()
    return [
        Figure(
            "KB of the busy file before the last quiet line",
            max(before.values()) / 1e3,
            size / 2e3 if joins else 512,
        ),
        Figure("KB of the busy file in all", size / 1e3),
    ]


# -- little of everything -------------------------------------------------------------------------


def few_descriptors(folder: Path, files: int, allowed: int) -> list[Figure]:
    """Follow more files than descriptors are allowed, all of them written to again and again."""
    take, rounds, most = Numbers(), 5, 0
    with Run(folder, take, limits=f"ulimit -n {allowed}") as run:
        run.daemon.ready()
        for turn in range(rounds):
            for number in range(files):
                _append(run.logs / f"app-{number}.log", _lines(f"f{number}", [turn], 80))
            run.wait_lines((turn + 1) * files)
            most = max(most, len(run.descriptors()))
        run.wait_sweeps(2)
        run.stop()
    assert take.total == rounds * files
    assert set(take.next.values()) == {rounds}
    return [Figure("descriptors at most", most, allowed)]


def no_watches(folder: Path, key: str, value: int, folders: int) -> list[Figure]:
    """Run where inotify's instances or watches are used up, in a user namespace of its own."""
    take, rounds = Numbers(), 3
    for number in range(folders):
        (folder / "logs" / f"sub{number}").mkdir(parents=True)
    limits = f"echo {value} > /proc/sys/user/{key}"
    enter = f'exec unshare --user --map-root-user sh -c \'{limits}; exec "$@"\' sh "$@"'
    with Run(folder, take, limits=enter, glob="**/*.log") as run:
        run.daemon.ready()
        for turn in range(rounds):
            for number in range(folders):
                _append(run.logs / f"sub{number}" / "app.log", _lines(f"f{number}", [turn]))
            run.wait_lines((turn + 1) * folders)
        run.wait_sweeps(8)
        text = run.daemon.get("/metrics")[1]
        run.stop()
    assert 'sidecar_watch_backend_info{backend="polling"} 1.0' in text
    warnings = [one for one in run.daemon.errors if one["level"] == "warning"]
    assert warnings
    assert all("polling" in one["message"] for one in warnings), warnings
    return [Figure("warnings", len(warnings), 1)]


def overflow(folder: Path, renames: int, writes: int) -> list[Figure]:
    """Let inotify's queue overflow: the process is held while more happens than the queue takes."""
    take = Numbers(ordered=False)
    with Run(folder, take) as run:
        run.daemon.ready()
        _append(run.logs / "app-0.log", _lines("a", [0]))
        run.wait_lines(1)
        with held(run.pid):
            with contextlib.ExitStack() as stack:
                paths = [run.logs / f"app-{number}.log" for number in range(8)]
                files = [stack.enter_context(path.open("ab", buffering=0)) for path in paths]
                for number in range(writes):  # in turn, or the kernel would merge the events
                    files[number % 8].write(_lines("w", [number]).encode())
            for number in range(renames):
                _append(run.logs / "app-0.log", _lines("r", [number], 40))
                (run.logs / "app-0.log").rename(run.logs / f"app-0.log.{number}")
        run.wait_lines(1 + writes + renames)
        _append(run.logs / "app-1.log", _lines("w", [writes]))
        run.wait_lines(2 + writes + renames)
        run.wait_sweeps(2)
        peak = run.peak_mb
        run.stop()
    assert take.next == {"a": 1, "w": writes + 1, "r": renames}
    return [Figure("peak of memory, MB", peak, _PEAK_MB)]


@contextlib.contextmanager
def held(pid: int) -> Iterator[None]:
    """Hold a process still."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def no_events(folder: Path, lines: int) -> list[Figure]:
    """Write to files where inotify shows nothing, as on a network's file system.

    A watch of a folder tells of writes by names in it; these come by a second name elsewhere.
    """
    take, delays = Numbers(), []
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    with Run(folder, take) as run:
        run.daemon.ready()
        _append(run.logs / "app.log", _lines("app", [0]))
        os.link(run.logs / "app.log", elsewhere / "app.log")
        run.wait_lines(1)
        run.wait_sweeps(2)
        events = run.metric("sidecar_watch_events_total")
        for number in range(1, lines + 1):
            started = time.monotonic()
            _append(elsewhere / "app.log", _lines("app", [number]))
            run.wait_lines(number + 1)
            delays.append(time.monotonic() - started)
        assert run.metric("sidecar_watch_events_total") == events
        run.stop()
    return [Figure("seconds to an event, at most", max(delays), 3.0)]


def deleted_and_written_to(folder: Path) -> list[Figure]:
    """Delete a file that was quiet; its writer, who holds it open, writes on a moment later."""
    take = Numbers()
    with Run(folder, take) as run:
        run.daemon.ready()
        path = run.logs / "app.log"
        with path.open("ab", buffering=0) as file:
            file.write(_lines("app", [0]).encode())
            run.wait_lines(1)
            assert not run.daemon.ended(1.0)  # it is quiet
            path.unlink()
            run.wait_sweeps(1)
            file.write(_lines("app", [1]).encode())
        wait_until(lambda: not run.deleted())
        run.stop()
    return [Figure("lines lost", 2 - take.total, 0)]


# -- many small appends ---------------------------------------------------------------------------


def appends(folder: Path, rate: int, seconds: float) -> list[Figure]:
    """Append ``rate`` lines a second, each with a write of its own, to five files."""
    delays: list[float] = []

    def take(line: bytes) -> None:
        written = int(json.loads(line)["message"].split(" ", 2)[1])
        delays.append((time.monotonic_ns() - written) / 1e6)

    with Run(folder, take) as run, contextlib.ExitStack() as stack:
        run.daemon.ready()
        paths = [run.logs / f"app-{number}.log" for number in range(5)]
        files = [stack.enter_context(path.open("ab", buffering=0)) for path in paths]
        total, written = int(rate * seconds), 0
        before, started = cpu_s(run.pid), time.monotonic()
        while written < total:
            due = min(total, int((time.monotonic() - started) * rate) + 1)
            for number in range(written, due):
                files[number % 5].write(b"line %d of an application\n" % time.monotonic_ns())
            written = max(written, due)
            time.sleep(0.001)
        took_s = time.monotonic() - started
        run.wait(lambda: len(delays) == total)
        spent = (cpu_s(run.pid) - before) / took_s
        run.stop()
    assert len(delays) == total
    parts = quantiles(delays, n=100)
    return [
        Figure("appends a second", total / took_s),
        Figure("percent of a core", 100 * spent),
        Figure("ms to stdout, p50", parts[49]),
        Figure("ms to stdout, p99", parts[98]),
    ]
