"""watchdog's events as wake-ups of the event loop."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from watchdog.events import (
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
)
from watchdog.observers.inotify import InotifyObserver

from sidecar.tail.watcher import Watcher

Wake = tuple[set[str], bool]

TIMEOUT_S = 20


class Woken:
    """Takes a watcher's calls, and waits for those of a kind."""

    def __init__(self) -> None:
        self.calls: list[Wake] = []
        self._called = asyncio.Event()

    def __call__(self, written: set[str], renamed: bool) -> None:
        self.calls.append((written, renamed))
        self._called.set()

    async def until(
        self, enough: Callable[[list[Wake]], bool], timeout_s: float = TIMEOUT_S
    ) -> None:
        async with asyncio.timeout(timeout_s):
            while not enough(self.calls):
                self._called.clear()
                await self._called.wait()


class Idle:
    """An event loop that is turned by hand."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []
        self.closed = False
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def call_soon_threadsafe(self, callback: Callable[[], None]) -> None:
        if self.closed:
            raise RuntimeError("Event loop is closed")
        self.due.append(callback)

    def turn(self) -> None:
        due, self.due = self.due, []
        for callback in due:
            callback()


@pytest.fixture
def idle() -> Idle:
    return Idle()


@pytest.fixture
def made(idle: Idle) -> tuple[Watcher, list[Wake]]:
    """A watcher that was not started, and the calls it made."""
    calls: list[Wake] = []
    loop: Any = idle
    return Watcher(loop, lambda written, renamed: calls.append((written, renamed))), calls


# -- many events, one call ---------------------------------------------------------------------


def test_many_events_become_one_call(idle: Idle, made: tuple[Watcher, list[Wake]]) -> None:
    watcher, calls = made
    for number in range(1000):
        watcher.on_any_event(FileModifiedEvent(f"/logs/{number % 3}.log"))
    assert calls == []
    assert len(idle.due) == 1
    idle.turn()
    assert calls == [({"/logs/0.log", "/logs/1.log", "/logs/2.log"}, False)]
    assert watcher.events == 1000


def test_event_after_a_call_makes_another(idle: Idle, made: tuple[Watcher, list[Wake]]) -> None:
    watcher, calls = made
    for name in ("a", "b"):
        watcher.on_any_event(FileModifiedEvent(name))
        idle.turn()
    assert calls == [({"a"}, False), ({"b"}, False)]


NAMES = [FileCreatedEvent("/l/a"), FileDeletedEvent("/l/a"), FileMovedEvent("/l/a", "/l/b")]


@pytest.mark.parametrize("event", NAMES, ids=lambda event: event.event_type)
def test_change_of_names_is_told_apart_from_writing(
    idle: Idle, made: tuple[Watcher, list[Wake]], event: FileSystemEvent
) -> None:
    watcher, calls = made
    watcher.on_any_event(event)
    watcher.on_any_event(FileModifiedEvent("/l/c"))
    idle.turn()
    watcher.on_any_event(FileModifiedEvent("/l/c"))
    idle.turn()
    assert calls == [({"/l/c"}, True), ({"/l/c"}, False)]


def test_events_of_another_thread_are_all_delivered(
    idle: Idle, made: tuple[Watcher, list[Wake]]
) -> None:
    watcher, calls = made

    def write() -> None:
        for number in range(2000):
            watcher.on_any_event(FileModifiedEvent(str(number)))

    thread = Thread(target=write)
    thread.start()
    while thread.is_alive():
        idle.turn()
    idle.turn()
    assert set().union(*(written for written, _ in calls)) == {str(n) for n in range(2000)}


def test_event_after_the_loop_was_closed_is_no_error(
    idle: Idle, made: tuple[Watcher, list[Wake]]
) -> None:
    watcher, calls = made
    idle.closed = True
    watcher.on_any_event(FileModifiedEvent("/logs/a.log"))
    assert calls == []
    assert watcher.events == 1


# -- real folders ------------------------------------------------------------------------------


def watching(test: Callable[[Watcher, Woken], Any]) -> None:
    """Run a test with a watcher that was started."""

    async def main() -> None:
        woken = Woken()
        watcher = Watcher(asyncio.get_running_loop(), woken)
        watcher.start()
        try:
            await test(watcher, woken)
        finally:
            watcher.stop()

    asyncio.run(main())


def append(path: str | bytes, data: bytes) -> None:
    with open(path, "ab") as file:
        file.write(data)


def names_changed(calls: list[Wake]) -> bool:
    return any(renamed for _, renamed in calls)


def test_writing_renaming_and_deleting_wake_the_loop(tmp_path: Path) -> None:
    path = str(tmp_path / "app.log")

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(tmp_path)])
        assert watcher.backend == "inotify"
        append(path, b"")
        await woken.until(names_changed)
        append(path, b"one\n")
        await woken.until(lambda calls: any(path in written for written, _ in calls))
        woken.calls.clear()
        os.rename(path, f"{path}.1")
        await woken.until(names_changed)
        woken.calls.clear()
        os.unlink(f"{path}.1")
        await woken.until(names_changed)

    watching(test)


def test_name_of_any_bytes_is_given_as_the_file_system_has_it(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9\n.log")

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(tmp_path)])
        append(path, b"one\n")
        await woken.until(lambda calls: any(os.fsdecode(path) in written for written, _ in calls))

    watching(test)


def test_folder_that_is_no_longer_asked_for_is_silent(tmp_path: Path) -> None:
    kept, dropped = tmp_path / "kept", tmp_path / "dropped"
    kept.mkdir()
    dropped.mkdir()

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(kept), str(dropped)])
        watcher.watch([str(kept)])
        (dropped / "a.log").write_text("x")
        (kept / "a.log").write_text("x")
        written = str(kept / "a.log")
        await woken.until(lambda calls: any(written in one for one, _ in calls))
        assert set().union(*(one for one, _ in woken.calls)) == {written}

    watching(test)


def test_folder_made_anew_under_its_old_name_is_watched_anew(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(folder)])
        folder.rename(tmp_path / "old")
        folder.mkdir()
        watcher.watch([str(folder)])
        (folder / "a.log").write_text("x")
        written = str(folder / "a.log")
        await woken.until(lambda calls: any(written in one for one, _ in calls))
        assert watcher.backend == "inotify"

    watching(test)


def test_folder_that_went_and_came_between_two_looks_is_watched_anew(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(folder)])
        folder.rmdir()
        watcher.watch([str(folder)])
        assert watcher.backend == "polling"  # there is nothing to watch
        folder.mkdir()
        watcher.watch([str(folder)])
        (folder / "a.log").write_text("x")
        written = str(folder / "a.log")
        await woken.until(lambda calls: any(written in one for one, _ in calls))

    watching(test)


def test_folder_made_anew_with_the_inode_of_the_old_one_is_watched_anew(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    old = folder.stat().st_ino

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(folder)])
        folder.rmdir()
        folder.mkdir()
        if folder.stat().st_ino != old:
            pytest.skip("the file system gave another inode")
        await woken.until(lambda calls: any(renamed for _, renamed in calls))
        watcher.watch([str(folder)])
        (folder / "a.log").write_text("x")
        written = str(folder / "a.log")
        await woken.until(lambda calls: any(written in one for one, _ in calls))

    watching(test)


# -- more events than polling costs --------------------------------------------------------------


@pytest.mark.parametrize(("events", "muted"), [(201, True), (199, False)])
def test_folder_that_gives_too_many_events_loses_its_watch_for_a_while(
    tmp_path: Path, idle: Idle, made: tuple[Watcher, list[Wake]], events: int, muted: bool
) -> None:
    watcher, calls = made
    folder, quiet = str(tmp_path / "hot"), str(tmp_path / "quiet")
    for one in (folder, quiet):
        os.mkdir(one)
    watcher.start()
    watcher.watch([folder, quiet])
    idle.now += 1.0
    for _ in range(events):
        watcher.on_any_event(FileModifiedEvent(f"{folder}/a.log"))
    idle.turn()
    assert calls[-1] == ({f"{folder}/a.log"}, False)
    assert [*watcher.muted] == ([folder] if muted else [])
    assert watcher.backend == "inotify"
    watcher.watch([folder, quiet])
    assert [*watcher.muted] == ([folder] if muted else [])
    idle.now += 6.0
    watcher.watch([folder, quiet])
    assert not watcher.muted
    (tmp_path / "hot" / "a.log").write_text("x")
    deadline = time.monotonic() + TIMEOUT_S
    while not idle.due:
        assert time.monotonic() < deadline
    watcher.stop()


# -- where no watch can be had -------------------------------------------------------------------


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Folders for which the kernel has no watch left."""
    without: set[str] = set()
    schedule = InotifyObserver.schedule

    def refuse(self: InotifyObserver, handler: Any, path: str, **more: Any) -> Any:
        if path in without:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        return schedule(self, handler, path, **more)

    monkeypatch.setattr(InotifyObserver, "schedule", refuse)
    yield without
    without.clear()


def test_folder_without_a_watch_makes_the_whole_poll(tmp_path: Path, scarce: set[str]) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    scarce.add(str(two))

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(one), str(two)])
        assert watcher.backend == "polling"
        assert watcher.failures == {str(two): "inotify watch limit reached"}
        scarce.clear()
        watcher.watch([str(one), str(two)])
        assert watcher.backend == "inotify"
        assert watcher.failures == {}

    watching(test)


def test_folder_that_is_gone_holds_no_failure_against_the_others(
    tmp_path: Path, scarce: set[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    scarce.add(str(two))

    async def test(watcher: Watcher, woken: Woken) -> None:
        watcher.watch([str(one), str(two)])
        two.rmdir()
        watcher.watch([str(one)])
        assert watcher.failures == {}
        assert watcher.backend == "inotify"

    watching(test)


def test_threads_that_cannot_be_started_leave_it_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: tuple[Watcher, list[Wake]]
) -> None:
    def refuse(_: InotifyObserver) -> None:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr(InotifyObserver, "start", refuse)
    watcher, _ = made
    watcher.start()
    watcher.watch([str(tmp_path)])
    assert watcher.backend == "polling"
    assert "inotify instance limit reached" in watcher.failures[""]
    watcher.stop()


def test_folder_that_does_not_exist_is_no_failure(
    tmp_path: Path, made: tuple[Watcher, list[Wake]]
) -> None:
    watcher, _ = made
    watcher.watch([str(tmp_path / "later")])
    assert watcher.failures == {}
    assert watcher.backend == "polling"


def test_thread_that_was_stopped_while_it_waited_is_no_news(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = logging.getLogger("watchdog.observers.inotify")
    log.error("InotifyEmitter.queue_events() called when the thread is inactive")
    log.error("something else")
    assert caplog.messages == ["something else"]
