"""W3C extended logs: the names of a ``#Fields`` line, as Tomcat's valve and IIS write them.

Defined by the draft "Extended Log File Format" (W3C, WD-logfile-960323), Tomcat's
ExtendedAccessLogValve, and the documentation of IIS's logging.
"""

from __future__ import annotations

import re

from sidecar.errors import LayoutError
from sidecar.fields import javadates
from sidecar.layouts.form import Form, Literal, Quoting, Type, Value, header, slug
from sidecar.layouts.moments import Piece, moment, together

SOURCE = "https://www.w3.org/TR/WD-logfile.html"

_FIELDS = {
    "bytes": ("bytes", Type.INTEGER),
    "c-dns": ("client_host", Type.TEXT),
    "c-ip": ("client_ip", Type.TEXT),
    "c-port": ("client_port", Type.INTEGER),
    "cs-bytes": ("bytes_in", Type.INTEGER),
    "cs-host": ("virtual_host", Type.TEXT),
    "cs-method": ("method", Type.TEXT),
    "cs-uri": ("path", Type.TEXT),
    "cs-uri-query": ("query", Type.TEXT),
    "cs-uri-stem": ("path", Type.TEXT),
    "cs-username": ("user", Type.TEXT),
    "cs-version": ("protocol", Type.TEXT),
    "s-computername": ("host", Type.TEXT),
    "s-dns": ("server_host", Type.TEXT),
    "s-ip": ("server_ip", Type.TEXT),
    "s-port": ("server_port", Type.INTEGER),
    "s-sitename": ("site", Type.TEXT),
    "sc-bytes": ("bytes", Type.INTEGER),
    "sc-status": ("status", Type.STATUS),
    "sc-substatus": ("substatus", Type.INTEGER),
    "sc-win32-status": ("win32_status", Type.INTEGER),
    "x-threadname": ("thread", Type.TEXT),
}

_STAMPS = {
    "date": "yyyy-MM-dd",
    "time": "HH:mm:ss",
    "date-local": "yyyy-MM-dd",
    "time-local": "HH:mm:ss",
}

_UNITS = {"": "s", "-ns": "ns", "-us": "us", "-ms": "ms", "-fracsec": "s", "-s": "s"}

#: In parentheses stands a name, which is parted from the next by a blank, like all of them.
_NAME = re.compile(r"[^\s(]+(?:\([^)]*\))?")

_INSIDE = re.compile(r"(cs|sc|x-[A-Z])\(([^)]*)\)")

_PREFIXES = {
    "sc": "response_header_",
    "x-A": "context_",
    "x-C": "cookie_",
    "x-H": "",
    "x-O": "response_header_",
    "x-P": "parameter_",
    "x-R": "attr_",
    "x-S": "session_",
}

_WORDS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def names(layout: str) -> bool:
    """Tell whether a layout is a list of W3C's names."""
    text = layout.removeprefix("#Fields:").strip()
    found = _NAME.findall(text)
    return layout.startswith("#Fields:") or (
        "%" not in text and len(found) > 1 and all(_known(one) for one in found)
    )


def _known(name: str) -> bool:
    return (
        name in _FIELDS or name in _STAMPS or name.startswith("time-taken")
        or bool(_INSIDE.fullmatch(name))
    )  # fmt: skip


def read(layout: str, grammar: str = "w3c", unit: str = "") -> Form:
    """Read a ``#Fields:`` line, with or without its beginning.

    Args:
        layout: the names, parted by blanks.
        grammar: as errors name it.
        unit: of ``time-taken``; "": milliseconds where names of IIS stand beside it, else seconds.

    Raises:
        LayoutError: a name is none of W3C's, Tomcat's or IIS's.
    """
    begin = len("#Fields:") if layout.startswith("#Fields:") else 0
    found = list(_NAME.finditer(layout, begin))
    iis = any(one[0] in {"s-sitename", "sc-substatus", "sc-win32-status"} for one in found)
    items: list[Piece] = []
    assumed: list[str] = []
    for one in found:
        name, column = one[0], one.start() + 1
        if items:
            items.append(Literal(" "))
        if name in _STAMPS:
            zone = "" if name.endswith("-local") else "UTC"
            items.append(_moment(grammar, layout, name, column, zone))
        elif name in _FIELDS:
            field, type_ = _FIELDS[name]
            items.append(Value(name, column, field, type_))
        elif name.startswith("time-taken") and name.removeprefix("time-taken") in _UNITS:
            counts = _UNITS[name.removeprefix("time-taken")]
            if name == "time-taken":
                counts = unit or ("ms" if iis else "s")
                why = "as IIS writes it" if iis else "as W3C and Tomcat have it"
                assumed.append(
                    f"time-taken counts {_WORDS[counts]}, {'as configured' if unit else why}"
                )
            items.append(Value(name, column, "duration", Type.DURATION, unit=counts))
        elif inside := _INSIDE.fullmatch(name):
            where, what = inside.groups()
            if where != "cs" and where not in _PREFIXES:
                raise LayoutError(grammar, layout, column, f'"{name}"', _expected())
            field = header(what) if where == "cs" else _PREFIXES[where] + slug(what)
            items.append(Value(name, column, field, Type.TEXT, Quoting.DOUBLED, varied=True))
        else:
            raise LayoutError(grammar, layout, column, f'"{name}"', _expected())
    return Form(grammar, layout, SOURCE, together(grammar, layout, items), assumed=tuple(assumed))


def _moment(grammar: str, layout: str, name: str, column: int, zone: str) -> Piece:
    return moment(
        grammar, layout, name, column, "timestamp",
        lambda: javadates.simple(_STAMPS[name]), zone,
    )  # fmt: skip


def _expected() -> str:
    return f"one of {' '.join([*_FIELDS, *_STAMPS])} time-taken cs(..) sc(..) x-A(..) and kin"
