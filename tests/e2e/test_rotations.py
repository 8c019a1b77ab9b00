"""Every way in which a log is turned over, seen, between two looks, and while nobody runs."""

from __future__ import annotations

import contextlib
import gzip
import os
import resource
import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.ledger import Scene, figure, unseen, wait_figure
from tests.e2e.nginx import wait_until
from tests.e2e.test_copytruncate import look

SITUATIONS = ["seen", "unseen", "down"]


def rename_and_create(scene: Scene) -> None:
    scene.append("app.log", 2)
    (scene.logs / "app.log").rename(scene.logs / "app.log.1")
    scene.append("app.log", 2)


def rename_and_write_on(scene: Scene) -> None:
    """The writer opens the new file late; until then it goes on in the old one."""
    with (scene.logs / "app.log").open("a") as writer:
        writer.write(scene.ledger.lines(2))
        (scene.logs / "app.log").rename(scene.logs / "app.log.1")
        writer.write(scene.ledger.lines(2))
        writer.flush()
        scene.append("app.log", 2)
        writer.write(scene.ledger.lines(2))


def rename_and_never_create(scene: Scene) -> None:
    with (scene.logs / "app.log").open("a") as writer:
        writer.write(scene.ledger.lines(2))
        writer.flush()
        (scene.logs / "app.log").rename(scene.logs / "app.log.1")
        writer.write(scene.ledger.lines(2))


def rename_to_a_date(scene: Scene) -> None:
    scene.append("app.log", 2)
    (scene.logs / "app.log").rename(scene.logs / "app-20261124.log")
    scene.append("app.log", 2)


def shift(logs: Path) -> None:
    """One turn of ``.2`` to ``.3``, ``.1`` to ``.2``, ``app.log`` to ``.1``."""
    for age in (2, 1, 0):
        old = logs / (f"app.log.{age}" if age else "app.log")
        if old.exists():
            old.rename(logs / f"app.log.{age + 1}")


def shift_a_chain(scene: Scene) -> None:
    for _ in range(3):
        scene.append("app.log", 2)
        shift(scene.logs)
    scene.append("app.log", 2)


def replace_by_a_file_made_aside(scene: Scene) -> None:
    scene.append("app.log", 2)
    (scene.logs / "app.log").rename(scene.logs / "app.log.1")
    scene.append("fresh", 2)
    (scene.logs / "fresh").rename(scene.logs / "app.log")


def copy_and_truncate(scene: Scene) -> None:
    scene.append("app.log", 2)
    shutil.copy(scene.logs / "app.log", scene.logs / "app.log.1")
    os.truncate(scene.logs / "app.log", 0)
    scene.append("app.log", 1)


def copy_and_truncate_and_grow(scene: Scene) -> None:
    """By the next look the file is longer than it was."""
    copy_and_truncate(scene)
    scene.append("app.log", 100)


def copy_and_truncate_to_a_date(scene: Scene) -> None:
    scene.append("app.log", 2)
    shutil.copy(scene.logs / "app.log", scene.logs / "app-20261124.log")
    os.truncate(scene.logs / "app.log", 0)
    scene.append("app.log", 2)


def delete_and_create(scene: Scene) -> None:
    (scene.logs / "app.log").unlink()
    scene.append("app.log", 20)


def truncate_and_write(scene: Scene) -> None:
    os.truncate(scene.logs / "app.log", 0)
    scene.append("app.log", 2)


WAYS = [
    rename_and_create,
    rename_and_write_on,
    rename_and_never_create,
    rename_to_a_date,
    replace_by_a_file_made_aside,
    copy_and_truncate,
    copy_and_truncate_and_grow,
    copy_and_truncate_to_a_date,
    delete_and_create,
    truncate_and_write,
]


@pytest.mark.parametrize("glob", ["app.log", "app*log*"])
@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("way", WAYS)
def test_each_line_of_a_file_that_is_turned_over_comes_once(
    scene: Scene, way: Callable[[Scene], None], situation: str, glob: str
) -> None:
    """With a glob that has the current file alone, and with one that has all of them."""
    scene.run(glob=glob)
    scene.append("app.log", 5)
    scene.arrived()
    with scene.between(situation):
        way(scene)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_line_of_a_chain_that_is_shifted_again_and_again_comes_once(
    scene: Scene, situation: str
) -> None:
    """The glob has the rotated names: a file between two of them had no other at any look."""
    scene.run(glob="app.log*")
    scene.append("app.log", 5)
    scene.settle()
    with scene.between(situation):
        shift_a_chain(scene)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_chain_is_followed_by_the_current_name_alone_when_each_turn_is_seen(
    scene: Scene, situation: str
) -> None:
    scene.run(glob="app.log")
    for _ in range(3):
        scene.append("app.log", 5)
        scene.settle()
        with scene.between(situation):
            scene.append("app.log", 2)
            shift(scene.logs)
            scene.append("app.log", 2)
    scene.stop()


def test_file_that_is_turned_over_while_down_twice_is_read_through(scene: Scene) -> None:
    scene.run(glob="app.log*")
    scene.append("app.log", 5)
    with scene.between("down"):
        rename_and_create(scene)
        (scene.logs / "app.log.1").rename(scene.logs / "app.log.2")
        rename_and_create(scene)
    with scene.between("down"):
        copy_and_truncate_to_a_date(scene)
    scene.stop()


def test_several_rotations_a_second_with_a_short_chain_lose_nothing(scene: Scene) -> None:
    """Each file lives for three turns, and a turn comes as soon as its first line was seen."""
    scene.run(glob="app.log*")
    for _ in range(15):
        scene.append("app.log")
        scene.arrived()
        scene.append("app.log", 200)
        shift(scene.logs)
    scene.stop()


def test_renamed_file_that_is_written_to_after_its_descriptor_was_given_back_is_read_on(
    scene: Scene,
) -> None:
    scene.run(glob="app.log")
    scene.append("app.log", 2)
    scene.settle()
    with (scene.logs / "app.log").open("a") as writer:
        (scene.logs / "app.log").rename(scene.logs / "app.log.1")
        scene.one.eventually("/metrics", "sidecar_files_open 0.0")
        writer.write(scene.ledger.lines(2))
    scene.arrived()
    scene.append("app.log", 2)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_file_rotated_into_another_folder_of_the_glob_is_read_on(
    scene: Scene, situation: str
) -> None:
    """As logrotate's ``olddir`` does."""
    (scene.logs / "archive").mkdir()
    scene.run(glob="**/*.log*")
    scene.append("app.log", 5)
    scene.settle()
    with scene.between(situation):
        scene.append("app.log", 2)
        (scene.logs / "app.log").rename(scene.logs / "archive" / "app.log.1")
        scene.append("app.log", 2)
        scene.append("archive/app.log.1", 2)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_rotated_file_whose_name_is_excluded_is_read_to_its_end(
    scene: Scene, situation: str
) -> None:
    scene.run(glob="app.log*", exclude="*.1,*.gz")
    scene.append("app.log", 5)
    scene.settle()
    with scene.between(situation):
        rename_and_write_on(scene)
    scene.stop()


@pytest.mark.parametrize("situation", ["seen", "unseen"])
@pytest.mark.parametrize("way", [rename_and_create, shift_a_chain, copy_and_truncate_to_a_date])
def test_file_that_began_at_its_end_is_turned_over_like_any_other(
    scene: Scene, way: Callable[[Scene], None], situation: str
) -> None:
    """What was skipped at the start does not come out of the rotated file."""
    old = scene.append("app.log", 50)
    scene.ledger.strike(old)
    scene.run(glob="app*log*", start_at="end")
    scene.append("app.log", 5)
    scene.settle(skipped=len(old))
    with scene.between(situation):
        way(scene)
    scene.stop(skipped=len(old))


def test_files_that_began_at_their_end_go_on_where_they_were_after_a_restart(scene: Scene) -> None:
    old = scene.append("app.log", 50)
    scene.ledger.strike(old)
    scene.run(start_at="end")
    scene.settle(skipped=len(old))
    with scene.between("down", skipped=len(old)):
        scene.append("app.log", 5)
    scene.stop(skipped=len(old))


def test_file_begun_while_down_is_read_whole_though_others_began_at_their_end(
    scene: Scene,
) -> None:
    """The checkpoint tells that this is no first start: what is unknown now is new."""
    old = scene.append("app.log", 50)
    scene.ledger.strike(old)
    scene.run(glob="app.log*", start_at="end")
    scene.append("app.log", 5)
    with scene.between("down", skipped=len(old)):
        rename_and_create(scene)
    scene.stop(skipped=len(old))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_copy_that_is_compressed_at_once_is_not_read(scene: Scene, situation: str) -> None:
    path = scene.logs / "app.log"
    scene.run(glob="app.log*")
    scene.append("app.log", 300)
    scene.settle()
    with scene.between(situation):
        copy = scene.logs / "app.log.1"
        shutil.copy(path, copy)
        os.truncate(path, 0)
        (scene.logs / "app.log.1.gz").write_bytes(gzip.compress(copy.read_bytes()))
        copy.unlink()
        scene.append("app.log", 2)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_file_replaced_by_its_copy_that_has_grown_is_read_on(scene: Scene, situation: str) -> None:
    """As rsync does: it completes a copy aside, under another inode, and renames it over."""
    path, aside = scene.logs / "app.log", scene.logs / ".app.log.Xy12"
    scene.run(glob="app.log")
    scene.append("app.log", 100, width=100)
    scene.settle()
    with scene.between(situation):
        shutil.copy(path, aside)
        scene.ledger.append(aside, 3)
        aside.rename(path)
    scene.settle()
    scene.append("app.log", 2)
    scene.stop()


# -- few descriptors ----------------------------------------------------------------------------


def test_more_files_than_descriptors_are_each_read_written_to_and_turned_over(
    scene: Scene,
) -> None:
    files = [f"{number:03}.log" for number in range(120)]
    for name in files:
        scene.append(name, 2)
    limit = (64, 64)
    scene.run(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
    scene.settle()
    for name in files:
        scene.append(name, 2)
    scene.settle()
    for name in files:
        (scene.logs / name).rename(scene.logs / f"{name}.1")
        scene.append(name, 2)
        scene.append(f"{name}.1", 1)
    scene.settle()
    with scene.between("down"):
        for name in files[::2]:
            (scene.logs / f"{name}.1").unlink()
            scene.append(name, 1)
    scene.arrived(timeout=60)
    scene.stop()


# -- deletion -----------------------------------------------------------------------------------


def deleted(scene: Scene) -> list[str]:
    """Give the files without a name that the daemon holds open."""
    found = []
    for one in Path(f"/proc/{scene.one.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since
            found.append(os.readlink(one))
    return [one for one in found if one.endswith(" (deleted)") and one.startswith("/tmp")]


def test_file_deleted_with_unread_lines_is_read_to_its_end(scene: Scene) -> None:
    scene.run()
    scene.append("app.log", 2)
    scene.settle()
    with (scene.logs / "app.log").open("a") as writer:
        with unseen(scene.one):
            writer.write(scene.ledger.lines(500))
            writer.flush()
            (scene.logs / "app.log").unlink()
        scene.arrived()
        writer.write(scene.ledger.lines(20))
    scene.arrived()
    scene.one.eventually("/metrics", "sidecar_files_open 0.0")
    assert not deleted(scene)
    scene.stop()


def test_file_deleted_while_stdout_is_blocked_is_read_to_its_end(scene: Scene) -> None:
    scene.run(reads=False)
    scene.append("app.log", 10_000, width=80)
    scene.one.wait_blocked()
    with (scene.logs / "app.log").open("a") as writer:
        (scene.logs / "app.log").unlink()
        look(scene.one)
        writer.write(scene.ledger.lines(100))
        writer.flush()
        scene.append("app.log", 100)
        look(scene.one)
    threading.Thread(target=scene.one._read, daemon=True).start()
    scene.arrived()
    wait_until(lambda: not deleted(scene))
    scene.stop()


def test_rotations_while_stdout_is_blocked_lose_nothing_though_the_oldest_are_deleted(
    scene: Scene,
) -> None:
    scene.run(reads=False, glob="app.log*")
    scene.append("app.log", 10_000, width=80)
    scene.one.wait_blocked()
    for turn in range(6):
        (scene.logs / "app.log").rename(scene.logs / f"app.log.{turn}")
        scene.append("app.log", 100)
        wait_figure(scene.one, "files_open", turn + 2)
        (scene.logs / f"app.log.{turn}").unlink()
    threading.Thread(target=scene.one._read, daemon=True).start()
    scene.arrived()
    wait_until(lambda: not deleted(scene))
    scene.stop()


def test_hundred_deleted_files_leave_no_descriptor_behind(scene: Scene) -> None:
    scene.run()
    for number in range(100):
        scene.append(f"{number:03}.log", 2)
    scene.arrived()
    for number in range(100):
        (scene.logs / f"{number:03}.log").unlink()
    scene.one.eventually("/metrics", "sidecar_files_open 0.0")
    assert not deleted(scene)
    scene.stop()


# -- truncation ---------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ["seen", "unseen"])
@pytest.mark.parametrize("lines", [3, 60])
def test_file_cut_in_the_middle_does_not_repeat_what_it_keeps(
    scene: Scene, situation: str, lines: int
) -> None:
    """Shorter than it was when it is looked at again, and longer."""
    path = scene.logs / "app.log"
    scene.run()
    scene.append("app.log", 50, width=400)
    scene.settle()
    with scene.between(situation):
        os.truncate(path, 12_000)
        scene.append("app.log", lines, width=400)
    scene.stop()


def test_file_cut_in_the_middle_of_a_line_gives_the_new_line_whole(scene: Scene) -> None:
    """What is left of the old line and what was written after it are one line now."""
    path = scene.logs / "app.log"
    scene.run()
    old = scene.append("app.log", 50, width=400).splitlines()
    scene.settle()
    with unseen(scene.one):
        os.truncate(path, 12_010)
        with path.open("a") as file:
            file.write(" and then\n")
        scene.append("app.log", 3, width=400)
    scene.arrived()
    look(scene.one)
    account = scene.ledger.account(scene.output)
    assert (account.lost, account.doubled, account.invalid) == ((), (), ())
    assert account.strange in [(old[30][:10] + " and then",), (" and then",)]
    assert scene.one.stop() == 0


def test_file_cut_within_its_first_bytes_counts_as_begun_anew(scene: Scene) -> None:
    """An application that prints a banner at each start writes the same first bytes."""
    path = scene.logs / "app.log"
    scene.run()
    old = scene.append("app.log", 20, width=40)
    scene.settle()
    with unseen(scene.one):
        os.truncate(path, 80)
        scene.ledger.enter(old[:80])
        scene.append("app.log", 3, width=40)
    scene.stop()


def test_what_was_truncated_before_it_was_read_is_counted_as_lost(scene: Scene) -> None:
    path = scene.logs / "app.log"
    scene.run(reads=False)
    scene.append("app.log", 10_000, width=80)
    scene.one.wait_blocked()
    look(scene.one)
    written = path.stat().st_size
    os.truncate(path, 0)
    look(scene.one)
    fresh = scene.append("app.log", 3)
    threading.Thread(target=scene.one._read, daemon=True).start()
    last = fresh.splitlines()[-1].encode()
    scene.one.wait_for(lambda one: any(last in line for line in one.lines[-2:]))
    account = scene.ledger.account(scene.output)
    assert (account.doubled, account.invalid) == ((), ())
    assert len(account.strange) <= 1  # the line that the truncation cut
    lost = figure(scene.one, "lost_bytes_total", "truncated")
    wait_figure(scene.one, "emitted_bytes_total", written - lost + len(fresh))
    assert figure(scene.one, "emitted_bytes_total") == written - lost + len(fresh)
    assert 0 < lost == 80 * len(account.lost) - sum(map(len, account.strange))
    assert scene.one.stop() == 0


@pytest.mark.parametrize("situation", SITUATIONS)
def test_writer_that_keeps_its_place_after_a_truncation_leaves_a_hole_that_is_skipped(
    scene: Scene, situation: str
) -> None:
    path = scene.logs / "app.log"
    scene.run()
    with path.open("w") as writer:
        writer.write(scene.ledger.lines(50))
        writer.flush()
        scene.settle()
        hole = path.stat().st_size
        with scene.between(situation):
            os.truncate(path, 0)
            writer.write(scene.ledger.lines(3))
            writer.flush()
        scene.settle(skipped=hole)
        writer.write(scene.ledger.lines(3))
    scene.stop(skipped=hole)


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", SITUATIONS)
def test_link_that_is_switched_to_another_file_is_followed_there(
    scene: Scene, situation: str
) -> None:
    """Both files stand inside the root, and only the link is in the glob."""
    link, aside = scene.logs / "current.log", scene.logs / "switch"
    scene.append("run-1", 2)
    link.symlink_to("run-1")
    scene.run(glob="current.log")
    scene.settle()
    with (scene.logs / "run-1").open("a") as writer, scene.between(situation):
        writer.write(scene.ledger.lines(2))
        writer.flush()
        scene.append("run-2", 2)
        aside.symlink_to("run-2")
        aside.rename(link)
        writer.write(scene.ledger.lines(2))
    scene.append("run-2", 2)
    scene.stop()


def test_link_that_is_switched_to_and_fro_repeats_nothing(scene: Scene) -> None:
    link, aside = scene.logs / "current.log", scene.logs / "switch"
    scene.append("run-1", 2)
    link.symlink_to("run-1")
    scene.run(glob="current.log")
    for name in ("run-2", "run-1", "run-2", "run-1"):
        aside.symlink_to(name)
        aside.rename(link)
        scene.append(name, 2)
        scene.settle()
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_next_dated_file_of_tomcat_is_read_after_the_last_words_of_the_one_before(
    scene: Scene, situation: str
) -> None:
    name = "localhost_access_log.2026-11-{}.txt"
    scene.run(glob="localhost_access_log.*.txt")
    with (scene.logs / name.format(23)).open("a") as before:
        before.write(scene.ledger.lines(5))
        before.flush()
        scene.settle()
        with scene.between(situation):
            before.write(scene.ledger.lines(2))
            scene.append(name.format(24), 2)
            scene.append(name.format(25), 2)
    scene.settle()
    (scene.logs / name.format(23)).unlink()  # as maxDays does
    scene.append(name.format(25), 2)
    scene.stop()


@pytest.mark.parametrize("glob", ["localhost_access_log.txt", "localhost_access_log*.txt"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_tomcats_file_that_gets_its_date_when_it_is_rotated_is_read_on(
    scene: Scene, situation: str, glob: str
) -> None:
    """The valve's ``renameOnRotate``."""
    path = scene.logs / "localhost_access_log.txt"
    scene.run(glob=glob)
    scene.append(path.name, 5)
    scene.settle()
    for day in (23, 24):
        with scene.between(situation):
            scene.append(path.name, 2)
            path.rename(scene.logs / f"localhost_access_log.2026-11-{day}.txt")
            scene.append(path.name, 2)
        scene.settle()
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_rotated_file_that_is_compressed_does_not_come_out_as_text(
    scene: Scene, situation: str
) -> None:
    path, rotated = scene.logs / "app.log", scene.logs / "app.log.1"
    scene.run(glob="app.log*")
    scene.append("app.log", 300)
    scene.settle()
    with scene.between(situation):
        path.rename(rotated)
        scene.append("app.log", 2)
        (scene.logs / "app.log.1.gz").write_bytes(gzip.compress(rotated.read_bytes()))
        rotated.unlink()
    scene.stop()


def test_compressed_file_that_was_there_before_does_not_come_out_as_text(scene: Scene) -> None:
    (scene.logs / "app.log.1.gz").write_bytes(gzip.compress(os.urandom(1000)))
    scene.append("app.log", 2)
    scene.run(glob="app.log*")
    scene.stop()


def test_followed_folder_that_is_renamed_and_made_anew_is_followed_anew(scene: Scene) -> None:
    scene.run()
    with (scene.logs / "app.log").open("a") as writer:
        writer.write(scene.ledger.lines(3))
        writer.flush()
        scene.settle()
        scene.logs.rename(scene.logs.with_name("old-logs"))
        writer.write(scene.ledger.lines(2))
    scene.logs.mkdir()
    scene.append("app.log", 2)
    scene.arrived()
    scene.append("app.log", 2)
    scene.stop()


def test_followed_folder_that_is_deleted_and_comes_back_later_is_followed_anew(
    scene: Scene,
) -> None:
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    shutil.rmtree(scene.logs)
    scene.one.eventually("/metrics", "sidecar_files_open 0.0")
    scene.logs.mkdir()
    scene.append("app.log", 2)
    scene.stop()


def test_folder_that_is_not_there_yet_is_followed_when_it_comes(scene: Scene) -> None:
    scene.run(glob="later/deep/*.log")
    (scene.logs / "later" / "deep").mkdir(parents=True)
    scene.append("later/deep/app.log", 2)
    scene.stop()


# -- what stands in a file's place --------------------------------------------------------------


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


def a_device(path: Path) -> None:
    """The null device, by another name."""
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("device nodes cannot be made here")


@pytest.mark.parametrize(
    "thing",
    [
        pytest.param(Path.mkdir, id="folder"),
        pytest.param(os.mkfifo, id="fifo"),
        pytest.param(lambda path: path.symlink_to("nowhere"), id="dangling link"),
        pytest.param(lambda path: path.symlink_to(path.name), id="link to itself"),
        pytest.param(lambda path: path.symlink_to("/etc/passwd"), id="link out"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), id="link to a device"),
        pytest.param(a_socket, id="socket"),
        pytest.param(a_device, id="device"),
    ],
)
@pytest.mark.parametrize("situation", ["seen", "down"])
def test_what_stands_in_a_files_place_stops_no_other_file(
    scene: Scene, thing: Callable[[Path], None], situation: str
) -> None:
    path = scene.logs / "app.log"
    scene.run()
    scene.append("app.log", 2)
    scene.append("other.log", 2)
    scene.settle()
    with scene.between(situation):
        scene.append("app.log", 2)
        path.rename(scene.logs / "app.log.1")
        thing(path)
        scene.append("other.log", 2)
    scene.settle()
    assert scene.one.get("/health")[0] == 200
    path.rmdir() if path.is_dir() else path.unlink()
    scene.append("app.log", 2)
    scene.append("other.log", 2)
    scene.stop()
