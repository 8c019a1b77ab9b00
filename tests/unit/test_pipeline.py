"""Bytes to batches, whatever the chunks."""

from __future__ import annotations

from itertools import cycle, pairwise

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.fields import zones
from sidecar.fields.reading import Reading
from sidecar.flow import Batch, State
from sidecar.formats import BY_NAME
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.pipeline import Pipeline, PipelineOptions
from tests import strategies
from tests.properties import examples


def make(name: str = "auto", **options: object) -> Pipeline:
    shape = PipelineOptions(**options)  # type: ignore[arg-type]
    adds = FormatOptions(format=name, add=shape.add, tell=layouts.told)
    return Pipeline(parser(adds), shape, path="app.log", identity="1-2")


def run(pipeline: Pipeline, data: bytes, sizes: list[int]) -> list[Batch]:
    batches: list[Batch] = []
    position = 0
    for size in cycle(sizes):
        if position >= len(data):
            break
        batches += pipeline.feed(data[position : position + size])
        position += size
    return [*batches, *pipeline.flush(last=True)]


def json(batches: list[Batch]) -> bytes:
    return b"".join(batch.json for batch in batches)


files = st.builds(
    lambda lines, newline, mark, bad, end: (
        mark + b"".join(line + newline for line in lines).replace(b"a", bad, 2) + end
    ),
    strategies.logs,
    st.sampled_from([b"\n", b"\n", b"\r\n"]),
    st.sampled_from([b"", b"", b"\xef\xbb\xbf"]),
    st.sampled_from([b"a", b"\xff\xfe", b"\xe2\x82"]),
    st.sampled_from([b"", b"last words", b'{"a":1}']),
)


@examples(250)
@given(
    data=files,
    sizes=strategies.chunkings,
    name=st.sampled_from(["auto", "auto", *BY_NAME]),
    add=st.sampled_from([(), ("file", "offset", "format", "id")]),
)
@example(data=b"\0\n", sizes=[1], name="auto", add=())
def test_any_chunking_gives_the_same_output(
    data: bytes, sizes: list[int], name: str, add: tuple[str, ...]
) -> None:
    whole = run(make(name, add=add), data, [len(data)])
    cut = run(make(name, add=add), data, sizes)
    assert json(cut) == json(whole)
    for batches in (whole, cut):
        assert b"".join(batch.source for batch in batches) == data
        assert all(one.end == two.start for one, two in pairwise(batches))
        assert all(one.after == two.before for one, two in pairwise(batches))
        assert all(batch.json.count(b"\n") == batch.events for batch in batches)
    for line in json(whole).splitlines():
        assert isinstance(orjson.loads(line), dict)


@examples(150)
@given(data=files, name=st.sampled_from(["auto", *BY_NAME]), share=st.floats(0, 1))
def test_rest_of_a_cut_batch_follows_from_where_it_was_cut(
    data: bytes, name: str, share: float
) -> None:
    pipeline = make(name)
    batches = run(pipeline, data, [len(data)])
    batch = max(batches, key=lambda one: one.events)
    taken = int(share * batch.events)
    offset, state = pipeline.locate(batch, taken)
    lines = parser(FormatOptions(name, tell=layouts.told))
    again = Pipeline(lines, PipelineOptions(), start=offset, state=state)
    rest = json([*again.feed(data[offset:]), *again.flush(last=True)])
    before = sum(one.events for one in batches[: batches.index(batch)]) + taken
    assert rest == b"".join(json(batches).splitlines(keepends=True)[before:])


@pytest.mark.parametrize("size", [1, 40, 100, 10_000])
def test_order_of_an_hour_that_clocks_show_twice_survives_any_cut(size: int) -> None:
    clocks = ["02:10:00", "02:50:00", "02:20:00", "x", "02:40:00", "02:41:00", "03:00:00"]
    data = b"".join(
        f"26-Oct-2025 {clock}.5 INFO [main] a.b {number}\n".encode()
        for number, clock in enumerate(clocks)
    )
    lines = parser(FormatOptions("juli", reading=Reading(zones.zone("Europe/Berlin"))))
    made, offset, state = b"", 0, State()
    while offset < len(data):
        pipeline = Pipeline(lines, PipelineOptions(), start=offset, state=state)
        batches = [*pipeline.feed(data[offset : offset + size])]
        if not any(batch.events for batch in batches):
            batches += pipeline.feed(data[offset + size :])
            batches += pipeline.flush(last=True)
        batch = next(one for one in batches if one.events)
        made += batch.json.splitlines(keepends=True)[0]
        offset, state = pipeline.locate(batch, 1)  # a restart after each event
    records = [orjson.loads(line) for line in made.splitlines()]
    stamps = [one["timestamp"][11:19] for one in records]
    assert stamps == ["00:10:00", "00:50:00", "01:20:00", "01:40:00", "01:41:00", "02:00:00"]
    assert state.moment == "2025-10-26T01:41:00"


def test_stamp_without_a_year_follows_the_day_its_file_was_written_on() -> None:
    layout = layouts.read({"python": "%(asctime)s %(message)s", "datefmt": "%b %d %H:%M:%S"})
    lines = parser(FormatOptions("python", layout=layout.format))
    one, other = (Pipeline(lines, PipelineOptions(), day=day) for day in (20_453, 20_454))
    years = {}
    for pipeline in (one, other, one):
        (batch,) = [*pipeline.feed(b"Jan 02 00:00:00 x\nDec 31 23:59:59 x\n"), *pipeline.flush()][
            :1
        ]
        years[pipeline.day] = [orjson.loads(one)["timestamp"] for one in batch.json.splitlines()]
    # 31 December 2025, and New Year's Day.
    assert years == {20_453: ["2025-01-02T00:00:00Z"], 20_454: ["2026-01-02T00:00:00Z"]}


def test_open_event_waits_for_the_line_that_is_no_part_of_it() -> None:
    pipeline = make("juli")
    head = b"23-Nov-2026 21:46:01.123 INFO [main] a.b up\n"
    assert list(pipeline.feed(head)) == []
    assert list(pipeline.feed(b"\tat x\n")) == []
    assert pipeline.has_open_event
    (batch,) = pipeline.feed(head)
    assert orjson.loads(batch.json)["message"] == "up\n\tat x"


def test_blank_line_waits_for_the_line_that_tells_whether_it_joins() -> None:
    pipeline = make("raw")
    assert list(pipeline.feed(b"panic: x\n")) == []
    assert list(pipeline.feed(b"\n")) == []
    assert list(pipeline.feed(b"goroutine 1 [running]:\n\n")) == []
    assert pipeline.has_open_event
    assert not pipeline.has_partial_line
    (batch,) = pipeline.feed(b"the next\n")
    made = [orjson.loads(line)["message"] for line in batch.json.splitlines()]
    assert made == ["panic: x\n\ngoroutine 1 [running]:", ""]


def test_line_that_waits_alone_is_an_open_event_and_leaves_when_its_file_is_quiet() -> None:
    pipeline = make("raw")
    assert list(pipeline.feed(b"\n")) == []
    assert pipeline.has_open_event
    assert not pipeline.has_partial_line
    (batch,) = pipeline.flush()
    assert (batch.json, batch.source) == (b'{"message":""}\n', b"\n")
    assert pipeline.pending == 0


def test_partial_line_is_flagged_and_so_is_what_completes_it() -> None:
    pipeline = make("raw")
    assert list(pipeline.feed(b"half")) == []
    (first,) = pipeline.flush(partial=True)
    (second,) = pipeline.feed(b" a line\n")
    assert orjson.loads(first.json) == {"message": "half", "partial_line": True}
    assert orjson.loads(second.json) == {"message": " a line", "partial_line": True}


@pytest.mark.parametrize("size", [1, 7, 1000, 100_000])
def test_line_over_the_limit_leaves_in_parts_that_hold_every_byte(size: int) -> None:
    text = "é0123456789" * 1000
    batches = run(make("raw", max_event_bytes=1024), f"{text}\nnext\n".encode(), [size])
    *parts, last = [orjson.loads(line) for line in json(batches).splitlines()]
    assert last == {"message": "next"}
    assert "".join(part["message"] for part in parts) == text
    assert [part["partial_ordinal"] for part in parts] == list(range(1, len(parts) + 1))
    assert [part["partial_last"] for part in parts] == [False] * (len(parts) - 1) + [True]
    assert len({part["partial_id"] for part in parts}) == 1


def test_pending_bytes_stay_bounded_while_a_line_never_ends() -> None:
    pipeline = make("auto", max_event_bytes=4096)
    held = []
    for _ in range(200):
        list(pipeline.feed(b"x" * 1000))
        held.append(pipeline.pending)
    assert max(held) <= 2 * 4096


def test_byte_order_mark_is_counted_as_skipped() -> None:
    batches = run(make("raw"), b"\xef\xbb\xbfhello\n", [1])
    assert batches[0].skipped == (("bom", 3),)
    assert json(batches) == b'{"message":"hello"}\n'


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_a_mark_is_read_whatever_was_configured(encoding: str) -> None:
    data = "\ufeffhéllo Ċ\nwörld\n".encode(encoding)
    for size in (1, 3, 1000):
        assert json(run(make("raw"), data, [size])) == (
            '{"message":"héllo Ċ"}\n{"message":"wörld"}\n'.encode()
        )


def test_declared_encoding_becomes_utf8() -> None:
    data = "[2018-01-01 01:01:01] a - b - c - 한국어\n".encode("cp949")
    record = orjson.loads(json(run(make("bracket", encoding="cp949"), data, [1])))
    assert record["message"] == "한국어"


def test_offset_of_an_event_is_where_its_first_byte_stands() -> None:
    data = b"[2018-01-01 01:01:01] a - b - c - d\r\nmore\r\n[2018-01-01 01:01:02] a - b - c - e\r\n"
    records = [
        orjson.loads(one) for one in json(run(make(add=("offset",)), data, [9])).splitlines()
    ]
    assert [data[record["offset"]:][:21] for record in records] == [
        b"[2018-01-01 01:01:01]", b"[2018-01-01 01:01:02]",
    ]  # fmt: skip


def test_added_members_come_last_and_say_where_an_event_stood() -> None:
    head = b"[2018-01-01 01:01:01] foo - INFO - a.b - "
    data = b"orphan\n" + head + b"one\nmore\n" + head + b"two\n"
    batches = run(make(add=("id", "offset", "format", "file")), data, [len(data)])
    records = [orjson.loads(line) for line in json(batches).splitlines()]
    assert [[*one][-4:] for one in records] == [["format", "file", "offset", "id"]] * 3
    assert [one["format"] for one in records] == ["raw", "bracket", "bracket"]
    assert [one["offset"] for one in records] == [0, 7, data.index(head + b"two")]
    assert {one["file"] for one in records} == {"app.log"}
    assert len({one["id"] for one in records}) == 3


def test_added_member_takes_the_place_of_a_constant_of_its_name() -> None:
    options = FormatOptions(add=("format",), constants={"format": "mine", "app": "shop"})
    done = b"".join(one.json for one, _ in parser(options).render(b"one\n", ""))
    assert done == b'{"message":"one","app":"shop","format":"raw"}\n'


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_hole_at_the_start_is_skipped_and_counted(size: int) -> None:
    head = b"[2018-01-01 01:01:01] foo - INFO - a.b - one\0two\n"
    pipeline = make()
    batches = run(pipeline, b"\0" * 500 + head, [size])
    assert sum(count for batch in batches for _, count in batch.skipped) == 500
    assert {reason for batch in batches for reason, _ in batch.skipped} == {"nul"}
    (record,) = (orjson.loads(line) for line in json(batches).splitlines())
    assert record["message"] == "one\0two"
    assert sum(len(batch.source) for batch in batches) == 500 + len(head)


def test_file_of_nothing_but_a_hole_is_skipped() -> None:
    batches = run(make(), b"\0" * 500, [100])
    assert json(batches) == b""
    assert sum(count for batch in batches for _, count in batch.skipped) == 500


def test_wide_text_may_begin_with_a_nul_byte() -> None:
    batches = run(make("raw", encoding="utf-16-be"), "ab\n".encode("utf-16-be"), [1])
    assert json(batches) == b'{"message":"ab"}\n'
