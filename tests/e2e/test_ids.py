"""Ids of events: the same when an event comes again, and no other event's."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from tests.e2e.harness import Sidecar
from tests.e2e.writers import append

Start = Callable[..., Sidecar]


def test_event_that_comes_again_after_a_kill_has_the_id_it_had(logs: Path, sidecar: Start) -> None:
    env = {"SIDECAR_OUTPUT__ADD": "id"}
    append(logs / "app.log", "one\ntwo\nthree\n")
    first = sidecar(env={**env, "SIDECAR_TEST_KILL": "before_save:1"})
    assert first.wait() == -signal.SIGKILL
    second = sidecar(env=env)
    second.wait_lines(len(first.lines))
    ids = {record["message"]: record["id"] for record in first.records}
    assert len({*ids.values()}) == len(ids) > 0
    assert {record["message"]: record["id"] for record in second.records} == ids


def test_event_at_the_same_place_of_a_file_begun_anew_has_another_id(
    logs: Path, sidecar: Start
) -> None:
    one = sidecar(env={"SIDECAR_OUTPUT__ADD": "id"})
    append(logs / "app.log", "one\n")
    one.wait_lines(1)
    os.truncate(logs / "app.log", 0)
    append(logs / "app.log", "two\n")
    one.wait_lines(2)
    assert len({record["id"] for record in one.records}) == 2
