"""A form's items, put in order for a declaration: where the message stands, and further lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sidecar.errors import LayoutError
from sidecar.layouts.form import Filler, Form, Item, Literal, Maybe, Type, Value

#: Fields that programs have as a rule, though a layout may write them as ``-``.
_MOSTLY = frozenset(("client_ip", "logger", "method", "path", "thread", "virtual_host"))


def arranged(form: Form) -> list[Item]:
    """Give the items: literals merged, no newline at the end, the message with its throwable.

    Raises:
        LayoutError: there is no value, or one stands below the message's line.
    """
    items = _without_last_newline(merged(form.items))
    if not any(one.name for one in values(items)):
        raise LayoutError(
            form.grammar, form.layout, 1, f'"{form.layout}"', "a layout with at least one value"
        )
    message = place(items, Type.MESSAGE)
    if message < 0:
        message = place(items, Type.THROWABLE)
    return _with_message(form, items, message) if message >= 0 else items


def first_line(form: Form) -> Form | None:
    """Give the form of an event's first line alone, where a layout writes values on more."""
    items = arranged(form)
    for at, item in enumerate(items):
        if isinstance(item, Literal) and "\n" in item.text:
            before = Literal(item.text.partition("\n")[0])
            return replace(form, items=(*items[:at], *([before] if before.text else [])))
    return None


def with_one_sure(items: list[Item]) -> list[Item]:
    """Make sure that one field is there in every event: the record begins with it."""
    named = [one for one in values(items) if one.name]
    sure = {Type.STAMP, Type.LEVEL, Type.MESSAGE}
    if any(one.always or one.type in sure for one in named):
        return items
    chosen = next(
        (one for one in named if one.type is Type.STATUS or one.name in _MOSTLY),
        next((one for one in named if one.type in {Type.TEXT, Type.INTEGER}), named[0]),
    )
    return _replaced(items, chosen, replace(chosen, always=True))


def is_a(item: Item, type_: Type) -> bool:
    """Tell whether an item is a value of a type."""
    return isinstance(item, Value) and item.type is type_


def place(items: Sequence[Item], type_: Type) -> int:
    """Give the place of the first value of a type; -1: there is none."""
    return next((at for at, one in enumerate(items) if is_a(one, type_)), -1)


def values(items: Iterable[Item]) -> Iterable[Value]:
    """Give the values, those that may lack too."""
    for item in items:
        if isinstance(item, Value):
            yield item
        elif isinstance(item, Maybe):
            yield from values(item.items)


def _replaced(items: Sequence[Item], old: Value, new: Value) -> list[Item]:
    return [
        new if one is old
        else Maybe(tuple(_replaced(one.items, old, new))) if isinstance(one, Maybe)
        else one
        for one in items
    ]  # fmt: skip


def merged(items: Iterable[Item]) -> list[Item]:
    """Put literals that follow each other together."""
    merged: list[Item] = []
    for item in items:
        if isinstance(item, Literal) and merged and isinstance(merged[-1], Literal):
            merged[-1] = Literal(merged[-1].text + item.text)
        elif not isinstance(item, Literal) or item.text:
            merged.append(item)
    return merged


def _without_last_newline(items: list[Item]) -> list[Item]:
    if items and isinstance(items[-1], Literal):
        text = items[-1].text.rstrip("\n")
        return [*items[:-1], Literal(text)] if text else items[:-1]
    return items


def folded(items: list[Item]) -> list[Item]:
    """Make what stands on further lines something that may lack: a head is told by its first."""
    for at, item in enumerate(items):
        if isinstance(item, Literal) and "\n" in item.text:
            before, _, after = item.text.partition("\n")
            rest = (Literal("\n" + after), *items[at + 1 :])
            return [*items[:at], *([Literal(before)] if before else []), Maybe(rest)]
    return items


def _with_message(form: Form, items: list[Item], at: int) -> list[Item]:
    """Let the message take the throwable and the blanks after it."""
    found = items[at]
    assert isinstance(found, Value)
    message = replace(found, name="message", type=Type.MESSAGE)
    after = items[at + 1 :]
    text = "".join(one.text for one in after if isinstance(one, Literal))
    named = [one for one in values(after) if one.type is not Type.THROWABLE]
    thrown = any(one.type is Type.THROWABLE for one in values(after))
    if not named and (thrown or not text.strip()):
        return [*items[:at], message]
    kept: list[Item] = []
    for number, one in enumerate(after):
        if isinstance(one, Literal) and "\n" in one.text:
            late = [v for v in values(after[number:]) if v.type is not Type.THROWABLE]
            if late:
                raise LayoutError(
                    form.grammar, form.layout, late[0].column, f'"{late[0].code}"',
                    "nothing but a throwable after the message's line",
                    "put it before the message",
                )  # fmt: skip
            kept.append(Literal(one.text.partition("\n")[0]))
            break
        if not is_a(one, Type.THROWABLE) and not isinstance(one, Filler):
            kept.append(one)
    again = [
        replace(one, type=Type.TEXT) if isinstance(one, Value) and one.type is Type.MESSAGE else one
        for one in kept
    ]
    return [*items[:at], message, *merged(again)]
