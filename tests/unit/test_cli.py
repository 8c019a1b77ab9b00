"""The command line: exit codes, help, conversions, and no traceback whatever comes."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from sidecar import __version__
from sidecar.formats import FORMATS

SEED = b"[2018-01-01 01:01:01] foo - WARNING - foo.bar - There is something wrong.\n"
MADE = (
    b'{"date":"2018-01-01 01:01:01","component":"foo","subcomponent":"foo.bar",'
    b'"level":"WARNING","message":"There is something wrong."}\n'
)
ACCESS = b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET /1 HTTP/1.1" 200 1 12\n'


def sidecar(
    *args: str, given: bytes = b"", cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command; nothing it says may be a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "sidecar", *args],
        input=given,
        capture_output=True,
        timeout=30,
        check=False,
        cwd=cwd,
        env={**os.environ, **env},
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def records(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


# -- what it says of itself ----------------------------------------------------------------------


def test_version_is_told() -> None:
    done = sidecar("--version")
    assert (done.returncode, done.stdout) == (0, f"sidecar {__version__}\n".encode())


@pytest.mark.parametrize("command", ["run", "convert", "check", "detect", "explain"])
def test_help_shows_examples(command: str) -> None:
    done = sidecar(command, "--help")
    assert done.returncode == 0
    assert b"examples:\n  sidecar " + command.encode() in done.stdout.replace(
        b"SIDECAR_INCLUDE=/logs/*.log ", b""
    )


def test_formats_are_listed_with_their_definitions() -> None:
    text = sidecar("formats").stdout.decode()
    listed = [json.loads(line) for line in sidecar("formats", "--json").stdout.splitlines()]
    assert [one["name"] for one in listed] == [one.name for one in FORMATS]
    for one in listed:
        assert one["name"] in text
        assert one["source"] in text


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "COMMAND"),
        (("fly",), "fly"),
        (("run", "--fast"), "--fast"),
        (("convert", "--format"), "--format"),
        (("convert", "--format", "jul", "-"), "did you mean juli?"),
        (("convert", "--format", "juli", "--layout", "%m", "-"), "--layout"),
        (("convert", "--add", "line", "-"), "--add"),
        (("convert", "--timezone", "Mars/Phobos", "-"), "--timezone"),
        (("convert", "--multiline", "start=(", "-"), "--multiline"),
        (("check",), "include"),
        (("detect",), "FILE"),
        (("detect", "--format", "jul", "a.log"), "did you mean juli?"),
        (("explain", "--layout", "%m", "x"), "--layout"),
        (("run",), "include"),
        (("run", "--config", "nowhere.yaml"), "nowhere.yaml"),
        (("run", "*.log", "--listen", "x"), "--listen"),
    ],
)
def test_wrong_use_is_told_and_exits_2(args: Sequence[str], said: str, tmp_path: Path) -> None:
    done = sidecar(*args, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stdout == b""


def test_problems_of_the_daemons_configuration_are_json_on_stderr(tmp_path: Path) -> None:
    done = sidecar("run", "*.log", "--format", "jul", "--listen", "x", cwd=tmp_path)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [one["key"] for one in told] == ["sources[0].format", "http.listen"]
    assert all(one["level"] == "error" for one in told)


# -- layouts -------------------------------------------------------------------------------------


def test_layout_on_the_command_line_reads_what_it_writes() -> None:
    line = b'[23/Nov/2026:21:46:01 +0000] ::1 "GET / HTTP/1.1" 200 1500\n'
    layout = '%t %a "%r" %s %D'
    done = sidecar("convert", "--format", "tomcat", "--layout", layout, "-", given=line)
    assert json.loads(done.stdout) == {
        "timestamp": "2026-11-23T21:46:01Z", "client_ip": "::1", "method": "GET", "path": "/",
        "protocol": "HTTP/1.1", "status": 200, "duration": 1.5,
    }  # fmt: skip
    assert b"1 tomcat" in done.stderr
    assert b"%D counts what duration_unit says" in done.stderr


def test_check_reads_the_samples_of_a_layout(tmp_path: Path) -> None:
    path = tmp_path / "sidecar.yaml"
    path.write_text(
        "sources:\n  - include: [/logs/*.log]\n    format:\n      tomcat: '%a %s'\n"
        "      samples:\n        - '::1 200'\n        - {event: '::1 404', record: {status: 404}}\n"
        "        - nothing of the kind\n"
    )
    done = sidecar("check", "--config", str(path))
    assert done.returncode == 2
    assert b"# reads client_ip text, status integer" in done.stdout
    told = done.stderr.decode().splitlines()
    assert [one for one in told if not one.startswith("  hint: ")] == [
        (
            f'{path}:3: sources[0].format.samples: found {{"client_ip":"::1","status":404}}, '
            "expected a line that the layout writes, and its record"
        ),
        (
            f'{path}:3: sources[0].format.samples: found {{"message":"nothing of the kind",'
            '"parse_error":"tomcat"}, expected a line that the layout writes, and its record'
        ),
    ]


# -- check ---------------------------------------------------------------------------------------


def test_check_prints_each_value_with_its_origin(tmp_path: Path) -> None:
    path = tmp_path / "sidecar.yaml"
    path.write_text("sources:\n  - include: [/logs/*.log]\n    format: juli\n")
    done = sidecar("check", "--config", str(path), SIDECAR_DRAIN_S="20", SIDECAR_NONSENSE="1")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert f'format: "juli"  # {path}:3' in text
    assert "drain_s: 20.0  # SIDECAR_DRAIN_S" in text
    assert b"SIDECAR_NONSENSE" in done.stderr


def test_check_reports_every_problem_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "sidecar.yaml"
    path.write_text("sources:\n  - include: [/logs/*.log]\n    format: jul\ndrain: 1\n")
    done = sidecar("check", "--config", str(path))
    assert (done.returncode, done.stdout) == (2, b"")
    said = done.stderr.decode().splitlines()
    *names, last = sorted(["auto", *(one.name for one in FORMATS)])
    expected = f"{', '.join(names)} or {last}"
    assert [line for line in said if line.startswith(str(path))] == [
        f'{path}:3: sources[0].format: found "jul", expected {expected}',
        *[line for line in said if line.startswith(f"{path}:4: drain: found an unknown key")],
    ]
    assert len(said) == 4


# -- convert -------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [("--format", "bracket", "-"), ("--format", "auto", "-"), ()])
def test_line_of_the_document_gives_its_json(args: Sequence[str]) -> None:
    done = sidecar("convert", *args, given=SEED)
    assert (done.returncode, done.stdout) == (0, MADE)


def test_console_script_and_module_are_one() -> None:
    script = os.path.join(os.path.dirname(sys.executable), "sidecar")
    done = subprocess.run(
        [script, "convert", "-q"], input=SEED, capture_output=True, check=True, timeout=30
    )
    assert done.stdout == MADE


def test_files_are_converted_in_their_order_each_to_its_end(tmp_path: Path) -> None:
    for name in ("b.log", "a.log"):
        (tmp_path / name).write_bytes(SEED + b"joined " + name.encode())
    done = sidecar("convert", "b.log", "a.log", "b.log", cwd=tmp_path)
    assert [one["message"].split()[-1] for one in records(done)] == ["b.log", "a.log", "b.log"]


def test_summary_says_what_was_made_and_quiet_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(SEED + ACCESS)
    said = sidecar("convert", "a.log", cwd=tmp_path).stderr.decode()
    assert f"{len(SEED + ACCESS)} bytes, events: 1 access, 1 bracket; did not fit: 0" in said
    assert sidecar("convert", "--quiet", "a.log", cwd=tmp_path).stderr == b""


@pytest.mark.parametrize("missing", ["none.log", "folder", "closed/a.log", "x" * 300])
def test_input_that_cannot_be_read_is_told_and_the_others_are_converted(
    tmp_path: Path, missing: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.log").write_bytes(SEED)
    done = sidecar("convert", "a.log", missing, "a.log", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, MADE * 2)
    assert f"sidecar: {missing}: " in done.stderr.decode()


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    done = sidecar("convert", "-", "-o", "out.jsonl", given=SEED, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / "out.jsonl").read_bytes() == MADE


def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = sidecar("convert", "-", "-o", "none/out.jsonl", given=SEED, cwd=tmp_path)
    assert done.returncode == 1
    assert b"none/out.jsonl: No such file or directory" in done.stderr
    done = sidecar("convert", "-", "-o", "/dev/full", given=SEED * 2000)
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr


def test_input_may_not_be_the_output(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(SEED)
    done = sidecar("convert", "a.log", "-o", "a.log", cwd=tmp_path)
    assert done.returncode == 2
    assert path.read_bytes() == SEED


def test_strict_exits_3_when_lines_did_not_fit() -> None:
    args = ("convert", "--format", "access", "-")
    assert sidecar(*args, given=ACCESS + b"odd\n").returncode == 0
    assert sidecar(*args, "--strict", given=ACCESS + b"odd\n").returncode == 3
    assert sidecar(*args, "--strict", given=ACCESS).returncode == 0


def test_options_shape_the_records() -> None:
    done = sidecar(
        *("convert", "--format", "juli", "--timezone", "Asia/Seoul", "--fields", "app=shop,n=1"),
        *("--add", "file,offset", "--encoding", "cp949", "-"),
        given="23-Nov-2026 21:46:01.123 SEVERE [main] a.B.c 장바구니\n".encode("cp949"),
    )
    assert records(done) == [
        {
            "timestamp": "2026-11-23T12:46:01.123Z",
            "level": "ERROR",
            "thread": "main",
            "logger": "a.B.c",
            "message": "장바구니",
            "app": "shop",
            "n": "1",
            "file": "-",
            "offset": 0,
        }
    ]


@pytest.mark.parametrize(("unit", "seconds"), [("ms", 0.012), ("us", 0.000012), ("s", 12)])
def test_whole_durations_are_in_the_unit_that_is_given(unit: str, seconds: float) -> None:
    done = sidecar("convert", "--duration-unit", unit, given=ACCESS)
    assert records(done)[0]["duration"] == seconds


@pytest.mark.parametrize(
    ("rule", "messages"),
    [
        ("auto", ["There is something wrong.\nmore\n> next"]),
        ("none", ["There is something wrong.", "more", "> next"]),
        ("start=>", [SEED.decode() + "more", "> next"]),
    ],
)
def test_lines_are_joined_as_the_rule_says(rule: str, messages: list[str]) -> None:
    done = sidecar(
        "convert", "--format", "bracket", "--multiline", rule, given=SEED + b"more\n> next\n"
    )
    if rule.startswith("start"):
        messages = ["There is something wrong.", "more", "> next"]
    assert [one["message"] for one in records(done)] == messages


def test_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(SEED * 50_000)
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -m sidecar convert a.log | head -1; echo ${{PIPESTATUS[0]}}",
        ],
        capture_output=True,
        cwd=tmp_path,
        timeout=30,
        check=False,
    )
    assert done.stdout == MADE + b"141\n"
    assert done.stderr == b""


def test_nothing_to_read_but_a_terminal_is_wrong_use() -> None:
    leader, follower = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sidecar", "convert"],
            stdin=follower,
            capture_output=True,
            timeout=30,
            check=False,
        )
    finally:
        os.close(leader)
        os.close(follower)
    assert done.returncode == 2
    assert b"terminal" in done.stderr


def test_interrupt_ends_a_conversion_with_130(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [sys.executable, "-m", "sidecar", "convert", "--format", "raw", str(fifo)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with fifo.open("wb") as writer:
        writer.write(b"x" * 100_000 + b"\ny\n")
        writer.flush()
        process.send_signal(2)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in said


def test_compressed_input_is_read_as_what_it_holds(tmp_path: Path) -> None:
    packed = gzip.compress(SEED * 1000) + gzip.compress(SEED)
    (tmp_path / "a.gz").write_bytes(packed)
    done = sidecar("convert", "a.gz", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, MADE * 1001)
    assert sidecar("convert", "-", given=packed).stdout == MADE * 1001


@pytest.mark.parametrize("harm", ["cut", "broken"])
def test_compressed_input_that_is_damaged_is_converted_as_far_as_it_goes(
    tmp_path: Path, harm: str
) -> None:
    packed = bytearray(gzip.compress(os.urandom(50_000).hex().encode() + b"\n", 1))
    if harm == "cut":
        del packed[-1000:]
    else:
        packed[-1000:-900] = b"\xff" * 100
    (tmp_path / "a.gz").write_bytes(packed)
    done = sidecar("convert", "--format", "raw", "a.gz", cwd=tmp_path)
    assert done.returncode == 1
    assert len(records(done)[0]["message"]) > 50_000
    assert b"a.gz: " in done.stderr


@pytest.mark.parametrize("command", [["convert"], ["run", "--once", "--listen", ""]])
def test_stamp_without_a_year_is_the_last_before_its_file_was_written(
    tmp_path: Path, command: list[str]
) -> None:
    path = tmp_path / "app.log"
    path.write_text("Dec 31 23:59:59 old\nJan 01 00:00:00 new\n")
    written = datetime(2024, 1, 2, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    layout = ["--format", "log4j", "--layout", "%d{MMM dd HH:mm:ss} %m%n"]
    done = sidecar(*command, str(path), *layout)
    assert [orjson.loads(line)["timestamp"] for line in done.stdout.splitlines()] == [
        "2023-12-31T23:59:59Z",
        "2024-01-01T00:00:00Z",
    ]
