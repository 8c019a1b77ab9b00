"""A level, a stamp, and text: ``INFO 2026-11-24 10:00:00,123 text``, as many programs write it.

Dropwizard does, with a logger: ``INFO  [2026-11-24 10:00:00,123] org.example.Shop: text``; Django's
manual teaches ``{levelname} {asctime} {module} {process:d} {thread:d} {message}``, of which all
after the stamp is text here. Level and stamp may stand in brackets.
"""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, STAMP, TIMESTAMP_FIELD
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Sample
from sidecar.formats.stamped import LEVEL

LEVELED = Format(
    name="leveled",
    summary="a level, a stamp and text: Dropwizard, Django's and others",
    source="https://www.dropwizard.io/en/stable/manual/configuration.html#logging; "
    "https://docs.djangoproject.com/en/stable/topics/logging/",
    pattern=(
        rb"\[?(?P<level>%b)(?: *+\])? ++\[?%b\]?,? ++"
        rb"(?:(?<=\] )(?P<logger>[\w$-]+(?:\.[\w$-]+)+): |)" % (LEVEL, STAMP) + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "logger": Field(optional=True),
        "message": Field(),
    },
    runs={"logger": frozenset({"logger"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"\[ABCDEFINPSTW",
    opens=rb"[\[ABCDEFINPSTW][A-Z]{3,9}+ *+(?:\] *+)?+\[?[12]\d\d\d-",
    holds=b"-",
    samples=(
        Sample(
            "INFO  [2026-11-24 10:00:00,123] org.eclipse.jetty.server.Server: Started @1234ms",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "logger": "org.eclipse.jetty.server.Server",
                "message": "Started @1234ms",
            },
        ),
        Sample(
            "WARNING 2026-11-24 10:00:01,000 views 17 139628 3 left: order more",
            {
                "timestamp": "2026-11-24T10:00:01.000Z",
                "level": "WARN",
                "message": "views 17 139628 3 left: order more",
            },
        ),
        Sample(
            "[ERROR] 2026-11-24T10:00:02+01:00 Out of paper\n"
            "java.lang.IllegalStateException: no paper\n"
            "\tat org.example.Shop.sell(Shop.java:41)",
            {
                "timestamp": "2026-11-24T09:00:02Z",
                "level": "ERROR",
                "message": "Out of paper\njava.lang.IllegalStateException: no paper\n"
                "\tat org.example.Shop.sell(Shop.java:41)",
            },
        ),
    ),
)
