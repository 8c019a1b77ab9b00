"""From a file's bytes to UTF-8 text in whole lines, a chunk at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.corpora import MB, Corpus
from sidecar.flow import CHUNK_BYTES
from sidecar.framing.lines import Decoder


def chunks(name: str, encoding: str = "utf-8") -> list[bytes]:
    """Give whole lines of a corpus, about a chunk at a time."""
    blocks = Corpus.named(name, MB).blocks(CHUNK_BYTES)
    return [block.data.decode().encode(encoding) for block in blocks]


def frame(decoder: Decoder, pieces: Sequence[bytes]) -> list[bytes]:
    """Take each chunk's whole lines as text."""
    return [decoder.text(piece[: decoder.last_end(piece)]) for piece in pieces]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("bracket", "utf-8"),
        ("bracket+unicode", "utf-8"),
        ("bracket+crlf", "utf-8"),
        ("bracket+unicode", "utf-16-le"),
        ("bracket", "latin-1"),
    ],
)
def test_decode(benchmark: BenchmarkFixture, name: str, encoding: str) -> None:
    """Every way that text may stand in a file; bytes that are ASCII already, first."""
    pieces = chunks(name, encoding)
    decoder = Decoder(encoding)
    plain = [piece.decode(encoding).replace("\r\n", "\n").encode() for piece in pieces]
    assert frame(decoder, pieces) == plain
    benchmark(frame, decoder, pieces)


def test_floor_splitlines(benchmark: BenchmarkFixture) -> None:
    """What it takes to have each line as an object, which nothing here does."""
    pieces = chunks("bracket")
    benchmark(lambda: [piece.splitlines() for piece in pieces])
