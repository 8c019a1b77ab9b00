"""What happened to a file: the table of decisions, row by row."""

from __future__ import annotations

from itertools import product

import pytest

from sidecar.tail.rotation import Change, Held, Seen, decide, rests

ROWS = [
    # read up to, anchor stands, size, links, named -> what happened
    ("nothing_was_written", 100, True, 100, 1, True, Change.NONE),
    ("empty_and_never_read", 0, True, 0, 1, True, Change.NONE),
    ("written_on", 100, True, 101, 1, True, Change.GROWN),
    ("first_bytes", 0, True, 1, 1, True, Change.GROWN),
    ("written_on_under_two_names", 100, True, 200, 2, True, Change.GROWN),
    ("cut_to_nothing", 100, True, 0, 1, True, Change.TRUNCATED),
    ("cut_by_one_byte", 100, True, 99, 1, True, Change.TRUNCATED),
    ("cut_and_regrown_to_the_same_size", 100, False, 100, 1, True, Change.TRUNCATED),
    ("cut_and_regrown_past_the_offset", 100, False, 500, 1, True, Change.TRUNCATED),
    ("cut_and_renamed_away", 100, True, 0, 1, False, Change.TRUNCATED),
    ("cut_and_deleted", 100, True, 0, 0, False, Change.TRUNCATED),
    ("regrown_and_deleted", 100, False, 500, 0, False, Change.TRUNCATED),
    ("renamed_out_of_the_globs", 100, True, 100, 1, False, Change.MOVED),
    ("renamed_with_bytes_left_to_read", 100, True, 500, 1, False, Change.MOVED),
    ("second_link_outside_the_globs_remains", 100, True, 100, 1, False, Change.MOVED),
    ("deleted", 100, True, 100, 0, False, Change.GONE),
    ("deleted_with_bytes_left_to_read", 100, True, 500, 0, False, Change.GONE),
    ("deleted_while_its_name_is_another_files", 100, True, 100, 0, True, Change.GONE),
]


@pytest.mark.parametrize(
    ("offset", "anchored", "size", "links", "named", "change"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_change_follows_from_what_is_held_and_what_is_seen(
    offset: int, anchored: bool, size: int, links: int, named: bool, change: Change
) -> None:
    assert decide(Held(offset, anchored), Seen(size, links, named)) is change


@pytest.mark.parametrize(("links", "named"), list(product([0, 1, 2], [True, False])))
@pytest.mark.parametrize(
    ("size", "anchored"), [(99, True), (99, False), (100, False), (101, False)]
)
def test_truncation_counts_before_any_change_of_name(
    size: int, anchored: bool, links: int, named: bool
) -> None:
    assert decide(Held(100, anchored), Seen(size, links, named)) is Change.TRUNCATED


@pytest.mark.parametrize("size", [100, 101])
@pytest.mark.parametrize("named", [True, False])
def test_file_without_a_name_is_gone_however_much_is_left_in_it(size: int, named: bool) -> None:
    assert decide(Held(100), Seen(size, 0, named)) is Change.GONE


def test_anchor_of_a_file_is_taken_to_stand_unless_it_was_looked_at() -> None:
    assert decide(Held(100), Seen(100, 1, named=True)) is Change.NONE


@pytest.mark.parametrize(
    ("change", "quiet_s", "gap_s", "given_back"),
    [
        (Change.NONE, 1000.0, 0.0, False),
        (Change.GROWN, 1000.0, 0.0, False),
        (Change.TRUNCATED, 1000.0, 0.0, False),
        (Change.MOVED, 5.0, 0.0, False),
        (Change.MOVED, 5.1, 0.0, True),
        (Change.MOVED, 5.1, 10.0, True),  # it can be opened again
        (Change.GONE, 0.5, 0.0, False),
        (Change.GONE, 0.6, 0.0, True),
        (Change.GONE, 10.0, 10.0, False),  # it cannot
        (Change.GONE, 15.1, 10.0, True),
        (Change.GONE, 15.1, 3600.0, True),
    ],
)
def test_descriptor_is_given_back_once_the_file_was_quiet(
    change: Change, quiet_s: float, gap_s: float, *, given_back: bool
) -> None:
    assert rests(change, quiet_s, gap_s) is given_back
