"""The main job, on logs that a real Tomcat 10 wrote: follow them as they grow, show the JSON.

Each file beside this script is written into a folder that the daemon follows; the JSON that
arrives on the daemon's stdout is shown under the raw lines it came from.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).parent

#: File, and how many lines at its end to show.
FILES = {"catalina.log": 2, "localhost_access_log.txt": 2, "localhost.log": 60}


class Arrivals(threading.Thread):
    """Reads the daemon's stdout."""

    def __init__(self, daemon: subprocess.Popen[str]) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._daemon = daemon
        self._news = threading.Condition()

    def run(self) -> None:
        """Read until the daemon ends."""
        for line in self._daemon.stdout or ():
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify()

    def wait(self, count: int) -> None:
        """Wait until so many lines came, or for 30 s."""
        with self._news:
            self._news.wait_for(lambda: len(self.lines) >= count, 30)


def main() -> int:
    """Run the demonstration; gives 0 when every event came out."""
    expected = 0
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder) / "logs"
        logs.mkdir()
        command = [sys.executable, "-m", "sidecar", "run", f"{logs}/*.log", f"{logs}/*.txt"]
        env = {**os.environ, "SIDECAR_HTTP__LISTEN": "", "SIDECAR_LOG__LEVEL": "warning"}
        print("$ sidecar run '/logs/*.log' '/logs/*.txt'")
        daemon = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True)
        arrivals = Arrivals(daemon)
        arrivals.start()
        for name, show in FILES.items():
            text = (HERE / name).read_text()
            (logs / name).write_text(text)
            made = events(HERE / name)
            expected += made
            arrivals.wait(expected)
            raw = text.splitlines()
            print(f"\nTomcat wrote {len(raw)} lines to {name}; the last:\n")
            print(*(shorten(line) for line in abridge(raw[-show:])), sep="\n")
            print(f"\nJSON lines on stdout: {made}; the last:\n")
            print(*(shorten(line, 400) for line in arrivals.lines[-min(made, 2) :]), sep="\n")
        daemon.send_signal(signal.SIGTERM)
        code = daemon.wait(20)
        arrivals.join()
    print(f"\n{len(arrivals.lines)} of {expected} events arrived; sidecar exited with {code}.")
    return 0 if len(arrivals.lines) == expected and code == 0 else 1


def events(path: Path) -> int:
    """Count the events of a file as the converter does."""
    command = [sys.executable, "-m", "sidecar", "convert", "--quiet", str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout.count(b"\n")


def abridge(lines: list[str], most: int = 6) -> list[str]:
    """Leave the middle of many lines out."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 2], f"    ({len(lines) - most + 1} lines more)", lines[-1]]


def shorten(line: str, width: int = 160) -> str:
    """Cut a line for a terminal."""
    return line if len(line) <= width else f"{line[: width - 1]}…"


if __name__ == "__main__":
    sys.exit(main())
