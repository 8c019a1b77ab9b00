"""What happens to files, and what comes out."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Sidecar

Start = Callable[..., Sidecar]

SEED = "[2018-01-01 01:01:01] foo - WARNING - foo.bar - There is something wrong.\n"


def access(number: int) -> str:
    return f'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET /{number} HTTP/1.1" 200 1\n'


def numbers(records: list[dict[str, Any]]) -> list[int]:
    return [int(one["path"][1:]) for one in records if "path" in one]


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_line_becomes_json_byte_for_byte(logs: Path, sidecar: Start) -> None:
    (logs / "app.log").write_text(SEED)
    one = sidecar("--format", "bracket")
    one.wait_lines(1)
    assert one.stop() == 0
    assert b"".join(one.lines) == (
        b'{"date":"2018-01-01 01:01:01","component":"foo","subcomponent":"foo.bar",'
        b'"level":"WARNING","message":"There is something wrong."}\n'
    )


def test_file_that_appears_later_is_followed(logs: Path, sidecar: Start) -> None:
    one = sidecar().ready()
    append(logs / "late.log", access(1))
    one.wait_lines(1)
    append(logs / "late.log", access(2))
    one.wait_lines(2)
    assert numbers(one.records) == [1, 2]


def test_folder_deleted_and_made_anew_is_followed(logs: Path, sidecar: Start) -> None:
    (logs / "sub").mkdir()
    append(logs / "sub" / "a.log", access(1))
    one = sidecar(glob="**/*.log")
    one.wait_lines(1)
    shutil.rmtree(logs / "sub")
    (logs / "sub").mkdir()
    append(logs / "sub" / "a.log", access(2))
    one.wait_lines(2)
    assert numbers(one.records) == [1, 2]


def test_rename_rotation_loses_and_repeats_nothing(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    one = sidecar().ready()
    for number in range(2000):
        append(path, access(number))
        if number % 100 == 99:
            for age in range(30, 0, -1):
                if (logs / f"app.log.{age}").exists():
                    (logs / f"app.log.{age}").rename(logs / f"app.log.{age + 1}")
            path.rename(logs / "app.log.1")
    one.wait_lines(2000)
    assert one.stop() == 0
    assert sorted(numbers(one.records)) == list(range(2000))


def test_copytruncate_between_bursts_loses_and_repeats_nothing(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    one = sidecar().ready()
    for burst in range(4):
        append(path, "".join(access(burst * 500 + number) for number in range(500)))
        shutil.copy(path, logs / f"app.log.{burst + 1}")
        os.truncate(path, 0)
        append(path, access(10_000 + burst))
        one.wait_for(lambda one, burst=burst: 10_000 + burst in numbers(one.records))
    one.wait_lines(2004)
    assert one.stop() == 0
    found = numbers(one.records)
    assert sorted(found) == sorted([*range(2000), *range(10_000, 10_004)])


def test_truncated_file_is_read_from_its_start(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    append(path, access(1) * 3)
    one = sidecar()
    one.wait_lines(3)
    path.write_text(access(2))
    one.wait_lines(4)
    assert numbers(one.records) == [1, 1, 1, 2]


def test_file_truncated_and_grown_past_the_old_offset_is_read_from_its_start(
    logs: Path, sidecar: Start
) -> None:
    path = logs / "app.log"
    append(path, access(1))
    one = sidecar()
    one.wait_lines(1)
    path.write_text("".join(access(number) for number in range(100, 150)))
    one.wait_lines(51)
    assert numbers(one.records) == [1, *range(100, 150)]


def test_deleted_file_is_read_to_its_end_and_let_go(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    one = sidecar().ready()
    with path.open("w") as writer:
        writer.write(access(1))
        writer.flush()
        one.wait_lines(1)
        path.unlink()
        writer.write(access(2) + "last words")
    one.wait_lines(3)
    assert one.records[-1]["message"] == "last words"
    one.eventually("/metrics", "sidecar_files_open 0.0")


def test_trace_joins_its_head_however_it_is_written(logs: Path, sidecar: Start) -> None:
    path = logs / "catalina.log"
    one = sidecar().ready()
    head = "23-Nov-2026 21:46:01.123 SEVERE [main] a.B.c it broke"
    for line in (head, "\tjava.lang.Error: x", "\t\tat a.B.c(B.java:1)"):
        append(path, line + "\n")
    one.wait_lines(1)
    assert one.records[0]["message"] == "it broke\n\tjava.lang.Error: x\n\t\tat a.B.c(B.java:1)"


def test_restart_goes_on_where_it_stopped(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    append(path, access(1))
    one = sidecar()
    one.wait_lines(1)
    assert one.stop() == 0
    append(path, access(2))
    path.rename(logs / "moved-away")
    append(path, access(3))
    two = sidecar()
    two.wait_lines(2)
    assert two.stop() == 0
    assert sorted(numbers(two.records)) == [2, 3]


def test_copytruncate_while_down_is_resolved_at_the_start(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    append(path, access(1))
    one = sidecar()
    one.wait_lines(1)
    assert one.stop() == 0
    append(path, access(2))
    shutil.copy(path, logs / "app.log.1")
    os.truncate(path, 0)
    append(path, access(3))
    two = sidecar()
    two.wait_lines(2)
    assert two.stop() == 0
    assert sorted(numbers(two.records)) == [2, 3]


def test_broken_checkpoint_is_kept_aside_and_files_are_read_again(
    logs: Path, tmp_path: Path, sidecar: Start
) -> None:
    append(logs / "app.log", access(1))
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "checkpoint.json").write_text('{"version": 1, "files": [')
    one = sidecar()
    one.wait_lines(1)
    assert one.stop() == 0
    assert [said for said in one.errors if "no checkpoint" in said.get("trouble", "")]
    assert list((tmp_path / "state").glob("checkpoint.json.bad-*"))


def test_fifo_link_out_and_unreadable_names_stop_nothing(logs: Path, sidecar: Start) -> None:
    os.mkfifo(logs / "pipe.log")
    (logs / "out.log").symlink_to("/etc/passwd")
    (logs / "gone.log").symlink_to(logs / "nowhere")
    odd = os.path.join(os.fsencode(logs), b"odd\n\xff.log")
    with open(odd, "wb") as file:
        file.write(access(1).encode())
    append(logs / "app.log", access(2))
    one = sidecar("--add", "file")
    one.wait_lines(2)
    assert one.get("/health")[0] == 200
    assert one.stop() == 0
    assert sorted(numbers(one.records)) == [1, 2]


@pytest.mark.parametrize("seam", ["", "after_read:9", "after_write:9", "before_save:2"])
def test_kill_repeats_only_what_left_since_the_last_save(
    logs: Path, tmp_path: Path, sidecar: Start, seam: str
) -> None:
    path = logs / "app.log"
    enough = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not enough.wait(0.001):
            append(path, "".join(access(number) for number in range(written, written + 20)))
            written += 20
            if written % 2000 == 0:
                path.rename(logs / f"app.log.{written}")

    writer = threading.Thread(target=write)
    writer.start()
    before: set[int] = set()
    saved: set[int] = set()
    chance = random.Random(7)
    for _ in range(5):
        one = sidecar(env={"SIDECAR_TEST_KILL": seam, "SIDECAR_CHECKPOINT__INTERVAL_S": "0.05"})
        if seam:
            assert one.wait() == -signal.SIGKILL
        else:
            one.wait_lines(chance.randrange(1, 800))
            one.stop(signal.SIGKILL)
        assert all(line.endswith(b"\n") for line in one.lines)
        found = numbers(one.records)
        assert len(found) == len(set(found))
        assert not saved & set(found)
        before |= set(found)
        saved = saved_numbers(logs, tmp_path / "state" / "checkpoint.json")
        assert saved <= before
    enough.set()
    writer.join()
    last = sidecar()
    last.wait_for(lambda one: len(before | set(numbers(one.records))) == written)
    assert last.stop() == 0
    assert not saved & set(numbers(last.records))


def saved_numbers(logs: Path, checkpoint: Path) -> set[int]:
    """Give the events that a checkpoint counts as taken, read from the files themselves."""
    if not checkpoint.exists():
        return set()
    paths = {path.stat().st_ino: path for path in logs.iterdir()}
    done: set[int] = set()
    for entry in json.loads(checkpoint.read_text())["files"]:
        text = paths[entry["inode"]].read_bytes()[: entry["offset"]]
        done |= {int(line.split(b"GET /")[1].split()[0]) for line in text.splitlines()}
    return done


def test_figures_add_up_at_every_scrape(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    one = sidecar().ready()

    def write() -> None:
        for number in range(20_000):
            append(path, access(number))

    writer = threading.Thread(target=write)
    writer.start()
    scrapes = 0
    while writer.is_alive() or scrapes < 5:
        figures = {
            line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in one.get("/metrics")[1].splitlines()
            if not line.startswith("#")
        }
        label = f'{{file="{path}"}}'
        if f"sidecar_read_bytes_total{label}" in figures:
            assert figures[f"sidecar_read_bytes_total{label}"] == (
                figures[f"sidecar_emitted_bytes_total{label}"]
                + figures[f"sidecar_file_skipped_bytes_total{label}"]
                + figures[f"sidecar_pending_bytes{label}"]
            )
        scrapes += 1
    writer.join()
    one.wait_lines(20_000)
    assert one.stop() == 0
    assert numbers(one.records) == list(range(20_000))
