"""A copy that takes its time: looks at the folder fall between copy and truncation."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.nginx import wait_until
from tests.e2e.writers import access, append, numbers

Start = Callable[..., Sidecar]

NAMES = ["app.log.1", "app.log-20261123", "app-20261123.log"]


def look(one: Sidecar) -> None:
    """Wait until the folder was looked at twice more."""

    def sweeps() -> float:
        found = re.search(r"^sidecar_sweeps_total (\S+)", one.get("/metrics")[1], re.MULTILINE)
        assert found
        return float(found[1])

    seen = sweeps()
    wait_until(lambda: sweeps() >= seen + 2)


@pytest.mark.parametrize("first", [0, 500, 4096])
@pytest.mark.parametrize("name", NAMES)
def test_copy_in_the_making_is_held_back_and_never_read_twice(
    logs: Path, sidecar: Start, name: str, first: int
) -> None:
    path, copy = logs / "app.log", logs / name
    append(path, "".join(map(access, range(2000))))
    one = sidecar(glob="app*log*", env={"SIDECAR_SWEEP_INTERVAL_S": "0.1"}).ready()
    one.wait_lines(1000)
    text = path.read_bytes()
    for part in (text[:first], text[first:60_000], text[60_000:]):
        with copy.open("ab") as file:
            file.write(part)
        look(one)
    os.truncate(path, 0)
    look(one)
    append(path, access(2000))
    one.wait_for(lambda one: numbers(one.records[-1:]) == [2000])
    append(copy, access(2001))  # and a copy that is written to is read on
    one.wait_for(lambda one: numbers(one.records[-1:]) == [2001])
    assert one.stop() == 0
    assert numbers(one.records) == list(range(2002))


def test_copy_of_a_file_that_is_not_truncated_is_not_read(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    append(path, "".join(map(access, range(2000))))
    one = sidecar(env={"SIDECAR_SWEEP_INTERVAL_S": "0.1"}).ready()
    one.wait_lines(2000)
    shutil.copy(path, logs / "app.log.1")
    look(one)
    append(path, access(2000))
    one.wait_lines(2001)
    assert one.stop() == 0
    two = sidecar(env={"SIDECAR_SWEEP_INTERVAL_S": "0.1"}).ready()
    look(two)
    append(path, access(2001))
    two.wait_lines(1)
    assert two.stop() == 0
    assert numbers(one.records + two.records) == list(range(2002))


def test_copy_of_a_file_that_is_then_deleted_is_not_read_again(logs: Path, sidecar: Start) -> None:
    path = logs / "app.log"
    append(path, "".join(map(access, range(2000))))
    one = sidecar(env={"SIDECAR_SWEEP_INTERVAL_S": "0.1"}).ready()
    one.wait_lines(2000)
    shutil.copy(path, logs / "app.log.1")
    look(one)
    path.unlink()
    one.eventually("/metrics", "sidecar_deletions_total 1.0")
    append(path, access(2000))
    one.wait_lines(2001)
    assert one.stop() == 0
    assert numbers(one.records) == list(range(2001))
