"""WebLogic's server log: ``####<stamp> <Info> <part> ... <1637188584316> <BEA-090905> <text>``.

The moment is the number of milliseconds; where it lacks, as on the console, it is the stamp, in the
words of English or of another language that puts the month first. What stands in brackets before
the message's id (``[partition-id: 0]``) are fields by their names. The ``>`` that ends the message
stays: it may be many lines further down.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sidecar.fields.looks import ZONE
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import BLANK, DAY, HALF, LEVEL_FIELD, MONTH
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

if TYPE_CHECKING:
    from sidecar.fields.dates import Stamp

_WORDS = rb"%b %b, [12]\d{3},? (?:1[0-2]|0?[1-9])(?::[0-5]\d){2}" % (MONTH, DAY)
_ANY = rb"<[^>\n]*>>? "


_NAMES = (b"logger", b"host", b"server", b"thread", b"transaction", b"context", b"message_id")


def _in(name: bytes) -> bytes:
    """Give the expression of a value in its brackets; nothing, and null, are absent."""
    return rb"<(?:null(?=>)|(?P<%b>[^<>\n]+)|)>" % name


def _moment(text: str, reading: Reading) -> str:
    """Read seconds since 1970, or words."""
    if text.isdigit():
        from sidecar.fields import epochs  # noqa: PLC0415

        return epochs.read(text, "s") + "."
    return _stamp().read(text, reading)


@cache
def _stamp() -> Stamp:
    from sidecar.fields import dates, javadates  # noqa: PLC0415
    from sidecar.fields.dates import Part  # noqa: PLC0415

    date = (*javadates.simple("MMM "), Part("day", DAY.decode()), *javadates.simple(", yyyy"))
    time = (Part("hour12", r"(?:1[0-2]|0?[1-9])"), *javadates.simple(":mm:ss a z"))
    return dates.stamp((*date, Part("", ",? "), *time))


def _attributes(text: str, _: Reading) -> dict[str, str]:
    """Read ``[severity-value: 64] [rid: 0]``."""
    found = re.findall(r"\[([^\]:]+): ?([^\]]*)\]", text)
    return {name.replace("-", "_"): value for name, value in found}


WEBLOGIC = Format(
    name="weblogic",
    summary="WebLogic's server log, and its console",
    source="https://docs.oracle.com/en/middleware/fusion-middleware/weblogic-server/14.1.2/wllog/"
    "logging_services.html",
    pattern=(
        # The moment stands in one of two places: a look ahead finds it.
        rb"(?:####)?(?=(?:(?<=#)(?:%b){9}<(?=\d{13}> ))?<?(?P<timestamp>\d{10}|%b)"
        rb"(?P<fraction>\d{3}(?=>)|(?:[,.]\d{3})?)(?P<offset>(?:%b(?i:%b) %b)?)>)<[^>\n]*> "
        rb"(?P<origin><(?P<level>[^<>\s]{2,20})> %b(?: %b %b %b <<?(?P<user>[^<>\n]+)?>?>)?)"
        rb"(?: %b(?: %b <\d*>)?)?(?: <(?P<attributes>(?>(?:\[[^\]\n]*\] ?)+))>)? %b <"
        % (_ANY, _WORDS, BLANK, HALF, ZONE.encode(), *map(_in, _NAMES))
        + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _moment),
        "level": LEVEL_FIELD,
        "logger": Field(optional=True),
        "host": Field(optional=True),
        "server": Field(optional=True),
        "thread": Field(optional=True),
        "user": Field(optional=True),
        "transaction": Field(optional=True),
        "context": Field(optional=True),
        "message_id": Field(optional=True),
        "message": Field(),
        "attributes": Field(Kind.MEMBERS, _attributes, optional=True),
    },
    runs={"origin": frozenset({"level", "logger", "host", "server", "thread", "user"})},
    joins=Joins.ANYTHING,
    starts=rb"#<",
    opens=rb"####<[^>\n]*> <|<[^>\n]*> <",
    holds=b"<",
    samples=(
        Sample(
            "####<Nov 17, 2021 10:36:24,316 PM GMT> <Info> <Security> <bobs-bookstore-1> <> <main> "
            "<> <> <> <1637188584316> <[severity-value: 64] [partition-id: 0] "
            "[partition-name: DOMAIN] > <BEA-090905> <Disabling the CryptoJ JCE Provider "
            "self-integrity check for better startup performance.> ",
            {
                "timestamp": "2021-11-17T22:36:24.316Z",
                "level": "INFO",
                "logger": "Security",
                "host": "bobs-bookstore-1",
                "thread": "main",
                "message_id": "BEA-090905",
                "message": "Disabling the CryptoJ JCE Provider self-integrity check for better "
                "startup performance.> ",
                "severity_value": "64",
                "partition_id": "0",
                "partition_name": "DOMAIN",
            },
        ),
        Sample(
            "####<Nov 24, 2026 10:00:01 AM CET> <Error> <JDBC> <host1> <AdminServer> <[ACTIVE] "
            "ExecuteThread: '8' for queue: 'weblogic.kernel.Default (self-tuning)'> "
            "<<anonymous>> <BEA1-0B2C> <c10cf642-4fbe-4753> <1795510801000> <BEA-001156> <Stack "
            "trace associated with message 001129 follows: \n"
            "\n"
            "java.sql.SQLException: no paper\n"
            "\tat org.example.Shop.sell(Shop.java:41)\n"
            ">",
            {
                "timestamp": "2026-11-24T09:00:01.000Z",
                "level": "ERROR",
                "logger": "JDBC",
                "host": "host1",
                "server": "AdminServer",
                "thread": "[ACTIVE] ExecuteThread: '8' for queue: "
                "'weblogic.kernel.Default (self-tuning)'",
                "user": "anonymous",
                "transaction": "BEA1-0B2C",
                "context": "c10cf642-4fbe-4753",
                "message_id": "BEA-001156",
                "message": "Stack trace associated with message 001129 follows: \n\n"
                "java.sql.SQLException: no paper\n"
                "\tat org.example.Shop.sell(Shop.java:41)\n>",
            },
        ),
        Sample(
            "<Nov 24, 2026, 3:51:10,250 PM EST> <Notice> <WebLogicServer> <BEA-000360> <The server "
            "started in RUNNING mode.> ",
            {
                "timestamp": "2026-11-24T20:51:10.250Z",
                "level": "NOTICE",
                "logger": "WebLogicServer",
                "message_id": "BEA-000360",
                "message": "The server started in RUNNING mode.> ",
            },
        ),
    ),
)
