"""Tomcat's access logs: AccessLogValve patterns, W3C fields of the extended valve, the JSON valve.

Defined by org.apache.catalina.valves.AbstractAccessLogValve, ExtendedAccessLogValve and
JsonAccessLogValve, and their documentation, "The Valve Component".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sidecar.errors import LayoutError
from sidecar.fields import javadates
from sidecar.layouts import w3c
from sidecar.layouts.form import Form, Literal, Quoting, Type, Value, header, slug
from sidecar.layouts.moments import Moment, Piece, moment, together

SOURCE = "https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html#Access_Log_Valve"

ALIASES = {
    "common": '%h %l %u %t "%r" %s %b',
    "combined": '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"',
}

#: Code -> field, type. Durations take their unit from the version.
_PLAIN = {
    "a": ("client_ip", Type.TEXT),
    "A": ("server_ip", Type.TEXT),
    "b": ("bytes", Type.INTEGER),
    "B": ("bytes", Type.INTEGER),
    "D": ("duration", Type.DURATION),
    "F": ("first_byte_time", Type.DURATION),
    "h": ("client_ip", Type.TEXT),
    "H": ("protocol", Type.TEXT),
    "I": ("thread", Type.TEXT),
    "l": ("ident", Type.TEXT),
    "m": ("method", Type.TEXT),
    "p": ("server_port", Type.INTEGER),
    "q": ("query", Type.TEXT),
    "r": ("request", Type.REQUEST),
    "s": ("status", Type.STATUS),
    "S": ("session_id", Type.TEXT),
    "T": ("duration", Type.DURATION),
    "u": ("user", Type.TEXT),
    "U": ("path", Type.TEXT),
    "v": ("virtual_host", Type.TEXT),
    "X": ("connection_status", Type.TEXT),
}

_NAMED: dict[str, Callable[[str], str]] = {
    "i": header,
    "o": lambda name: f"response_header_{slug(name)}",
    "c": lambda name: f"cookie_{slug(name)}",
    "r": lambda name: f"attr_{slug(name)}",
    "s": lambda name: f"session_{slug(name)}",
    "L": lambda _: "connection",
}

_CHOSEN = {
    "a": {"remote": "client_ip", "peer": "peer_ip"},
    "p": {"local": "server_port", "remote": "client_port"},
}

_UNITS = {"ns": "ns", "us": "us", "ms": "ms", "fracsec": "s", "s": "s"}

_EXPECTED = "one of %a %A %b %B %D %F %h %H %I %l %m %p %q %r %s %S %t %T %u %U %v %X %% and %{..}"

#: Of one code: all, the name in braces, the letter.
_CODE_PARTS = re.compile(r"(%(?:\{([^}]*)\})?(.))")

_CODE = re.compile(r"%(?:\{([^}]*)\}(.?)|(.?))|[^%]+", re.DOTALL)


def read(layout: str, version: int = 0, unit: str = "", valve: str = "") -> Form:
    """Read a pattern of AccessLogValve, fields of ExtendedAccessLogValve, or an alias.

    Args:
        layout: as in ``server.xml``, its entities undone.
        version: Tomcat's, which says what ``%D`` counts: milliseconds up to 9, microseconds from
            10 on. 0: not known.
        unit: of ``%D`` where the version is not known; "": the configuration's.
        valve: ``json`` for JsonAccessLogValve, whose lines are objects.

    Raises:
        LayoutError: a code is none of Tomcat's.
    """
    if valve not in {"", "json"}:
        raise LayoutError("tomcat", layout, 1, f'valve: "{valve}"', "json, or none")
    if w3c.names(layout):
        return w3c.read(layout, grammar="tomcat")
    text = ALIASES.get(layout.strip().lower(), layout)
    items: list[Piece] = []
    assumed: list[str] = []
    for found in _CODE.finditer(text):
        name, of, code = found.groups()
        column = found.start() + 1 if text is layout else 1
        if found[0][0] != "%":
            items.append(Literal(found[0]))
        elif code == "%":
            items.append(Literal("%"))
        elif name is not None:
            items += _named(layout, found[0], column, name, of)
        elif code == "t":
            items += [Literal("["), _moment(layout, "%t", column, ""), Literal("]")]
        elif code in _PLAIN:
            items.append(_plain(code, column, version, unit, assumed))
        else:
            raise LayoutError("tomcat", layout, column, f'"{found[0]}"', _EXPECTED)
    if valve:
        items = _object(items)
    return Form("tomcat", layout, SOURCE, together("tomcat", layout, items), assumed=tuple(assumed))


#: What JsonAccessLogValve calls a code.
_KEYS = {
    "a": "remoteAddr", "A": "localAddr", "b": "size", "B": "byteSentNC", "D": "elapsedTime",
    "F": "firstByteTime", "h": "host", "H": "protocol", "I": "threadName",
    "l": "logicalUserName", "m": "method", "p": "port", "q": "query", "r": "request",
    "s": "statusCode", "S": "sessionId", "t": "time", "T": "elapsedTimeS", "u": "user",
    "U": "path", "v": "localServerName", "X": "connectionStatus",
}  # fmt: skip

#: Codes with a name whose values stand in objects of their own, in the order of these.
_OBJECTS = {
    "r": "requestAttributes", "c": "cookies", "s": "sessionAttributes", "i": "requestHeaders",
    "L": "identifier", "o": "responseHeaders",
}  # fmt: skip


def _object(pieces: list[Piece]) -> list[Piece]:
    """Put values as JsonAccessLogValve does: by key, all of them texts; literals are left out."""
    members: list[list[Piece]] = []
    within: dict[str, list[list[Piece]]] = {code: [] for code in _OBJECTS}
    for piece in pieces:
        if not isinstance(piece, Value | Moment):
            continue
        _, name, code = _CODE_PARTS.findall(piece.code)[0]
        around = ('":"[', ']"') if piece.code == "%t" else ('":"', '"')
        if code in within and name:
            members_, key = within[code], name
        else:
            members_, key = members, _KEYS[code] + (f"-{name}" if name else "")
        members_.append([Literal(f'"{key}{around[0]}'), piece, Literal(around[1])])
    for code, own in within.items():
        if own:
            begin, end = Literal(f'"{_OBJECTS[code]}": {{'), Literal("}")
            members.append([begin, *_by_comma(own), end])
    return [Literal("{"), *_by_comma(members), Literal("}")]


def _by_comma(members: list[list[Piece]]) -> list[Piece]:
    first, *rest = members
    return [*first, *(one for member in rest for one in (Literal(","), *member))]


def _plain(code: str, column: int, version: int, unit: str, assumed: list[str]) -> Value:
    name, type_ = _PLAIN[code]
    if code == "D":
        if version:
            unit = "ms" if version < 10 else "us"
            assumed.append(f"%D counts {_WORDS[unit]}, as in Tomcat {version}")
        elif unit:
            assumed.append(f"%D counts {_WORDS[unit]}, as configured")
        else:
            assumed.append(
                "%D counts what duration_unit says: milliseconds up to Tomcat 9, microseconds "
                "from 10 on; give the version to be sure"
            )
    elif code == "F":
        unit = "ms"
        assumed.append("%F counts milliseconds")
    elif code == "T":
        unit = "s"
    else:
        unit = ""
    return Value(
        f"%{code}", column, name, type_, Quoting.SLASHES,
        always=code == "X", lead="?" if code == "q" else "", unit=unit,
    )  # fmt: skip


_WORDS = {"ns": "nanoseconds", "us": "microseconds", "ms": "milliseconds", "s": "seconds"}


def _named(layout: str, text: str, column: int, name: str, code: str) -> list[Piece]:
    if code == "t":
        return [_moment(layout, text, column, name)]
    if code == "T" and name in _UNITS:
        return [Value(text, column, "duration", Type.DURATION, unit=_UNITS[name])]
    if code in _CHOSEN:
        if name not in _CHOSEN[code]:
            names = " or ".join(f"%{{{one}}}{code}" for one in _CHOSEN[code])
            raise LayoutError("tomcat", layout, column, f'"{text}"', names)
        type_ = Type.TEXT if code == "a" else Type.INTEGER
        return [Value(text, column, _CHOSEN[code][name], type_, Quoting.SLASHES)]
    if code in _NAMED:
        return [
            Value(
                text, column, _NAMED[code](name), Type.TEXT, Quoting.SLASHES,
                absent=("??",), empty=True, varied=True,
            )
        ]  # fmt: skip
    if code == "T":
        expected = "%{ns}T, %{us}T, %{ms}T, %{fracsec}T or %{s}T"
    else:
        expected = "%{..} with one of a c i L o p r s t T behind it"
    raise LayoutError("tomcat", layout, column, f'"{text}"', expected)


def _moment(layout: str, text: str, column: int, option: str) -> Moment:
    """Read ``%{..}t``: a SimpleDateFormat, or sec, msec, msec_frac; of the begin or the end."""
    field = "end_time" if re.match("end(?:$|:)", option) else "timestamp"
    return moment("tomcat", layout, text, column, field, lambda: javadates.tomcat(option))
