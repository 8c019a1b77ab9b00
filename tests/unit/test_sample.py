"""A sample is the begin, the middle and the end of a file, and bounded, whatever the file is."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from sidecar import sample
from sidecar.sample import BLOCK_BYTES, STREAM_BYTES, Sample, held, take

SMALL = b"".join(b"line %d\n" % number for number in range(1, 101))
BIG = b"".join(b"%09d %s\n" % (number, b"x" * 90) for number in range(1, 60_001))


def texts(found: Sample) -> list[bytes]:
    return [line for block in found.blocks for line in block.lines]


def test_small_file_is_whole_in_its_sample() -> None:
    found = take(io.BytesIO(SMALL))
    assert b"".join(texts(found)) == SMALL
    assert (found.whole, found.lines, found.size) == (True, 100, len(SMALL))
    assert [block.where(1) for block in found.blocks] == ["line 2"]


@pytest.mark.parametrize("lines", [1, 2, 3, 20, 99])
def test_sample_is_no_larger_than_asked(lines: int) -> None:
    found = take(io.BytesIO(SMALL), lines)
    assert (found.lines, found.whole) == (lines, False)
    assert texts(found)[0] == b"line 1\n"
    if lines >= 3:
        assert [len(block.lines) for block in found.blocks][-1] == lines // 3
        assert texts(found)[-1] == b"line 100\n"
    numbers = [int(line.split()[1]) for line in texts(found)]
    assert numbers == sorted(set(numbers))
    for block in found.blocks:
        assert block.where(0) == f"line {int(block.lines[0].split()[1])}"
        assert SMALL[block.offsets[0] :].startswith(block.lines[0])


def test_big_file_gives_lines_of_its_begin_its_middle_and_its_end() -> None:
    found = take(io.BytesIO(BIG), 300)
    assert [len(block.lines) for block in found.blocks] == [100, 100, 100]
    first, middle, last = (int(block.lines[0].split()[0]) for block in found.blocks)
    assert first == 1
    assert 20_000 < middle < 40_000
    assert last == 59_901
    assert [block.where(0) for block in found.blocks] == [
        "line 1", f"byte {(middle - 1) * 101}", f"byte {(last - 1) * 101}",
    ]  # fmt: skip
    assert [block.part.first for block in found.blocks] == [True, False, False]
    assert not found.whole


def test_line_without_an_end_takes_no_more_than_blocks() -> None:
    file = io.BytesIO(b"x" * 50_000_000)
    tracemalloc.start()
    found = take(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.lines, found.endless) == (0, 3)
    assert peak < 6 * BLOCK_BYTES


def test_stream_is_held_up_to_a_limit() -> None:
    file, more = held(io.BytesIO(b"x" * (STREAM_BYTES + 5)))
    assert (len(file.read()), more) == (STREAM_BYTES, True)
    assert held(io.BytesIO(b"x"))[1] is False


def test_empty_file_has_no_lines() -> None:
    found = take(io.BytesIO(b""))
    assert (found.lines, found.whole, found.controls) == (0, True, 0)


# -- encodings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("data", [SMALL, BIG])
def test_utf_16_is_told_by_its_mark_or_its_nul_bytes(encoding: str, mark: str, data: bytes) -> None:
    found = take(io.BytesIO((mark + data.decode()).encode(encoding)), 300)
    assert (found.encoding, found.marked, found.guessed) == (encoding, bool(mark), not mark)
    assert set(texts(found)) <= set(data.splitlines(keepends=True))
    assert texts(found)[0] == data.splitlines(keepends=True)[0]
    assert texts(found)[-1] == data.splitlines(keepends=True)[-1]


def test_encoding_that_is_given_is_used() -> None:
    found = take(io.BytesIO("주문\n".encode("cp949")), encoding="cp949")
    assert (texts(found), found.encoding, found.invalid) == (["주문\n".encode()], "cp949", 0)


def test_lines_with_bytes_that_the_encoding_has_not_are_counted() -> None:
    found = take(io.BytesIO("fine\ncafé\n\ufffd is one\n".encode("latin-1", "replace") + b"\xe9"))
    assert (found.lines, found.invalid) == (4, 2)
    assert texts(found)[1] == "caf\ufffd\n".encode()


def test_colours_are_taken_out_and_control_characters_counted() -> None:
    found = take(io.BytesIO(b"\x1b[31mred\x1b[0m\n"))
    assert (texts(found), found.colours, found.controls) == ([b"red\n"], 2, 0)
    assert take(io.BytesIO(bytes(range(256)) * 8)).controls > 0.05


def test_terminators_are_newlines_afterwards() -> None:
    assert texts(take(io.BytesIO(b"a\r\nb\r\nc"))) == [b"a\n", b"b\n", b"c\n"]
    assert sample.LINES >= 3
