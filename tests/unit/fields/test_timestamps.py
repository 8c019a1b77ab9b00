"""Stamps as logs print them, to RFC 3339 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import timestamps
from sidecar.fields.reading import Reading

SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


def hours(count: float) -> timezone:
    return timezone(timedelta(hours=count))


# -- JULI's stamp ------------------------------------------------------------------------------

JULI: list[tuple[str, tzinfo, str]] = [
    ("23-Nov-2026 21:46:01", UTC, "2026-11-23T21:46:01"),
    ("01-Jan-2027 00:00:00", UTC, "2027-01-01T00:00:00"),
    ("01-Jan-2027 00:00:00", SEOUL, "2026-12-31T15:00:00"),
    ("31-Dec-2026 23:59:59", hours(-3.5), "2027-01-01T03:29:59"),
    ("29-Feb-2028 12:00:00", UTC, "2028-02-29T12:00:00"),
    ("01-Jul-2026 12:00:00", BERLIN, "2026-07-01T10:00:00"),
    ("01-Dec-2026 12:00:00", BERLIN, "2026-12-01T11:00:00"),
    ("25-Oct-2026 02:30:00", BERLIN, "2026-10-25T00:30:00"),  # it comes twice: the first
    ("29-Mar-2026 02:30:00", BERLIN, "2026-03-29T01:30:00"),  # it never comes
    ("31-Dec-1969 23:59:59", UTC, "1969-12-31T23:59:59"),
    ("01-Jan-0001 00:00:00", UTC, "0001-01-01T00:00:00"),
]


@pytest.mark.parametrize(("text", "zone", "expected"), JULI)
def test_stamp_without_a_zone_is_read_in_the_configured_one(
    text: str, zone: tzinfo, expected: str
) -> None:
    assert timestamps.day_month_year(text, Reading(zone)) == expected


@pytest.mark.parametrize("number", range(1, 13))
def test_every_english_month_is_known(number: int) -> None:
    name = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * number - 3 : 3 * number]
    expected = f"2026-{number:02}-15T00:00:00"
    assert timestamps.day_month_year(f"15-{name}-2026 00:00:00", Reading(UTC)) == expected
    assert timestamps.common_log(f"15/{name}/2026:00:00:00 +0000", Reading(UTC)) == expected


# -- the stamp of access logs ------------------------------------------------------------------

COMMON: list[tuple[str, tzinfo, str]] = [
    ("23/Nov/2026:21:46:01 +0000", UTC, "2026-11-23T21:46:01"),
    ("10/Oct/2000:13:55:36 -0700", UTC, "2000-10-10T20:55:36"),
    ("01/Jan/2027:00:30:00 +0900", UTC, "2026-12-31T15:30:00"),
    ("23/Nov/2026:21:46:01 +0530", SEOUL, "2026-11-23T16:16:01"),  # its own zone wins
    ("23/Nov/2026:21:46:01", SEOUL, "2026-11-23T12:46:01"),
    ("23/Nov/2026:21:46:01 -0000", NEW_YORK, "2026-11-23T21:46:01"),
]


@pytest.mark.parametrize(("text", "zone", "expected"), COMMON)
def test_zone_of_the_stamp_wins_over_the_configured_one(
    text: str, zone: tzinfo, expected: str
) -> None:
    assert timestamps.common_log(text, Reading(zone)) == expected


# -- what is no time ---------------------------------------------------------------------------

NO_TIME = [
    "00-Nov-2026 21:46:01",
    "31-Nov-2026 21:46:01",
    "29-Feb-2026 21:46:01",
    "23-Nov-0000 21:46:01",
    "23-Nov-2026 24:00:00",
    "23-Nov-2026 21:60:00",
    "23-Foo-2026 21:46:01",
    "23-NOV-2026 21:46:01",
    "23-lis-2026 21:46:01",
    "23-Nov-26 21:46:01",
    "23-Nov-2026 21:46",
    "23-Nov-2026 ",
    "23-Nov-2026",
    "Nov-2026 21:46:01",
    "",
]


@pytest.mark.parametrize("text", NO_TIME)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        timestamps.day_month_year(text, Reading(UTC))
    with pytest.raises(ValueError, match=r".+"):
        timestamps.common_log(text.replace("-", "/").replace(" ", ":", 1), Reading(UTC))


@pytest.mark.parametrize(
    ("text", "zone"),
    [("01-Jan-0001 00:00:00", hours(9)), ("31-Dec-9999 23:59:59", hours(-9))],
)
def test_moment_beyond_the_calendar_is_refused(text: str, zone: tzinfo) -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        timestamps.day_month_year(text, Reading(zone))


@pytest.mark.parametrize("offset", ["+2400", "+9999", "-2400"])
def test_offset_of_a_day_or_more_is_refused(offset: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        timestamps.common_log(f"23/Nov/2026:21:46:01 {offset}", Reading(UTC))


@given(
    st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001 - the zone is drawn
    st.integers(-23 * 60, 23 * 60),
)
def test_every_moment_is_read_as_it_was_written(moment: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    there = moment.replace(microsecond=0, tzinfo=zone)
    expected = there.astimezone(UTC).replace(tzinfo=None).isoformat()
    assert timestamps.day_month_year(f"{there:%d-%b-%Y %H:%M:%S}", Reading(zone)) == expected
    assert timestamps.common_log(f"{there:%d/%b/%Y:%H:%M:%S %z}", Reading(UTC)) == expected
