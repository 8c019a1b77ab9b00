"""What the worst lines cost, of every format, by itself and among the others.

Lines are made from the formats' expressions (``tests.hostile``) and go the whole way: through all
that the daemon asks of a line. A format that is new is tried because it is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from sidecar.fields import stacktraces
from sidecar.formats import FORMATS
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import Parser, parser
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Format
from tests import hostile


def asked(of: Parser, current: str) -> Callable[[bytes], object]:
    """Give what asks a parser everything about a line, with one below it or not."""

    def ask(line: bytes) -> None:
        text = line + b"\n"
        of.left_open(text, "", current)
        of.first_begin(text, current)
        of.waits(text)
        for _ in of.render(text, current):
            pass

    return ask


def samples(form: Format) -> list[bytes]:
    """Give the first lines of a format's samples, as far as they are heads."""
    lines = (sample.event.encode().partition(b"\n")[0] for sample in form.samples)
    return [line for line in lines if re.fullmatch(form.pattern, line)][:3]


def benign(form: Format, size: int) -> list[bytes]:
    """Give benign lines; where no value may be long, a sample again and again, or a misfit."""
    stretched = hostile.benign(form.pattern, samples(form), size)
    again = [b" ".join([one] * (size // len(one) + 1)) for one in samples(form) if one]
    return stretched or [one for one in again if re.fullmatch(form.pattern, one)] or [b"x" * size]


@pytest.mark.parametrize("among", ["itself", "others"])
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.name))
def test_worst_line_of_a_format_costs_little_more_than_a_benign_one(
    form: Format, among: str
) -> None:
    of = parser(FormatOptions(form.name if among == "itself" else "auto"))
    cost = hostile.worst(
        asked(of, "" if form is RAW else form.name),
        hostile.recipes(form.pattern, samples(form)),
        lambda size: benign(form, size),
    )
    assert cost.times < hostile.LIMIT, cost.line[:200]


@pytest.mark.parametrize("name", ["ALONE", "CONTINUES", "WAITS"])
def test_worst_line_is_told_soon_to_be_of_no_trace(name: str) -> None:
    pattern = getattr(stacktraces, name)
    expression = re.compile(pattern)
    traces = [
        b"\tat a.B.c(B.java:1)",
        b'"main" #1 prio=5',
        b"#0 /srv/a.php(9): f()",
        b"main.f(0x1)",
    ]
    cost = hostile.worst(
        lambda line: expression.match(line + b"\n\t/src/a.go:1\n"),
        hostile.recipes(pattern, traces, fitted=False),
        lambda size: [b"main.f(" + b"x" * size, b'"' + b"x" * size, b"0x" + b"0" * size],
    )
    assert cost.times < hostile.LIMIT, cost.line[:200]


@pytest.mark.parametrize(
    ("pattern", "sample"),
    [
        (rb"\w+ \s*\s*x", b"a  x"),
        (rb"\[ *(?P<thread>[^\]\n]*)\] x", b"[ a] x"),
        (rb"(?P<a>[^ ]+) (?P<b>[^ ]*)(?P<c>[^\"]*\") z", b'a b" z'),
    ],
)
def test_expression_that_is_known_to_be_slow_is_found_out(pattern: bytes, sample: bytes) -> None:
    made = hostile.recipes(pattern, [sample])
    cost = hostile.worst(re.compile(pattern).fullmatch, made, lambda size: [b"x" * size])
    assert cost.times > hostile.LIMIT
