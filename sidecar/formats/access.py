r"""Access logs: common, combined, and either with a trailing duration; nginx's ``main``.

``127.0.0.1 - - [23/Nov/2026:21:46:01 +0000] "GET /a?b=c HTTP/1.1" 200 11 "-" "curl/8" 0.005``

Tomcat's valve and Apache httpd escape what stands between quotes with backslashes, nginx as
``\xHH``; ``-`` is an absent value, as is httpd's ``""`` for a user, and a request line that no
client should have sent is kept whole as ``request``. Old Tomcats and Jettys put two blanks about an
absent user, Jetty one more behind the size or the agent; Python's servers write a stamp with a
blank and no zone. A virtual host before the client is of the format ``access_vhost``.
"""

from __future__ import annotations

from sidecar.fields import timestamps
from sidecar.fields.reading import Reading
from sidecar.formats.spec import Field, Format, Kind, Sample

# What is never left again, for nothing else could fit there, costs no memory: hence the ``*+``.
_QUOTED = rb'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+'

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def _seconds(text: str, reading: Reading) -> float:
    """A fraction means seconds; a whole number is in the configured unit."""
    return float(text) if "." in text else int(text) / _PER_SECOND[reading.duration_unit]


#: Expression of what stands in the place of a request, behind its quote.
_NO_REQUEST = rb'|-?(?=")|(?P<request>' + _QUOTED + rb")"

#: Expression of a request, from its quote on, and of what became of it.
REQUEST = (
    # A blank belongs to the path unless the protocol follows it to the closing quote.
    rb'"(?:(?P<method>[A-Za-z0-9!#$%&\'*+.^_`|~-]+) '
    rb'(?P<path>[^ "\\\n]*+(?>(?:(?:\\.| (?!HTTP/[0-9.]+"))[^ "\\\n]*+)*))'
    + _NO_REQUEST
    + rb')(?P<answer>(?: (?P<protocol>HTTP/[0-9.]+))?" (?:-|000|(?P<status>[1-9]\d\d))) '
    rb"(?:-|0{0,18}(?P<bytes>\d{1,18}))"
)

# Spelt out, the letters of a word are one table with the rest: \w is asked by itself.
_CLIENT = rb"(?P<client_ip>[0-9A-Za-z_.:%\[\]-]+)"

ACCESS = Format(
    name="access",
    summary="access logs of Tomcat, httpd, nginx and Jetty: common, combined, with a duration",
    source="https://httpd.apache.org/docs/2.4/mod/mod_log_config.html; "
    "https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html#Access_Log_Valve; "
    "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format; "
    "https://github.com/jetty/jetty.project: AbstractNCSARequestLog.java",
    pattern=(
        _CLIENT + rb'(?P<who> (?:-|(?P<ident>[^ "\\\n]+)) '
        # Most names end before the first bracket (or where "who" does, which is also read by
        # itself). One that holds some is short: each step of a group that may be left is kept.
        rb'(?:-|""| - |(?!- )(?P<user>(?=[^["\\\n]*+(?:(?<= )\[|\Z))[^["\\\n]+(?= \[|\Z)'
        rb'|(?:[^"\\\n]|\\.){1,1024}?))) '
        rb"\[(?P<timestamp>\d\d/[^/\s\d]{2,12}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?)\] "
        + REQUEST
        # An empty alternative costs less than a question mark behind groups.
        + rb'(?: "(?P<referer>%b)" (?P<agent>"(?P<user_agent>%b)"'
        rb'(?: "(?P<header_x_forwarded_for>%b)"|))|)'
        rb"(?:  ?(?P<duration>-|\d{1,18}(?:\.\d{1,9})?)|)(?: |)" % (_QUOTED, _QUOTED, _QUOTED)
    ),
    fields={
        "timestamp": Field(Kind.STAMP, timestamps.common_log),
        "client_ip": Field(plain=True, optional=True),
        "ident": Field(optional=True),
        "user": Field(Kind.QUOTED, optional=True),
        "method": Field(optional=True),
        "path": Field(Kind.QUOTED, optional=True),
        "request": Field(Kind.QUOTED, optional=True),  # in the place of method and path
        "protocol": Field(optional=True),
        "status": Field(Kind.DIGITS, optional=True),
        "bytes": Field(Kind.DIGITS, optional=True),
        "referer": Field(Kind.QUOTED, optional=True),
        "user_agent": Field(Kind.QUOTED, optional=True),
        "header_x_forwarded_for": Field(Kind.QUOTED, optional=True),
        "duration": Field(Kind.LOOKUP, _seconds, optional=True),
    },
    runs={
        "who": frozenset({"ident", "user"}),
        "method": frozenset({"method"}),
        "answer": frozenset({"protocol", "status"}),
        "referer": frozenset({"referer"}),
        "agent": frozenset({"user_agent", "header_x_forwarded_for"}),
    },
    loose={
        "who": rb" [^ ]+ [^ ]+",
        "timestamp": rb"[^]]{19,35}",
        # None gives back: a line that fails behind a long path would be tried at each of its bytes.
        "method": rb"[^ ]++",
        "path": rb"(?!-)[^ ]*+",
        "answer": rb'[^"]*+" [^ ]++',
        "referer": rb'[^"]*+',
        # To the last quote of the line: escaped ones stand before it.
        "agent": rb'".*"',
        "duration": rb"[0-9.-]+",
    },
    usual={_NO_REQUEST: b"", _CLIENT: rb"(?!-)" + _CLIENT},
    sure=frozenset({"client_ip", "path"}),
    bars={"path": b'"\\\n'},
    starts=rb"\w.:%\[\]\-",
    holds=b'"',
    samples=(
        Sample(
            '192.0.2.7 - - [23/Nov/2026:21:46:01 +0100] "GET /shop?a=1 HTTP/1.1" 200 4523',
            {
                "timestamp": "2026-11-23T20:46:01Z",
                "client_ip": "192.0.2.7",
                "method": "GET",
                "path": "/shop?a=1",
                "protocol": "HTTP/1.1",
                "status": 200,
                "bytes": 4523,
            },
        ),
        Sample(
            '2001:db8::1 - ann [23/Nov/2026:21:46:01 +0000] "POST /a HTTP/2.0" 302 - '
            '"http://example.org/" "Mozilla/5.0 \\"X11\\"" 0.015',
            {
                "timestamp": "2026-11-23T21:46:01Z",
                "client_ip": "2001:db8::1",
                "user": "ann",
                "method": "POST",
                "path": "/a",
                "protocol": "HTTP/2.0",
                "status": 302,
                "referer": "http://example.org/",
                "user_agent": 'Mozilla/5.0 "X11"',
                "duration": 0.015,
            },
        ),
        Sample(
            '192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "-" 400 0 "" "-" 12',
            {
                "timestamp": "2026-11-23T21:46:01Z",
                "client_ip": "192.0.2.7",
                "status": 400,
                "bytes": 0,
                "referer": "",
                "duration": 0.012,
            },
        ),
        Sample(
            '10.0.0.1 - - [23/Nov/2026:21:46:02 +0000] "GET /b HTTP/1.1" 200 11 "-" "curl/8.5.0" '
            '"203.0.113.9, 198.51.100.7"',
            {
                "timestamp": "2026-11-23T21:46:02Z",
                "client_ip": "10.0.0.1",
                "method": "GET",
                "path": "/b",
                "protocol": "HTTP/1.1",
                "status": 200,
                "bytes": 11,
                "user_agent": "curl/8.5.0",
                "header_x_forwarded_for": "203.0.113.9, 198.51.100.7",
            },
        ),
    ),
)
