"""A ``#Fields`` line in a file says how the lines below it are read."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sidecar import layouts
from sidecar.flow import State
from sidecar.formats.headed import bare
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.pipeline import Pipeline, PipelineOptions

HEADER = "#Fields: date time c-ip sc-status"
LINE = "2026-11-24 10:00:00 ::1 200"
READ = {"timestamp": "2026-11-24T10:00:00Z", "client_ip": "::1", "status": 200}

OTHER = "#Fields: sc-status c-ip"
OTHER_LINE = "404 192.0.2.7"
OTHER_READ = {"status": 404, "client_ip": "192.0.2.7"}

JULI = "24-Nov-2026 10:00:00.123 INFO [main] a.B.c up"


def pipeline(name: str = "auto", **place: Any) -> Pipeline:
    options = FormatOptions(name, tell=layouts.told)
    return Pipeline(parser(options), PipelineOptions(), **place)


def records(lines: list[str], name: str = "auto") -> list[dict[str, Any]]:
    data = "".join(line + "\n" for line in lines).encode()
    one = pipeline(name)
    batches = [*one.feed(data), *one.flush(last=True)]
    return [orjson.loads(line) for batch in batches for line in batch.json.splitlines()]


@pytest.mark.parametrize("name", ["auto", "w3c"])
def test_line_that_tells_rules_those_below_it_up_to_the_next(name: str) -> None:
    lines = [HEADER, LINE, OTHER_LINE, OTHER, OTHER_LINE, LINE, HEADER, LINE]
    _, *made = records(lines, name)
    assert made == [
        READ,
        {"message": OTHER_LINE, "parse_error": "w3c"},
        {"message": OTHER, "parse_error": "w3c"},
        OTHER_READ,
        {"message": LINE, "parse_error": "w3c"},
        {"message": HEADER, "parse_error": "w3c"},
        READ,
    ]


def test_it_rules_on_below_lines_of_another_format() -> None:
    made = records([HEADER, LINE, JULI, "\tat a.b(C.java:1)", LINE])
    assert made[1] == made[3] == READ
    assert made[2]["message"] == "up\n\tat a.b(C.java:1)"


def test_it_is_an_event_by_itself_where_other_lines_would_join() -> None:
    first, second, third = records([JULI, HEADER, LINE])
    assert first["message"] == "up"
    assert second == {"message": HEADER, "parse_error": "juli"}
    assert third == READ


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_it_ends_an_event_over_the_limit(size: int) -> None:
    data = f"{JULI}{'x' * 200}\n\tat a.b(C.java:1)\n{HEADER}\n{LINE}\n".encode()
    one = Pipeline(parser(FormatOptions(tell=layouts.told)), PipelineOptions(max_event_bytes=64))
    pieces = [data[place : place + size] for place in range(0, len(data), size)]
    batches = [batch for piece in pieces for batch in one.feed(piece)]
    batches += one.flush(last=True)
    *parts, header, line = [
        orjson.loads(record) for batch in batches for record in batch.json.splitlines()
    ]
    assert "".join(part["message"] for part in parts) == f"up{'x' * 200}\n\tat a.b(C.java:1)"
    assert parts[-1]["partial_last"]
    assert header == {"message": HEADER, "parse_error": "juli"}
    assert line == READ


@pytest.mark.parametrize(
    "line", ["#Fields: date nobody-knows", "#Fields:", "#Fields: " + "c-ip " * 500, " " + OTHER]
)
def test_line_that_cannot_be_read_rules_nothing(line: str) -> None:
    *_, below = records([HEADER, line, LINE])
    assert below == READ


def test_it_rules_over_a_restart() -> None:
    one = pipeline()
    data = f"{HEADER}\n{LINE}\n".encode()
    batches = [*one.feed(data), *one.flush(last=True)]
    again = pipeline(start=len(data), state=batches[-1].after)
    (batch,) = again.feed(f"{LINE}\n".encode())
    assert orjson.loads(batch.json) == READ


def test_state_without_it_is_read_as_before() -> None:
    one = pipeline(state=State(format="w3c", encoding="utf-8"))
    (batch,) = one.feed(f"{LINE}\n".encode())
    assert orjson.loads(batch.json) == {"message": LINE, "parse_error": "w3c"}


def test_events_are_counted_under_the_name_alone() -> None:
    one = pipeline()
    list(one.feed(f"{HEADER}\n{LINE}\n{LINE}\n".encode()))
    assert {name for name, _ in one.counts.events} == {"raw", "w3c"}
    assert bare(one.state.format) == "w3c"


def test_layout_given_is_the_only_one() -> None:
    layout = layouts.read({"tomcat": OTHER})
    options = FormatOptions("tomcat", layout=layout.format, tell=layouts.told)
    one = Pipeline(parser(options), PipelineOptions())
    (batch,) = one.feed(f"{HEADER}\n{OTHER_LINE}\n".encode())
    assert [orjson.loads(line) for line in batch.json.splitlines()] == [
        {"message": HEADER, "parse_error": "tomcat"},
        OTHER_READ,
    ]
