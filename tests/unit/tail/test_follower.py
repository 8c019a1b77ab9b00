"""All files followed, through whatever is done to their names."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sidecar.flow import Batch, State
from sidecar.tail import follower as module
from sidecar.tail.checkpoint import Totals
from sidecar.tail.folders import Key, TailOptions
from sidecar.tail.follower import Follower
from sidecar.tail.tailer import Tailer, open_regular
from tests.streams import Diary, Stream, moved_clock


class World:
    """A folder, and a follower of it whose files are read and acknowledged at once."""

    def __init__(self, logs: Path, *globs: str, start_at: str = "beginning") -> None:
        self.logs = logs
        self.diary = Diary()
        include = tuple(str(logs / glob) for glob in globs or ("*.log*",))
        self.options = [TailOptions(include, start_at=start_at)]
        self.read: list[tuple[str, bytes]] = []
        self.own: set[Key] = set()
        self.follower = self._follower()

    def _follower(self) -> Follower[Stream]:
        state_dir = str(self.logs / ".sidecar")
        return Follower(self.options, state_dir, self._make, self.diary, self.own)

    def _make(self, source: int, path: str, key: Key, offset: int, state: State) -> Stream:
        return Stream(offset, state)

    def write(self, name: str, data: str) -> Path:
        path = self.logs / name
        with path.open("a") as file:
            file.write(data)
        return path

    def turn(self) -> list[tuple[str, bytes]]:
        """Sweep, and read what is ready; gives (name, bytes) of each."""
        self.follower.sweep()
        begun = len(self.read)
        for file in [*self.follower.ready.values()]:
            while data := asyncio.run(file.read()):
                take(file, data)
                self.read.append((os.path.basename(file.path), data))
        self.follower.ready.clear()
        for file in [*self.follower.finished]:
            self.follower.retire(file)
        return self.read[begun:]

    def restart(self) -> None:
        saved = self.follower.saved()
        self.close()
        self.follower = self._follower()
        self.follower.restore(saved)

    def close(self) -> None:
        for file in self.follower.tailers:
            file.close()

    @property
    def names(self) -> list[str]:
        """Names of what is held."""
        return sorted(os.path.basename(file.path) for file in self.follower.files.values())

    @property
    def emitted(self) -> int:
        """Source bytes acknowledged, of all files there were."""
        totals = [file.totals for file in self.follower.tailers]
        totals += [entry.totals for entry in self.follower.absent]
        return sum(one.emitted for one in [*totals, self.forgotten])

    @property
    def forgotten(self) -> Totals:
        """Totals of the files that have no name any more."""
        return self.follower.register.forgotten


def take(file: Tailer[Stream], data: bytes) -> None:
    start, state = file.offset, State(format="juli")
    file.pipeline.taken += data
    file.acknowledge(Batch(b"", 0, start, data, (), State(), state), file.offset, state)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., World]]:
    logs = tmp_path / "logs"
    logs.mkdir()
    worlds: list[World] = []

    def world(*globs: str, **options: Any) -> World:
        worlds.append(World(logs, *globs, **options))
        return worlds[-1]

    yield world
    for one in worlds:
        one.close()


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    return make()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds to add to the monotonic clock."""
    return moved_clock(monkeypatch)


def test_files_are_read_oldest_first_and_read_on_where_they_were(world: World) -> None:
    for age, name in ((1, "b.log"), (3, "c.log"), (2, "a.log")):
        path = world.write(name, f"{name}\n")
        os.utime(path, (1000 - age, 1000 - age))
    assert [name for name, _ in world.turn()] == ["c.log", "a.log", "b.log"]
    world.write("a.log", "more\n")
    assert world.turn() == [("a.log", b"more\n")]
    assert world.turn() == []


def test_renamed_file_is_read_on_under_its_new_name_beside_the_one_made_anew(
    world: World,
) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    path.rename(world.logs / "app.log.1")
    world.write("app.log.1", "last words\n")
    world.write("app.log", "new\n")
    assert sorted(world.turn()) == [("app.log", b"new\n"), ("app.log.1", b"last words\n")]
    assert world.follower.tally.rotations == 1
    assert world.emitted == 4 + 11 + 4


def test_chain_of_renames_between_two_looks_is_read_once(world: World) -> None:
    for number in range(5):
        for old in range(number - 1, 0, -1):
            (world.logs / f"app.log.{old}").rename(world.logs / f"app.log.{old + 1}")
        if number:
            (world.logs / "app.log").rename(world.logs / "app.log.1")
        world.write("app.log", f"{number}\n")
        if number % 2:
            world.turn()
    world.turn()
    assert sorted(data for _, data in world.read) == [b"%d\n" % number for number in range(5)]


def test_copied_and_truncated_file_is_read_on_in_the_copy(world: World) -> None:
    path = world.write("app.log", "one\n" * 100)
    world.turn()
    world.write("app.log", "unread\n")
    shutil.copy(path, world.logs / "app.log.1")
    os.truncate(path, 0)
    world.write("app.log", "new\n")
    assert sorted(world.turn()) == [("app.log", b"new\n"), ("app.log.1", b"unread\n")]
    assert world.emitted == 400 + 7 + 4
    assert world.follower.tally.truncations == 1


def test_original_that_is_cut_while_the_folder_is_looked_at_has_its_copy_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.write("app.log", "one\n" * 100)
    world.turn()
    shutil.copy(path, world.logs / "app.log.1")
    look = world.follower.folders.look

    def look_then_cut() -> Any:
        seen = look()
        os.truncate(path, 0)
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(world.follower.folders, "look", look_then_cut)
        assert world.turn() == []
    world.write("app.log.1", "left\n")
    assert world.turn() == [("app.log.1", b"left\n")]


def test_copy_written_over_an_older_one_is_read_on_in(world: World) -> None:
    path = world.write("app.log", "one\n" * 100)
    world.write("app.log.1", "old\n" * 50)
    world.turn()
    world.write("app.log", "unread\n")
    shutil.copyfile(path, world.logs / "app.log.1")  # the same inode
    os.truncate(path, 0)
    world.write("app.log", "new\n")
    assert sorted(world.turn()) == [("app.log", b"new\n"), ("app.log.1", b"unread\n")]
    assert world.forgotten.lost == {}


def test_copy_that_has_the_inode_of_a_file_out_of_sight_is_held_back(world: World) -> None:
    path = world.write("app.log", "one\n" * 100)
    gone = world.write("gone.log", "gone\n")
    world.turn()
    world.restart()
    shutil.copyfile(path, gone)
    gone.rename(world.logs / "app.log.1")
    world.turn()
    assert world.read == [("app.log", b"one\n" * 100), ("gone.log", b"gone\n")]


@pytest.mark.parametrize("seen", ["before the cut", "after it"])
@pytest.mark.parametrize("known", ["", "one\n"])
def test_copy_that_has_the_inode_of_a_file_known_by_little_is_read_once(
    world: World, tmp_path: Path, known: str, seen: str
) -> None:
    path = world.write("app.log", "one\n" * 100)
    gone = world.write("gone.log", known)
    world.turn()
    world.restart()
    gone.rename(tmp_path / "gone")
    world.turn()  # out of sight
    before = len(world.read)
    world.write("app.log", "two\n")
    shutil.copyfile(path, tmp_path / "gone")
    (tmp_path / "gone").rename(world.logs / "app.log.1")
    if seen == "before the cut":
        assert world.turn() == [("app.log", b"two\n")]
        before = len(world.read)
    os.truncate(path, 0)
    world.write("app.log", "new\n")
    world.turn()
    rest = [] if seen == "before the cut" else [("app.log.1", b"two\n")]
    assert sorted(world.read[before:]) == [("app.log", b"new\n"), *rest]
    assert world.forgotten.lost == {}


def test_rest_of_a_file_of_which_nothing_has_left_is_not_lost_with_its_truncation(
    world: World,
) -> None:
    path = world.write("app.log", "open\n")
    world.follower.sweep()
    (file,) = world.follower.files.values()
    asyncio.run(file.read())  # and nothing is acknowledged
    world.restart()
    shutil.copy(path, world.logs / "app.log.1")
    os.truncate(path, 0)
    assert world.turn() == [("app.log.1", b"open\n")]
    assert world.forgotten.lost == {}
    assert all(not file.totals.lost for file in world.follower.files.values())


def test_copy_is_found_when_the_original_was_renamed_after_it_was_cut(world: World) -> None:
    path = world.write("app.log", "one\n" * 100)
    world.turn()
    copy = world.logs / "app.log.1"
    shutil.copy(path, copy)
    os.truncate(path, 0)
    copy.rename(world.logs / "app.log.2")
    path.rename(copy)
    world.write("app.log.1", "new\n")
    assert world.turn() == [("app.log.1", b"new\n")]


def test_truncated_file_that_has_outgrown_its_old_size_is_noticed(world: World) -> None:
    path = world.write("app.log", "old\n" * 100)
    world.turn()
    shutil.copy(path, world.logs / "app.log.1")
    os.truncate(path, 0)
    world.write("app.log", "new\n" * 200)
    assert world.turn() == [("app.log", b"new\n" * 200)]
    assert world.emitted == 400 + 800


def test_truncation_without_a_copy_counts_what_was_known_and_unread_as_lost(world: World) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    world.write("app.log", "unread\n")
    world.follower.sweep()
    os.truncate(path, 0)
    world.write("app.log", "n\n")
    assert world.turn() == [("app.log", b"n\n")]
    assert world.follower.register.gone.lost == {"truncated": 7}
    assert "bytes were truncated before they were read" in world.diary.said
    assert (world.follower.register.gone.emitted, world.emitted) == (4, 6)


def test_copy_is_held_back_while_it_is_one_and_read_when_it_differs(world: World) -> None:
    path = world.write("app.log", "line\n" * 1000)
    world.turn()
    copy = shutil.copy(path, world.logs / "app.log.bak")
    os.truncate(copy, 500)
    assert world.turn() == []
    world.write("app.log.bak", "its own\n")
    assert world.turn() == [("app.log.bak", b"line\n" * 100 + b"its own\n")]


def test_of_two_alike_the_one_the_other_is_named_after_is_read_at_first_sight(
    world: World,
) -> None:
    path = world.write("app.log", "line\n" * 10)
    shutil.copy2(path, world.logs / "app.log.1")
    os.utime(world.logs / "app.log.1", (1, 1))
    assert world.turn() == [("app.log", b"line\n" * 10)]


def test_files_alike_with_unrelated_names_are_both_read(world: World) -> None:
    world.write("one.log", "line\n")
    world.write("two.log", "line\n")
    assert len(world.turn()) == 2


def test_one_file_under_two_names_is_read_once(make: Callable[..., World]) -> None:
    world = make("*.log", "a*")
    path = world.write("a.log", "line\n")
    os.link(path, world.logs / "b.log")
    assert world.turn() == [("a.log", b"line\n")]


def test_deleted_file_is_read_to_its_end_and_then_given_back(
    world: World, clock: list[float]
) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    world.write("app.log", "last\n")
    path.unlink()
    assert world.turn() == [("app.log", b"last\n")]
    assert world.names == ["app.log"]
    clock[0] = 1.0
    world.turn()
    assert world.names == []
    assert world.follower.tally.deletions == 1
    assert world.follower.register.gone.emitted == 9


def test_copy_of_a_deleted_file_is_not_read_again(world: World, clock: list[float]) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    shutil.copy(path, world.logs / "app.log.1")
    world.turn()
    path.unlink()
    world.turn()
    clock[0] = 1.0
    world.turn()
    world.write("app.log.1", "two\n")
    assert world.turn() == [("app.log.1", b"two\n")]
    assert world.names == ["app.log.1"]


def test_file_without_a_followed_name_is_set_aside_and_read_on_if_it_grows(
    make: Callable[..., World], clock: list[float]
) -> None:
    world = make("*.log")
    path = world.write("app.log", "one\n")
    world.turn()
    old = path.rename(world.logs / "app.log.1")
    world.turn()
    assert world.names == ["app.log"]
    clock[0] = 6.0
    world.turn()
    assert world.names == []
    assert [entry.totals.emitted for entry in world.follower.absent] == [4]
    world.write("app.log.1", "two\n")
    assert [data for _, data in world.turn()] == [b"two\n"]
    assert world.emitted == 8
    clock[0] = 12.0
    world.turn()
    old.unlink()
    world.turn()
    assert not [*world.follower.absent]
    assert world.forgotten.emitted == 8


@pytest.mark.parametrize("change", ["rename", "copytruncate", "none", "out of the glob"])
def test_rotation_while_nobody_followed_is_resolved_at_the_start(
    make: Callable[..., World], change: str
) -> None:
    world = make("*.log" if change == "out of the glob" else "*.log*")
    path = world.write("app.log", "one\n" * 50)
    world.turn()
    world.restart()
    world.write("app.log", "two\n")
    if change in {"rename", "out of the glob"}:
        path.rename(world.logs / "app.log.1")
    elif change == "copytruncate":
        shutil.copy(path, world.logs / "app.log.1")
        os.truncate(path, 0)
    if change != "none":
        world.write("app.log", "three\n")
    expected = [b"two\n"] if change == "none" else [b"three\n", b"two\n"]
    assert sorted(data for _, data in world.turn()) == expected
    assert world.emitted == 200 + sum(map(len, expected))
    assert {file.state.format for file in world.follower.files.values()} == {"juli"}


def test_copy_made_while_nobody_followed_is_known_without_its_original(
    world: World, tmp_path: Path
) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    world.restart()
    world.write("app.log", "two\n")
    shutil.copy(path, world.logs / "app.log.1")
    os.truncate(path, 0)
    path.rename(tmp_path / "away")
    assert world.turn() == [("app.log.1", b"two\n")]


def test_checkpoint_of_a_file_that_is_gone_leaves_its_totals(world: World) -> None:
    world.write("app.log", "one\n").unlink()
    world.write("other.log", "other\n")
    path = world.write("app.log", "one\n")
    world.turn()
    world.restart()
    path.unlink()
    world.turn()
    assert world.forgotten == Totals(4)
    assert world.emitted == 10


def test_file_replaced_on_its_inode_is_read_from_its_start(world: World) -> None:
    path = world.write("app.log", "one\n" * 20)
    world.turn()
    world.restart()
    path.write_text("another\n" * 20)
    assert world.turn() == [("app.log", b"another\n" * 20)]
    assert world.emitted == 80 + 160


def test_files_there_at_the_first_look_may_begin_at_their_end(make: Callable[..., World]) -> None:
    world = make(start_at="end")
    world.write("app.log", "old\n")
    assert world.turn() == []
    world.write("app.log", "new\n")
    world.write("later.log", "whole\n")
    assert sorted(world.turn()) == [("app.log", b"new\n"), ("later.log", b"whole\n")]
    skipped = [file.totals.skipped for file in world.follower.files.values()]
    assert {"start_at_end": 4} in skipped


def test_present_files_can_all_be_begun_at_their_end(world: World) -> None:
    world.write("app.log", "old\n")
    world.follower.skip_present()
    world.write("app.log", "new\n")
    assert world.turn() == [("app.log", b"new\n")]


def test_folder_that_cannot_be_listed_says_nothing_of_its_files(
    world: World, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    world.write("app.log", "one\n")
    world.turn()
    clock[0] = 60.0

    def refuse(folder: str) -> None:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "scandir", refuse)
    world.write("app.log", "two\n")
    assert world.turn() == [("app.log", b"two\n")]
    clock[0] = 120.0
    world.turn()
    assert world.names == ["app.log"]
    assert world.follower.folders.errors == 2
    assert "folder cannot be listed" in world.diary.said


def test_file_that_cannot_be_opened_is_told_and_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("app.log", "one\n")

    def refuse(path: str) -> int:
        raise PermissionError(13, "Permission denied", path)

    with monkeypatch.context() as patch:
        patch.setattr(module, "open_regular", refuse)
        assert world.turn() == []
    assert world.follower.unreadable == {str(world.logs / "app.log"): "Permission denied"}
    assert world.turn() == [("app.log", b"one\n")]
    assert world.follower.unreadable == {}


# -- where a file was cut ------------------------------------------------------------------------


def numbered(first: int, last: int) -> str:
    return "".join(f"line number {number:06d} of a long log\n" for number in range(first, last))


LINE = len(numbered(0, 1))


def path_size(path: Path) -> int:
    return path.stat().st_size


@pytest.mark.parametrize("keep", [0, 5])
@pytest.mark.parametrize("written", [0, 7, 900])
def test_file_that_was_cut_in_the_middle_is_read_on_from_there(
    world: World, keep: int, written: int
) -> None:
    path = world.write("app.log", numbered(0, 500))
    world.turn()
    os.truncate(path, 300 * LINE + keep)
    new = numbered(1000, 1000 + written)
    world.write("app.log", new)
    read = b"".join(data for _, data in world.turn())
    cut = numbered(300, 301)[:keep] if written else ""
    assert read.decode() == cut + new
    assert {file.totals.skipped["kept"] for file in world.follower.files.values()} == {
        300 * LINE + (0 if written else keep)
    }


def test_cut_before_what_is_remembered_repeats_no_more_than_to_the_last_mark(
    world: World,
) -> None:
    path = world.write("app.log", numbered(0, 50_000))
    world.turn()
    os.truncate(path, 10_000 * LINE)
    world.write("app.log", numbered(60_000, 60_010))
    read = b"".join(data for _, data in world.turn())
    assert read.endswith(numbered(60_000, 60_010).encode())
    repeated = len(read) - 10 * LINE
    assert 0 <= repeated <= 65_536
    assert repeated % LINE == 0


def test_log_that_is_begun_anew_alike_is_read_whole(world: World) -> None:
    path = world.write("app.log", numbered(0, 20))
    world.turn()
    path.write_text(numbered(0, 10))
    assert world.turn() == [("app.log", numbered(0, 10).encode())]


def test_cut_of_what_was_not_read_yet_is_counted_as_lost(world: World) -> None:
    path = world.write("app.log", numbered(0, 10))
    world.turn()
    world.write("app.log", numbered(10, 30))
    world.follower.sweep()
    os.truncate(path, 20 * LINE)
    assert world.turn() == [("app.log", numbered(10, 20).encode())]
    (file,) = world.follower.files.values()
    assert file.totals.lost == {"truncated": 10 * LINE}


def test_rewritten_file_of_the_same_size_is_noticed_without_an_event(world: World) -> None:
    path = world.write("app.log", "one\n")
    os.utime(path, ns=(10**18, 10**18))
    world.turn()
    path.write_text("two\n")
    assert not world.follower.still()
    assert world.turn() == [("app.log", b"two\n")]
    path.write_text("two\n")  # as touch(1) would leave it
    assert world.turn() == []


# -- away and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("restarted", [False, True])
def test_file_that_was_moved_away_and_back_is_read_on_where_it_was(
    world: World, clock: list[float], tmp_path: Path, *, restarted: bool
) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    away = path.rename(tmp_path / "away")
    world.turn()
    clock[0] = 6.0
    world.turn()
    assert world.names == []
    world.turn()
    assert not [*world.follower.absent]
    assert world.forgotten.emitted == 4
    if restarted:
        world.restart()
        world.turn()
    with away.open("a") as file:
        file.write("two\n")
    away.rename(path)
    assert world.turn() == [("app.log", b"two\n")]
    assert world.emitted == 8
    assert world.forgotten == Totals()


def test_what_was_left_to_read_of_a_file_that_is_gone_at_the_start_is_lost(world: World) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    world.write("app.log", "unread\n")
    world.follower.sweep()
    world.restart()
    path.unlink()
    world.turn()
    assert world.forgotten == Totals(4, {}, {"deleted": 7})
    world.restart()
    world.turn()
    assert world.forgotten == Totals(4, {}, {"deleted": 7})


def test_files_out_of_sight_are_remembered_up_to_a_number(
    world: World, clock: list[float], tmp_path: Path
) -> None:
    for number in range(120):
        world.write(f"{number}.log", f"{number}\n")
    world.turn()
    (tmp_path / "away").mkdir()
    for number in range(120):
        (world.logs / f"{number}.log").rename(tmp_path / "away" / f"{number}.log")
    emitted = world.emitted
    world.turn()
    clock[0] = 6.0
    world.turn()
    world.turn()
    assert len(world.follower.register.unseen) == 100
    assert world.emitted == emitted


def test_deleted_file_that_was_written_to_at_intervals_is_held_through_one_more(
    world: World, clock: list[float]
) -> None:
    path = world.write("app.log", "one\n")
    world.turn()
    clock[0] = 9.0
    writer = path.open("a")
    writer.write("two\n")
    writer.flush()
    world.turn()
    path.unlink()
    clock[0] = 18.0
    writer.write("three\n")
    writer.close()
    world.turn()
    assert world.read[-1] == ("app.log", b"three\n")
    clock[0] = 40.0
    world.turn()
    assert world.names == []


# -- what is not followed ------------------------------------------------------------------------


@pytest.mark.parametrize("restarted", [False, True])
def test_file_replaced_by_its_copy_that_has_grown_is_read_on(
    world: World, *, restarted: bool
) -> None:
    size = path_size(path := world.write("app.log", numbered(0, 300)))
    world.turn()
    if restarted:
        world.restart()
    copy = Path(shutil.copy(path, world.logs / "tmp"))
    with copy.open("a") as file:
        file.write("two\n")
    copy.rename(path)
    assert world.turn() == [("app.log", b"two\n")]
    assert world.emitted == size + 4


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("gone", ["moved away", "deleted"])
def test_file_begun_with_the_banner_of_the_one_before_is_read_whole(
    world: World, tmp_path: Path, gone: str, *, restarted: bool
) -> None:
    path = world.write("app.log", numbered(0, 50))
    world.turn()
    if restarted:
        world.restart()
    if gone == "moved away":
        path.rename(tmp_path / "away")
    # Beside the old file, so that it has another inode.
    begun = world.write("begun", numbered(0, 50) + "two\n")
    begun.rename(path)
    assert world.turn() == [("app.log", numbered(0, 50).encode() + b"two\n")]


def test_files_begun_since_the_last_run_are_read_whole_whatever_the_first_run_skipped(
    make: Callable[..., World],
) -> None:
    world = make(start_at="end")
    world.write("app.log", "old\n")
    world.turn()
    world.restart()
    world.write("new.log", "whole\n")
    assert world.turn() == [("new.log", b"whole\n")]


def test_packed_sibling_is_not_followed(world: World) -> None:
    world.write("app.log", "one\n")
    packed = world.logs / "app.log.2.gz"
    packed.write_bytes(gzip.compress(b"old\n" * 100))
    assert world.turn() == [("app.log", b"one\n")]
    assert world.turn() == []
    assert world.diary.said.count("not followed") == 1
    packed.write_text("plain after all\n")
    assert world.turn() == [("app.log.2.gz", b"plain after all\n")]


def test_what_we_write_ourselves_is_not_followed(make: Callable[..., World]) -> None:
    world = make("*")
    path = world.write("out.jsonl", '{"message":"x"}\n')
    world.write("app.log", "one\n")
    world.own.add((path.stat().st_dev, path.stat().st_ino))
    assert world.turn() == [("app.log", b"one\n")]
    assert "not followed" in world.diary.said


def test_copy_that_stays_is_counted_and_read_on_beyond_what_it_was(
    world: World, clock: list[float]
) -> None:
    path = world.write("app.log", "line\n" * 100)
    world.turn()
    shutil.copy(path, world.logs / "app.log.bak")
    world.turn()
    clock[0] = 6.0
    world.turn()
    assert [(entry.totals, entry.offset) for entry in world.follower.absent] == [
        (Totals(0, {"copy": 500}), 500)
    ]
    world.write("app.log.bak", "its own\n")
    assert world.turn() == [("app.log.bak", b"its own\n")]


def test_copy_that_stayed_is_read_on_in_once_its_original_is_cut(
    world: World, clock: list[float]
) -> None:
    path = world.write("app.log", "line\n" * 100)
    world.turn()
    shutil.copy(path, world.logs / "app.log.1")
    world.turn()
    clock[0] = 6.0
    world.turn()
    os.truncate(path, 0)
    world.write("app.log.1", "left\n")
    world.write("app.log", "new\n")
    assert sorted(world.turn()) == [("app.log", b"new\n"), ("app.log.1", b"left\n")]
    assert world.emitted == 500 + 5 + 4
    assert world.forgotten.skipped == {"copy": 500}


# -- few descriptors -----------------------------------------------------------------------------


@pytest.fixture
def narrow(world: World) -> World:
    """A world in which three files may be held at once."""
    world.follower._room = 3
    return world


def catch_up(world: World) -> None:
    """Sweep and read until no file waits."""
    world.turn()
    while world.follower.crowded:
        assert len(world.follower.files) <= 3
        world.turn()


def test_more_files_than_descriptors_are_all_read_and_read_on(narrow: World) -> None:
    names = [f"{number}.log" for number in range(20)]
    for name in names:
        narrow.write(name, f"one {name}\n")
    catch_up(narrow)
    for name in reversed(names):
        narrow.write(name, f"two {name}\n")
    catch_up(narrow)
    assert sorted(narrow.read) == sorted(
        [(name, b"one %b\n" % name.encode()) for name in names]
        + [(name, b"two %b\n" % name.encode()) for name in names]
    )
    assert len(narrow.follower.files) == 3
    assert narrow.emitted == sum(len(data) for _, data in narrow.read)


def test_file_with_unread_bytes_keeps_its_descriptor(narrow: World) -> None:
    for number in range(5):
        narrow.write(f"{number}.log", "one\n")
    narrow.follower.sweep()
    narrow.follower.sweep()
    assert len(narrow.follower.files) == 3
    assert narrow.follower.crowded
    assert not [*narrow.follower.absent]


@pytest.mark.parametrize("grown", [False, True])
def test_copy_of_a_file_without_descriptor_is_known_too(narrow: World, grown: bool) -> None:
    path = narrow.write("app.log", "line\n" * 100)
    narrow.turn()
    for number in range(3):
        narrow.write(f"other{number}.log", "one\n")
    catch_up(narrow)
    assert "app.log" not in narrow.names
    if grown:
        narrow.write("app.log", "unread\n")
    shutil.copy(path, narrow.logs / "app.log.1")
    if not grown:
        assert narrow.turn() == []
    os.truncate(path, 0)
    narrow.write("app.log", "new\n")
    begun = len(narrow.read)
    catch_up(narrow)
    expected = {("app.log", b"new\n")} | ({("app.log.1", b"unread\n")} if grown else set())
    assert set(narrow.read[begun:]) == expected


def test_file_without_descriptor_may_be_renamed_and_deleted(narrow: World) -> None:
    path = narrow.write("app.log", "one\n")
    narrow.turn()
    for number in range(3):
        narrow.write(f"other{number}.log", "one\n")
    catch_up(narrow)
    renamed = path.rename(narrow.logs / "app.log.1")
    catch_up(narrow)
    assert [os.path.basename(entry.path) for entry in narrow.follower.absent] == ["app.log.1"]
    narrow.write("app.log.1", "two\n")
    catch_up(narrow)
    assert narrow.read[-1] == ("app.log.1", b"two\n")
    before = narrow.emitted
    renamed.unlink()
    catch_up(narrow)
    assert narrow.emitted == before


def test_write_to_a_file_without_descriptor_asks_for_a_look(narrow: World) -> None:
    path = narrow.write("app.log", "one\n")
    narrow.turn()
    assert not narrow.follower.written({str(path)})
    assert narrow.follower.ready.keys() == narrow.follower.files.keys()
    narrow.follower.ready.clear()
    for number in range(3):
        narrow.write(f"other{number}.log", "one\n")
    catch_up(narrow)
    assert narrow.follower.written({str(path), "/nowhere"})


def test_running_out_of_descriptors_parks_what_is_quiet(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        world.write(f"{number}.log", "one\n")
    real = open_regular

    def scarce(path: str) -> int:
        if len(world.follower.files) >= 2:
            raise OSError(24, "Too many open files", path)
        return real(path)

    monkeypatch.setattr(module, "open_regular", scarce)
    catch_up(world)
    assert sorted(name for name, _ in world.read) == [f"{number}.log" for number in range(6)]
    assert world.follower.unreadable == {}
    assert world.diary.said.count("out of file descriptors") == 1


# -- whether anything moved ----------------------------------------------------------------------


@pytest.fixture
def settled(world: World) -> World:
    """A world in which nothing has moved for long."""
    for name in ("app.log", "other.log"):
        world.write(name, "one\n")
    os.utime(world.logs, (1000, 1000))
    world.turn()
    assert world.follower.still()
    return world


def grow(logs: Path) -> None:
    with (logs / "app.log").open("a") as file:
        file.write("two\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "grown": grow,
    "rewritten to its very size": lambda logs: (logs / "app.log").write_text("two\n"),
    "truncated": lambda logs: os.truncate(logs / "app.log", 0),
    "renamed": lambda logs: (logs / "app.log").rename(logs / "app.log.1"),
    "deleted": lambda logs: (logs / "app.log").unlink(),
    "created": lambda logs: (logs / "new.log").write_text("new\n"),
    "gone": shutil.rmtree,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_is_seen_without_a_sweep(
    settled: World, change: Callable[[Path], object]
) -> None:
    change(settled.logs)
    assert not settled.follower.still()


def test_folder_that_changed_a_moment_ago_is_looked_at_again(settled: World) -> None:
    os.utime(settled.logs)
    settled.turn()
    assert not settled.follower.still()


def test_whole_look_comes_after_ten_seconds_whatever_the_stamps_say(
    settled: World, clock: list[float]
) -> None:
    clock[0] = 11.0
    assert not settled.follower.still()


def test_file_with_unread_bytes_keeps_the_sweep_going(settled: World) -> None:
    grow(settled.logs)
    settled.follower.sweep()
    settled.follower.ready.clear()
    assert not settled.follower.still()
