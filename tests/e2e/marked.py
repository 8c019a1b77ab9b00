"""Layouts in which a test says what becomes of each conversion: ``«level %-5p» - «message %m»``.

Behind a field's name may stand more: ``«duration:us %D»``, ``«timestamp:0 %t»``. They stand in
``layouts/``, in a file for each writer, a line for each; ``# `` begins a remark.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

_MARK = re.compile(r"«(?P<name>\w+)(?P<more>:\w+|~)? (?P<code>[^»]*)»")


class Mark(NamedTuple):
    """A field of a layout.

    Attributes:
        name: in the record.
        more: what is said besides: digits of a stamp's fraction, a unit; ``~`` is a value that is
            another each time it is written. "": nothing.
        code: the conversion that writes it.
        last: nothing stands behind it.
    """

    name: str
    more: str
    code: str
    last: bool


def layouts_of(writer: str) -> list[str]:
    """Give a writer's layouts, with their marks."""
    lines = Path(__file__).with_name("layouts").joinpath(f"{writer}.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("# ")]


def marks(layout: str) -> list[Mark]:
    """Give the fields of a layout."""
    return [
        Mark(one["name"], (one["more"] or "").strip(":"), one["code"], one.end() == len(layout))
        for one in _MARK.finditer(layout)
    ]


def plain(layout: str) -> str:
    """Give a layout as its owner knows it."""
    return _MARK.sub(lambda one: one["code"], layout)


def moment(seconds: int, fraction: str = "") -> str:
    """Write an instant since 1970 as a record has it."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{at:%Y-%m-%dT%H:%M:%S}" + (f".{fraction}" if fraction else "") + "Z"
