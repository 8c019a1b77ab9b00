"""The compiled road and the plain one say the same, byte for byte."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.fields import dates, levels, strftime, timestamps, zones
from sidecar.fields.reading import Place, Reading
from sidecar.formats import BY_NAME, FORMATS, reference
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Field, Format, Joins, Kind, Sample
from tests import strategies
from tests.properties import examples
from tests.roads import WRITTEN

#: Two that nobody has, for what a declaration can say and none of the formats does.
ALONE = Format(
    name="alone",
    summary="stands alone, with a zone after the fraction and a stamp that may be absent",
    source="here",
    pattern=(
        rb"(?P<name>\w+) (?:-|(?P<timestamp>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d)"
        rb"(?P<fraction>(?:[.,]\d{1,9})?)(?P<offset>Z| ?[+-]\d\d:?\d\d)?) "
        rb"(?:(?P<origin>(?P<level>[A-Z]+)/(?:-|(?P<thread>\w+)))|-) "
        rb"(?P<text>.*?)(?: (?P<size>\d+))?"
    ),
    fields={
        "name": Field(),
        "timestamp": Field(Kind.STAMP, lambda text, _: _stamp(text), optional=True),
        "level": Field(Kind.LOOKUP, lambda text, _: levels.read(text), optional=True),
        "thread": Field(optional=True),
        "text": Field(Kind.QUOTED),
        "size": Field(Kind.DIGITS, optional=True),
    },
    runs={"origin": frozenset({"level", "thread"})},
    loose={"timestamp": rb"[^ ]{11} [^ ]{8}", "origin": rb"[^ ]+/[^ ]+"},
    starts=rb"\w",
    holds=b" ",
)
JOINED = Format(
    name="joined",
    summary="joins, with a zone after the fraction",
    source="here",
    pattern=(
        rb"<(?P<timestamp>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d)(?P<fraction>[.,]\d{1,9})?"
        rb"(?P<offset>Z| ?[+-]\d\d:?\d\d)?> (?P<message>.*)"
    ),
    fields={"timestamp": Field(Kind.STAMP, lambda text, _: _stamp(text)), "message": Field()},
    loose={"timestamp": rb"[^ ]{11} [^ ]{8}"},
    joins=Joins.ANYTHING,
    starts=rb"<",
    holds=b"<",
)
TOLD = Format(
    name="told",
    summary="is nothing but fields whose names the text tells",
    source="here",
    pattern=rb"(?P<pairs>\w*=[^ \n]*(?: \w*=[^ \n]*)*)",
    fields={"pairs": Field(Kind.MEMBERS, lambda text, _: _pairs(text))},
    starts=rb"\w=",
    holds=b"=",
)
TELLING = Format(
    name="telling",
    summary="joins, and its text tells some fields more",
    source="here",
    pattern=rb"!(?P<level>\w+)(?: (?P<pairs>[^|\n]*))?\|(?P<message>.*)",
    fields={
        "level": Field(Kind.LOOKUP, lambda text, _: levels.read(text)),
        "message": Field(),
        "pairs": Field(Kind.MEMBERS, lambda text, _: _pairs(text)),
    },
    joins=Joins.ANYTHING,
    starts=rb"!",
    holds=b"!",
)
YEARLESS = dates.stamp(strftime.parts("%b %d %H:%M:%S"))
TWICE = Format(
    name="twice",
    summary="joins, has two stamps without a year, and may mean nothing",
    source="here",
    pattern=(
        rb"(?P<timestamp>[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d)(?:/(?P<ended>[\w: ]{15}))? "
        rb"(?P<level>\w+) (?P<message>.*)"
    ),
    fields={
        "timestamp": Field(Kind.STAMP, YEARLESS.read),
        "ended": Field(Kind.STAMP, YEARLESS.read, optional=True),
        "level": Field(Kind.LOOKUP, lambda text, _: _known(text)),
        "message": Field(),
    },
    loose={"timestamp": rb"[A-Z][^ ]* [^ ]* [^ ]{8}"},
    joins=Joins.ANYTHING,
    starts=rb"A-Z",
    holds=b":",
    yearless=True,
)
CLAIMING = Format(
    name="claiming",
    summary="every line is an event but what continues a trace",
    source="here",
    pattern=rb"(?P<level>\w+): (?P<message>.*)",
    fields={"level": Field(Kind.LOOKUP, lambda text, _: _known(text)), "message": Field()},
    joins=Joins.TRACES,
    loose={"level": rb"[^: ]+"},
)

OURS = (ALONE, JOINED, TOLD, TELLING, TWICE)
OUR_LINES = [
    b'a 23-Nov-2026 21:46:01.123+09:00 SEVERE/main some \\"text\\" 12',
    b"b 23-Nov-2026 21:46:02,5 +0900 INFO/- text",
    b"c 23-Nov-2026 21:46:02Z - text",
    b"d 23-Nov-2026 25:46:02.5 INFO/x no such hour",
    b"e - INFO/x no stamp",
    b"f - info/x no head",
    b"<23-Nov-2026 21:46:01,25-01:00> said",
    b"<23-Nov-2026 21:46:01Z> said",
    b"<23-Nov-2026 21:46:01> \tsaid",
    b"<99-Nov-2026 21:46:01> no such day",
    b"<xx-Nov-2026 21:46:01> no head",
    b"level=warn user=1 user=2 message=x",
    b'app="a" path=\\ n=7 =',
    b"none= none=",
    b"a=1 a=bad",
    b"!INFO user=kim n=1|said",
    b"!INFO|said",
    b"!INFO level=no message=no none=|said",
    b"!INFO user=bad|said",
    b"!nope user=x|said",
]


#: In Berlin clocks show the hour from two to three twice.
OUR_LINES += [
    *(
        f"{day} {hour}:{minute}:{second} {level} said".encode()
        for day in ("Oct 26", "Mar 29", "Feb 29")
        for hour in ("01", "02", "03")
        for minute, second in (("00", "00"), ("30", "00"), ("30", "59"), ("59", "59"))
        for level in ("INFO", "nope")
    ),
    b"Oct 26 02:10:00/Oct 26 02:20:00 INFO took",
    b"Oct 26 02:50:00/Oct 26 02:05:00 WARN took",
    b"Oct 99 02:50:00 INFO no head",
]


def _known(text: str) -> str:
    if text == "nope":
        raise ValueError
    return levels.read(text)


def _pairs(text: str) -> dict[str, Any]:
    """Read ``a=1 b=x``: a whole number is one, nothing is nothing."""
    pairs = [one.partition("=") for one in text.split(" ") if one]
    if "bad" in text:
        raise ValueError
    return {name: int(one) if one.isdecimal() else one or None for name, _, one in pairs}


def _stamp(text: str) -> str:
    """Read a stamp of JULI's with its offset behind."""
    zone = zones.zone(text[20:].strip() or "+01:00")
    return timestamps.day_month_year(text[:20], Reading(zone))


CONSTANTS: list[dict[str, Any]] = [
    {},
    {"app": "shop"},
    {"user": 'u%"\\', "n": 1, "message": "m"},
    {"path": "/", "timestamp": "never", "level": "none", "thread": 1, "size": None, "format": "f"},
]

READINGS = [
    Reading(),
    Reading(zones.zone("Asia/Seoul"), "us"),
    Reading(UTC, "s"),
    Reading(zones.zone("Europe/Berlin")),
]

#: A day in March.
PLACE = Place(20_515)

RULES: list[dict[str, Any]] = [
    *[{}] * 4,
    {"lone": True},
    {"start": rb"\[|\d"},
    {"start": rb"^\S+ .*$"},
    {"start": rb"\s*(?i:[a-m])\Z|\S"},
]

GOLDEN = [
    line
    for path in sorted(pathlib.Path(__file__).parents[2].glob("formats/*/*.log"))
    for line in path.read_bytes().decode("utf-8", "replace").encode().splitlines()
]


def plain(lines: list[bytes], options: FormatOptions, formats: Sequence[Format] = FORMATS) -> bytes:
    tried = [one for one in formats if one is not RAW]
    if options.format != "auto":
        tried = [one for one in formats if one.name == options.format]
    options = options._replace(reading=options.reading._replace(until=PLACE.until))
    return b"".join(reference.records(lines, tried, RAW, options))


def compiled(
    lines: list[bytes],
    options: FormatOptions,
    formats: Sequence[Format] = FORMATS,
    place: Place = PLACE,
) -> bytes:
    text = b"".join(line + b"\n" for line in lines)
    return b"".join(done.json for done, _ in parser(options, formats).render(text, "", place=place))


def golden_logs() -> st.SearchStrategy[list[bytes]]:
    """Give runs of lines as they stand in the golden files."""
    starts = st.integers(0, len(GOLDEN) - 1)
    return st.builds(lambda start, size: GOLDEN[start : start + size], starts, st.integers(1, 40))


options = st.builds(
    lambda name, constants, reading, rule: FormatOptions(
        format=name, constants=constants, reading=reading, tell=layouts.told, **rule
    ),
    st.sampled_from(["auto", "auto", *BY_NAME]),
    st.sampled_from(CONSTANTS),
    st.sampled_from(READINGS),
    st.sampled_from(RULES),
)


@examples(400)
@given(lines=strategies.logs | golden_logs(), options=options)
@example(
    lines=[b']:1 - - [23/Nov/2026:21:46:01 +0100] "GET / HTTP/1.1" 200 4523'],
    options=FormatOptions(),
)
def test_compiled_and_plain_road_give_the_same_bytes(
    lines: list[bytes], options: FormatOptions
) -> None:
    expected = plain(lines, options)
    assert compiled(lines, options) == expected
    for line in expected.splitlines():
        assert isinstance(orjson.loads(line), dict)


@examples(200)
@given(
    lines=st.lists(st.sampled_from(OUR_LINES) | strategies.lines, min_size=1, max_size=40),
    options=options,
    name=st.sampled_from(["auto", *(one.name for one in OURS)]),
)
def test_whatever_a_declaration_says_both_roads_do(
    lines: list[bytes], options: FormatOptions, name: str
) -> None:
    options = options._replace(format=name, tell=None)  # what is told is of w3c, none of ours
    assert compiled(lines, options, OURS) == plain(lines, options, OURS)


CLAIMED = [
    b"INFO: said",
    b"nope: said",
    b"x-y: no head",
    b"no head",
    b"\tat shop.Cart.add(Cart.java:42)",
    b"Caused by: java.lang.Error: x",
    b"  indented: as a head",
    b"",
    b"goroutine 1 [running]:",
    b"main.main()",
    b"\t/src/a.go:12 +0x1d",
]


@examples(300)
@given(
    lines=st.lists(st.sampled_from(CLAIMED), min_size=1, max_size=20),
    constants=st.sampled_from(CONSTANTS),
)
def test_lines_join_what_is_no_head_too(lines: list[bytes], constants: dict[str, Any]) -> None:
    options = FormatOptions("claiming", constants=constants, layout=CLAIMING)
    reference_ = b"".join(reference.records(lines, [CLAIMING], RAW, options))
    assert compiled(lines, options) == reference_


def test_hour_that_clocks_show_twice_is_read_by_the_order_of_lines() -> None:
    clocks = ["01:59:59", "02:00:00", "02:59:59", "02:00:00", "02:30:00", "03:00:00"]
    lines = [f"Oct 26 {clock} INFO x".encode() for clock in clocks]
    options = FormatOptions("twice", reading=Reading(zones.zone("Europe/Berlin")))
    text = b"".join(line + b"\n" for line in lines)
    lines_parser = parser(options, OURS)
    at_once = [*lines_parser.render(text, "", place=PLACE)]
    (done, _), *_ = at_once
    stamps = [orjson.loads(line)["timestamp"][11:] for line in done.json.splitlines()]
    assert stamps == [f"{one}Z" for one in ("23:59:59", "00:00:00", "00:59:59", "01:00:00",
                                            "01:30:00", "02:00:00")]  # fmt: skip
    assert done.moment == "2025-10-26T01:30:00"
    ahead = [*lines_parser.render(text, "", place=Place(PLACE.day + 366))]
    assert b"2026-10-26" in ahead[0][0].json  # each day by itself, though the lines are alike


def test_fields_that_the_text_tells_win_over_constants_and_added_members() -> None:
    made = parser(FormatOptions("told", constants={"n": 0, "app": "shop"}), OURS)
    text = b"n=7 file=mine level=warn\nx=1\nnone=\n"
    (done, _), *_ = made.render(text, "", (("file", b'"a.log"'),))
    assert [orjson.loads(line) for line in done.json.splitlines()] == [
        {"n": 7, "file": "mine", "level": "warn", "app": "shop"},
        {"x": 1, "n": 0, "app": "shop", "file": "a.log"},
        {"message": "none=", "parse_error": "told", "n": 0, "app": "shop", "file": "a.log"},
    ]
    assert (done.events, done.misfits) == (3, 1)
    assert {key: count for key, count in done.levels.items() if count} == {b"WARN": 1, b"": 2}


def test_added_member_stands_where_an_optional_field_of_its_name_does_not() -> None:
    options = FormatOptions("apache_error", add=("file",))
    text = (
        b"[Thu May 12 08:28:57.652118 2011] [core:error] [pid 8777:tid 4326490] a.c(7): up\n"
        b"[Thu May 12 08:28:58.652118 2011] [core:error] [pid 8777:tid 4326490] up\n"
    )
    (done, _), *_ = parser(options).render(text, "", (("file", b'"error.log"'),))
    assert [orjson.loads(one)["file"] for one in done.json.splitlines()] == ["a.c", "error.log"]


def test_zone_that_follows_the_fraction_is_read_with_the_stamp() -> None:
    made = compiled(OUR_LINES[:2], FormatOptions("alone"), OURS).splitlines()
    stamps = [orjson.loads(line)["timestamp"] for line in made]
    assert stamps == ["2026-11-23T12:46:01.123Z", "2026-11-23T12:46:02.5Z"]
    (record,) = compiled(OUR_LINES[6:7], FormatOptions("joined"), OURS).splitlines()
    assert orjson.loads(record)["timestamp"] == "2026-11-23T22:46:01.25Z"


@examples(100)
@given(lines=strategies.logs, name=st.sampled_from(["auto", *BY_NAME]))
def test_added_members_come_to_each_event_after_its_own(lines: list[bytes], name: str) -> None:
    text = b"".join(line + b"\n" for line in lines)
    bare = parser(FormatOptions(name))
    records = [*map(orjson.loads, compiled(lines, FormatOptions(name)).splitlines())]
    each = [(("nth", b"%d" % number),) for number in range(len(records))]
    made = b"".join(done.json for done, _ in bare.render(text, "", (("all", b"1"),), each, PLACE))
    expected = [{**one, "all": 1, "nth": number} for number, one in enumerate(records)]
    assert [orjson.loads(line) for line in made.splitlines()] == expected


@pytest.mark.parametrize("name", ["auto", *BY_NAME])
def test_events_are_counted_as_they_are_written(name: str) -> None:
    lines = [line.encode() for one in FORMATS for s in one.samples for line in s.event.split("\n")]
    text = b"".join(line + b"\n" for line in lines * 3)
    made = [done for done, _ in parser(FormatOptions(format=name)).render(text, "")]
    written = b"".join(done.json for done in made).count(b"\n")
    assert sum(done.events for done in made) == written
    assert sum(sum(done.levels.values()) for done in made) == written


SAMPLES = [(form, sample) for form in FORMATS for sample in form.samples]


@pytest.mark.parametrize(("form", "sample"), SAMPLES, ids=lambda one: getattr(one, "name", ""))
def test_sample_becomes_its_record(form: Format, sample: Sample) -> None:
    lines = [line.encode() for line in sample.event.split("\n")]
    written = Place((WRITTEN - date(1970, 1, 1)).days)
    made = compiled(lines, FormatOptions(form.name), place=written)
    assert [orjson.loads(line) for line in made.splitlines()] == [dict(sample.record)]
    assert list(orjson.loads(made)) == list(sample.record)


@pytest.mark.parametrize(("form", "sample"), SAMPLES, ids=lambda one: getattr(one, "name", ""))
def test_auto_finds_the_format_of_a_sample(form: Format, sample: Sample) -> None:
    text = sample.event.encode() + b"\n"
    runs = list(parser(FormatOptions()).render(text, ""))
    assert [name or "raw" for _, name in runs] == [form.name]


def test_unreadable_stamp_leaves_the_event_whole() -> None:
    lines = [b"99-Foo-2026 00:00:00.1 INFO [x] a.b c", b"\tat d"]
    (record,) = compiled(lines, FormatOptions("juli")).splitlines()
    assert orjson.loads(record) == {
        "message": "99-Foo-2026 00:00:00.1 INFO [x] a.b c\n\tat d",
        "parse_error": "juli",
    }


@examples(200)
@given(lines=strategies.nearly)
def test_what_tells_soon_that_a_line_is_no_head_is_right(lines: list[bytes]) -> None:
    for form in FORMATS:
        for line in lines:
            if re.fullmatch(form.pattern, line):
                assert not form.starts or re.match(rb"[%b]" % form.starts, line)
                assert re.match(form.opens, line)
                assert form.holds in line


ACCESS_LINE = b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "%b HTTP/1.1" 200 1 "-" "a" %b'


@pytest.mark.parametrize(
    "odd",
    [
        b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET /cut',
        ACCESS_LINE % (b'GET /a\\"b', b"5"),
        ACCESS_LINE % (b'GET /a"b', b"5"),
        ACCESS_LINE % (b"GET /a b", b"5"),
        ACCESS_LINE % (b"G(T /a", b"5"),
        ACCESS_LINE % (b"GET /a", b"-"),
        ACCESS_LINE % (b"GET /a", b"1.2.3"),
        ACCESS_LINE % (b"GET /a", b"5 more"),
    ],
)
def test_line_that_a_loose_expression_takes_for_more_is_read_by_the_pattern(odd: bytes) -> None:
    line = ACCESS_LINE % (b"GET /", b"5")
    lines = [line, odd, line, odd, odd, line]
    assert compiled(lines, FormatOptions("access")) == plain(lines, FormatOptions("access"))


def test_joining_line_before_any_head_is_an_event_of_its_own() -> None:
    made = compiled([b"\tat a", b"\tat b"], FormatOptions("juli")).splitlines()
    assert [orjson.loads(one)["message"] for one in made] == ["\tat a", "\tat b"]


def test_format_that_fits_takes_over_under_auto() -> None:
    juli = b"23-Nov-2026 21:46:01.123 INFO [main] a.b up"
    access = b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 200 1'
    made = compiled([juli, b"\tat x", access, b"\tat y", juli], FormatOptions()).splitlines()
    records = [orjson.loads(one) for one in made]
    assert records[0]["message"] == "up\n\tat x"
    assert records[1]["status"] == 200
    assert records[2] == {"message": "\tat y", "parse_error": "access"}
    assert records[3]["logger"] == "a.b"


def test_line_of_rediss_signal_handler_is_found_without_a_colon() -> None:
    lines = [b"[4711 | signal handler] (1354183202) Received SIGTERM, scheduling shutdown..."]
    (record,) = compiled(lines, FormatOptions()).splitlines()
    assert orjson.loads(record)["timestamp"] == "2012-11-29T10:00:02Z"
