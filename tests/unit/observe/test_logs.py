"""The daemon's own log: one JSON object a line, whatever it says."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sidecar.observe import logs
from sidecar.observe.logs import Bridge, Log


class Stderr:
    """Stands for the process's standard error: a pipe."""

    def __init__(self) -> None:
        self.read, self.write = os.pipe()
        fcntl.fcntl(self.read, fcntl.F_SETFL, os.O_NONBLOCK)

    def fileno(self) -> int:
        return self.write

    def lines(self) -> list[dict[str, Any]]:
        try:
            return [json.loads(line) for line in os.read(self.read, 1 << 20).splitlines()]
        except BlockingIOError:
            return []


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stderr]:
    one = Stderr()
    monkeypatch.setattr(sys, "__stderr__", one)
    yield one
    os.close(one.read)
    os.close(one.write)


@pytest.mark.parametrize(
    "text", ["plain", 'quo"te', "two\nlines", "nul\0", "\u2028", "half\ud800", "byte\udcff", "장"]
)
def test_whatever_is_said_is_one_line_of_json(text: str) -> None:
    line = logs.line("info", text, {"file": text, "none": None})
    assert line.count(b"\n") == 1
    said = json.loads(line)
    assert said["level"] == "info"
    assert set(said) == {"time", "level", "message", "file"}
    assert said["message"] == said["file"]


@pytest.mark.parametrize(
    ("level", "count"), [("debug", 3), ("info", 3), ("warning", 2), ("error", 1)]
)
def test_level_says_from_where_up_it_speaks(stderr: Stderr, level: str, count: int) -> None:
    log = Log(level)
    log.info("a")
    log.warning("b")
    log.error("c")
    assert len(stderr.lines()) == count


def test_file_that_gives_trouble_again_is_told_once(stderr: Stderr) -> None:
    log = Log()
    for reason in ("denied", "denied", "gone", "denied"):
        log.once("open a", "cannot be read", "a", reason)
    log.once("open b", "cannot be read", "b", "denied")
    assert [(one["file"], one["reason"]) for one in stderr.lines()] == [
        ("a", "denied"),
        ("a", "gone"),
        ("b", "denied"),
    ]


def test_memory_of_what_was_told_is_bounded(
    stderr: Stderr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_ONCE", 10)
    log = Log()
    for number in range(100):
        log.once(str(number), "m", "f", "r")
        assert len(log._said) <= 10
    assert len(stderr.lines()) == 100


def test_stderr_that_takes_nothing_is_not_waited_for(stderr: Stderr) -> None:
    fcntl.fcntl(stderr.write, fcntl.F_SETFL, os.O_NONBLOCK)
    log = Log()
    while not log.dropped:
        log.info("x" * 4000)
    log.info("another")
    assert log.dropped == 2
    assert all(one["message"] == "x" * 4000 for one in stderr.lines())


def test_closed_stderr_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    os.close(write)
    closed: Callable[[], int] = lambda: write  # noqa: E731 - a method of what stands for a file
    monkeypatch.setattr(sys, "__stderr__", type("Closed", (), {"fileno": staticmethod(closed)}))
    log = Log()
    log.info("x")
    assert log.dropped == 1


def test_warnings_of_libraries_are_diagnostics(stderr: Stderr) -> None:
    logger = logging.getLogger("some.library")
    logger.propagate = False
    bridge = Bridge(Log())
    logger.addHandler(bridge)
    logger.info("not this")
    logger.warning("queue %s", "overflowed")
    logger.error("bad", exc_info=ValueError("what happened"))
    logger.removeHandler(bridge)
    said = [{key: one[key] for key in one if key != "time"} for one in stderr.lines()]
    assert said == [
        {"level": "warning", "message": "queue overflowed", "logger": "some.library"},
        {
            "level": "warning",
            "message": "bad",
            "logger": "some.library",
            "error": "ValueError('what happened')",
        },
    ]
