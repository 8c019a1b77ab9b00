"""Random lives of log files, against a model of what has to come out.

The model knows the content of every inode as a list of tokens, each of which stands once in a
line, and for each token how often it has to and how often it may come out. It follows what
docs/guarantees.md promises and nothing else: what is destroyed before anybody looked may be
missing, what left after the last save comes again after a kill.

    make hunt HUNT=38 ARGS="-k TestLife"    # 1,500 lives nobody has lived
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.integration.world import World, key_of
from tests.properties import examples
from tests.streams import moved_clock

STEPS = 50

TOKEN = re.compile(rb"#(\d{6})#(x*);")


def payload(token: int) -> bytes:
    return b"#%06d#%b;" % (token, b"x" * (token * 7 % 90))


@dataclass
class Inode:
    """One file's content, as the model has it: tokens with where each ends."""

    tokens: list[tuple[int, int]] = field(default_factory=list)
    size: int = 0
    complete: bool = True  # it ends in a newline

    def add(self, token: int, size: int) -> None:
        self.size += size
        self.tokens.append((token, self.size))


class Log:
    """One application's log: its path, and the descriptor that the application writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = -1
        self.inode = Inode()
        self.key = (0, 0)
        self.open()

    def open(self) -> None:
        self.close()
        self.fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        shown = os.fstat(self.fd)
        self.key = (shown.st_dev, shown.st_ino)

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class Life(RuleBasedStateMachine):
    """What may happen to three logs and the process that follows them."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.root = Path(tempfile.mkdtemp(prefix="sidecar-model-", dir=folder))
        self.world = World(self.root, moved_clock(self.patch))
        self.inodes: dict[tuple[int, int], Inode] = {}
        self.next = 0
        self.optional: set[int] = set()  # may be missing
        self.extra: Counter[int] = Counter()  # may come so many times more
        self.saved_at = 0  # records that had left when the checkpoint was saved
        self.logs = [Log(self.world.logs / f"app{number}.log") for number in range(3)]
        for log in self.logs:
            self.inodes[log.key] = log.inode

    # -- the applications -------------------------------------------------------------------------

    logs_ = st.integers(0, 2)

    @rule(which=logs_, lines=st.integers(1, 40), traced=st.booleans())
    def write(self, which: int, lines: int, traced: bool) -> None:
        """A few events at once."""
        data = [b"\n"] if not self.logs[which].inode.complete else []
        tokens = []
        for _ in range(lines):
            head = b"[2026-11-25 01:02:03] app - INFO - app.part - "
            tokens.append((self.next, len(b"".join(data)) + len(head + payload(self.next))))
            data.append(head + payload(self.next) + b"\n")
            self.next += 1
            if traced and self.next % 5 == 0:
                line = b"\tat " + payload(self.next) + b"\n"
                tokens.append((self.next, len(b"".join(data)) + len(line) - 1))
                data.append(line)
                self.next += 1
        self._append(self.logs[which], b"".join(data), tokens, complete=True)

    @rule(which=logs_)
    def write_half(self, which: int) -> None:
        """The first half of a line; whatever is written next completes it."""
        log = self.logs[which]
        head = b"[2026-11-25 01:02:03] app - INFO - app.part - " if log.inode.complete else b""
        data = head + payload(self.next)
        self._append(log, data, [(self.next, len(data))], complete=False)
        self.next += 1

    def _append(
        self, log: Log, data: bytes, tokens: list[tuple[int, int]], *, complete: bool
    ) -> None:
        os.write(log.fd, data)
        start = log.inode.size
        log.inode.tokens += [(token, start + end) for token, end in tokens]
        log.inode.size += len(data)
        log.inode.complete = complete
        held = log.key in self.world.run.follower.files
        # Nobody promises to wait for a deleted file's writer, or to find a file out of sight.
        if not self._has_name(log.key) or not (held or self._in_logs(log.key)):
            self.optional.update(token for token, _ in tokens)

    @rule(which=logs_)
    def reopen(self, which: int) -> None:
        """What an application does at a signal, or at midnight."""
        log = self.logs[which]
        log.open()
        log.inode = self.inodes.setdefault(log.key, Inode())
        self.inodes[log.key] = log.inode

    # -- those who rotate -------------------------------------------------------------------------

    @rule(which=logs_, at_once=st.booleans())
    def rotate_by_rename(self, which: int, at_once: bool) -> None:
        log = self.logs[which]
        if log.path.exists():
            self._shift(log.path)
            log.path.rename(f"{log.path}.1")
            if at_once:
                self.reopen(which)

    @rule(which=logs_)
    def rotate_by_copy(self, which: int) -> None:
        log = self.logs[which]
        if not log.path.exists() or key_of(log.path) != log.key:
            return
        self._shift(log.path)
        copy = Path(shutil.copy(log.path, f"{log.path}.1"))
        self._forget(key_of(copy))
        was = log.inode
        self.inodes[key_of(copy)] = Inode([*was.tokens], was.size, was.complete)
        os.truncate(log.path, 0)
        was.tokens, was.size, was.complete = [], 0, True

    @rule(which=logs_)
    def empty(self, which: int) -> None:
        log = self.logs[which]
        if log.path.exists() and key_of(log.path) == log.key:
            self._destroy(log.inode, 0)
            os.truncate(log.path, 0)

    @rule(which=logs_, part=st.floats(0.1, 0.9))
    def cut(self, which: int, part: float) -> None:
        """Cut in the middle, after a whole line."""
        log = self.logs[which]
        if not log.path.exists() or key_of(log.path) != log.key:
            return
        data = log.path.read_bytes()
        size = data.rfind(b"\n", 0, int(len(data) * part)) + 1
        for token, end in log.inode.tokens:
            if end <= size:  # known by its bytes while one process runs, beyond the head alone
                self.extra[token] += 1
        self._destroy(log.inode, size)
        os.truncate(log.path, size)

    @rule(which=logs_)
    def delete(self, which: int) -> None:
        self._delete(self.logs[which].path)

    @rule(which=logs_, name=st.sampled_from(["", ".1", ".2"]))
    def move_away_and_back(self, which: int, name: str) -> None:
        path = Path(f"{self.logs[which].path}{name}")
        away = self.world.away / path.name
        if away.exists() and not path.exists():
            away.rename(path)
        elif path.exists() and not away.exists():
            path.rename(away)
            key = key_of(away)
            if key not in self.world.run.follower.files and not self._in_logs(key):
                self._miss(self.inodes[key])

    @rule(which=logs_)
    def link(self, which: int) -> None:
        """A second name of the same file."""
        path = self.logs[which].path
        other = path.with_name(f"link-{path.name}")
        if path.exists() and not other.exists():
            os.link(path, other)
        elif other.exists():
            self._delete(other)

    def _shift(self, path: Path) -> None:
        """Make room for a new ``.1``; the oldest goes."""
        self._delete(Path(f"{path}.3"))
        for number in (2, 1):
            old = Path(f"{path}.{number}")
            if old.exists():
                old.rename(f"{path}.{number + 1}")

    def _delete(self, path: Path) -> None:
        if not path.exists():
            return
        key = key_of(path)
        path.unlink()
        if key not in self.world.run.follower.files and not self._in_logs(key):
            self._miss(self.inodes[key])

    def _destroy(self, inode: Inode, size: int) -> None:
        """Take away what is beyond ``size``; what has not come out by now may never."""
        self._miss(inode, size)
        inode.tokens = [(token, end) for token, end in inode.tokens if end <= size]
        inode.size, inode.complete = size, True

    def _miss(self, inode: Inode, size: int = 0) -> None:
        """Expect what is beyond ``size`` no more, unless it has come out."""
        gone = {token for token, end in inode.tokens if end > size}
        self.optional |= gone - self._came().keys()

    def _forget(self, key: tuple[int, int]) -> None:
        self.inodes.pop(key, None)

    def _has_name(self, key: tuple[int, int]) -> bool:
        return any(
            key_of(path) == key
            for folder in (self.world.logs, self.world.away)
            for path in folder.iterdir()
            if path.is_file()
        )

    # -- the process ------------------------------------------------------------------------------

    @rule(worked=st.booleans())
    def look(self, worked: bool) -> None:
        self.world.run.look()
        if worked:
            self.world.run.work()

    @rule()
    def work(self) -> None:
        self.world.run.work()

    @rule(seconds=st.sampled_from([0.1, 0.7, 2.0, 6.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.world.clock[0] += seconds
        self.world.run.look()
        self.world.run.work()

    @rule(room=st.integers(0, 30))
    def stall(self, room: int) -> None:
        self.world.run.output.give(room)

    @rule()
    def unstall(self) -> None:
        self.world.run.output.give(None)

    @rule()
    def save(self) -> None:
        self.world.save()
        self.saved_at = len(self.world.output)

    @rule()
    def restart(self) -> None:
        self.world.restart()
        self._after_an_end()

    @rule()
    def kill(self) -> None:
        since = self.world.output[self.saved_at :]
        self.extra.update(token for record in since for token in tokens_of(record))
        self.world.kill()
        self._after_an_end()

    def _after_an_end(self) -> None:
        """What only the ended process held has no name any more."""
        self.saved_at = len(self.world.output)
        for key, inode in self.inodes.items():
            if not self._in_logs(key):
                self._miss(inode)

    def _in_logs(self, key: tuple[int, int]) -> bool:
        return any(key_of(path) == key for path in self.world.logs.glob("*.log*"))

    # -- what holds -------------------------------------------------------------------------------

    def _came(self) -> Counter[int]:
        return Counter(token for record in self.world.output for token in tokens_of(record))

    @invariant()
    def sums_hold(self) -> None:
        self.world.run.check_sums()

    @invariant()
    def nothing_comes_too_often(self) -> None:
        too_often = {
            token: count for token, count in self._came().items() if count > 1 + self.extra[token]
        }
        assert not too_often

    def teardown(self) -> None:
        try:
            self._settle()
            self._check()
        finally:
            self.world.close()
            for log in self.logs:
                log.close()
            self.patch.undo()
            shutil.rmtree(self.root)

    def _settle(self) -> None:
        run = self.world.run
        run.output.give(None)
        for _ in range(4):
            run.look()
            run.work()
            self.world.clock[0] += 40.0
        run.look()
        run.work()

    def _check(self) -> None:
        self.nothing_comes_too_often()
        come = self._came()
        expected = set(range(self.next)) - self.optional
        assert not sorted(expected - come.keys()), "lost"
        for record in self.world.output:
            rest = TOKEN.sub(b"", record["message"].encode())
            rest = rest.replace(b"[2026-11-25 01:02:03] app - INFO - app.part - ", b"")
            assert not re.sub(rb"[\n\t]|at ", b"", rest), record
        assert self.world.run.pump.due_in() is None
        before = len(self.world.output)
        self.world.restart()
        self.world.run.look()
        self.world.run.work()
        assert len(self.world.output) == before, "a stop and a start repeat nothing"


def tokens_of(record: dict[str, str]) -> list[int]:
    found = TOKEN.findall(record["message"].encode())
    assert all(len(xs) == int(token) * 7 % 90 for token, xs in found), record
    return [int(token) for token, _ in found]


TestLife = Life.TestCase
TestLife.settings = examples(40, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck))
