"""Twenty seconds of what ``make soak`` does for ten minutes."""

from __future__ import annotations

from tests.soak import report
from tests.soak.run import Options, soak


def test_soak_loses_doubles_and_tears_nothing() -> None:
    outcome = soak(Options(seconds=20, seed=20261123))
    failed = [one.name for one in report.checks(outcome) if not one.ok]
    assert not failed, report.in_words(outcome)
    assert outcome.written > 1_000
    assert sum(outcome.rotations.values()) > 10
    assert {kind for _, kind in outcome.ends} == {"stop", "kill"}
