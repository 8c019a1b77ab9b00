"""The books of a soak notice what they are kept for."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.soak.events import Events
from tests.soak.ledger import Ledger, Tally

SEED = 7
AT_MS = 1_795_000_000_123


@pytest.fixture
def ledger() -> Ledger:
    """Books in which ten events of one stream were written, five to each of two files."""
    one = Ledger(SEED, 2)
    one.started()
    one.write(0, 5)
    one.segment(0)
    one.write(0, 5)
    return one


def line(number: int, **other: Any) -> bytes:
    return json.dumps({**Events(SEED, 0).record(number, AT_MS), **other}).encode() + b"\n"


def take(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.take(line(number))


def test_events_that_arrive_once_in_their_files_order_are_right(ledger: Ledger) -> None:
    take(ledger, 5, 6, 0, 1, 7, 8, 2, 3, 4, 9)
    assert ledger.tally == Tally(arrived=10)
    assert ledger.missing(ledger.positions()) == 0
    assert ledger.complete(0, 0, 10)


def test_event_that_did_not_arrive_is_missing(ledger: Ledger) -> None:
    take(ledger, 0, 1, 4, 5, 6, 7, 8)
    assert ledger.missing(ledger.positions()) == 3
    assert ledger.gaps(0) == [range(2, 4), range(9, 10)]
    assert not ledger.complete(0, 0, 5)
    assert ledger.complete(0, 4, 9)


def test_event_that_comes_twice_is_doubled_and_out_of_order(ledger: Ledger) -> None:
    take(ledger, 0, 1, 0)
    assert ledger.tally == Tally(arrived=2, doubled=1, misordered=1)


def test_event_that_comes_before_an_earlier_one_of_its_file_is_out_of_order(ledger: Ledger) -> None:
    take(ledger, 1, 0)
    assert ledger.tally == Tally(arrived=2, misordered=1)


@pytest.mark.parametrize(
    "other", [{"message": "0 0 1 half"}, {"level": "INFO"}, {"parse_error": "juli"}]
)
def test_event_that_is_not_as_written_is_corrupted(ledger: Ledger, other: dict[str, Any]) -> None:
    ledger.take(line(0, **other))
    ledger.take(line(10))  # nobody wrote it
    assert ledger.tally == Tally(corrupted=2)


def test_line_that_is_no_json_is_invalid(ledger: Ledger) -> None:
    ledger.take(line(0)[:-5])
    assert ledger.tally == Tally(invalid=1)


def test_events_that_come_again_after_a_kill_are_counted_apart(ledger: Ledger) -> None:
    take(ledger, 0, 1, 2)
    ledger.ended(killed_at=time.monotonic())
    ledger.started()
    take(ledger, 1, 2, 3, 2)
    assert ledger.tally == Tally(arrived=4, repeated=2, doubled=1, misordered=1)


def test_events_that_had_left_long_before_a_kill_are_doubled(ledger: Ledger) -> None:
    take(ledger, 0, 1, 2)
    ledger.ended(killed_at=time.monotonic() + 60)
    ledger.started()
    take(ledger, 2)
    assert ledger.tally == Tally(arrived=3, doubled=1)


def test_what_two_kills_in_a_row_repeat_had_left_before_the_first(ledger: Ledger) -> None:
    take(ledger, 0, 1)
    left = time.monotonic()
    ledger.ended(killed_at=left + 1)
    ledger.started()
    take(ledger, 2)
    ledger.ended(killed_at=left + 4)
    ledger.started()
    take(ledger, 0, 1)
    assert 1 <= ledger.reach_s < 2
    take(ledger, 2)
    assert ledger.tally == Tally(arrived=3, repeated=3)
    assert 3 <= ledger.reach_s <= 4


def test_events_that_come_again_after_a_stop_are_doubled(ledger: Ledger) -> None:
    take(ledger, 0, 1, 2)
    ledger.ended()
    ledger.started()
    take(ledger, 2)
    assert ledger.tally == Tally(arrived=3, doubled=1)


def parts(number: int, *cuts: int) -> list[bytes]:
    """Give an event as the parts that end at ``cuts`` and at its end."""
    record = Events(SEED, 0).record(number, AT_MS)
    message = record.pop("message")
    found = []
    for ordinal, (start, end) in enumerate(zip((0, *cuts), (*cuts, None), strict=True), 1):
        part = {**(record if ordinal == 1 else {}), "message": message[start:end]}
        flags = {"partial_id": "a", "partial_ordinal": ordinal, "partial_last": end is None}
        found.append(json.dumps({**part, "partial_message": True, **flags}).encode() + b"\n")
    return found


def test_parts_of_an_event_are_one_event_however_often_a_kill_repeats_some(ledger: Ledger) -> None:
    first, second, third = parts(0, 20, 30)
    ledger.take(first)
    ledger.take(second)
    assert ledger.tally == Tally()
    ledger.ended(killed_at=time.monotonic())
    ledger.started()
    for part in (second, third):
        ledger.take(part)
    assert ledger.tally == Tally(arrived=1)


def test_part_that_is_missing_is_noticed(ledger: Ledger) -> None:
    first, _, third = parts(0, 20, 30)
    ledger.take(first)
    ledger.take(third)
    assert ledger.tally == Tally(corrupted=1)


def test_line_without_an_end_may_be_flagged_and_no_other(ledger: Ledger) -> None:
    ledger.leave_open(0, 4)
    ledger.take(line(3, partial_line=True))
    ledger.take(line(4, partial_line=True))
    assert ledger.tally == Tally(arrived=1, corrupted=1)
