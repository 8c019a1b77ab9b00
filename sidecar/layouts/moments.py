"""Stamps in layouts; one that a layout writes in several pieces is put together again.

``%{dd/MMM/yyyy:HH:mm:ss}t.%{msec_frac}t`` is one stamp, as is ``%{yyyy-MM-dd}t %{HH:mm:ss}t``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias

from sidecar.errors import LayoutError
from sidecar.fields import dates, zones
from sidecar.fields.dates import Part
from sidecar.layouts.form import ANY, Item, Literal, Type, Value, Width


@dataclass(frozen=True, slots=True)
class Moment:
    """A stamp, or a piece of one: where the layout writes it, its field, its parts, its zone."""

    code: str
    column: int
    name: str
    parts: tuple[Part, ...]
    width: Width = ANY
    zone: tzinfo | None = None


Piece: TypeAlias = Item | Moment


def moment(
    grammar: str,
    layout: str,
    code: str,
    column: int,
    name: str,
    parts: Callable[[], Sequence[Part]],
    zone: str = "",
    width: Width = ANY,
) -> Moment:
    """Make a moment of a pattern, and of the zone that the layout may name.

    Raises:
        LayoutError: the pattern has what cannot be read.
    """
    try:
        in_zone = zones.zone(zone) if zone else None
        return Moment(code, column, name, tuple(parts()), width, in_zone)
    except ValueError as error:
        raise LayoutError(
            grammar, layout, column, f'"{code}"', "a date pattern that can be read", str(error)
        ) from None


def together(grammar: str, layout: str, pieces: Iterable[Piece]) -> tuple[Item, ...]:
    """Put the pieces of stamps together.

    Raises:
        LayoutError: they make no stamp.
    """
    items: list[Piece] = []
    for piece in pieces:
        before = _before(items, piece)
        if before >= 0:
            first = items[before]
            assert isinstance(first, Moment)
            assert isinstance(piece, Moment)
            between = "".join(one.text for one in items[before + 1 :] if isinstance(one, Literal))
            parts = (*first.parts, *([dates.literal(between)] if between else []), *piece.parts)
            code = f"{first.code}{between}{piece.code}"
            items[before:] = [Moment(code, first.column, first.name, parts, zone=first.zone)]
        else:
            items.append(piece)
    return tuple(_value(grammar, layout, one) if isinstance(one, Moment) else one for one in items)


def _before(items: Sequence[Piece], piece: Piece) -> int:
    """Give the place of the moment that this piece goes on with; -1: none."""
    if not isinstance(piece, Moment):
        return -1
    place = len(items) - 1
    while place >= 0 and isinstance(items[place], Literal):
        place -= 1
    first = items[place] if place >= 0 else None
    if not isinstance(first, Moment) or first.name != piece.name:
        return -1
    return -1 if _complete(first) and _complete(piece) else place


def _complete(one: Moment) -> bool:
    if not any(part.says != "fraction" and part.says for part in one.parts):
        return False
    return not dates.stamp(one.parts).lacks


def _value(grammar: str, layout: str, one: Moment) -> Value:
    try:
        stamp = dates.stamp(one.parts, one.zone)
    except (ValueError, IndexError) as error:
        raise LayoutError(
            grammar, layout, one.column, f'"{one.code}"', "a date pattern that can be read",
            str(error),
        ) from None  # fmt: skip
    return Value(one.code, one.column, one.name, Type.STAMP, stamp=stamp, width=one.width)
