"""An application that writes numbered events, so that each can be counted where it arrives."""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
from pathlib import Path
from typing import Any

_STAMP = "23-Nov-2026 21:46:01.123 SEVERE [http-nio-8080-exec-1] org.example.Shop.sell "


def access(number: int) -> str:
    """Give one line of an access log."""
    return f'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET /{number} HTTP/1.1" 200 1\n'


def numbers(records: list[dict[str, Any]]) -> list[int]:
    """Give the numbers of the access lines that arrived."""
    return [int(one["path"][1:]) for one in records if "path" in one]


def append(path: Path, text: str) -> None:
    """Write at a file's end, at once."""
    with path.open("a") as file:
        file.write(text)


def trace(number: int) -> tuple[str, ...]:
    """Give the lines of one event with its stack trace, after its head's stamp."""
    return (
        f"broke {number}",
        f"\tjava.lang.IllegalStateException: no {number}",
        "\t\tat org.example.Shop.sell(Shop.java:41)",
        "\t\tat org.example.Shop.main(Shop.java:7)",
        f"\tCaused by: java.io.IOException: cause of {number}",
        "\t\tat org.example.Till.open(Till.java:12)",
        "\t\t... 1 more",
    )


class Writer(threading.Thread):
    """Writes access lines and events with traces, each numbered from 0, until told to stop.

    A trace is written in two halves, so that a reader meets it unfinished. Files are renamed, as
    a rotation does, after so many numbers.
    """

    def __init__(
        self, folder: Path, *, pause_s: float = 0.002, rotate_every: int = 0, keep: bool = True
    ) -> None:
        super().__init__(daemon=True)
        self.access = folder / "access.log"
        self.catalina = folder / "catalina.log"
        self.written = 0
        self._pause_s = pause_s
        self._rotate_every = rotate_every
        self._keep = keep
        self._enough = threading.Event()

    def run(self) -> None:
        while not self._enough.wait(self._pause_s):
            some = range(self.written, self.written + 5)
            with self.access.open("a") as file:
                file.write("".join(map(access, some)))
            with self.catalina.open("a") as file:
                for number in some:
                    lines = trace(number)
                    file.write(_STAMP + "\n".join(lines[:3]) + "\n")
                    file.flush()
                    file.write("\n".join(lines[3:]) + "\n")
            self.written = some.stop
            if self._rotate_every and self.written % self._rotate_every == 0:
                self._rotate()

    def _rotate(self) -> None:
        for path in (self.access, self.catalina):
            aside = path.with_name(f"{path.name}.{self.written}")
            path.rename(aside)
            if not self._keep:
                path.with_name(f"{path.name}.{self.written - self._rotate_every}").unlink(
                    missing_ok=True
                )

    def finish(self) -> int:
        """Stop writing; gives how many of each kind were written."""
        self._enough.set()
        self.join(30)
        assert not self.is_alive()
        return self.written


def arrived(records: list[dict[str, Any]]) -> tuple[list[int], list[int]]:
    """Give the numbers of the access events and of the traces, each of which must be whole."""
    lines, traces = [], []
    for one in records:
        assert "parse_error" not in one, one
        if "path" in one:
            lines.append(int(one["path"][1:]))
            continue
        number = int(one["message"].split("\n")[0].removeprefix("broke "))
        assert one["message"] == "\n".join(trace(number))
        traces.append(number)
    return lines, traces


def acknowledged(folder: Path, checkpoint: Path) -> tuple[set[int], set[int]]:
    """Give the numbers that a checkpoint counts as taken, read from the files themselves."""
    lines: set[int] = set()
    traces: set[int] = set()
    if not checkpoint.exists():
        return lines, traces
    wanted = {one["inode"]: one["offset"] for one in json.loads(checkpoint.read_text())["files"]}
    while wanted:  # names change under our hands: an open file is the one we asked of
        for path in folder.iterdir():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                offset = wanted.pop(os.fstat(file.fileno()).st_ino, 0)
                text = file.read(offset).decode()
                assert not text or text.endswith((" 200 1\n", "more\n")), "inside an event"
                lines.update(map(int, re.findall(r"GET /(\d+) ", text)))
                traces.update(map(int, re.findall(r" broke (\d+)\n", text)))
    return lines, traces
