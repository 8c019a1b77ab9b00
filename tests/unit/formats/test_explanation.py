"""How far a format gets with a line, and what it says it expected."""

from __future__ import annotations

import re
import time

import orjson
import pytest

from sidecar import layouts
from sidecar.fields.reading import Reading
from sidecar.formats import BY_NAME, FORMATS
from sidecar.formats.explanation import LOOKED_AT, Explanation, Stop, explain
from sidecar.formats.options import FormatOptions
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Field, Format, Joins, Sample
from tests.roads import WRITTEN

ASKING = [one for one in FORMATS if one.joins is not Joins.TRACES]

SAMPLES = [
    pytest.param(format_, sample, id=f"{format_.name}-{number}")
    for format_ in ASKING
    for number, sample in enumerate(format_.samples, 1)
]


def explained(line: str, name: str) -> Explanation:
    return explain(line.encode(), BY_NAME[name], FormatOptions(name, Reading(until=WRITTEN)))


def stop(line: str, name: str) -> Stop:
    found = explained(line, name).stop
    assert found
    return found


@pytest.mark.parametrize(("format_", "sample"), SAMPLES)
def test_sample_fits_and_gives_its_record(format_: Format, sample: Sample) -> None:
    found = explained(sample.event, format_.name)
    assert found.stop is None
    assert found.record
    assert orjson.loads(found.record) == dict(sample.record)


def test_raw_takes_any_line() -> None:
    assert explained("whatever", RAW.name).record == b'{"message":"whatever"}'


@pytest.mark.parametrize(
    ("name", "line", "fit", "expected", "group"),
    [
        ("juli", "23-Nov-2026 21:46:01.1 INFO main a.B.c x", "23-Nov-2026 21:46:01.1 INFO ",
         '"["', ""),
        ("juli", "3-Nov-2026 21:46:01", "3", "a digit", "timestamp"),
        ("juli", "23-Nov-2026 21:4", "23-Nov-2026 21:4", "a digit", "timestamp"),
        ("juli", "", "", "a digit", "timestamp"),
        ("access", '::1 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 2x0 5',
         '::1 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 2', "a digit", "status"),
        ("access", '::1 - - [23/Nov/2026:21:46:01 +0000] "GET /주문 HTTP/1.1" 200 5 x',
         '::1 - - [23/Nov/2026:21:46:01 +0000] "GET /주문 HTTP/1.1" 200 5 ', "a digit", "duration"),
        ("jboss", "2026-11-24 10:00:00,120 INFO  [a.b] (main)no",
         "2026-11-24 10:00:00,120 INFO  [a.b] (main)", "a blank", ""),
        ("bracket", "[2018-01-01] foo - INFO - a.b - x", "[2018-01-01", "a blank", "date"),
    ],
)  # fmt: skip
def test_stop_is_where_the_longest_beginning_ends(
    name: str, line: str, fit: str, expected: str, group: str
) -> None:
    found = stop(line, name)
    assert line[: found.at] == fit
    assert expected in found.expected.split(" or ")
    assert found.group == group


def test_what_fit_before_is_named_with_its_place() -> None:
    found = stop("23-Nov-2026 21:46:01.123 INFO main a.B.c x", "juli")
    assert (found.after, found.since) == ("level", 25)
    assert 0.5 < found.share < 0.8


def test_choices_are_all_named_up_to_a_few() -> None:
    found = stop("2026-11-24 10:00:00,123 x", "log4j")
    assert found.expected.endswith(" or …")
    assert found.expected.count(" or ") == 6


def test_choice_that_goes_further_than_the_one_that_fits_is_found() -> None:
    line = "2026-11-24 10:00:00,123 INFO  [main org.example.Shop - no end of the thread"
    found = stop(line, "log4j")
    assert found.at == len(line)
    assert '"] "' in found.expected.split(" or ")


@pytest.mark.parametrize(
    ("line", "at", "name", "said"),
    [
        ("31-Nov-2026 21:46:01 INFO [main] a.B.c x", 0, "juli", "day is out of range for month"),
        ('::1 - - [23/lis/2026:21:46:01 +0000] "-" 200 5', 9, "access", "is no stamp"),
    ],
)
def test_value_that_means_nothing_is_told_with_the_reason(
    line: str, at: int, name: str, said: str
) -> None:
    found = stop(line, name)
    assert (found.at, found.group, found.share) == (at, "timestamp", 1.0)
    assert said in found.expected


@pytest.mark.parametrize(
    ("line", "at"), [('{"a":NaN}', 5), ('{"주문":}', 6), ('{"cut":"of', 10), ("[1]", 0), ("x", 0)]
)
def test_json_stops_where_the_object_breaks(line: str, at: int) -> None:
    assert stop(line, "json").at == at


def test_lines_that_join_are_part_of_the_event_and_others_end_it() -> None:
    head = "23-Nov-2026 21:46:01.123 INFO [main] a.B.c x"
    assert explained(head + "\n\tat a.B.c(B.java:1)", "juli").stop is None
    line = '::1 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 200 5'
    found = stop(line + "\n\tat a.B.c(B.java:1)", "access")
    assert found.at == len(line)
    assert "the end of the line" in found.expected


def test_layout_is_explained_like_a_format() -> None:
    read = layouts.read({"logback": "%d [%t] %p %c - %m%n"})
    options = FormatOptions("logback", layout=read.format)
    fits = explain(b"2026-11-24 10:00:00,123 [main] INFO a.B - x", read.format, options)
    assert fits.stop is None
    found = explain(b"2026-11-24 10:00:00,123 [main] INFO a.B: x", read.format, options).stop
    assert found
    assert found.after == "logger"


def slow(pattern: bytes) -> Format:
    return Format("slow", "", "", pattern, {"a": Field()})


@pytest.mark.parametrize(
    ("pattern", "text", "at", "expected"),
    [
        (rb"(?P<a>[^x]+)x", b"abc", 3, '"x"'),
        (rb"(?P<a>a+?)b", b"aaac", 3, '"b"'),
        (rb"(?P<a>a)(?!bc|d)", b"abc", 1, 'other than "bc" or "d"'),
        (rb"(?P<a>a)(?:b{3}|c)", b"abb", 3, '"b"'),
        (rb"(?P<a>a)(?>b+c)d", b"abbbe", 4, '"c"'),
        (rb"(?P<a>a)[^b]", b"ab", 1, 'anything but "b"'),
        (rb"(?P<a>a)(?=bcd)b", b"abc", 3, '"d"'),
        (rb"(?P<a>a) (?:\w\s)*\.", b"a b c d", 7, "white space"),
        (rb"(?P<a>a).\t", b"ab ", 2, "a tab"),
        (rb"(?P<a>a)[^\n \"]", b"a ", 1, "anything but a blank, '\"'"),
        (rb"(?P<a>a)[A-Za-z0-9][\x10-\x20]", b"a!", 1, "a capital or a small letter or a digit"),
        (rb"(?P<a>a)(?!.)b", b"ab", 1, "the end of the line"),
        (rb"(?P<a>a)(?![^\n])b", b"ab", 1, "the end of the line"),
        (rb"a(?P<a> ?\d{2})?\]? \[x", b"a 17]", 5, '" [x"'),
        (rb"(?P<a>a)b", b"abc", 2, "the end of the line"),
    ],
)
def test_every_kind_of_item_says_where_it_stops(
    pattern: bytes, text: bytes, at: int, expected: str
) -> None:
    found = explain(text, slow(pattern), FormatOptions("slow")).stop
    assert found
    assert (found.at, found.expected) == (at, expected)


@pytest.mark.parametrize(("format_", "sample"), SAMPLES)
def test_line_broken_anywhere_stops_no_sooner(format_: Format, sample: Sample) -> None:
    line = sample.event.split("\n")[0]
    for place in range(0, len(line), max(1, len(line) // 5)):
        found = explained(line[:place] + "\n", format_.name).stop  # no group takes a newline
        # What looks ahead may hold the last character back.
        assert found is None or found.at >= place - 1 or format_.passes


@pytest.mark.parametrize("format_", ASKING, ids=lambda one: one.name)
@pytest.mark.parametrize("worst", ["x", '"', "\\", " ", '[a b="c"'])
def test_hostile_line_is_explained_in_bounded_time(format_: Format, worst: str) -> None:
    started = time.process_time()
    for head in ("", format_.samples[0].event.split("\n")[0][:-3]):
        explained(head + worst * (100_000 // len(worst)), format_.name)
    assert time.process_time() - started < 5


def test_no_more_of_a_long_line_is_looked_at_than_is_said() -> None:
    assert stop("x" * LOOKED_AT * 2, "access").at == LOOKED_AT
    assert re.match(r"a blank", stop("x" * LOOKED_AT * 2, "access").expected)
