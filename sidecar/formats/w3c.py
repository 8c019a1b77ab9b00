"""IIS's access log, with the fields that IIS writes where nothing is set.

``2026-11-24 10:00:00 192.0.2.1 GET /a b=c 443 - 203.0.113.9 curl/8.5.0 - 200 0 0 31``. The stamp is
in UTC whatever the server's zone; ``time-taken`` counts milliseconds; IIS writes ``+`` for blanks
within a value. A line ``#Fields: ...`` rules those below it (``headed``), whatever its choice,
whether IIS or Tomcat's ExtendedAccessLogValve wrote it; like other directives it is a misfit.
"""

from __future__ import annotations

from datetime import UTC

from sidecar.fields import iso
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import WHOLE
from sidecar.formats.spec import Field, Format, Kind, Sample


def _moment(text: str, _: Reading) -> str:
    return iso.STAMP.read(text, Reading(UTC))


def _seconds(text: str, _: Reading) -> float:
    return int(text) / 1_000


W3C = Format(
    name="w3c",
    summary="W3C's extended access logs (IIS, Tomcat), by #Fields lines or IIS's usual fields",
    source="https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging; "
    "https://www.w3.org/TR/WD-logfile.html",
    pattern=(
        rb"(?P<timestamp>[12]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<server_ip>[0-9A-Fa-f.:%%]+) "
        rb"(?P<method>[A-Za-z_-]+) (?P<path>[^ \n]+) (?P<query>[^ \n]+) (?P<server_port>%b) "
        rb"(?P<user>[^ \n]+) (?P<client_ip>[0-9A-Fa-f.:%%]+) (?P<user_agent>[^ \n]+) "
        rb"(?:(?!\d{3} %b )(?P<referer>[^ \n]+) |)"
        rb"(?P<answer>(?P<status>\d{3}) (?P<substatus>%b) (?P<win32_status>%b))"
        rb"(?: (?P<duration>%b)|)" % (WHOLE, WHOLE, WHOLE, WHOLE, WHOLE)
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _moment),
        "server_ip": Field(plain=True),
        "method": Field(optional=True),
        "path": Field(optional=True),
        "query": Field(optional=True),
        "server_port": Field(Kind.DIGITS),
        "user": Field(optional=True),
        "client_ip": Field(plain=True),
        "user_agent": Field(optional=True),
        "referer": Field(optional=True),
        "status": Field(Kind.DIGITS),
        "substatus": Field(Kind.DIGITS),
        "win32_status": Field(Kind.DIGITS),
        "duration": Field(Kind.LOOKUP, _seconds, optional=True),
    },
    runs={
        "user_agent": frozenset({"user_agent"}),
        "answer": frozenset({"status", "substatus", "win32_status"}),
    },
    starts=rb"12",
    opens=rb"[12]\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d [0-9A-Fa-f.:%]+ [A-Za-z_-]",
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00 192.0.2.1 GET /shop/default.aspx a=1&b=2 443 SHOP\\ann "
            "203.0.113.9 Mozilla/5.0+(Windows+NT+10.0) https://example.org/ 200 0 0 31",
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "server_ip": "192.0.2.1",
                "method": "GET",
                "path": "/shop/default.aspx",
                "query": "a=1&b=2",
                "server_port": 443,
                "user": "SHOP\\ann",
                "client_ip": "203.0.113.9",
                "user_agent": "Mozilla/5.0+(Windows+NT+10.0)",
                "referer": "https://example.org/",
                "status": 200,
                "substatus": 0,
                "win32_status": 0,
                "duration": 0.031,
            },
        ),
        Sample(
            "2026-11-24 10:00:01 ::1 POST / - 80 - ::1 curl/8.5.0 404 0 2 1500",
            {
                "timestamp": "2026-11-24T10:00:01Z",
                "server_ip": "::1",
                "method": "POST",
                "path": "/",
                "server_port": 80,
                "client_ip": "::1",
                "user_agent": "curl/8.5.0",
                "status": 404,
                "substatus": 0,
                "win32_status": 2,
                "duration": 1.5,
            },
        ),
        Sample(
            "2026-11-24 10:00:02 192.0.2.1 HEAD /a - 80 - 203.0.113.9 - - 304 0 0",
            {
                "timestamp": "2026-11-24T10:00:02Z",
                "server_ip": "192.0.2.1",
                "method": "HEAD",
                "path": "/a",
                "server_port": 80,
                "client_ip": "203.0.113.9",
                "status": 304,
                "substatus": 0,
                "win32_status": 0,
            },
        ),
    ),
)
