"""Stamps that count from 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import dates, epochs
from sidecar.fields.reading import Reading

COUNTS = [
    ("1795470361", "", "2026-11-23T21:46:01"),
    ("1795470361.5", "", "2026-11-23T21:46:01.5"),
    ("1795470361.123456789", "", "2026-11-23T21:46:01.123456789"),
    ("1795470361123", "", "2026-11-23T21:46:01.123"),
    ("1795470361123.25", "", "2026-11-23T21:46:01.12325"),
    ("1795470361123456", "", "2026-11-23T21:46:01.123456"),
    ("1795470361123456789", "", "2026-11-23T21:46:01.123456789"),
    ("0", "", "1970-01-01T00:00:00"),
    ("0", "ms", "1970-01-01T00:00:00.000"),
    ("5", "ms", "1970-01-01T00:00:00.005"),
    ("1795470361", "ms", "1970-01-21T18:44:30.361"),
    ("99999999999", "", "5138-11-16T09:46:39"),
    ("100000000000", "", "1973-03-03T09:46:40.000"),
    ("-1", "", "1969-12-31T23:59:59"),
    ("-0.25", "", "1969-12-31T23:59:59.75"),
    ("-1.0", "", "1969-12-31T23:59:59.0"),
    ("-1", "ms", "1969-12-31T23:59:59.999"),
    ("00001795470361", "", "2026-11-23T21:46:01"),
]


@pytest.mark.parametrize(("text", "unit", "expected"), COUNTS)
def test_count_is_read_in_its_unit_or_by_its_digits(text: str, unit: str, expected: str) -> None:
    assert epochs.read(text, unit) == expected


@pytest.mark.parametrize(
    ("digits", "unit"),
    [(1, "s"), (11, "s"), (12, "ms"), (14, "ms"), (15, "us"), (17, "us"), (18, "ns"), (20, "ns")],
)
def test_digits_tell_the_unit(digits: int, unit: str) -> None:
    assert epochs.unit_of("9" * digits) == unit
    assert epochs.unit_of("-" + "9" * digits) == unit


@pytest.mark.parametrize("text", ["", "-", "x", "1e9", "1.", ".5", "1,5", "٣", "1" * 22, "+1"])
def test_what_counts_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="counts nothing"):
        epochs.read(text)


def test_moment_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        epochs.read("9" * 18, "s")


@given(
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001 - in UTC
    st.sampled_from([*epochs.DECIMALS]),
)
def test_every_moment_is_read_in_every_unit(moment: datetime, unit: str) -> None:
    micros = (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001
    text = format(Decimal(micros).scaleb(epochs.DECIMALS[unit] - 6), "f")
    assert datetime.fromisoformat(epochs.read(text, unit)) == moment


@pytest.mark.parametrize(
    ("parts", "head", "fraction"),
    [
        (epochs.parts(), "1795470361", ""),
        (epochs.parts("s", 3), "1795470361", ".123"),
        (epochs.parts("ms"), "1795470361", "123"),
        (epochs.parts("us"), "1795470361", "123456"),
        (epochs.parts("ns"), "1795470361", "123456789"),
    ],
)
def test_count_of_a_declared_unit_is_a_stamp_whose_last_digits_are_the_fraction(
    parts: tuple[dates.Part, ...], head: str, fraction: str
) -> None:
    stamp = dates.stamp(parts)
    found = re.fullmatch(stamp.groups(), f"{head}{fraction}".encode())
    assert found
    assert found["timestamp"].decode() == head
    read = stamp.read(head, Reading(UTC)) + fraction
    assert read == f"2026-11-23T21:46:01.{fraction.strip('.')}".rstrip(".")
    assert (stamp.yearless, stamp.zoneless) == (False, False)
