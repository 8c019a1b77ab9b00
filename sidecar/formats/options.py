"""What a user chooses of the formats' stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sidecar.fields.reading import Reading
from sidecar.formats.spec import Format

#: What ``output.add`` can name, in the order of the record.
ADDS = ("format", "file", "offset", "id")


class FormatOptions(NamedTuple):
    """Options of one source.

    Attributes:
        format: a format's name, or ``auto``.
        layout: a format made of a layout, in the place of one by name.
        reading: what stamps and durations leave open.
        constants: fields every record gets unless the line has one of the same name.
        add: which of ``ADDS`` every record gets.
        start: bytes expression; each line it matches begins an event. Empty: the format's rule.
        lone: every line is an event.
        tell: reads a line that says which fields those below have, of the format ``w3c``.
    """

    format: str = "auto"
    reading: Reading = Reading()
    constants: Mapping[str, Any] = {}
    add: tuple[str, ...] = ()
    start: bytes = b""
    lone: bool = False
    layout: Format | None = None
    tell: Callable[[bytes], Format | None] | None = None
