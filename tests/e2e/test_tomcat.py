"""A real Tomcat, its real logs, another user beside it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.servers import APP_UID, GROUP, SIDECAR_UID, Tomcat, as_user, need, need_root, status

REQUESTS = 500


@pytest.fixture
def open_path(tmp_path: Path) -> Path:
    """A folder that other users can reach; pytest's own is closed to them."""
    folder = Path("/tmp") / f"sidecar-e2e-{os.getpid()}-{time.monotonic_ns()}"
    folder.mkdir(mode=0o755)
    return folder


@pytest.fixture
def tomcat(open_path: Path) -> Iterator[Tomcat]:
    need_root()
    one = Tomcat(open_path)
    yield one
    one.stop()
    shutil.rmtree(open_path, ignore_errors=True)


def python_for_all(folder: Path) -> list[str]:
    """Give an interpreter that another user may run, with the product and what it needs."""
    site = next(Path(one) for one in sys.path if one.endswith("site-packages"))
    copy = folder / "site"
    shutil.copytree(site, copy, symlinks=True, ignore=shutil.ignore_patterns("*kubectl*", "*hado*"))
    shutil.copytree(Path(__file__).parents[2] / "sidecar", copy / "sidecar", dirs_exist_ok=True)
    real = Path(sys.executable).resolve()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not reachable(real):
        system = Path("/usr/bin") / version
        if not system.exists():
            pytest.skip(f"another user can run neither {real} nor {system}")
        real = system
    return ["env", f"PYTHONPATH={copy}", "PYTHONDONTWRITEBYTECODE=1", str(real)]


def reachable(path: Path) -> bool:
    """Tell whether a user without rights of his own can run a file."""
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def start(tomcat: Tomcat, folder: Path, *args: str) -> Sidecar:
    """Start the daemon as another user, who may read the logs by the group alone."""
    state = folder / "state"
    state.mkdir(exist_ok=True)
    os.chown(state, SIDECAR_UID, GROUP)
    command = getattr(tomcat, "python", None) or python_for_all(folder)
    tomcat.python = command  # type: ignore[attr-defined]
    globs = [str(tomcat.logs / "*.log*"), str(tomcat.logs / "*.txt*")]
    return Sidecar(
        *globs,
        "--state-dir",
        str(state),
        *args,
        command=[*as_user(SIDECAR_UID), *command],
        cwd=folder,
    )


def ids(records: list[dict[str, Any]], page: str) -> list[int]:
    """Give the ids of the requests for a page that access events tell."""
    found = (re.search(rf"/{page}\.jsp\?id=(\d+)$", one.get("path", "")) for one in records)
    return [int(one[1]) for one in found if one]


def booms(records: list[dict[str, Any]]) -> list[int]:
    """Give the ids of the exceptions, each with its whole trace in one event.

    Tomcat prints the root cause of what a page threw, and a quote of the page.
    """
    found = []
    for one in records:
        if number := re.search(
            r"\n\tjava.lang.IllegalArg\w+: cause of (\d+)", one.get("message", "")
        ):
            assert one["level"] == "ERROR"
            frames = one["message"][number.end() :].strip().split("\n")
            assert len(frames) > 15
            assert all(frame.lstrip().startswith("at ") for frame in frames)
            found.append(int(number[1]))
    return found


def test_every_request_and_every_exception_is_one_event(tomcat: Tomcat, open_path: Path) -> None:
    one = start(tomcat, open_path).ready()
    try:
        failing = set(range(0, REQUESTS, 25))
        for number in range(REQUESTS):
            page = "boom" if number in failing else "ok"
            assert status(f"{tomcat.url}/{page}.jsp?id={number}") == (
                500 if number in failing else 200
            )
        one.wait_for(lambda one: len(booms(one.records)) == len(failing), 30)
        one.wait_for(
            lambda one: len(ids(one.records, "ok") + ids(one.records, "boom")) == REQUESTS, 30
        )
        assert one.stop() == 0
        records = one.records
        assert sorted(ids(records, "boom") + ids(records, "ok")) == list(range(REQUESTS))
        assert sorted(booms(records)) == sorted(failing)
        assert not [record for record in records if "parse_error" in record]
    finally:
        one.close()


def test_copytruncate_by_logrotate_and_two_restarts_lose_and_repeat_nothing(
    tomcat: Tomcat, open_path: Path
) -> None:
    need("logrotate")
    conf = open_path / "logrotate.conf"
    conf.write_text(
        f"{tomcat.logs}/*.log {tomcat.logs}/*.txt {{\n"
        f"  su root root\n  copytruncate\n  rotate 9\n  missingok\n  nocreate\n}}\n"
    )
    conf.chmod(0o644)
    records: list[dict[str, Any]] = []
    number = 0
    one = start(tomcat, open_path).ready()
    try:
        for _burst in range(5):
            for _ in range(60):
                status(f"{tomcat.url}/{'boom' if number % 20 == 0 else 'ok'}.jsp?id={number}")
                number += 1
            if _burst in {0, 2}:
                command = ["logrotate", "-f", "-s", str(open_path / "status"), str(conf)]
                subprocess.run(command, check=True)
                for log in tomcat.logs.iterdir():
                    os.chown(log, APP_UID, GROUP)
            elif _burst in {1, 3}:
                assert one.stop() == 0
                records += one.records
                one.close()
                one = start(tomcat, open_path)
        wanted = set(range(0, number, 20))
        one.wait_for(lambda one: wanted <= set(booms(records + one.records)), 30)
        one.wait_for(
            lambda one: (
                len(ids(records + one.records, "ok") + ids(records + one.records, "boom")) >= number
            ),
            30,
        )
        assert one.stop() == 0
        records += one.records
        assert sorted(ids(records, "ok") + ids(records, "boom")) == list(range(number))
        assert sorted(booms(records)) == sorted(wanted)
    finally:
        one.close()
