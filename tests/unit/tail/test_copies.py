"""Copies that a rotation makes of a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sidecar.tail import copies

ORIGINAL = b"".join(b"line %d\n" % number for number in range(1000))

Open = Callable[[str, bytes], int]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Write a file, open it; gives the descriptor."""
    fds: list[int] = []

    def write(name: str, data: bytes) -> int:
        (tmp_path / name).write_bytes(data)
        fds.append(os.open(tmp_path / name, os.O_RDONLY))
        return fds[-1]

    yield write
    for fd in fds:
        os.close(fd)


@pytest.mark.parametrize(
    ("name", "original", "is_so"),
    [
        ("/l/app.log.1", "/l/app.log", True),
        ("/l/app.log-20260301", "/l/app.log", True),
        ("/l/app.log.2.gz", "/l/app.log", True),
        ("/l/app-20260301.log", "/l/app.log", True),
        ("/l/app.2.log", "/l/app.log", True),
        ("/l/catalina.out.1", "/l/catalina.out", True),
        ("/l/app.log", "/l/app.log", False),
        ("/l/app.log", "/l/app.log.1", False),
        ("/l/old/app.log.1", "/l/app.log", False),
        ("/l/other.log", "/l/app.log", False),
        ("/l/x.log", "/l/.log", False),
        ("/l/log.1", "/l/log", True),
        ("/l/access.2026-11-24.txt", "/l/access.2026-11-23.txt", False),
    ],
)
def test_name_made_of_another(name: str, original: str, is_so: bool) -> None:
    assert (original in copies.originals(name)) is is_so


@pytest.mark.parametrize(
    ("data", "alike"),
    [
        (b"", True),
        (b"l", True),
        (ORIGINAL[:500], True),
        (ORIGINAL[:5000], True),
        (ORIGINAL, True),
        (b"1", False),
        (ORIGINAL[:500] + b"x", False),
        (ORIGINAL[:4999] + b"x", False),
        (b"x" + ORIGINAL[1:5000], False),
    ],
)
@pytest.mark.parametrize("remembered", [0, 10, 1024])
def test_copy_begins_like_its_original_and_ends_like_it_there(
    opened: Open, data: bytes, alike: bool, remembered: int
) -> None:
    one, two = opened("app.log", ORIGINAL), opened("app.log.1", data)
    assert copies.begins_like(two, len(data), one, ORIGINAL[:remembered]) is alike


def test_first_file_that_fits_is_found_and_opened(tmp_path: Path, opened: Open) -> None:
    for name in ("app.log", "app.log.1", "app.log.2", "other.log"):
        opened(name, name.encode())
    (tmp_path / "app.log.0").mkdir()
    (tmp_path / "app.log.00").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "app.log.000")
    first = (tmp_path / "app.log.1").stat()
    original = str(tmp_path / "app.log")
    asked: list[bytes] = []

    def fits(fd: int) -> bool:
        asked.append(os.pread(fd, 100, 0))
        return asked[-1] == b"app.log.2"

    found = copies.find(original, {(first.st_dev, first.st_ino)}, fits)
    assert found
    path, fd, key = found
    os.close(fd)
    shown = (tmp_path / "app.log.2").stat()
    assert (path, key) == (str(tmp_path / "app.log.2"), (shown.st_dev, shown.st_ino))
    assert asked == [b"app.log.2"]
    assert copies.find(original, {key}, lambda _: False) is None


def test_folder_that_is_gone_has_no_copy(tmp_path: Path) -> None:
    assert copies.find(str(tmp_path / "gone" / "app.log"), set(), lambda _: True) is None
