"""What is shown of a line cannot move a cursor, and the caret stands below its place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar import display


@given(st.text())
def test_nothing_shown_is_a_control_character(text: str) -> None:
    shown = display.plain(text)
    assert len(shown) == len(text)
    assert all(
        unicodedata.category(one)[0] != "C"
        or one.isprintable()
        or unicodedata.category(one) in {"Cn", "Co"}
        for one in shown
    )


def test_text_is_cut_with_a_sign() -> None:
    assert display.shortened("abcdef", 6) == "abcdef"
    assert display.shortened("abcdefg", 6) == "abcde…"
    assert display.shortened("a\tb\x1b[0m\x7f", 20) == "a␉b␛[0m␡"


@pytest.mark.parametrize(
    ("line", "at", "text", "caret"),
    [
        ("abc", 0, "abc", "^"),
        ("abc", 3, "abc", "   ^"),
        ("주문 x", 3, "주문 x", "     ^"),
        ("e\u0301x", 2, "e\u0301x", " ^"),
        ("a" * 50 + "b" + "c" * 50, 50, "…" + "a" * 20 + "b" + "c" * 9 + "…", " " * 21 + "^"),
        ("a" * 50, 50, "…" + "a" * 30, " " * 31 + "^"),
    ],
)
def test_caret_stands_below_the_character(line: str, at: int, text: str, caret: str) -> None:
    assert display.excerpt(line, at, 30) == (text, caret)
