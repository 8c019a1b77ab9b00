"""Which file this is, from its bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.tail.fingerprint import ANCHOR_BYTES, HEAD_BYTES, Mark, anchor_fits, head_fits

Open = Callable[[bytes], int]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Make a file of some bytes and open it."""
    fds: list[int] = []

    def make(content: bytes) -> int:
        path = tmp_path / "app.log"
        path.write_bytes(content)
        fds.append(os.open(path, os.O_RDONLY))
        return fds[-1]

    yield make
    for fd in fds:
        os.close(fd)


@given(st.binary(max_size=200))
def test_mark_fits_the_bytes_it_was_made_of(data: bytes) -> None:
    mark = Mark.of(data)
    assert mark.size == len(data)
    assert mark.fits(data)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_mark_fits_no_other_bytes(data: bytes, draw: st.DataObject) -> None:
    place = draw.draw(st.integers(0, len(data) - 1))
    other = bytearray(data)
    other[place] ^= draw.draw(st.integers(1, 255))
    assert not Mark.of(data).fits(bytes(other))
    assert not Mark.of(data).fits(data[:-1])
    assert not Mark.of(data).fits(data + b"\n")


def test_mark_of_nothing_is_the_empty_mark() -> None:
    assert Mark.of(b"") == Mark()
    assert Mark().fits(b"")
    assert not Mark().fits(b"a")


def test_file_that_only_grew_still_begins_as_it_did(opened: Open) -> None:
    mark = Mark.of(b"first line\n")
    assert head_fits(opened(b"first line\n"), mark)
    assert head_fits(opened(b"first line\nand a second\n"), mark)


@pytest.mark.parametrize("content", [b"", b"first", b"first line", b"First line\n", b"\0" * 11])
def test_file_that_begins_otherwise_is_another(opened: Open, content: bytes) -> None:
    assert not head_fits(opened(content), Mark.of(b"first line\n"))


def test_any_file_begins_like_one_that_was_empty(opened: Open) -> None:
    assert head_fits(opened(b""), Mark())
    assert head_fits(opened(b"anything"), Mark())


def test_bytes_before_the_offset_tell_growth_from_a_new_content_of_the_same_length(
    opened: Open,
) -> None:
    banner, old, new = b"=" * HEAD_BYTES, b"a" * 200, b"b" * 200
    offset = HEAD_BYTES + 200
    head, anchor = Mark.of(banner), Mark.of(old[-ANCHOR_BYTES:])
    grown, rewritten = opened(banner + old + b"more"), None
    assert head_fits(grown, head)
    assert anchor_fits(grown, offset, anchor)
    rewritten = opened(banner + new + b"more")
    assert head_fits(rewritten, head)
    assert not anchor_fits(rewritten, offset, anchor)


@pytest.mark.parametrize("offset", [0, 1, ANCHOR_BYTES - 1, ANCHOR_BYTES, ANCHOR_BYTES + 1])
def test_anchor_of_a_short_file_is_all_that_was_read(opened: Open, offset: int) -> None:
    content = bytes(range(100))
    mark = Mark.of(content[max(0, offset - ANCHOR_BYTES) : offset])
    assert anchor_fits(opened(content), offset, mark)


def test_file_shorter_than_the_offset_has_lost_its_anchor(opened: Open) -> None:
    assert not anchor_fits(opened(b"short"), 100, Mark.of(b"x" * ANCHOR_BYTES))
