"""One file followed: its bytes in order, and how far they were acknowledged."""

from __future__ import annotations

import asyncio
import builtins
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.flow import CHUNK_BYTES, Batch, State
from sidecar.tail import tailer as module
from sidecar.tail.checkpoint import Entry, Totals
from sidecar.tail.fingerprint import ANCHOR_BYTES, HEAD_BYTES, Mark
from sidecar.tail.tailer import Tailer, open_regular
from tests.properties import examples
from tests.streams import Stream

Open = Callable[..., Tailer[Stream]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app.log"


@pytest.fixture
def opened(path: Path) -> Iterator[Open]:
    """Follow the file from an offset."""
    tailers: list[Tailer[Stream]] = []

    def follow(start: int = 0) -> Tailer[Stream]:
        fd = open_regular(str(path))
        shown = os.fstat(fd)
        key = (shown.st_dev, shown.st_ino)
        tailers.append(Tailer(str(path), fd, key, 0, Stream(start)))
        return tailers[-1]

    yield follow
    for one in tailers:
        one.close()


def read(one: Tailer[Stream]) -> bytes:
    """Read once and hand it on."""
    data = asyncio.run(one.read())
    one.pipeline.taken += data
    one.fed(len(data))
    return data


def drain(one: Tailer[Stream]) -> bytes:
    return b"".join(iter(lambda: read(one), b""))


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


# -- reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, CHUNK_BYTES, CHUNK_BYTES + 1, 100_000])
def test_file_is_read_to_its_end_in_chunks(path: Path, opened: Open, size: int) -> None:
    content = os.urandom(size)
    path.write_bytes(content)
    one = opened()
    chunks = [*iter(lambda: read(one), b"")]
    assert b"".join(chunks) == content
    assert all(len(chunk) <= CHUNK_BYTES for chunk in chunks)
    assert one.offset == one.read_bytes == size
    assert not one.shifted


def test_what_is_appended_is_read_from_where_the_last_read_ended(path: Path, opened: Open) -> None:
    path.write_bytes(b"one\n")
    one = opened()
    assert read(one) == b"one\n"
    assert read(one) == b""
    append(path, b"tw")
    append(path, b"o\n")
    assert read(one) == b"two\n"
    assert one.read_bytes == 8


@examples(50)
@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=8), st.integers(0, 300))
def test_writes_of_any_size_are_read_byte_for_byte_from_any_offset(
    tmp_path_factory: pytest.TempPathFactory, writes: list[bytes], start: int
) -> None:
    path = tmp_path_factory.mktemp("logs") / "app.log"
    start = min(start, len(writes[0]))
    path.write_bytes(writes[0])
    fd = open_regular(str(path))
    one = Tailer(str(path), fd, (1, 2), 0, Stream(start))
    got = drain(one)
    for data in writes[1:]:
        append(path, data)
        got += drain(one)
    content = b"".join(writes)
    assert got == content[start:]
    assert one.head == Mark.of(content[: max(start, one.offset)][:HEAD_BYTES])
    assert one.read_anchor == Mark.of(content[-ANCHOR_BYTES:])
    one.close()


def test_reading_goes_on_in_a_file_that_was_deleted(path: Path, opened: Open) -> None:
    path.write_bytes(b"one\n")
    one = opened()
    read(one)
    append(path, b"two\n")
    path.unlink()
    assert read(one) == b"two\n"


def test_time_of_the_last_bytes_is_kept(
    path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    path.write_bytes(b"one\n")
    one = opened()
    clock.now = 200.0
    read(one)
    clock.now = 300.0
    read(one)  # nothing more is there
    assert one.data_at == 200.0


# -- other bytes before the offset -----------------------------------------------------------------

REWRITTEN = {
    "emptied": b"",
    "shorter": b"new\n",
    "as_long": b"NEW line one\n",
    "longer": b"new line, and one that is longer\n" * 20,
    "zeroed": b"\0" * 13,
}


@pytest.mark.parametrize("content", REWRITTEN.values(), ids=REWRITTEN)
def test_other_bytes_before_the_offset_are_noticed_and_nothing_is_read(
    path: Path, opened: Open, content: bytes
) -> None:
    path.write_bytes(b"old line one\n")
    one = opened()
    read(one)
    path.write_bytes(content)
    assert read(one) == b""
    assert one.shifted
    assert one.read_bytes == 13


def test_rewriting_is_noticed_after_a_restart_too(path: Path, opened: Open) -> None:
    path.write_bytes(b"a" * 200)
    one = opened(start=150)
    path.write_bytes(b"a" * 140 + b"b" * 100)
    assert read(one) == b""
    assert one.shifted


def test_file_of_which_nothing_was_read_cannot_have_shifted(path: Path, opened: Open) -> None:
    path.write_bytes(b"never read\n")
    one = opened()
    path.write_bytes(b"other\n")
    assert read(one) == b"other\n"
    assert not one.shifted


# -- opening -----------------------------------------------------------------------------------


def test_fifo_is_opened_without_waiting_for_a_writer(path: Path) -> None:
    os.mkfifo(path)
    fd = open_regular(str(path))
    os.close(fd)


def test_descriptor_is_not_inherited_by_other_processes(path: Path, opened: Open) -> None:
    path.write_bytes(b"")
    assert not os.get_inheritable(opened().fd)


@pytest.mark.parametrize("name", ["missing", "missing/app.log"])
def test_file_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        open_regular(str(tmp_path / name))


# -- where the page cache has nothing --------------------------------------------------------------


def failing(code: int, calls: list[int]) -> Callable[..., int]:
    def preadv(fd: int, *_: Any) -> int:
        calls.append(fd)
        raise OSError(code, os.strerror(code))

    return preadv


def test_read_that_would_wait_for_a_disk_waits_in_a_thread(
    path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(os, "preadv", failing(errno.EAGAIN, calls))
    path.write_bytes(b"x" * 100_000)
    one = opened()
    assert drain(one) == b"x" * 100_000
    assert len(calls) == 3  # and the next read tries without one again


@pytest.mark.parametrize("had", [0, 7, 63])
def test_cache_that_has_a_part_of_what_was_read_is_no_truncation(
    path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, had: int
) -> None:
    path.write_bytes(b"x" * 1000)
    one = opened()
    assert drain(one) == b"x" * 1000
    with path.open("ab") as file:
        file.write(b"more")
    preadv = os.preadv
    monkeypatch.setattr(
        os, "preadv", lambda fd, views, *more: preadv(fd, [views[0][:had]], *more) if had else 0
    )
    assert drain(one) == b"more"
    assert not one.shifted


@pytest.mark.parametrize("code", [errno.EOPNOTSUPP, errno.EINVAL], ids=errno.errorcode.get)
def test_file_system_that_cannot_say_is_read_in_a_thread_from_then_on(
    path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(os, "preadv", failing(code, calls))
    monkeypatch.setattr(module, "_file_system", lambda _: "nfs4")
    path.write_bytes(b"x" * 100_000)
    one = opened()
    assert drain(one) == b"x" * 100_000
    assert len(calls) == 1


def test_file_system_in_memory_is_read_at_once(
    path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> bytes:
        pytest.fail("a thread was asked")

    monkeypatch.setattr(os, "preadv", failing(errno.EOPNOTSUPP, []))
    monkeypatch.setattr(module, "_file_system", lambda _: "tmpfs")
    monkeypatch.setattr(module, "_pread", never)
    path.write_bytes(b"x" * 100_000)
    assert drain(opened()) == b"x" * 100_000


def test_error_of_the_disk_is_raised(
    path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"one\n")
    one = opened()
    monkeypatch.setattr(os, "preadv", failing(errno.EIO, []))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        read(one)
    assert one.offset == one.read_bytes == 0


def test_descriptor_that_is_closed_while_a_thread_reads_is_no_error(
    path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"one\n")
    one = opened()

    async def closes(fd: int, size: int, start: int) -> bytes:
        one.close()
        return os.pread(fd, size, start)

    monkeypatch.setattr(os, "preadv", failing(errno.EAGAIN, []))
    monkeypatch.setattr(module, "_pread", closes)
    assert read(one) == b""


MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
25 24 0:23 / /dev/shm rw,relatime shared:7 - tmpfs tmpfs rw,size=24684092k
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
31 27 0:40 / /mnt/a\\040b rw - overlay overlay rw
"""


@pytest.mark.parametrize(
    ("major", "minor", "type_"),
    [(0, 23, "tmpfs"), (254, 0, "ext4"), (0, 40, "overlay"), (9, 9, "")],
)
def test_type_of_a_file_system_is_told_by_its_device_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, major: int, minor: int, type_: str
) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    plain = builtins.open
    monkeypatch.setattr(builtins, "open", lambda _, **more: plain(tmp_path / "mountinfo", **more))
    assert module._file_system(os.makedev(major, minor)) == type_


@pytest.mark.parametrize("content", [None, "", "garbage\n", "1 2\n"])
def test_unreadable_list_of_mounts_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "mountinfo").write_text(content)
    plain = builtins.open
    monkeypatch.setattr(builtins, "open", lambda _, **more: plain(tmp_path / "mountinfo", **more))
    assert module._file_system(os.makedev(254, 0)) == ""


# -- acknowledging -------------------------------------------------------------------------------


def batch(start: int, source: bytes, *skipped: tuple[str, int], state: str = "juli") -> Batch:
    return Batch(b"{}\n", 1, start, source, skipped, State(), State(state))


def test_acknowledged_bytes_are_counted_by_what_became_of_them(path: Path, opened: Open) -> None:
    path.write_bytes(b"\xef\xbb\xbfone\ntwo\n")
    one = opened()
    drain(one)
    assert one.pending == 11
    mark, lines = batch(0, b"\xef\xbb\xbf", ("bom", 3)), batch(3, b"one\ntwo\n")
    one.acknowledge(mark, mark.end, mark.after)
    assert one.totals == Totals(0, {"bom": 3}, {})
    one.acknowledge(lines, lines.end, lines.after)
    assert one.totals == Totals(8, {"bom": 3}, {})
    assert one.acked == 11
    assert one.pending == 0
    assert one.state == State("juli")


def test_part_of_a_batch_is_acknowledged_up_to_its_offset(path: Path, opened: Open) -> None:
    path.write_bytes(b"one\ntwo\nthree\n")
    one = opened()
    drain(one)
    lines = batch(0, b"one\ntwo\nthree\n")
    one.acknowledge(lines, 8, State("raw"))
    assert (one.acked, one.pending, one.totals.emitted) == (8, 6, 8)
    assert one.state == State("raw")
    assert one.anchor == Mark.of(b"one\ntwo\n")


@given(st.lists(st.binary(min_size=1, max_size=100), min_size=1, max_size=6))
def test_anchor_is_of_the_bytes_before_the_acknowledged_offset(pieces: list[bytes]) -> None:
    one = Tailer("app.log", -1, (1, 2), 0, Stream())
    for piece in pieces:
        made = batch(one.acked, piece)
        one.acknowledge(made, made.end, made.after)
    assert one.anchor == Mark.of(b"".join(pieces)[-ANCHOR_BYTES:])


def test_entry_is_what_a_restart_needs(path: Path, opened: Open) -> None:
    path.write_bytes(b"one\ntwo\n")
    one = opened()
    drain(one)
    lines = batch(0, b"one\n")
    one.acknowledge(lines, lines.end, lines.after)
    shown = path.stat()
    one.look(shown)
    assert one.entry() == Entry(
        str(path),
        shown.st_dev,
        shown.st_ino,
        4,
        Mark.of(b"one\ntwo\n"),
        Mark.of(b"one\n"),
        State("juli"),
        Totals(4),
        8,
        shown.st_mtime_ns,
    )


def test_entry_does_not_change_while_it_is_being_saved(path: Path, opened: Open) -> None:
    path.write_bytes(b"\xef\xbb\xbfone\n")
    one = opened()
    before = one.entry()
    mark = batch(0, b"\xef\xbb\xbf", ("bom", 3))
    one.acknowledge(mark, mark.end, mark.after)
    one.totals.lost["truncated"] = 1
    assert before.totals == Totals()
    assert before.offset == 0


def test_counting_goes_on_where_an_earlier_run_stopped(path: Path, opened: Open) -> None:
    path.write_bytes(b"\xef\xbb\xbfone\ntwo\n")
    one = opened(start=7)
    one.restore(Totals(4, {"bom": 3}, {"truncated": 9}))
    assert one.read_bytes == 7
    assert read(one) == b"two\n"
    assert one.read_bytes == 11


def test_follower_that_starts_in_the_middle_has_the_anchor_of_that_place(
    path: Path, opened: Open
) -> None:
    content = bytes(range(256)) * 2
    path.write_bytes(content)
    one = opened(start=300)
    assert one.anchor == one.read_anchor == Mark.of(content[300 - ANCHOR_BYTES : 300])
    assert one.head == Mark.of(content[:300])


# -- moving on ---------------------------------------------------------------------------------


def test_head_grows_with_the_file_up_to_its_size(path: Path, opened: Open) -> None:
    path.write_bytes(b"a" * 10)
    one = opened()
    drain(one)
    assert one.head == Mark.of(b"a" * 10)
    append(path, b"b" * 5000)
    drain(one)
    assert one.head == Mark.of(b"a" * 10 + b"b" * (HEAD_BYTES - 10))


def test_following_goes_on_in_a_copy_at_the_same_offset(
    path: Path, tmp_path: Path, opened: Open
) -> None:
    path.write_bytes(b"one\n")
    one = opened()
    read(one)
    copy = tmp_path / "app.log.1"
    copy.write_bytes(b"one\ntwo\n")
    path.write_bytes(b"")
    assert read(one) == b""
    assert one.shifted
    old = one.fd
    one.move(str(copy), open_regular(str(copy)), (7, 8))
    assert read(one) == b"two\n"
    assert (one.path, one.key, one.shifted) == (str(copy), (7, 8), False)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(old)


def test_descriptor_is_given_back_once(path: Path, opened: Open) -> None:
    path.write_bytes(b"")
    one = opened()
    fd = one.fd
    one.close()
    one.close()
    assert one.fd == -1
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)
