"""PostgreSQL's server log on stderr: what log_line_prefix writes, then level and message.

Defined by the manual, "Error Reporting and Logging", and ``elog.c``. DETAIL, HINT and kin come on
lines of their own with the prefix before them, and belong to the message above.
"""

from __future__ import annotations

import re

from sidecar.errors import LayoutError
from sidecar.fields import epochs, javadates
from sidecar.layouts.form import Form, Item, Literal, Maybe, Type, Value, Width
from sidecar.layouts.moments import Piece, moment, together

SOURCE = "https://www.postgresql.org/docs/current/runtime-config-logging.html"

_CODES = {
    "a": ("app", Type.TEXT),
    "u": ("user", Type.TEXT),
    "d": ("db", Type.TEXT),
    "r": ("client_ip", Type.TEXT),
    "h": ("client_ip", Type.TEXT),
    "L": ("server_ip", Type.TEXT),
    "b": ("backend_type", Type.TEXT),
    "p": ("pid", Type.INTEGER),
    "P": ("leader_pid", Type.INTEGER),
    "i": ("command", Type.TEXT),
    "e": ("sqlstate", Type.TEXT),
    "c": ("session_id", Type.TEXT),
    "l": ("session_line", Type.INTEGER),
    "v": ("vxid", Type.TEXT),
    "x": ("xid", Type.INTEGER),
    "Q": ("query_id", Type.TEXT),  # it may have more digits than readers of numbers keep
}

_STAMPS = {"t": "yyyy-MM-dd HH:mm:ss z", "m": "yyyy-MM-dd HH:mm:ss.SSS z"}

_SHAPES = {"e": rb"[0-9A-Z]{5}", "c": rb"[0-9a-f]+\.[0-9a-f]+", "v": rb"-?\d+/\d+", "Q": rb"-?\d+"}

_LEVEL = rb"[A-Z\x80-\xff][A-Z0-9\x80-\xff]{2,30}"

#: What lines begin with that are no events of their own.
_FURTHER = rb"(?:DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION):"

_LEVELS = {"LOG": "INFO", **{f"DEBUG{number}": "DEBUG" for number in range(1, 6)}}

_CODE = re.compile(r"%(?P<least>-?\d*)(?P<code>.?)|[^%]+", re.DOTALL)


def read(layout: str) -> Form:
    """Read a log_line_prefix.

    Raises:
        LayoutError: an escape is none of PostgreSQL's.
    """
    items: list[Piece] = []
    quiet = -1
    for found in _CODE.finditer(layout):
        code, column = found["code"], found.start() + 1
        if found[0][0] != "%":
            items.append(Literal(found[0]))
        elif code == "%":
            items.append(Literal("%"))
        elif code == "q":
            quiet = len(items)
        else:
            items += _value(layout, found, column)
    made: tuple[Item, ...]
    if quiet < 0:
        made = together("postgresql", layout, items)
    else:  # background processes write nothing from here on
        after = together("postgresql", layout, items[quiet:])
        made = (*together("postgresql", layout, items[:quiet]), *([Maybe(after)] if after else []))
    end = len(layout) + 1
    level = Value(
        "the level", end, "level", Type.LEVEL, shape=_LEVEL, barred=_FURTHER, levels=_LEVELS
    )
    message = Value("the message", end, "message", Type.MESSAGE)
    whole = (*made, level, Literal(":  "), message)
    return Form("postgresql", layout, SOURCE, whole, joins=True)


def _value(layout: str, found: re.Match[str], column: int) -> list[Piece]:
    code, text, least = found["code"], found[0], found["least"]
    width = Width(int(least.strip("-") or 0), 0, left=least.startswith("-"))
    if code in _STAMPS:
        pattern = _STAMPS[code]
        return [
            moment("postgresql", layout, text, column, "timestamp",
                   lambda: javadates.simple(pattern), width=width)
        ]  # fmt: skip
    if code == "n":
        return [
            moment("postgresql", layout, text, column, "timestamp", lambda: epochs.parts("s", 3))
        ]
    if code == "s":
        return [
            moment("postgresql", layout, text, column, "session_start",
                   lambda: javadates.simple(_STAMPS["t"]), width=width)
        ]  # fmt: skip
    if code not in _CODES:
        expected = "one of " + " ".join(f"%{one}" for one in "audrhLbpPtmniecslvxqQ%")
        raise LayoutError("postgresql", layout, column, f'"{text}"', expected)
    name, type_ = _CODES[code]
    value = Value(
        text, column, name, type_, absent=("[unknown]", "") if type_ is Type.TEXT else ("",),
        width=width, shape=_SHAPES.get(code, b""), varied=code in "lvxQce",
    )  # fmt: skip
    if code != "r":
        return [value]
    port = Value(text, column, "client_port", Type.INTEGER)
    return [value, Maybe((Literal("("), port, Literal(")")))]
