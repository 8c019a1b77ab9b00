"""Pairs are parted where logfmt's and klog's own writers part them."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import pairs

keys = st.text(string.ascii_letters + "_.@-/ƒ", min_size=1, max_size=6)
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=12)


def written(key: str, value: str) -> str:
    """Write a pair as go-logfmt does: between quotes only what needs them."""
    if value and not re.search(r'[\s"=\\]', value) and value.isprintable():
        return f"{key}={value}"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'{key}="{escaped}"'


@given(st.lists(st.tuples(keys, values), max_size=6))
def test_what_was_written_is_read_back(some: list[tuple[str, str]]) -> None:
    assert pairs.read(" ".join(written(key, value) for key, value in some)) == some


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("y=", [("y", "")]),
        ("y= d=1", [("y", ""), ("d", "1")]),
        (r'y="\tf"', [("y", "\tf")]),
        (r"y='t\tf'", [("y", r"'t\tf'")]),
        (r'y="f\n"y=g', [("y", "f\n"), ("y", "g")]),
        ("k=b=ar", [("k", "b=ar")]),
        (r'r="a \"b\" \\ \u00e9 \x41"', [("r", 'a "b" \\ é A')]),
        ('s=[{"name":"a b"},2] i=1', [("s", '[{"name":"a b"},2]'), ("i", "1")]),
    ],
)
def test_pairs_of_go_are_read(text: str, found: list[tuple[str, str]]) -> None:
    assert pairs.read(text) == found


def test_key_that_comes_again_has_a_list() -> None:
    found: dict[str, object] = {}
    for value in "abc":
        pairs.add(found, "k", value)
        pairs.add(found, value, value)
    assert found == {"k": ["a", "b", "c"], "a": "a", "b": "b", "c": "c"}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.5s", 1.5),
        ("8ms", 0.008),
        ("312.75µs", 0.00031275),
        ("12ns", 1.2e-8),
        ("1h0m0.25s", 3600.25),
        ("0s", 0.0),
        ("5", None),
        ("s", None),
        ("1.s", None),
        ("5 s", None),
        ("1s and more", None),
        ("", None),
    ],
)
def test_durations_of_go_are_seconds(text: str, seconds: float | None) -> None:
    assert pairs.seconds(text) == seconds
