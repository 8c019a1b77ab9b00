"""``sidecar explain``: how far each format gets with a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from sidecar import display
from sidecar.config import Source
from sidecar.formats import BY_NAME, FORMATS
from sidecar.formats.explanation import LOOKED_AT, Explanation, Stop, explain
from sidecar.formats.spec import Joins
from sidecar.framing.lines import Decoder
from sidecar.wiring import format_options

#: So many formats that do not fit are shown with the line; the others have a line each.
_SHOWN = 3


def run(text: bytes, source: Source, *, as_json: bool, width: int) -> int:
    """Explain an event, its lines parted by newlines; ``source`` says which format is asked.

    Returns:
        0: a format fits; 1: none does.
    """
    event = Decoder("utf-8").text(text.removesuffix(b"\n"))
    found = sorted(_explained(event, source), key=lambda one: -_rank(one, event))
    if as_json:
        lines = [orjson.dumps(_members(one, event)).decode() for one in found]
    else:
        lines = [*_report(found, event.decode(), width)]
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return 0 if any(one.record for one in found) else 1


def _explained(event: bytes, source: Source) -> Iterator[Explanation]:
    """Hold the event against the format that is asked, or against all that ask for anything."""
    today = datetime.now(UTC).date()
    names = [one.name for one in FORMATS if one.joins is not Joins.TRACES]
    for name in names if source.format == "auto" else [source.format]:
        options = format_options(source._replace(format=name), ())
        options = options._replace(reading=options.reading._replace(until=today))
        yield explain(event, options.layout or BY_NAME[options.format], options)


def _rank(one: Explanation, event: bytes) -> float:
    """Give how near a format comes: what it asks that fits, and how much of the line that is."""
    if one.stop is None:
        return 2.0
    return one.stop.share * one.stop.at / max(1, len(event.decode()))


def _place(one: Explanation, text: str) -> tuple[int, int, str]:
    """Give the line and the column where a format stopped, from 1, and that line."""
    assert one.stop
    before = text[: one.stop.at]
    line = before.count("\n")
    return line + 1, one.stop.at - before.rfind("\n"), text.split("\n")[line]


def _members(one: Explanation, event: bytes) -> dict[str, Any]:
    if one.stop is None:
        return {"format": one.format.name, "fits": True, "record": orjson.loads(one.record or b"")}
    line, column, _ = _place(one, event.decode())
    return {
        "format": one.format.name,
        "fits": False,
        "line": line,
        "column": column,
        "share": round(one.stop.share, 3),
        "expected": one.stop.expected,
        "group": one.stop.group or None,
        "after": one.stop.after or None,
    }


def _report(found: Sequence[Explanation], text: str, width: int) -> Iterator[str]:
    room = max((len(one.format.name) for one in found), default=0)
    shown = 0
    for one in found:
        if one.stop is None:
            yield f"{one.format.name:{room}}  fits:"
            yield f"  {(one.record or b'').decode()}"
        elif one.stop.at:
            line, column, whole = _place(one, text)
            where = f"line {line}, column {column}" if "\n" in text else f"column {column}"
            yield f"{one.format.name:{room}}  stops at {where}: {_expected(one.stop, text)}"
            if shown < _SHOWN:
                yield from (f"  {row}" for row in display.excerpt(whole, column - 1, width - 4))
            shown += 1
    silent = [one.format.name for one in found if one.stop and not one.stop.at]
    if silent:
        yield f"At the first character stop: {', '.join(silent)}."
    if len(text.encode()) > LOOKED_AT and any(one.stop for one in found):
        yield f"Where a format stops was looked for in the first {LOOKED_AT} bytes."


def _expected(stop: Stop, text: str) -> str:
    said = f"expected {stop.expected}"
    column = stop.since - text.rfind("\n", 0, stop.since)
    if stop.group:
        said += f", in {stop.group}"
    if stop.after and stop.after == stop.group:
        said += f", which begins at column {column}"
    elif stop.after:
        said += f", after {stop.after} from column {column}"
    return said
