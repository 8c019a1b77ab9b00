"""What an event costs, counted and not timed: calls and bytecodes do not depend on the machine.

The fast road takes a block of events through a few calls, so that what one more event adds is a
fraction of a call. A step that looks at each event, however quick the machine, adds one call at
least, and a line of Python for each event adds bytecodes. Each was put into the road once: a block
rendered event by event, a call for each message, a loop over the rows of a column; every one of
them was refused here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

import pytest

from benchmarks.corpora import Corpus
from sidecar.flow import CHUNK_BYTES
from sidecar.formats import NAMES
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.pipeline import Pipeline, PipelineOptions

SMALL, LARGE = 200_000, 400_000

#: Bytecodes an event may add: what it added when this was written, and a few less than the least
#: loop over events adds. A comprehension has more of them from CPython 3.12 on.
BYTECODES = {
    kind: most if sys.version_info < (3, 12) else most * 8 // 5
    for kind, most in {"bracket": 12, "access": 20, "juli": 37, "misfits": 10}.items()
}

#: What the text may hold without an event's leaving the fast road for it. An access log's escaped
#: quotes are left out: a line that has some is read by itself.
PLAIN_ENOUGH = [
    f"{kind}{variant}"
    for kind in BYTECODES
    for variant in ("", "+quotes", "+unicode", "+crlf")
    if kind + variant != "access+quotes"
]


class Cost(NamedTuple):
    """What an event adds: calls of functions of any kind, and bytecodes."""

    calls: float
    bytecodes: float


@contextmanager
def traced(counts: Counter[str]) -> Iterator[None]:
    """Count calls, of Python and of C, and bytecodes; what traced before goes on afterwards."""

    def count(frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        counts[event] += 1
        return count

    def called(frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call":
            counts[event] += 1

    before = sys.gettrace(), sys.getprofile()
    sys.setprofile(called)
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])


def added(run: Callable[[bytes], object], name: str) -> Cost:
    """Give what an event adds to a run over a log, once all is warm."""
    found = []
    for size in (SMALL, LARGE):
        blocks = [*Corpus.named(name, size).blocks()]
        data = b"".join(block.data for block in blocks)
        run(data)
        counts: Counter[str] = Counter()
        with traced(counts):
            run(data)
        calls = counts["call"] + counts["c_call"]
        found.append((calls, counts["opcode"], sum(block.events for block in blocks)))
    small, large = found
    events = large[2] - small[2]
    return Cost((large[0] - small[0]) / events, (large[1] - small[1]) / events)


def carrying(options: FormatOptions) -> Callable[[bytes], object]:
    """Give what carries a whole log through the pipeline."""
    lines = parser(options)

    def carry(data: bytes) -> None:
        pipeline = Pipeline(lines, PipelineOptions(), path="app.log", identity="1-2")
        for start in range(0, len(data), CHUNK_BYTES):
            deque(pipeline.feed(data[start : start + CHUNK_BYTES]), maxlen=0)
        deque(pipeline.flush(last=True), maxlen=0)

    return carry


@pytest.mark.parametrize("name", PLAIN_ENOUGH)
def test_one_more_event_adds_less_than_two_calls(name: str) -> None:
    assert added(carrying(FormatOptions()), name).calls < 2


@pytest.mark.parametrize("kind", BYTECODES)
def test_one_more_event_adds_no_more_bytecodes_than_it_did(kind: str) -> None:
    assert added(carrying(FormatOptions()), kind).bytecodes < BYTECODES[kind]


@pytest.mark.parametrize("kind", ["bracket", "access", "juli"])
def test_a_line_that_fits_no_format_takes_no_other_from_the_fast_road(kind: str) -> None:
    assert added(carrying(FormatOptions()), f"{kind}+misfits").calls < 2


@pytest.mark.parametrize("kind", ["bracket", "access", "juli"])
def test_a_given_format_costs_no_more_than_a_found_one(kind: str) -> None:
    found, given = (added(carrying(FormatOptions(format=one)), kind) for one in ("auto", kind))
    assert given.calls <= found.calls * 1.05  # a call a chunk is none an event
    assert given.bytecodes <= found.bytecodes * 1.05


def imported(*arguments: str) -> set[str]:
    """Convert a line in a process of its own; gives the modules that it has in the end."""
    told = "import sys; from sidecar import cli; cli.main(); print('\\n'.join(sys.modules))"
    command = [sys.executable, "-c", told, "convert", "-q", "-o", os.devnull, *arguments, "-"]
    done = subprocess.run(command, input=b"a line\n", capture_output=True, check=True)
    return set(done.stdout.decode().split())


def test_who_tells_the_format_imports_no_other() -> None:
    every = {f"sidecar.formats.{name}" for name in NAMES}
    assert imported("--format", "bracket") & every == {
        "sidecar.formats.bracket",
        "sidecar.formats.raw",
    }
    assert imported() & every == every


@pytest.mark.parametrize("name", ["argcomplete", "asyncio", "msgspec", "watchdog", "yaml"])
def test_a_conversion_starts_without_what_only_others_need(name: str) -> None:
    assert name not in imported()
