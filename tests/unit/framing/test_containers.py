"""What container runtimes put around lines comes off again; what is within is read as if alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.flow import Batch, State
from sidecar.formats.cri import CRI
from sidecar.formats.docker import DOCKER
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.formats.spec import Format
from sidecar.framing.containers import Unwrapping, wrapping
from sidecar.pipeline import Pipeline, PipelineOptions
from tests import strategies
from tests.properties import examples
from tests.unit.test_pipeline import json, run

KINDS = ("cri", "docker")

STAMP = "2026-11-24T10:00:00.5Z"

#: Text, whether it is a part, stream.
Piece = tuple[bytes, bool, str]


def record(kind: str, text: bytes, *, part: bool = False, stream: str = "stdout") -> bytes:
    """Put around text what a runtime does."""
    if kind == "cri":
        return b"%b %b %b %b\n" % (STAMP.encode(), stream.encode(), b"FP"[part : part + 1], text)
    log = text.decode() + ("" if part else "\n")
    return orjson.dumps({"log": log, "stream": stream, "time": STAMP}) + b"\n"


def wrapped(kind: str, pieces: Iterable[Piece]) -> bytes:
    return b"".join(record(kind, text, part=part, stream=to) for text, part, to in pieces)


def make(name: str, limit: int = 262_144, state: State | None = None, start: int = 0) -> Pipeline:
    options = PipelineOptions(limit)
    return Pipeline(
        parser(FormatOptions(name, tell=layouts.told)), options, state=state, start=start
    )


def bare(json: bytes) -> list[dict[str, object]]:
    """Give the records without what stood around their lines."""
    records = [orjson.loads(line) for line in json.splitlines()]
    for one in records:
        one.pop("stream", "")
        if one.get("timestamp") == STAMP:
            del one["timestamp"]
    return records


@st.composite
def cut(draw: st.DrawFn, lines: Sequence[bytes]) -> list[Piece]:
    """Cut lines into parts, between characters, as the one or other runtime does."""
    pieces: list[Piece] = []
    for line in lines:
        text = line.decode("utf-8", "replace").replace("\n", "").replace("\r", "")
        places = draw(st.lists(st.integers(0, len(text)), max_size=2).map(sorted))
        ends = [0, *places, len(text)]
        parts = [text[one:two].encode() for one, two in pairwise(ends)]
        pieces += [(part, True, "stdout") for part in parts[:-1]]
        pieces.append((parts[-1], False, "stdout"))
    return pieces


# -- records -------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", [CRI, DOCKER], ids=lambda one: one.name)
def test_a_record_by_itself_is_the_runtimes(format_: Format) -> None:
    text = "".join(one.event + "\n" for one in format_.samples).encode()
    ((done, _),) = parser(FormatOptions(format_.name)).render(text, "")
    assert [orjson.loads(line) for line in done.json.splitlines()] == [
        dict(one.record) for one in format_.samples
    ]


@pytest.mark.parametrize(
    ("line", "whole", "name"),
    [
        (b"2026-11-24T10:00:00Z stdout F text", True, "cri"),
        (b"2026-11-24T10:00:00Z stdout F ", False, "cri"),
        (b"2026-11-24T10:00:00Z stdout F", False, None),
        (b"2026-11-24T10:00:00Z stdout F", True, "cri"),
        (b"2026-11-24T10:00:00Z stdo", False, None),
        (b"2026-11-24T10:00:00Z stdo", True, ""),
        (b"", False, None),
        (b"", True, ""),
        (b"2026-11-24 10:00:00 INFO main up and running, and more than a head has", False, ""),
        (b'{"lo', False, None),
        (b'{"level":', False, ""),
        (b'{"log":"' + b"x" * 9000, False, None),
        (b'{"log":"x\\n","stream":"stdout","time":"2026-11-24T10:00:00Z"}', True, "docker"),
        (b'{"log":"x\\n","stream":"stdout","time":"2026-11-24T10:00:00Z"}', False, None),
        (b'{"log":"x\\n","stream":"stdout","time":"2026-11-24T10:00:00Z"}x', False, None),
        (b'{"log":"x\\n","stream":"stdout","time":"2026-11-24T10:00:00Z"}x', True, ""),
        (b'{"log":"x\\ny\\n","stream":"stdout","time":"2026-11-24T10:00:00Z"}', True, ""),
        (b'{"log":"x\\n","stream":"stdout"}', True, ""),
        (b'{"log":{"level":"info"}}', True, ""),
        (b"GET / HTTP/1.1", False, ""),
    ],
)
def test_a_first_line_tells_what_is_around(line: bytes, whole: bool, name: str | None) -> None:
    assert wrapping(line, KINDS, whole=whole) == name


def test_one_name_is_taken_at_its_word() -> None:
    assert wrapping(b"a greeting", ("cri",), whole=False) == "cri"


@examples(200)
@given(
    kind=st.sampled_from(KINDS),
    pieces=st.lists(
        st.tuples(
            st.sampled_from([b"", b"a", b"two words", "é 유".encode(), b" x", b"x\r"]),
            st.booleans(),
            st.sampled_from(["stdout", "stdout", "stderr"]),
        ),
        max_size=8,
    ),
    junk=st.lists(st.integers(0, 8), max_size=2),
)
def test_places_agree_with_the_text(kind: str, pieces: list[Piece], junk: list[int]) -> None:
    rows = [record(kind, text, part=part, stream=to) for text, part, to in pieces]
    for place in junk:
        rows.insert(place, b"no record\n")
    source = b"".join(rows)
    decoder = Unwrapping(kind, "utf-8", 9999)
    ends, start = [], 0
    while (end := decoder.first_end(source, start)) >= 0:
        ends.append(end)
        start = end
    assert decoder.last_end(source) == (ends[-1] if ends else 0)
    assert decoder.lines(source[: decoder.last_end(source)]).count(b"\n") == len(ends)
    for one, two in pairwise([0, *ends]):
        assert decoder.lines(source[one:two]).count(b"\n") == 1
        assert decoder.back(source[:two], two, 1) == one
    if ends:
        text = b"".join(decoder.lines(source[one:two]) for one, two in pairwise([0, *ends]))
        assert decoder.lines(source[: ends[-1]]) == text


# -- files ---------------------------------------------------------------------------------------


@examples(200)
@given(data=st.data(), kind=st.sampled_from(KINDS), lines=strategies.logs)
def test_what_is_within_is_read_as_if_it_was_alone(
    data: st.DataObject, kind: str, lines: list[bytes]
) -> None:
    """But for its stream, and its stamp where it has none."""
    pieces = data.draw(cut([HEAD, *lines]))  # a line that is not another runtime's first
    whole = [b"".join(text for text, _, _ in some) + b"\n" for some in _by_line(pieces)]
    made = bare(json(run(make("auto"), wrapped(kind, pieces), [1 << 20])))
    alone = run(make("auto"), b"".join(whole), [1 << 20])
    assert made == bare(json(alone))


def _by_line(pieces: Iterable[Piece]) -> Iterable[list[Piece]]:
    line: list[Piece] = []
    for piece in pieces:
        line.append(piece)
        if not piece[1]:
            yield line
            line = []


HEAD = b"[2026-11-24 10:00:00] a - INFO - b - "

STAMPED = b"24-Nov-2026 10:00:00.123 INFO [main] a.B.c "

#: Lines that are no record, of which some are one until their last byte.
BEGUN = (
    b"no record",
    b"2026-11-24T10:00:00Z std",
    b"2026-11-24T10:00:00Z stderr Fx",
    b'{"log":"x\\n","stream":"stderr","time":"2026-11-24T10:00:00.5Z"}x',
)

streams = st.lists(
    st.tuples(
        st.sampled_from(
            [
                HEAD + b"x",
                HEAD + b"y" * 90,
                STAMPED,
                STAMPED + b"x",
                b"\tat a.b(C.java:1)",
                b"",
                b"text" * 9,
                b"#Fields: time c-ip",
                b"10:00:00 ::1",
            ]
        ),
        st.sampled_from([False, False, True]),
        st.sampled_from(["stdout", "stderr"]),
    ),
    max_size=14,
)


@examples(400)
@given(
    kind=st.sampled_from(KINDS),
    name=st.sampled_from(["auto", "by name"]),
    pieces=streams,
    end=st.sampled_from([b"", *BEGUN, *(one + b"\n" for one in BEGUN)]),
    limit=st.sampled_from([160, 300, 262_144]),
    sizes=strategies.chunkings,
)
@example("cri", "auto", [(HEAD + b"x", False, "stdout")], b"", 262_144, [7])
@example(
    kind="cri",
    name="auto",
    pieces=[
        (HEAD + b"x", False, "stdout"),
        (b"#Fields: time c-ip", True, "stdout"),
        (HEAD + b"x", False, "stdout"),
        (b"#Fields: time c-ip", False, "stdout"),
    ],
    end=b"",
    limit=160,
    sizes=[1],
)
@example(
    kind="docker",
    name="auto",
    pieces=[
        (HEAD + b"x", False, "stderr"),
        (b"10:00:00 ::1", True, "stderr"),
        (HEAD + b"x", True, "stderr"),
        (HEAD + b"x", False, "stdout"),
    ],
    end=b"",
    limit=160,
    sizes=[140, 55],
)
def test_any_chunking_gives_the_same(
    kind: str, name: str, pieces: list[Piece], end: bytes, limit: int, sizes: list[int]
) -> None:
    data = wrapped(kind, pieces) + end
    chosen = kind if name == "by name" else "auto"
    whole = run(make(chosen, limit), data, [len(data) or 1])
    apart = run(make(chosen, limit), data, sizes)
    assert json(apart) == json(whole)
    for batches in (whole, apart):
        _is_sound(batches, data)


def _is_sound(batches: list[Batch], data: bytes) -> None:
    assert b"".join(batch.source for batch in batches) == data
    assert all(one.after == two.before for one, two in pairwise(batches))
    assert all(batch.json.count(b"\n") == batch.events for batch in batches)
    for line in json(batches).splitlines():
        assert isinstance(orjson.loads(line), dict)


@examples(200)
@given(kind=st.sampled_from(KINDS), pieces=streams, place=st.integers(0, 13), share=st.floats(0, 1))
def test_a_restart_between_events_goes_on(
    kind: str, pieces: list[Piece], place: int, share: float
) -> None:
    data = wrapped(kind, pieces)
    pipeline = make("auto")
    batches = [*pipeline.feed(data), *pipeline.flush(last=True)]
    if not batches:
        return
    batch = batches[place % len(batches)]
    offset, state = pipeline.locate(batch, events := round(share * batch.events))
    before = batches[: batches.index(batch)]
    lines = json(before).splitlines() + batch.json.splitlines()[:events]
    after = run(make("auto", state=state, start=offset), data[offset:], [1 << 20])
    assert lines + json(after).splitlines() == json(batches).splitlines()


def test_text_of_two_streams_never_mixes() -> None:
    pieces = [
        (HEAD + b"out", False, "stdout"),
        (b"\tat a.b(C.java:1)", False, "stdout"),
        (b"\tat d.e(F.java:1)", False, "stderr"),
        (HEAD + b"err", False, "stderr"),
        (b"\tat d.e(F.java:2)", False, "stderr"),
        (b"\tat a.b(C.java:2)", False, "stdout"),
    ]
    made = [orjson.loads(line) for line in json(run(make("auto"), wrapped("cri", pieces), [9999]))
            .splitlines()]  # fmt: skip
    assert [(one["stream"], one["message"]) for one in made] == [
        ("stdout", "out\n\tat a.b(C.java:1)"),
        ("stderr", "\tat d.e(F.java:1)"),
        ("stderr", "err\n\tat d.e(F.java:2)"),
        ("stdout", "\tat a.b(C.java:2)"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_of_many_parts_leaves_in_parts_of_its_own(kind: str) -> None:
    text = [b"%04d" % number * 20 for number in range(40)]
    pieces = [(HEAD, True, "stdout"), *((one, True, "stdout") for one in text)]
    data = wrapped(kind, [*pieces, (b"end", False, "stdout"), (HEAD + b"next", False, "stdout")])
    records = [orjson.loads(line) for line in json(run(make(kind, 1000), data, [70])).splitlines()]
    *parts, last = records
    assert [one["partial_ordinal"] for one in parts] == [*range(1, len(parts) + 1)]
    assert [one["partial_last"] for one in parts] == [False] * (len(parts) - 1) + [True]
    assert "".join(one["message"] for one in parts) == b"".join(text).decode() + "end"
    assert last["message"] == "next"
    assert {one["stream"] for one in records} == {"stdout"}


def test_streams_of_parts_are_told_apart() -> None:
    rows = [(HEAD + b"x" * 300, False, "stdout"), (b"\ty" * 20, False, "stdout")]
    data = wrapped("cri", [*rows, (b"\tz", False, "stderr")])
    records = [orjson.loads(line) for line in json(run(make("cri", 250), data, [9])).splitlines()]
    assert [one["message"] for one in records if one["stream"] == "stderr"] == ["\tz"]
    text = "".join(one["message"] for one in records if one["stream"] == "stdout")
    assert text == "x" * 300 + "\n" + "\ty" * 20


def test_by_stream_and_event_keys_stand_once() -> None:
    rows = [(b'{"stream":"mine","timestamp":"now"}', False, "stdout"), (b"{}", False, "stdout")]
    made = json(run(make("auto"), wrapped("cri", rows), [999])).splitlines()
    assert made == [
        b'{"stream":"mine","timestamp":"now"}',
        b'{"stream":"stdout","timestamp":"%b"}' % STAMP.encode(),
    ]


def test_stamp_is_added_where_the_line_has_none() -> None:
    rows = [
        *[(STAMPED + b"x", False, "stdout")] * 3,
        (b"31-Nov-2026 10:00:00.123 INFO [main] a.B.c x", False, "stdout"),
        (STAMPED + b"x", False, "stdout"),
    ]
    made = json(run(make("auto"), wrapped("cri", rows), [9999])).splitlines()
    stamps = [orjson.loads(line)["timestamp"] for line in made]
    own = "2026-11-24T10:00:00.123Z"
    assert stamps == [own, own, own, STAMP, own]
    assert all(orjson.loads(line)["stream"] == "stdout" for line in made)


def test_lines_are_grouped_by_what_came_first() -> None:
    """A file that only looks like one of a runtime's after its first line is read flat."""
    data = b"started\n" + wrapped("cri", [(HEAD + b"x", False, "stdout")])
    first, second = (
        orjson.loads(line) for line in json(run(make("auto"), data, [999])).splitlines()
    )
    assert first == {"message": "started"}
    assert second["message"].encode() == HEAD + b"x"
    assert [key for key, _ in groupby(second)] == ["timestamp", "stream", "message"]
