"""uvicorn's console: ``INFO:     127.0.0.1:52345 - "GET / HTTP/1.1" 200 OK``.

The level, its colon and blanks are ten columns wide; there is no stamp. What a line says of a
request are fields, and stay in ``message``. CRITICAL fills its columns, so that nothing tells its
lines from others: they join.
"""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, WHOLE
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_REQUEST = (
    rb'(?P<client_ip>[0-9A-Za-z_.:%%-]+):(?P<client_port>%b) - "(?P<method>[A-Z]+) '
    rb'(?P<path>[^ \n]*) (?P<protocol>HTTP/[0-9.]+)" (?P<status>[1-9]\d\d)(?![^ \n])' % WHOLE
)

UVICORN = Format(
    name="uvicorn",
    summary="uvicorn's console, requests and all: LEVEL:     message",
    source="https://github.com/encode/uvicorn: uvicorn/logging.py, uvicorn/config.py",
    pattern=(
        rb"(?P<level>INFO(?=: {5}\S)|(?:DEBUG|ERROR|TRACE)(?=: {4}\S)|WARNING(?=: {2}\S)): +"
        rb"(?=%b|)" % _REQUEST + MESSAGE
    ),
    fields={
        "level": LEVEL_FIELD,
        "client_ip": Field(optional=True),
        "client_port": Field(Kind.DIGITS, optional=True),
        "method": Field(optional=True),
        "path": Field(optional=True),
        "protocol": Field(optional=True),
        "status": Field(Kind.DIGITS, optional=True),
        "message": Field(),
    },
    joins=Joins.ANYTHING,
    starts=rb"DEITW",
    opens=rb"[A-Z]{4,7}:  ",
    holds=b":",
    samples=(
        Sample(
            "INFO:     Application startup complete.",
            {"level": "INFO", "message": "Application startup complete."},
        ),
        Sample(
            'INFO:     127.0.0.1:52345 - "GET /shop?a=1 HTTP/1.1" 200 OK',
            {
                "level": "INFO",
                "client_ip": "127.0.0.1",
                "client_port": 52345,
                "method": "GET",
                "path": "/shop?a=1",
                "protocol": "HTTP/1.1",
                "status": 200,
                "message": '127.0.0.1:52345 - "GET /shop?a=1 HTTP/1.1" 200 OK',
            },
        ),
        Sample(
            "ERROR:    Exception in ASGI application\n"
            "Traceback (most recent call last):\n"
            '  File "/app/shop.py", line 7, in sell\n'
            "KeyError: 'paper'",
            {
                "level": "ERROR",
                "message": "Exception in ASGI application\nTraceback (most recent call last):\n"
                "  File \"/app/shop.py\", line 7, in sell\nKeyError: 'paper'",
            },
        ),
    ),
)
