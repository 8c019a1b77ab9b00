"""Is the output right? Asked before it is timed, of every event.

A loop written by hand says what stands in a log, line by line and as text. From that, and from
what is written down here a second time on purpose (which lines join, what a stamp or a level
means), the record of every event is made and compared, field by field, with what came out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from benchmarks.corpora import JOINING, Made

_LEVELS = {"SEVERE": "ERROR", "WARNING": "WARN", "FINE": "DEBUG"}
_ESCAPE = re.compile(r"\\(.)")


@lru_cache(4096)
def _stamp(text: str, form: str) -> str:
    moment = datetime.strptime(text, form).replace(tzinfo=UTC)
    return moment.isoformat().removesuffix("+00:00")


def _juli_stamp(text: str) -> str:
    second, _, fraction = text.partition(".")
    return f"{_stamp(second, '%d-%b-%Y %H:%M:%S')}.{fraction}Z"


def _access_stamp(text: str) -> str:
    return _stamp(text.removesuffix(" +0000"), "%d/%b/%Y:%H:%M:%S") + "Z"


def _quoted(text: str) -> str:
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


#: What becomes of a text that a hand-written loop finds; where none stands, it stays what it is.
_MEANS: dict[str, dict[str, Callable[[str], Any]]] = {
    "bracket": {},
    "access": {
        "timestamp": _access_stamp,
        "path": _quoted,
        "status": int,
        "bytes": int,
        "referer": _quoted,
        "user_agent": _quoted,
        "duration": lambda text: int(text) / 1_000,
    },
    "juli": {"timestamp": _juli_stamp, "level": lambda text: _LEVELS.get(text, text)},
    "misfits": {},
}


def expected(kind: str, loop: Iterable[bytes], *, typed: bool = True) -> Iterator[dict[str, Any]]:
    """Make the record of each event from a loop's records of each line.

    Args:
        kind: of the log.
        loop: what the loop wrote, line by line.
        typed: stamps, levels and numbers are what they mean; else the text that stands there.
    """
    means = _MEANS[kind] if typed else {}
    held: dict[str, Any] = {}
    for line in loop:
        found = orjson.loads(line)
        text = {name: value.removesuffix("\r") for name, value in found.items()}
        if kind in JOINING and len(text) == 1 and held:
            held["message"] += "\n" + text["message"]
            continue
        if held:
            yield held
        held = {
            name: means[name](value) if name in means else value
            for name, value in text.items()
            if value != "-"
        }
    if held:
        yield held


def difference(made: Made, loop_output: str, output: str, *, typed: bool = True) -> str:
    """Compare a conversion's output with what it must be.

    Fields that a loop does not know are let pass.

    Args:
        made: what was converted.
        loop_output: path of what the loop ``line`` wrote of it.
        output: path of what the conversion wrote.
        typed: as of :func:`expected`.

    Returns:
        The first difference in words, or "".
    """
    count = 0
    with open(loop_output, "rb") as loop, open(output, "rb") as events:
        records = expected(made.corpus.kind, loop, typed=typed)
        for line in events:
            count += 1
            try:
                found = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                return f"event {count}: no JSON: {error}: {line[:200]!r}"
            for name, value in next(records, {}).items():
                if name not in found or found[name] != value:
                    return f"event {count}: {name}: found {found.get(name)!r}, expected {value!r}"
    if count != made.events:
        return f"found {count} events, expected {made.events}"
    return ""
