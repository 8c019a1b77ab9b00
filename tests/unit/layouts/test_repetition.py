"""Which repetitions of a person's own expression may take for ever, and what is told of them."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.config import Multiline, Source, slow
from sidecar.layouts.repetition import risks
from tests import hostile
from tests.properties import examples

EXPONENTIAL = [
    (r"(a+)+b", 0, "(a+)+", "a+"),
    (r"x(?:a|a)*b", 1, "(?:a|a)*", ""),
    (r"(a*)*b", 0, "(a*)*", "a*"),
    (r"(?:a|ab|b)*c", 0, "(?:a|ab|b)*", ""),
    (r"(?:\w+\s?)*:", 0, r"(?:\w+\s?)*", r"\w+"),
    (r'"(?:[^"]|\\.)*"', 1, r'(?:[^"]|\\.)*', ""),
    (r"(x+x+)+y", 0, "(x+x+)+", "x+"),
    (r"(?:a?b?)*c", 0, "(?:a?b?)*", ""),
    (r"(?:\w{1,20}\s?){1,40}z", 0, r"(?:\w{1,20}\s?){1,40}", r"\w{1,20}"),
    (r"(?>(a+)+b)", 3, "(a+)+", "a+"),
    (r"(?=(a+)+b)a", 3, "(a+)+", "a+"),
    (r"(?i)(?:A|a)+x", 4, "(?:A|a)+", ""),
    (r"^(?P<id>\d+) (?:é|é)*z", 13, "(?:é|é)*", ""),
    (r"(?:.|.){0,90}", 0, "(?:.|.){0,90}", ""),
    (r"a(?:.{0,90}){0,90}", 1, "(?:.{0,90}){0,90}", ".{0,90}"),
]

POLYNOMIAL = [
    (r"\s*\s*x", 0, r"\s*", r"\s*"),
    (r".*.*x", 0, ".*", ".*"),
    (r"a .*foo.*bar", 2, ".*", ".*"),
    (r"\w+\d+x", 0, r"\w+", r"\d+"),
    (r"a*?(?:b?)a*?c", 0, "a*?", "a*?"),
    (r"(?:(?!.*x).)*y", 3, "(?!.*x)", ""),
    (r".*?a*", 0, ".*?", "a*"),
    (r"\d{1,900}\d{1,900}x", 0, r"\d{1,900}", r"\d{1,900}"),
]

FINE = [
    r"(?P<a>\S+) (?P<b>.*)",
    r"(?P<a>.*?) - (?P<b>.*?) (?P<c>.*)",
    r"(?:a++)+b",
    r"(?:(?>a+))+b",
    r"(?>(?:a+)+)b",
    r"a*+a*b",
    r'"(?:[^"\\]|\\.)*"',
    r"(?:(?!END).)*END",
    r"^(?:[a-z]+\.)*[a-z]+ x$",
    r"\d{1,18}\d{1,18}",
    r"(a+)+.*",
    r"(?:.|.)*",
    r"\w+.*?",
    r".{0,90}",
    r"(?P<q>['\"])x(?P=q)",
    r"(?:\d{1,3}\.){3}\d{1,3}",
]


@pytest.mark.parametrize(("expression", "place", "text", "other"), EXPONENTIAL)
def test_ways_that_double_with_each_character_are_named(
    expression: str, place: int, text: str, other: str
) -> None:
    (risk,) = risks(expression, whole=True)
    assert risk == (place, text, other, True)


@pytest.mark.parametrize(("expression", "place", "text", "other"), POLYNOMIAL)
def test_ways_that_grow_with_the_line_are_named(
    expression: str, place: int, text: str, other: str
) -> None:
    (risk,) = risks(expression, whole=True)
    assert risk == (place, text, other, False)


@pytest.mark.parametrize("expression", FINE)
def test_expression_that_takes_a_text_in_one_way_is_fine(expression: str) -> None:
    assert risks(expression, whole=True) == []


def test_what_ends_anywhere_never_fails_behind_a_repetition() -> None:
    assert risks("(?:a+)+", whole=True)
    assert not risks("(?:a+)+", whole=False)


#: Expressions of few letters, so that repetitions meet.
EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "ab"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=2).map(lambda some: f"(?:{'|'.join(some)})"),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "*?", "{0,90}"])),
    ),
    max_leaves=6,
)


@examples(120)
@given(expression=EXPRESSIONS)
def test_expression_without_a_risk_is_quick_on_any_line(expression: str) -> None:
    if risks(expression, whole=True):
        return
    fits = re.compile(expression.encode()).fullmatch
    for recipe in hostile.recipes(expression.encode(), [], fitted=False):
        # What doubles with each character is known before it takes for ever.
        for length in (20, 40, 80, 160, 2_400):
            line = recipe.line(length)
            # In linear time some 40 µs, for the square of it 30 ms and more.
            took = itertools.takewhile(lambda took: took > 0.008, _times(fits, line))
            assert len([*took]) < 6, recipe


def _times(fits: Callable[[bytes], object], line: bytes) -> Iterator[float]:
    """Fit six times."""
    for _ in range(6):
        start = time.process_time()
        fits(line)
        yield time.process_time() - start


def test_grok_is_judged_where_the_pattern_has_it() -> None:
    spec = {"grok": "%{WORD:a} (b+)+%{Q:q}!", "patterns": {"Q": "(?:x*)*y"}}
    first, second = layouts.read(spec).risks
    assert first[:3] == (10, "(b+)+", "b+")
    assert second[:3] == (15, "(?:x*)* of %{Q:q}", "x*")


def test_every_pattern_of_the_library_is_fine() -> None:
    from sidecar.layouts import grok

    for name in grok.PATTERNS:
        layout = layouts.read({"grok": f"%{{{name}:x}} - %{{GREEDYDATA:y}}"})
        assert not [one for one in layout.risks if one.exponential], name


def test_rules_of_events_are_judged_too() -> None:
    layout = layouts.read({"regex": "(?P<a>x+)", "event_start": "(?:a|a)+b"})
    source = Source(format=layout, multiline=Multiline("start", r"x(?:\w+ ?)*:"))
    found = {one.key: one.found for one in slow(source, exponential=True)}
    assert '"(?:\\w+ ?)*" and "\\w+"' in found["sources[0].multiline"]
    assert "at column 2 of" in found["sources[0].multiline"]
    assert '"(?:a|a)+" takes the same text' in found["sources[0].format"]
    assert not [*slow(source, exponential=False)]
