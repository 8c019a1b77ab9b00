"""File names as applications make them, with dates and numbers in them, to globs.

Defined by java.text.SimpleDateFormat (Tomcat, log4j 1), logback's FileNamePattern, log4j2's
PatternProcessor, strftime (rotatelogs) and java.util.logging.FileHandler. A date that begins with a
number becomes ``[0-9]*``, so that ``app.[0-9]*.log`` is not ``app.error.log``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sidecar.appconf.names import UNKNOWN

NUMBER = "[0-9]*"

_PACKED = re.compile(r"\.(gz|zip|bz2|xz|zst|lz4|pack200|deflate|Z)$")

_JAVA = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'")

_STRFTIME = re.compile(r"%[-_0^#EO]*(.)|[^%]+|%")

#: strftime's conversions that give words.
_WORDS = frozenset("aAbBhpPZ")


def literal(text: str) -> str:
    """Give the glob of a text that stands as it is; a name that nobody knows becomes a star."""
    parts = (re.sub(r"([*?\[])", r"[\1]", one) for one in UNKNOWN.split(text))
    return re.sub(r"\*{2,}", "*", "*".join(parts))


def java_date(pattern: str) -> str:
    """Give the glob of what SimpleDateFormat or DateTimeFormatter writes."""
    parts = []
    for found in _JAVA.finditer(pattern):
        text, letter = found[0], found[2]
        if letter:
            word = letter in "EaGzBv" or (letter in "ML" and len(text) > 2)
            parts.append(("*" if word else NUMBER, ""))
        else:
            quoted = text[1:-1].replace("''", "'") if text != "''" else "'"
            parts.append(("", quoted if found[1] is not None else text))
    return _dated(parts)


def strftime(pattern: str) -> str:
    """Give the glob of what strftime writes."""
    parts = []
    for found in _STRFTIME.finditer(pattern):
        if found[1] and found[1] not in "%nt":
            parts.append(("*" if found[1] in _WORDS else NUMBER, ""))
        else:
            parts.append(("", "%" if found[0] == "%%" else found[0]))
    return _dated(parts)


def _dated(parts: Iterable[tuple[str, str]]) -> str:
    """Make one star of all that stands between the first and the last field of a folder's name."""
    done: list[str] = []
    behind, dated = "", False
    for field, text in parts:
        if field:
            done += [] if dated else [literal(behind), field]
            behind, dated = "", True
            continue
        before, slash, after = text.rpartition("/")
        if slash:
            done.append(literal(f"{behind}{before}/"))
            behind, dated = after, False
        else:
            behind += text
    return "".join([*done, literal(behind)])


_LOGBACK = re.compile(r"%%|%\d*d(?:ate)?(?:\{([^}]*)\})?|%\d*i(?:ndex)?|\\(.)|(?:(?!%|\\).)+|.")

_LOG4J2 = re.compile(
    r"%%|%\d*d(?:ate)?\{([^}]*)\}(?:\{[^}]*\})*|%\d*d(?:ate)?|%\d*i|"
    r"\$+\{date:([^}]*)\}|(?:(?!%|\$+\{date:).)+|."
)


def logback(pattern: str) -> str:
    """Give the glob of a fileNamePattern: ``app.%d{yyyy-MM-dd}.%i.log``."""
    done = []
    for found in _LOGBACK.finditer(pattern):
        if found[2]:
            done.append(literal(found[2]))
        elif found[0][0] != "%" or found[0] in ("%", "%%"):
            done.append(literal(found[0].replace("%%", "%")))
        elif "d" in found[0].partition("{")[0]:
            done.append(java_date((found[1] or "").split(",")[0].strip(" \"'") or "yyyy-MM-dd"))
        else:
            done.append(NUMBER)
    return "".join(done)


def log4j2(pattern: str) -> str:
    """Give the glob of a filePattern: ``$${date:yyyy-MM}/app-%d{MM-dd-yyyy}-%i.log.gz``."""
    done = []
    for found in _LOG4J2.finditer(pattern):
        date = found[1] or found[2]
        if date:
            done.append(java_date(date))
        elif found[0] in ("%", "%%") or found[0][0] != "%":
            done.append(literal(found[0].replace("%%", "%").replace("$${", "${")))
        else:
            done.append(java_date("yyyy-MM-dd") if found[0].endswith(("d", "date")) else NUMBER)
    return "".join(done)


def packed(glob: str) -> str:
    """Give the ending of what a rotation packs, as ``.gz``; "": it does not."""
    found = _PACKED.search(glob)
    return found[0] if found else ""


def rotated(current: str, old: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Say what the files are of a log that is moved on.

    Args:
        current: glob of the file that is written; "": it is named as the old ones are, unpacked.
        old: glob of those that are complete.

    Returns:
        What to include, what to exclude, and how it rotates, in words.
    """
    ending = packed(old)
    current = current or old.removesuffix(ending)
    if ending:
        return (current,), (f"*{ending}",), f"rotated to {old}, packed"
    if old == current:
        return (current,), (), "each new file has another name"
    return (current, old), (), f"rotated to {old}"


def moved(glob: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say what the files are of a log that others move on: logrotate, by number or date.

    Returns:
        What to include, and what to exclude.
    """
    return (glob, f"{glob}[.-]{NUMBER}"), ("*.gz",)


def vague(glob: str) -> bool:
    """Tell whether a glob says nothing of a file's name, and so would fit any."""
    return not re.search(r"[^\W_]", re.sub(r"\[[^]]*\]", "", glob.rpartition("/")[2]))
