"""Parts of a file, made apart and set together, are what the whole file is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar import layouts, seams
from sidecar.flow import State
from sidecar.formats import BY_NAME
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.pipeline import Counts, Pipeline, PipelineOptions
from sidecar.seams import Seam
from tests import strategies
from tests.properties import examples

JULI = b"23-Nov-2026 21:46:01.123 INFO [main] a.B.c up\n"


def maker(name: str, shape: PipelineOptions, start: bytes = b"") -> seams.Make:
    lines = parser(FormatOptions(format=name, add=shape.add, start=start, tell=layouts.told))

    def make(seam: Seam, counts: Counts) -> Pipeline:
        return Pipeline(
            lines, shape, start=seam.offset, state=seam.state, identity="1-2", counts=counts
        )

    return make


def reader(data: bytes) -> seams.Read:
    return lambda offset, size: data[offset : offset + size]


def in_parts(
    make: seams.Make, data: bytes, size: int, run_up: int, state: State
) -> tuple[bytes, Counts, int]:
    """Convert ranges of a size, each from where it guesses; gives how many guessed right, too."""
    read, known, json, counts, right = reader(data), Seam(0, State()), b"", Counts(), 0
    for near in range(0, len(data) or 1, size):
        stop = near + size if near + size < len(data) else None
        begin = seams.guess(make, read, state, near, run_up) if near else known
        right += begin == known
        part = seams.convert(make, read, known, stop)
        json += b"".join(part.json)
        counts.add(part.counts)
        known = part.end
    assert known.offset == len(data)
    return json, counts, right


logs = st.lists(
    strategies.lines
    | st.builds(
        lambda line, text, times: line + text.encode() * times,
        strategies.lines,
        st.sampled_from(["x", "é", "주😀", "\t", " "]),
        st.integers(1, 100),
    ),
    min_size=1,
    max_size=40,
)


@examples(250)
@given(
    lines=logs,
    name=st.sampled_from(["auto", "auto", *BY_NAME]),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-16", "utf-16-be", "cp949"]),
    newline=st.sampled_from(["\n", "\n", "\r\n"]),
    limit=st.sampled_from([64, 262_144]),
    add=st.sampled_from([(), ("offset", "id")]),
    size=st.integers(1, 500),
    run_up=st.integers(0, 300),
)
def test_parts_set_together_are_the_whole(
    lines: list[bytes],
    name: str,
    encoding: str,
    newline: str,
    limit: int,
    add: tuple[str, ...],
    size: int,
    run_up: int,
) -> None:
    text = "".join(line.decode() + newline for line in lines)
    data = text.encode(encoding, "replace")
    shape = PipelineOptions(max_event_bytes=limit, encoding=encoding, add=add)
    make = maker(name, shape)
    whole = seams.convert(make, reader(data), Seam(0, State()), None)
    state = seams.convert(make, reader(data), Seam(0, State()), 1).end.state
    json, counts, _ = in_parts(make, data, size, run_up, state)
    assert json == b"".join(whole.json)
    assert counts.events == whole.counts.events
    assert counts.misfits == whole.counts.misfits


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("juli", JULI),
        ("juli", JULI + b"\tat a.b.C.d(C.java:7)\n" * 12),
        ("auto", JULI + b"\tat a.b.C.d(C.java:7)\n" * 12),
        ("auto", b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET /1 HTTP/1.1" 200 1 12\n'),
        ("raw", b"some words\n\tand more\n"),
    ],
)
def test_run_up_of_a_few_events_finds_the_seam(name: str, line: bytes) -> None:
    data = line * 300
    make = maker(name, PipelineOptions())
    parts = len(range(0, len(data), 1000))
    assert in_parts(make, data, 1000, 5000, State(encoding="utf-8"))[2] == parts


def test_wrong_guess_is_told_by_the_seam_before_it() -> None:
    data = JULI + b"\tat x\n" * 1000 + JULI
    make = maker("auto", PipelineOptions())
    found = seams.guess(make, reader(data), State(encoding="utf-8"), 1000, 100)
    part = seams.convert(make, reader(data), Seam(0, State()), 1000)
    assert part.end.offset == len(data) - len(JULI)
    assert found != part.end


def test_part_that_cannot_be_read_to_its_end_says_why_and_what_came_before() -> None:
    def read(offset: int, size: int) -> bytes:
        if offset:
            raise OSError(5, "Input/output error")
        return JULI

    part = seams.convert(maker("juli", PipelineOptions()), read, Seam(0, State()), None)
    assert part.error == "Input/output error"
    assert b"".join(part.json).count(b"\n") == 1
