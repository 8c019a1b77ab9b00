"""nginx's error log: ``2026/11/24 10:00:00 [error] 31#31: *1 text, client: 192.0.2.7, ...``.

What nginx says of the request is read from the end of the line and stays in ``message`` too: text
that a backend wrote may hold newlines, and then the rest of it is on lines that join. nginx escapes
nothing in here; a request with a quote in it is not read. The stamp is local and has no zone.
"""

from __future__ import annotations

from sidecar.fields import dates, strftime
from sidecar.formats.pieces import LEVEL_FIELD, WHOLE, logged
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_MOMENT = dates.stamp(strftime.parts("%Y/%m/%d %H:%M:%S"))

#: What ``ngx_http_log_error`` adds, up to the end of the line.
_CONTEXT = (
    rb', client: (?P<client_ip>[^, "\n]++)(?:, server: (?:(?P<server>[^,"\n]++)|))?'
    rb'(?:, request: "(?:(?P<method>[A-Za-z]+) (?P<path>[^ "\n]*+)'
    rb'(?: (?P<protocol>HTTP/[0-9.]++))?"|(?P<request>[^"\n]*+)"))?'
    rb'(?:, subrequest: "[^"\n]*+")?(?:, upstream: "(?P<upstream>[^"\n]*+)")?'
    rb'(?:, host: "(?P<virtual_host>[^"\n]*+)")?(?:, referrer: "(?P<referer>[^"\n]*+)")?(?![^\n])'
)

NGINX_ERROR = Format(
    name="nginx_error",
    summary="nginx's error log",
    source="https://nginx.org/en/docs/ngx_core_module.html#error_log; "
    "https://github.com/nginx/nginx: src/core/ngx_log.c, src/http/ngx_http_request.c",
    pattern=(
        rb"(?P<timestamp>%b) "
        rb"(?P<origin>\[(?P<level>debug|info|notice|warn|error|crit|alert|emerg)\] "
        rb"(?P<pid>%b)#(?P<tid>%b)): "
        rb"(?:\*(?P<connection>%b) )?(?:(?=.*%b)|)"
        % (logged(_MOMENT.pattern), WHOLE, WHOLE, WHOLE, _CONTEXT)
        + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _MOMENT.read),
        "level": LEVEL_FIELD,
        "pid": Field(Kind.DIGITS),
        "tid": Field(Kind.DIGITS),
        "connection": Field(Kind.DIGITS, optional=True),
        "client_ip": Field(optional=True),
        "server": Field(optional=True),
        "method": Field(optional=True),
        "path": Field(optional=True),
        "protocol": Field(optional=True),
        "request": Field(optional=True),  # in the place of method and path
        "upstream": Field(optional=True),
        "virtual_host": Field(optional=True),
        "referer": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "pid", "tid"})},
    loose={"timestamp": rb"[12][0-9]{3}/.{14}"},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=rb"[12]\d\d\d/\d\d/",
    holds=b"[",
    samples=(
        Sample(
            "2026/11/24 10:00:00 [notice] 1#1: start worker process 31",
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "level": "NOTICE",
                "pid": 1,
                "tid": 1,
                "message": "start worker process 31",
            },
        ),
        Sample(
            "2026/11/24 10:00:01 [error] 31#31: *17 connect() failed (111: Connection refused) "
            "while connecting to upstream, client: 192.0.2.7, server: shop.example.org, "
            'request: "GET /shop?a=1 HTTP/1.1", upstream: "http://127.0.0.1:8080/shop?a=1", '
            'host: "shop.example.org", referrer: "https://example.org/"',
            {
                "timestamp": "2026-11-24T10:00:01Z",
                "level": "ERROR",
                "pid": 31,
                "tid": 31,
                "connection": 17,
                "client_ip": "192.0.2.7",
                "server": "shop.example.org",
                "method": "GET",
                "path": "/shop?a=1",
                "protocol": "HTTP/1.1",
                "upstream": "http://127.0.0.1:8080/shop?a=1",
                "virtual_host": "shop.example.org",
                "referer": "https://example.org/",
                "message": "connect() failed (111: Connection refused) "
                "while connecting to upstream, client: 192.0.2.7, server: shop.example.org, "
                'request: "GET /shop?a=1 HTTP/1.1", upstream: "http://127.0.0.1:8080/shop?a=1", '
                'host: "shop.example.org", referrer: "https://example.org/"',
            },
        ),
        Sample(
            '2026/11/24 10:00:02 [error] 31#33: *18 FastCGI sent in stderr: "PHP message: '
            "PHP Fatal error:  Uncaught Exception: no paper in /srv/shop.php:7\n"
            "Stack trace:\n"
            "#0 {main}\n"
            '  thrown in /srv/shop.php on line 7" while reading response header from upstream, '
            "client: 2001:db8::1, server: _",
            {
                "timestamp": "2026-11-24T10:00:02Z",
                "level": "ERROR",
                "pid": 31,
                "tid": 33,
                "connection": 18,
                "message": 'FastCGI sent in stderr: "PHP message: '
                "PHP Fatal error:  Uncaught Exception: no paper in /srv/shop.php:7\n"
                "Stack trace:\n#0 {main}\n"
                '  thrown in /srv/shop.php on line 7" while reading response header from upstream, '
                "client: 2001:db8::1, server: _",
            },
        ),
    ),
)
