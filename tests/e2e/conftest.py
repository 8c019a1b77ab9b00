"""What every test of the real process needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Sidecar


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

    def start(*args: str, glob: str = "*.log*", **more: Any) -> Sidecar:
        state = ("--state-dir", str(tmp_path / "state"))
        one = Sidecar(str(logs / glob), *state, *args, **more)
        started.append(one)
        return one

    yield start
    for one in started:
        one.close()
