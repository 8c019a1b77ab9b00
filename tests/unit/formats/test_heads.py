"""Heads side by side tell what each of them by itself does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from sidecar.formats import FORMATS
from sidecar.formats.heads import side_by_side
from sidecar.formats.pieces import unnamed
from tests import strategies
from tests.properties import examples


@pytest.mark.parametrize(
    ("some", "whole"),
    [
        ([rb"ab"], rb"ab"),
        ([rb"ab|c\|d", rb"[|)]e"], rb"ab|c\|d|[|)]e"),
        ([rb"ab", rb"abc", rb"ab+", rb"ab"], rb"a(?:b|b+)"),
        ([rb"\[a|\[(?:b|c)", rb"[[]d|\d+"], rb"\[(?:a|(?:b|c))|[[]d|\d+"),
        ([rb"\d\d|\d+x|\d\d{2}"], rb"\d(?:\d|\d{2})|\d+x"),
        ([rb"(?:a|b)c", rb"(?:a|b)d"], rb"(?:a|b)c|(?:a|b)d"),
    ],
)
def test_what_begins_alike_stands_together(some: list[bytes], whole: bytes) -> None:
    assert side_by_side(some) == whole


@examples(100)
@given(lines=strategies.nearly)
def test_side_by_side_they_tell_the_same(lines: list[bytes]) -> None:
    for line in lines:
        for heads, together in zip(HEADS, TOGETHER, strict=True):
            alone = any(one.match(line + b"\n") for one in heads)
            assert (together.match(line + b"\n") is not None) == alone, line


WRITTEN = [
    [one.opens for one in FORMATS if one.opens],
    [unnamed(one.pattern) + b"\n" for one in FORMATS if one.starts],
]
HEADS = [[re.compile(one) for one in some] for some in WRITTEN]
TOGETHER = [re.compile(side_by_side(some)) for some in WRITTEN]
