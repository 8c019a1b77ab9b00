"""Java's properties, with the line of each.

Defined by java.util.Properties.load: ``=``, ``:`` or a blank parts a key from its value, a
backslash continues a line and escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sidecar.appconf.log import Conf, Where

_KEY = re.compile(r"((?:\\.|[^\\=:\s])*)[ \t\f]*[=:]?[ \t\f]*", re.DOTALL)

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


class Property(NamedTuple):
    """A value and its place."""

    value: str
    where: Where


def read(conf: Conf) -> dict[str, Property]:
    """Read a file, of UTF-8 or, as Java had it, of Latin 1; the last of a key's values stands.

    Raises:
        ConfigError: it holds NUL characters.
    """
    found = {}
    for line, text in _logical(conf.text("latin-1")):
        parted = _KEY.match(text)
        assert parted
        key, value = _unescaped(parted[1]), _unescaped(text[parted.end() :])
        found[key] = Property(value.rstrip("\r"), conf.at(line))
    return found


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Give each line that says something, with what continues it, and its number."""
    begin = 0
    parts: list[str] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.lstrip(" \t\f")
        if not parts:
            if not line or line[0] in "#!":
                continue
            begin = number
        slashes = len(line) - len(line.rstrip("\\"))
        parts.append(line[:-1] if slashes % 2 else line)
        if not slashes % 2:
            yield begin, "".join(parts)
            parts = []
    if parts:
        yield begin, "".join(parts)


def _unescaped(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        return {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}.get(found[2], found[2])

    halves = _ESCAPE.sub(plain, text)  # of what needs two escapes
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
