"""How much an expression asks: none for anything, more for more."""

from __future__ import annotations

import pytest

from sidecar.formats import FORMATS, strictness
from sidecar.formats.raw import RAW


@pytest.mark.parametrize(
    ("pattern", "bits"),
    [
        (rb".*", 0),
        (rb"", 0),
        (rb"a", 7),
        (rb"abc", 21),
        (rb"a?b*c{0,3}", 0),
        (rb"(?:ab){2}", 28),
        (rb"[ab]", 6),
        (rb"(?:a|b)", 6),
        (rb"(?:ab|a)", pytest.approx(7, abs=0.02)),
        (rb"(?:abc|)", 0),
        (rb"[^a]", pytest.approx(0, abs=0.02)),
        (rb"(?P<name>a)(?>b)(?=c)(?!d)", 21),
        (rb"[\x00-\x7f]", 0),
        (rb"[a-h]++", 4),
        (rb"(?:a|[^a])", 0),
    ],
)
def test_expression_asks_for_so_many_bits(pattern: bytes, bits: float) -> None:
    assert strictness.bits(pattern) == bits


def test_category_asks_for_as_much_as_its_characters() -> None:
    assert strictness.bits(rb"\d") == strictness.bits(rb"[0-9]")
    assert strictness.bits(rb"\w") == strictness.bits(rb"[A-Za-z0-9_]")


def test_every_format_but_raw_asks_for_something() -> None:
    assert [one for one in FORMATS if strictness.bits(one.pattern) < 8] == [RAW]
