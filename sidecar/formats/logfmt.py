"""logfmt: ``time=2026-11-29T10:00:00.123Z level=info msg="out of paper" tray=2``.

A line is two pairs or more, and nothing else; one of them says the level, the message or the time.
Those have our names then, as has ``caller=main.go:12``; numbers are read as such where the name
says what they are, and all else stays text, as does what cannot be read, under its own name. A bare
word is no pair: libraries do not agree on what it means, and prose has many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sidecar.fields import epochs, iso, levels, pairs
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import WHOLE
from sidecar.formats.spec import Field, Format, Kind, Sample

_NAMES = {
    **dict.fromkeys(("time", "ts", "t", "timestamp", "@timestamp"), "timestamp"),
    **dict.fromkeys(("level", "lvl", "severity", "loglevel"), "level"),
    **dict.fromkeys(("msg", "message"), "message"),
    **dict.fromkeys(("caller", "source"), "caller"),
}

#: Key of a pair that tells such a line.
_TELLING = "|".join(key for key, name in _NAMES.items() if name != "caller")

_PAIR = rf"{pairs.KEY}=(?:{pairs.QUOTED} *+|(?:{pairs.BARE})?(?: ++|(?!.)))"

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def _timestamp(text: str, reading: Reading) -> Mapping[str, Any]:
    if re.fullmatch(r"[12]\d{9,18}(?:\.\d{1,9})?", text):
        return {"timestamp": epochs.read(text) + "Z"}
    return {"timestamp": iso.read(text, reading)}


def _duration(text: str, reading: Reading) -> Mapping[str, Any]:
    if re.fullmatch(r"\d{1,15}", text):
        return {"duration": int(text) / _PER_SECOND[reading.duration_unit]}
    return {"duration": pairs.seconds(text)}


def _caller(text: str, _: Reading) -> Mapping[str, Any]:
    file, line = text.rsplit(":", 1)
    return {"file": file, "line": int(line)} if "." in file else {}


def _whole(name: str) -> Callable[[str, Reading], Mapping[str, Any]]:
    whole = re.compile(WHOLE.decode())
    return lambda text, _: {name: int(text)} if whole.fullmatch(text) else {}


#: Our name of a pair -> what it becomes; ``ValueError``, or nothing: it stays as it is.
_READERS: Mapping[str, Callable[[str, Reading], Mapping[str, Any]]] = {
    "timestamp": _timestamp,
    "level": lambda text, _: {"level": levels.read(text, levels.PINO)},
    "message": lambda text, _: {"message": text},
    "caller": _caller,
    "duration": _duration,
    **{name: _whole(name) for name in ("status", "bytes", "pid", "tid", "line")},
}


def _fields(text: str, reading: Reading) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs.read(text):
        read = _READERS.get(_NAMES.get(key, key))
        try:
            told = read(value, reading) if read else {}
        except ValueError:
            told = {}
        if not told or not found.keys().isdisjoint(told):  # nothing, or another key told it
            told = {key: value}
        for name, one in told.items():
            pairs.add(found, name, one)
    return found


LOGFMT = Format(
    name="logfmt",
    summary="logfmt: key=value pairs, with a level, a message or a time among them",
    source="https://pkg.go.dev/github.com/go-logfmt/logfmt; https://brandur.org/logfmt",
    pattern=(
        rf"(?P<pairs>(?=[A-Za-z_@])(?={_PAIR}{_PAIR})(?>(?:(?!(?:{_TELLING})=){_PAIR})*)"
        rf"(?=(?:{_TELLING})=)(?>(?:{_PAIR})+))"
    ).encode(),
    fields={"pairs": Field(Kind.MEMBERS, _fields)},
    starts=rb"A-Za-z_@",
    opens=rb'[A-Za-z_@][^\s="]{0,99}=',
    holds=b"=",
    samples=(
        Sample(
            'time=2026-11-29T10:00:00.123+01:00 level=warning msg="out of \\"A4\\"" tray=2',
            {
                "timestamp": "2026-11-29T09:00:00.123Z",
                "level": "WARN",
                "message": 'out of "A4"',
                "tray": "2",
            },
        ),
        Sample(
            'ts=1795946402.25 caller=print/tray.go:117 lvl=info method=POST path="/print?a=b" '
            'status=201 bytes=0 duration=1m2.5s err="" component=tray',
            {
                "timestamp": "2026-11-29T10:00:02.25Z",
                "file": "print/tray.go",
                "line": 117,
                "level": "INFO",
                "method": "POST",
                "path": "/print?a=b",
                "status": 201,
                "bytes": 0,
                "duration": 62.5,
                "err": "",
                "component": "tray",
            },
        ),
        Sample(
            "app=shop severity=FATAL t=yesterday msg=gone msg=away paper=",
            {
                "app": "shop",
                "level": "CRITICAL",
                "t": "yesterday",
                "message": "gone",
                "msg": "away",
                "paper": "",
            },
        ),
    ),
)
