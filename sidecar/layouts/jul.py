"""java.util.logging: the format of SimpleFormatter, a string of java.util.Formatter.

Defined by java.util.logging.SimpleFormatter (property ``java.util.logging.SimpleFormatter.format``)
and java.util.Formatter. Arguments: 1 the date, 2 the source, 3 the logger, 4 the level, 5 the
message, 6 the throwable.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from sidecar.errors import LayoutError
from sidecar.fields import javadates, levels
from sidecar.layouts.form import Form, Literal, Type, Value, Width
from sidecar.layouts.moments import Piece, moment, together

SOURCE = (
    "https://docs.oracle.com/en/java/javase/21/docs/api/java.logging/java/util/logging/"
    "SimpleFormatter.html"
)

#: What SimpleFormatter writes where nothing is set: two lines.
DEFAULT = "%1$tb %1$td, %1$tY %1$tl:%1$tM:%1$tS %1$Tp %2$s%n%4$s: %5$s%6$s%n"

ALIASES = {"": DEFAULT, "default": DEFAULT}

_ARGUMENTS = {
    2: ("source", Type.TEXT),
    3: ("logger", Type.TEXT),
    4: ("level", Type.LEVEL),
    5: ("message", Type.MESSAGE),
    6: ("", Type.THROWABLE),
}

#: A level as the JVM's language has it; some hold blanks.
_LEVEL = rb"(?:%b|[A-Za-z\x80-\xf4][^\s:\]|;,]{0,40})" % levels.OF_SEVERAL_WORDS

#: English names, of which the first wins where two are cut to one text.
_NAMES = ("SEVERE", "WARNING", "INFO", "CONFIG", "FINE", "FINER", "FINEST")

_CODE = re.compile(
    r"%(?:(?P<number>\d+)\$|(?P<same><))?(?P<flags>[-#+ 0,(]*)(?P<least>\d*)(?:\.(?P<most>\d+))?"
    r"(?P<kind>[tT].|.?)|[^%]+",
    re.DOTALL,
)


def read(layout: str) -> Form:
    """Read a format, or ``default``.

    Raises:
        LayoutError: a conversion is none of the six arguments'.
    """
    layout = ALIASES.get(layout, layout)
    items: list[Piece] = []
    ordinary, last = 0, 0
    alone = re.search(r"%3\$[^%]*?[sS]", layout) is None
    for found in _CODE.finditer(layout):
        code, column, kind = found[0], found.start() + 1, found["kind"]
        if code[0] != "%":
            items.append(Literal(code))
            continue
        if kind in {"n", "%"}:
            items.append(Literal("\n" if kind == "n" else "%"))
            continue
        if found["number"]:
            last = int(found["number"])
        elif not found["same"]:
            ordinary += 1
            last = ordinary
        width = Width(int(found["least"] or 0), int(found["most"] or 0), "-" in found["flags"])
        if last == 1 and kind and kind[0] in "tT":
            piece = f"%1${kind}"
            items.append(
                moment(
                    "jul", layout, code, column, "timestamp", partial(javadates.formatter, piece)
                )
            )
        elif last in _ARGUMENTS and kind in {"s", "S"}:
            name, type_ = _ARGUMENTS[last]
            name = "logger" if last == 2 and alone else name
            value = Value(code, column, name, type_, width=width, absent=("null",))
            if name == "level":
                value = replace(value, shape=_LEVEL, levels=_cut(width.most))
            items.append(value)
        else:
            raise LayoutError(
                "jul", layout, column, f'"{code}"',
                "%1$t. with a letter of a date, %2$s to %6$s, %n or %%",
            )  # fmt: skip
    return Form("jul", layout, SOURCE, together("jul", layout, items), joins=True)


def _cut(most: int) -> dict[str, str]:
    """Give the levels by their printed names where these are cut."""
    return {name[:most]: name for name in reversed(_NAMES) if most}
