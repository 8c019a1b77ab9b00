"""Access logs of many hosts: Apache httpd's ``vhost_combined``, as Debian's httpd is told to write.

``shop.example.org:443 192.0.2.7 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 11 "-" "x"``
"""

from __future__ import annotations

from sidecar.formats.access import ACCESS
from sidecar.formats.spec import Field, Kind, Sample

_STAMP, *_OTHERS = ACCESS.fields.items()

ACCESS_VHOST = ACCESS._replace(
    name="access_vhost",
    summary="access logs with a host and its port before the client: vhost_combined",
    source="https://httpd.apache.org/docs/2.4/logs.html#virtualhost",
    pattern=rb"(?P<site>(?P<virtual_host>[0-9A-Za-z_.*:\[\]-]+):(?P<server_port>\d{1,5})) "
    + ACCESS.pattern,
    fields={
        **dict([_STAMP]),
        "virtual_host": Field(),
        "server_port": Field(Kind.DIGITS),
        **dict(_OTHERS),
    },
    runs={"site": frozenset({"virtual_host", "server_port"}), **ACCESS.runs},
    starts=rb"\w.*:\[\]\-",
    opens=rb"[\w.*:\[\]-][^ \n]*:\d+ [^ \n]",
    samples=(
        Sample(
            'shop.example.org:443 192.0.2.7 - - [24/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" '
            '200 4523 "https://example.org/" "curl/8.5.0"',
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "virtual_host": "shop.example.org",
                "server_port": 443,
                "client_ip": "192.0.2.7",
                "method": "GET",
                "path": "/a",
                "protocol": "HTTP/1.1",
                "status": 200,
                "bytes": 4523,
                "referer": "https://example.org/",
                "user_agent": "curl/8.5.0",
            },
        ),
        Sample(
            '*:80 2001:db8::1 - ann [24/Nov/2026:10:00:01 +0100] "-" 408 0 "-" "-" "203.0.113.9" 7',
            {
                "timestamp": "2026-11-24T09:00:01Z",
                "virtual_host": "*",
                "server_port": 80,
                "client_ip": "2001:db8::1",
                "user": "ann",
                "status": 408,
                "bytes": 0,
                "header_x_forwarded_for": "203.0.113.9",
                "duration": 0.007,
            },
        ),
        Sample(
            '[::1]:8080 10.0.0.1 - - [24/Nov/2026:10:00:02 +0000] "POST /b HTTP/2.0" 302 -',
            {
                "timestamp": "2026-11-24T10:00:02Z",
                "virtual_host": "[::1]",
                "server_port": 8080,
                "client_ip": "10.0.0.1",
                "method": "POST",
                "path": "/b",
                "protocol": "HTTP/2.0",
                "status": 302,
            },
        ),
    ),
)
