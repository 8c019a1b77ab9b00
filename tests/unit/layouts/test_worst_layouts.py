"""What the worst lines cost, of layouts: those that people paste, and some of every grammar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests import hostile
from tests.unit.layouts import writers
from tests.unit.layouts.test_layouts import CASES, STAMP
from tests.unit.layouts.test_writers import typed

#: Layouts with values that a careless expression takes in many ways, and a line of each.
COSTLY = [
    ({"tomcat": "combined"}, f'::1 - - {STAMP} "GET /x HTTP/1.1" 200 1 "-" "curl"'),
    ({"tomcat": "%h %u %{X}i|%{Y}i|%r %s"}, "::1 u x | y|GET / HTTP/1.1 200"),
    ({"apache": "[%t] [%l] [pid %P] %F: %E: [client\\ %a] %M% ,\\ referer\\ %{Referer}i"},
     "[Thu May 12 08:28:57 2011] [error] [pid 1] x"),
    ({"nginx": "$remote_addr - $remote_user [$time_local] $uri$is_args$args $status"},
     f"::1 - - {STAMP} /x 200"),
    ({"log4j": "%d [%t] %-5p %c{1.} (%F:%L) %X{a} - %m%n"},
     "2026-11-23 21:46:01,123 [x] INFO  a (b:1) x - y"),
    ({"log4j": "%d [%t] %m [%c] (%F:%L)%n"}, "2026-11-23 21:46:01,123 [a] x [c] (b:1)"),
    ({"logback": "%d %clr(%-40.40logger{39}){cyan} %clr([%15.15t]){faint} : %m%n"},
     "2026-11-23 21:46:01,123 x [main] : y"),
    ({"python": "%(asctime)s %(name)20s %(levelname)-8s %(message)s"},
     "2026-11-23 21:46:01,123 x INFO     y"),
    ({"jul": "default"}, "Nov 23, 2026 9:46:01 PM x"),
    ({"postgresql": "%m [%p] %q%u@%d %a "}, "2026-11-23 21:46:01.123 UTC [1] x@d a LOG:  y"),
    ({"jetty": "extended"}, f'::1 - x {STAMP} "GET / HTTP/1.1" 200 11 "-" "curl"'),
    ({"dissect": "%{a} - %{b} [%{c}] %{d->} | %{e}"}, "a - x [c] d | e"),
]  # fmt: skip


def cost(spec: Mapping[str, Any], lines: Sequence[str]) -> hostile.Cost:
    """Give the dearest line of a layout; ``lines`` are some that it writes."""
    layout = layouts.read(spec)
    pattern = layout.format.pattern
    of = parser(FormatOptions(layout.grammar, layout=layout.format))
    first = dict.fromkeys(line.encode().partition(b"\n")[0] for line in lines)
    samples = [line for line in first if re.fullmatch(pattern, line)][:2]

    def ask(line: bytes) -> None:
        of.left_open(line + b"\n", "", layout.grammar)
        for _ in of.render(line + b"\n", layout.grammar):
            pass

    made = hostile.recipes(pattern, samples)
    benign = lambda size: hostile.benign(pattern, samples, size) or [b"x" * size]  # noqa: E731
    return hostile.worst(ask, made, benign)


@pytest.mark.parametrize(("spec", "line"), [(spec, line) for spec, line, *_ in (*CASES, *COSTLY)])
def test_worst_line_of_a_layout_that_people_paste_costs_little(
    spec: dict[str, Any], line: str
) -> None:
    dear = cost(spec, [line])
    assert dear.times < hostile.LIMIT, dear.line[:200]


@pytest.mark.parametrize(
    ("spec", "begin"),
    [
        ({"logback": "%d %clr(%-40.40logger{39}){cyan} %clr([%t]){faint} : %m%n"},
         b"2026-11-23 21:46:01,123 x"),
        ({"log4j": "%d %-60c [%t] %m%n"}, b"2026-11-23 21:46:01,123 x"),
    ],
)  # fmt: skip
def test_blanks_without_end_are_taken_as_one(spec: dict[str, Any], begin: bytes) -> None:
    """Where a value is padded, each of them could begin its end."""
    of = parser(FormatOptions("layout", layout=layouts.read(spec).format))

    def ask(line: bytes) -> None:
        of.left_open(line + b"\n", "", "layout")

    blanks, text = hostile.Recipe(begin, b" ", b"\x01"), hostile.Recipe(begin, b"x", b"\x01")
    dear = hostile.worst(ask, [blanks], lambda size: [text.line(size)])
    assert dear.times < hostile.LIMIT / 5


@pytest.mark.parametrize("name", writers.GRAMMARS)
@settings(
    max_examples=12 if hostile.THOROUGH else 3,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
)
@given(data=st.data())
def test_worst_line_of_any_layout_of_a_grammar_costs_little(name: str, data: st.DataObject) -> None:
    grammar = writers.GRAMMARS[name]
    drawn = data.draw(writers.drawn(grammar))
    dear = cost(typed(drawn, grammar), drawn.lines)
    assert dear.times < hostile.LIMIT, (drawn.layout, dear.line[:200])
