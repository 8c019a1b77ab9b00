"""``sidecar detect`` and ``sidecar explain``: what they print, what they propose, how they exit."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

JULI = "".join(
    f"23-Nov-2026 21:46:{second:02}.123 INFO [main] a.B.c text\n\tat a.B.c(B.java:1)\n"
    for second in range(10)
)
ACCESS = "".join(
    f'192.0.2.7 - - [23/Nov/2026:21:46:{second:02} +0000] "GET / HTTP/1.1" 200 5 {second}500\n'
    for second in range(1, 31)
)
PROSE = "Nobody had slept.\nThe sea was calm.\n"


def sidecar(
    *args: str, given: bytes = b"", cwd: Path, **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command; nothing it says may be a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "sidecar", *args],
        input=given, capture_output=True, timeout=30, check=False, cwd=cwd,
        env={**os.environ, **env},
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def reports(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.log").write_text(JULI)
    (tmp_path / "the access.log").write_text(ACCESS)
    (tmp_path / "both.log").write_text(JULI + ACCESS)
    (tmp_path / "prose.txt").write_text(PROSE)
    return tmp_path


# -- detect ----------------------------------------------------------------------------------------


def test_report_says_what_was_found_and_what_to_write(folder: Path) -> None:
    done = sidecar("detect", "a.log", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines() == [
        "a.log",
        "  format   juli, >99 % sure; no line fits another",
        "  sample   all of it, 20 lines, 680 bytes",
        "  fit      100 % of 20 lines: 10 heads, 10 of traces",
        "  events   10, 2026-11-23T21:46:00Z to 2026-11-23T21:46:09Z",
        "  command  sidecar convert --format juli a.log",
        f'  source   - {{"include":["{folder}/a.log"],"format":"juli"}}',
    ]


def test_file_of_no_format_is_refused_with_its_first_lines(folder: Path) -> None:
    done = sidecar("detect", "prose.txt", cwd=folder)
    assert done.returncode == 1
    said = done.stdout.decode()
    assert "raw, no claim" in said
    assert "line 1: Nobody had slept." in said
    assert "sidecar convert" not in said


def test_mixed_file_is_reported_with_shares_and_proposed_as_auto(folder: Path) -> None:
    done = sidecar("detect", "both.log", cwd=folder)
    assert done.returncode == 0
    said = done.stdout.decode()
    assert "  format   mixed, >99 % sure: auto" in said
    assert "  lines in access 60 %, juli 40 %" in said
    assert "--format auto --duration-unit us both.log" in said


def test_files_are_told_in_their_order_and_one_that_fails_stops_none(folder: Path) -> None:
    done = sidecar("detect", "--json", "a.log", "gone.log", ".", "prose.txt", "a.log", cwd=folder)
    assert done.returncode == 1
    assert [one["file"] for one in reports(done)] == ["a.log", "prose.txt", "a.log"]
    assert [line.split(b":")[1] for line in done.stderr.splitlines()] == [b" gone.log", b" ."]


def test_object_a_file_is_for_programs(folder: Path) -> None:
    (folder / "odd.log").write_text("odd\n" + JULI)
    (one,) = reports(sidecar("detect", "--json", "odd.log", cwd=folder))
    assert one["verdict"] == "format"
    assert one["format"] == "juli"
    assert one["scores"] == [{"format": "juli", "confidence": one["confidence"]}]
    assert 0.9 < one["confidence"] < 1
    assert one["lines"] == {"heads": 10, "traces": 10, "texts": 0, "unreadable": 0, "misfits": 1}
    assert one["unfit"] == [{"line": 1, "offset": 0, "text": "odd"}]
    assert one["source"] == {"format": "juli"}
    assert one["sample"]["whole"] is True


@pytest.mark.parametrize("packed", [True, False])
def test_standard_input_and_packed_files_are_read(folder: Path, packed: bool) -> None:
    data = JULI.encode()
    given = gzip.compress(data) if packed else data
    (one,) = reports(sidecar("detect", "--json", "-", given=given, cwd=folder))
    assert (one["format"], one["sample"]["bytes"]) == ("juli", len(data))
    (folder / "a.log.gz").write_bytes(gzip.compress(data))
    assert reports(sidecar("detect", "--json", "a.log.gz", cwd=folder))[0]["events"] == 10


def test_packed_file_that_is_cut_is_told(folder: Path) -> None:
    (folder / "cut.gz").write_bytes(gzip.compress(os.urandom(10_000))[:-100])
    done = sidecar("detect", "cut.gz", cwd=folder)
    assert done.returncode == 1
    assert b"cut.gz: Compressed file ended" in done.stderr


def test_size_of_the_sample_is_the_users(folder: Path) -> None:
    (one,) = reports(sidecar("detect", "--json", "--lines", "6", "a.log", cwd=folder))
    assert (one["sample"]["lines"], one["sample"]["whole"]) == (6, False)
    assert sidecar("detect", "--lines", "0", "a.log", cwd=folder).returncode == 2


@pytest.mark.parametrize(
    "args", [[], ["--format", "tomcat", "--layout", '%h %l %u %t "%r" %s %b %D']]
)
def test_command_and_source_that_are_proposed_read_the_file(folder: Path, args: list[str]) -> None:
    done = sidecar("detect", *args, "the access.log", cwd=folder)
    said = dict(line.split(None, 1) for line in done.stdout.decode().splitlines()[1:])
    command = shlex.split(said["command"])
    assert command[0] == "sidecar"
    made = sidecar(*command[1:], cwd=folder)
    assert b"did not fit: 0" in made.stderr
    assert json.loads(made.stdout.splitlines()[0])["duration"] == 0.0015
    (folder / "sidecar.yaml").write_text("sources:\n" + said["source"])
    checked = sidecar("check", "--config", "sidecar.yaml", cwd=folder)
    assert checked.returncode == 0
    assert b'duration_unit: "us"' in checked.stdout


def test_layout_is_tried_beside_the_formats(folder: Path) -> None:
    args = ("detect", "--json", "--format", "tomcat", "--layout")
    (one,) = reports(sidecar(*args, "%t %s", "the access.log", cwd=folder))
    assert one["format"] == "access"
    (one,) = reports(sidecar(*args, '%h %l %u %t "%r" %s %b %D', "the access.log", cwd=folder))
    assert [score["format"] for score in one["scores"]] == ["tomcat", "access"]


def test_format_that_is_asked_is_the_only_one(folder: Path) -> None:
    (one,) = reports(sidecar("detect", "--json", "--format", "juli", "both.log", cwd=folder))
    assert [score["format"] for score in one["scores"]] == ["juli"]


def test_encodings_are_noticed_and_told(folder: Path) -> None:
    (folder / "wide.log").write_bytes(JULI.encode("utf-16-le"))
    (folder / "latin.log").write_bytes(JULI.replace("text", "café").encode("latin-1"))
    (folder / "marked.log").write_bytes(JULI.encode("utf-16"))
    names = ["wide.log", "latin.log", "marked.log"]
    wide, latin, marked = reports(sidecar("detect", "--json", *names, cwd=folder))
    assert wide["source"] == {"format": "juli", "encoding": "utf-16-le"}
    assert "without a byte order mark" in wide["notes"][0]
    assert latin["notes"][0].startswith("10 of 20 lines with bytes that utf-8 has not")
    assert marked["source"] == {"format": "juli"}
    assert "byte order mark" in marked["notes"][0]


def test_colours_are_noticed(folder: Path) -> None:
    (folder / "red.log").write_text(JULI.replace("23-", "\x1b[31m23-"))
    (one,) = reports(sidecar("detect", "--json", "red.log", cwd=folder))
    assert one["source"] == {"format": "juli", "strip_ansi": True}
    assert one["command"] is None  # a conversion has no flag for it


def test_what_is_printed_is_utf_8_whatever_the_terminal_takes(folder: Path) -> None:
    (folder / "주문.log").write_text("주문 완료\n")
    said = sidecar("detect", "주문.log", cwd=folder, PYTHONIOENCODING="latin-1").stdout.decode()
    assert said.startswith("주문.log\n")
    assert "line 1: 주문 완료" in said
    args = ("explain", "--format", "raw", "주문")
    assert "주문" in sidecar(*args, cwd=folder, PYTHONIOENCODING="latin-1").stdout.decode()


def test_names_of_files_may_be_any_bytes(folder: Path) -> None:
    name = os.fsdecode(b"\xff.log")
    (folder / name).write_text(JULI)
    for args in ((), ("--json",)):
        done = sidecar("detect", *args, name, cwd=folder)
        assert done.returncode == 0
        assert "\ufffd.log" in done.stdout.decode()


def test_what_a_log_holds_cannot_move_the_cursor(folder: Path) -> None:
    (folder / "bad\x1b[2J.log").write_bytes(b"\x1b]0;title\x07\x9b2J\r\x00\n" * 3)
    said = sidecar("detect", "bad\x1b[2J.log", cwd=folder).stdout
    assert not set(said) & {0x1B, 0x07, 0x0D, 0x00}


def test_long_line_and_empty_file_are_refused(folder: Path) -> None:
    (folder / "empty").write_bytes(b"")
    with (folder / "long").open("wb") as file:
        file.truncate(200_000_000)
    long, empty = reports(sidecar("detect", "--json", "long", "empty", cwd=folder))
    assert long["verdict"] == empty["verdict"] == "none"
    assert "no end of a line" in " ".join(long["notes"])
    assert empty["sample"]["lines"] == 0


# -- explain ---------------------------------------------------------------------------------------


def test_line_that_fits_is_shown_with_its_record(tmp_path: Path) -> None:
    done = sidecar("explain", JULI.splitlines()[0], cwd=tmp_path)
    assert done.returncode == 0
    head, record = done.stdout.decode().splitlines()[:2]
    assert head.split() == ["juli", "fits:"]
    assert json.loads(record)["logger"] == "a.B.c"


def test_line_that_stops_is_shown_with_a_caret(tmp_path: Path) -> None:
    line = "23-Nov-2026 21:46:01.123 INFO main a.B.c x"
    done = sidecar("explain", "--format", "juli", line, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        'juli  stops at column 31: expected "[", after level from column 26',
        f"  {line}",
        f"  {'':30}^",
    ]


def test_event_of_several_lines_comes_from_standard_input(tmp_path: Path) -> None:
    event = JULI.splitlines(keepends=True)[:2]
    done = sidecar("explain", "--json", given="".join(event).encode(), cwd=tmp_path)
    best = json.loads(done.stdout.splitlines()[0])
    assert (best["format"], best["fits"]) == ("juli", True)
    assert best["record"]["message"] == "text\n\tat a.B.c(B.java:1)"
    twice = ACCESS.splitlines()[0] + "\nx"
    done = sidecar("explain", "--json", "--format", "access", twice, cwd=tmp_path)
    (found,) = reports(done)
    assert (found["line"], found["column"]) == (1, len(twice) - 1)


def test_layout_is_explained(tmp_path: Path) -> None:
    args = ("explain", "--format", "tomcat", "--layout", '"%r" %s')
    assert sidecar(*args, '"GET /" 200', cwd=tmp_path).returncode == 0
    done = sidecar(*args, '"GET /주문" 2x0', cwd=tmp_path)
    assert done.returncode == 1
    text, caret = done.stdout.decode().splitlines()[1:]
    assert (text, caret) == ('  "GET /주문" 2x0', f"  {'':13}^")


def test_long_line_is_cut_around_the_place(tmp_path: Path) -> None:
    line = ACCESS.splitlines()[0].replace("GET /", "GET /" + "x" * 5000).replace("200", "2x0")
    said = sidecar("explain", line, cwd=tmp_path).stdout.decode()
    assert "first 4096 bytes" in said
    assert max(map(len, said.splitlines())) < 200
