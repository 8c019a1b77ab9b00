"""Texts that come again, and stamps whose minutes do."""

from __future__ import annotations

from datetime import UTC, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import timestamps, zones
from sidecar.fields.reading import Reading
from sidecar.formats.lookup import UNFIT, UNREADABLE, Lookup, Minutes, Text

ZONES = [UTC, zones.zone("+05:30"), zones.zone("Africa/Monrovia")]


def test_every_text_is_read_once_while_it_comes_again() -> None:
    asked: list[bytes | None] = []

    def read(text: bytes | None) -> bytes:
        asked.append(text)
        return text or b"none"

    lookup = Lookup(read)
    texts = [b"a", None, b"b", b"a", None]
    assert [lookup[text] for text in texts] == [b"a", b"none", b"b", b"a", b"none"]
    assert asked == [b"a", None, b"b"]


def test_lookup_stays_bounded_and_keeps_what_is_asked_for() -> None:
    asked: list[bytes | None] = []

    def read(text: bytes | None) -> bytes:
        asked.append(text)
        return b"x"

    lookup = Lookup(read)
    for number in range(50_000):
        assert lookup[b"%d" % number] == lookup[b"often"] == b"x"
    assert len(lookup) < 5_000
    assert asked.count(b"often") == 1


def test_what_cannot_be_read_is_answered_too_and_told() -> None:
    lookup = Lookup(lambda text: UNFIT if text == b"no" else b"%d" % int(text or b""))
    assert lookup[b"7"] == b"7"
    assert not lookup.odd
    assert [lookup[b"no"], lookup[b"x"], lookup[b"x"]] == [UNFIT, UNREADABLE, UNREADABLE]
    assert lookup.odd


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(
    stamps=st.lists(
        st.builds(
            "{:02}-{}-{:04}{}{:02}:{:02}:{:02}".format,
            st.sampled_from([1, 7, 31]),
            st.sampled_from(["Jan", "Nov"]),
            st.sampled_from([1, 1972, 2026, 9999]),
            st.sampled_from([" ", ":", "."]),
            st.sampled_from([0, 1, 23, 24]),
            st.sampled_from([0, 44, 59, 60]),
            st.integers(0, 61),
        ),
        max_size=30,
    )
)
def test_stamps_read_by_the_minute_are_what_each_means(zone: tzinfo, stamps: list[str]) -> None:
    def read(text: Text) -> bytes:
        return b'"%b",' % timestamps.day_month_year((text or b"").decode(), Reading(zone)).encode()

    minutes, seconds = Minutes(read), Lookup(read)
    texts = [stamp.encode() for stamp in stamps]
    assert [minutes[text] for text in texts] == [seconds[text] for text in texts]


def test_digits_that_are_no_seconds_are_read_for_themselves() -> None:
    def read(text: Text) -> bytes:
        assert text
        return b"20%b-%b-%bT%b" % (text[6:8], text[3:5], text[:2], text[9:])

    minutes = Minutes(read)
    for stamp in (b"23:11:26 21:46:00", b"23:11:27 21:46:00", b"23:11:26 21:46:59"):
        assert minutes[stamp] == minutes[stamp] == read(stamp)


def test_few_stamps_of_a_minute_are_asked_for() -> None:
    asked: list[Text] = []

    def read(text: Text) -> bytes:
        asked.append(text)
        return timestamps.common_log((text or b"").decode(), Reading(UTC)).encode()

    minutes = Minutes(read)
    for second in range(60):
        stamp = b"23/Nov/2026:21:46:%02d +0100" % second
        assert minutes[stamp] == b"2026-11-23T20:46:%02d" % second
    assert len(asked) == 4
