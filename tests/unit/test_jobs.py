"""Conversions by several processes: the same bytes, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sidecar import convert, layouts, seams
from sidecar.config import ConvertOptions, Output, Source
from tests.unit.test_cli import MADE, SEED, sidecar

LINES = (
    b"23-Nov-2026 21:46:01.123 INFO [main] a.B.c up\n\tat a.b.C.d(C.java:7)\n"
    b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET /1 HTTP/1.1" 200 1 12\n'
    b"no format fits this\n"
) * 400


def converted(folder: Path, name: str, data: bytes, number: int, source: Source) -> bytes:
    path, made = folder / name, folder / f"{number}.jsonl"
    path.write_bytes(data)
    out = Output(add=("offset",))
    options = ConvertOptions((str(path), str(path)), str(made), source, out, jobs=number)
    assert convert.run(options) == 0
    return made.read_bytes()


@pytest.mark.parametrize("number", [2, 3, 16])
@pytest.mark.parametrize("range_bytes", [777, 10_000, 60_000])
def test_more_jobs_give_the_same_bytes_and_the_same_summary(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    number: int,
    range_bytes: int,
) -> None:
    monkeypatch.setattr(seams, "RANGE_BYTES", range_bytes)
    monkeypatch.setattr(convert, "RANGE_BYTES", range_bytes)
    monkeypatch.setattr(seams, "RUN_UP_BYTES", 300)
    one = converted(tmp_path, "a.log", LINES, 1, Source())
    said = capfd.readouterr().err.rpartition(";")[0]
    many = converted(tmp_path, "a.log", LINES, number, Source())
    assert many == one
    assert capfd.readouterr().err.rpartition(";")[0] == said


def test_year_and_an_hour_shown_twice_are_the_same_to_every_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seams, "RANGE_BYTES", 5_000)
    monkeypatch.setattr(convert, "RANGE_BYTES", 5_000)
    monkeypatch.setattr(seams, "RUN_UP_BYTES", 300)
    layout = layouts.read({"python": "%(asctime)s %(message)s", "datefmt": "%b %d %H:%M:%S"})
    minutes = [f"Oct 26 02:{minute:02}:00 x\n" * 5 for minute in (*range(60), *range(60))]
    data = "".join(["Dec 31 00:00:00 x\n" * 500, *minutes, "Nov 01 00:00:00 x\n" * 500]).encode()
    source = Source(format=layout, timezone="Europe/Berlin")
    monkeypatch.setattr(convert, "_identity", lambda _: ("", 20_400))  # 8 November 2025
    one = converted(tmp_path, "a.log", data, 1, source)
    assert converted(tmp_path, "a.log", data, 3, source) == one
    stamps = (b"2024-12-31T23:00", b"2024-12-30T23:00", b"2025-10-26T00:", b"2025-10-26T01:")
    assert [one.count(stamp) for stamp in stamps] == [0, 1000, 600, 600]


@pytest.mark.parametrize(
    "data",
    ["\ufeff".encode("utf-16-le") + LINES.decode().encode("utf-16-le"), b"\0" * 7_000 + LINES],
    ids=["wide, by its mark", "after a hole"],
)
def test_encoding_that_the_first_bytes_tell_is_known_to_every_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(seams, "RUN_UP_BYTES", 300)
    monkeypatch.setattr(seams, "RANGE_BYTES", 5_000)
    monkeypatch.setattr(convert, "RANGE_BYTES", 5_000)
    one = converted(tmp_path, "a.log", data, 1, Source())
    assert converted(tmp_path, "a.log", data, 2, Source()) == one


def test_range_that_guessed_wrong_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seams, "RANGE_BYTES", 5_000)
    monkeypatch.setattr(convert, "RANGE_BYTES", 5_000)
    monkeypatch.setattr(seams, "RUN_UP_BYTES", 0)
    head = LINES.splitlines(keepends=True)[0]
    data = (head + b"\tat x\n" * 2_000) * 5
    one = converted(tmp_path, "a.log", data, 1, Source())
    assert converted(tmp_path, "a.log", data, 2, Source()) == one


def test_big_file_is_converted_in_order_to_a_pipe(tmp_path: Path) -> None:
    times = 2 * seams.RANGE_BYTES // len(SEED) + 9
    (tmp_path / "a.log").write_bytes(SEED * times)
    done = sidecar("convert", "--jobs", "2", "a.log", "-", given=SEED, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, MADE * (times + 1))


def test_output_that_is_full_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(SEED * (seams.RANGE_BYTES // len(SEED) + 9))
    done = sidecar("convert", "--jobs", "2", "a.log", "-o", "/dev/full", cwd=tmp_path)
    assert done.returncode == 1
    assert b"No space left" in done.stderr


@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_number_of_jobs_is_a_number(number: str) -> None:
    done = sidecar("convert", f"--jobs={number}", "-")
    assert done.returncode == 2
    assert b"--jobs" in done.stderr


@pytest.mark.parametrize(
    ("ended_by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_conversion_that_is_ended_leaves_no_process(
    tmp_path: Path, ended_by: signal.Signals, code: int
) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(SEED * (3 * seams.RANGE_BYTES // len(SEED)))
    ours, theirs = os.pipe()  # whoever is left holds its end
    process = subprocess.Popen(
        [sys.executable, "-m", "sidecar", "convert", "-q", "--jobs", "2", str(path)],
        stdout=subprocess.PIPE,
        pass_fds=[theirs],
        start_new_session=True,
    )
    os.close(theirs)
    assert process.stdout
    assert process.stdout.read(len(MADE)) == MADE  # it writes, and soon waits for us
    if ended_by == signal.SIGINT:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    else:
        process.send_signal(ended_by)
    process.stdout.close()
    assert process.wait(30) == code
    assert os.read(ours, 1) == b""
    os.close(ours)


def test_reader_that_goes_away_ends_every_job(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(SEED * (3 * seams.RANGE_BYTES // len(SEED)))
    process = subprocess.Popen(
        [sys.executable, "-m", "sidecar", "convert", "-q", "--jobs", "2", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.read(len(MADE)) == MADE
    process.stdout.close()
    assert process.wait(30) == 141
    assert process.stderr
    assert process.stderr.read() == b""
    process.stderr.close()
