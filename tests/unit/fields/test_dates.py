"""Parts of a date pattern become one declaration."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import dates, javadates, strftime
from sidecar.fields.dates import Part, Stamp
from sidecar.fields.reading import Reading

BERLIN = Reading(ZoneInfo("Europe/Berlin"))
UTC_READING = Reading(UTC)


def test_groups_are_those_that_fields_ask_for() -> None:
    stamp = dates.stamp(javadates.simple("yyyy-MM-dd HH:mm:ss,SSS Z"))
    found = re.fullmatch(stamp.groups(), b"2026-11-23 21:46:01,123 +0100")
    assert found
    assert found.groupdict() == {
        "timestamp": b"2026-11-23 21:46:01",
        "fraction": b",123",
        "offset": b" +0100",
    }
    assert stamp.read("2026-11-23 21:46:01 +0100", UTC_READING) == "2026-11-23T20:46:01"


def test_groups_that_a_pattern_does_not_need_are_not_there() -> None:
    stamp = dates.stamp(javadates.simple("yyyy-MM-dd HH:mm:ss"))
    assert set(re.compile(stamp.groups()).groupindex) == {"timestamp"}
    assert (stamp.fraction, stamp.offset) == (b"", b"")


@pytest.mark.parametrize("between", [":", "", " ", ";"])
def test_point_comes_from_the_reader_where_the_fraction_has_none(between: str) -> None:
    stamp = dates.stamp(javadates.simple(f"yyyy-MM-dd HH:mm:ss{between}SSS"))
    found = re.fullmatch(stamp.groups(), f"2026-11-23 21:46:01{between}123".encode())
    assert found
    read = stamp.read(found["timestamp"].decode(), UTC_READING)
    assert read + found["fraction"].decode() == "2026-11-23T21:46:01.123"


def test_what_follows_a_fraction_may_be_more_than_a_zone() -> None:
    stamp = dates.stamp(strftime.parts("%a %b %d %H:%M:%S.%f %Y"))
    found = re.fullmatch(stamp.groups(), b"Wed Oct 11 14:32:52.123456 2000")
    assert found
    assert found["offset"] == b" 2000"
    assert stamp.read("Wed Oct 11 14:32:52 2000", UTC_READING) == "2000-10-11T14:32:52"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("SSS HH:mm:ss", "'SSS' at position 1: a fraction must follow the seconds"),
        ("HH:mm,SSS:ss", "'SSS' at position 7: a fraction must follow the seconds"),
        ("HH:mm:ss Z SSS", "'SSS' at position 12: a fraction must follow the seconds"),
        ("HH:mm:ss.SSS.SSS", "'SSS' at position 14: a second fraction"),
    ],
)
def test_fraction_elsewhere_is_refused_with_its_place(pattern: str, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{pattern!r}: {text}")):
        dates.stamp(javadates.simple(pattern))


@pytest.mark.parametrize(
    ("pattern", "text", "lacks"),
    [
        ("HH:mm:ss,SSS", "21:46:01", "a date"),
        ("yyyy-MM-dd", "2026-11-23", "a time of day"),
        ("yyyy-MM HH:mm", "2026-11 21:46", "a date"),
        ("yyyy-MM-dd hh:mm:ss", "2026-11-23 09:46:01", "AM or PM"),
        ("YYYY-MM-dd HH:mm:ss", "2026-12-31 09:46:01", "the calendar's year"),
    ],
)
def test_stamp_that_says_too_little_fits_and_tells_what_lacks(
    pattern: str, text: str, lacks: str
) -> None:
    stamp = dates.stamp(javadates.simple(pattern))
    assert stamp.lacks.startswith(lacks)
    assert re.fullmatch(stamp.pattern, text.encode())
    with pytest.raises(ValueError, match=f"lacks {lacks}"):
        stamp.read(text, Reading(until=date(2026, 11, 25)))


def test_zone_of_a_layout_wins_over_the_configured_one_and_the_stamps_over_both() -> None:
    zone = ZoneInfo("Asia/Seoul")
    plain = dates.stamp(javadates.new("yyyy-MM-dd HH:mm"), zone)
    assert plain.zoneless
    assert plain.read("2026-11-23 21:46", BERLIN) == "2026-11-23T12:46:00"
    zoned = dates.stamp(javadates.new("yyyy-MM-dd HH:mm Z"), zone)
    assert not zoned.zoneless
    assert zoned.read("2026-11-23 21:46 +0100", BERLIN) == "2026-11-23T20:46:00"


def both(stamp: Stamp, text: str, reading: Reading) -> list[str]:
    """Give the moments that a stamp may mean."""
    return [stamp.read(text, reading._replace(fold=fold)) for fold in (0, 1)]


def test_hour_shown_twice_has_two_moments() -> None:
    stamp = dates.stamp(javadates.simple("yyyy-MM-dd HH:mm:ss:SSS"))
    text = "2026-10-25 02:30:00:"
    assert both(stamp, text, BERLIN) == ["2026-10-25T00:30:00.", "2026-10-25T01:30:00."]
    assert both(stamp, text, UTC_READING) == ["2026-10-25T02:30:00."] * 2


@pytest.mark.parametrize("text", ["", "2026-11-23", "2026-11-23 21:46:01 ", "2026-02-29 00:00:00"])
def test_text_that_is_no_stamp_is_refused(text: str) -> None:
    stamp = dates.stamp(javadates.simple("yyyy-MM-dd HH:mm:ss"))
    with pytest.raises(ValueError, match=r"no stamp|day"):
        stamp.read(text, UTC_READING)


def test_digits_of_other_scripts_are_no_digits() -> None:
    stamp = dates.stamp(javadates.simple("yyyy-MM-dd HH:mm:ss"))
    with pytest.raises(ValueError, match="no stamp"):
        stamp.read("\uff12\uff10\uff12\uff16-11-23 21:46:01", UTC_READING)


def test_leap_second_is_the_next_minutes_first() -> None:
    stamp = dates.stamp(strftime.parts("%F %T"))
    assert stamp.read("2016-12-31 23:59:60", UTC_READING) == "2017-01-01T00:00:00"


def test_what_repeats_is_read_once() -> None:
    stamp = dates.stamp(javadates.simple("yyyy-MM-dd (dd MMM) HH:mm"))
    assert stamp.read("2026-11-23 (23 Nov) 21:46", UTC_READING) == "2026-11-23T21:46:00"


@pytest.mark.parametrize("blank", [" ", "\xa0", "\u202f"])
def test_blank_before_the_half_of_the_day_may_be_one_that_does_not_break(blank: str) -> None:
    stamp = dates.stamp(javadates.simple("MMM d, yyyy, h:mm:ss a"))
    text = f"Nov 24, 2026, 2:16:32{blank}PM"
    assert re.fullmatch(stamp.pattern, text.encode())
    assert stamp.read(text, UTC_READING) == "2026-11-24T14:16:32"


def test_literal_is_nothing_but_itself() -> None:
    stamp = dates.stamp([dates.literal("(.*)"), *javadates.simple("yyyy-MM-dd HH:mm")])
    assert re.fullmatch(stamp.pattern, b"(.*)2026-11-23 21:46")
    assert not re.fullmatch(stamp.pattern, b"(abc)2026-11-23 21:46")


def test_fraction_alone_joins_the_parts_of_another() -> None:
    parts = (*strftime.apache("%F %T"), dates.literal("."), *strftime.apache("usec_frac"))
    found = re.fullmatch(dates.stamp(parts).groups(), b"2026-11-23 21:46:01.123456")
    assert found
    assert found["fraction"] == b".123456"
    with pytest.raises(ValueError, match="usec_frac: a fraction must follow the seconds"):
        dates.stamp(strftime.apache("usec_frac"))


# -- years -------------------------------------------------------------------------------------

YEARLESS = dates.stamp(strftime.parts("%b %e %H:%M:%S"))

YEARS = [
    ("Nov 24 02:16:32", "2026-11-25", "2026-11-24T02:16:32"),
    ("Nov 24 02:16:32", "2026-11-24", "2026-11-24T02:16:32"),
    ("Nov 24 02:16:32", "2026-11-23", "2026-11-24T02:16:32"),  # a zone ahead of UTC
    ("Nov 24 02:16:32", "2026-11-22", "2025-11-24T02:16:32"),
    ("Dec 31 23:59:59", "2027-01-01", "2026-12-31T23:59:59"),
    ("Jan  1 00:00:00", "2027-01-01", "2027-01-01T00:00:00"),
    ("Jan  1 00:00:00", "2026-12-31", "2027-01-01T00:00:00"),
    ("Jan  1 00:00:00", "2026-12-30", "2026-01-01T00:00:00"),
    ("Feb 29 12:00:00", "2028-03-01", "2028-02-29T12:00:00"),
    ("Feb 29 12:00:00", "2028-02-28", "2028-02-29T12:00:00"),
    ("Feb 29 12:00:00", "2028-02-27", "2024-02-29T12:00:00"),
    ("Feb 29 12:00:00", "2027-03-01", "2024-02-29T12:00:00"),
    ("Feb 29 12:00:00", "2103-03-01", "2096-02-29T12:00:00"),  # 2100 has none
    ("Mar  1 00:00:00", "2027-02-28", "2027-03-01T00:00:00"),
]


@pytest.mark.parametrize(("text", "until", "expected"), YEARS)
def test_stamp_without_a_year_is_the_last_before_the_file_was_written(
    text: str, until: str, expected: str
) -> None:
    assert YEARLESS.yearless
    assert YEARLESS.read(text, Reading(until=date.fromisoformat(until))) == expected


def test_stamp_without_a_year_is_refused_where_nothing_tells_it() -> None:
    with pytest.raises(ValueError, match="nothing tells the year"):
        YEARLESS.read("Nov 24 02:16:32", UTC_READING)


@given(st.dates(date(1970, 1, 1), date(2200, 1, 1)), st.integers(-1, 363))
def test_day_within_a_year_before_is_found(day: date, later: int) -> None:
    if (day.month, day.day) != (2, 29):
        until = day + timedelta(days=later)
        assert dates.year_before(day.month, day.day, until) == day.year


# -- expressions -------------------------------------------------------------------------------


PATTERNS = [
    javadates.simple("dd-MMM-yyyy HH:mm:ss.SSS"),
    javadates.simple("EEE MMM d h:mm:ss a z yyyy"),
    javadates.new("yy-M-d K:m:s,SSSSSS a VV"),
    javadates.log4j2("COMPACT"),
    javadates.formatter("%1$tB %1$te %1$tr"),
    strftime.parts("%b %e %H:%M:%S"),
    strftime.parts("%c %z"),
    strftime.apache("usec"),
]


@pytest.mark.parametrize("parts", PATTERNS)
@given(data=st.data())
def test_text_that_fits_is_read_or_is_no_date(parts: tuple[Part, ...], data: st.DataObject) -> None:
    stamp = dates.stamp(parts)
    fitting = st.from_regex(stamp.pattern + stamp.offset, fullmatch=True)
    try:
        text = data.draw(fitting).decode()
        moments = both(stamp, text, Reading(until=date(2026, 11, 25)))
    except ValueError as refused:
        assert re.search("day is out of|year 0|beyond the cal|time zone|offset must", str(refused))  # noqa: PT017
    else:
        assert all(re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}\.?", one) for one in moments)


def test_leap_second_at_the_calendars_end_is_refused() -> None:
    stamp = dates.stamp(strftime.parts("%F %T"))
    with pytest.raises(ValueError, match="beyond the calendar"):
        stamp.read("9999-12-31 23:59:60", UTC_READING)


@given(st.text(st.sampled_from("0123456789 :-/."), max_size=40))
def test_no_text_makes_an_expression_slow(text: str) -> None:
    # Were it to try every way of parting these digits, the test's time limit would tell.
    parts: list[Part] = []
    for name in ("M", "d", "H", "m", "s", "h", "k", "K"):
        parts += javadates.simple(name)
    stamp = dates.stamp(parts)
    re.fullmatch(stamp.pattern, (text + "1" * 60 + "x").encode())
