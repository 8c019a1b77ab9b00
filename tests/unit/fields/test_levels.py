"""Severity names of many loggers, on one scale."""

from __future__ import annotations

import pytest

from sidecar.fields import levels

TABLE = {
    "TRACE": ["TRACE", "FINEST", "FINER", "ALL", "VERBOSE", "trace"],
    "DEBUG": ["DEBUG", "FINE", "debug"],
    "INFO": ["INFO", "INFORMATION", "INFORMATIONAL", "CONFIG", "info", "Info"],
    "NOTICE": ["NOTICE", "NOTE", "Note", "notice"],
    "WARN": ["WARN", "WARNING", "warning", "Warn"],
    "ERROR": ["ERROR", "ERR", "SEVERE", "error", "Severe"],
    "CRITICAL": ["CRITICAL", "CRIT", "FATAL", "PANIC", "ALERT", "EMERG", "EMERGENCY", "fatal"],
}

ROWS = [(name, level) for level, names in TABLE.items() for name in names]


@pytest.mark.parametrize(("name", "level"), ROWS)
def test_name_stands_for_one_level_of_the_scale(name: str, level: str) -> None:
    assert levels.read(name) == level


def test_scale_runs_from_the_least_to_the_most_severe() -> None:
    assert list(levels.SCALE) == list(TABLE)


def test_every_level_of_the_scale_stands_for_itself() -> None:
    assert [levels.read(level) for level in levels.SCALE] == list(levels.SCALE)


@pytest.mark.parametrize("name", ["", "AUDIT", "notalevel", "警告", "SCHWERWIEGEND", "42", " INFO"])
def test_name_nobody_knows_stays_as_it_is_printed(name: str) -> None:
    assert levels.read(name) == name


def test_known_names_are_these_and_no_others() -> None:
    assert set(levels.CANONICAL) == {name.upper() for name, _ in ROWS}
