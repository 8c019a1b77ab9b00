"""The process killed without warning, and started again."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.writers import Writer, acknowledged, arrived

Start = Callable[..., Sidecar]

KILLS = 10


@pytest.fixture
def writer(logs: Path) -> Iterator[Writer]:
    one = Writer(logs, rotate_every=500)
    one.start()
    yield one
    one.finish()


class Books:
    """What arrived over all runs, against what each run may give."""

    def __init__(self, logs: Path, checkpoint: Path) -> None:
        self._logs = logs
        self._checkpoint = checkpoint
        self.arrived: tuple[set[int], set[int]] = (set(), set())
        self._saved: tuple[set[int], set[int]] = (set(), set())

    def add(self, run: Sidecar) -> None:
        """Take the output of one ended run.

        Nothing comes twice in it, nothing that an earlier run saved comes again, and what is
        saved now has arrived.
        """
        assert all(line.endswith(b"\n") for line in run.lines)
        now_saved = acknowledged(self._logs, self._checkpoint)
        kinds = zip(arrived(run.records), self.arrived, self._saved, now_saved, strict=True)
        for numbers, known, saved, now in kinds:
            assert len(numbers) == len(set(numbers))
            assert not saved & set(numbers)
            known.update(numbers)
            assert now <= known
        self._saved = now_saved

    def miss(self, run: Sidecar, written: int) -> bool:
        """Tell whether something written arrived neither before nor in a run under way."""
        missing = [set(range(written)) - known for known in self.arrived]
        if len(run.lines) < sum(map(len, missing)):
            return True  # no need to look what they are
        kinds = zip(arrived(run.records), missing, strict=True)
        return any(some - set(numbers) for numbers, some in kinds)


def finish(books: Books, writer: Writer, last: Sidecar) -> None:
    """Let a last run catch up with all that was written, and nothing else."""
    written = writer.finish()
    last.wait_for(lambda one: not books.miss(one, written), 60)
    assert last.stop() == 0
    books.add(last)
    assert books.arrived == (set(range(written)), set(range(written)))


def test_ten_kills_at_any_moment_lose_nothing_and_repeat_only_what_was_not_saved(
    logs: Path, tmp_path: Path, sidecar: Start, writer: Writer
) -> None:
    books = Books(logs, tmp_path / "state" / "checkpoint.json")
    chance = random.Random(20261123)
    for _ in range(KILLS):
        one = sidecar(env={"SIDECAR_CHECKPOINT__INTERVAL_S": "0.2"})
        assert not one.ended(chance.uniform(0.2, 1.6))  # the moment: some before the first read
        assert one.stop(signal.SIGKILL) == -signal.SIGKILL
        books.add(one)
    finish(books, writer, sidecar())


@pytest.mark.parametrize("step", ["after_read:7", "after_write:7", "before_save:2"])
def test_kill_between_read_write_and_save_loses_nothing(
    logs: Path, tmp_path: Path, sidecar: Start, writer: Writer, step: str
) -> None:
    books = Books(logs, tmp_path / "state" / "checkpoint.json")
    for _ in range(3):
        env = {"SIDECAR_TEST_KILL": step, "SIDECAR_CHECKPOINT__INTERVAL_S": "0.05"}
        one = sidecar(env=env)
        assert one.wait() == -signal.SIGKILL
        books.add(one)
    finish(books, writer, sidecar())


def test_kill_while_stdout_is_stalled_loses_nothing_that_waited(
    logs: Path, tmp_path: Path, sidecar: Start, writer: Writer
) -> None:
    """A save during the stall does not count what has not left."""
    books = Books(logs, tmp_path / "state" / "checkpoint.json")
    for _ in range(3):
        one = sidecar(env={"SIDECAR_CHECKPOINT__INTERVAL_S": "0.05"}, reads=False).ready()
        one.wait_blocked()
        one.eventually("/metrics", "sidecar_checkpoint_writes_total 0.0", there=False)
        assert not one.ended(0.2)  # more saves, if there were something to save
        one.process.kill()
        one.process.wait(10)
        one._read()
        books.add(one)
    finish(books, writer, sidecar())
