"""gunicorn's error log: ``[2026-11-24 10:00:00 +0000] [7] [INFO] text``.

Before 19 the stamp had neither brackets nor a zone. A traceback follows on lines of its own. The
access log is of the format ``access``.
"""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, STAMP, TIMESTAMP_FIELD, WHOLE
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

GUNICORN = Format(
    name="gunicorn",
    summary="gunicorn's error log: [stamp] [pid] [LEVEL] message",
    source="https://github.com/benoitc/gunicorn: gunicorn/glogging.py",
    pattern=(
        rb"\[?%b\]? \[(?P<origin>(?P<pid>%b)\] \[(?P<level>[A-Z]{4,8}))\] " % (STAMP, WHOLE)
        + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "pid": Field(Kind.DIGITS),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "pid"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"\[12",
    opens=rb"\[[12]\d\d\d-\d\d-|[12]\d\d\d-\d\d-",
    holds=b"[",
    samples=(
        Sample(
            "[2026-11-24 10:00:00 +0000] [7] [INFO] Listening at: http://0.0.0.0:8000 (7)",
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "level": "INFO",
                "pid": 7,
                "message": "Listening at: http://0.0.0.0:8000 (7)",
            },
        ),
        Sample(
            "[2026-11-24 10:00:01 +0100] [11] [CRITICAL] WORKER TIMEOUT (pid:12)",
            {
                "timestamp": "2026-11-24T09:00:01Z",
                "level": "CRITICAL",
                "pid": 11,
                "message": "WORKER TIMEOUT (pid:12)",
            },
        ),
        Sample(
            "2026-11-24 10:00:02 [12] [ERROR] Exception in worker process\n"
            "Traceback (most recent call last):\n"
            '  File "/app/shop.py", line 7, in sell\n'
            "KeyError: 'paper'",
            {
                "timestamp": "2026-11-24T10:00:02Z",
                "level": "ERROR",
                "pid": 12,
                "message": "Exception in worker process\nTraceback (most recent call last):\n"
                "  File \"/app/shop.py\", line 7, in sell\nKeyError: 'paper'",
            },
        ),
    ),
)
