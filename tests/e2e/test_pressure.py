"""The daemon under pressure, at sizes that do not take long; ``make pressure`` is the full size."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.servers import need, need_root
from tests.soak import scenarios
from tests.soak.scenarios import MB, Figure, Run


def hold(figures: list[Figure]) -> None:
    """Hold every figure to its limit."""
    assert [one for one in figures if not one.ok] == []


def test_line_of_20_mb_leaves_in_parts_and_costs_no_memory(tmp_path: Path) -> None:
    hold(scenarios.long_line(tmp_path, 20 * MB))


def test_line_of_2_mb_after_a_head_costs_no_memory(tmp_path: Path) -> None:
    hold(scenarios.long_line(tmp_path, 2 * MB, head=scenarios.JULI))


def test_30_mb_written_while_stdout_is_stalled_cost_no_memory_and_arrive(tmp_path: Path) -> None:
    hold(scenarios.stall(tmp_path, 10, 30 * MB))


def test_backlog_of_50_mb_is_drained_by_a_stop_and_does_not_come_again(tmp_path: Path) -> None:
    hold(scenarios.stop_with_backlog(tmp_path, 50 * MB))


@pytest.mark.parametrize("copytruncate", [False, True], ids=["rename", "copytruncate"])
def test_rotation_after_rotation_costs_no_memory_and_no_descriptors(
    tmp_path: Path, *, copytruncate: bool
) -> None:
    hold(scenarios.rotations(tmp_path, 100, copytruncate=copytruncate))


def test_500_idle_files_are_held_by_few_descriptors_and_let_go_at_once(tmp_path: Path) -> None:
    """What they cost is no matter of a test: the pressure at full size holds it to its limit."""
    figures = scenarios.idle(tmp_path, 500, 2)
    hold([one for one in figures if one.name != "percent of a core"])


def test_2000_files_made_at_once_are_all_read(tmp_path: Path) -> None:
    hold(scenarios.many_at_once(tmp_path, 2_000))


def test_busy_file_holds_up_no_line_of_200_others(tmp_path: Path) -> None:
    hold(scenarios.fairness(tmp_path, 200, 20 * MB, joins=False))


def test_busy_file_holds_up_no_open_event_of_200_others(tmp_path: Path) -> None:
    hold(scenarios.fairness(tmp_path, 200, 50 * MB, joins=True))


def test_more_files_than_descriptors_are_all_read_once(tmp_path: Path) -> None:
    hold(scenarios.few_descriptors(tmp_path, 300, 128))


def test_writes_without_events_are_found_by_the_sweep(tmp_path: Path) -> None:
    hold(scenarios.no_events(tmp_path, 3))


def test_inotify_queue_that_overflows_loses_nothing(tmp_path: Path) -> None:
    hold(scenarios.overflow(tmp_path, 200, 40_000))


def need_namespaces() -> None:
    """Skip, or under SIDECAR_TEST_E2E=required fail, where no user namespace can be made."""
    need("unshare")
    command = ["unshare", "--user", "--map-root-user", "true"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        need_root()
        pytest.skip("no user namespaces here")


def test_files_are_polled_where_no_inotify_instance_is_left(tmp_path: Path) -> None:
    need_namespaces()
    hold(scenarios.no_watches(tmp_path, "max_inotify_instances", 0, 1))


def test_files_are_polled_where_no_inotify_watch_is_left(tmp_path: Path) -> None:
    need_namespaces()
    hold(scenarios.no_watches(tmp_path, "max_inotify_watches", 2, 2))


def test_deleted_file_is_read_on_while_its_writer_goes_on(tmp_path: Path) -> None:
    hold(scenarios.deleted_and_written_to(tmp_path))


def test_line_written_in_two_halves_while_a_stop_waits_for_stdout_stays_whole(
    tmp_path: Path,
) -> None:
    got: list[dict[str, Any]] = []
    words = "many words " * 100  # a chunk of them fits into the pipe
    with Run(tmp_path, lambda line: got.append(json.loads(line)), reads=False) as run:
        run.daemon.ready()
        path = run.logs / "app.log"
        path.write_text("one half, ")
        run.wait_metric("sidecar_pending_bytes", 10)
        with scenarios.held(run.pid):  # the stop finds more than the pipe takes
            (run.logs / "big.log").write_text(f"{words}\n" * 1_000)
            run.daemon.process.terminate()
        run.daemon.wait_blocked()
        with path.open("a") as file:
            file.write("the other half\n")
        assert not run.daemon.ended(1.0)  # twice as long as a stop takes for quiet
        run.read()
        run.wait_end()
    with Run(tmp_path, lambda line: got.append(json.loads(line))) as run:
        run.daemon.ready()
        run.stop()
    assert [one for one in got if one["message"] != words] == [
        {"message": "one half, the other half"}
    ]


def test_last_part_of_an_over_long_event_leaves_once_its_file_is_quiet(tmp_path: Path) -> None:
    got: list[bytes] = []
    with Run(tmp_path, got.append, env={"SIDECAR_MULTILINE": "auto"}) as run:
        run.daemon.ready()
        (run.logs / "app.log").write_text("x" * 300_000 + "\n")
        run.wait_lines(1)
        run.wait_sweeps(3)
        assert not run.metric("sidecar_pending_bytes")
        run.wait_lines(2)


def test_last_words_after_an_over_long_event_are_an_event_of_their_own(tmp_path: Path) -> None:
    got: list[dict[str, Any]] = []
    env = {"SIDECAR_FORMAT": "juli", "SIDECAR_MULTILINE": "auto", "SIDECAR_PARTIAL_AFTER_S": "1"}
    with Run(tmp_path, lambda line: got.append(json.loads(line)), env=env) as run:
        run.daemon.ready()
        text = f"{scenarios.JULI}{'x' * 300_000}\n{scenarios.JULI}last words"
        (run.logs / "app.log").write_text(text)
        run.wait(lambda: any("last words" in one["message"] for one in got))
        run.stop()
    assert got[-1]["message"] == "last words"
