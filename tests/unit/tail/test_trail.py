"""How much of a file that became shorter still stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.tail.trail import Trail, Windows
from tests.properties import examples


def text(first: int, last: int) -> bytes:
    return b"".join(b"%08d some words of a log\n" % number for number in range(first, last))


LINE = len(text(0, 1))


@pytest.fixture
def fd(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path / "app.log", os.O_RDWR | os.O_CREAT)
    yield fd
    os.close(fd)


def trail_of(data: bytes, chunk: int = 32_768, windows: Windows | None = None) -> Trail:
    trail = Trail(windows or Windows(), 0)
    for start in range(0, len(data), chunk):
        trail.add(data[start : start + chunk])
    return trail


def standing(fd: int, trail: Trail, now: bytes) -> int:
    os.ftruncate(fd, 0)
    os.pwrite(fd, now, 0)
    return trail.standing(fd, len(now))


def test_cut_within_the_window_is_found_to_the_byte(fd: int) -> None:
    trail = trail_of(text(0, 1000))
    assert standing(fd, trail, text(0, 700)) == 700 * LINE
    assert standing(fd, trail, text(0, 700)[:-5]) == 700 * LINE - 5


def test_what_was_written_after_the_cut_is_to_be_read(fd: int) -> None:
    trail = trail_of(text(0, 1000))
    assert standing(fd, trail, text(0, 700) + text(5000, 9000)) == 700 * LINE
    assert standing(fd, trail, text(0, 700)[:-5] + text(5000, 9000)) == 699 * LINE


@pytest.mark.parametrize("lines", [3_000, 10_000, 90_000])
def test_cut_before_the_window_is_found_to_the_last_mark(fd: int, lines: int) -> None:
    trail = trail_of(text(0, 100_000))
    found = standing(fd, trail, text(0, lines))
    assert found <= lines * LINE
    assert found % LINE == 0
    assert lines * LINE - found < 130_000


def test_other_bytes_do_not_stand(fd: int) -> None:
    trail = trail_of(text(0, 100_000))
    assert standing(fd, trail, text(200_000, 250_000)) == 0
    assert standing(fd, trail_of(text(0, 1000)), text(5000, 5500)) == 0


def timed(first: int, last: int) -> bytes:
    return b"".join(b"12:00:%02d some words\n" % number for number in range(first, last))


@pytest.mark.parametrize(
    ("banner", "same", "stands"),
    [
        (text(0, 30), b"", False),  # no more than the head
        (text(0, 200), b"", False),  # no more than a banner
        (text(0, 300), b"", True),
        (text(0, 200), timed(0, 1), False),  # perhaps when it was built
        (text(0, 200), timed(0, 2), True),
        (b"", timed(0, 40), False),
        (b"", timed(0, 60), True),
    ],
)
@pytest.mark.parametrize("new", [b"", text(5000, 5100)])
def test_what_an_application_says_at_each_start_is_no_proof(
    fd: int, banner: bytes, same: bytes, new: bytes, *, stands: bool
) -> None:
    trail = trail_of(banner + same + timed(0, 900))
    assert standing(fd, trail, banner + same + new) == (len(banner + same) if stands else 0)


def test_windows_keep_to_their_budget_and_drop_the_one_longest_unused() -> None:
    windows = Windows(budget=100_000)
    first, second = Trail(windows, 0), Trail(windows, 0)
    for _ in range(20):
        first.add(b"x" * 10_000)
    assert 65_536 <= first.window_bytes <= 75_536
    for _ in range(20):
        second.add(b"y" * 10_000)
    assert (first.window_bytes, windows.bytes_of(first)) == (0, b"")
    assert windows.bytes_of(second) == b"y" * second.window_bytes
    second.close()
    assert windows.bytes_of(second) == b""


@examples(200)
@given(
    lines=st.integers(1, 4000),
    chunk=st.sampled_from([100, 999, 4096, 32_768]),
    data=st.data(),
)
def test_what_is_said_to_stand_does(lines: int, chunk: int, data: st.DataObject) -> None:
    was = text(0, lines)
    now = was[: data.draw(st.integers(0, len(was)))] + text(
        9000, 9000 + data.draw(st.integers(0, 30))
    )
    fd = os.memfd_create("log")
    try:
        os.write(fd, now)
        found = trail_of(was, chunk).standing(fd, len(now))
    finally:
        os.close(fd)
    assert was[:found] == now[:found]
