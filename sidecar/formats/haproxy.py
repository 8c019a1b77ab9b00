"""HAProxy's logs: ``192.0.2.7:50134 [29/Nov/2026:10:00:00.123] web shop/s1 0/0/1/15/16 200 ...``.

The formats of ``option httplog``, ``httpslog`` and ``tcplog``, and of failed connections, as
HAProxy writes them itself or with what a syslog daemon puts before them. Timers are seconds; those
that HAProxy marks as not reached, ``-1``, are left out, as is the ``+`` of ``logasap``. The stamp
is when the request or the connection was taken, local. Of captured headers in one pair of braces
nobody can tell whose they are: they count as the request's. What HAProxy writes as ``#22`` stays
so, and a request may be cut anywhere.
"""

from __future__ import annotations

from sidecar.fields import dates
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import DAY, HOUR, LEAP_SECOND, MINUTE, MONTH_NAME, YEAR
from sidecar.fields.reading import Reading
from sidecar.formats import syslog
from sidecar.formats.pieces import WHOLE, unnamed
from sidecar.formats.spec import Field, Format, Kind, Sample

_MOMENT = dates.stamp(
    (
        Part("day", DAY.zeros),
        literal("/"),
        Part("month_name", MONTH_NAME),
        literal("/"),
        Part("year", YEAR),
        literal(":"),
        Part("hour", HOUR.zeros),
        literal(":"),
        Part("minute", MINUTE.zeros),
        literal(":"),
        Part("second", LEAP_SECOND.zeros),
        Part("fraction", r"(?:\.\d{3})?"),
    )
)

#: What a syslog daemon puts before the text, behind its stamp.
_SENDER = rb"(?:(?P<host>[!-~]{1,255}) )?(?P<app>[^ :\[\]\n]{1,64})(?:\[(?P<pid>%b)\])?: " % WHOLE

#: How the two kinds of traffic go on after the names, as far as it tells them apart.
_KINDS = (
    rb"(?=(?:(?:-1|\d++)/){4}\+?(?:-1|\d++) (?:-1|\d{3}) \+?\d++ [^ \n]++ [^ \n]++ [!-~]{4} "
    rb"|(?:(?:-1|\d++)/){2}\+?(?:-1|\d++) \+?\d++ [!-~]{2} )"
)

#: Braces and quotes within are encoded.
_HEADERS = rb'[^{}"\n]*+'

_REQUEST = (
    rb'"(?:(?P<method>[A-Z][A-Z_-]*) (?P<path>[^ "\n]++)(?: (?P<protocol>HTTP/[0-9.]++))?'
    rb'(?="|(?!.))|(?P<request>[^"\n]*+))"?'
    rb"(?: (?P<tls_errors>[0-9A-Fa-f/-]++) (?P<tls_sni>[^ /\n]++)/(?P<tls_protocol>[^ /\n]++)"
    rb"/(?P<tls_cipher>[^ /\n]++))?"
)


def _seconds(text: str, _: Reading) -> float:
    return int(text) / 1000


def _timer(name: bytes) -> bytes:
    return rb"(?:-1|(?P<%b>%b))" % (name, WHOLE)


_TIMER_FIELD = Field(Kind.LOOKUP, _seconds, optional=True)
_COUNT_FIELD = Field(Kind.DIGITS, optional=True)

_TEXT = (
    rb"(?P<client_ip>[0-9a-fu:][0-9A-Za-z_.:%%-]{1,63}):(?P<client_port>%b) \[%b\] "
    rb"(?P<frontend>[^ /~\n]++)(?P<tls>~)?"
    rb"(?:/(?P<bind>[^ :\n]++): (?P<message>.*)"
    rb"| (?P<backend>[^ /\n]++)/(?P<server>[^ \n]++) %b"
    # Five timers of a request, or three of a connection.
    rb"(?:%b/(?=(?:-?\d++/){3}))?%b/%b/(?:%b/)?\+?%b"
    rb"(?: (?:-1|(?P<status>[1-9]\d\d))(?= \+?\d))? \+?(?P<bytes>%b)"
    rb"(?: (?P<request_cookie>[^ \n]++) (?P<response_cookie>[^ \n]++)(?= [!-~]{4} ))?"
    rb" (?P<termination_state>[!-~]{4}|[!-~]{2})"
    rb" (?P<connections>%b)/(?P<frontend_connections>%b)/(?P<backend_connections>%b)"
    rb"/(?P<server_connections>%b)/\+?(?P<retries>%b)"
    rb" (?P<server_queue>%b)/(?P<backend_queue>%b)"
    rb"(?:(?: \{(?P<request_headers>%b)\}(?: \{(?P<response_headers>%b)\})?)? %b)?)"
    % (
        WHOLE,
        _MOMENT.groups(),
        _KINDS,
        *map(_timer, (b"request_time", b"queue_time", b"connect_time", b"response_time")),
        _timer(b"duration"),
        *[WHOLE] * 8,
        _HEADERS,
        _HEADERS,
        _REQUEST,
    )
)

#: Expression of what follows a syslog daemon's stamp, with its groups.
SENT = _SENDER + _TEXT

HAPROXY = Format(
    name="haproxy",
    summary="HAProxy's HTTP, HTTPS and TCP logs, with or without a syslog prefix",
    source="https://docs.haproxy.org/3.0/configuration.html#8.2",
    pattern=(
        # All before the address may lack.
        rb"(?=(?P<first>.))(?:(?:<\d{1,3}>)?%b %b)?%b" % (unnamed(syslog.STAMP), _SENDER, _TEXT)
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _MOMENT.read),
        "client_ip": Field(),
        "client_port": Field(Kind.DIGITS),
        "host": Field(optional=True),
        "app": Field(optional=True),
        "pid": Field(Kind.DIGITS, optional=True),
        "frontend": Field(),
        "tls": Field(Kind.LOOKUP, lambda text, _: text == "~", optional=True),
        "bind": Field(optional=True),
        "backend": Field(optional=True),
        "server": Field(optional=True),
        "method": Field(optional=True),
        "path": Field(optional=True),
        "protocol": Field(optional=True),
        "request": Field(optional=True),  # in the place of method and path
        "status": Field(Kind.DIGITS, optional=True),
        "bytes": Field(Kind.DIGITS, optional=True),
        "duration": _TIMER_FIELD,
        "request_time": _TIMER_FIELD,
        "queue_time": _TIMER_FIELD,
        "connect_time": _TIMER_FIELD,
        "response_time": _TIMER_FIELD,
        "termination_state": Field(optional=True),
        "connections": _COUNT_FIELD,
        "frontend_connections": _COUNT_FIELD,
        "backend_connections": _COUNT_FIELD,
        "server_connections": _COUNT_FIELD,
        "retries": _COUNT_FIELD,
        "server_queue": _COUNT_FIELD,
        "backend_queue": _COUNT_FIELD,
        "request_cookie": Field(optional=True),
        "response_cookie": Field(optional=True),
        "request_headers": Field(optional=True),
        "response_headers": Field(optional=True),
        "tls_errors": Field(optional=True),
        "tls_sni": Field(optional=True),
        "tls_protocol": Field(optional=True),
        "tls_cipher": Field(optional=True),
        "message": Field(optional=True),
    },
    starts=rb"0-9a-fu:<JFMASOND",
    opens=rb"[0-9a-fu:][0-9A-Za-z_.:%%-]{1,63}:\d{1,18} \[\d\d/[A-Z]|%b" % syslog.OPENS,
    holds=b"[",
    samples=(
        Sample(
            "192.0.2.7:50134 [29/Nov/2026:10:00:00.123] web~ shop/s1 10/0/30/69/109 200 2750 - - "
            '---- 1/1/1/1/0 0/0 {example.org|curl} {} "GET /cart?id=1 HTTP/1.1"',
            {
                "timestamp": "2026-11-29T10:00:00.123Z",
                "client_ip": "192.0.2.7",
                "client_port": 50134,
                "frontend": "web",
                "tls": True,
                "backend": "shop",
                "server": "s1",
                "method": "GET",
                "path": "/cart?id=1",
                "protocol": "HTTP/1.1",
                "status": 200,
                "bytes": 2750,
                "duration": 0.109,
                "request_time": 0.01,
                "queue_time": 0.0,
                "connect_time": 0.03,
                "response_time": 0.069,
                "termination_state": "----",
                "connections": 1,
                "frontend_connections": 1,
                "backend_connections": 1,
                "server_connections": 1,
                "retries": 0,
                "server_queue": 0,
                "backend_queue": 0,
                "request_headers": "example.org|curl",
                "response_headers": "",
            },
        ),
        Sample(
            "Nov 29 10:00:00 lb1 haproxy[14387]: 2001:db8::1:33313 [29/Nov/2026:10:00:00.443] fnt "
            "bck/<NOSRV> -1/-1/+5007 +212 CC 2/1/0/0/+3 0/0",
            {
                "timestamp": "2026-11-29T10:00:00.443Z",
                "client_ip": "2001:db8::1",
                "client_port": 33313,
                "host": "lb1",
                "app": "haproxy",
                "pid": 14387,
                "frontend": "fnt",
                "backend": "bck",
                "server": "<NOSRV>",
                "bytes": 212,
                "duration": 5.007,
                "termination_state": "CC",
                "connections": 2,
                "frontend_connections": 1,
                "backend_connections": 0,
                "server_connections": 0,
                "retries": 3,
                "server_queue": 0,
                "backend_queue": 0,
            },
        ),
        Sample(
            "<134>Nov  9 10:00:01 haproxy[7]: 192.0.2.7:50135 [09/Nov/2026:10:00:01.163] web/1: "
            "SSL handshake failure",
            {
                "timestamp": "2026-11-09T10:00:01.163Z",
                "client_ip": "192.0.2.7",
                "client_port": 50135,
                "app": "haproxy",
                "pid": 7,
                "frontend": "web",
                "bind": "1",
                "message": "SSL handshake failure",
            },
        ),
        Sample(
            "192.0.2.7:50136 [29/Nov/2026:10:00:02.000] web~ web/<NOSRV> -1/-1/-1/-1/0 400 0 "
            'id=7 id=8 PR-- 1/1/0/0/0 0/0 "<BADREQ>" 0/0000000000000000/0/0/0 '
            "example.org/TLSv1.3/TLS_AES_256_GCM_SHA384",
            {
                "timestamp": "2026-11-29T10:00:02.000Z",
                "client_ip": "192.0.2.7",
                "client_port": 50136,
                "frontend": "web",
                "tls": True,
                "backend": "web",
                "server": "<NOSRV>",
                "request": "<BADREQ>",
                "status": 400,
                "bytes": 0,
                "duration": 0.0,
                "termination_state": "PR--",
                "connections": 1,
                "frontend_connections": 1,
                "backend_connections": 0,
                "server_connections": 0,
                "retries": 0,
                "server_queue": 0,
                "backend_queue": 0,
                "request_cookie": "id=7",
                "response_cookie": "id=8",
                "tls_errors": "0/0000000000000000/0/0/0",
                "tls_sni": "example.org",
                "tls_protocol": "TLSv1.3",
                "tls_cipher": "TLS_AES_256_GCM_SHA384",
            },
        ),
    ),
)
