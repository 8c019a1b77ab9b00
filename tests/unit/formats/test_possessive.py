"""CPython before 3.11.5 leaves a possessive repetition of a group where its last try failed.

``(?:ab?c)*+`` goes on behind the ``a`` of an ``a`` that is no ``ac`` (gh-106052); what else stands
there is then held against the wrong place. A try that fails at once, or only in single characters,
leaves no trace. All else is spelled ``(?>(?:...)*)``, which means the same.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._constants as op
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import sidecar
from sidecar.formats import syntax

_CHARACTERS = {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}

_LOOKS = re.compile(r"[*+?}]\+")

DEBIAN = Path("/usr/bin/python3.11")


def all_patterns() -> Iterator[tuple[str, bytes | str]]:
    """Give every expression, or part of one, that a module of ours has, and the module."""
    for module in pkgutil.walk_packages(sidecar.__path__, "sidecar."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                yield from ((module.name, one) for one in _texts(value))


def _texts(value: Any) -> Iterator[bytes | str]:
    if isinstance(value, re.Pattern):
        value = value.pattern
    if isinstance(value, bytes | str):
        if _LOOKS.search(value if isinstance(value, str) else value.decode("latin-1")):
            yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, tuple | list | set | frozenset):
        yield from (text for one in value for text in _texts(one))


def loose_ends(items: syntax.Items) -> list[syntax.Item]:
    """Give the possessive repetitions whose last try may leave a trace."""
    found = []
    for item in items:
        code, argument = item
        if code is op.POSSESSIVE_REPEAT and not leaves_no_trace(argument[-1]):
            found.append(item)
        found += [one for inner in syntax.inside(item) for one in loose_ends(inner)]
    return found


def leaves_no_trace(items: syntax.Items) -> bool:
    """Tell whether a try is single characters, then repetitions of one that cannot fail."""
    rest = [*items]
    while rest and rest[0][0] in _CHARACTERS:
        rest.pop(0)
    return all(
        code in syntax.REPEATS
        and argument[0] == 0
        and len(argument[-1]) == 1
        and argument[-1][0][0] in _CHARACTERS
        for code, argument in rest
    )


PATTERNS = [*{pattern: module for module, pattern in all_patterns()}.items()]


@pytest.mark.parametrize(
    ("pattern", "sound"),
    [
        (rb"(?:ab?c)*+", False),
        (rb"(?:\](?! )x*+)*+", False),
        (rb"(?:(?!a)b)++", False),
        (rb"(?:a|bc)?+", False),
        (rb"(?>(?:ab?c)*)", True),
        (rb"[ab]*+", True),
        (rb"(?:\\.[^\"]*+)*+", True),
    ],
)
def test_trace_is_seen(pattern: bytes, sound: bool) -> None:
    assert (not loose_ends(syntax.read(pattern).items)) is sound


def test_there_are_some() -> None:
    assert len(PATTERNS) > 30


@pytest.mark.parametrize(("pattern", "module"), PATTERNS)
def test_no_repetition_leaves_a_trace(pattern: bytes | str, module: str) -> None:
    try:
        items = syntax.read(pattern if isinstance(pattern, bytes) else pattern.encode()).items
    except re.error:
        pytest.skip(f"{module}: no expression by itself")
    assert not loose_ends(items)


@pytest.mark.skipif(not DEBIAN.exists(), reason="Debian's own Python is not here")
def test_fault_is_what_is_said_here() -> None:
    """Ask an interpreter that has it, or has it no more."""
    code = (
        "import re, sys; sys.exit(10 * (sys.version_info < (3, 11, 5)) + bool("
        r"re.fullmatch(r'(?:\](?! ))*+\] x', '] x')))"
    )
    done = subprocess.run([DEBIAN, "-c", code], check=False, timeout=20)
    assert done.returncode in {1, 10}
