"""Healthy? Ready? And the reason in words."""

from __future__ import annotations

import pytest

from sidecar.observe.health import LOOP_STUCK_S, NOTHING_MOVED_S, Vitals, health, ready

NOW = 1000.0


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("configured", "the configuration is not read yet"),
        ("checkpoint_loaded", "the checkpoint is not loaded yet"),
        ("swept", "the folders were not looked at yet"),
        ("", "following"),
    ],
)
def test_work_has_begun_once_all_is_known(missing: str, reason: str) -> None:
    steps = dict.fromkeys(("configured", "checkpoint_loaded", "swept"), True)
    verdict = ready(Vitals(**(steps | ({missing: False} if missing else {}))))
    assert verdict == (not missing, reason)


@pytest.mark.parametrize(
    ("vitals", "ok", "reason"),
    [
        (Vitals(), True, "nothing to read"),
        (Vitals(loop_turned_at=NOW - LOOP_STUCK_S), True, "nothing to read"),
        (Vitals(loop_turned_at=NOW - LOOP_STUCK_S - 1), False, "not turned for 11 s"),
        (Vitals(behind=True, behind_since=NOW - NOTHING_MOVED_S), True, "bytes move"),
        (Vitals(behind=True, behind_since=NOW - 31), False, "nothing moved for 31 s"),
        (Vitals(behind=True, behind_since=NOW - 99, moved_at=NOW - 1), True, "bytes move"),
        (Vitals(behind=True, behind_since=NOW - 99, unblocked_at=NOW - 1), True, "bytes move"),
        (Vitals(behind=True, behind_since=NOW - 99, stdout_blocked=True), True, "waiting for"),
    ],
)
def test_ill_health_is_what_a_restart_would_mend(vitals: Vitals, ok: bool, reason: str) -> None:
    verdict = health(vitals, NOW)
    assert verdict.ok is ok
    assert reason in verdict.reason


def test_time_without_movement_begins_when_there_is_something_to_read() -> None:
    vitals = Vitals()
    vitals.note(NOW - 100, behind=False, stdout_blocked=False)
    vitals.note(NOW - 20, behind=True, stdout_blocked=False)
    vitals.note(NOW - 1, behind=True, stdout_blocked=False)
    assert health(vitals, NOW).ok
    vitals.note(NOW + 11, behind=True, stdout_blocked=False)
    assert not health(vitals, NOW + 11).ok


def test_stdout_that_was_blocked_is_given_time_to_recover() -> None:
    vitals = Vitals()
    vitals.note(NOW - 100, behind=True, stdout_blocked=True)
    vitals.note(NOW - 1, behind=True, stdout_blocked=False)
    assert health(vitals, NOW).ok
    assert not health(vitals, NOW + 8).reason.startswith("waiting")
    vitals.note(NOW + 30, behind=True, stdout_blocked=False)
    assert not health(vitals, NOW + 30).ok
