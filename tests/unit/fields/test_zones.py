"""Time zones, and the hours that clocks skip or show twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import zones

SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks go back by half an hour
SHANGHAI = ZoneInfo("Asia/Shanghai")


def hours(count: float) -> timezone:
    return timezone(timedelta(hours=count))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# -- names -------------------------------------------------------------------------------------

ZONES: list[tuple[str, tzinfo]] = [
    ("UTC", UTC),
    ("utc", UTC),
    ("GMT", UTC),
    ("UT", UTC),
    ("Z", UTC),
    ("z", UTC),
    ("+0000", hours(0)),
    ("-0000", hours(0)),
    ("+0900", hours(9)),
    ("+09:00", hours(9)),
    ("+09", hours(9)),
    ("+9", hours(9)),
    ("-0330", hours(-3.5)),
    ("-03:30", hours(-3.5)),
    ("+0545", hours(5.75)),
    ("GMT+1", hours(1)),
    ("UTC-05:00", hours(-5)),
    ("UTC\u221205:00", hours(-5)),
    ("Asia/Seoul", SEOUL),
    ("Europe/Berlin", BERLIN),
    ("Etc/GMT+5", ZoneInfo("Etc/GMT+5")),
]


@pytest.mark.parametrize(("name", "zone"), ZONES)
def test_zone_goes_by_its_name_or_its_offset(name: str, zone: tzinfo) -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert zones.zone(name).utcoffset(moment) == zone.utcoffset(moment)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Atlantis",
        "0900",
        "+24:00",
        "+99",
        "+1:2:3",
        "+09:0",
        "../../etc/passwd",
        "Asia",
        "a\0b",
    ],
)
def test_what_is_no_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"no time zone is called|offset must be") as refused:
        zones.zone(name)
    assert not isinstance(refused.value, zones.NoDatabaseError)


def test_missing_database_is_told_with_the_mend(no_database: None) -> None:
    with pytest.raises(zones.NoDatabaseError, match=r"'Asia/Seoul': .*install.* tzdata .*\+09:00"):
        zones.zone("Asia/Seoul")


@pytest.mark.parametrize("name", ["UTC", "+09:00", "GMT-3"])
def test_offsets_need_no_database(no_database: None, name: str) -> None:
    assert zones.zone(name).utcoffset(None) is not None


# -- moments -----------------------------------------------------------------------------------

MOMENTS: list[tuple[str, tzinfo, list[str]]] = [
    ("2026-07-01T12:00:00", UTC, ["2026-07-01T12:00:00"]),
    ("2026-07-01T12:00:00", SEOUL, ["2026-07-01T03:00:00"]),
    ("2026-07-01T12:00:00", BERLIN, ["2026-07-01T10:00:00"]),
    ("2026-12-01T12:00:00", BERLIN, ["2026-12-01T11:00:00"]),
    # skipped: as Java reads it, 03:30 of summer time
    ("2026-03-29T01:59:59", BERLIN, ["2026-03-29T00:59:59"]),
    ("2026-03-29T02:30:00", BERLIN, ["2026-03-29T01:30:00"]),
    ("2026-03-29T03:00:00", BERLIN, ["2026-03-29T01:00:00"]),
    # shown twice
    ("2026-10-25T01:59:59", BERLIN, ["2026-10-24T23:59:59"]),
    ("2026-10-25T02:00:00", BERLIN, ["2026-10-25T00:00:00", "2026-10-25T01:00:00"]),
    ("2026-10-25T02:59:59", BERLIN, ["2026-10-25T00:59:59", "2026-10-25T01:59:59"]),
    ("2026-10-25T03:00:00", BERLIN, ["2026-10-25T02:00:00"]),
    ("2026-11-01T01:30:00", NEW_YORK, ["2026-11-01T05:30:00", "2026-11-01T06:30:00"]),
    ("2026-04-05T01:45:00", LORD_HOWE, ["2026-04-04T14:45:00", "2026-04-04T15:15:00"]),
    # the day that Samoa skipped
    ("2011-12-30T12:00:00", ZoneInfo("Pacific/Apia"), ["2011-12-30T22:00:00"]),
]


@pytest.mark.parametrize(("wall", "zone", "moments"), MOMENTS)
def test_clock_shows_a_time_at_one_moment_or_two(
    wall: str, zone: tzinfo, moments: list[str]
) -> None:
    assert [*zones.instants(at(wall), zone)] == [*map(at, moments)]


PRINTED: list[tuple[str, str, tzinfo, str]] = [
    ("2026-07-01T12:00:00", "+0200", SEOUL, "2026-07-01T10:00:00"),
    ("2026-07-01T12:00:00", "Z", SEOUL, "2026-07-01T12:00:00"),
    ("2026-07-01T12:00:00", "GMT+3", SEOUL, "2026-07-01T09:00:00"),
    ("2026-07-01T12:00:00", "CEST", UTC, "2026-07-01T10:00:00"),
    ("2026-07-01T12:00:00", "PDT", UTC, "2026-07-01T19:00:00"),
    ("2026-07-01T12:00:00", "KST", UTC, "2026-07-01T03:00:00"),
    ("2026-07-01T12:00:00", "Europe/Berlin", UTC, "2026-07-01T10:00:00"),
    ("2026-07-01T12:00:00", "CST", UTC, "2026-07-01T18:00:00"),
    ("2026-07-01T12:00:00", "CST", SHANGHAI, "2026-07-01T04:00:00"),
    ("2026-07-01T12:00:00", "IST", ZoneInfo("Asia/Kolkata"), "2026-07-01T06:30:00"),
    ("2026-10-25T02:30:00", "CEST", BERLIN, "2026-10-25T00:30:00"),
    ("2026-10-25T02:30:00", "CET", BERLIN, "2026-10-25T01:30:00"),
    ("2026-10-25T02:30:00", "+0100", BERLIN, "2026-10-25T01:30:00"),
]


@pytest.mark.parametrize(("wall", "printed", "local", "moment"), PRINTED)
def test_zone_that_the_stamp_carries_wins(
    wall: str, printed: str, local: tzinfo, moment: str
) -> None:
    assert zones.instants(at(wall), local, printed) == (at(moment),)


@pytest.mark.parametrize("printed", ["IST", "XYZ", "BST", "Moon/Base"])
def test_zone_that_nobody_knows_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match=rf"time zone.* '{printed}'"):
        zones.instants(at("2026-07-01T12:00:00"), UTC, printed)


@pytest.mark.parametrize(
    ("wall", "zone"), [("0001-01-01T00:00:00", hours(9)), ("9999-12-31T23:59:59", hours(-9))]
)
def test_moment_beyond_the_calendar_is_refused(wall: str, zone: tzinfo) -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        zones.instants(at(wall), zone)


@given(
    st.datetimes(datetime(1902, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 - in UTC
    st.sampled_from([SEOUL, BERLIN, NEW_YORK, LORD_HOWE, UTC, hours(5.5)]),
)
def test_every_moment_is_among_those_of_the_time_it_shows(moment: datetime, zone: tzinfo) -> None:
    moment = moment.replace(microsecond=0)
    shown = moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    found = zones.instants(shown, zone)
    assert moment in found
    assert sorted(set(found)) == [*found]


# -- the order of a file -----------------------------------------------------------------------

FOLDS = [
    (BERLIN, at("2026-10-25T01:00:00"), 60),
    (NEW_YORK, at("2026-11-01T06:00:00"), 60),
    (LORD_HOWE, at("2026-04-04T15:00:00"), 30),
]


def read_in_order(walls: list[datetime], zone: tzinfo) -> list[datetime]:
    """Read stamps as a file has them; what is carried is one text."""
    last, out = "", []
    for wall in walls:
        first, *second = (moment.isoformat() for moment in zones.instants(wall, zone))
        if second:
            first = zones.in_order(first, second[0], last)
            last = max(last, first)
        out.append(at(first))
    return out


@pytest.mark.parametrize(("zone", "back", "minutes"), FOLDS)
@given(data=st.data())
def test_order_tells_the_passes_apart_of_an_hour_shown_twice(
    zone: tzinfo, back: datetime, minutes: int, data: st.DataObject
) -> None:
    steps = st.lists(st.integers(0, (minutes - 2) * 60), min_size=1, max_size=60)
    moment, moments = back - timedelta(minutes=2 * minutes), []
    for step in data.draw(steps):
        moment += timedelta(seconds=step)
        moments.append(moment)
    walls = [
        one.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0) for one in moments
    ]
    assert read_in_order(walls, zone) == moments


def test_threads_out_of_order_do_not_turn_the_clock_back() -> None:
    walls = ["02:30:00", "02:29:58", "02:30:01", "02:59:59", "02:00:00", "02:59:58", "02:00:01"]
    read = read_in_order([at(f"2026-10-25T{wall}") for wall in walls], BERLIN)
    assert [f"{moment:%H:%M:%S}" for moment in read] == [
        "00:30:00",
        "00:29:58",
        "00:30:01",
        "00:59:59",
        "01:00:00",
        "00:59:58",
        "01:00:01",
    ]


@pytest.mark.parametrize("last", ["", "2025-10-26T01:30:00", "2027-01-01T00:00:00"])
def test_moment_of_another_year_says_nothing(last: str) -> None:
    first, second = "2026-10-25T00:30:00", "2026-10-25T01:30:00"
    assert zones.in_order(first, second, last) == first
