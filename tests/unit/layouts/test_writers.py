"""Whatever a layout writes is read back: lines as the programs write them, layouts at random."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar import layouts
from sidecar.formats import reference
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.formats.raw import RAW
from tests.properties import examples
from tests.unit.layouts import writers


def typed(drawn: writers.Drawn, grammar: writers.Grammar) -> dict[str, Any]:
    """Give the layout as a configuration has it, with types for what it writes."""
    spec: dict[str, Any] = {grammar.name: drawn.layout, **grammar.options}
    if grammar.name in {"dissect", "regex"}:
        types = {"n": "integer", "ms": "ms"}
        spec["types"] = {name: one for name, one in types.items() if f"{name}}}" in drawn.layout
                         or f"<{name}>" in drawn.layout}  # fmt: skip
    return spec


@pytest.mark.parametrize("name", writers.GRAMMARS)
@examples(60)
@given(data=st.data())
def test_what_a_layout_writes_is_read_back(name: str, data: st.DataObject) -> None:
    grammar = writers.GRAMMARS[name]
    drawn = data.draw(writers.drawn(grammar))
    layout = layouts.read(typed(drawn, grammar))
    text = "".join(line + "\n" for line in drawn.lines).encode()
    options = FormatOptions(format=layout.grammar, layout=layout.format)
    made = b"".join(done.json for done, _ in parser(options).render(text, ""))
    assert [orjson.loads(line) for line in made.splitlines()] == drawn.records
    lines = text[:-1].split(b"\n")
    assert made == b"".join(reference.records(lines, [layout.format], RAW, options))
