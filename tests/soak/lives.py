"""The daemon's lives: started, stopped and killed, one after the other, its output checked."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.harness import Sidecar
from tests.soak.ledger import Ledger

#: How long a stop may take: the daemon's own limit, and a little.
STOP_S = 12.0

_ENV = {
    "SIDECAR_EXCLUDE": "**/*.gz",
    "SIDECAR_PARTIAL_AFTER_S": "5",
    "SIDECAR_CHECKPOINT__INTERVAL_S": "1",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What the daemon's process holds at a moment.

    Attributes:
        rss: bytes resident.
        logs: descriptors of files that have a name among the logs.
        deleted: descriptors of files that have none any more.
        own: all other descriptors.
    """

    rss: int
    logs: int
    deleted: int
    own: int


class Lives:
    """One daemon at a time over the same files and state.

    Args:
        logs: folder of the logs.
        state: of the checkpoint.
        ledger: is given every line.

    Attributes:
        number: of lives so far.
        began_at: monotonic time of the last start.
        codes: how each life ended, and how often.
        stop_s: how long the longest stop took.
        cut: lines that a kill cut in two; those are repeated whole.
        output_bytes: that all lives wrote.
        said: warnings and errors the daemon wrote, and how often.
        noise: anything on its standard error that is no JSON.
        trouble: how a life ended that should not have ended so.
    """

    def __init__(self, logs: Path, state: Path, ledger: Ledger) -> None:
        self.number = 0
        self.began_at = 0.0
        self.codes: Counter[str] = Counter()
        self.stop_s = 0.0
        self.cut = 0
        self.output_bytes = 0
        self.said: Counter[str] = Counter()
        self.noise: list[str] = []
        self.trouble: list[str] = []
        self._args = (str(logs / "*.log*"), "--state-dir", str(state))
        self._logs = str(logs)
        self._ledger = ledger
        self._process: Sidecar | None = None
        self._reader: threading.Thread | None = None
        self._stopped_at = 0.0
        self._killed_at = -math.inf

    @property
    def up(self) -> bool:
        """Tell whether it has begun its work and was not told to stop."""
        return (
            self._process is not None
            and not self._stopped_at
            and any(one["message"] == "listening" for one in self._process.errors)
        )

    def start(self) -> None:
        """Begin a life."""
        assert self._process is None
        self._ledger.started()
        self.number += 1
        self.began_at = time.monotonic()
        self._stopped_at, self._killed_at = 0.0, -math.inf
        self._process = Sidecar(*self._args, env=_ENV, reads=False)
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: Sidecar) -> None:
        assert process.process.stdout
        for line in process.process.stdout:
            self.output_bytes += len(line)
            if line.endswith(b"\n") or not math.isfinite(self._killed_at):
                self._ledger.take(line)
            else:
                self.cut += 1

    def stop(self) -> None:
        """Ask it to stop; :meth:`over` tells when it has."""
        assert self._process
        self._stopped_at = time.monotonic()
        self._process.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without warning."""
        assert self._process
        self._stopped_at = self._killed_at = time.monotonic()
        self._process.process.kill()

    def over(self) -> bool:
        """Tell whether no life is under way; settles one that has just ended."""
        if not self._process:
            return True
        if self._process.process.poll() is None:
            if not self._stopped_at or time.monotonic() - self._stopped_at < STOP_S:
                return False
            self.trouble.append(f"life {self.number} did not stop within {STOP_S:.0f} s")
            self.kill()
        self._settle(self._process)
        return True

    def _settle(self, process: Sidecar) -> None:
        code = process.process.wait()
        killed = math.isfinite(self._killed_at)
        self.codes["killed" if killed else f"exit {code}"] += 1
        if self._stopped_at and not killed:
            self.stop_s = max(self.stop_s, time.monotonic() - self._stopped_at)
        if not self._stopped_at or code != (-signal.SIGKILL if killed else 0):
            self.trouble.append(f"life {self.number} ended by itself, or with code {code}")
        assert self._reader
        self._reader.join(30)
        self._process = None
        process.close()
        self.said.update(
            f"{one['level']}: {one['message']}"
            for one in process.errors
            if one["level"] not in {"info", "debug"}
        )
        self.noise += [line.decode(errors="replace") for line in process.noise]
        self._ledger.ended(self._killed_at)

    def metrics(self) -> str:
        """Ask the daemon for its figures."""
        assert self._process
        return self._process.get("/metrics")[1]

    def held(self) -> Held | None:
        """Look at the process; None: there is none at work."""
        process = self._process
        if not process or not self.up:
            return None
        try:
            pid = process.process.pid
            names = [_link(f"/proc/{pid}/fd/{one}") for one in os.listdir(f"/proc/{pid}/fd")]
            rss = process.rss_kb() * 1024
        except (OSError, StopIteration):
            return None
        logs = [name for name in names if name.startswith(self._logs + "/")]
        deleted = sum(name.endswith(" (deleted)") for name in logs)
        return Held(rss, len(logs) - deleted, deleted, len(names) - len(logs))

    def close(self) -> None:
        """Leave no process behind."""
        if self._process:
            self._process.close()


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
