"""What stands in lines, and how it is written: piece by piece, in any encoding, with any bytes."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.ledger import Scene, figure, unseen, wait_figure
from tests.e2e.nginx import wait_until
from tests.e2e.test_copytruncate import look
from tests.e2e.test_metrics import add_up, scrape, wait_quiet


def messages(scene: Scene) -> list[str]:
    """Give the texts that came out; each line must be one object of JSON."""
    found = []
    for line in scene.output:
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        record = json.loads(line)
        assert isinstance(record["message"], str)
        found.append(record["message"])
    return found


def write_apart(scene: Scene, path: Path, pieces: list[bytes]) -> None:
    """Write each piece once the one before was read."""
    done = figure(scene.one, "read_bytes_total")
    with path.open("ab", buffering=0) as file:
        for piece in pieces:
            file.write(piece)
            done += len(piece)
            wait_figure(scene.one, "read_bytes_total", done)


def balanced(scene: Scene, size: int) -> dict[str, float]:
    """See that so many bytes were read, and each is accounted for; gives what was skipped."""
    wait_quiet(scene.one, size)
    figures = scrape(scene.one)
    add_up(figures)
    assert figures["sidecar_read_bytes_total"][""] == size
    return figures["sidecar_skipped_bytes_total"]


# -- lines without an end -----------------------------------------------------------------------


def test_line_that_is_completed_in_time_comes_as_one(scene: Scene) -> None:
    scene.run()
    write_apart(scene, scene.logs / "app.log", [b"first ha", b"lf, second half", b", end\n"])
    scene.one.wait_lines(1)
    assert scene.one.stop() == 0
    assert messages(scene) == ["first half, second half, end"]
    assert "partial_line" not in scene.one.records[0]


def test_line_that_is_completed_late_comes_in_flagged_pieces(scene: Scene) -> None:
    path = scene.logs / "app.log"
    scene.run(partial_after_s=0.2)
    write_apart(scene, path, [b"before\nfirst half"])
    scene.one.wait_lines(2)
    write_apart(scene, path, [b", second half"])
    scene.one.wait_lines(3)
    write_apart(scene, path, [b", end\nafter\n"])
    scene.one.wait_lines(5)
    balanced(scene, path.stat().st_size)
    assert scene.one.stop() == 0
    assert messages(scene) == ["before", "first half", ", second half", ", end", "after"]
    assert [one.get("partial_line") for one in scene.one.records] == [None, True, True, True, None]


def test_line_that_is_open_over_a_restart_comes_in_flagged_pieces(scene: Scene) -> None:
    path = scene.logs / "app.log"
    scene.run()
    write_apart(scene, path, [b"before\nfirst half"])
    assert scene.one.stop() == 0  # waits until the line was quiet for half a second
    with path.open("a") as file:
        file.write(", second half\nafter\n")
    scene.again().wait_lines(2)
    balanced(scene, path.stat().st_size)
    assert scene.one.stop() == 0
    assert messages(scene) == ["before", "first half", ", second half", "after"]


def test_line_that_is_being_written_during_a_restart_comes_whole(scene: Scene) -> None:
    """At the stop it is not quiet, so it is left for the next run."""
    path = scene.logs / "app.log"
    scene.run()
    write_apart(scene, path, [b"before\n"])
    with path.open("ab", buffering=0) as file:
        scene.one.process.terminate()
        written = b""
        while scene.one.process.poll() is None:
            file.write(b"and on ")
            written += b"and on "
            scene.one.ended(0.05)
        file.write(b"to its end\n")
    assert scene.one.wait() == 0
    scene.again().wait_lines(1)
    balanced(scene, path.stat().st_size)
    assert scene.one.stop() == 0
    assert messages(scene) == ["before", written.decode() + "to its end"]


@pytest.mark.parametrize("glob", ["app.log", "app.log*"])
@pytest.mark.parametrize("situation", ["seen", "unseen", "down"])
def test_last_words_of_a_rotated_file_are_a_line_of_their_own(
    scene: Scene, situation: str, glob: str
) -> None:
    """They are not glued to the first line of the file that comes next."""
    path = scene.logs / "app.log"
    scene.run(glob=glob, partial_after_s=0.3)
    scene.append("app.log", 2)
    scene.arrived()
    with scene.between(situation):
        with path.open("a") as file:
            file.write(scene.ledger.lines().removesuffix("\n"))
        scene.ledger.size -= 1
        path.rename(scene.logs / "app.log.1")
        scene.append("app.log", 2)
    scene.stop()


@pytest.mark.parametrize("glob", ["app.log", "app.log*"])
@pytest.mark.parametrize("situation", ["seen", "unseen", "down"])
def test_line_that_is_ended_in_the_renamed_file_comes_whole(
    scene: Scene, situation: str, glob: str
) -> None:
    """Its writer holds the file open over the rotation."""
    path = scene.logs / "app.log"
    scene.run(glob=glob, quiet_s=5)
    scene.append("app.log", 2)
    scene.arrived()
    with path.open("a") as writer, scene.between(situation):
        line = scene.ledger.lines(width=80)
        writer.write(line[:40])
        writer.flush()
        if situation == "seen":
            look(scene.one)
        path.rename(scene.logs / "app.log.1")
        scene.append("app.log", 2)
        writer.write(line[40:])
    scene.stop()


def test_last_words_of_a_truncated_file_are_a_line_of_their_own(scene: Scene) -> None:
    path = scene.logs / "app.log"
    scene.run()
    write_apart(scene, path, [b"before\nlast words"])
    os.truncate(path, 0)
    look(scene.one)
    write_apart(scene, path, [b"after\n"])
    scene.one.wait_lines(3)
    assert scene.one.stop() == 0
    assert sorted(messages(scene)) == ["after", "before", "last words"]


# -- line ends ----------------------------------------------------------------------------------


def test_carriage_return_and_newline_in_two_writes_end_one_line(scene: Scene) -> None:
    path = scene.logs / "app.log"
    scene.run()
    write_apart(scene, path, [b"one\r", b"\ntwo\r\nthree\r", b"\n"])
    scene.one.wait_lines(3)
    balanced(scene, path.stat().st_size)
    assert scene.one.stop() == 0
    assert messages(scene) == ["one", "two", "three"]


def test_carriage_return_before_a_newline_that_comes_late_makes_no_line_of_its_own(
    scene: Scene,
) -> None:
    path = scene.logs / "app.log"
    scene.run(partial_after_s=0.2)
    write_apart(scene, path, [b"one\r"])
    scene.one.wait_lines(1)
    write_apart(scene, path, [b"\ntwo\n"])
    scene.one.wait_for(lambda one: one.records[-1]["message"] == "two")
    assert scene.one.stop() == 0
    assert [one for one in messages(scene) if one] == ["one", "two"]


CONTENTS = [
    pytest.param(b"a\rb\rc\n", ["a\rb\rc"], id="lone carriage returns stay in the line"),
    pytest.param(b"a\n\n\nb\n", ["a", "", "", "b"], id="empty lines are lines"),
    pytest.param(b"a\r\r\nb\n", ["a\r", "b"], id="one carriage return belongs to the end"),
    pytest.param(b"a\0b\n\0\0\0\nc\n", ["a\0b", "\0\0\0", "c"], id="NUL bytes within"),
    pytest.param(b"a\n" + b"\0" * 5000 + b"b\n", ["a", "\0" * 5000 + "b"], id="a run of NUL"),
    pytest.param(bytes(range(1, 10)) + b"\x0b\x0c\x0e\x1b\x7f\n",
                 ["\x01\x02\x03\x04\x05\x06\x07\x08\t\x0b\x0c\x0e\x1b\x7f"],
                 id="control characters"),
    pytest.param(b'"quoted" \\ back\\slash\n', ['"quoted" \\ back\\slash'], id="quotes"),
    pytest.param(b'{"not":"closed"\n', ['{"not":"closed"'], id="what looks like JSON"),
    pytest.param("a\u2028b\u2029c\u0085d\n".encode(), ["a\u2028b\u2029c\u0085d"],
                 id="separators of Unicode end no line"),
    pytest.param("grün \U0001f680 한글 表\n".encode(), ["grün \U0001f680 한글 表"], id="UTF-8"),
    pytest.param(b"ok\nbad \xff\xfe here\nok again\n",
                 ["ok", "bad \ufffd\ufffd here", "ok again"], id="invalid bytes"),
    pytest.param(b"cut \xe2\x82\nnext\n", ["cut \ufffd", "next"], id="a character cut short"),
    pytest.param(b"over \xc0\xaf long \xed\xa0\x80 half\n",
                 ["over \ufffd\ufffd long \ufffd\ufffd\ufffd half"],
                 id="overlong and surrogate bytes"),
    pytest.param("a\ufeffb \\ufffd \ufffd\n".encode(), ["a\ufeffb \\ufffd \ufffd"],
                 id="a mark within, and what was replaced before"),
]  # fmt: skip


@pytest.mark.parametrize("apart", [False, True], ids=["at once", "piece by piece"])
@pytest.mark.parametrize(("content", "expected"), CONTENTS)
def test_bytes_of_any_kind_come_out_as_valid_json(
    scene: Scene, content: bytes, expected: list[str], *, apart: bool
) -> None:
    path = scene.logs / "app.log"
    scene.run()
    size = max(1, len(content) // 20) if apart else len(content)
    write_apart(scene, path, [content[n : n + size] for n in range(0, len(content), size)])
    scene.one.wait_lines(len(expected))
    skipped = balanced(scene, len(content))
    assert not any(skipped.values())
    assert scene.one.stop() == 0
    assert messages(scene) == expected


# -- encodings ----------------------------------------------------------------------------------

TEXT = "한글 표준 \n表示 ソ能 \\ | \ngrün\nende\n"

ENCODED = [
    pytest.param("latin-1", "é ü ÿ \x85 §\nplain\n", b"", id="latin-1"),
    pytest.param("cp1252", "€ „Zitat“\nplain\n", b"", id="cp1252"),
    pytest.param("cp949", "한글 로그 똠방각하\nplain\n", b"", id="cp949"),
    pytest.param("euc-kr", "한글 로그\nplain\n", b"", id="euc-kr"),
    pytest.param("shift_jis", "表示 ソース 能力 | \\\nplain\n", b"", id="shift_jis"),
    pytest.param("gb18030", "中文日志 \U0001f680\nplain\n", b"", id="gb18030"),
    pytest.param("utf-16-le", TEXT, b"", id="utf-16-le declared"),
    pytest.param("utf-16-be", TEXT, b"", id="utf-16-be declared"),
    pytest.param("utf-32-le", TEXT, b"", id="utf-32-le declared"),
]

MARKED = [
    pytest.param("utf-8", TEXT, codecs.BOM_UTF8, id="utf-8 with a mark"),
    pytest.param("utf-16-le", TEXT, codecs.BOM_UTF16_LE, id="utf-16-le with a mark"),
    pytest.param("utf-16-be", TEXT, codecs.BOM_UTF16_BE, id="utf-16-be with a mark"),
]


@pytest.mark.parametrize("piece", [1, 3])
@pytest.mark.parametrize(("encoding", "text", "mark"), [*ENCODED, *MARKED])
def test_encoded_text_comes_out_as_it_was_however_it_is_written(
    scene: Scene, encoding: str, text: str, mark: bytes, piece: int
) -> None:
    """Declared, or told by a byte order mark, which is no part of the text."""
    path = scene.logs / "app.log"
    scene.run(**({} if mark else {"encoding": encoding}))
    content = mark + text.encode(encoding)
    write_apart(scene, path, [content[n : n + piece] for n in range(0, len(content), piece)])
    scene.one.wait_lines(text.count("\n"))
    skipped = balanced(scene, len(content))
    assert skipped["bom"] == len(mark)
    assert scene.one.stop() == 0
    assert messages(scene) == text.split("\n")[:-1]


@pytest.mark.parametrize(("encoding", "text", "mark"), [*ENCODED, *MARKED])
def test_encoding_is_known_after_a_restart_in_the_middle_of_a_file(
    scene: Scene, encoding: str, text: str, mark: bytes
) -> None:
    path = scene.logs / "app.log"
    scene.run(**({} if mark else {"encoding": encoding}))
    head, rest = (part.encode(encoding) for part in text.split("\n", 1))
    newline = "\n".encode(encoding)
    write_apart(scene, path, [mark + head + newline])
    scene.one.wait_lines(1)
    assert scene.one.stop() == 0
    with path.open("ab") as file:
        file.write(rest)
    scene.again().wait_lines(text.count("\n") - 1)
    balanced(scene, path.stat().st_size)
    assert scene.one.stop() == 0
    assert messages(scene) == text.split("\n")[:-1]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF8])
def test_mark_of_a_file_begun_anew_is_looked_for_again(scene: Scene, mark: bytes) -> None:
    path = scene.logs / "app.log"
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-8"
    scene.run()
    write_apart(scene, path, [b"plain and long enough\n"])
    with unseen(scene.one):
        path.write_bytes(mark + "grün\n".encode(encoding))
    scene.one.wait_lines(2)
    assert scene.one.stop() == 0
    assert messages(scene) == ["plain and long enough", "grün"]


def test_invalid_bytes_are_counted(scene: Scene) -> None:
    scene.run()
    write_apart(scene, scene.logs / "app.log", [b"bad \xff\xfe\n", b"good\n", b"\x80\n"])
    scene.one.wait_lines(3)
    assert figure(scene.one, "invalid_bytes_total") == 3
    assert scene.one.stop() == 0


def test_long_line_written_in_many_pieces_comes_in_parts_that_hold_every_byte(
    scene: Scene,
) -> None:
    path = scene.logs / "app.log"
    scene.run(output__max_event_bytes=1024)
    text = "".join(f"{n}é" for n in range(1500))
    content = f"before\n{text}\nafter\n".encode()
    write_apart(scene, path, [content[n : n + 777] for n in range(0, len(content), 777)])
    scene.one.wait_for(lambda one: b'"after"' in b"".join(one.lines[-1:]))
    balanced(scene, len(content))
    assert scene.one.stop() == 0
    first, *parts, last = scene.one.records
    assert (first, last) == ({"message": "before"}, {"message": "after"})
    assert "".join(part["message"] for part in parts) == text
    assert [part["partial_ordinal"] for part in parts] == [*range(1, len(parts) + 1)]
    assert [part["partial_last"] for part in parts] == [False] * (len(parts) - 1) + [True]


def test_trace_that_crosses_a_rotation_is_not_torn_where_its_writer_goes_on(
    logs: Path, sidecar: Callable[..., Sidecar]
) -> None:
    """The application holds the renamed file open until its event is written."""
    head = "23-Nov-2026 21:46:01.123 SEVERE [main] a.B.c broke"
    env: dict[str, Any] = {"SIDECAR_QUIET_S": "0.5", "SIDECAR_SWEEP_INTERVAL_S": "0.05"}
    one = sidecar("--format", "juli", env=env, glob="catalina.log").ready()
    path = logs / "catalina.log"
    with path.open("a", buffering=1) as writer:
        writer.write(f"{head}\n\tjava.lang.Error: x\n")
        wait_until(lambda: scrape(one)["sidecar_read_bytes_total"][""] > 0)
        path.rename(logs / "catalina.log.1")
        path.write_text(f"{head} again\n")
        writer.write("\t\tat a.B.c(B.java:1)\n")
    one.wait_lines(2)
    wait_quiet(one, 0)
    assert one.stop() == 0
    assert sorted(record["message"] for record in one.records) == [
        "broke\n\tjava.lang.Error: x\n\t\tat a.B.c(B.java:1)",
        "broke again",
    ]
