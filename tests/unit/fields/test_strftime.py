"""strftime's date patterns, and Apache's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import dates, strftime
from sidecar.fields.dates import Part
from sidecar.fields.reading import Reading

READING = Reading(UTC, until=date(2026, 11, 25))


def record(parts: tuple[Part, ...], text: str) -> str:
    """Read a stamp as a format does: by its groups."""
    stamp = dates.stamp(parts)
    found = re.fullmatch(stamp.groups(), text.encode())
    assert found, stamp.groups()
    groups = {name: value.decode() for name, value in found.groupdict().items()}
    read = stamp.read(groups["timestamp"] + groups.get("offset", ""), READING)
    return f"{read}{groups.get('fraction', '').replace(',', '.')}Z"


STAMPS = [
    ("%Y-%m-%d %H:%M:%S", "2026-11-03 09:46:01", "2026-11-03T09:46:01Z"),
    ("%Y-%m-%d %H:%M:%S,%3N", "2026-11-03 09:46:01,123", "2026-11-03T09:46:01.123Z"),
    ("%F %T.%f", "2026-11-03 09:46:01.123456", "2026-11-03T09:46:01.123456Z"),
    ("%FT%T.%N%:z", "2026-11-03T09:46:01.123456789+01:00", "2026-11-03T08:46:01.123456789Z"),
    ("%FT%T.%L%z", "2026-11-03T09:46:01.123+0100", "2026-11-03T08:46:01.123Z"),
    ("%FT%TZ", "2026-11-03T09:46:01Z", "2026-11-03T09:46:01Z"),
    ("%b %e %H:%M:%S", "Nov  3 09:46:01", "2026-11-03T09:46:01Z"),
    ("%b %e %H:%M:%S", "Nov 13 09:46:01", "2026-11-13T09:46:01Z"),
    ("%m%d %H:%M:%S.%f", "1103 09:46:01.123456", "2026-11-03T09:46:01.123456Z"),
    ("%y%m%d %k:%M:%S", "171103  9:46:01", "2017-11-03T09:46:01Z"),
    ("%y%m%d %k:%M:%S", "691103 19:46:01", "1969-11-03T19:46:01Z"),
    ("%d/%b/%Y:%T %z", "03/Nov/2026:09:46:01 +0900", "2026-11-03T00:46:01Z"),
    ("%d %B %Y %l:%M %p", "03 November 2026  9:46 PM", "2026-11-03T21:46:00Z"),
    ("%d %^b %Y %I:%M %P", "03 NOV 2026 12:46 am", "2026-11-03T00:46:00Z"),
    ("%-d.%-m.%Y %-H:%M", "3.11.2026 9:46", "2026-11-03T09:46:00Z"),
    ("%_d.%_m.%Y %_H:%M", " 3.11.2026  9:46", "2026-11-03T09:46:00Z"),
    ("%^d.%m.%Y %H", "03.11.2026 09", "2026-11-03T09:00:00Z"),
    ("%0e.%m.%Y %H", "03.11.2026 09", "2026-11-03T09:00:00Z"),
    ("%D %r", "11/03/26 09:46:01 PM", "2026-11-03T21:46:01Z"),
    ("%c", "Tue Nov  3 09:46:01 2026", "2026-11-03T09:46:01Z"),
    ("%A %x %X", "Tuesday 11/03/26 09:46:01", "2026-11-03T09:46:01Z"),
    ("%F %R %Z", "2026-11-03 09:46 CET", "2026-11-03T08:46:00Z"),
    ("%F%t%H%%%n", "2026-11-03\t09%\n", "2026-11-03T09:00:00Z"),
    ("%s", "1795470361", "2026-11-23T21:46:01Z"),
    ("%s.%3N", "1795470361.123", "2026-11-23T21:46:01.123Z"),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), STAMPS)
def test_stamp_of_a_pattern_is_read(pattern: str, text: str, expected: str) -> None:
    assert record(strftime.parts(pattern), text) == expected


APACHE = [
    ("", "03/Nov/2026:09:46:01 +0900", "2026-11-03T00:46:01Z"),
    ("begin:%F %T", "2026-11-03 09:46:01", "2026-11-03T09:46:01Z"),
    ("end", "03/Nov/2026:09:46:01 +0900", "2026-11-03T00:46:01Z"),
    ("sec", "1795470361", "2026-11-23T21:46:01Z"),
    ("end:msec", "1795470361123", "2026-11-23T21:46:01.123Z"),
    ("usec", "1795470361123456", "2026-11-23T21:46:01.123456Z"),
]


@pytest.mark.parametrize(("option", "text", "expected"), APACHE)
def test_stamp_of_apache_is_read(option: str, text: str, expected: str) -> None:
    assert record(strftime.apache(option), text) == expected


def test_stamp_of_apache_may_be_in_pieces() -> None:
    option = [strftime.apache("sec"), (dates.literal("."),), strftime.apache("msec_frac")]
    parts = tuple(part for parts in option for part in parts)
    assert record(parts, "1795470361.123") == "2026-11-23T21:46:01.123Z"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%Y %j", "'%j' at position 4 cannot be read"),
        ("%Y %", "'%' at position 4 is no conversion"),
        ("%Y %10d", "'%' at position 4 is no conversion"),
        ("%Y %3d", "'%3d' at position 4 has a width"),
        ("%U", "'%U' at position 1 cannot be read"),
    ],
)
def test_conversion_that_cannot_be_read_is_refused_with_its_place(pattern: str, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{pattern!r}: {text}")):
        strftime.parts(pattern)


@pytest.mark.parametrize("front", [strftime.parts, strftime.apache])
@given(st.text(st.sampled_from("%YmdHMSbfN3sz:-_^jq \n")))
def test_any_text_is_a_pattern_or_is_refused_as_one(
    front: Callable[[str], tuple[Part, ...]], pattern: str
) -> None:
    try:
        parts = front(pattern)
    except ValueError as refused:
        assert "position" in str(refused)  # noqa: PT017
    else:
        for part in parts:
            assert not re.compile(part.pattern.encode()).groups


def test_year_of_the_week_is_none_of_the_calendar() -> None:
    assert dates.stamp(strftime.parts("%G-%m-%d %H")).lacks.startswith("the calendar's year")


DATES = [
    "%Y-%m-%d",
    "%d.%m.%y",
    "%b %d, %Y",
    "%B %d %Y",
    "%a %d %b %Y",
    "%A, %d. %B %Y",
    "%F",
    "%D",
]
TIMES = ["%H:%M:%S", "%T", "%I:%M:%S %p", "%p%I%M%S", "%X", "%r"]
FRACTIONS = ["", ".%f", ",%f", ":%f", "%f"]
ZONES = ["", " %z", "%z"]

moments = st.builds(
    lambda at, minutes: at.replace(tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(datetime(1970, 1, 2), datetime(2068, 12, 30)),  # noqa: DTZ001 - the zone is drawn
    st.integers(-23 * 60, 23 * 60),
)


@given(
    moment=moments,
    date_=st.sampled_from(DATES),
    time=st.sampled_from(TIMES),
    fraction=st.sampled_from(FRACTIONS),
    zone=st.sampled_from(ZONES),
    turned=st.booleans(),
)
def test_every_moment_is_read_as_python_writes_it(
    moment: datetime, date_: str, time: str, fraction: str, zone: str, turned: bool
) -> None:
    if not time.endswith(("S", "T", "X")):
        fraction = ""
    pattern = f"{time}{fraction} {date_}{zone}" if turned else f"{date_} {time}{fraction}{zone}"
    there = moment if zone else moment.astimezone(UTC)
    expected = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    expected += f".{moment:%f}Z" if fraction else "Z"
    assert record(strftime.parts(pattern), there.strftime(pattern)) == expected


@pytest.mark.parametrize("what", "aAbBdDeFHIklmMnpPrRsStTyYzZ%")
def test_what_no_pattern_writes_does_not_fit(what: str) -> None:
    stamp: Callable[[bytes], object] = re.compile(
        b"".join(part.pattern.encode() for part in strftime.parts(f"%{what}"))
    ).fullmatch
    for text in (b"", b"?", b"99:99", b"Foo:", b"1-1"):
        assert not stamp(text)
