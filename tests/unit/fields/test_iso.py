"""The stamp that most programs agree on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import iso
from sidecar.fields.reading import Reading

READING = Reading(ZoneInfo("Asia/Seoul"))

STAMPS = [
    ("2026-11-23T21:46:01Z", "2026-11-23T21:46:01Z"),
    ("2026-11-23T21:46:01.123456789Z", "2026-11-23T21:46:01.123456789Z"),
    ("2026-11-23 21:46:01,5", "2026-11-23T12:46:01.5Z"),
    ("2026-11-23 21:46:01", "2026-11-23T12:46:01Z"),
    ("2026-11-23T21:46:01+09", "2026-11-23T12:46:01Z"),
    ("2026-11-23T21:46:01.123+0900", "2026-11-23T12:46:01.123Z"),
    ("2026-11-23 21:46:01.123 -03:30", "2026-11-24T01:16:01.123Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
]


@pytest.mark.parametrize(("text", "expected"), STAMPS)
def test_stamp_is_read_however_it_is_written(text: str, expected: str) -> None:
    assert iso.read(text, READING) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026-13-23T21:46:01Z",
        "2026-11-32T21:46:01Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T21:60:01Z",
        "2026-11-23T21:46:61Z",
        "2026-11-23T21:46:01.Z",
        "2026-11-23T21:46:01.1234567891Z",
        "2026-11-23T21:46:01+24:00",
        "2026-11-23T21:46:01 UTC",
        "26-11-23T21:46:01Z",
        "2026-11-23t21:46:01z",
    ],
)
def test_what_is_no_such_stamp_does_not_fit(text: str) -> None:
    assert not re.fullmatch(iso.STAMP.groups(), text.encode())
    with pytest.raises(ValueError, match="no stamp"):
        iso.read(text, READING)


@given(
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)),  # noqa: DTZ001 - the zone is drawn
    st.integers(-23 * 60, 23 * 60),
    st.sampled_from("T "),
)
def test_every_moment_is_read_as_python_writes_it(
    moment: datetime, minutes: int, between: str
) -> None:
    there = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert datetime.fromisoformat(iso.read(there.isoformat(between), READING)) == there.astimezone(
        UTC
    )
