"""From whole events to JSON: each format as it is compiled, beside the loops written by hand."""

from __future__ import annotations

import re

import orjson
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.corpora import KINDS, MB, Corpus
from benchmarks.loops import PATTERNS
from sidecar.flow import CHUNK_BYTES
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import Parser, parser

VARIED = [*KINDS, "bracket+quotes", "access+quotes", "bracket+misfits", "access+misfits"]


def events(name: str) -> tuple[list[bytes], int]:
    """Give whole events, about a chunk at a time, and how many they are."""
    corpus = Corpus.named(name, MB)
    blocks = [*corpus.blocks(CHUNK_BYTES)]
    return [block.data for block in blocks], sum(block.events for block in blocks)


def render(lines: Parser, pieces: list[bytes], current: str) -> int:
    """Turn each chunk to JSON; gives the number of events."""
    found = 0
    for piece in pieces:
        for done, name in lines.render(piece, current):
            found += done.events
            current = name
    return found


@pytest.mark.parametrize("name", VARIED)
def test_auto(benchmark: BenchmarkFixture, name: str) -> None:
    """The format is found line by line."""
    pieces, expected = events(name)
    lines = parser(FormatOptions())
    assert render(lines, pieces, "") == expected
    benchmark(render, lines, pieces, "")


@pytest.mark.parametrize("name", VARIED)
def test_given(benchmark: BenchmarkFixture, name: str) -> None:
    """The format is given."""
    pieces, expected = events(name)
    kind = name.partition("+")[0]
    lines = parser(FormatOptions(format="bracket" if kind == "misfits" else kind))
    assert render(lines, pieces, "") == expected
    benchmark(render, lines, pieces, "")


@pytest.mark.parametrize("kind", KINDS)
def test_loop_line(benchmark: BenchmarkFixture, kind: str) -> None:
    """The loop ``line`` of ``loops``, without its input and its output."""
    lines = b"".join(events(kind)[0]).splitlines(keepends=True)
    match, dumps, newline = (
        re.compile(PATTERNS[kind]).match,
        orjson.dumps,
        orjson.OPT_APPEND_NEWLINE,
    )

    def loop() -> None:
        for raw in lines:
            if found := match(text := raw.decode()):
                dumps(found.groupdict(), None, newline)
            else:
                dumps({"message": text[:-1]}, None, newline)

    benchmark(loop)
