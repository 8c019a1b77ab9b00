"""A stamp, a level, and text: ``2026-11-24 10:00:00,123 INFO text``, as many programs write it.

supervisord does, and Python's logging where it is told ``%(asctime)s %(levelname)s %(message)s``,
or Flask ``[%(asctime)s] %(levelname)s in %(module)s: %(message)s``. The level may stand in brackets
or before a colon, the stamp in brackets. What another format of the catalogue reads further is none
of this one's.
"""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, STAMP, TIMESTAMP_FIELD
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Sample

#: Levels of many programs, as no other word is written at such a place.
LEVEL = (
    rb"TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRIT(?:ICAL)?|FATAL|ALERT|EMERG(?:ENCY)?|PANIC"
    rb"|ERRO|DEBG|TRAC|BLAT|SEVERE|FINE(?:R|ST)?|CONFIG"
)

#: What goes on so is log4j's, JBoss's, Spring Boot's, or the document's with the brackets.
_OTHERS = rb"(?:\[.*\] )?[^ \n]+ - |\[.*\] \(|(?:[^ \n]+ +)?--- |- "

STAMPED = Format(
    name="stamped",
    summary="a stamp, a level and text: supervisord, Python's logging, Flask and many others",
    source="https://github.com/Supervisor/supervisor: supervisor/loggers.py; "
    "https://docs.python.org/3/library/logging.html#logrecord-attributes; "
    "https://flask.palletsprojects.com/en/stable/logging/",
    pattern=(
        rb"\[?%b\]? ++\[?(?P<origin>(?P<level>%b)(?: *+\])?(?: in (?P<module>[\w.]+))?):?+ ++(?!%b)"
        % (STAMP, LEVEL, _OTHERS)
        + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "module": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "module"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"\[12",
    opens=rb"\[[12]\d\d\d-\d\d-|[12]\d\d\d-\d\d-",
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00,123 INFO spawned: 'shop' with pid 17",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "message": "spawned: 'shop' with pid 17",
            },
        ),
        Sample(
            "[2026-11-24 10:00:01,000] ERROR in app: Exception on / [GET]\n"
            "Traceback (most recent call last):\n"
            "KeyError: 'paper'",
            {
                "timestamp": "2026-11-24T10:00:01.000Z",
                "level": "ERROR",
                "module": "app",
                "message": "Exception on / [GET]\nTraceback (most recent call last):\n"
                "KeyError: 'paper'",
            },
        ),
        Sample(
            "2026-11-24T10:00:02+01:00 [WARNING] shop.cart: 3 left",
            {
                "timestamp": "2026-11-24T09:00:02Z",
                "level": "WARN",
                "message": "shop.cart: 3 left",
            },
        ),
    ),
)
