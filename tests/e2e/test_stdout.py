"""Standard output that is slow, stalled, closed, a file, a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.harness import Sidecar
from tests.e2e.test_following import access, append, numbers

Start = Callable[..., Sidecar]


def test_stalled_stdout_costs_no_memory_and_loses_nothing(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    one = sidecar("--format", "access", reads=False).ready()
    total = 60_000
    append(path, "".join(access(number) for number in range(20_000)))
    one.wait_blocked()
    before = one.rss_kb()
    append(path, "".join(access(number) for number in range(20_000, total)))
    until = time.monotonic() + float(os.environ.get("SIDECAR_E2E_STALL_S", "3"))
    while time.monotonic() < until:
        assert one.get("/health")[0] == 200
        assert one.rss_kb() - before < 5 * 1024
    reader = threading.Thread(target=one._read, daemon=True)
    reader.start()
    one.wait_lines(total, timeout=40)
    assert one.stop() == 0
    reader.join(10)
    assert numbers(one.records) == list(range(total))


def test_stop_while_stdout_is_not_read_cuts_no_line_and_loses_nothing(
    logs: Path, sidecar: Start
) -> None:
    total = 5000
    append(logs / "app.log", "".join(access(number) for number in range(total)))
    env = {"SIDECAR_DRAIN_S": "2"}
    one = sidecar(env=env, reads=False).ready()
    one.wait_blocked()
    one.process.terminate()
    started = time.monotonic()
    assert one.process.wait(10) == 0
    assert time.monotonic() - started < 4
    assert one.process.stdout
    first = one.process.stdout.read()
    two = sidecar()
    two.wait_for(lambda two: total - 1 in numbers(two.records))
    assert two.stop() == 0
    lines = (first + b"".join(two.lines)).splitlines()
    assert numbers([json.loads(line) for line in lines]) == list(range(total))


def test_long_lines_stay_whole_when_a_stop_meets_a_full_pipe(logs: Path, sidecar: Start) -> None:
    texts = [f"{number} {'x' * 20_000}" for number in range(100)]
    append(logs / "app.log", "".join(f"{text}\n" for text in texts))
    one = sidecar("--format", "raw", env={"SIDECAR_DRAIN_S": "2"}, reads=False).ready()
    one.wait_blocked()
    one.process.terminate()
    assert one.process.wait(10) == 0
    assert one.process.stdout
    first = one.process.stdout.read()
    two = sidecar("--format", "raw")
    two.wait_for(lambda two: bool(two.lines) and b'"99 ' in two.lines[-1])
    assert two.stop() == 0
    lines = (first + b"".join(two.lines)).splitlines()
    assert [json.loads(line)["message"] for line in lines] == texts


def test_closed_stdout_ends_the_daemon(logs: Path, sidecar: Start) -> None:
    one = sidecar(reads=False).ready()
    assert one.process.stdout
    one.process.stdout.close()
    append(logs / "app.log", access(1))
    started = time.monotonic()
    assert one.process.wait(10) == 1
    assert time.monotonic() - started < 2


def test_regular_file_takes_whole_lines(logs: Path, tmp_path: Path, sidecar: Start) -> None:
    append(logs / "app.log", "".join(access(number) for number in range(5000)))
    with (tmp_path / "out").open("wb") as out:
        one = sidecar("--once", stdout=out)
        assert one.wait() == 0
    lines = (tmp_path / "out").read_bytes().splitlines()
    assert numbers([json.loads(line) for line in lines]) == list(range(5000))


def test_flags_of_a_shared_descriptor_are_put_back(logs: Path, sidecar: Start) -> None:
    read, write = os.pipe()
    before = fcntl.fcntl(write, fcntl.F_GETFL)
    one = sidecar(stdout=write).ready()
    assert fcntl.fcntl(write, fcntl.F_GETFL) == before | os.O_NONBLOCK
    assert one.stop() == 0
    assert fcntl.fcntl(write, fcntl.F_GETFL) == before
    os.close(read)
    os.close(write)


def test_terminal_takes_every_line(logs: Path, sidecar: Start) -> None:
    main, side = os.openpty()
    append(logs / "app.log", "".join(access(number) for number in range(500)))
    got = bytearray()

    def read() -> None:
        while True:
            try:
                data = os.read(main, 4096)
            except OSError:
                return
            got.extend(data)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    one = sidecar("--once", stdout=side)
    assert one.wait() == 0
    os.close(side)
    reader.join(10)
    os.close(main)
    assert numbers([json.loads(line) for line in bytes(got).splitlines()]) == list(range(500))


def test_converter_and_daemon_give_the_same_bytes(logs: Path, sidecar: Start) -> None:
    head = "23-Nov-2026 21:46:01.123 SEVERE [main] a.B.c broke\n\tjava.lang.Error\n\t\tat x\n"
    text = "".join(access(n) + head + f"text {n} é\n" for n in range(500)) + "[x\n\ty\n"
    (logs / "app.log").write_text(text)
    convert = ["convert", "-q", str(logs / "app.log")]
    done = subprocess.run(
        [sys.executable, "-m", "sidecar", *convert], capture_output=True, check=True
    )
    one = sidecar("--once")
    assert one.wait() == 0
    assert b"".join(one.lines) == done.stdout
    live = sidecar("--state-dir", str(logs / "other"))
    live.wait_lines(len(one.lines))
    assert live.stop() == 0
    assert b"".join(live.lines) == done.stdout
