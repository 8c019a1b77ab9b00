"""nginx's log_format.

Defined by ngx_http_log_module ("log_format") and the index of variables.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sidecar.errors import LayoutError
from sidecar.fields import epochs, strftime
from sidecar.layouts.form import Form, Literal, Maybe, Quoting, Type, Value, header, slug
from sidecar.layouts.moments import Piece, moment, together

SOURCE = "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format"

ALIASES = {
    "combined": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent"',
    "main": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent" "$http_x_forwarded_for"',
}

_STAMPS = {
    "time_local": "%d/%b/%Y:%H:%M:%S %z",
    "time_iso8601": "%Y-%m-%dT%H:%M:%S%z",
    "date_local": "%A, %d-%b-%Y %H:%M:%S %Z",
    "date_gmt": "%A, %d-%b-%Y %H:%M:%S %Z",
}

#: Variable -> field, where the name is another.
_NAMES = {
    "remote_addr": "client_ip",
    "realip_remote_addr": "client_ip",
    "proxy_protocol_addr": "client_ip",
    "binary_remote_addr": "client_ip",
    "remote_port": "client_port",
    "realip_remote_port": "client_port",
    "proxy_protocol_port": "client_port",
    "remote_user": "user",
    "request_method": "method",
    "request_uri": "path",
    "document_uri": "uri",
    "args": "query",
    "query_string": "query",
    "server_protocol": "protocol",
    "body_bytes_sent": "bytes",
    "bytes_sent": "bytes_out",
    "request_length": "bytes_in",
    "bytes_received": "bytes_in",
    "request_time": "duration",
    "session_time": "duration",
    "host": "virtual_host",
    "http_host": "virtual_host",
    "hostname": "host",
    "server_addr": "server_ip",
    "ssl_protocol": "tls_protocol",
    "ssl_cipher": "tls_cipher",
}

_INTEGERS = frozenset((
    "body_bytes_sent", "bytes_received", "bytes_sent", "connection", "connection_requests",
    "connections_active", "connections_reading", "connections_waiting", "connections_writing",
    "content_length", "pid", "proxy_protocol_port", "proxy_protocol_server_port",
    "realip_remote_port", "remote_port", "request_length", "server_port", "tcpinfo_rcv_space",
    "tcpinfo_rtt", "tcpinfo_rttvar", "tcpinfo_snd_cwnd",
))  # fmt: skip

_DURATIONS = frozenset(("connection_time", "request_time", "session_time"))

_PREFIXES = (
    ("sent_http_", "response_header_"),
    ("sent_trailer_", "response_trailer_"),
    ("http_", ""),
    ("cookie_", "cookie_"),
    ("arg_", "query_"),
)

_VARIABLE = re.compile(r"\$(?:\{(\w*)(\}?)|(\w*))|[^$]+")

_STATEMENT = re.compile(
    r"""\s*log_format\s+(?P<name>\S+)(?:\s+escape=(?P<escape>\w+))?\s+(?P<parts>(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s;'"]+|\s)+);?\s*"""
)

_PART = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s;'"]+)""")

ESCAPES = ("default", "json", "none")


def read(layout: str, escape: str = "default") -> Form:
    """Read a log_format, a name that nginx or its packages predefine, or the whole directive.

    Args:
        layout: the text.
        escape: ``default``, ``json`` or ``none``, as the directive says.

    Raises:
        LayoutError: a dollar sign has no name behind it, or the escape is none of nginx's.
    """
    text = layout
    if whole := _STATEMENT.fullmatch(layout):
        escape = whole["escape"] or escape
        text = "".join(
            re.sub(r"\\(['\"\\trn])", _unescaped, one[1] or one[2] or one[3] or "")
            for one in _PART.finditer(whole["parts"])
        )
    if escape not in ESCAPES:
        raise LayoutError("nginx", layout, 1, f'escape="{escape}"', "default, json or none")
    text = ALIASES.get(text.strip(), text)
    items: list[Piece] = []
    found = list(_VARIABLE.finditer(text))
    for one in found:
        name = one[1] if one[1] is not None else one[3]
        if name is None:
            items.append(Literal(one[0]))
        elif not name or one[2] == "":
            raise LayoutError(
                "nginx", text, one.start() + 1, f'"{one[0]}"', "$name or ${name}",
                "log_format cannot write a dollar sign itself; geo or map can",
            )  # fmt: skip
        else:
            items.append(_variable(text, one, name, escape))
    return Form("nginx", text, SOURCE, together("nginx", text, _queries(items, escape)))


def _unescaped(found: re.Match[str]) -> str:
    """Undo an escape of nginx's configuration."""
    return {"t": "\t", "r": "\r", "n": "\n"}.get(found[1], found[1])


def _variable(layout: str, found: re.Match[str], name: str, escape: str) -> Piece:
    code, column = found[0], found.start() + 1
    if name in _STAMPS:
        pattern = _STAMPS[name]
        return moment("nginx", layout, code, column, "timestamp", lambda: strftime.parts(pattern))
    if name == "msec":
        return moment("nginx", layout, code, column, "timestamp", lambda: epochs.parts("s", 3))
    quoting = Quoting.NONE if escape == "none" else Quoting.SLASHES
    if name == "is_args":
        return Maybe((Literal("?"),))
    type_ = Type.TEXT
    if name == "request":
        type_ = Type.REQUEST
    elif name == "status":
        type_ = Type.STATUS
    elif name in _INTEGERS:
        type_ = Type.INTEGER
    elif name in _DURATIONS:
        type_ = Type.DURATION
    elif name == "gzip_ratio":
        type_ = Type.NUMBER
    quiet = ("",) if type_ is not Type.TEXT else ()
    return Value(
        code, column, _field(name), type_, quoting, absent=quiet,
        empty=escape == "default" and type_ is Type.TEXT,
        unit="s" if type_ is Type.DURATION else "",
    )  # fmt: skip


def _field(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    for prefix, field in _PREFIXES:
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            return field + slug(rest) if field else header(rest)
    return slug(name)


def _queries(items: list[Piece], escape: str) -> list[Piece]:
    """Let a query lack together with its question mark; by default ``-`` stands in their place."""
    joined: list[Piece] = []
    for item in items:
        if (
            joined and joined[-1] == Maybe((Literal("?"),))
            and isinstance(item, Value) and item.name == "query"
        ):  # fmt: skip
            led = replace(item, lead="?", apart=True, empty=False)
            joined[-1] = led if escape == "default" else Maybe((Literal("?"), item))
        else:
            joined.append(item)
    return joined
