"""What detection says of lines, and what it will not say."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.fields.reading import Reading
from sidecar.formats import BY_NAME, FORMATS
from sidecar.formats.detection import (
    CLAIM,
    Finding,
    Part,
    Spot,
    Verdict,
    detect,
    events,
    moment,
    strength,
)
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Format
from tests.properties import examples
from tests.roads import WRITTEN

READING = Reading()

DAY = (WRITTEN - date(1970, 1, 1)).days

JULI = "23-Nov-2026 21:46:{:02}.000 {} [main] a.B.c text"
ACCESS = '192.0.2.7 - - [23/Nov/2026:21:46:{:02} +0000] "GET / HTTP/1.1" 200 {}'

PROSE = (
    """The sea was calm. It was the 23rd of November 2026, at 21:46, and nobody had slept.

  "Is it far?" she asked - and INFO was not what she got.
[An old man in the corner] said: level=7 means nothing here; see page 12.
{In braces}, he added, "things look like data".
192.0.2.7 is an address. 2026-11-23 was a Monday.
"""
    * 5
)

CSV = "id,when,name,amount\n" + "".join(
    f'{number},2026-11-23 21:46:{number:02},"Lee, Ann",{number * 7}.50\n' for number in range(40)
)

CODE = (
    """#!/bin/sh
# log: 23-Nov-2026 21:46:01.123 INFO [main] a.B.c a line that a comment shows
if [ -f /etc/hosts ]; then
    exec "$@"
fi
"""
    * 3
)


def name(format_: Format) -> str:
    return format_.name


def lines(*texts: str) -> list[Part]:
    return [Part("".join(text + "\n" for text in texts).encode())]


def found(*texts: str, beside: FormatOptions | None = None) -> Finding:
    return detect(lines(*texts), READING, given=beside, day=DAY)


# -- what is claimed -------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", [one for one in FORMATS if one is not RAW], ids=name)
def test_samples_of_a_format_are_found_to_be_in_it(format_: Format) -> None:
    finding = found(*(sample.event for sample in format_.samples))
    assert (finding.verdict, finding.chosen) == (Verdict.FORMAT, format_.name)
    assert finding.confidence >= CLAIM


@pytest.mark.parametrize("text", [PROSE, CSV, CODE, "", "\n", "word\n", "[]\n", "a=b\n"])
def test_nothing_is_claimed_of_what_is_no_log(text: str) -> None:
    finding = detect([Part(text.encode())], READING)
    assert (finding.verdict, finding.chosen) == (Verdict.NONE, "raw")


def test_nothing_is_claimed_of_random_bytes() -> None:
    data = random.Random(5).randbytes(200_000).decode("utf-8", "replace").encode()
    assert detect([Part(data + b"\n")], READING).verdict is Verdict.NONE


def test_one_head_that_swallows_a_file_of_something_else_claims_nothing() -> None:
    finding = found(JULI.format(1, "INFO"), *PROSE.splitlines() * 8)
    assert finding.verdict is Verdict.NONE
    assert finding.best
    assert finding.best.format.name == "juli"
    assert finding.confidence < 0.1


def test_text_that_joins_speaks_against_a_format_and_traces_for_it() -> None:
    heads = [JULI.format(second, "INFO") for second in range(4)]
    joined = [part for head in heads for part in (head, "printed by the application")]
    traced = [part for head in heads for part in (head, "\tat a.B.c(B.java:1)")]
    assert found(*heads).confidence == found(*traced).confidence
    assert found(*joined).confidence == pytest.approx(found(*heads).confidence * 4 / 5)
    assert found("before", *heads).confidence == pytest.approx(found(*heads).confidence * 16 / 17)


def test_stamps_that_step_back_and_unknown_levels_take_away() -> None:
    seconds = list(range(0, 60, 2))
    minutes = [f"23-Nov-2026 {one // 4:02}:{one % 4:02}:00 INFO [main] a.B.c x" for one in seconds]
    shuffled = random.Random(1).sample(minutes, len(minutes))
    sure = found(*minutes).confidence
    assert found(*shuffled).confidence < sure * 0.8
    assert found(*(one.replace("INFO", "LIGHT") for one in minutes)).confidence == sure / 2


def test_requests_are_logged_when_they_end_so_small_steps_back_are_none() -> None:
    late = [ACCESS.format(second, 1) for second in (20, 1, 21, 3, 22, 4)]
    finding = found(*late)
    assert (finding.tally.steps, finding.tally.back) == (5, 0)


def test_heads_whose_values_cannot_be_read_speak_against_a_format() -> None:
    finding = found(*(JULI.format(one, "INFO").replace("Nov", "lis") for one in range(5)))
    assert finding.verdict is Verdict.NONE
    assert finding.best
    assert (finding.best.format.name, finding.best.tally.misread) == ("juli", 5)


def test_first_lines_that_do_not_fit_are_told_with_their_places() -> None:
    texts = ["odd", *(ACCESS.format(one, 1) for one in range(8)), "", ACCESS.format(9, "x")]
    assert found(*texts).tally.unfit == [Spot(0, 0), Spot(0, 10)]


def test_events_and_the_time_they_span_are_told() -> None:
    finding = found(JULI.format(7, "INFO"), "\tat a.B.c(B.java:1)", JULI.format(5, "INFO"))
    assert finding.tally.events == 2
    assert finding.tally.begins == datetime(2026, 11, 23, 21, 46, 5, tzinfo=UTC)
    assert finding.tally.ends == datetime(2026, 11, 23, 21, 46, 7, tzinfo=UTC)


# -- several formats -------------------------------------------------------------------------------


def test_file_of_several_formats_is_mixed_and_read_by_auto() -> None:
    texts = [JULI.format(one, "INFO") for one in range(30)]
    texts[10:10] = [ACCESS.format(one, 1) for one in range(10)]
    finding = found(*texts)
    assert (finding.verdict, finding.chosen) == (Verdict.MIXED, "auto")
    assert finding.shares == {"juli": 30, "access": 10}
    assert [one.format.name for one in finding.scores] == ["juli", "access"]


def test_single_line_that_looks_like_another_format_makes_no_mixture() -> None:
    texts = [JULI.format(one, "INFO") for one in range(30)]
    finding = found(*texts, '{"printed": "by an application"}')
    assert finding.chosen == "juli"
    assert finding.shares == {"juli": 30, "json": 1}


def test_format_that_asks_more_of_the_same_lines_wins() -> None:
    own = BY_NAME["json"]._replace(
        name="own", pattern=rb'(?P<object>\{"level":"[a-z]+","msg":".*\})', samples=()
    )
    texts = [f'{{"level":"info","msg":"{one}"}}' for one in range(9)]
    formats = [*FORMATS[:-1], own, RAW]
    finding = detect(lines(*texts), READING, formats)
    assert [one.format.name for one in finding.scores] == ["own", "json"]
    assert strength(own) > strength(BY_NAME["json"])


# -- layouts ---------------------------------------------------------------------------------------


def layout(**spec: str) -> FormatOptions:
    read = layouts.read(spec)
    return FormatOptions(read.grammar, READING, layout=read.format)


def test_layout_is_scored_beside_the_catalogue() -> None:
    texts = [f"[23/Nov/2026:21:46:{one:02} +0000] ::1 200" for one in range(20)]
    finding = found(*texts, beside=layout(tomcat="%t %a %s"))
    assert finding.chosen == "tomcat"
    assert found(*texts).verdict is Verdict.NONE
    other = found(*(JULI.format(one, "INFO") for one in range(9)), beside=layout(tomcat="%t %a %s"))
    assert other.chosen == "juli"


def test_layout_of_some_lines_leaves_a_mixed_file_mixed() -> None:
    texts = [JULI.format(one, "INFO") for one in range(30)]
    texts[10:10] = [ACCESS.format(one, 1) for one in range(10)]
    assert found(*texts, beside=layout(tomcat="common")).verdict is Verdict.MIXED
    loose = layout(log4j="%d{dd-MMM-yyyy HH:mm:ss.SSS} %p [%t] %c %m%n")  # a format has the name
    assert found(*texts[:5], beside=loose).scores[0].format is loose.layout


def test_layout_wins_over_a_format_that_does_as_well() -> None:
    texts = [ACCESS.format(one, 1) for one in range(20)]
    finding = found(*texts, beside=layout(tomcat="common"))
    assert [one.format.name for one in finding.scores] == ["tomcat", "access"]


# -- parts of a file -------------------------------------------------------------------------------


def test_lines_before_the_first_head_are_no_misfits_where_a_part_begins_in_the_middle() -> None:
    text = "\tat a.B.c(B.java:1)\n" + JULI.format(1, "INFO") + "\n"
    whole = detect([Part(text.encode())], READING)
    torn = detect([Part(text.encode(), first=False)], READING)
    assert (whole.tally.misfits, torn.tally.misfits, torn.tally.traces) == (1, 0, 1)


def test_places_name_the_part_and_the_line_in_it() -> None:
    parts = [*lines(*[ACCESS.format(1, 1)] * 3), *lines(ACCESS.format(2, 1), "odd")]
    assert detect(parts, READING).tally.unfit == [Spot(1, 1)]


# -- moments ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        {"timestamp": "2026-11-23T21:46:01.5Z"},
        {"date": "2026-11-23 21:46:01"},
        {"@timestamp": "2026-11-23T22:46:01+0100"},
        {"ts": 1795470361.25},
        {"time": 1795470361123},
        {"t": {"$date": "2026-11-23T21:46:01.123+00:00"}},
        {"time": "soon", "ts": 1795470361000000000},
    ],
)
def test_moment_of_a_record_is_read_from_its_usual_members(record: dict[str, object]) -> None:
    found = moment(record)
    assert found
    assert found.replace(microsecond=0) == datetime(2026, 11, 23, 21, 46, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, True, 7, -1, 1e30, "", "2026-13-40 21:46:01", {}, []])
def test_record_without_a_moment_has_none(value: object) -> None:
    assert moment({"timestamp": value}) is None


LINES = [line for one in FORMATS for event in one.samples for line in event.event.split("\n")]


@pytest.mark.parametrize("format_", ["auto", *(one.name for one in FORMATS)])
@given(texts=st.lists(st.lists(st.sampled_from(["", " ", "odd", *LINES])), max_size=3))
@examples(30)
def test_events_hold_every_line_once_in_order(format_: str, texts: list[list[str]]) -> None:
    parts = [part for number, some in enumerate(texts) for part in lines(*some) if some or number]
    made = [*events(parser(FormatOptions(format_, READING)), parts)]
    for number, part in enumerate(parts):
        own = [one for one in made if one.place.part == number]
        assert b"".join(line for one in own for line in one.lines) == part.text
        assert [one.place.line for one in own] == [
            sum(len(before.lines) for before in own[:place]) for place in range(len(own))
        ]
