"""Lines of which each is told apart, and the account of what became of them.

A scenario writes lines through a :class:`Ledger`, in whatever way and under whatever names, and
at its end every line must have come out once: none lost, none doubled, none torn, and nothing
else. A :class:`Scene` adds the daemons, one after the other over one state.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sidecar import cli, config, reconcile
from tests.e2e.harness import Sidecar
from tests.e2e.nginx import wait_until
from tests.e2e.test_copytruncate import look
from tests.e2e.test_metrics import add_up, scrape, wait_quiet

#: Lines that stand alone, looks in quick succession, and a checkpoint that keeps up.
QUICK = {"MULTILINE": "none", "SWEEP_INTERVAL_S": "0.05", "QUIET_S": "0.1"}


#: What is handed to the harness as it is.
_HARNESS = {"glob", "also", "reads", "stdout", "preexec_fn"}


@dataclass(frozen=True)
class Account:
    """What became of lines: those that never came, came again, or were never written so."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    invalid: tuple[bytes, ...] = ()

    def summary(self) -> str:
        """Give how many there are of each, and the first ones."""
        kinds = vars(self).items()
        return ", ".join(f"{len(some)} {kind} {some[:3]}" for kind, some in kinds if some)


BALANCED = Account()


class Ledger:
    """Writes lines, each told apart by its number and known by heart.

    Attributes:
        written: how often each line was written; more than once only where a test says so.
        size: bytes of all of them.
    """

    def __init__(self) -> None:
        self.written: Counter[str] = Counter()
        self.size = 0

    @property
    def count(self) -> int:
        """How many lines were written."""
        return self.written.total()

    def lines(self, count: int = 1, *, width: int = 0) -> str:
        """Enter new lines, padded to ``width``, for the caller to write."""
        first = self.count
        return self.enter("".join(_line(n, width) for n in range(first, first + count)))

    def enter(self, text: str) -> str:
        """Enter lines of the caller's own."""
        self.written.update(text.removesuffix("\n").split("\n"))
        self.size += len(text.encode())
        return text

    def strike(self, text: str) -> str:
        """Take lines out again, which nobody could have read."""
        self.written -= Counter(text.removesuffix("\n").split("\n"))
        self.size -= len(text.encode())
        return text

    def append(self, path: Path, count: int = 1, *, width: int = 0) -> str:
        """Write new lines at a file's end, at once; gives them."""
        text = self.lines(count, width=width)
        with path.open("a") as file:
            file.write(text)
        return text

    def balance(self, output: Iterable[bytes]) -> None:
        """See that every line came once, and nothing else."""
        account = self.account(output)
        assert account == BALANCED, account.summary()

    def account(self, output: Iterable[bytes]) -> Account:
        """Hold what came out against what was written."""
        came: Counter[str] = Counter()
        invalid = []
        for line in output:
            try:
                record = json.loads(line)
                assert line.endswith(b"\n")
                came[record["message"]] += 1
            except (ValueError, AssertionError, TypeError, KeyError):
                invalid.append(line)
        more = came - self.written
        return Account(
            lost=tuple(self.written - came),
            doubled=tuple(line for line in more if line in self.written),
            strange=tuple(line for line in more if line not in self.written),
            invalid=tuple(invalid),
        )


def _line(number: int, width: int) -> str:
    """Give a line that is like no other anywhere, of so many bytes with its newline."""
    text = f"line {number} {number * number}"
    return (text + f" {number}" * width)[: max(len(text), width - 1)] + "\n"


class Scene:
    """A folder of logs with its ledger, and the daemons that follow it, one after the other.

    Args:
        logs: the folder.
        start: starts a daemon, as the fixture ``sidecar`` does.
    """

    def __init__(self, logs: Path, start: Callable[..., Sidecar]) -> None:
        self.logs = logs
        self.ledger = Ledger()
        self.runs: list[Sidecar] = []
        self._start = start
        self._how: tuple[tuple[str, ...], dict[str, Any]] = ((), {})

    @property
    def one(self) -> Sidecar:
        """The daemon that runs now, or ran last."""
        return self.runs[-1]

    def run(self, *args: str, **more: Any) -> Sidecar:
        """Start a daemon; words that are no option of the harness are settings."""
        own = {key: more.pop(key) for key in _HARNESS & more.keys()}
        settings = {**QUICK, **{key.upper(): str(value) for key, value in more.items()}}
        own["env"] = {f"SIDECAR_{key}": value for key, value in settings.items()}
        self._how = (args, own)
        return self.again()

    def again(self) -> Sidecar:
        """Start another, as the last one was started, and wait until it is ready."""
        args, how = self._how
        self.runs.append(self._start("--format", "raw", *args, **how))
        return self.one.ready()

    def append(self, name: str, count: int = 1, *, width: int = 0) -> str:
        """Write new lines at the end of one of the logs."""
        return self.ledger.append(self.logs / name, count, width=width)

    @property
    def output(self) -> list[bytes]:
        """What all daemons gave."""
        return [line for run in self.runs for line in run.lines]

    def arrived(self, timeout: float = 10) -> None:
        """Wait until as many lines came out as were written."""
        self.one.wait_for(lambda _: len(self.output) >= self.ledger.count, timeout)

    def settle(self, *, skipped: int = 0, lost: int = 0) -> None:
        """Wait until all has arrived, look twice more, and see that all is balanced.

        Args:
            skipped: source bytes that count as skipped, but for those that stood elsewhere.
            lost: source bytes that count as lost.
        """
        with contextlib.suppress(AssertionError):  # what is missing, the account names
            self.arrived()
        look(self.one)
        self.ledger.balance(self.output)
        wait_quiet(self.one, 0)
        figures = scrape(self.one)
        add_up(figures)
        reasons = figures["sidecar_skipped_bytes_total"]
        found = {
            "emitted": figures["sidecar_emitted_bytes_total"][""],
            "skipped": sum(reasons.values()) - reasons["copy"] - reasons["kept"],
            "lost": sum(figures["sidecar_lost_bytes_total"].values()),
        }
        wanted = {"emitted": self.ledger.size, "skipped": skipped, "lost": lost}
        assert found == wanted, (found, wanted)

    def stop(self, **figures: int) -> None:
        """Settle, stop the daemon, and see that nothing else came."""
        self.settle(**figures)
        assert self.one.stop() == 0
        self.ledger.balance(self.output)
        self.reconcile(lost=figures.get("lost", 0))

    def reconcile(self, *, lost: int = 0) -> None:
        """See that what the daemon counted is what its files say, now that it has stopped."""
        command = self.one.process.args
        assert isinstance(command, list)
        _, own = self._how
        if "cwd" in own:
            return  # relative paths are another's
        args = cli.parser().parse_args(command[command.index("run") :])
        given = config.load(args.config, own["env"], cli._flags(args), formats=cli._names())
        found = [*reconcile.accounts(given)]
        whole = reconcile.total(found)
        assert (whole.difference, sum(whole.lost.values())) == (0, lost), reconcile.table(found)

    @contextlib.contextmanager
    def between(self, situation: str, **figures: int) -> Iterator[None]:
        """Let what is done inside happen in a situation.

        Args:
            situation: ``seen``: beside the daemon; ``unseen``: between two looks of it;
                ``down``: after its stop and before the next start.
            figures: as ``stop`` takes them.
        """
        if situation == "unseen":
            with unseen(self.one):
                yield
        elif situation == "down":
            self.stop(**figures)
            yield
            self.again()
        else:
            yield


@contextlib.contextmanager
def unseen(one: Sidecar) -> Iterator[None]:
    """Hold the daemon still, so that it finds all that is done inside at once."""
    stat = Path(f"/proc/{one.process.pid}/stat")
    one.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")
    yield
    one.process.send_signal(signal.SIGCONT)


def figure(one: Sidecar, name: str, label: str = "") -> float:
    """Give a figure of now, without its ``sidecar_``."""
    return scrape(one)[f"sidecar_{name}"][label]


def wait_figure(one: Sidecar, name: str, value: float, *, label: str = "") -> None:
    """Wait until a figure, without its ``sidecar_``, is so high."""
    wait_until(lambda: figure(one, name, label) >= value)


def reuse_inode(path: Path, inode: int) -> None:
    """Make an empty file that has an inode which was given back, or skip the test.

    The kernel gives free inodes as it likes, and to others, too; those that are not wanted are held
    until the wanted one comes.
    """
    tried = []
    for number in range(2000):
        tried.append(path.with_name(f".{path.name}-{number}"))
        tried[-1].touch()
        if tried[-1].stat().st_ino == inode:
            tried.pop().rename(path)
            break
    for other in tried:
        other.unlink()
    if not path.exists():
        pytest.skip("this file system did not give the inode again")


def size_of(*paths: Path) -> int:
    """Give the bytes of some files."""
    return sum(os.stat(path).st_size for path in paths)
