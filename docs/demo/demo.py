"""The main job, on logs that a real Tomcat 10 wrote: follow them as they grow, show the JSON.

The files beside this script are written, a few lines at a time, into a folder that the daemon
follows; what it says on stdout is shown under the raw lines it came from.
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
FILES = ("catalina.log", "localhost.log", "localhost_access_log.txt")


def shorten(line: str, width: int = 160) -> str:
    """Cut a line for a terminal."""
    return line if len(line) <= width else f"{line[: width - 1]}…"


def main() -> int:
    """Run the demonstration; gives 0 when every event came out."""
    expected = sum(count(HERE / name) for name in FILES)
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder) / "logs"
        logs.mkdir()
        command = [sys.executable, "-m", "sidecar", "run", f"{logs}/*.log", f"{logs}/*.txt"]
        env = {**os.environ, "SIDECAR_HTTP__LISTEN": "", "SIDECAR_LOG__LEVEL": "warning"}
        daemon = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True)
        made: list[str] = []
        enough = threading.Event()

        def read() -> None:
            for line in daemon.stdout or ():
                made.append(line.rstrip("\n"))
                if len(made) == expected:
                    enough.set()

        reader = threading.Thread(target=read)
        reader.start()
        print("raw lines, as Tomcat wrote them:\n")
        for name in FILES:
            lines = (HERE / name).read_text().splitlines(keepends=True)
            for line in lines[-4:]:
                print(f"  {name}: {shorten(line.rstrip())}")
            with (logs / name).open("a") as file:
                file.writelines(lines)
        enough.wait(30)
        daemon.send_signal(signal.SIGTERM)
        code = daemon.wait(20)
        reader.join()
    print("\none line of JSON per event, the last of each file:\n")
    for line in made[-12:]:
        print(f"  {shorten(line, 240)}")
    total = sum(len((HERE / name).read_text().splitlines()) for name in FILES)
    print(f"\n{total} lines became {len(made)} events; sidecar stopped with exit code {code}.")
    return 0 if len(made) == expected and code == 0 else 1


def count(path: Path) -> int:
    """Count the events of a file as its converter does."""
    command = [sys.executable, "-m", "sidecar", "convert", "--quiet", str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout.count(b"\n")


if __name__ == "__main__":
    sys.exit(main())
