"""Formats of Python's logging module, in its three styles.

Defined by the standard library's ``logging`` ("LogRecord attributes", class Formatter); uvicorn's
``levelprefix`` is read too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sidecar.errors import LayoutError
from sidecar.fields import epochs, strftime
from sidecar.fields.dates import Part
from sidecar.layouts.form import Filler, Form, Literal, Type, Value, Width, slug
from sidecar.layouts.moments import Piece, moment, together

SOURCE = "https://docs.python.org/3/library/logging.html#logrecord-attributes"

ALIASES = {"basic": "%(levelname)s:%(name)s:%(message)s"}

_ATTRIBUTES = {
    "filename": ("file", Type.TEXT),
    "funcName": ("function", Type.TEXT),
    "levelname": ("level", Type.LEVEL),
    "levelno": ("level", Type.LEVEL),
    "lineno": ("line", Type.INTEGER),
    "message": ("message", Type.MESSAGE),
    "module": ("module", Type.TEXT),
    "name": ("logger", Type.TEXT),
    "pathname": ("file", Type.TEXT),
    "process": ("pid", Type.INTEGER),
    "processName": ("process_name", Type.TEXT),
    "relativeCreated": ("relative", Type.NUMBER),
    "taskName": ("task", Type.TEXT),
    "thread": ("tid", Type.INTEGER),
    "threadName": ("thread", Type.TEXT),
    "exc_info": ("", Type.THROWABLE),
    "exc_text": ("", Type.THROWABLE),
    "stack_info": ("", Type.THROWABLE),
}

_NUMBERS = {"10": "DEBUG", "20": "INFO", "30": "WARN", "40": "ERROR", "50": "CRITICAL"}

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_DEFAULT_DATE = "%Y-%m-%d %H:%M:%S,%3N"

#: Style -> the expression of its conversions: name, alignment, width, precision, kind.
_STYLES = {
    "%": re.compile(
        r"%(?:\((?P<name>[^)]*)\)(?P<flags>[-#0 +]*)(?P<least>\d*)(?:\.(?P<most>\d+))?"
        r"(?P<kind>[A-Za-z]?)|(?P<other>.?))|[^%]+",
        re.DOTALL,
    ),
    "{": re.compile(
        r"\{(?P<other>\{)|(?P<closed>\}\}?)|\{(?P<name>[^}!:]*)(?:![rsa])?"
        r"(?::(?P<fill>[^}](?=[<>^=]))?(?P<flags>[<>^=]?)0?(?P<least>\d*)(?:\.(?P<most>\d+))?"
        r"(?P<kind>[A-Za-z]?))?(?P<end>\}?)|[^{}]+",
        re.DOTALL,
    ),
    "$": re.compile(r"\$(?:(?P<other>\$)|\{(?P<braced>\w*)\}|(?P<name>\w*))|[^$]+", re.DOTALL),
}


def read(layout: str, datefmt: str = "", style: str = "") -> Form:
    """Read a format, or ``basic``, which basicConfig sets.

    Args:
        layout: as given to ``logging.Formatter``.
        datefmt: as there; "": the default, with milliseconds after a comma.
        style: ``%``, ``{`` or ``$``; "": found out.

    Raises:
        LayoutError: a conversion has no name, or a date cannot be read.
    """
    layout = ALIASES.get(layout, layout)
    style = style or _style(layout)
    if style not in _STYLES:
        raise LayoutError("python", layout, 1, f'the style "{style}"', "%, { or $")
    items: list[Piece] = []
    for found in _STYLES[style].finditer(layout):
        groups = found.groupdict()
        name = groups["name"] or groups.get("braced")
        if name:
            if style == "{" and not groups["end"]:
                _refuse(layout, found, 'a "}" that closes it')
            items += _attribute(layout, found, name, style, datefmt)
        elif groups.get("other") == style or groups.get("closed") == "}}":
            items.append(Literal("}" if groups.get("closed") else style))
        elif found[0][0] == style or groups.get("closed"):
            _refuse(layout, found, {"%": "%(name)s", "{": "{name}", "$": "$name"}[style])
        else:
            items.append(Literal(found[0]))
    return Form("python", layout, SOURCE, together("python", layout, items), joins=True)


def _style(layout: str) -> str:
    if re.search(r"%\(\w+\)", layout):
        return "%"
    if re.search(r"\$\{?[a-zA-Z]", layout):
        return "$"
    return "{" if re.search(r"\{\w", layout) else "%"


def _attribute(
    layout: str, found: re.Match[str], name: str, style: str, datefmt: str
) -> list[Piece]:
    code, column = found[0], found.start() + 1
    groups = found.groupdict()
    least, most = int(groups.get("least") or 0), int(groups.get("most") or 0)
    if style == "{" and name.endswith("[0]"):  # its first letter
        name, most = name[:-3], 1
    flags, kind = groups.get("flags") or "", groups.get("kind") or ""
    numeric = kind in {"d", "f", "i"} or name in {"lineno", "process", "thread", "levelno"}
    left = "-" in flags if style == "%" else flags == "<" or (flags == "" and not numeric)
    if groups.get("fill") not in (None, "", " ", "0"):
        _refuse(layout, found, "blanks to fill with")
    width = Width(least, 0 if kind == "f" else most, left=left)
    if name == "asctime":
        pattern = datefmt or _DEFAULT_DATE
        return [
            moment("python", layout, code, column, "timestamp",
                   lambda: strftime.parts(pattern), width=width)
        ]  # fmt: skip
    if name == "created" or (name == "msecs" and least == 3 and "0" in code):
        fraction = most if kind == "f" and most else 6 if kind == "f" else 0
        return [
            moment("python", layout, code, column, "timestamp",
                   lambda: _counted(name, fraction, kind))
        ]  # fmt: skip
    if name == "levelprefix":
        value = Value(code, column, "level", Type.LEVEL)
        return [value, Literal(":"), Filler(rb" {0,8}", b" ")]
    own = name if re.fullmatch(r"[A-Za-z_][0-9A-Za-z_]*", name) else f"attr_{slug(name)}"
    field, type_ = _ATTRIBUTES.get(name, (own, Type.TEXT))
    if name == "msecs":
        type_ = Type.NUMBER if kind == "f" else Type.INTEGER
    value = Value(
        code, column, field, type_, width=width,
        absent=("None",) if type_ is not Type.LEVEL else (),
        levels=_NUMBERS if name == "levelno" else _cut(most),
        varied=name not in _ATTRIBUTES or type_ is Type.NUMBER,
        shape=rb"\d{1,3}" if name == "levelno" else b"",
    )  # fmt: skip
    if flags == "^":
        blanks = Filler(rb" {0,%d}" % least, b" ")
        return [blanks, Value(code, column, field, type_), blanks]
    return [value]


def _cut(most: int) -> dict[str, str]:
    """Give the levels as a precision cuts them."""
    return {one[:most]: one for one in _LEVELS if len(one) > most} if most else {}


def _counted(name: str, fraction: int, kind: str) -> Sequence[Part]:
    if name == "msecs":
        return (Part("fraction", r"\d{3}", "msecs"),)
    if kind == "d":
        return epochs.parts("s")
    seconds, point, digits = epochs.parts("s", fraction or 6)
    return (seconds, point, digits if fraction else Part("fraction", r"\d{1,7}", "created"))


def _refuse(layout: str, found: re.Match[str], expected: str) -> None:
    raise LayoutError("python", layout, found.start() + 1, f'"{found[0]}"', expected)
