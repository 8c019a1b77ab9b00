"""The worst lines for an expression, made from the expression itself, and what they cost.

An expression goes wrong where it takes a text in one way, fails far behind, and tries another. So a
line has three parts: what brings the expression to a place, something that it and its neighbours
take there, over and over, and an end at which it fails.
"""

from __future__ import annotations

import re
import re._constants as names
import re._parser as parsing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import chain, islice
from statistics import median
from typing import Any, NamedTuple

from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser

#: The worst line takes less than so many times a benign one.
LIMIT = 50

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
    b" ", b"  ", b'"', b"\\", b'\\"', b'""', b"[", b"] ", b"][", b"(", b") ", b"{", b"}", b"1", b"0",
    b"a", b"A", b".", b"a.", b": ", b":", b" - ", b"-", b", ", b"=", b"a=b ", b'a="b" ', b"/", b"|",
    b"\t", b"\\n", b"1.", b"1:", b"12 ", b"#", b"<", b">", b"\xc3\xa9",
)  # fmt: skip

class Cost(NamedTuple):
    """A line, and how many times a benign line of its length it takes."""

    times: float
    line: bytes


def lines(pattern: bytes, samples: Sequence[bytes], size: int) -> Iterator[bytes]:
    """Give the worst lines of a size, without newlines.

    Args:
        pattern: the expression.
        samples: lines that it fits.
        size: in bytes, or a few more.
    """
    points = _points(parsing.parse(pattern))
    taken = dict.fromkeys(piece for _, some in points for piece in some)
    begun = {(begin, b""): [*some, *_BAITS] for begin, some in points}
    for sample in samples:
        begun.update({(begin, rest): [*taken, *_BAITS] for begin, rest in _cuts(pattern, sample)})
        begun[b"", b""] = [*begun.get((b"", b""), []), sample, sample[: len(sample) // 2]]
    for (begin, rest), some in begun.items():
        for piece in dict.fromkeys(some):
            body = (piece * (size // len(piece) + 1))[:size].decode(errors="ignore").encode()
            for end in dict.fromkeys([rest, b"\x01"]):
                yield begin + body + end


def benign(pattern: bytes, samples: Iterable[bytes], size: int) -> list[bytes]:
    """Give lines that the expression fits, each with one of its values as long as ``size``."""
    fits = re.compile(pattern).fullmatch
    made = []
    for sample in samples:
        found = fits(sample)
        assert found, sample
        for start, end in {found.span(name) for name in found.re.groupindex}:
            for filler in (b"x", b"the quick fox jumps ", b"4"):
                line = sample[:start] + (filler * size)[:size] + sample[end:]
                if start >= 0 and fits(line):
                    made.append(line)
    return made


def worst(
    run: Callable[[bytes], object],
    made: Callable[[int], Iterable[bytes]],
    calm: Callable[[int], Sequence[bytes]],
    *,
    size: int = 100_000,
    sift: int = 800,
    kept: int = 4,
) -> Cost:
    """Find the line that costs most, beside the usual benign one of its length.

    All are tried small; where the time grows faster than the line, that shows, or they are among
    those kept for the full size.

    Args:
        run: what is timed; it takes a line without newline.
        made: size -> lines, the same in the same order for every size.
        calm: size -> benign lines.
        size: in bytes.
        sift: size at which all are tried.
        kept: so many are tried in full.
    """
    usual = median(_seconds(run, line) for line in calm(sift))
    took = []
    for number, line in enumerate(chain(calm(sift), made(sift))):
        once = _once(run, line)
        took.append((once, number))
        if once > 4 * LIMIT * usual:  # in full it might never end
            larger = next(islice(chain(calm(8 * sift), made(8 * sift)), number, None))
            cost = _cost(run, larger, median(_seconds(run, one) for one in calm(8 * sift)))
            if cost.times > 2 * LIMIT:
                return cost
    numbers = {number for _, number in nlargest(4 * kept, took)}
    for full, many in ((sift, kept), (size // 8, kept), (size, 1)):
        usual = median(_seconds(run, line) for line in calm(full))
        chosen = (
            (number, line)
            for number, line in enumerate(chain(calm(full), made(full)))
            if number in numbers
        )
        dear = nlargest(many, ((_cost(run, line, usual), number) for number, line in chosen))
        numbers = {number for _, number in dear}
        if dear[0][0].times > LIMIT and full > sift:
            break
    return dear[0][0]


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


def _inside(item: tuple[Any, Any]) -> list[Any]:
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
