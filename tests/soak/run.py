"""A soak: writers, rotations and lives of the daemon together, sampled every second."""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.ledger import Ledger, Tally
from tests.soak.lives import Held, Lives
from tests.soak.rotations import Rotations
from tests.soak.writer import Writer

#: Between two rotations of one file, in seconds, on average.
_ROTATE_S = 3.0

#: A daemon is stopped, and killed, once in so many seconds.
_STOP_EVERY_S, _KILL_EVERY_S = 35.0, 90.0

#: An event that did not arrive for so long is late, in seconds.
LATE_S = 30.0

_STEP_S = 0.1
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is: it takes ``seconds``, and a while to settle."""

    seconds: float = 600.0
    seed: int = 20261123
    writers: int = 4
    progress: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """How things stood at a moment; counts are totals since the start.

    Attributes:
        at_s: seconds since the start.
        life: number of the daemon's life.
        age_s: of that life.
        held: by its process; None: there was none.
        files: names in the folder.
        behind: events written that had not arrived.
        delay_s: the longest that an event took which arrived since the last sample.
        repeated: events that came again after kills.
        wrong: events doubled, corrupted, misordered, and lines that were no JSON.
        late: events that did not arrive for ``LATE_S``.
    """

    at_s: float
    life: int
    age_s: float
    held: Held | None
    files: int
    behind: int
    delay_s: float
    repeated: int
    wrong: int
    late: int


@dataclass(slots=True)
class Outcome:
    """What a run gave; sums of bytes are source bytes unless they say otherwise."""

    options: Options
    samples: list[Sample] = field(default_factory=list)
    ends: list[tuple[float, str]] = field(default_factory=list)  # seconds, "stop" | "kill"
    rotations: dict[str, int] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    written: int = 0
    written_bytes: int = 0
    output_bytes: int = 0
    lost: int = 0
    figures: dict[str, int] = field(default_factory=dict)  # the daemon's own, in the end
    told: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    reach_s: float = 0.0
    stop_s: float = 0.0
    cut: int = 0
    took_s: float = 0.0


def soak(options: Options) -> Outcome:
    """Run it."""
    with tempfile.TemporaryDirectory(prefix="sidecar-soak-") as folder:
        run = _Run(options, Path(folder))
        try:
            return run.run()
        finally:
            run.close()


class _Run:
    """The parts of a run, and its plan."""

    def __init__(self, options: Options, folder: Path) -> None:
        self._options = options
        self._outcome = Outcome(options)
        self._logs = folder / "logs"
        self._logs.mkdir()
        self._draw = random.Random(options.seed)
        self._ledger = Ledger(options.seed, options.writers)
        self._lives = Lives(self._logs, folder / "state", self._ledger)
        self._writers = [
            Writer(self._logs / f"app-{number}.log", options.seed, number, self._ledger)
            for number in range(options.writers)
        ]
        self._rotations = [
            Rotations(writer, random.Random(f"{options.seed}/rotations/{number}"), self._ledger)
            for number, writer in enumerate(self._writers)
        ]
        self._started_at = time.monotonic()
        self._ends = deque(self._plan())
        self._start_at = 0.0
        self._begun: deque[tuple[float, list[int]]] = deque()
        self._stop_sampling = threading.Event()

    def run(self) -> Outcome:
        sampler = threading.Thread(target=self._sample_always, daemon=True)
        self._lives.start()
        self._started_at = time.monotonic()
        sampler.start()
        for writer in self._writers:
            writer.start()
        while time.monotonic() - self._started_at < self._options.seconds:
            self._step()
        self._end()
        self._stop_sampling.set()
        sampler.join(10)
        return self._report()

    def close(self) -> None:
        self._stop_sampling.set()
        self._lives.close()
        for writer in self._writers:
            writer.finish()

    def _plan(self) -> list[tuple[float, str]]:
        """Draw when the daemon is ended; it lives through the middle third, so that it may grow."""
        seconds = self._options.seconds
        kinds = ["stop"] * max(2, round(seconds / _STOP_EVERY_S))
        kinds += ["kill"] * max(1, round(seconds / _KILL_EVERY_S))
        moments = [self._draw.uniform(0.05, 0.6) * seconds for _ in kinds]
        moved = [one if one < seconds / 3 else one + seconds / 3 for one in moments]
        return sorted(zip(moved, kinds, strict=True))

    # -- step by step -----------------------------------------------------------------------------

    def _step(self) -> None:
        now = time.monotonic()
        due = bool(self._ends) and now - self._started_at >= self._ends[0][0]
        for rotations in self._rotations:
            if not rotations.is_settled or self._draw.random() < _STEP_S / _ROTATE_S:
                rotations.step(now, alive=self._lives.up and not due)
        if due and self._lives.up and not any(one.fragile for one in self._rotations):
            _, kind = self._ends.popleft()
            self._outcome.ends.append((now - self._started_at, kind))
            if kind == "stop":
                self._lives.stop()
            else:
                self._lives.kill()
        self._revive(now)
        time.sleep(_STEP_S)

    def _revive(self, now: float) -> None:
        """Start the daemon where none runs, at once or after a while."""
        if not self._lives.over():
            return
        if not self._start_at:
            self._start_at = now + self._draw.choice([0.0, 0.0, 0.3, 2.0])
        if now >= self._start_at:
            self._start_at = 0.0
            self._lives.start()

    def _end(self) -> None:
        """Let everything that was written arrive, and what is no more be let go."""
        for rotations in self._rotations:
            rotations.settle()
        for writer in self._writers:
            writer.finish()
        every = self._ledger.positions()
        self._wait("all that was written has arrived", lambda: not self._ledger.missing(every))
        self._wait("descriptors of deleted files are given back", self._nothing_deleted)
        if self._lives.up:
            self._outcome.figures = _figures(self._lives.metrics())
            self._outcome.ends.append((time.monotonic() - self._started_at, "stop"))
            self._lives.stop()
        self._ends.clear()
        deadline = time.monotonic() + _PATIENCE_S
        while not self._lives.over() and time.monotonic() < deadline:
            time.sleep(_STEP_S)

    def _wait(self, what: str, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not done():
            self._revive(time.monotonic())
            if time.monotonic() > deadline:
                self._outcome.trouble.append(f"waited {_PATIENCE_S:.0f} s in vain: {what}")
                return
            time.sleep(_STEP_S)

    def _nothing_deleted(self) -> bool:
        held = self._lives.held()
        return held is not None and not held.deleted

    # -- what is seen -----------------------------------------------------------------------------

    def _sample_always(self) -> None:
        while not self._stop_sampling.wait(1.0):
            sample = self._sample()
            self._outcome.samples.append(sample)
            if self._options.progress and len(self._outcome.samples) % 10 == 0:
                print(self._in_words(sample), file=sys.stderr, flush=True)

    def _sample(self) -> Sample:
        now = time.monotonic()
        tally, lives = self._ledger.tally, self._lives
        self._begun.append((now, self._ledger.positions()))
        while len(self._begun) > LATE_S:
            self._begun.popleft()
        old, positions = self._begun[0]
        delay, self._ledger.delay_s = self._ledger.delay_s, 0.0
        return Sample(
            at_s=now - self._started_at,
            life=lives.number,
            age_s=now - lives.began_at,
            held=lives.held(),
            files=len(os.listdir(self._logs)),
            behind=self._ledger.written - tally.arrived,
            delay_s=delay,
            repeated=tally.repeated,
            wrong=tally.doubled + tally.corrupted + tally.misordered + tally.invalid,
            late=self._ledger.missing(positions) if now - old > LATE_S - 2 else 0,
        )

    def _in_words(self, sample: Sample) -> str:
        held = sample.held
        process = f"{held.rss / 1e6:.1f} MB, {held.logs} logs open" if held else "down"
        return (
            f"{sample.at_s:5.0f} s  {self._ledger.tally.arrived} events, {sample.behind} behind, "
            f"{sample.repeated} repeated, {sample.wrong} wrong, {sample.late} late; "
            f"life {sample.life}: {process}"
        )

    def _report(self) -> Outcome:
        out, lives = self._outcome, self._lives
        out.tally = self._ledger.tally
        out.written = self._ledger.written
        out.written_bytes = sum(writer.bytes for writer in self._writers)
        out.output_bytes = lives.output_bytes
        out.lost = self._ledger.missing(self._ledger.positions())
        wrong = [
            *self._ledger.told,
            *(
                (f"lost: {gap.start} to {gap.stop - 1} of stream {number}", number, gap.start)
                for number in range(len(self._rotations))
                for gap in self._ledger.gaps(number)
            ),
        ]
        for what, stream, number in wrong:
            fate = self._rotations[stream].fate(number) if stream >= 0 else "nobody knows"
            out.told.append(f"{what}; its file: {fate}")
        out.trouble += lives.trouble + lives.noise
        out.said, out.codes = dict(lives.said), dict(lives.codes)
        out.reach_s, out.stop_s, out.cut = self._ledger.reach_s, lives.stop_s, lives.cut
        done = sum((one.done for one in self._rotations), Counter[str]())
        out.rotations = dict(done.most_common())
        out.took_s = time.monotonic() - self._started_at
        return out


def _figures(metrics: str) -> dict[str, int]:
    """Add up the daemon's own figures of bytes, over all labels."""
    found: dict[str, int] = {}
    for name in ("read", "emitted", "skipped", "lost"):
        values = re.findall(
            rf"^sidecar_{name}_bytes_total(?:{{.*}})? (\S+)$", metrics, re.MULTILINE
        )
        found[name] = sum(int(float(value)) for value in values)
    return found
