"""The daemon measured from outside: its memory, its idleness, its delay, its price per byte.

It runs as it does in a pod: a checkpoint every second, figures and probes over HTTP and scraped, a
pipe for standard output that somebody reads. Nothing in it knows that it is measured.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, starmap, zip_longest
from random import Random
from statistics import median, quantiles
from types import TracebackType
from typing import IO, Self

from benchmarks.corpora import Corpus, Made
from benchmarks.end_to_end import convert
from benchmarks.processes import ROOT, SIDECAR, BenchError, cpu_s, environment, measure, memory
from benchmarks.report import Goal, Row, ratio

BENCHES = {
    "memory": "sidecar run: memory with five files that grow as fast as they can",
    "idle": "sidecar run: CPU with quiet files, five and 500",
    "appends": "sidecar run: CPU while a file grows by many small lines",
    "latency": "sidecar run: from the append of a line to its event on standard output",
    "follow": "sidecar run: CPU per byte of five growing files, against sidecar convert's",
}

_FILES = 5
_IDLE_S, _IDLE_WINDOWS = 20, 4
_SETTLE_S = 3.0
_APPENDS = 300
_SMALL_BYTES, _SMALL_RATE, _SMALL_S = 100, 8_500, 8
_RATES = (10_000_000, 40_000_000)  # bytes a second, all files together
_PAUSE_S = 0.02  # as often as the daemon looks at files that grow so
_GROWTH = 200_000_000  # at most, for a round is to end; what is done once counts little then
_APPEND_BYTES = 8_192  # what a buffered writer of the C library or of Java hands over
_ROUNDS = 3
_PATIENCE_S = 120.0


def rows(name: str, folder: str, size: int, repeat: int) -> Iterator[Row]:
    """Measure one of ``BENCHES``.

    Args:
        name: of the bench.
        folder: where files may be made.
        size: bytes that a bench under load writes, in all.
        repeat: how many rounds, where rounds tell more than one.

    Raises:
        BenchError: the daemon failed, or what it wrote is wrong.
    """
    own = os.path.join(folder, f"daemon-{name}")
    os.mkdir(own)
    if name == "memory":
        yield from _memory(own, size)
    elif name == "idle":
        for count, bound in ((_FILES, 0.05), (500, 0.3)):
            quiet = os.path.join(own, str(count))
            os.mkdir(quiet)
            yield _idle(quiet, count, Goal("core_percent", bound))
    elif name == "appends":
        yield _small_appends(own)
    elif name == "latency":
        yield from _latency(own)
    else:
        yield from _follow(own, min(size, _GROWTH), repeat)


# -- the benches ------------------------------------------------------------------------------


def _memory(folder: str, size: int) -> Iterator[Row]:
    kinds = ("bracket", "access", "juli", "misfits", "bracket")
    streams = [Corpus(kind, size // _FILES, seed=seed).blocks() for seed, kind in enumerate(kinds)]
    events = 0
    with (
        Daemon(folder) as daemon,
        _scraped(daemon, 0.25),
        contextlib.ExitStack() as stack,
    ):
        files = [
            stack.enter_context(open(path, "ab", buffering=0)) for path in _paths(folder, _FILES)
        ]
        for blocks in zip_longest(*streams):
            for file, block in zip(files, blocks, strict=True):
                if block:
                    file.write(block.data)
                    events += block.events
        daemon.await_events(events)
        _, peak = memory(daemon.pid)
    what = f"run, {_FILES} files under load"
    yield Row("memory", what, {"rss_mb": peak / 1e6}, goals=(Goal("rss_mb", 45),))


def _idle(folder: str, count: int, goal: Goal) -> Row:
    events = sum(
        Corpus("access", 500_000 // count, seed=seed).write(path).events
        for seed, path in enumerate(_paths(folder, count))
    )
    with Daemon(folder) as daemon:
        daemon.await_events(events)
        time.sleep(_SETTLE_S)
        moments = [(time.monotonic(), cpu_s(daemon.pid))]
        for _ in range(_IDLE_WINDOWS):
            time.sleep(_IDLE_S / _IDLE_WINDOWS)
            moments.append((time.monotonic(), cpu_s(daemon.pid)))
        resident, _ = memory(daemon.pid)
    return Row(
        "idle",
        f"run, {count} quiet files, {_IDLE_S} s",
        {"core_percent": _percent(moments[0], moments[-1]), "rss_mb": resident / 1e6},
        {"core_percent": list(starmap(_percent, pairwise(moments)))},
        (goal,),
    )


def _small_appends(folder: str) -> Row:
    head = b"[2026-11-23 06:00:00] shop - INFO - shop.cart - "
    line = head + b"x" * (_SMALL_BYTES - len(head) - 1) + b"\n"
    (path,) = _paths(folder, 1)
    count = 0
    with Daemon(folder) as daemon, open(path, "ab", buffering=0) as file:

        def append(seconds: float) -> None:
            nonlocal count
            started, first = time.monotonic(), count
            while (passed := time.monotonic() - started) < seconds:
                while count - first < passed * _SMALL_RATE:
                    file.write(line)
                    count += 1
                time.sleep(0.001)

        append(1.0)  # the file is found, and how it grows
        moments = [(time.monotonic(), cpu_s(daemon.pid))]
        for _ in range(4):
            append(_SMALL_S / 4)
            moments.append((time.monotonic(), cpu_s(daemon.pid)))
        daemon.await_events(count)
    return Row(
        "appends",
        f"run, {_SMALL_RATE:,} appends of {_SMALL_BYTES} bytes a second",
        {"core_percent": _percent(moments[0], moments[-1])},
        {"core_percent": list(starmap(_percent, pairwise(moments)))},
        (Goal("core_percent", 8),),
    )


def _percent(before: tuple[float, float], after: tuple[float, float]) -> float:
    return 100 * (after[1] - before[1]) / (after[0] - before[0])


def _latency(folder: str) -> Iterator[Row]:
    corpus = b"".join(block.data for block in Corpus("access", 100_000).blocks())
    lines = corpus.splitlines(keepends=True)[: _APPENDS + 1]
    draw, took = Random("latency").random, []
    (path,) = _paths(folder, 1)
    with Daemon(folder, reads=False) as daemon, open(path, "ab", buffering=0) as file:
        for line in lines:
            time.sleep(0.01 + 0.04 * draw())
            started = time.perf_counter()
            file.write(line)
            _read_line(daemon)
            took.append((time.perf_counter() - started) * 1_000)
    took = took[1:]  # the first line's file had to be found, too
    parts = quantiles(took, n=100)
    for percent, bound in ((50, 2), (99, 20)):
        what = f"run, append to stdout, p{percent} of {len(took)}"
        yield Row("latency", what, {"ms": parts[percent - 1]}, {"ms": took}, (Goal("ms", bound),))


def _follow(folder: str, size: int, repeat: int) -> Iterator[Row]:
    made = [
        Corpus("bracket", size // _FILES, seed=seed).write(os.path.join(folder, f"made-{seed}"))
        for seed in range(_FILES)
    ]
    runs: dict[str, Callable[[], _Round]] = {
        "convert, to a pipe": lambda: _converted(folder, made),
        "run, files that are there": lambda: _followed(made, _link),
    }
    for rate in _RATES:
        pace = f"by {rate / 1e6:.0f} MB/s"
        runs[f"convert, fed {pace}"] = partial(_converted, folder, made, rate)
        runs[f"run, files that grow {pace}"] = partial(_followed, made, partial(_grow, rate))
    rounds: dict[str, list[_Round]] = {what: [] for what in runs}
    for number in range(min(repeat, _ROUNDS)):
        right: list[bytes] = []
        for what, run in runs.items():
            done = run()
            rounds[what].append(done)
            if number == 0:  # the same events, whatever came between those of other files
                found = sorted(b"".join(done.output).splitlines())
                right = right or found
                if found != right:
                    raise BenchError(f"follow, {what}: wrote other events than the converter")
            done.output.clear()
    total, events = sum(one.size for one in made), sum(one.events for one in made)
    base: list[float] = []
    for what, several in rounds.items():
        cpu = [one.cpu_s for one in several]
        best = min(cpu)
        figures = {
            "cpu_s": best,
            "cpu_median_s": median(cpu),
            "mb_per_cpu_s": total / 1e6 / best,
            "events_per_cpu_s": events / best,
            "rss_mb": max(one.rss for one in several) / 1e6,
        }
        if base:
            figures["times_convert"] = ratio(cpu, base)
        base = base or cpu
        goals = (Goal("times_convert", 1.3),) if what.startswith("run") else ()
        yield Row("follow", what, figures, {"cpu_s": cpu}, goals)


@dataclass(frozen=True, slots=True)
class _Round:
    """What it took to carry the files once, the start of the process aside."""

    cpu_s: float
    rss: int
    output: list[bytes]


def _converted(folder: str, made: Sequence[Made], rate: int = 0) -> _Round:
    nothing = os.path.join(folder, "nothing")
    with open(nothing, "wb"):
        start = measure(convert([nothing]))
    paths = [one.path for one in made]
    read_end, write_end = os.pipe()
    with open(read_end, "rb", buffering=0) as pipe:
        reader = Reader(pipe, keeps=True)
        try:
            with _fed(folder, paths, rate) if rate else contextlib.nullcontext(paths) as inputs:
                used = measure(convert(inputs), write_end)
        finally:
            os.close(write_end)
            reader.join()
    return _Round(used.cpu_s - start.cpu_s, used.rss, reader.kept)


@contextlib.contextmanager
def _fed(folder: str, paths: Sequence[str], rate: int) -> Iterator[list[str]]:
    """Give the path of a FIFO through which the files come, one after the other, at a pace."""
    fifo = os.path.join(folder, "fifo")
    os.mkfifo(fifo)

    def feed() -> None:
        wait = _paced(rate)
        with open(fifo, "wb", buffering=0) as file:
            for path in paths:
                with open(path, "rb") as source:
                    while data := source.read(int(rate * _PAUSE_S)):
                        wait(file.write(data))

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    yield [fifo]
    thread.join()
    os.remove(fifo)


def _followed(
    made: Sequence[Made], bring: Callable[[Sequence[Made], Sequence[str]], None]
) -> _Round:
    folder = os.path.dirname(made[0].path)
    with (
        tempfile.TemporaryDirectory(dir=folder) as own,
        Daemon(own, keeps=True) as daemon,
        _scraped(daemon, 1.0),
    ):
        before = cpu_s(daemon.pid)
        bring(made, _paths(own, len(made)))
        daemon.await_events(sum(one.events for one in made))
        used = cpu_s(daemon.pid) - before
        _, peak = memory(daemon.pid)
        assert daemon.reader
        return _Round(used, peak, daemon.reader.kept)


def _link(made: Sequence[Made], paths: Sequence[str]) -> None:
    """Let all files be there at once, whole."""
    for one, path in zip(made, paths, strict=True):
        os.link(one.path, path)


def _grow(rate: int, made: Sequence[Made], paths: Sequence[str]) -> None:
    """Write the files in turn, a buffer at a time, wherever in a line it ends."""
    with contextlib.ExitStack() as stack:
        sources = [stack.enter_context(open(one.path, "rb")) for one in made]
        files = [stack.enter_context(open(path, "ab", buffering=0)) for path in paths]
        pairs = [*zip(sources, files, strict=True)]
        wait = _paced(rate)
        while pairs:
            for pair in [*pairs]:
                source, file = pair
                if not (data := source.read(_APPEND_BYTES)):
                    pairs.remove(pair)
                    continue
                wait(file.write(data))


def _paced(rate: int) -> Callable[[int], None]:
    """Give what is told how much was written each time, and waits as long as the rate asks."""
    written, started = 0, time.monotonic()

    def wait(size: int) -> None:
        nonlocal written
        written += size
        time.sleep(max(0.0, started + written / rate - time.monotonic()))

    return wait


# -- the process, and who reads it --------------------------------------------------------------


class Daemon:
    """The daemon, following ``*.log`` in a folder, from when it is ready until it is stopped.

    Args:
        folder: of the logs; empty for now, or not.
        reads: read its standard output from the start; else somebody else does.
        keeps: and keep it.

    Attributes:
        pid: of the process.
        stdout: what it writes.
        reader: who reads it.
    """

    def __init__(self, folder: str, *, reads: bool = True, keeps: bool = False) -> None:
        self._said = os.path.join(folder, "stderr")
        with open(self._said, "wb") as said:
            self._process = subprocess.Popen(
                [
                    *(*SIDECAR, "run", os.path.join(folder, "*.log")),
                    *("--state-dir", os.path.join(folder, "state"), "--listen", "127.0.0.1:0"),
                ],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        assert self._process.stdout
        self.pid = self._process.pid
        self.stdout = self._process.stdout
        self.reader = Reader(self.stdout, keeps=keeps) if reads else None
        self._url = ""

    def __enter__(self) -> Self:
        try:
            self._await_ready()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        code = self._end()
        if code and error is None:
            raise BenchError(f"the daemon ended with exit code {code}\n{self.said()}")

    def await_events(self, count: int) -> None:
        """Wait until so many events were read; see :meth:`Reader.wait`."""
        assert self.reader
        self.reader.wait(count, self._check_alive)

    def said(self) -> str:
        """Give its own log."""
        with open(self._said, encoding="utf-8", errors="replace") as said:
            return said.read().strip()

    def scrape(self) -> bytes:
        """Ask for its figures, as a monitoring server does."""
        with urllib.request.urlopen(f"{self._url}/metrics", timeout=10) as answer:
            figures: bytes = answer.read()
            return figures

    def _check_alive(self) -> None:
        if self._process.poll() is not None:
            raise BenchError(f"the daemon ended by itself\n{self.said()}")

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            self._check_alive()
            with contextlib.suppress(StopIteration, urllib.error.URLError):
                lines = [json.loads(line) for line in self.said().splitlines()]
                said = next(line for line in lines if line["message"] == "listening")
                self._url = f"http://{said['address']}"
                with urllib.request.urlopen(f"{self._url}/ready", timeout=10):
                    return
            time.sleep(0.05)
        raise BenchError(f"the daemon does not get ready\n{self.said()}")

    def _end(self) -> int:
        """Stop it, and let all that it writes be read."""
        self._process.terminate()
        try:
            code = self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if self.reader:
            self.reader.join()
        self.stdout.close()
        return code


class Reader:
    """A thread that reads a pipe to its end, and counts the lines.

    Attributes:
        kept: everything that was read, if it is to be kept.
    """

    def __init__(self, pipe: IO[bytes], *, keeps: bool = False) -> None:
        self.kept: list[bytes] = []
        self._fd = pipe.fileno()
        self._keeps = keeps
        self._lines = 0
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait(self, lines: int, alive: Callable[[], None]) -> None:
        """Wait until so many lines were read, and no more.

        Args:
            lines: how many.
            alive: raises if there is nothing to wait for any more.

        Raises:
            BenchError: they did not come, or more came.
        """
        deadline = time.monotonic() + _PATIENCE_S
        with self._news:
            while self._lines < lines:
                self._news.wait(0.5)
                alive()
                if time.monotonic() > deadline:
                    raise BenchError(f"found {self._lines} events in time, expected {lines}")
            if self._lines > lines:
                raise BenchError(f"found {self._lines} events, expected {lines}")

    def join(self) -> None:
        """Wait for the end of the pipe."""
        self._thread.join(_PATIENCE_S)

    def _read(self) -> None:
        while data := os.read(self._fd, 65_536):
            if self._keeps:
                self.kept.append(data)
            with self._news:
                self._lines += data.count(b"\n")
                self._news.notify_all()


def _read_line(daemon: Daemon) -> bytes:
    """Read one line and nothing after it, in the thread that asks."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([daemon.stdout], [], [], _PATIENCE_S)[0]:
            raise BenchError(f"an appended line did not come out\n{daemon.said()}")
        if not (data := os.read(daemon.stdout.fileno(), 65_536)):
            raise BenchError(f"the daemon ended by itself\n{daemon.said()}")
        line += data
    if line.count(b"\n") != 1:
        raise BenchError(f"found {line!r}, expected one event")
    return line


@contextlib.contextmanager
def _scraped(daemon: Daemon, interval_s: float) -> Iterator[None]:
    """Ask for the figures again and again, from a thread."""
    stop = threading.Event()

    def scrape() -> None:
        while not stop.wait(interval_s):
            daemon.scrape()

    thread = threading.Thread(target=scrape, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(15)


def _paths(folder: str, count: int) -> list[str]:
    return [os.path.join(folder, f"app-{number}.log") for number in range(count)]
