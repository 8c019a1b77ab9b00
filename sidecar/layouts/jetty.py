"""Jetty's request log: the format of CustomRequestLog.

Defined by org.eclipse.jetty.server.CustomRequestLog, which escapes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sidecar.errors import LayoutError
from sidecar.fields import javadates
from sidecar.layouts.form import Form, Literal, Type, Value, header, slug
from sidecar.layouts.moments import Piece, moment, together

SOURCE = "https://javadoc.jetty.org/jetty-12/org/eclipse/jetty/server/CustomRequestLog.html"

ALIASES = {
    "ncsa": '%{client}a - %u %t "%r" %s %O',
    "extended": '%{client}a - %u %t "%r" %s %O "%{Referer}i" "%{User-Agent}i"',
}

_PLAIN = {
    "a": ("virtual_host", Type.TEXT),
    "C": ("cookies", Type.TEXT),
    "D": ("duration", Type.DURATION),
    "f": ("file", Type.TEXT),
    "H": ("protocol", Type.TEXT),
    "I": ("bytes_in", Type.INTEGER),
    "k": ("keepalive_requests", Type.INTEGER),
    "m": ("method", Type.TEXT),
    "O": ("bytes", Type.INTEGER),
    "p": ("server_port", Type.INTEGER),
    "q": ("query", Type.TEXT),
    "r": ("request", Type.REQUEST),
    "R": ("handler", Type.TEXT),
    "s": ("status", Type.STATUS),
    "S": ("bytes_total", Type.INTEGER),
    "T": ("duration", Type.DURATION),
    "u": ("user", Type.TEXT),
    "U": ("path", Type.TEXT),
    "X": ("connection_status", Type.TEXT),
}

_UNITS = {"D": "us", "T": "s"}

_CHOSEN: dict[str, dict[str, tuple[str, Type]]] = {
    "a": {
        "server": ("virtual_host", Type.TEXT),
        "client": ("client_ip", Type.TEXT),
        "local": ("server_ip", Type.TEXT),
        "remote": ("peer_ip", Type.TEXT),
    },
    "p": {
        "server": ("server_port", Type.INTEGER),
        "client": ("client_port", Type.INTEGER),
        "local": ("server_port", Type.INTEGER),
        "remote": ("peer_port", Type.INTEGER),
    },
    "I": {"CLF": ("bytes_in", Type.INTEGER)},
    "O": {"CLF": ("bytes", Type.INTEGER)},
    "S": {"CLF": ("bytes_total", Type.INTEGER)},
    "u": {"d": ("user", Type.TEXT)},
    "T": {
        "s": ("duration", Type.DURATION),
        "ms": ("duration", Type.DURATION),
        "us": ("duration", Type.DURATION),
        "ns": ("duration", Type.DURATION),
    },
    "uri": {
        "": ("uri", Type.TEXT),
        "-query": ("uri", Type.TEXT),
        "-path": ("uri", Type.TEXT),
        "scheme": ("scheme", Type.TEXT),
        "authority": ("virtual_host", Type.TEXT),
        "path": ("path", Type.TEXT),
        "query": ("query", Type.TEXT),
        "host": ("virtual_host", Type.TEXT),
        "port": ("server_port", Type.INTEGER),
    },
}

_NAMED: dict[str, Callable[[str], str]] = {
    "C": lambda name: f"cookie_{slug(name)}",
    "e": lambda name: f"env_{slug(name)}",
    "i": header,
    "o": lambda name: f"response_header_{slug(name)}",
    "ti": lambda name: f"trailer_{slug(name)}",
    "to": lambda name: f"response_trailer_{slug(name)}",
    "attr": lambda name: f"attr_{slug(name)}",
}

_CODE = re.compile(
    r"%(?P<only>!?[0-9,]*)(?:\{(?P<name>[^}]*)\})?(?P<code>uri|attr|ti|to|.?)|[^%]+", re.DOTALL
)

_EXPECTED = (
    "one of %a %C %D %f %H %I %k %m %O %p %q %r %R %s %S %t %T %u %U %X %% and "
    "%{..} with one of a attr C e i o p t T ti to u uri behind it"
)


def read(layout: str) -> Form:
    """Read a format, ``ncsa`` or ``extended``.

    Raises:
        LayoutError: a code is none of Jetty's.
    """
    text = ALIASES.get(layout.strip().lower(), layout)
    items: list[Piece] = []
    for found in _CODE.finditer(text):
        if found[0][0] != "%":
            items.append(Literal(found[0]))
        elif found["code"] == "%":
            items.append(Literal("%"))
        elif found["code"] == "t":
            items += _moment(text, found)
        else:
            items.append(_value(text, found))
    return Form("jetty", text, SOURCE, together("jetty", text, items))


def _moment(layout: str, found: re.Match[str]) -> list[Piece]:
    """Read ``%{pattern|zone|locale}t``, which stands in brackets always."""
    pattern, _, rest = (found["name"] or "dd/MMM/yyyy:HH:mm:ss Z").partition("|")
    zone = rest.partition("|")[0]
    made = moment(
        "jetty", layout, found[0], found.start() + 1, "timestamp",
        lambda: javadates.simple(pattern), zone or "UTC",
    )  # fmt: skip
    return [Literal("["), made, Literal("]")]


def _value(layout: str, found: re.Match[str]) -> Value:
    text, name, code, column = found[0], found["name"], found["code"], found.start() + 1
    if name is not None and name in _CHOSEN.get(code, {}):
        field, type_ = _CHOSEN[code][name]
        return Value(text, column, field, type_, unit=name if code == "T" else "")
    if name and code in _NAMED:
        return Value(text, column, _NAMED[code](name), Type.TEXT, empty=True, varied=True)
    if name is None and code in _PLAIN:
        field, type_ = _PLAIN[code]
        return Value(
            text, column, field, type_, always=code == "X" and not found["only"],
            lead="?" if code == "q" else "", unit=_UNITS.get(code, ""),
        )  # fmt: skip
    if name is None and code in _CHOSEN and "" in _CHOSEN[code]:
        field, type_ = _CHOSEN[code][""]
        return Value(text, column, field, type_)
    expected = _EXPECTED
    if code in _CHOSEN:
        expected = " or ".join(f"%{{{one}}}{code}" for one in _CHOSEN[code])
    raise LayoutError("jetty", layout, column, f'"{text}"', expected)
