from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import loops
from benchmarks.corpora import KINDS, VARIANTS, Corpus

NAMES = [*KINDS, *(f"{kind}+{variant}" for kind in KINDS for variant in VARIANTS)]


def data(name: str, seed: int = 1) -> bytes:
    return b"".join(block.data for block in Corpus.named(name, 100_000, seed).blocks())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_and_a_seed_give_the_same_bytes(name: str) -> None:
    assert data(name) == data(name)
    assert data(name) != data(name, seed=2)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_how_much_it_made(name: str, tmp_path: Path) -> None:
    made = Corpus.named(name, 100_000).write(str(tmp_path / "made.log"))
    text = (tmp_path / "made.log").read_bytes()
    assert (made.size, made.lines) == (len(text), text.count(b"\n"))
    assert 100_000 <= made.size < 110_000


def test_a_small_log_is_the_beginning_of_a_large_one() -> None:
    small = b"".join(block.data for block in Corpus("juli", 50_000).blocks())
    assert data("juli").startswith(small)


@pytest.mark.parametrize("kind", ["bracket", "access", "juli"])
def test_heads_fit_the_expressions_of_the_loops(kind: str) -> None:
    fits = [re.match(loops.PATTERNS[kind], line) for line in data(kind).decode().splitlines()]
    heads = sum(block.events for block in Corpus(kind, 100_000).blocks())
    assert sum(map(bool, fits)) == heads


def test_variants_are_what_they_say() -> None:
    lines = data("bracket").splitlines()
    assert b'"' not in data("bracket")
    assert data("bracket").isascii()
    odd = [line for line in data("bracket+misfits").splitlines() if not line.startswith(b"[2026")]
    assert 0.05 < len(odd) / len(lines) < 0.15
    quoted = [line for line in data("bracket+quotes").splitlines() if b'"C:\\' in line]
    assert 0.05 < len(quoted) / len(lines) < 0.15
    assert not data("bracket+unicode").isascii()
    assert all(line.endswith(b"\r\n") for line in data("bracket+crlf").splitlines(keepends=True))
    assert b"\n\t" in data("juli")
    assert b"\t" not in data("juli+flat")
    assert all(line.startswith(b"23-Nov") for line in data("juli+flat").splitlines())
