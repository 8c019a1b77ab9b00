"""Django's ``runserver``: ``[24/Nov/2026 10:00:00] "GET /shop/ HTTP/1.1" 200 4523``.

What it prints besides, such as tracebacks, has no stamp and is a misfit.
"""

from __future__ import annotations

from sidecar.formats.access import ACCESS, REQUEST
from sidecar.formats.spec import Format, Sample

_GROUPS = ("timestamp", "method", "path", "request", "answer")

DJANGO = Format(
    name="django",
    summary="the requests that Django's runserver prints",
    source="https://github.com/django/django: django/core/servers/basehttp.py, django/utils/log.py",
    pattern=rb"\[(?P<timestamp>\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d)\] " + REQUEST,
    fields={
        name: ACCESS.fields[name]
        for name in ("timestamp", "method", "path", "request", "protocol", "status", "bytes")
    },
    runs={name: fields for name, fields in ACCESS.runs.items() if name in _GROUPS},
    loose={name: loose for name, loose in ACCESS.loose.items() if name in _GROUPS},
    usual=ACCESS.usual,
    sure=ACCESS.sure,
    bars=ACCESS.bars,
    starts=rb"\[",
    opens=rb"\[\d\d/[A-Z]",
    holds=b'"',
    samples=(
        Sample(
            '[24/Nov/2026 10:00:00] "GET /shop/?page=2 HTTP/1.1" 200 4523',
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "method": "GET",
                "path": "/shop/?page=2",
                "protocol": "HTTP/1.1",
                "status": 200,
                "bytes": 4523,
            },
        ),
        Sample(
            '[24/Nov/2026 10:00:01] "POST /shop/cart HTTP/1.1" 302 0',
            {
                "timestamp": "2026-11-24T10:00:01Z",
                "method": "POST",
                "path": "/shop/cart",
                "protocol": "HTTP/1.1",
                "status": 302,
                "bytes": 0,
            },
        ),
        Sample(
            '[24/Nov/2026 10:00:02] "" 400 -',
            {"timestamp": "2026-11-24T10:00:02Z", "status": 400},
        ),
    ),
)
