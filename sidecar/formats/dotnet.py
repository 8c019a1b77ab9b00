"""The console of .NET: ``info: Microsoft.Hosting.Lifetime[14]``, and the text below, by six blanks.

Where ``SingleLine`` is set the text stands behind, where ``TimestampFormat`` is and gives an ISO
stamp, that stands before the level. Further lines of a text keep their blanks.
"""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, STAMP, TIMESTAMP_FIELD, WHOLE, unnamed
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_LEVEL = rb"trce|dbug|info|warn|fail|crit"

DOTNET = Format(
    name="dotnet",
    summary="the console of .NET: level: Category[id], then the text",
    source="https://github.com/dotnet/runtime: src/libraries/Microsoft.Extensions.Logging.Console/"
    "src/SimpleConsoleFormatter.cs",
    pattern=(
        rb"(?=(?:%b ?)?(?P<level>%b): )(?:%b ?)?[a-z]{4}: "
        rb"(?P<origin>(?P<logger>[^ \n]+?)\[(?P<event_id>%b)\](?![^ \n]))"
        b"(?:\n {6}| |)" % (unnamed(STAMP), _LEVEL, STAMP, WHOLE) + MESSAGE
    ),
    fields={
        "level": LEVEL_FIELD,
        "timestamp": TIMESTAMP_FIELD._replace(optional=True),
        "logger": Field(),
        "event_id": Field(Kind.DIGITS),
        "message": Field(),
    },
    runs={"origin": frozenset({"logger", "event_id"})},
    joins=Joins.ANYTHING,
    starts=rb"tdiwfc12",
    opens=rb"[tdiwfc][a-z]{3}: |[12]\d\d\d-.{14,32}[a-z]{4}: ",
    holds=b"[",
    samples=(
        Sample(
            "info: Microsoft.Hosting.Lifetime[14]\n      Now listening on: http://localhost:5000",
            {
                "level": "INFO",
                "logger": "Microsoft.Hosting.Lifetime",
                "event_id": 14,
                "message": "Now listening on: http://localhost:5000",
            },
        ),
        Sample(
            "fail: Shop.Cart[0]\n"
            "      Out of paper\n"
            "      System.InvalidOperationException: no paper\n"
            "         at Shop.Cart.Sell() in /src/Cart.cs:line 41",
            {
                "level": "ERROR",
                "logger": "Shop.Cart",
                "event_id": 0,
                "message": "Out of paper\n      System.InvalidOperationException: no paper\n"
                "         at Shop.Cart.Sell() in /src/Cart.cs:line 41",
            },
        ),
        Sample(
            "2026-11-24T10:00:00.123Z warn: Shop.Cart[7] 3 left",
            {
                "level": "WARN",
                "timestamp": "2026-11-24T10:00:00.123Z",
                "logger": "Shop.Cart",
                "event_id": 7,
                "message": "3 left",
            },
        ),
    ),
)
