"""Standard output: nothing is lost or cut, and it is known what was taken."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import socket
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from sidecar.errors import OutputClosed
from sidecar.output import sink as module
from sidecar.output.sink import Sink
from tests.properties import examples

PAGE = os.sysconf("SC_PAGE_SIZE")

TIMEOUT_S = 20


class Pipe:
    """A pipe of a given capacity, read by hand."""

    def __init__(self, capacity: int = PAGE) -> None:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        self.capacity = fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, capacity)

    def read(self, size: int = 1 << 20) -> bytes:
        """Give what is there, at most so much."""
        parts = []
        while size > 0:
            try:
                part = os.read(self.reader, size)
            except BlockingIOError:
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        for fd in (self.reader, self.writer):
            try:
                os.close(fd)
            except OSError as error:
                assert error.errno == errno.EBADF  # noqa: PT017 - a test closed it already


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    one = Pipe()
    yield one
    one.close()


@pytest.fixture
def full() -> Iterator[Pipe]:
    """A pipe that takes nothing more."""
    one = Pipe()
    os.write(one.writer, b"." * (PAGE - 1) + b"\n")
    yield one
    one.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once after an error."""
    monkeypatch.setattr(module, "_ERROR_RETRY_S", 0.0)


def lines(count: int, size: int) -> bytes:
    """Make so many lines of exactly that size, newline included."""
    return b"".join(b"%0*d\n" % (size - 1, number) for number in range(count))


def run(test: Any) -> None:
    async def main() -> None:
        async with asyncio.timeout(TIMEOUT_S):
            await test

    asyncio.run(main())


async def turns(enough: Callable[[], bool]) -> None:
    """Turn the loop until it is enough."""
    while not enough():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0)


async def blocked(one: Sink, task: asyncio.Task[None]) -> None:
    """Let the loop turn until the write waits, or is done."""
    await turns(lambda: bool(one.blocked_since) or task.done())


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def written(one: Sink, json: bytes, pipe: Pipe, amounts: Iterator[int]) -> bytes:
    """Write while somebody reads these amounts; give all that was read."""
    task = asyncio.ensure_future(one.write(json))
    got = b""
    while not task.done():
        await blocked(one, task)
        got += pipe.read(next(amounts))
        await asyncio.sleep(0)
    await task
    return got + pipe.read()


# -- pipes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("capacity", [PAGE, 4 * PAGE, 8 * PAGE])
@pytest.mark.parametrize("size", [2, 100, 1000, PAGE, PAGE + 1, 3 * PAGE, 20 * PAGE])
def test_everything_goes_through_a_pipe_of_any_capacity(capacity: int, size: int) -> None:
    pipe = Pipe(capacity)
    json = lines(max(3, 100_000 // size), size)

    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        assert await written(one, json, pipe, iter(lambda: 1 << 20, None)) == json
        assert one.taken == len(json)
        assert one.errors == 0
        assert one.writes > 1
        one.close()

    run(test())
    pipe.close()


def test_what_fits_goes_through_in_one_call(pipe: Pipe) -> None:
    json = lines(10, 100)

    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        await one.write(json)
        assert pipe.read() == json
        assert (one.taken, one.writes, one.blocked_s) == (1000, 1, 0.0)

    run(test())


def test_nothing_to_write_writes_nothing(pipe: Pipe) -> None:
    one = Sink(pipe.writer)
    run(one.write(b""))
    assert (one.taken, one.writes) == (0, 0)


@pytest.mark.parametrize("size", [2, 7, 100, 999, 1000, PAGE // 2, PAGE - 1, PAGE])
def test_stop_cuts_no_line_and_knows_what_was_taken(pipe: Pipe, size: int) -> None:
    json = lines(5 * PAGE // size + 5, size)

    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        task = asyncio.ensure_future(one.write(json))
        await blocked(one, task)
        await stop(task)
        got = pipe.read()
        assert got == json[: one.taken]
        assert got.endswith(b"\n")
        assert 0 < one.taken <= PAGE

    run(test())


@examples(100)
@given(
    sizes=st.lists(st.integers(1, PAGE - 1), min_size=1, max_size=30),
    before=st.integers(0, PAGE),
    reads=st.lists(st.integers(1, PAGE), max_size=12),
    capacity=st.sampled_from([PAGE, 2 * PAGE, 8 * PAGE]),
)
def test_stop_at_any_time_cuts_no_line_that_the_pipe_could_hold(
    sizes: list[int], before: int, reads: list[int], capacity: int
) -> None:
    pipe = Pipe(capacity)
    json = b"".join(b"x" * size + b"\n" for size in sizes)
    os.write(pipe.writer, b"." * before)

    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        task = asyncio.ensure_future(one.write(json))
        got = b""
        for amount in reads:
            await blocked(one, task)
            got += pipe.read(amount)
            for _ in range(4):
                await asyncio.sleep(0)
        await stop(task)
        got += pipe.read()
        assert got == b"." * before + json[: one.taken]
        assert got == b"." * before or got.endswith(b"\n")

    run(test())
    pipe.close()


def test_line_longer_than_a_page_waits_until_it_can_go_in_whole() -> None:
    pipe = Pipe(4 * PAGE)
    os.write(pipe.writer, b"." * 10)
    line = lines(1, 3 * PAGE)

    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        task = asyncio.ensure_future(one.write(line))
        await blocked(one, task)
        assert one.taken == 0
        assert pipe.read() == b"." * 10
        await task
        assert pipe.read() == line
        assert one.writes == 1

    run(test())
    pipe.close()


def test_line_longer_than_the_pipe_is_cut_and_known_to_the_byte(pipe: Pipe) -> None:
    json = lines(2, 3 * PAGE + 5)

    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        task = asyncio.ensure_future(one.write(json))
        await blocked(one, task)
        await stop(task)
        assert one.taken == PAGE
        assert pipe.read() == json[:PAGE]

    run(test())


@examples(40)
@given(st.lists(st.integers(1, 3 * PAGE), min_size=1, max_size=8), st.data())
def test_reader_of_any_speed_gets_every_byte_in_order(
    sizes: list[int], draw: st.DataObject
) -> None:
    pipe = Pipe()
    json = b"".join(b"x" * (size - 1) + b"\n" for size in sizes)
    amounts = draw.draw(st.lists(st.integers(PAGE // 4, 2 * PAGE), min_size=1, max_size=5))

    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        endless = (amount for _ in iter(int, 1) for amount in amounts)
        assert await written(one, json, pipe, endless) == json
        assert one.taken == len(json)

    run(test())
    pipe.close()


@examples(100)
@given(
    st.lists(
        st.tuples(
            st.just(32 * PAGE) | st.integers(1, 6 * PAGE) | st.integers(1, 300),
            st.integers(0, 6 * PAGE),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_pipe_has_room_for_what_is_said_to_fit(steps: list[tuple[int, int]]) -> None:
    pipe = Pipe(32 * PAGE)
    one = Sink(pipe.writer)
    one.open()
    larger = 0
    for size, amount in steps:
        free = one._free(1 << 20)
        offered = min(size, free)
        try:
            assert os.write(pipe.writer, b"x" * offered) == offered
        except BlockingIOError:
            assert offered <= PAGE  # all or nothing, as pipe(7) has it
        larger += PAGE < offered < pipe.capacity
        pipe.read(amount)
    event(f"more than a page beside others: {larger > 0}")
    pipe.close()


def test_pipe_is_given_room_unless_somebody_chose_its_size() -> None:
    for chosen, capacity in (
        (16 * PAGE, 64 * PAGE),
        (8 * PAGE, 8 * PAGE),
        (128 * PAGE, 128 * PAGE),
    ):
        pipe = Pipe(chosen)
        one = Sink(pipe.writer)
        one.open()
        assert fcntl.fcntl(pipe.writer, fcntl.F_GETPIPE_SZ) == capacity
        assert one._free(1 << 20) == capacity
        pipe.close()


def test_pipe_that_is_given_no_room_is_written_to_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(fd: int, command: int, argument: int = 0) -> int:
        if command == fcntl.F_SETPIPE_SZ:
            raise PermissionError(errno.EPERM, "too many pages for this user")
        return fcntl.fcntl(fd, command, argument)

    pipe = Pipe(16 * PAGE)
    fake = SimpleNamespace(**{**vars(fcntl), "fcntl": refused})
    monkeypatch.setattr(module, "fcntl", fake)
    one = Sink(pipe.writer)
    one.open()
    assert one._free(1 << 20) == 16 * PAGE
    pipe.close()


# -- waiting -----------------------------------------------------------------------------------


def test_full_pipe_is_waited_for_and_the_loop_turns_meanwhile(full: Pipe) -> None:
    async def test() -> None:
        one = Sink(full.writer)
        one.open()
        task = asyncio.ensure_future(one.write(b"{}\n"))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not task.done()
        assert one.taken == one.errors == 0
        full.read()
        await task
        assert full.read() == b"{}\n"

    run(test())


@pytest.mark.parametrize("size", [10, PAGE + 1])
def test_seconds_spent_waiting_are_counted(
    full: Pipe, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))

    async def test() -> None:
        one = Sink(full.writer)
        one.open()
        task = asyncio.ensure_future(one.write(lines(1, size)))
        await blocked(one, task)
        assert one.blocked_since == 100.0
        clock.now = 103.0
        assert one.blocked_total_s == 3.0
        assert one.blocked_s == 0.0
        clock.now = 107.0
        while not task.done():
            full.read()
            await asyncio.sleep(0)
        assert one.blocked_s == one.blocked_total_s == 7.0
        assert one.blocked_since == 0.0
        await one.write(b"")
        clock.now = 200.0
        assert one.blocked_total_s == 7.0

    run(test())


def test_write_that_was_stopped_still_waits_for_the_count(
    full: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))

    async def test() -> None:
        one = Sink(full.writer)
        one.open()
        task = asyncio.ensure_future(one.write(b"{}\n"))
        await blocked(one, task)
        await stop(task)
        clock.now = 110.0
        assert one.blocked_total_s == 10.0
        full.read()
        await one.write(b"{}\n")  # a stopped write may be taken up again
        assert one.blocked_total_s == 10.0
        assert full.read() == b"{}\n"

    run(test())


# -- a reader that is gone ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [10, PAGE, PAGE + 1, 5 * PAGE])
def test_closed_pipe_is_told_at_the_next_write(pipe: Pipe, size: int) -> None:
    async def test() -> None:
        one = Sink(pipe.writer)
        one.open()
        os.close(pipe.reader)
        with pytest.raises(OutputClosed, match="standard output was closed by its reader"):
            await one.write(lines(1, size))
        assert one.taken == one.errors == 0

    run(test())


@pytest.mark.parametrize("size", [10, PAGE, PAGE + 1, 5 * PAGE])
def test_pipe_that_is_closed_while_a_write_waits_is_told(full: Pipe, size: int) -> None:
    async def test() -> None:
        one = Sink(full.writer)
        one.open()
        task = asyncio.ensure_future(one.write(lines(1, size)))
        await blocked(one, task)
        os.close(full.reader)
        with pytest.raises(OutputClosed):
            await task
        assert one.taken == 0

    run(test())


def test_connection_that_is_reset_is_closed() -> None:
    ours, theirs = socket.socketpair()

    async def test() -> None:
        one = Sink(ours.fileno())
        one.open()
        theirs.close()
        with pytest.raises(OutputClosed):
            await one.write(b"{}\n")

    with ours, theirs:
        run(test())


# -- other descriptors -------------------------------------------------------------------------


def test_regular_file_takes_everything_at_once(tmp_path: Path) -> None:
    json = lines(1000, 1000)
    with (tmp_path / "out.jsonl").open("wb") as file:
        one = Sink(file.fileno())
        one.open()
        run(one.write(json))
        one.close()
        assert (one.taken, one.writes, one.blocked_total_s) == (len(json), 1, 0.0)
    assert (tmp_path / "out.jsonl").read_bytes() == json


def test_socket_takes_everything_in_order() -> None:
    ours, theirs = socket.socketpair()
    json = lines(5000, 200)

    async def test() -> None:
        one = Sink(ours.fileno())
        one.open()
        theirs.setblocking(False)
        task = asyncio.ensure_future(one.write(json))
        got = b""
        while len(got) < len(json):
            await blocked(one, task)
            got += await asyncio.get_running_loop().sock_recv(theirs, 1 << 20)
        await task
        assert got == json
        assert one.taken == len(json)

    with ours, theirs:
        run(test())


# -- a device that fails -----------------------------------------------------------------------


def test_full_device_is_counted_and_tried_again(impatient: None) -> None:
    fd = os.open("/dev/full", os.O_WRONLY)

    async def test() -> None:
        one = Sink(fd)
        one.open()
        task = asyncio.ensure_future(one.write(b"{}\n"))
        await turns(lambda: one.errors >= 3 or task.done())
        assert not task.done()
        assert one.taken == 0
        assert one.blocked_since
        await stop(task)

    run(test())
    os.close(fd)


def test_terminal_that_was_hung_up_is_not_tried_without_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal, ours = os.openpty()
    os.close(terminal)
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=pause))

    async def test() -> None:
        one = Sink(ours)
        one.open()
        task = asyncio.ensure_future(one.write(b"{}\n"))
        await turns(lambda: one.errors >= 3 or task.done())
        await stop(task)
        assert pauses[:2] == [1.0, 1.0]

    run(test())
    os.close(ours)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT], ids=errno.errorcode.get)
def test_write_goes_on_where_it_was_once_the_device_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: None, code: int
) -> None:
    write = os.write
    answers: list[Callable[[int, memoryview], int]] = []

    def fail(_: int, __: memoryview) -> int:
        raise OSError(code, os.strerror(code))

    answers += [lambda fd, view: write(fd, view[:5]), fail, fail]
    monkeypatch.setattr(
        os, "write", lambda fd, view: answers.pop(0)(fd, view) if answers else write(fd, view)
    )
    json = lines(10, 10)
    with (tmp_path / "out.jsonl").open("wb") as file:
        one = Sink(file.fileno())
        run(one.write(json))
    assert (one.errors, one.taken, one.writes) == (2, 100, 2)
    assert (tmp_path / "out.jsonl").read_bytes() == json


# -- the descriptor's flags --------------------------------------------------------------------


def flags(fd: int) -> int:
    return fcntl.fcntl(fd, fcntl.F_GETFL)


@pytest.mark.parametrize("blocking", [True, False])
def test_flags_are_put_back_as_they_were(pipe: Pipe, blocking: bool) -> None:
    os.set_blocking(pipe.writer, blocking)
    before = flags(pipe.writer)
    one = Sink(pipe.writer)
    assert flags(pipe.writer) == before
    one.open()
    assert flags(pipe.writer) == before | os.O_NONBLOCK
    one.close()
    assert flags(pipe.writer) == before


def test_flags_of_a_regular_file_stay(tmp_path: Path) -> None:
    with (tmp_path / "out.jsonl").open("ab") as file:
        before = flags(file.fileno())
        one = Sink(file.fileno())
        one.open()
        assert flags(file.fileno()) == before
        assert before & os.O_APPEND
        one.close()
        assert flags(file.fileno()) == before


def test_descriptor_that_was_closed_meanwhile_is_no_trouble_at_the_end(pipe: Pipe) -> None:
    one = Sink(pipe.writer)
    one.open()
    os.close(pipe.writer)
    one.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        flags(pipe.writer)


def test_terminal_takes_whole_lines() -> None:
    terminal, ours = os.openpty()
    settings_ = termios.tcgetattr(ours)
    settings_[1] &= ~termios.OPOST  # no carriage returns
    termios.tcsetattr(ours, termios.TCSANOW, settings_)

    async def test() -> None:
        one = Sink(ours)
        one.open()
        await one.write(b'{"a":1}\n{"b":2}\n')
        assert os.read(terminal, 100) == b'{"a":1}\n{"b":2}\n'
        one.close()

    run(test())
    os.close(ours)
    os.close(terminal)
