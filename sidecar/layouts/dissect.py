"""Dissect: ``%{client_ip} - %{user} [%{timestamp}] %{message}``.

Defined by elastic/dissect-specification. A value ends at the first text that stands after it in
the layout, the last one takes the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from sidecar.errors import LayoutError
from sidecar.layouts import regex
from sidecar.layouts.form import Filler, Form, Item, Literal, Type, Value

SOURCE = "https://github.com/elastic/dissect-specification"

_KEY = re.compile(
    r"%\{(?P<mode>[?+*&]?)(?P<name>[^}]*?)(?:/\d+)?(?P<pad>->)?\}|(?P<odd>%\{[^}]*)|[^%]+|%"
)

#: More blanks than a text has of its own.
_PAD = Filler(rb" {0,256}+", b" ")

_TYPES = {
    "integer": Type.INTEGER, "number": Type.NUMBER, "level": Type.LEVEL, "duration": Type.DURATION,
    "ns": Type.DURATION, "us": Type.DURATION, "ms": Type.DURATION, "s": Type.DURATION,
}  # fmt: skip


def read(layout: str, time: str = "", types: Mapping[str, str] | None = None) -> Form:
    """Read a dissect pattern.

    Args:
        layout: the pattern.
        time: pattern of the stamp in ``timestamp``, or ``time``, ``ts``, ``date``.
        types: as for ``regex``.

    Raises:
        LayoutError: a key's name stands in the text itself (``%{*a}``), or an appended part does
            not follow its first.
    """
    items = _keys(layout)
    names = [one.name for one in items if isinstance(one, Value) and one.name]
    given = {**(types or {})}
    if time:
        stamp = next((one for one in names if one in regex.STAMPS), "")
        if not stamp:
            raise LayoutError(
                "dissect", layout, 1, f'time: "{time}" and no value for it', "%{timestamp}"
            )
        given[stamp] = time
    if wrong := next((one for one in given if one not in names), ""):
        raise LayoutError(
            "dissect", layout, 1, f'types for "{wrong}"', f"one of {', '.join(names)}"
        )
    last = max((place for place, one in enumerate(items) if isinstance(one, Value)), default=-1)
    typed = (
        _typed(layout, one, given, last=place == last) if isinstance(one, Value) else one
        for place, one in enumerate(items)
    )
    return Form("dissect", layout, SOURCE, tuple(typed), joins=True)


def _keys(layout: str) -> list[Item]:
    """Part the pattern into keys and the texts between them."""
    items: list[Item] = []
    padded = False
    for found in _KEY.finditer(layout):
        code, column, mode = found[0], found.start() + 1, found["mode"]
        if found["odd"]:
            raise LayoutError("dissect", layout, column, f'"{code}"', 'a "}" that closes it')
        if mode is None:
            rest = code.lstrip(" ") if padded else code
            if padded:  # behind the text's own blanks, so that they can be told in one way only
                items += [Literal(code[: len(code) - len(rest)]), _PAD]
            items.append(Literal(rest))
            padded = False
            continue
        if padded:
            items.append(_PAD)
        name = re.sub(r"\W+", "_", found["name"]).strip("_")
        if mode in ("*", "&"):
            raise LayoutError(
                "dissect", layout, column, f'"{code}"', "a name that the layout gives",
                "names from the text would be fields that nobody has declared",
            )  # fmt: skip
        if mode == "+":
            items = _appended(layout, code, column, name, items)
        else:
            items.append(Value(code, column, "" if mode == "?" else name))
        padded = bool(found["pad"])
    return [*items, _PAD] if padded else items


def _appended(layout: str, code: str, column: int, name: str, items: list[Item]) -> list[Item]:
    """Let the value before take this one in, with the text between."""
    between = "".join(one.text for one in items[-1:] if isinstance(one, Literal))
    before = items[:-1] if between else items
    first = before[-1] if before else None
    if not isinstance(first, Value) or first.name != name or not between:
        raise LayoutError(
            "dissect", layout, column, f'"{code}"', f"%{{{name}}} and a text right before it",
            "parts that stand apart make no one text of the line",
        )  # fmt: skip
    return [
        *before[:-1],
        replace(first, code=first.code + between + code, spans=(*first.spans, between)),
    ]


def _typed(layout: str, value: Value, given: Mapping[str, str], *, last: bool) -> Value:
    kind = given.get(value.name, "level" if value.name == "level" else "text")
    if value.name == "message" and last:
        return replace(value, type=Type.MESSAGE)
    if not value.name or kind == "text":
        return value
    if kind in _TYPES:
        unit = kind if kind in {"ns", "us", "ms", "s"} else ""
        return replace(value, type=_TYPES[kind], unit=unit)
    try:
        stamp = regex.stamp(kind)
    except (ValueError, IndexError) as error:
        raise LayoutError(
            "dissect", layout, value.column, f'"{kind}" as the type of {value.name}',
            f"{', '.join(regex.TYPES)}, or a date pattern", str(error),
        ) from None  # fmt: skip
    name = "timestamp" if value.name in regex.STAMPS else value.name
    return replace(value, name=name, type=Type.STAMP, stamp=stamp)
