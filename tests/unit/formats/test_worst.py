"""What the worst line costs: no more than some benign ones of its length."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest

from sidecar.formats import FORMATS
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.formats.spec import Format

SIZE = 8_000

#: Pairs, where they are fields, take their time.
BENIGN = [b" the quick fox jumps", b" quick=fox jumps=7"]

#: What might send an expression the wrong way, again and again. Backslashes are not among them: to
#: undo and to write escapes costs more than to match them, in benign lines too.
BAITS = [
    " ", "a", "A", "1", "-", ".", ":", ": ", "] ", "[a] ", '"', "(", "/", '"a" ', "1.2.3.4:",
    "] [", ", 0.1 secs", " - ",
]  # fmt: skip


def worst(format_: Format) -> Iterator[bytes]:
    """Give heads with much of one thing before, within and after each of their groups."""
    head_of = re.compile(format_.pattern)
    for sample in format_.samples:
        head = sample.event.split("\n", 1)[0].encode()
        found = head_of.fullmatch(head)
        assert found
        places = {place for group in range(found.re.groups + 1) for place in found.span(group)}
        for place in sorted(places - {-1}):
            for bait in BAITS:
                many = bait.encode() * (SIZE // len(bait))
                yield head[:place] + many + head[place:] + b"\n"
                yield head[:place] + many + b"\x00\n"


def least(run: Callable[[], object], times: int) -> float:
    """Give the processor's time of a run, the least of some."""
    took = []
    for _ in range(times):
        start = time.process_time()
        run()
        took.append(time.process_time() - start)
    return min(took)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda one: one.name)
def test_worst_line_costs_no_more_than_some_benign_ones_of_its_length(format_: Format) -> None:
    made = parser(FormatOptions(format_.name))

    def seconds(line: bytes, times: int = 1) -> float:
        return least(lambda: list(made.render(line, "")), times)

    heads = [sample.event.split("\n", 1)[0].encode() for sample in format_.samples]
    benign = [head + (text * SIZE)[:SIZE] + b"\n" for head in heads for text in BENIGN]
    limit = 50 * max(seconds(line, 5) for line in benign)
    slow = [line for line in worst(format_) if seconds(line) > limit]
    assert [line[:200] for line in slow if seconds(line, 5) > limit] == []
