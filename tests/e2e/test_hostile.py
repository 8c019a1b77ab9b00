"""Ground that was not laid for us: links, loops, odd names, closed files, our own output."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.ledger import QUICK, Ledger, Scene, figure
from tests.e2e.nginx import wait_until
from tests.e2e.servers import GROUP, free_port
from tests.e2e.test_copytruncate import look

ENV = {f"SIDECAR_{key}": value for key, value in {**QUICK, "FORMAT": "raw"}.items()}


# -- links and what is no file ------------------------------------------------------------------


def test_link_that_leaves_the_root_is_not_followed(scene: Scene) -> None:
    outside = scene.logs.parent / "outside"
    outside.mkdir()
    (outside / "secret.log").write_text("secret\n")
    (scene.logs / "plain.log").symlink_to(outside / "secret.log")
    (scene.logs / "relative.log").symlink_to("../outside/secret.log")
    (scene.logs / "hop.log").symlink_to("plain.log")
    (scene.logs / "door").symlink_to(outside)
    (scene.logs / "through.log").symlink_to("door/secret.log")
    (scene.logs / "neighbour.log").symlink_to(f"{scene.logs}-more/secret.log")
    scene.run(glob="**/*.log")
    scene.append("app.log", 3)
    scene.stop()


def test_file_that_is_replaced_by_a_link_out_is_not_followed_there(scene: Scene) -> None:
    secret = scene.logs.parent / "secret"
    secret.write_text("secret\n" * 100)
    scene.run()
    scene.append("app.log", 3)
    scene.settle()
    (scene.logs / "app.log").unlink()
    (scene.logs / "app.log").symlink_to(secret)
    scene.append("other.log", 3)
    scene.settle()
    with secret.open("a") as file:
        file.write("more\n")
    scene.stop()


@pytest.mark.parametrize("symlinks", ["all", "none"])
def test_links_are_followed_everywhere_or_nowhere_as_configured(
    scene: Scene, symlinks: str
) -> None:
    outside = scene.logs.parent / "outside"
    text = scene.ledger.append(outside, 2)
    if symlinks == "none":
        scene.ledger.strike(text)
    (scene.logs / "link.log").symlink_to(outside)
    scene.run(symlinks=symlinks)
    scene.append("app.log", 2)
    scene.stop()


def test_loops_of_links_are_walked_once(scene: Scene) -> None:
    deep = scene.logs / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "up").symlink_to("../..")
    (deep / "here").symlink_to(".")
    (scene.logs / "ping.log").symlink_to("pong.log")
    (scene.logs / "pong.log").symlink_to("ping.log")
    (scene.logs / "self.log").symlink_to("self.log")
    scene.append("a/b/app.log", 3)
    scene.run(glob="**/*.log")
    scene.append("a/b/app.log", 3)
    scene.stop()


@pytest.mark.parametrize("symlinks", ["all", "inside"])
def test_file_behind_a_linked_folder_is_read_once(scene: Scene, symlinks: str) -> None:
    (scene.logs / "real").mkdir()
    (scene.logs / "linked").symlink_to("real")
    scene.append("real/app.log", 3)
    scene.run(glob="**/*.log", also=["linked/*.log"], symlinks=symlinks)
    scene.append("linked/app.log", 3)
    scene.stop()


def test_fifos_and_sockets_are_neither_opened_nor_waited_for(scene: Scene) -> None:
    os.mkfifo(scene.logs / "first.log")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(scene.logs / "second.log"))
        (scene.logs / "third.log").mkdir()
        scene.append("app.log", 3)
        scene.run()
        scene.append("app.log", 3)
        writer = os.open(scene.logs / "first.log", os.O_RDWR | os.O_NONBLOCK)
        os.write(writer, b"what somebody else is to read\n")
        scene.stop()
        assert os.read(writer, 100) == b"what somebody else is to read\n"
        os.close(writer)


def test_file_without_a_byte_and_file_without_an_end_stop_no_other(scene: Scene) -> None:
    (scene.logs / "empty.log").touch()
    with (scene.logs / "sparse.log").open("wb") as file:
        file.truncate(50_000_000)
    scene.run()
    scene.append("app.log", 3)
    scene.arrived()
    with (scene.logs / "sparse.log").open("ab") as file:
        file.write(scene.ledger.lines().encode())
    scene.stop(skipped=50_000_000)


# -- names --------------------------------------------------------------------------------------

NAMES = [
    pytest.param(b"new\nline.log", id="newline"),
    pytest.param(b"not \xff utf-8 \xc3.log", id="invalid UTF-8"),
    pytest.param(b"\"double\" and 'single'.log", id="quotes"),
    pytest.param(b"back\\slash \\xff \\n.log", id="backslashes"),
    pytest.param(b" leading and trailing .log ", id="blanks"),
    pytest.param(b"-rf.log", id="dash"),
    pytest.param(b"[a-z]*?.log", id="glob characters"),
    pytest.param("표 \u2028 \U0001f680.log".encode(), id="Unicode"),
    pytest.param(b"\x01\x1b[31m\x7f.log", id="control characters"),
    pytest.param(b"x" * 250 + b".log", id="as long as a name may be"),
]


@pytest.mark.parametrize("name", NAMES)
def test_file_of_any_name_is_followed_through_a_restart_and_a_rename(
    scene: Scene, name: bytes
) -> None:
    """Its unread rest is found after a rename out of the glob, while nobody ran."""
    folder = Path(os.fsdecode(os.path.join(os.fsencode(scene.logs), b"in " + name[:200])))
    folder.mkdir()
    path = folder / os.fsdecode(name)
    scene.ledger.append(path, 3)
    scene.run(glob="**/*.log*", output__add="file")
    with scene.between("down"):
        scene.ledger.append(path, 3)
        path.rename(folder / "moved away")
        scene.ledger.append(path, 2)
    scene.ledger.append(path, 2)
    scene.stop()
    said = {record["file"] for run in scene.runs for record in run.records}
    assert all(isinstance(one, str) for one in said)


# -- files and folders that are closed to us ----------------------------------------------------


@pytest.fixture
def open_logs(open_path: Path) -> Path:
    """A folder of logs that another user's daemon can reach by its group."""
    folder = open_path / "logs"
    folder.mkdir(mode=0o750)
    os.chown(folder, 0, GROUP)
    return folder


def append_for_group(ledger: Ledger, path: Path, count: int = 1, *, mode: int = 0o640) -> None:
    """Write lines in a file that has this mode for the shared group."""
    new = not path.exists()
    ledger.append(path, count)
    if new:
        os.chown(path, 0, GROUP)
        path.chmod(mode)


def test_closed_file_is_read_when_it_is_opened_up(
    open_logs: Path, other_user: Callable[..., Sidecar]
) -> None:
    ledger = Ledger()
    path = open_logs / "closed.log"
    append_for_group(ledger, path, 3, mode=0)
    append_for_group(ledger, open_logs / "open.log", 3)
    one = other_user(str(open_logs / "*.log"), env=ENV).ready()
    one.wait_lines(3)
    one.eventually("/metrics", "sidecar_files_unreadable 1.0")
    ledger.append(path, 2)
    look(one)
    assert len(one.lines) == 3
    path.chmod(0o640)
    one.wait_lines(ledger.count)
    assert figure(one, "files_unreadable") == 0
    assert one.stop() == 0
    ledger.balance(one.lines)


def test_file_that_is_closed_and_opened_up_again_is_read_once(
    open_logs: Path, other_user: Callable[..., Sidecar]
) -> None:
    """Across a restart too: the next run finds it closed, and may not begin it anew later."""
    ledger = Ledger()
    path = open_logs / "app.log"
    append_for_group(ledger, path, 3)
    one = other_user(str(open_logs / "*.log"), env=ENV).ready()
    one.wait_lines(3)
    path.chmod(0)
    ledger.append(path, 2)
    one.wait_lines(5)  # it is held open
    assert one.stop() == 0
    ledger.append(path, 2)
    two = other_user(str(open_logs / "*.log"), env=ENV).ready()
    two.eventually("/metrics", "sidecar_files_unreadable 1.0")
    path.chmod(0o640)
    two.wait_lines(2)
    look(two)
    assert two.stop() == 0
    ledger.balance(one.lines + two.lines)


def test_folder_that_is_closed_for_a_while_keeps_its_files(
    open_logs: Path, other_user: Callable[..., Sidecar]
) -> None:
    ledger = Ledger()
    folder = open_logs / "app"
    folder.mkdir(mode=0o750)
    os.chown(folder, 0, GROUP)
    append_for_group(ledger, folder / "app.log", 3)
    one = other_user(str(open_logs / "**/*.log"), env=ENV).ready()
    one.wait_lines(3)
    folder.chmod(0)
    (open_logs / "stir").touch()  # a change of mode alone is noticed at the next whole look
    wait_until(lambda: figure(one, "sweep_errors_total") > 0)
    ledger.append(folder / "app.log", 2)
    one.wait_lines(5)
    assert one.stop() == 0
    two = other_user(str(open_logs / "**/*.log"), env=ENV).ready()
    look(two)
    assert two.stop() == 0
    three = other_user(str(open_logs / "**/*.log"), env=ENV).ready()
    folder.chmod(0o750)
    ledger.append(folder / "app.log", 2)
    three.wait_lines(2)
    look(three)
    assert three.stop() == 0
    ledger.balance(one.lines + two.lines + three.lines)


# -- our own output -----------------------------------------------------------------------------


def spellings(state: Path) -> dict[str, str]:
    """Give ways to write where the state is kept."""
    alias = state.with_name("alias")
    alias.symlink_to(state.name)
    return {
        "plainly": str(state),
        "with a slash at its end": f"{state}/",
        "with a dot": f"{state.parent}/./{state.name}",
        "with a detour": f"{state.parent}/{state.name}/../{state.name}",
        "by a link": str(alias),
        "from the working folder": os.path.relpath(state),
    }


SPELLINGS = [
    "with a slash at its end",
    "with a dot",
    "with a detour",
    "by a link",
    "from the working folder",
]


@pytest.mark.parametrize(
    "spelling",
    ["plainly", *SPELLINGS],
)
def test_state_folder_that_the_glob_matches_is_never_read(
    scene: Scene, logs: Path, spelling: str
) -> None:
    (logs / "state").mkdir()
    state = spellings(logs / "state")[spelling]
    scene.append("app.log", 3)
    scene.run("--state-dir", state, glob="**/*", checkpoint__interval_s=0.05, partial_after_s=0.1)
    scene.append("app.log", 3)
    scene.settle()
    assert (logs / "state" / "checkpoint.json").exists()
    with scene.between("down"):
        scene.append("app.log", 3)
    scene.stop()


def test_state_folder_of_its_own_choice_is_never_read(logs: Path) -> None:
    ledger = Ledger()
    ledger.append(logs / "app.log", 3)
    one = Sidecar(str(logs / "**/*"), env={**ENV, "SIDECAR_CHECKPOINT__INTERVAL_S": "0.05"})
    try:
        one.ready().wait_lines(3)
        one.eventually("/metrics", "sidecar_checkpoint_writes_total 0.0", there=False)
        ledger.append(logs / "app.log", 3)
        one.wait_lines(6)
        look(one)
        assert one.stop() == 0
    finally:
        one.close()
    assert (logs / ".sidecar" / "checkpoint.json").exists()
    ledger.balance(one.lines)


@pytest.mark.parametrize("mode", ["wb", "ab"])
@pytest.mark.parametrize("link", ["", "hard", "symbolic"])
def test_output_that_lies_in_a_followed_folder_is_not_read_back(
    scene: Scene, mode: str, link: str
) -> None:
    """Standard output is a file that the glob matches, and may have another name there."""
    out = scene.logs / "sidecar-out.log"
    scene.append("app.log", 3)
    with out.open(mode) as stdout:
        if link == "hard":
            (scene.logs / "zebra.log").hardlink_to(out)
        elif link == "symbolic":
            (scene.logs / "zebra.log").symlink_to(out)
        one = scene.run(stdout=stdout)
    wait_until(lambda: len(out.read_bytes().splitlines()) >= 3)
    look(one)
    scene.append("app.log", 3)
    wait_until(lambda: len(out.read_bytes().splitlines()) >= 6)
    look(one)
    assert one.stop() == 0
    scene.ledger.balance(out.read_bytes().splitlines(keepends=True))


def test_output_that_is_rotated_is_not_read_back(scene: Scene) -> None:
    """Whoever redirects our output renames it too; it is ours under any name."""
    out = scene.logs / "sidecar-out.log"
    with out.open("ab") as stdout:
        one = scene.run(stdout=stdout)
    scene.append("app.log", 3)
    wait_until(lambda: len(out.read_bytes().splitlines()) >= 3)
    out.rename(scene.logs / "sidecar-out.log.1")
    look(one)
    scene.append("app.log", 3)
    ours = scene.logs / "sidecar-out.log.1"
    wait_until(lambda: len(ours.read_bytes().splitlines()) >= 6)
    look(one)
    assert one.stop() == 0
    scene.ledger.balance(ours.read_bytes().splitlines(keepends=True))


class Muted(Sidecar):
    """A daemon whose standard error nobody hears; its port is known from the start."""

    url = ""


def test_diagnostics_that_lie_in_a_followed_folder_are_not_read_back(
    logs: Path, tmp_path: Path
) -> None:
    """Each line read back would be refused, warned of, and read back again."""
    ledger = Ledger()
    ledger.append(logs / "app.log", 3)
    os.mkfifo(logs / "pipe.log")  # something to say
    port = str(free_port())
    own = [sys.executable, "-m", "sidecar", "run", "--listen", f"127.0.0.1:{port}"]
    command = [*own, "--state-dir", str(tmp_path / "state"), str(logs / "*.log")]
    script = 'exec "$@" 2>>"$ERRORS"'
    one = Muted(
        whole_command=["sh", "-c", script, "sh", *command],
        env={**ENV, "ERRORS": str(logs / "errors.log"), "SIDECAR_LOG__LEVEL": "debug"},
    )
    one.url = f"http://127.0.0.1:{port}"
    try:
        one.wait_lines(3)
        look(one)
        ledger.append(logs / "app.log", 3)
        one.wait_lines(6)
        look(one)
        assert one.stop() == 0
    finally:
        one.close()
    assert b"pipe.log" in (logs / "errors.log").read_bytes()
    ledger.balance(one.lines)


def test_output_through_a_pipe_into_a_followed_file_is_read_by_design_alone(
    logs: Path, tmp_path: Path
) -> None:
    """Behind a pipe nothing tells that a file is ours: excluding it is up to the user."""
    ledger = Ledger()
    ledger.append(logs / "app.log", 3)
    command = [sys.executable, "-m", "sidecar", "run", "--once", "--listen", ""]
    script = '"$@" | tee "$OUT"'
    own = [*command, "--state-dir", str(tmp_path / "state"), str(logs / "*.log")]
    env = {**os.environ, **ENV, "OUT": str(logs / "out.log"), "SIDECAR_EXCLUDE": "out.log"}
    done = subprocess.run(
        ["sh", "-c", script, "sh", *own], env=env, capture_output=True, timeout=30, check=True
    )
    ledger.balance(done.stdout.splitlines(keepends=True))
