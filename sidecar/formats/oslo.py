"""OpenStack, by oslo.log: ``2026-11-24 10:00:00.123 17 INFO nova.api [req-1f a b - - -] text``.

``request_id`` is the first of the words in brackets that begins with ``req-``; the brackets stay in
``message`` where none does. Lines of a traceback have the prefix, but for the brackets, and join.
"""

from __future__ import annotations

from sidecar.formats.pieces import (
    LEVEL_FIELD,
    LOOSE_STAMP,
    OPENS,
    STAMP,
    TIMESTAMP_FIELD,
    WHOLE,
)
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

OSLO = Format(
    name="oslo",
    summary="OpenStack's services: stamp pid LEVEL logger [request] message",
    source="https://docs.openstack.org/oslo.log/latest/configuration/index.html"
    "#DEFAULT.logging_context_format_string",
    pattern=(
        rb"%b (?P<origin>(?P<pid>%b) (?P<level>[A-Z]{4,8}) (?P<logger>[\w.-]+)) "
        rb"(?=\[)(?=\[(?:None )?(?P<request_id>req-[^\s\]]+)|)(?:\[-\] |)"
        % (STAMP, WHOLE)
        + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "pid": Field(Kind.DIGITS),
        "logger": Field(),
        "request_id": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "pid", "logger"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"[",
    samples=(
        Sample(
            "2026-11-24 10:00:00.123 17 INFO nova.service [-] Starting compute node (version 1.0)",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "pid": 17,
                "logger": "nova.service",
                "message": "Starting compute node (version 1.0)",
            },
        ),
        Sample(
            "2026-11-24 10:00:01.000 17 WARNING nova.api [req-929d23e9-f50e a b - - -] 3 left",
            {
                "timestamp": "2026-11-24T10:00:01.000Z",
                "level": "WARN",
                "pid": 17,
                "logger": "nova.api",
                "request_id": "req-929d23e9-f50e",
                "message": "[req-929d23e9-f50e a b - - -] 3 left",
            },
        ),
        Sample(
            "2026-11-24 10:00:02.000 17 ERROR oslo_service.service [None req-1f - - - - - -] Gone\n"
            "and a second line",
            {
                "timestamp": "2026-11-24T10:00:02.000Z",
                "level": "ERROR",
                "pid": 17,
                "logger": "oslo_service.service",
                "request_id": "req-1f",
                "message": "[None req-1f - - - - - -] Gone\nand a second line",
            },
        ),
    ),
)
