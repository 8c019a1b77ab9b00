r"""Repetitions of an expression that can share a text out between them in many ways.

``(a+)+b`` takes ``aaaa`` in eight ways and tries all of them before a line fails: twice as many
with each letter. ``\s*\s*x`` tries as many as there are blanks, at each of them. An expression is
taken for an automaton of its characters (Glushkov's). It is exponential where two ways lead over
the same text from a place back to it, and polynomial where a text leads from one repetition round
to itself, round another, and from the one to the other (Weber and Seidl, "On the degree of
ambiguity of finite automata", 1991). What ends in ``.*`` never fails from there on, and does not
count.

Bounded repetitions count as endless where they take many characters, those around them included.
Texts that look around are judged by themselves; a text meant by a group's name counts as one
character.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from sidecar.layouts.risk import Risk

#: A repetition that takes more characters than that counts as endless.
_MANY = 64

#: So many steps are looked at before an expression counts as too large to judge.
_STEPS = 200_000

#: Characters that stand for all; a newline is in no line.
_ALPHABET = [chr(code) for code in range(128) if chr(code) != "\n"] + ["é", "유", "\u3000"]

_ALL = (1 << len(_ALPHABET)) - 1

_TOKEN = re.compile(
    r"(?P<skip>\(\?#[^)]*\)|\(\?[aiLmsux]+\)|\\[AZzbB]|[\^$])|(?P<named>\(\?P=\w+\)|\\[1-9]\d?)"
    r"|(?P<one>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])"
    r"|(?P<open>\((?:\?(?:P?<[A-Za-z_]\w*>|\(\w+\)|[aiLmsux]*(?:-[imsx]+)?:|>|<?[=!]))?)"
    r"|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<times>(?:[*+?]|\{(?P<least>\d*)(?P<comma>,)?(?P<most>\d*)\}(?<!\{\}))(?P<mode>[?+]?))"
    r"|(?P<other>.)",
    re.DOTALL,
)


def risks(expression: str, *, whole: bool) -> list[Risk]:
    """Look for repetitions that make an expression slow, in the order of their places.

    Args:
        expression: a regular expression that compiles.
        whole: it must fit a line to its end, not the line's begin alone.
    """
    root = _parsed(expression)
    found = [*_judged(expression, root if whole else _Sequence([root, _REST]))]
    return sorted(dict.fromkeys(found))


# -- the expression, taken apart -----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _One:
    """One character, of those in ``mask``."""

    mask: int


@dataclass(frozen=True, eq=False)
class _Sequence:
    items: list[_Node]


@dataclass(frozen=True, eq=False)
class _Either:
    items: list[_Node]


@dataclass(frozen=True, eq=False)
class _Repeat:
    """``most`` None: endless; ``end`` is where its text ends; ``lazy``: what follows goes first."""

    body: _Node
    least: int
    most: int | None
    place: int
    end: int
    lazy: bool = False


@dataclass(frozen=True, eq=False)
class _Atomic:
    body: _Node


@dataclass(frozen=True, eq=False)
class _Look:
    body: _Node
    place: int
    end: int


_Node = _One | _Sequence | _Either | _Repeat | _Atomic | _Look

_REST = _Repeat(_One(_ALL), 0, None, -1, -1)


@lru_cache(512)
def _mask(one: str, flags: int) -> int:
    """Give the characters that an atom takes; all, where it cannot be told."""
    try:
        fits = re.compile(one.replace("[:space:]", r"\s"), flags).fullmatch
    except re.error:
        return _ALL
    return sum(1 << bit for bit, letter in enumerate(_ALPHABET) if fits(letter)) or _ALL + 1


def _parsed(expression: str) -> _Node:
    """Parse an expression."""
    flags = re.IGNORECASE if re.search(r"\(\?[a-z]*i", expression) else 0
    verbose = re.search(r"\(\?[a-z]*x", expression) is not None
    # A group that is open: how it begins, its place, its alternatives so far.
    groups: list[tuple[str, int, list[_Sequence]]] = [("", 0, [_Sequence([])])]
    place = 0  # of the last item
    for token in _TOKEN.finditer(expression):
        text, items = token[0], groups[-1][2][-1].items
        if token["open"]:
            groups.append((text, token.start(), [_Sequence([])]))
        elif token["close"] and len(groups) > 1:
            kind, place, inner = groups.pop()
            groups[-1][2][-1].items.append(_group(kind, inner, place, token.end()))
        elif token["bar"]:
            groups[-1][2].append(_Sequence([]))
        elif token["times"] and items:
            items[-1] = _repeated(items[-1], token, place)
        elif not token["skip"] and not (verbose and text.isspace()):
            place = token.start()
            items.append(_One(_ALL if token["named"] else _mask(text, flags)))
    return _Either([*groups[0][2]])


def _group(kind: str, inner: list[_Sequence], place: int, end: int) -> _Node:
    body = _Either([*inner])
    if kind == "(?>":
        return _Atomic(body)
    if kind in {"(?=", "(?!"}:
        return _Look(body, place, end)
    return _Sequence([]) if kind.startswith("(?<") and kind[3] in "=!" else body


def _repeated(body: _Node, token: re.Match[str], place: int) -> _Node:
    if token["least"] is None:
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[token[0][0]]
    else:
        least = int(token["least"] or 0)
        most = int(token["most"]) if token["most"] else None if token["comma"] else least
    made = _Repeat(body, least, most, place, token.end(), token["mode"] == "?")
    return _Atomic(made) if token["mode"] == "+" else made


def _width(node: _Node) -> int:
    """Give how many characters a node takes at most, as far as it matters."""
    if isinstance(node, _Sequence):
        return min(sum(map(_width, node.items)), _MANY + 1)
    if isinstance(node, _Either):
        return max(map(_width, node.items))
    if isinstance(node, _Repeat):
        most = _MANY + 1 if node.most is None else node.most
        return min(most * _width(node.body), _MANY + 1)
    if isinstance(node, _Atomic):
        return _width(node.body)
    return 1 if isinstance(node, _One) else 0


# -- its automaton -------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A part of the automaton.

    Attributes:
        first: states it may begin in, each with the characters that may lead there.
        last: states it may end in, each with the characters that may follow.
        skips: characters that may follow where it takes nothing; -1: it always takes something.
    """

    first: list[tuple[int, int]]
    last: list[tuple[int, int]]
    skips: int


@dataclass
class _Automaton:
    """States are characters of the expression.

    Attributes:
        masks: state -> what it takes.
        edges: state -> state after it -> characters, once a way that leads there.
        endless: states that follow themselves in a repetition without a bound.
        lazy: those of them behind which all else is tried first.
        loops: endless repetitions, with their states.
        looks: texts looked at over again within a repetition.
        inner: what is judged by itself.
    """

    masks: list[int] = field(default_factory=list)
    edges: defaultdict[int, defaultdict[int, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    endless: set[int] = field(default_factory=set)
    lazy: set[int] = field(default_factory=set)
    loops: list[tuple[_Repeat, range]] = field(default_factory=list)
    looks: list[_Look] = field(default_factory=list)
    inner: list[_Node] = field(default_factory=list)
    groups: list[range] = field(default_factory=list)

    def part(self, node: _Node, around: int = 1) -> _Part:
        """Add a node; those around it are repeated ``around`` times."""
        if isinstance(node, _One):
            state = len(self.masks)
            self.masks.append(node.mask)
            return _Part([(state, _ALL)], [(state, _ALL)], -1)
        if isinstance(node, _Sequence):
            return self._sequence([self.part(one, around) for one in node.items])
        if isinstance(node, _Either):
            parts = [self.part(one, around) for one in node.items]
            skips = [one.skips for one in parts if one.skips >= 0]
            return _Part(
                [one for part in parts for one in part.first],
                [one for part in parts for one in part.last],
                max(skips, default=-1),
            )
        if isinstance(node, _Atomic):
            return self._atomic(node, around)
        if isinstance(node, _Look):
            self.inner.append(node.body)
            if around > _MANY and _width(node.body) > _MANY:
                self.looks.append(node)
            return _Part([], [], _ALL)
        return self._repeat(node, around)

    def _sequence(self, parts: Iterable[_Part]) -> _Part:
        whole = _Part([], [], _ALL)
        for part in parts:
            self._joined(whole.last, part.first)
            first, last = [*whole.first], [*part.last]
            if whole.skips >= 0:
                first += [(state, mask & whole.skips) for state, mask in part.first]
            if part.skips >= 0:
                last += [(state, mask & part.skips) for state, mask in whole.last]
            both = whole.skips >= 0 and part.skips >= 0
            whole = _Part(first, last, whole.skips & part.skips if both else -1)
        return whole

    def _joined(self, last: list[tuple[int, int]], first: list[tuple[int, int]]) -> None:
        for (one, after), (other, before) in product(last, first):
            if mask := after & before & self.masks[other]:
                self.edges[one][other].append(mask)

    def _repeat(self, node: _Repeat, around: int) -> _Part:
        start = len(self.masks)
        most = _MANY + 1 if node.most is None else node.most
        part = self.part(node.body, min(around * max(most, 1), _MANY + 1))
        if most > 1 and most * around * _width(node.body) > _MANY:
            self._joined([*part.last], part.first)
            same = {one for one, _ in part.last} & {one for one, _ in part.first}
            self.endless |= same if node.most is None else set()
            self.lazy |= same if node.lazy else set()
            self.loops.append((node, range(start, len(self.masks))))
        return part if node.least else part._replace(skips=_ALL)

    def _atomic(self, node: _Atomic, around: int) -> _Part:
        self.inner.append(node.body)
        start = len(self.masks)
        part = self.part(node.body, around)
        if len(self.masks) == start + 1:  # what it could take itself does not come after it
            others = _ALL & ~self.masks[start]
            looped = bool(self.edges[start][start])
            self.edges[start][start][1:] = []  # the first way is kept, and no other tried
            last = [(start, others if looped else _ALL)]
            return _Part(part.first, last, others if part.skips >= 0 else -1)
        self.groups.append(range(start, len(self.masks)))
        return part


# -- what it means -------------------------------------------------------------------------------


class _TooLargeError(Exception):
    """An automaton has too many states to be judged."""


def _judged(expression: str, root: _Node) -> Iterator[Risk]:
    made = _Automaton()
    part = made.part(root)
    for look in made.looks:
        yield Risk(look.place, expression[look.place : look.end], "", exponential=False)
    for node in made.inner:  # it need not be followed by anything to fit
        yield from _judged(expression, _Sequence([node, _REST]))
    try:
        yield from _Judge(expression, made, {state for state, _ in part.last}).risks()
    except _TooLargeError:
        return


class _Judge:
    """Looks for two ways over one text.

    Args:
        expression: the whole.
        made: its automaton.
        ends: states in which it may end.
    """

    def __init__(self, expression: str, made: _Automaton, ends: set[int]) -> None:
        self._expression, self._made = expression, made
        self._steps = 0
        states = range(len(made.masks))
        #: Nothing fails from there on.
        won = {
            one for one in states
            if one in ends and any(
                made.masks[two] == _ALL and two in ends and _ALL in made.edges[two][two]
                and _ALL in made.edges[one][two]
                and (two not in made.lazy or {*made.edges[two]} == {two})
                for two in made.endless & {*made.edges[one]}
            )
        }  # fmt: skip
        self._edges: dict[int, dict[int, list[int]]] = {}
        for one in states:
            wins = 0
            for two in won & {*made.edges[one]}:
                wins |= made.edges[one][two][0]
            self._edges[one] = {
                two: kept
                for two, masks in made.edges[one].items()
                if (kept := [mask & ~wins for mask in masks if mask & ~wins])
            }

    def risks(self) -> Iterator[Risk]:
        """Give what there is, exponential ones alone if there are any."""
        loops = [*self._components()]
        bad = [loop for loop in loops if self._doubles(loop)]
        for loop in bad:
            outer = self._around(loop, widest=True)
            inner = [
                one
                for one, states in self._made.loops
                if one is not outer
                and {*states} & loop
                and outer.place <= one.place
                and one.end <= outer.end
            ]
            yield Risk(
                outer.place, self._text(outer), self._text(inner[0]) if inner else "",
                exponential=True,
            )  # fmt: skip
        for one, other in product(loops, loops):
            if (
                one is not other
                and one not in bad
                and other not in bad
                and self._shares(one, other)
            ):
                first, second = self._around(one), self._around(other)
                yield Risk(first.place, self._text(first), self._text(second), exponential=False)

    def _text(self, node: _Repeat) -> str:
        return self._expression[node.place : node.end]

    def _around(self, loop: frozenset[int], *, widest: bool = False) -> _Repeat:
        """Give the repetition that holds a loop and least else; of several, the inmost or not."""
        holding = [(node, len(states)) for node, states in self._made.loops if loop <= {*states}]
        least = min(size for _, size in holding)
        nested = [node for node, size in holding if size == least]  # the inner before the outer
        return nested[-1 if widest else 0]

    def _components(self) -> Iterator[frozenset[int]]:
        """Give the sets of states that lead to each other and back."""
        reach = {one: self._reached(one) for one in self._edges}
        seen: set[int] = set()
        for one, reached in reach.items():
            if one in reached and one not in seen:
                loop = frozenset(two for two in reached if one in reach[two])
                seen |= loop
                yield loop

    def _reached(self, start: int) -> set[int]:
        reached: set[int] = set()
        waiting = [start]
        while waiting:
            self._step()
            for two in self._edges[waiting.pop()]:
                if two not in reached:
                    reached.add(two)
                    waiting.append(two)
        return reached

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _STEPS:
            raise _TooLargeError

    def _apart(self, one: int, other: int) -> bool:
        """Tell whether two states are of no group that is never left and entered again."""
        return not any(one in group and other in group for group in self._made.groups)

    def _moves(
        self, places: tuple[int, ...], within: Mapping[int, frozenset[int]]
    ) -> Iterator[tuple[int, ...]]:
        """Give where several go from their places on a character that all of them take."""
        ways = [
            [(two, mask) for two, masks in self._edges[one].items() for mask in masks[:1]
             if number not in within or two in within[number]]
            for number, one in enumerate(places)
        ]  # fmt: skip
        for chosen in product(*ways):
            self._step()
            shared = _ALL
            for _, mask in chosen:
                shared &= mask
            if shared:
                yield tuple(two for two, _ in chosen)

    def _doubles(self, loop: frozenset[int]) -> bool:
        """Tell whether two ways lead over one text from a state of the loop back to it."""
        for one in loop:
            for two, masks in self._edges[one].items():
                if (
                    two in loop
                    and any(a & b for at, a in enumerate(masks) for b in masks[:at])
                    and self._apart(one, two)
                ):
                    return True
        before: defaultdict[tuple[int, ...], set[tuple[int, ...]]] = defaultdict(set)
        waiting: list[tuple[int, ...]] = [(one, one) for one in loop]
        seen = {*waiting}
        within = {0: loop, 1: loop}
        while waiting:
            pair = waiting.pop()
            for after in self._moves(pair, within):
                if after[0] != after[1] and not self._apart(*after):
                    continue
                before[after].add(pair)
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        back = {one for one in seen if one[0] == one[1]}
        waiting = [*back]
        while waiting:
            for pair in before[waiting.pop()]:
                if pair[0] != pair[1]:
                    return True
                if pair not in back:
                    back.add(pair)
                    waiting.append(pair)
        return False

    def _shares(self, one: frozenset[int], other: frozenset[int]) -> bool:
        """Tell whether a text leads round one loop, round the other, and from the one to it."""
        within = {0: one, 2: other}
        for first, last in product(one, other):
            if last not in self._reached(first):
                return False
            goal = (first, last, last)
            waiting: list[tuple[int, ...]] = [(first, first, last)]
            seen = {*waiting}
            while waiting:
                for after in self._moves(waiting.pop(), within):
                    if after == goal:
                        return True
                    if after not in seen:
                        seen.add(after)
                        waiting.append(after)
        return False
