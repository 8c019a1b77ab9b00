"""How much an expression asks of a text: the evidence that a line that fits it gives.

It is counted in bits: how often the chance that a text of random characters fits must be halved. A
stamp, a level in brackets and a dash ask for more than a hundred; a pair of braces for fourteen;
``.*`` for none.
"""

from __future__ import annotations

import re._constants as op
from functools import lru_cache
from math import log2

from sidecar.formats import syntax
from sidecar.formats.syntax import Item, Items

#: The characters of ASCII; what texts have beyond is rarer still.
_ALPHABET = 128

_CATEGORIES = {op.CATEGORY_DIGIT: 10, op.CATEGORY_SPACE: 6, op.CATEGORY_WORD: 63}


@lru_cache(maxsize=256)
def bits(pattern: bytes) -> float:
    """Give what a text that fits is sure to have been asked."""
    return of_items(syntax.read(pattern).items)


def of_items(items: Items) -> float:
    """Give what items ask one after the other."""
    return sum(map(_of_item, items))


def _of_item(item: Item) -> float:
    code, argument = item
    if code in {op.LITERAL, op.IN, op.NOT_LITERAL}:
        return log2(_ALPHABET / max(1, _size(item)))
    within = syntax.inside(item)
    if not within or code is op.ASSERT_NOT:
        return 0.0
    asked = max(0.0, -log2(sum(2 ** -of_items(one) for one in within)))
    return float(argument[0] * asked) if code in syntax.REPEATS else asked


def _size(item: Item) -> int:
    """Give how many characters fit."""
    code, argument = item
    if code is op.LITERAL:
        return 1
    if code is op.NOT_LITERAL:
        return _ALPHABET - 1
    size = min(_ALPHABET, sum(map(_members, argument)))
    return _ALPHABET - size if argument[0][0] is op.NEGATE else size


def _members(item: Item) -> int:
    code, argument = item
    if code is op.RANGE:
        return int(argument[1] - argument[0] + 1)
    if code is op.CATEGORY:
        return _CATEGORIES.get(argument, _ALPHABET // 2)
    return int(code is op.LITERAL)
