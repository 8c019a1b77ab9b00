"""Apache httpd: LogFormat of access logs, ErrorLogFormat of error logs.

Defined by mod_log_config ("Custom Log Formats"), mod_logio, and the core's ErrorLogFormat.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sidecar.errors import LayoutError
from sidecar.fields import strftime
from sidecar.layouts.form import Form, Item, Literal, Maybe, Quoting, Type, Value, header, slug
from sidecar.layouts.moments import Piece, moment, together

SOURCE = "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html"
ERRORS = "https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat"

ALIASES = {
    "common": '%h %l %u %t "%r" %>s %b',
    "combined": '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
    "vhost_combined": '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
    "referer": "%{Referer}i -> %U",
    "agent": "%{User-Agent}i",
}

_PLAIN = {
    "a": ("client_ip", Type.TEXT),
    "A": ("server_ip", Type.TEXT),
    "B": ("bytes", Type.INTEGER),
    "b": ("bytes", Type.INTEGER),
    "D": ("duration", Type.DURATION),
    "f": ("file", Type.TEXT),
    "h": ("client_ip", Type.TEXT),
    "H": ("protocol", Type.TEXT),
    "I": ("bytes_in", Type.INTEGER),
    "k": ("keepalive_requests", Type.INTEGER),
    "l": ("ident", Type.TEXT),
    "L": ("log_id", Type.TEXT),
    "m": ("method", Type.TEXT),
    "O": ("bytes_out", Type.INTEGER),
    "p": ("server_port", Type.INTEGER),
    "P": ("pid", Type.INTEGER),
    "q": ("query", Type.TEXT),
    "r": ("request", Type.REQUEST),
    "R": ("handler", Type.TEXT),
    "s": ("status", Type.STATUS),
    "S": ("bytes_total", Type.INTEGER),
    "T": ("duration", Type.DURATION),
    "u": ("user", Type.TEXT),
    "U": ("path", Type.TEXT),
    "v": ("virtual_host", Type.TEXT),
    "V": ("server_name", Type.TEXT),
    "X": ("connection_status", Type.TEXT),
    "^FB": ("first_byte_time", Type.DURATION),
}

_UNITS = {"D": "us", "T": "s", "^FB": "us"}

_NAMED: dict[str, Callable[[str], str]] = {
    "C": lambda name: f"cookie_{slug(name)}",
    "e": lambda name: f"env_{slug(name)}",
    "i": header,
    "n": lambda name: f"note_{slug(name)}",
    "o": lambda name: f"response_header_{slug(name)}",
    "x": slug,
    "c": slug,
    "^ti": lambda name: f"trailer_{slug(name)}",
    "^to": lambda name: f"response_trailer_{slug(name)}",
}

#: Code -> what may stand in its braces -> field and type.
_CHOSEN = {
    "a": {"c": ("peer_ip", Type.TEXT)},
    "h": {"c": ("peer_ip", Type.TEXT)},
    "L": {"c": ("connection_log_id", Type.TEXT)},
    "p": {
        "canonical": ("server_port", Type.INTEGER),
        "local": ("server_port", Type.INTEGER),
        "remote": ("client_port", Type.INTEGER),
    },
    "P": {
        "pid": ("pid", Type.INTEGER),
        "tid": ("tid", Type.INTEGER),
        "hextid": ("tid", Type.TEXT),
    },
}

_EXPECTED = (
    "one of %a %A %b %B %D %f %h %H %I %k %l %L %m %O %p %P %q %r %R %s %S %t %T %u %U %v %V %X "
    "%^FB %% and %{..} with one of a C c e h i L n o p P t T x ^ti ^to behind it"
)

_CODE = re.compile(
    r"%(?P<only>[!0-9,]*)(?P<which>[<>]?)(?:\{(?P<name>[^}]*)\})?(?P<more>[<>]?)"
    r"(?P<code>\^(?:FB|ti|to)|.?)|[^%]+",
    re.DOTALL,
)

_STATEMENT = re.compile(
    r'\s*(?:ErrorLogFormat|LogFormat)\s+"((?:[^"\\]|\\.)*)"(?:\s+\S+)?\s*', re.DOTALL
)


def read(layout: str) -> Form:
    """Read the string of LogFormat or ErrorLogFormat, a nickname, or the whole directive.

    Raises:
        LayoutError: a code is none of httpd's.
    """
    whole = _STATEMENT.fullmatch(layout)
    text = re.sub(r'\\(["\\])', r"\1", whole[1]) if whole else layout
    text = ALIASES.get(text.strip(), text)
    if re.search(r"%[-+0-9]*[ME]", re.sub(r"\{[^}]*\}", "", text)):
        return _errors(text)
    items: list[Piece] = []
    for found in _CODE.finditer(text):
        if found[0][0] != "%":
            items.append(Literal(found[0].replace("\\n", "\n").replace("\\t", "\t")))
        elif found["code"] == "%" and found["name"] is None:
            items.append(Literal("%"))
        elif found["code"] == "t":
            items += _moment(text, found)
        else:
            items.append(_value(text, found))
    return Form("apache", text, SOURCE, together("apache", text, items))


def _moment(layout: str, found: re.Match[str]) -> list[Piece]:
    option, column = found["name"] or "", found.start() + 1
    field = "end_time" if option.startswith("end:") else "timestamp"
    made = moment("apache", layout, found[0], column, field, lambda: strftime.apache(option))
    return [Literal("["), made, Literal("]")] if found["name"] is None else [made]


def _value(layout: str, found: re.Match[str]) -> Value:
    name, code, column = found["name"], found["code"], found.start() + 1
    if name is None and code in _PLAIN:
        field, type_ = _PLAIN[code]
        return Value(
            found[0], column, field, type_, Quoting.SLASHES,
            absent=('""',) if code == "u" else (), always=code == "X" and not found["only"],
            lead="?" if code == "q" else "", unit=_UNITS.get(code, ""),
        )  # fmt: skip
    if name is not None and code == "T" and name.lower() in {"ms", "us", "s"}:
        return Value(found[0], column, "duration", Type.DURATION, unit=name.lower())
    if name is not None and name in _CHOSEN.get(code, {}):
        field, type_ = _CHOSEN[code][name]
        return Value(found[0], column, field, type_, Quoting.SLASHES)
    if name is not None and code in _NAMED and name:
        return Value(
            found[0], column, _NAMED[code](name), Type.TEXT, Quoting.SLASHES,
            empty=True, varied=True,
        )  # fmt: skip
    expected = _EXPECTED
    if name is not None and code in _CHOSEN:
        expected = " or ".join(f"%{{{one}}}{code}" for one in _CHOSEN[code])
    raise LayoutError("apache", layout, column, f'"{found[0]}"', expected)


# -- error logs ----------------------------------------------------------------------------------

_ERRORS = {
    "a": ("client_ip", Type.TEXT),
    "A": ("server_ip", Type.TEXT),
    "E": ("error", Type.TEXT),
    "F": ("file", Type.TEXT),
    "k": ("keepalive_requests", Type.INTEGER),
    "l": ("level", Type.LEVEL),
    "L": ("log_id", Type.TEXT),
    "m": ("module", Type.TEXT),
    "M": ("message", Type.MESSAGE),
    "P": ("pid", Type.INTEGER),
    "T": ("tid", Type.INTEGER),
    "v": ("virtual_host", Type.TEXT),
    "V": ("server_name", Type.TEXT),
}

#: What can be told from a message that stands where they would.
_SHAPES = {
    "E": rb"\(\d{1,9}\)[^\n:]*",
    "F": rb"[^\s:()]+(?:\(\d{1,9}\)|:\d{1,9})",
}

_ERROR_STAMPS = {
    None: "%a %b %d %H:%M:%S %Y",
    "u": "%a %b %d %H:%M:%S.%f %Y",
    "cu": "%Y-%m-%d %H:%M:%S.%f",
    "uc": "%Y-%m-%d %H:%M:%S.%f",
    "c": "%Y-%m-%d %H:%M:%S",
}

_ERROR_CODE = re.compile(
    r"%(?P<mode>[-+]?)(?P<least>\d*)(?:\{(?P<name>[^}]*)\})?(?P<code>.?)|\\(?P<plain>.)|[^%\\ ]+| ",
    re.DOTALL,
)

_ERROR_EXPECTED = "one of %a %A %e %E %F %i %k %l %L %m %M %n %P %t %T %v %V %%"


def _errors(layout: str) -> Form:
    """Read an ErrorLogFormat: what stands between two blanks lacks if a value in it does."""
    groups: list[tuple[str, list[Piece]]] = [("", [])]
    for found in _ERROR_CODE.finditer(layout):
        text, column = found[0], found.start() + 1
        if text in (" ", "% "):
            groups.append((" " if text == " " else "", []))
            continue
        into = groups[-1][1]
        if found["plain"]:
            into.append(Literal(found["plain"]))
        elif text[0] != "%":
            into.append(Literal(text))
        elif found["code"] == "%":
            into.append(Literal("%"))
        else:
            into.append(_error_value(layout, found, column))
            if found["code"] == "a":
                port = Value(text, column, "client_port", Type.INTEGER)
                into.append(Maybe((Literal(":"), port)))
    items: list[Item] = []
    for blank, group in groups:
        inside = (Literal(blank), *together("apache", layout, group))
        values = [one for one in inside if isinstance(one, Value)]
        sure = {Type.STAMP, Type.LEVEL, Type.MESSAGE}
        if all(one.always or one.type in sure or one.name == "pid" for one in values):
            items += inside
        else:
            items.append(Maybe(tuple(one for one in inside if one != Literal(""))))
    return Form("apache", layout, ERRORS, tuple(items), joins=True)


def _error_value(layout: str, found: re.Match[str], column: int) -> Piece:
    name, code, text = found["name"], found["code"], found[0]
    if code == "t" and name in _ERROR_STAMPS:
        pattern = _ERROR_STAMPS[name]
        return moment("apache", layout, text, column, "timestamp", lambda: strftime.parts(pattern))
    if code in _ERRORS and (name is None or (code, name) in {("a", "c"), ("T", "g")}):
        field, type_ = _ERRORS[code]
        if (code, name) == ("a", "c"):
            field = "peer_ip"
        if found["least"] and type_ is Type.INTEGER:
            type_ = Type.TEXT
        return Value(
            text, column, field, type_, always=found["mode"] == "-", shape=_SHAPES.get(code, b"")
        )
    if code == "L" and name in {"c", "C"}:
        return Value(text, column, "connection_log_id", Type.TEXT)
    named = {"e": "env_", "n": "note_"}
    if name and code == "i":
        return Value(text, column, header(name), Type.TEXT)
    if name and code in named:
        return Value(text, column, named[code] + slug(name), Type.TEXT)
    raise LayoutError("apache", layout, column, f'"{text}"', _ERROR_EXPECTED)
