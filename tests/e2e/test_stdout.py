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

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.nginx import wait_until
from tests.e2e.writers import Writer, access, append, arrived, numbers

Start = Callable[..., Sidecar]

STALL_S = float(os.environ.get("SIDECAR_E2E_STALL_S", "10"))


def test_stalled_stdout_costs_no_memory_and_loses_nothing(logs: Path, sidecar: Start) -> None:
    """The application writes and rotates all the while."""
    writer = Writer(logs, pause_s=0.001, rotate_every=1000)
    writer.start()
    one = sidecar(reads=False).ready()
    one.wait_blocked()
    before = one.rss_kb()
    until = time.monotonic() + STALL_S
    while not one.ended(0.2) and time.monotonic() < until:
        assert one.get("/health")[0] == 200
        assert one.rss_kb() - before < 5 * 1024
    written = writer.finish()
    reader = threading.Thread(target=one._read, daemon=True)
    reader.start()
    one.wait_lines(2 * written, timeout=40)
    assert one.stop() == 0
    reader.join(10)
    every = list(range(written))
    assert tuple(map(sorted, arrived(one.records))) == (every, every)


def test_files_rotated_and_deleted_while_stdout_is_stalled_are_not_lost(
    logs: Path, sidecar: Start
) -> None:
    writer = Writer(logs, rotate_every=1500, keep=False)
    writer.start()
    one = sidecar(reads=False).ready()
    one.wait_blocked()
    wait_until(lambda: writer.written >= 8000)
    written = writer.finish()
    assert not (logs / "access.log.6000").exists()
    reader = threading.Thread(target=one._read, daemon=True)
    reader.start()
    one.wait_lines(2 * written, timeout=40)
    assert one.stop() == 0
    reader.join(10)
    every = list(range(written))
    assert tuple(map(sorted, arrived(one.records))) == (every, every)


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


@pytest.mark.parametrize(
    "texts",
    [[f"{number} {'x' * 20_000}" for number in range(100)], [str(one) for one in range(50_000)]],
    ids=["long", "short"],
)
def test_lines_stay_whole_when_a_stop_meets_a_full_pipe(
    logs: Path, sidecar: Start, texts: list[str]
) -> None:
    append(logs / "app.log", "".join(f"{text}\n" for text in texts))
    one = sidecar("--format", "raw", env={"SIDECAR_DRAIN_S": "2"}, reads=False).ready()
    one.wait_blocked()
    one.process.terminate()
    assert one.process.wait(10) == 0
    assert one.process.stdout
    first = one.process.stdout.read()
    assert first.endswith(b"\n")
    two = sidecar("--format", "raw")
    two.wait_lines(len(texts) - first.count(b"\n"))
    assert two.stop() == 0
    lines = (first + b"".join(two.lines)).splitlines()
    assert [json.loads(line)["message"] for line in lines] == texts


@pytest.mark.parametrize("state", ["idle", "read", "stalled", "stalled before a long line"])
def test_closed_stdout_ends_the_daemon_within_two_seconds(
    logs: Path, sidecar: Start, state: str
) -> None:
    writer = Writer(logs)
    one = sidecar(reads=False).ready()
    assert one.process.stdout
    if "long" in state:
        append(logs / "long.log", f"{'x' * 20_000}\n" * 20)
        one.wait_blocked()
    elif state != "idle":
        writer.start()
        assert one.process.stdout.readline()
    if state == "stalled":
        one.wait_blocked()
    one.process.stdout.close()
    if state == "idle":
        append(logs / "app.log", access(1))
    started = time.monotonic()
    assert one.process.wait(10) == 1
    assert time.monotonic() - started < 2
    assert one.wait() == 1
    if writer.is_alive():
        writer.finish()


def test_stop_in_the_middle_of_traces_loses_nothing_while_stdout_is_not_read(
    logs: Path, sidecar: Start
) -> None:
    """What the first run left in the pipe and what the second one gives are all, and whole."""
    writer = Writer(logs, rotate_every=1000)
    writer.start()
    one = sidecar(env={"SIDECAR_DRAIN_S": "3"}, reads=False).ready()
    one.wait_blocked()
    one.process.terminate()
    started = time.monotonic()
    assert one.process.wait(10) == 0
    assert time.monotonic() - started < 5  # drain_s, and a busy machine
    assert one.process.stdout
    first = one.process.stdout.read()
    assert first.endswith(b"\n")
    written = writer.finish()
    two = sidecar()
    two.wait_lines(2 * written - first.count(b"\n"))
    assert two.stop() == 0
    lines = (first + b"".join(two.lines)).splitlines()
    every = list(range(written))
    assert tuple(map(sorted, arrived([json.loads(line) for line in lines]))) == (every, every)


def test_regular_file_takes_whole_lines(logs: Path, tmp_path: Path, sidecar: Start) -> None:
    append(logs / "app.log", "".join(access(number) for number in range(5000)))
    with (tmp_path / "out").open("wb") as out:
        one = sidecar("--once", stdout=out)
        assert one.wait() == 0
    lines = (tmp_path / "out").read_bytes().splitlines()
    assert numbers([json.loads(line) for line in lines]) == list(range(5000))


@pytest.mark.parametrize("stalled", [False, True])
@pytest.mark.parametrize("kind", ["pipe", "terminal"])
def test_flags_of_a_shared_descriptor_are_put_back(
    logs: Path, sidecar: Start, kind: str, stalled: bool
) -> None:
    append(logs / "app.log", "".join(map(access, range(5000 if stalled else 1))))
    read, write = os.pipe() if kind == "pipe" else os.openpty()
    before = fcntl.fcntl(write, fcntl.F_GETFL)
    one = sidecar(stdout=write, env={"SIDECAR_DRAIN_S": "1"}).ready()
    if stalled:
        one.wait_blocked()
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
