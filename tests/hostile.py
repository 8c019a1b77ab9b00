"""The worst lines for an expression, made from the expression itself, and what they cost.

An expression goes wrong where it takes a text in one way, fails far behind, and tries another. So a
line has three parts: what brings the expression to a place, something that it and its neighbours
take there, over and over, and an end at which it fails.
"""

from __future__ import annotations

import os
import re
import re._constants as names
import re._parser as parsing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nlargest
from math import inf
from random import Random
from typing import Any, NamedTuple

from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser

#: The worst line takes less than so many times a benign one.
LIMIT = 50

#: Bytes of a line that is measured, and of one that is only tried.
SIZE, _SIFT = 100_000, 500

#: Every line is tried, and more layouts: ``make worst``, which takes minutes.
THOROUGH = os.environ.get("SIDECAR_TEST_WORST") == "all"

#: So many of the lines for an expression are tried otherwise, the same each time.
_TRIED = 400

#: A repetition of fewer is none to speak of.
_MANY = 16

#: Bytes that a line has, in the order in which one is chosen of several.
_BYTES = b"a1 " + bytes(range(0x21, 0x7F)) + b"\t\xc3"

_CATEGORIES = {
    getattr(names, f"CATEGORY_{kind}"): re.compile(expression)
    for kind, expression in {
        "DIGIT": rb"\d", "NOT_DIGIT": rb"\D", "SPACE": rb"\s", "NOT_SPACE": rb"\S", "WORD": rb"\w",
        "NOT_WORD": rb"\W",
    }.items()
}  # fmt: skip

_REPEATS = (names.MAX_REPEAT, names.MIN_REPEAT, names.POSSESSIVE_REPEAT)

#: What has led expressions of logs astray, whatever they are of.
_BAITS = (
    b" ", b'"', b"\\", b'\\"', b"[", b"] ", b"(", b") ", b"}", b"1", b"a", b"A", b"a.", b": ",
    b" - ",
    b", ", b"=", b'a="b" ', b"/", b"|", b"\t", b"1:", b"12 ", b"\xc3\xa9",
)  # fmt: skip


#: What a benign line is filled with.
_PROSE = (
    b"x",
    b"4",
    b"the quick fox jumps ",
    b"the [quick] fox, it says: jumps - or (not) | yes; ",
)


class Cost(NamedTuple):
    """A line, and how many times a benign line of its length it takes."""

    times: float
    line: bytes


class Recipe(NamedTuple):
    """How a line of any size is made: what begins it, what is repeated, how it ends."""

    begin: bytes
    piece: bytes
    end: bytes

    def line(self, size: int) -> bytes:
        """Give the line, without newline; ``size`` bytes and a few more."""
        body = (self.piece * (size // len(self.piece) + 1))[:size]
        return self.begin + body.decode(errors="ignore").encode() + self.end


def recipes(pattern: bytes, samples: Sequence[bytes], *, fitted: bool = True) -> list[Recipe]:
    """Give the worst lines for an expression.

    Args:
        pattern: the expression.
        samples: lines that it fits.
        fitted: it fits them from end to end, and has groups that tell where they may be cut.
    """
    points = _points(parsing.parse(pattern))
    taken = dict.fromkeys(piece for _, some in points for piece in some)
    begun = {(begin, b""): [*some, *_BAITS] for begin, some in points}
    for sample in samples:
        cuts = _cuts(pattern, sample) if fitted else [(sample, b"")]
        begun.update({cut: [*taken, *_BAITS] for cut in cuts})
        begun[b"", b""] = [*begun.get((b"", b""), []), sample, sample[: len(sample) // 2]]
    made = (
        Recipe(begin, piece, end)
        for (begin, rest), some in begun.items()
        for piece in some
        for end in (rest, b"\x01")
    )
    return [*dict.fromkeys(made)]


def benign(pattern: bytes, samples: Iterable[bytes], size: int) -> list[bytes]:
    """Give lines that the expression fits, each with one of its values as long as ``size``."""
    fits = re.compile(pattern).fullmatch
    made = []
    for sample in samples:
        found = fits(sample)
        assert found, sample
        for start, end in {found.span(name) for name in found.re.groupindex}:
            for filler in _PROSE:
                line = sample[:start] + (filler * size)[:size] + sample[end:]
                if start >= 0 and fits(line):
                    made.append(line)
    return made


def worst(
    run: Callable[[bytes], object],
    made: Sequence[Recipe],
    calm: Callable[[int], Iterable[bytes]],
) -> Cost:
    """Find the line that costs most, beside the dearest benign one of its length.

    All are tried small; where the time grows faster than the line, that shows, or they are among
    the few that are tried in full.

    Args:
        run: what is timed; it takes a line without newline.
        made: the lines.
        calm: size -> benign lines.
    """
    if not THOROUGH and len(made) > _TRIED:
        made = Random(0).sample(made, _TRIED)
    small = SIZE // 16
    usual = {size: max((_seconds(run, one), one) for one in calm(size))
             for size in (_SIFT, small, SIZE)}  # fmt: skip
    if usual[SIZE][0] > 4 * 16 * usual[small][0]:  # what grows so is none to measure by
        return Cost(inf, usual[SIZE][1])
    took = []
    for recipe in made:
        once = _once(run, recipe.line(_SIFT))
        took.append((once, recipe))
        if once > 4 * LIMIT * usual[_SIFT][0]:  # in full it might never end
            cost = _cost(run, recipe.line(small), usual[small][0])
            if cost.times > 2 * LIMIT:
                return cost
    dear = [recipe for _, recipe in nlargest(12, took)]
    tried = ((_cost(run, recipe.line(small), usual[small][0]), recipe) for recipe in dear)
    dearest = nlargest(2, tried)
    if dearest[0][0].times > LIMIT:  # longer it would take still more, and no end of time
        return min(dearest[0][0], _cost(run, dearest[0][0].line, usual[small][0]))
    cost = max(_cost(run, one.line(SIZE), usual[SIZE][0]) for _, one in dearest)
    if cost.times < LIMIT:
        return cost
    # Where much else runs one measure tells little: both once more.
    calmest = max(_seconds(run, one) for one in calm(SIZE))
    return min(cost, _cost(run, cost.line, calmest))


def _cost(run: Callable[[bytes], object], line: bytes, usual: float) -> Cost:
    """Give a line's cost; what its text costs in any format counts as usual."""
    return Cost(_seconds(run, line) / max(usual, _seconds(_raw, line)), line)


_RAW = parser(FormatOptions("raw"))


def _raw(line: bytes) -> object:
    return [*_RAW.render(line + b"\n", "")]


def _once(run: Callable[[bytes], object], line: bytes) -> float:
    start = time.process_time()
    run(line)
    return time.process_time() - start


def _seconds(run: Callable[[bytes], object], line: bytes) -> float:
    return min(_once(run, line) for _ in range(3))


def _cuts(pattern: bytes, sample: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Part a sample where its values begin and end, and at its middle words."""
    found = re.fullmatch(pattern, sample)
    assert found, sample
    places = {place for name in found.re.groupindex for place in found.span(name)}
    for place in sorted({0, len(sample), *places} - {-1}):
        yield sample[:place], sample[place:]


# -- the expression ------------------------------------------------------------------------------


def _inside(item: tuple[Any, Any]) -> list[Any]:  # noqa: PLR0911 - a line a kind
    """Give the sequences in an item."""
    code, value = item
    if code in _REPEATS:
        return [value[2]]
    if code is names.SUBPATTERN:
        return [value[3]]
    if code is names.ATOMIC_GROUP:
        return [value]
    if code is names.BRANCH:
        return list(value[1])
    if code in (names.ASSERT, names.ASSERT_NOT):
        return [value[1]]
    if code is names.GROUPREF_EXISTS:
        return [one for one in value[1:] if one]
    return []


def _points(items: Any, begin: bytes = b"") -> list[tuple[bytes, list[bytes]]]:
    """Give each repetition: a text that comes before it, and what is worth repeating there."""
    found = []
    flat = [*_flat(items)]
    for place, item in enumerate(flat):
        after = flat[place + 1 : place + 3]
        if item[0] in _REPEATS and item[1][1] >= _MANY:
            body = item[1][2]
            some = _shared(body, [*flat[max(place - 1, 0) : place], *after])
            some += [_sample(body), _sample(body) + _sample(after)]
            found.append((begin, [one for one in some if one and b"\n" not in one]))
        for inner in _inside(item):
            found += _points(inner, begin)
        begin += _sample([item])
    return [(one, some) for one, some in found if b"\n" not in one]


def _flat(items: Any) -> Iterator[tuple[Any, Any]]:
    """Give items, and those of groups that do nothing else in their place."""
    for item in items:
        if item[0] is names.SUBPATTERN:
            yield from _flat(item[1][3])
        else:
            yield item


def _sample(items: Any) -> bytes:
    """Give a short text that the items take, as if nothing looked around."""
    made = b""
    for item in items:
        code, value = item
        if code in _REPEATS:
            made += _sample(value[2]) * max(value[0], 1 if value[1] >= _MANY else 0)
        elif code in (names.SUBPATTERN, names.ATOMIC_GROUP, names.BRANCH):
            made += _sample(_inside(item)[0])
        else:
            made += _taken(item)[:1]
    return made


def _taken(item: tuple[Any, Any]) -> bytes:
    """Give the bytes that an item of one takes, those that read well first."""
    code, value = item
    if code is names.LITERAL:
        return bytes([value])
    if code is names.NOT_LITERAL:
        return bytes(byte for byte in _BYTES if byte != value)
    if code is names.ANY:
        return _BYTES
    if code is not names.IN:
        return b""
    negated = value[0][0] is names.NEGATE
    return bytes(byte for byte in _BYTES if any(_one(one, byte) for one in value) != negated)


def _one(item: tuple[Any, Any], byte: int) -> bool:
    code, value = item
    if code is names.LITERAL:
        return bool(byte == value)
    if code is names.RANGE:
        return bool(value[0] <= byte <= value[1])
    if code is names.CATEGORY:
        return _CATEGORIES[value].match(bytes([byte])) is not None
    return False


def _first_taken(items: Any) -> bytes:
    """Give what the first items may begin with."""
    found = b""
    for item in items:
        found += _taken(item)
        for inner in _inside(item):
            found += _first_taken(inner)
        if item[0] not in _REPEATS or item[1][0]:
            break
    return found


def _shared(body: Any, beside: Any) -> list[bytes]:
    """Give bytes that a repetition takes and so do its neighbours, or any that it takes."""
    taken = _first_taken(body)
    shared = [byte for item in beside for byte in _first_taken([item]) if byte in taken]
    return [bytes([byte]) for byte in [*shared[:3], *taken[:2]]]
