"""Which file is which: inodes that come again, files alike, one file under many names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.ledger import Scene, reuse_inode, wait_figure
from tests.e2e.test_copytruncate import look

SITUATIONS = ["seen", "unseen", "down"]

BANNER = "".join(f"{n:<63}\n" for n in range(64))  # 4 KiB


def drop(scene: Scene, path: Path) -> int:
    """Delete a file, and wait until its descriptor was given back; gives the inode it had."""
    inode = path.stat().st_ino
    path.unlink()
    scene.one.eventually("/metrics", "sidecar_files_open 0.0")
    return inode


@pytest.mark.parametrize("lines", [1, 3, 500])
def test_new_file_with_the_inode_of_a_deleted_one_is_read_from_its_start(
    scene: Scene, lines: int
) -> None:
    path = scene.logs / "app.log"
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    inode = drop(scene, path)
    reuse_inode(path, inode)
    scene.append("app.log", lines)
    scene.stop()


@pytest.mark.parametrize("lines", [1, 3, 500])
def test_new_file_with_the_inode_of_one_deleted_while_down_is_read_from_its_start(
    scene: Scene, lines: int
) -> None:
    path = scene.logs / "app.log"
    scene.run()
    scene.append("app.log", 3)
    with scene.between("down"):
        inode = path.stat().st_ino
        path.unlink()
        reuse_inode(path, inode)
        scene.append("app.log", lines)
    scene.stop()


def test_new_file_of_another_name_with_a_known_inode_is_read_from_its_start(scene: Scene) -> None:
    scene.run()
    scene.append("old.log", 3)
    with scene.between("down"):
        inode = (scene.logs / "old.log").stat().st_ino
        (scene.logs / "old.log").unlink()
        reuse_inode(scene.logs / "new.log", inode)
        scene.append("new.log", 5)
    scene.stop()


def test_file_of_nobodys_that_has_the_inode_of_an_empty_one_is_not_read(scene: Scene) -> None:
    scene.run()
    scene.append("app.log", 3)
    (scene.logs / "empty.log").touch()
    with scene.between("down"):
        inode = (scene.logs / "empty.log").stat().st_ino
        (scene.logs / "empty.log").unlink()
        reuse_inode(scene.logs / "secret", inode)
        (scene.logs / "secret").write_text("of somebody else\n")
    scene.stop()


def test_copy_that_has_the_inode_of_a_deleted_file_is_not_read_again(scene: Scene) -> None:
    """Not at the next start either, when both were in the checkpoint."""
    path, copy = scene.logs / "app.log", scene.logs / "app.log.1"
    scene.run()
    scene.append("app.log", 100)
    scene.append("old.log", 3)
    with scene.between("down"):
        inode = (scene.logs / "old.log").stat().st_ino
        (scene.logs / "old.log").unlink()
        reuse_inode(copy, inode)
        copy.write_bytes(path.read_bytes())
        os.truncate(path, 0)
    with scene.between("down"):
        pass
    scene.stop()


@pytest.mark.parametrize("situation", ["unseen", "down"])
@pytest.mark.parametrize("lines", [1, 10, 11, 500])
def test_file_truncated_and_grown_again_between_two_looks_is_read_from_its_start(
    scene: Scene, situation: str, lines: int
) -> None:
    """Shorter than it was, as long, a little longer, much longer."""
    scene.run()
    scene.append("app.log", 10, width=40)
    scene.settle()
    with scene.between(situation):
        os.truncate(scene.logs / "app.log", 0)
        scene.append("app.log", lines, width=40)
    scene.stop()


@pytest.mark.parametrize("situation", ["unseen", "down"])
def test_file_that_begins_with_the_banner_it_had_before_is_read_from_its_start(
    scene: Scene, situation: str
) -> None:
    """The first 4 KiB are what they were; only what follows tells the new from the old."""
    path = scene.logs / "app.log"
    path.write_text(scene.ledger.enter(BANNER))
    scene.run()
    scene.append("app.log", 10, width=40)
    scene.settle()
    with scene.between(situation):
        path.write_text(scene.ledger.enter(BANNER))
        scene.append("app.log", 20, width=40)
    scene.stop()


@pytest.mark.parametrize("names", [("a.log", "b.log"), ("node.log", "node-1.log")])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_two_live_files_that_begin_alike_are_both_read(
    scene: Scene, names: tuple[str, str], situation: str
) -> None:
    for name in names:
        (scene.logs / name).write_text(scene.ledger.enter(BANNER))
        scene.append(name, 2)
    scene.run()
    scene.settle()
    with scene.between(situation):
        for name in names:
            scene.append(name, 3)
    scene.stop()


@pytest.mark.parametrize("names", [("a.log", "b.log"), ("node.log", "node-1.log")])
def test_two_files_that_are_alike_until_now_are_both_read_once_they_differ(
    scene: Scene, names: tuple[str, str]
) -> None:
    """The second may be a copy of the first for as long as nothing tells them apart."""
    scene.run()
    for name in names:
        with (scene.logs / name).open("a") as file:
            file.write(scene.ledger.enter(BANNER))
        look(scene.one)
    for name in names:
        scene.append(name, 3)
    scene.stop()


def test_two_files_of_the_same_content_and_unrelated_names_are_both_read(scene: Scene) -> None:
    text = scene.ledger.lines(50)
    for name in ("red.log", "blue.log"):
        (scene.logs / name).write_text(text)
    scene.ledger.enter(text)
    scene.run()
    scene.stop()


def test_small_files_alike_are_each_read(scene: Scene) -> None:
    scene.run()
    for number in range(20):
        (scene.logs / f"{chr(97 + number)}.log").write_text(scene.ledger.enter("ok\n"))
    scene.stop()


def test_file_under_two_globs_is_read_once(scene: Scene) -> None:
    scene.run(glob="app*", also=["**/*.log", "app.log"])
    scene.append("app.log", 3)
    scene.settle()
    scene.append("app.log", 3)
    scene.stop()


def test_file_of_two_sources_is_read_once(
    tmp_path: Path, logs: Path, sidecar: Callable[..., Sidecar]
) -> None:
    config = tmp_path / "sidecar.yaml"
    config.write_text(
        f"""
        sources:
          - include: ["{logs}/app.log"]
            format: raw
            multiline: none
            fields: {{app: first}}
          - include: ["{logs}/*.log"]
            format: raw
            multiline: none
            fields: {{app: rest}}
        sweep_interval_s: 0.05
        """
    )
    (logs / "app.log").write_text("one\n")
    (logs / "other.log").write_text("two\n")
    one = Sidecar("--config", str(config), "--state-dir", str(tmp_path / "state"))
    try:
        one.ready().wait_lines(2)
        look(one)
        assert one.stop() == 0
    finally:
        one.close()
    assert sorted(map(str, one.records)) == [
        "{'message': 'one', 'app': 'first'}",
        "{'message': 'two', 'app': 'rest'}",
    ]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("link", ["hard", "symbolic"])
def test_file_under_two_names_is_read_once(scene: Scene, link: str, situation: str) -> None:
    path, other = scene.logs / "app.log", scene.logs / "zebra.log"
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    with scene.between(situation):
        if link == "hard":
            other.hardlink_to(path)
        else:
            other.symlink_to(path)
        scene.append("app.log", 2)
        scene.append("zebra.log", 2)
    scene.settle()
    scene.append("zebra.log", 2)
    scene.append("app.log", 2)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_hard_link_outlives_the_name_it_was_made_of(scene: Scene, situation: str) -> None:
    path, other = scene.logs / "app.log", scene.logs / "zebra.log"
    scene.run()
    scene.append("app.log", 3)
    other.hardlink_to(path)
    scene.settle()
    with scene.between(situation):
        path.unlink()
        scene.append("zebra.log", 2)
        scene.append("app.log", 2)  # another file by now
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_hard_link_as_backup_is_no_new_file(scene: Scene, situation: str) -> None:
    """As some rotations do: link the backup, then put a new file in the old name's place."""
    path = scene.logs / "app.log"
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    with scene.between(situation):
        scene.append("app.log", 2)
        (scene.logs / "app.log.1").hardlink_to(path)
        scene.append("fresh", 2)
        (scene.logs / "fresh").replace(path)
        scene.append("app.log.1", 2)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_two_files_that_change_their_names_are_read_on_each(scene: Scene, situation: str) -> None:
    a, b = scene.logs / "a.log", scene.logs / "b.log"
    scene.run()
    scene.append("a.log", 3)
    scene.append("b.log", 30)
    scene.settle()
    with scene.between(situation):
        a.rename(scene.logs / "c")
        b.rename(a)
        (scene.logs / "c").rename(b)
        scene.append("a.log", 2)
        scene.append("b.log", 2)
    scene.stop()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_file_moved_to_another_folder_and_back_is_read_on(scene: Scene, situation: str) -> None:
    path, away = scene.logs / "app.log", scene.logs.parent / "away"
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    with scene.between(situation):
        path.rename(away)
        scene.ledger.append(away, 2)
        away.rename(path)
        scene.append("app.log", 2)
    scene.stop()


def test_file_read_on_while_it_is_in_another_folder_is_known_when_it_comes_back(
    scene: Scene,
) -> None:
    path, away = scene.logs / "app.log", scene.logs.parent / "away"
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    path.rename(away)
    look(scene.one)
    scene.ledger.append(away, 2)
    scene.settle()
    away.rename(path)
    scene.append("app.log", 2)
    scene.stop()


def test_file_that_was_in_another_folder_for_long_is_known_when_it_comes_back(
    scene: Scene,
) -> None:
    path, away = scene.logs / "app.log", scene.logs.parent / "away"
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    path.rename(away)
    scene.one.eventually("/metrics", "sidecar_files_open 0.0")
    look(scene.one)
    away.rename(path)
    scene.append("app.log", 2)
    scene.stop()


def test_file_that_was_in_another_folder_during_a_run_is_known_when_it_comes_back(
    scene: Scene,
) -> None:
    path, away = scene.logs / "app.log", scene.logs.parent / "away"
    scene.run()
    scene.append("app.log", 3)
    with scene.between("down"):
        path.rename(away)
    scene.settle()
    with scene.between("down"):
        away.rename(path)
        scene.append("app.log", 2)
    scene.stop()


def test_folder_that_is_moved_within_the_glob_keeps_its_files(scene: Scene) -> None:
    (scene.logs / "old").mkdir()
    scene.run(glob="**/*.log")
    scene.append("old/app.log", 3)
    scene.settle()
    (scene.logs / "old").rename(scene.logs / "new")
    scene.append("new/app.log", 3)
    scene.settle()
    with scene.between("down"):
        (scene.logs / "new").rename(scene.logs / "newer")
        scene.append("newer/app.log", 3)
    wait_figure(scene.one, "files_open", 1)
    scene.stop()
