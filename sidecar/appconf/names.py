"""Names that stand for text: ``${catalina.base}``, ``${LOG_DIR:-/var/log}``, and those inside them.

Defined by logback's "Variable substitution", log4j's "Property substitution" and Spring's
placeholders, which differ in what parts a name from its default.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: What a name stands for; None: nobody said.
Look = Callable[[str], str | None]

#: A name in a name in a name ... and a text made of texts made of texts ... end here.
_DEEPEST, _LONGEST = 20, 65_536

UNKNOWN = re.compile(r"\$\{[^{}]*\}")


class EndlessError(ValueError):
    """A name stands for itself, or for a text without end."""


def expand(text: str, look: Look, mark: str = ":-", *, default: bool = True) -> str:
    """Put texts in the place of names; a name that nobody knows stays, as ``${name}``.

    Args:
        text: the text.
        look: what a name stands for, names in it too.
        mark: parts a name from its default; "": there are none.
        default: take defaults; without, a name with one stays whole.

    Raises:
        EndlessError: a name stands for itself.
    """
    return _expand(text, look, mark, default, 0)


def _expand(text: str, look: Look, mark: str, default: bool, depth: int) -> str:
    if depth > _DEEPEST:
        raise EndlessError(f"{text[:80]!r} stands for itself")
    done: list[str] = []
    place = 0
    while (start := text.find("${", place)) >= 0:
        end = _closing(text, start + 2)
        if end < 0:
            break
        done.append(text[place:start])
        place = end + 1
        inside = text[start + 2 : end]
        name, marked, other = _parted(inside, mark)
        name = _expand(name, look, mark, default, depth + 1)
        value = look(name)
        if value is not None:
            done.append(_expand(value, look, mark, default, depth + 1))
        elif marked and default:
            done.append(_expand(other, look, mark, default, depth + 1))
        elif marked:
            done.append(text[start : end + 1])
        else:
            done.append(f"${{{name}}}")
        if sum(map(len, done)) > _LONGEST:
            raise EndlessError(f"{text[:80]!r} stands for more than {_LONGEST} characters")
    return "".join([*done, text[place:]])


def _closing(text: str, start: int) -> int:
    """Find the brace that closes; -1: none does."""
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place - 1 : place + 1] == "${") - (text[place] == "}")
        if not depth:
            return place
    return -1


def _parted(inside: str, mark: str) -> tuple[str, str, str]:
    """Part a name from its default, at the first mark that stands in no other name."""
    depth = 0
    for place in range(len(inside)):
        if inside.startswith("${", place):
            depth += 1
        elif inside[place] == "}":
            depth -= 1
        elif mark and not depth and inside.startswith(mark, place):
            return inside[:place], mark, inside[place + len(mark) :]
    return inside, "", ""


def unknown(text: str) -> list[str]:
    """Give the names that still stand in a text, each once."""
    return list(dict.fromkeys(one[2:-1] for one in UNKNOWN.findall(text)))
