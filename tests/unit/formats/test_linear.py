"""Layouts that google-re2 reads: the same records, whatever line in linear time."""

from __future__ import annotations

import sys
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.config import Multiline, Source
from sidecar.errors import LayoutError, UsageError
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.wiring import format_options
from tests import hostile
from tests.properties import examples
from tests.roads import ROADS

STAMPED = {"regex": r"^(?P<time>\S+ \S+) (?P<level>[A-Z]+) (?P<message>.*)$",
           "time": "%Y-%m-%d %H:%M:%S"}  # fmt: skip

SPECS: list[dict[str, Any]] = [
    STAMPED,
    {"regex": r"(?P<id>\d+)(?:;(?P<n>[^;]*))? (?P<said>\w+)", "types": {"n": "integer"}},
    {"regex": r"(?P<id>\d+) (?P<message>.*)", "event_start": r"\d+ "},
    {"grok": "%{IPORHOST:client_ip} %{NUMBER:took:ms} %{GREEDYDATA:message}"},
]

LINES = [
    "2026-11-23 21:46:01 WARN no",
    "2026-99-99 21:46:01 WARN no such day",
    "2026-11-23 x WARN no stamp",
    "1;5 é",
    "1;x y",
    "1;- y_1",
    "12 said",
    '::1 12.5 유 \\ "',
    "Traceback (most recent call last):",
    "\tat a.B",
    "",
]  # fmt: skip


@examples(150)
@given(
    lines=st.lists(st.sampled_from(LINES), max_size=12),
    spec=st.sampled_from(SPECS),
    rule=st.sampled_from([Multiline(), Multiline("none"), Multiline("start", r"\d+[ ;]")]),
    fields=st.sampled_from([{}, {"app": "x"}, {"level": "none", "message": "m"}]),
)
def test_records_are_those_of_the_other_engine(
    lines: list[str], spec: dict[str, Any], rule: Multiline, fields: dict[str, str]
) -> None:
    data = "".join(line + "\n" for line in lines).encode()
    source, other = (
        Source(format=layouts.read(one), multiline=rule, fields=fields)
        for one in (spec, {**spec, "engine": "re2"})
    )
    expected = ROADS["plain"](data, source)
    assert ROADS["whole"](data, source) == expected
    for name in ("whole", "by_line", "by_byte"):
        assert ROADS[name](data, other) == expected, name


def test_members_that_are_added_and_levels_are_those_of_the_other_engine() -> None:
    text = b"x\n2026-11-23 21:46:01 WARN no\n\tat a\n2026-11-23 21:46:02 INFO up\n"
    made = []
    for spec in (STAMPED, {**STAMPED, "engine": "re2"}):
        source = Source(format=layouts.read(spec), fields={"app": "shop"})
        of = parser(format_options(source, ("format",)))
        each = [(("offset", b"%d" % number),) for number in range(3)]
        (*rest, last) = of.render(text, "", (("file", b'"f"'),), each)
        whole = last[0]
        for done, _ in rest:
            whole.levels.update(done.levels)
            whole.json, whole.misfits = done.json + whole.json, whole.misfits + done.misfits
        made.append((whole.json, whole.misfits, +whole.levels))
        assert [*of.begins(text, "")] == [0, 2, 36]
        assert of.first_begin(b"\tat a\n" + text[2:], "regex") == 6
    assert made[0] == made[1]


def test_expression_that_takes_for_ever_elsewhere_does_not_here() -> None:
    layout = layouts.read({"regex": "(?P<x>(a+)+)b", "engine": "re2"})
    of = parser(FormatOptions("regex", layout=layout.format))
    cost = hostile.worst(
        lambda line: [*of.render(line + b"\n", "")],
        hostile.recipes(b"(?P<x>(a+)+)b", [b"aab"]),
        lambda size: [b"a" * size + b"b"],
    )
    assert cost.times < hostile.LIMIT
    assert not layout.risks


@pytest.mark.parametrize(
    ("expression", "column", "found"),
    [
        ("(?P<a>x)(?=y)y", 9, '"(?="'),
        ("(?P<a>x++)", 8, '"++"'),
        ("(?P<a>x)(?P=a)", 9, '"(?P="'),
        ("(?P<a>x{900}){900}", 1, "bad repetition operator"),
    ],
)
def test_what_the_engine_cannot_do_is_told_with_its_place(
    expression: str, column: int, found: str
) -> None:
    with pytest.raises(LayoutError) as caught:
        layouts.read({"regex": expression, "engine": "re2"})
    assert caught.value.column == column
    assert "google-re2" in caught.value.expected
    assert found in caught.value.found or column == 1


def test_rule_of_events_that_the_engine_cannot_do_is_told() -> None:
    source = Source(
        format=layouts.read({**STAMPED, "engine": "re2"}), multiline=Multiline("start", "(?=a)")
    )
    with pytest.raises(UsageError, match="google-re2"):
        parser(format_options(source, ()))


def test_engine_that_is_not_installed_is_told_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(UsageError, match=r"pip install 'sidecar\[re2\]'"):
        layouts.read({**STAMPED, "engine": "re2"})


def test_no_engine_of_another_name_is_taken() -> None:
    with pytest.raises(LayoutError, match="re2"):
        layouts.read({**STAMPED, "engine": "pcre"})
    assert orjson.loads(
        ROADS["whole"](
            b"2026-11-23 21:46:01 WARN no\n",
            Source(format=layouts.read({**STAMPED, "engine": "re"})),
        )
    )
