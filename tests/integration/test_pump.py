"""The pump: who is served when, and what waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.world import World
from tests.streams import moved_clock

HEAD = "[2026-11-25 01:02:03] app - INFO - app.part - "


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = World(tmp_path, moved_clock(monkeypatch))
    yield world
    world.close()


def messages(world: World) -> list[str]:
    return [record["message"] for record in world.output]


def test_busy_file_holds_up_no_open_event_of_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, quiet = world.logs / "busy.log", world.logs / "quiet.log"
    quiet.write_text(f"{HEAD}waits\n\tat its.trace\n")
    world.run.look()
    world.run.work()
    assert messages(world) == []
    busy.write_text("".join(f"{HEAD}{number} of many\n" for number in range(50_000)))
    world.clock[0] += 2.0
    # Every look at the clock takes a while, so that the work on the busy file lasts.
    now, ticks = time.monotonic(), iter(range(10**9))
    monkeypatch.setattr(time, "monotonic", lambda: now + next(ticks) / 500)
    world.run.look()
    world.run.work()
    came = messages(world)
    assert len(came) >= 49_999  # the last event may be open yet
    assert "waits\n\tat its.trace" in came[:25_000]


def test_end_of_a_chunk_is_no_end_of_a_file_while_the_output_is_blocked(world: World) -> None:
    path = world.logs / "app.log"
    path.write_text("".join(f"{HEAD}{number:060d}\n" for number in range(3000)))
    world.run.output.give(10)
    world.run.look()
    world.run.work()
    path.unlink()
    for _ in range(3):
        world.clock[0] += 40.0
        world.run.look()
        world.run.work()
    world.run.output.give(None)
    world.run.look()
    world.run.work()
    world.clock[0] += 2.0
    world.run.work()
    assert messages(world) == [f"{number:060d}" for number in range(3000)]
