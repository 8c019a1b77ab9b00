"""Python's logging as its manual teaches it: ``2026-11-24 10:00:00,123 - shop - INFO - text``.

The logger may lack. A traceback follows on lines of its own. What ``basicConfig`` sets where
nothing is said, ``INFO:shop:text``, is no format of the catalogue: lines of many other programs
look so. The layout ``{python: basic}`` reads it.
"""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, OPENS, STAMP, TIMESTAMP_FIELD
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Sample

_TRACEBACK = (
    "\nTraceback (most recent call last):\n"
    '  File "/app/shop.py", line 7, in sell\n'
    "    paper = tray.pop()\n"
    "IndexError: pop from empty list"
)

PYTHON = Format(
    name="python",
    summary="Python's logging with asctime: stamp - logger - LEVEL - message",
    source="https://docs.python.org/3/howto/logging.html#formatters",
    pattern=(
        STAMP
        + rb" - (?P<origin>(?:(?P<logger>[^ \n]+) +- )?(?P<level>[A-Z][A-Z_]{2,15}|Level \d{1,9}))"
        rb" +- " + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "logger": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "logger"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00,123 - shop.cart - WARNING - 3 left - order more",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "WARN",
                "logger": "shop.cart",
                "message": "3 left - order more",
            },
        ),
        Sample(
            "2026-11-24 10:00:00,124 - root     - ERROR    - Out of paper" + _TRACEBACK,
            {
                "timestamp": "2026-11-24T10:00:00.124Z",
                "level": "ERROR",
                "logger": "root",
                "message": "Out of paper" + _TRACEBACK,
            },
        ),
        Sample(
            "2026-11-24T10:00:00+0100 - INFO - Started",
            {"timestamp": "2026-11-24T09:00:00Z", "level": "INFO", "message": "Started"},
        ),
    ),
)
