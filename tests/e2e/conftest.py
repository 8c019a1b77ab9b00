"""What every test of the real process needs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.ledger import Scene
from tests.e2e.nginx import Nginx
from tests.e2e.servers import GROUP, SIDECAR_UID, Tomcat, as_user, need_root
from tests.e2e.users import interpreter_for_all


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def sidecar(logs: Path, tmp_path: Path) -> Iterator[Callable[..., Sidecar]]:
    """Start daemons that follow the logs with their state beside them."""
    started: list[Sidecar] = []

    def start(*args: str, glob: str = "*.log*", also: Sequence[str] = (), **more: Any) -> Sidecar:
        globs = [str(logs / one) for one in (glob, *also)]
        state = ("--state-dir", str(tmp_path / "state"))
        one = Sidecar(*globs, *state, *args, **more)
        started.append(one)
        return one

    yield start
    for one in started:
        one.close()


@pytest.fixture
def scene(logs: Path, sidecar: Callable[..., Sidecar]) -> Scene:
    """The logs with a ledger, and daemons that follow them."""
    return Scene(logs, sidecar)


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that other users can reach; pytest's own is closed to them."""
    with open_folder() as name:
        yield Path(name)


def open_folder() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="sidecar-e2e-", ignore_cleanup_errors=True)
    os.chmod(folder.name, 0o755)
    return folder


@pytest.fixture(scope="session")
def interpreter() -> Iterator[list[str]]:
    """The command of a Python that any user may run, and that has the product."""
    need_root()
    with open_folder() as name:
        yield interpreter_for_all(Path(name))


@pytest.fixture
def other_user(open_path: Path, interpreter: list[str]) -> Iterator[Callable[..., Sidecar]]:
    """Start daemons as another user, who may read the logs by the group alone."""
    started: list[Sidecar] = []
    state = open_path / "state"
    state.mkdir(mode=0o700)
    os.chown(state, SIDECAR_UID, GROUP)

    def start(*globs: str, **more: Any) -> Sidecar:
        command = [*as_user(SIDECAR_UID), *interpreter]
        one = Sidecar(*globs, "--state-dir", str(state), command=command, cwd=open_path, **more)
        started.append(one)
        return one

    yield start
    for one in started:
        one.close()


@pytest.fixture
def tomcat(open_path: Path) -> Iterator[Tomcat]:
    need_root()
    one = Tomcat(open_path)
    yield one
    one.stop()


@pytest.fixture
def nginx(open_path: Path) -> Iterator[Nginx]:
    need_root()
    one = Nginx(open_path)
    yield one
    one.stop()
