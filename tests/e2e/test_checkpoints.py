"""A checkpoint that cannot be read or written: what comes out then, and after it is mended."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sidecar.tail import checkpoint
from tests.e2e.harness import Sidecar
from tests.e2e.ledger import QUICK, Ledger, Scene, figure, wait_figure
from tests.e2e.nginx import wait_until
from tests.e2e.servers import GROUP, SIDECAR_UID
from tests.e2e.test_copytruncate import look

ENV = {f"SIDECAR_{key}": value for key, value in {**QUICK, "FORMAT": "raw"}.items()}
SOON = {"checkpoint__interval_s": 0.05}

Start = Callable[..., Sidecar]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Where the checkpoint of a scene is."""
    return tmp_path / "state" / checkpoint.NAME


def changed(**members: object) -> Callable[[bytes], bytes]:
    """Give what puts other members into a checkpoint."""
    return lambda content: json.dumps({**json.loads(content), **members}).encode()


BAD = [
    pytest.param(lambda content: b"", id="empty"),
    pytest.param(lambda content: b"\0" * len(content), id="zeroed by a power failure"),
    pytest.param(lambda content: content[:1], id="cut after a byte"),
    pytest.param(lambda content: content[: len(content) // 2], id="cut in the middle"),
    pytest.param(lambda content: content[:-1], id="cut before its last byte"),
    pytest.param(lambda content: content + content, id="written twice"),
    pytest.param(lambda content: os.urandom(1000), id="noise"),
    pytest.param(lambda content: b"[" * 100_000, id="nested too deep"),
    pytest.param(lambda content: b"[]", id="a list"),
    pytest.param(lambda content: b"null", id="nothing"),
    pytest.param(lambda content: b"{}", id="without a version"),
    pytest.param(changed(version=checkpoint.VERSION + 1), id="of a later version"),
    pytest.param(changed(version="2"), id="with a version in words"),
    pytest.param(changed(version=0), id="of a version there never was"),
    pytest.param(changed(files={}), id="with files of another kind"),
    pytest.param(changed(files=[{"path": "app.log"}]), id="with a file half described"),
    pytest.param(changed(gone=None), id="without totals"),
]


@pytest.mark.parametrize(
    ("spoil", "policy"),
    [
        *(pytest.param(*one.values, "beginning", id=one.id) for one in BAD),
        pytest.param(lambda content: b"", "end", id="empty, to begin at the end"),
        pytest.param(
            changed(version=checkpoint.VERSION + 1), "end", id="later, to begin at the end"
        ),
    ],
)
def test_bad_checkpoint_is_kept_aside_and_files_begin_where_the_policy_says(
    logs: Path, sidecar: Start, saved: Path, spoil: Callable[[bytes], bytes], policy: str
) -> None:
    before = Scene(logs, sidecar)
    before.run()
    before.append("app.log", 3)
    before.stop()
    before.append("app.log", 2)
    bad = spoil(saved.read_bytes())
    saved.write_bytes(bad)

    after = Scene(logs, sidecar)
    text = (logs / "app.log").read_text()
    skipped = 0 if policy == "beginning" else len(text)
    if policy == "beginning":
        after.ledger.enter(text)
    after.run(checkpoint__on_corrupt=policy)
    with (logs / "app.log").open("a") as file:
        file.write(after.ledger.enter("first after\nsecond after\n"))
    after.arrived()
    assert [said for said in after.one.errors if "no checkpoint" in said.get("trouble", "")]
    with after.between("down", skipped=skipped):
        after.append("other.log", 2)
    (kept,) = saved.parent.glob(f"{checkpoint.NAME}.bad-*")
    assert kept.read_bytes() == bad
    after.stop(skipped=skipped)


def test_file_that_appears_after_a_bad_checkpoint_is_read_whole_under_either_policy(
    scene: Scene, saved: Path
) -> None:
    saved.parent.mkdir()
    saved.write_bytes(b"noise")
    old = scene.append("app.log", 3)
    scene.ledger.strike(old)
    scene.run(checkpoint__on_corrupt="end")
    scene.append("later.log", 3)
    scene.append("app.log", 3)
    scene.stop(skipped=len(old))


def test_missing_checkpoint_is_no_bad_one(scene: Scene, saved: Path) -> None:
    """Without one this is the first run: the policy is asked for nothing."""
    scene.append("app.log", 3)
    scene.run(checkpoint__on_corrupt="end")
    scene.stop()
    assert not [said for said in scene.one.errors if "trouble" in said]


def test_half_written_neighbour_of_a_good_checkpoint_does_no_harm(
    scene: Scene, saved: Path
) -> None:
    scene.run()
    scene.append("app.log", 3)
    with scene.between("down"):
        Path(f"{saved}.new").write_bytes(saved.read_bytes()[:20])
        scene.append("app.log", 3)
    scene.stop()
    assert json.loads(saved.read_bytes())["version"] == checkpoint.VERSION


def test_checkpoint_of_the_first_version_is_gone_on_from(scene: Scene, saved: Path) -> None:
    """It had neither sizes nor times of change."""
    scene.run()
    scene.append("app.log", 5)
    scene.append("idle.log", 5)
    with scene.between("down"):
        stored = json.loads(saved.read_bytes())
        for entry in stored["files"]:
            del entry["size"], entry["mtime_ns"]
        saved.write_text(json.dumps({**stored, "version": 1}))
        scene.append("app.log", 3)
    scene.stop()
    assert json.loads(saved.read_bytes())["version"] == checkpoint.VERSION


@pytest.mark.parametrize(
    "offset",
    [
        10**18,
        2**63,
        -1,
    ],
)
def test_offset_that_no_file_has_is_not_believed(
    logs: Path, sidecar: Start, saved: Path, offset: int
) -> None:
    """Read from the start, or kept aside; no run comes to grief over it."""
    before = Scene(logs, sidecar)
    before.run()
    before.append("app.log", 3)
    before.stop()
    content = json.loads(saved.read_bytes())
    content["files"][0]["offset"] = offset
    saved.write_bytes(json.dumps(content).encode())
    ledger = Ledger()
    ledger.enter((logs / "app.log").read_text())
    one = sidecar("--format", "raw", env=ENV).ready()
    one.wait_lines(3)
    ledger.append(logs / "other.log", 3)
    one.wait_lines(6)
    look(one)
    assert one.stop() == 0
    ledger.balance(one.lines)


def test_folder_in_the_checkpoints_place_stops_nothing(scene: Scene, saved: Path) -> None:
    saved.mkdir(parents=True)
    (saved / "something").touch()
    scene.append("app.log", 3)
    scene.run(**SOON)
    scene.append("app.log", 3)
    scene.stop()


@pytest.mark.parametrize("there", [False, True])
def test_state_folder_that_cannot_be_made_stops_nothing_until_it_can(
    scene: Scene, tmp_path: Path, *, there: bool
) -> None:
    """A file stands in the way, of the folder or of the one it is in."""
    way = tmp_path / "way"
    way.write_text("in it\n")
    state = way if there else way / "state"
    scene.append("app.log", 3)
    scene.run("--state-dir", str(state), **SOON)
    wait_figure(scene.one, "checkpoint_failures_total", 2)
    scene.append("app.log", 3)
    scene.settle()
    assert [said["message"] for said in scene.one.errors].count("checkpoint not saved") == 1
    way.unlink()
    wait_figure(scene.one, "checkpoint_writes_total", 1)
    with scene.between("down"):
        scene.append("app.log", 3)
    scene.stop()


# -- another user's daemon ----------------------------------------------------------------------


@pytest.fixture
def readable(open_path: Path) -> Path:
    """A log that the shared group may read."""
    path = open_path / "app.log"
    path.touch(mode=0o640)
    os.chown(path, 0, GROUP)
    return path


@pytest.mark.parametrize("policy", ["beginning", "end"])
def test_checkpoint_that_may_not_be_read_is_kept_aside(
    open_path: Path, readable: Path, other_user: Start, policy: str
) -> None:
    ledger = Ledger()
    old = ledger.append(readable, 3)
    saved = open_path / "state" / checkpoint.NAME
    saved.write_bytes(b"of somebody else")
    saved.chmod(0)
    if policy == "end":
        ledger.strike(old)
    one = other_user(str(readable), env={**ENV, "SIDECAR_CHECKPOINT__ON_CORRUPT": policy}).ready()
    ledger.append(readable, 3)
    one.wait_lines(ledger.count)
    assert [said for said in one.errors if "cannot be read" in said.get("trouble", "")]
    assert one.stop() == 0
    ledger.balance(one.lines)
    (kept,) = saved.parent.glob(f"{checkpoint.NAME}.bad-*")
    assert kept.read_bytes() == b"of somebody else"
    assert json.loads(saved.read_bytes())["version"] == checkpoint.VERSION


def test_state_folder_that_may_not_be_written_stops_nothing_until_it_may(
    open_path: Path, readable: Path, other_user: Start
) -> None:
    """The good checkpoint in it is gone on from; after a kill, what was not saved comes again."""
    ledger = Ledger()
    state = open_path / "state"
    env = {**ENV, "SIDECAR_CHECKPOINT__INTERVAL_S": "0.05"}
    ledger.append(readable, 3)
    first = other_user(str(readable), env=env).ready()
    first.wait_lines(3)
    assert first.stop() == 0

    state.chmod(0o500)
    repeated = ledger.append(readable, 3)
    second = other_user(str(readable), env=env).ready()
    second.wait_lines(3)
    wait_figure(second, "checkpoint_failures_total", 3)
    assert second.get("/health")[0] == 200
    assert [said["message"] for said in second.errors].count("checkpoint not saved") == 1
    assert second.stop(signal.SIGKILL) == -signal.SIGKILL

    ledger.enter(repeated)
    third = other_user(str(readable), env=env).ready()
    third.wait_lines(3)
    state.chmod(0o700)
    wait_figure(third, "checkpoint_writes_total", 1)
    assert third.stop(signal.SIGKILL) == -signal.SIGKILL

    ledger.append(readable, 3)
    last = other_user(str(readable), env=env).ready()
    last.wait_lines(3)
    look(last)
    assert last.stop() == 0
    ledger.balance([*first.lines, *second.lines, *third.lines, *last.lines])
    assert (state / checkpoint.NAME).stat().st_uid == SIDECAR_UID


# -- a full disk --------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill a file system to its last byte; gives the file that does it."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    with ballast.open("ab", buffering=0) as file, pytest.raises(OSError) as full:  # noqa: PT011
        file.write(b"x")
    assert full.value.errno == errno.ENOSPC
    return ballast


def test_full_disk_leaves_the_last_checkpoint_and_stops_nothing(
    scene: Scene, small_disk: Path
) -> None:
    saved = small_disk / "state" / checkpoint.NAME
    scene.run("--state-dir", str(saved.parent), **SOON)
    scene.append("app.log", 3)
    scene.settle()
    wait_until(lambda: scene.ledger.size in {one["offset"] for one in files_of(saved)})
    ballast = fill(small_disk)
    repeated = scene.append("app.log", 3)
    wait_figure(scene.one, "checkpoint_failures_total", 2)
    scene.settle()
    assert [one["offset"] for one in files_of(saved)] == [scene.ledger.size - len(repeated)]

    assert scene.one.stop(signal.SIGKILL) == -signal.SIGKILL
    size = scene.ledger.size
    scene.ledger.enter(repeated)
    scene.again()  # on the full disk
    scene.arrived()
    ballast.unlink()
    wait_until(lambda: size in {one["offset"] for one in files_of(saved)})
    assert scene.one.stop(signal.SIGKILL) == -signal.SIGKILL

    scene.again()
    scene.append("app.log", 3)
    scene.arrived()
    look(scene.one)
    assert scene.one.stop() == 0
    scene.ledger.balance(scene.output)


def files_of(saved: Path) -> list[dict[str, int]]:
    """Give the files of a checkpoint; none where there is none yet."""
    if not saved.exists():
        return []
    files: list[dict[str, int]] = json.loads(saved.read_bytes())["files"]
    return files


def test_stop_on_a_full_disk_is_a_stop(scene: Scene, small_disk: Path) -> None:
    """What could not be saved comes again, as after a kill."""
    fill(small_disk)
    text = scene.append("app.log", 3)
    scene.run("--state-dir", str(small_disk / "state"), **SOON)
    scene.stop()
    scene.ledger.enter(text)
    scene.again()
    scene.arrived()
    assert scene.one.stop() == 0
    scene.ledger.balance(scene.output)


def test_output_on_a_full_disk_waits_and_tears_no_line(scene: Scene, small_disk: Path) -> None:
    out = small_disk / "out"
    ballast = fill(small_disk)
    with ballast.open("r+b") as file:
        file.truncate(ballast.stat().st_size - 8192)
    with out.open("ab") as stdout:
        one = scene.run(stdout=stdout)
    scene.append("app.log", 300, width=100)
    wait_figure(one, "stdout_errors_total", 1)
    assert one.get("/health")[0] == 200
    assert figure(one, "pending_bytes") > 0
    ballast.unlink()
    wait_figure(one, "emitted_bytes_total", scene.ledger.size)
    assert one.stop() == 0
    scene.ledger.balance(out.read_bytes().splitlines(keepends=True))
