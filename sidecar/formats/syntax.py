"""An expression as ``re`` itself reads it: a sequence of items, each a code and an argument.

The modules ``re._parser`` and ``re._compiler`` are what ``re.compile`` is made of. They are not
promised to anybody, so all that is asked of them stands here, and tests hold it to its word; the
stream of events needs none of it.
"""

from __future__ import annotations

import re
import re._compiler as compiler
import re._constants as op
import re._parser as sre
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Item = tuple[Any, Any]
Items = Sequence[Item]

REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}

END: Item = (op.AT, op.AT_END_STRING)


class Tree(NamedTuple):
    """An expression; ``names`` are those of its groups, by number."""

    items: Items
    names: Mapping[int, str]
    state: Any

    def compiled(self, items: Items) -> re.Pattern[bytes]:
        """Compile some of the items of the expression, its groups named as there."""
        made: re.Pattern[bytes] = compiler.compile(sre.SubPattern(self.state, [*items]))
        return made


def read(pattern: bytes) -> Tree:
    """Read an expression."""
    parsed = sre.parse(pattern)
    names = {number: name for name, number in parsed.state.groupdict.items()}
    return Tree([*parsed], names, parsed.state)


def inside(item: Item) -> Sequence[Items]:
    """Give the sequences that stand in an item: several in a choice, none in a character."""
    code, argument = item
    if code is op.BRANCH:
        return [*argument[1]]
    if code in {op.SUBPATTERN, op.ASSERT, op.ASSERT_NOT} or code in REPEATS:
        return [argument[-1]]
    return [argument] if code is op.ATOMIC_GROUP else []
