"""What happens to files, and what comes out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.e2e.harness import Sidecar
from tests.e2e.writers import access, append, numbers

Start = Callable[..., Sidecar]

SEED = "[2018-01-01 01:01:01] foo - WARNING - foo.bar - There is something wrong.\n"


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
        one.wait_lines(501 * (burst + 1))
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
