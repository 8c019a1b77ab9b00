"""The real process, its output line by line, and what it says over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any


def command(*args: str) -> subprocess.CompletedProcess[str]:
    """Run one of the commands that end by themselves."""
    return subprocess.run(
        [sys.executable, "-m", "sidecar", *args],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Sidecar:
    """One run of the daemon; reads its stdout in a thread unless told not to."""

    def __init__(
        self, *args: str, env: dict[str, str] | None = None, reads: bool = True, **popen: Any
    ) -> None:
        python = popen.pop("command", [sys.executable])
        command = [*python, "-m", "sidecar", "run", "--listen", "127.0.0.1:0", *args]
        self.lines: list[bytes] = []
        self.errors: list[dict[str, Any]] = []
        self.noise: list[bytes] = []  # on stderr, and no line of JSON: a traceback, most likely
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            popen.pop("whole_command", command),
            stdin=subprocess.DEVNULL,
            stdout=popen.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
            **popen,
        )
        self._threads = [threading.Thread(target=self._hear, daemon=True)]
        if reads and self.process.stdout:
            self._threads.append(threading.Thread(target=self._read, daemon=True))
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()

    def _hear(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._news:
                try:
                    self.errors.append(json.loads(line))
                except ValueError:
                    self.noise.append(line)
                self._news.notify_all()

    def wait_for(self, done: Callable[[Sidecar], bool], timeout: float = 20.0) -> None:
        """Wait until what was read or said satisfies ``done``."""
        with self._news:
            if not self._news.wait_for(lambda: done(self), timeout):
                tail = b"".join(self.lines[-5:])
                raise AssertionError(
                    f"waited in vain; {len(self.lines)} lines, last: {tail!r}; "
                    f"said: {self.errors[-5:]}\n{self._noise()}"
                )

    def _noise(self) -> str:
        return b"".join(self.noise).decode(errors="replace")

    def wait_lines(self, count: int, timeout: float = 20.0) -> None:
        """Wait until so many lines were read."""
        self.wait_for(lambda one: len(one.lines) >= count, timeout)

    @property
    def records(self) -> list[dict[str, Any]]:
        """What was read, parsed; every line must be an object."""
        return [json.loads(line) for line in self.lines]

    @property
    def url(self) -> str:
        """Where it listens."""
        self.wait_for(lambda one: any(said["message"] == "listening" for said in one.errors))
        said = next(said for said in self.errors if said["message"] == "listening")
        return f"http://{said['address']}"

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page: status, text."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def eventually(self, path: str, text: str, *, there: bool = True, timeout: float = 20) -> None:
        """Ask for a page until ``text`` stands there, or no longer does."""
        deadline = time.monotonic() + timeout
        while (text in self.get(path)[1]) is not there:
            assert time.monotonic() < deadline, f"{text} on {path}: not {there}"

    def ready(self) -> Sidecar:
        """Wait until it says that it is ready."""
        self.eventually("/ready", '"ok"')
        return self

    def wait_blocked(self) -> None:
        """Wait until standard output takes no more."""
        self.eventually("/metrics", "sidecar_stdout_blocked_seconds_total 0.0", there=False)

    def rss_kb(self) -> int:
        """Resident memory, KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)

    def stop(self, number: int = signal.SIGTERM, timeout: float = 20.0) -> int:
        """Signal it, and give its exit code once all of its output was read."""
        self.process.send_signal(number)
        return self.wait(timeout)

    def wait(self, timeout: float = 20.0) -> int:
        """Wait for its end; gives the exit code."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        for thread in self._threads:
            thread.join(10)
        assert not self.noise, self._noise()
        return code

    def ended(self, within: float) -> bool:
        """Tell whether it ended by itself, waiting so long at most."""
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
