"""What a sample tells of units, and of the order of day and month."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sidecar import layouts
from sidecar.formats import BY_NAME
from sidecar.formats.doubts import Answer, answers

ACCESS = '192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 200 12 {}\n'


def said(format_: str, texts: Sequence[object], **spec: object) -> list[Answer]:
    read = layouts.read(spec).format if spec else BY_NAME["access"]
    return [*answers(read, [format_.format(text).encode() for text in texts])]


@pytest.mark.parametrize(
    ("numbers", "unit"),
    [
        ([0, 1, 3, 2, 15, 800] * 4, "ms"),
        ([900, 1500, 30000, 2500, 12000, 88] * 4, "us"),
        ([30, 120, 44, 310, 95, 200] * 4, ""),
        ([1500, 1800], ""),
    ],
)
def test_unit_of_durations_is_told_where_it_shows(numbers: list[int], unit: str) -> None:
    (answer,) = said(ACCESS, numbers)
    assert answer.unit == unit
    assert f"of {len(numbers)} whole numbers" in answer.text


@pytest.mark.parametrize("texts", [["0.012", "1.5"], ["-"]])
def test_fractions_and_absent_durations_leave_nothing_open(texts: list[str]) -> None:
    assert said(ACCESS, texts) == []


def test_unit_that_a_layout_knows_is_not_open() -> None:
    assert said("{}", range(30), tomcat="%D")[0].unit == "ms"
    assert said("{}", range(30), tomcat="%D", version=10) == []


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (["10/11/26", "23/11/26"], "timestamp: the day comes first, as in 23/11/26"),
        (["10/11/26", "11/23/26"], "timestamp: the month comes first, as in 11/23/26"),
        (["10/11/26", "11/11/26", "12/11/26"],
         "timestamp: the day seems to come first in 10/11/26; the other number stays"),
        (["11/10/26", "11/11/26", "11/12/26"],
         "timestamp: the month seems to come first in 11/10/26; the other number stays"),
        (["10/11/26", "10/11/26"],
         "timestamp: whether 10/11/26 has its day or its month first does not show"),
    ],
)  # fmt: skip
def test_order_of_day_and_month_is_told_by_the_numbers(days: list[str], text: str) -> None:
    layout = r"(?P<time>\d+/\d+/\d+ \d+:\d+:\d+) (?P<message>.*)"
    read = layouts.read({"regex": layout, "time": "%d/%m/%y %H:%M:%S"}).format
    loose = read._replace(pattern=rb"(?P<timestamp>\S+ \S+) (?P<message>.*)")
    assert [one.text for one in answers(loose, [f"{day} 1:2:3 x".encode() for day in days])] == [
        text
    ]


def test_stamps_with_names_of_months_leave_nothing_open() -> None:
    assert said(ACCESS, ["-"]) == []
