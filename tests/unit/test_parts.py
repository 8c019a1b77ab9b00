"""Events over the limit leave in parts that together hold every byte."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.fields import stacktraces
from sidecar.formats import BY_NAME
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.pipeline import Pipeline, PipelineOptions
from tests import strategies
from tests.properties import examples

HEAD = b"23-Nov-2026 21:46:01.123 INFO [main] a.B.c up\n"

LIMIT = 256

#: Lines of which some are over the limit, in one encoding or another.
logs = st.lists(
    strategies.lines
    | st.builds(
        lambda line, text, times: line + text.encode() * times,
        strategies.lines,
        st.sampled_from(["x", "é", "주😀", "\t", " ", "\r"]),
        st.integers(50, 400),
    ),
    min_size=1,
    max_size=25,
)


def run(name: str, data: bytes, sizes: list[int] | None = None, **options: Any) -> bytes:
    lines = parser(FormatOptions(name, tell=layouts.told))
    pipeline = Pipeline(lines, PipelineOptions(**options))
    made, place = b"", 0
    for size in cycle(sizes or [len(data) or 1]):
        if place >= len(data):
            break
        made += b"".join(one.json for one in pipeline.feed(data[place : place + size]))
        place += size
    return made + b"".join(one.json for one in pipeline.flush(last=True))


def merged(made: bytes) -> list[dict[str, Any]]:
    """Put parts together again; the first holds what a head gave, the last closes."""
    events: list[dict[str, Any]] = []
    open_: dict[str, Any] = {}
    for line in made.splitlines():
        one = orjson.loads(line)
        if not one.pop("partial_message", False):
            assert not open_
            events.append(one)
            continue
        id_, ordinal, last = (one.pop(f"partial_{key}") for key in ("id", "ordinal", "last"))
        assert ordinal == open_.get("ordinal", 0) + 1
        assert id_ == open_.get("id", id_)
        if ordinal == 1:
            events.append(one)
        else:
            events[-1]["message"] += one["message"]
        open_ = {} if last else {"id": id_, "ordinal": ordinal}
    assert not open_
    return events


@examples(200)
@given(
    lines=logs,
    sizes=strategies.chunkings,
    name=st.sampled_from(["auto", *BY_NAME]),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-16-le", "gb18030"]),
    newline=st.sampled_from([b"\n", b"\r\n"]),
    limit=st.sampled_from([64, 100, LIMIT, 1024]),
)
def test_any_chunking_gives_the_same_parts(
    lines: list[bytes], sizes: list[int], name: str, encoding: str, newline: bytes, limit: int
) -> None:
    data = newline.join([*lines, b""]).decode().encode(encoding)
    whole = run(name, data, encoding=encoding, max_event_bytes=limit)
    assert run(name, data, sizes, encoding=encoding, max_event_bytes=limit) == whole
    ends = [orjson.loads(line).get("partial_last", True) for line in whole.splitlines()]
    assert ends[-1]


@examples(200)
@given(
    lines=logs,
    name=st.sampled_from(["raw", "juli", "bracket"]),
    newline=st.sampled_from([b"\n", b"\r\n"]),
)
def test_parts_put_together_are_the_event_without_a_limit(
    lines: list[bytes], name: str, newline: bytes
) -> None:
    data = newline.join([*lines, b""])
    assume(name != "raw" or not stacktraces.opens(data))  # the test below says what is then
    assert merged(run(name, data, max_event_bytes=LIMIT)) == merged(run(name, data))


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_line_that_ends_a_traceback_over_the_limit_is_an_event_of_its_own(size: int) -> None:
    frames = b'Traceback:\n  File "/app/a.py", line 1, in f\n'
    for more, texts in (
        (b"    x\n", [(frames + b"    x\nKeyError: 1").decode()]),
        (b"    x\n" * 60, [(frames + b"    x\n" * 60)[:-1].decode(), "KeyError: 1"]),
    ):
        events = merged(run("raw", frames + more + b"KeyError: 1\n", [size], max_event_bytes=LIMIT))
        assert [event["message"] for event in events] == texts


@pytest.mark.parametrize("name", ["access", "json"])
def test_line_over_the_limit_is_its_own_event_where_lines_stand_alone(name: str) -> None:
    data = b"a" * 1000 + b"\n" + b"b" * 1000 + b"\nc\n"
    texts = [event["message"] for event in merged(run(name, data, max_event_bytes=LIMIT))]
    assert texts == ["a" * 1000, "b" * 1000, "c"]


@pytest.mark.parametrize("size", [1, 7, 255, 256, 257, 100_000])
def test_head_after_a_long_line_that_joined_begins_its_own_event(size: int) -> None:
    data = HEAD + b"x" * 1000 + b"\n" + b"y" * 1000 + b"\n" + HEAD + HEAD
    events = merged(run("juli", data, [size], max_event_bytes=LIMIT))
    assert [event["message"] for event in events] == [
        f"up\n{'x' * 1000}\n{'y' * 1000}",
        "up",
        "up",
    ]


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("newline", [b"", b"\n"])
@pytest.mark.parametrize("long", [200, 700])
def test_last_line_that_takes_an_event_over_the_limit_leaves_in_parts(
    size: int, newline: bytes, long: int
) -> None:
    data = b"x" * 200 + b"\n\ngoroutine 1 [running, " + b"y" * long + newline
    made = run("raw", data, [size], max_event_bytes=LIMIT)
    assert [event["message"] for event in merged(made)] == [data.decode().rstrip()]
    assert max(map(len, made.splitlines())) < 2 * LIMIT


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_line_that_waits_before_a_long_one_may_take_its_event_over_the_limit(size: int) -> None:
    head = b"[2018-01-01 01:01:02] foo - ERROR - foo.bar - Gone.\n"
    data = head + b"waits.for.the.line.below\n" + head[:-1] + b"x" * 100 + b"\n"
    pipeline = Pipeline(parser(FormatOptions()), PipelineOptions(max_event_bytes=64))
    batches = [
        batch
        for place in range(0, len(data), size)
        for batch in pipeline.feed(data[place : place + size])
    ]
    batches += pipeline.flush(last=True)
    records = [orjson.loads(one) for batch in batches for one in batch.json.splitlines()]
    assert [one["partial_ordinal"] for one in records] == [1, 2, 1, 2, 3]
    assert all(len(batch.source) <= 64 for batch in batches)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("name", ["juli", "auto"])
def test_blank_lines_by_the_thousand_leave_in_full_parts(name: str, newline: bytes) -> None:
    data = HEAD + newline * 5000 + b"end\n" + HEAD
    made = run(name, data, max_event_bytes=1024)
    long, short = merged(made)
    assert long["message"] == "up" + "\n" * 5001 + "end"
    assert short["message"] == "up"
    assert made.count(b"\n") <= len(data) // 1000 + 3


def test_carriage_returns_by_the_thousand_leave_in_full_parts() -> None:
    made = run("raw", b"x" * 500 + b"\r" * 5000 + b"y\n", max_event_bytes=1024)
    (event,) = merged(made)
    assert event["message"] == "x" * 500 + "\r" * 5000 + "y"
    assert made.count(b"\n") <= 8


@pytest.mark.parametrize("byte", [b"\x80", b"\xff", b"\0"])
def test_bytes_that_are_no_text_leave_in_full_parts(byte: bytes) -> None:
    made = run("raw", b"x" + byte * 9_999 + b"\n", max_event_bytes=1024)
    (event,) = merged(made)
    assert len(event["message"]) == 10_000
    assert made.count(b"\n") <= 11


CUT_SHORT = [
    # what looks like the start of an event only because the limit cuts it
    ("raw", b"x" * 200 + b"\n", b"Caused by: an exception whose name does not matter here"),
    ("raw", b"x" * 225 + b"\n", b"at a.very.long.name.of.a.Class$Inner.method(Class.java:1)"),
    ("raw", b"x" * 250 + b"\n", b"... 7 more"),
    (
        "auto",
        HEAD + b"x" * 132 + b"\n",
        b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 200 1 x',
    ),
    ("auto", HEAD + b"x" * 200 + b"\n", b'{"a":1} ' + b"and more" * 9),
]


@pytest.mark.parametrize(("name", "start", "line"), CUT_SHORT)
def test_line_cut_short_by_the_limit_begins_no_event(name: str, start: bytes, line: bytes) -> None:
    whole = merged(run(name, start + line + b"\n"))
    assert len(whole) == 1
    for limit in range(len(start) + 1, len(start) + len(line)):
        assert merged(run(name, start + line + b"\n", max_event_bytes=limit)) == whole
