"""Ruby's Logger, and so Rails: ``I, [2026-11-24T10:00:00.123456 #7]  INFO -- shop: text``.

``app`` is the program's name, which is seldom there. A backtrace follows on lines of its own.
"""

from __future__ import annotations

from sidecar.formats.pieces import (
    LEVEL_FIELD,
    LOOSE_STAMP,
    STAMP,
    TIMESTAMP_FIELD,
    WHOLE,
    up_to,
)
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

RUBY = Format(
    name="ruby",
    summary="Ruby's Logger, Rails' and others': I, [stamp #pid]  INFO -- name: message",
    source="https://github.com/ruby/logger: lib/logger/formatter.rb",
    pattern=(
        rb"[DIWEFA], \[%b ?#(?P<origin>(?P<pid>%b)\] +"
        rb"(?P<level>DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- "
        rb"(?P<app>%b)?): " % (STAMP, WHOLE, up_to(b":", b" ", some=True)) + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "pid": Field(Kind.DIGITS),
        "app": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "pid", "app"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"DIWEFA",
    opens=rb"[DIWEFA], \[",
    holds=b"[",
    samples=(
        Sample(
            'I, [2026-11-24T10:00:00.123456 #7]  INFO -- : Started GET "/shop" for 192.0.2.7',
            {
                "timestamp": "2026-11-24T10:00:00.123456Z",
                "level": "INFO",
                "pid": 7,
                "message": 'Started GET "/shop" for 192.0.2.7',
            },
        ),
        Sample(
            "F, [2026-11-24T10:00:01.000001 #7] FATAL -- shop::cart: no paper (RuntimeError)\n"
            "app/models/tray.rb:7:in `pull'\n"
            "app/models/shop.rb:41:in `sell'",
            {
                "timestamp": "2026-11-24T10:00:01.000001Z",
                "level": "CRITICAL",
                "pid": 7,
                "app": "shop::cart",
                "message": "no paper (RuntimeError)\napp/models/tray.rb:7:in `pull'\n"
                "app/models/shop.rb:41:in `sell'",
            },
        ),
        Sample(
            "D, [2013-11-24T10:00:02.123456#12] DEBUG -- : 3 left",
            {
                "timestamp": "2013-11-24T10:00:02.123456Z",
                "level": "DEBUG",
                "pid": 12,
                "message": "3 left",
            },
        ),
    ),
)
