"""From chunks to batches: the whole middle, as the daemon and the converter drive it."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.corpora import KINDS, MB, Corpus
from sidecar.flow import CHUNK_BYTES
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import Parser, parser
from sidecar.pipeline import Pipeline, PipelineOptions

VARIED = [f"{kind}{variant}" for kind in KINDS for variant in ("", "+quotes", "+unicode", "+crlf")]


def chunked(name: str, size: int = CHUNK_BYTES) -> tuple[list[bytes], int]:
    """Give a corpus in chunks that end anywhere, and how many events it is."""
    blocks = [*Corpus.named(name, MB).blocks()]
    data = b"".join(block.data for block in blocks)
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    return chunks, sum(block.events for block in blocks)


def carry(lines: Parser, chunks: list[bytes], options: PipelineOptions) -> int:
    """Carry a file from its first byte to its last; gives the number of events."""
    pipeline = Pipeline(lines, options, path="app.log", identity="1-2")
    events = sum(batch.events for chunk in chunks for batch in pipeline.feed(chunk))
    return events + sum(batch.events for batch in pipeline.flush(last=True))


@pytest.mark.parametrize("name", VARIED)
def test_corpora(benchmark: BenchmarkFixture, name: str) -> None:
    """Every corpus, under ``auto``, by the chunk that the tailer reads."""
    chunks, expected = chunked(name)
    lines, options = parser(FormatOptions()), PipelineOptions()
    assert carry(lines, chunks, options) == expected
    benchmark(carry, lines, chunks, options)


@pytest.mark.parametrize("add", ["file", "format", "offset", "id"])
def test_additions(benchmark: BenchmarkFixture, add: str) -> None:
    """What each of ``output.add`` costs."""
    chunks, expected = chunked("access")
    lines, options = parser(FormatOptions(add=(add,))), PipelineOptions(add=(add,))
    assert carry(lines, chunks, options) == expected
    benchmark(carry, lines, chunks, options)


@pytest.mark.parametrize("size", [512, 4_096, 32_768, 262_144])
def test_chunk_size(benchmark: BenchmarkFixture, size: int) -> None:
    """Small chunks are what a file gives that grows by a few lines at a time."""
    chunks, expected = chunked("juli", size)
    lines, options = parser(FormatOptions()), PipelineOptions()
    assert carry(lines, chunks, options) == expected
    benchmark(carry, lines, chunks, options)
