"""Odoo's server log: ``2026-11-24 10:00:00,123 17 INFO shop odoo.modules.loading: text``.

The fourth word is the database, ``?`` where there is none.
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

ODOO = Format(
    name="odoo",
    summary="Odoo's server log: stamp pid LEVEL database logger: message",
    source="https://github.com/odoo/odoo: odoo/netsvc.py",
    pattern=(
        rb"%b (?P<origin>(?P<pid>%b) (?P<level>[A-Z]{4,8}) (?:\?|(?P<db>[^ \[\n]+)) "
        rb"(?P<logger>[a-z_][\w.]*)): " % (STAMP, WHOLE) + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "pid": Field(Kind.DIGITS),
        "db": Field(optional=True),
        "logger": Field(),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "pid", "db", "logger"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00,123 17 INFO ? odoo: Odoo version 17.0",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "pid": 17,
                "logger": "odoo",
                "message": "Odoo version 17.0",
            },
        ),
        Sample(
            "2026-11-24 10:00:01,000 17 WARNING shop odoo.modules.loading: 3 left: order more",
            {
                "timestamp": "2026-11-24T10:00:01.000Z",
                "level": "WARN",
                "pid": 17,
                "db": "shop",
                "logger": "odoo.modules.loading",
                "message": "3 left: order more",
            },
        ),
        Sample(
            "2026-11-24 10:00:02,000 17 ERROR shop odoo.http: Exception during request handling.\n"
            "Traceback (most recent call last):\n"
            "KeyError: 'paper'",
            {
                "timestamp": "2026-11-24T10:00:02.000Z",
                "level": "ERROR",
                "pid": 17,
                "db": "shop",
                "logger": "odoo.http",
                "message": "Exception during request handling.\n"
                "Traceback (most recent call last):\nKeyError: 'paper'",
            },
        ),
    ),
)
