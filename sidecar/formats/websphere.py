r"""WebSphere and Liberty: ``[11/24/26 10:00:00:123 CET] 0000004c Name     I   CWWKF0011I: text``.

The basic format of SystemOut.log, and that of Liberty's messages.log and trace.log. The date is in
the order of the JVM's locale: with a slash, day first where a number has a leading zero, which
English of America does not write, or is no month; else month first. ``level`` is WebSphere's
letter; ``message_id`` begins the message. What is printed to stderr is an event a line there: the
frames of a trace, each under its own stamp, belong to the line above them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sidecar.fields import iso, levels
from sidecar.fields.looks import ZONE
from sidecar.fields.reading import Reading
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

if TYPE_CHECKING:
    from sidecar.fields.dates import Stamp

_ISO = rb"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d"

_DATE = rb"(?:[12]\d{3}/\d\d/\d\d|\d\d?/\d\d?/(?:\d\d){1,2}|\d\d\.\d\d\.(?:\d\d){1,2})"

_STAMP = rb"(?P<timestamp>%b|%b,? [012]?\d:\d\d:\d\d:)(?P<fraction>\.?\d{3})(?P<offset> ?%b)" % (
    _ISO,
    _DATE,
    ZONE.encode(),
)


def _moment(text: str, reading: Reading) -> str:
    """Read a stamp, but for its fraction, in which the other point is that of ISO's."""
    if "-" in text[:5]:
        return iso.STAMP.read(text, reading)
    first, second, third, rest = re.split("[/.]|,? ", text, maxsplit=3)
    if len(first) == 4:
        year, month, day = first, second, third
    else:
        day_first = "." in text[:3] or "0" in {first[0], second[0]} or int(first) > 12
        year = third if len(third) == 4 else f"20{third}"
        month, day = (second, first) if day_first else (first, second)
    hour, _, rest = rest.partition(":")
    return _stamp().read(f"{year}-{month:0>2}-{day:0>2} {hour:0>2}:{rest}", reading)


@cache
def _stamp() -> Stamp:
    from sidecar.fields import dates, javadates  # noqa: PLC0415

    return dates.stamp(javadates.simple("yyyy-MM-dd HH:mm:ss:SSS z"))


WEBSPHERE = Format(
    name="websphere",
    summary="WebSphere's SystemOut.log and Liberty's messages.log",
    source="https://www.ibm.com/docs/en/was/9.0.5?topic=logs-trace-log-interpretation; "
    "https://github.com/OpenLiberty/open-liberty: BaseTraceFormatter.java",
    pattern=(
        rb"\[%b(?:\xe2\x80\xaf)?\] (?P<origin>(?P<thread>[0-9A-Fa-f]{8,16}) (?:id=[0-9a-f ]{8} )?"
        rb"(?:(?P<logger>[^ \n]+) +| +)(?P<level>[FEWAICDORZ<>1-3])) "
        rb"(?!(?<=R )(?:[ \t]+(?:at |\.\.\. )|Caused by: |\.\.\. \d+ more))(?:  (?! ))?"
        rb"(?=(?P<message_id>[A-Z]{4,5}\d{4}[A-Z]):|)" % _STAMP + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _moment),
        "level": Field(Kind.LOOKUP, lambda text, _: levels.read(text, levels.WEBSPHERE)),
        "thread": Field(),
        "logger": Field(optional=True),
        "message_id": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "thread", "logger"})},
    joins=Joins.ANYTHING,
    starts=rb"\[",
    opens=rb"\[(?:\d\d?/|\d\d\.|[12]\d{3}[-/]\d\d[-/]\d\d[T, ])",
    holds=b"[",
    samples=(
        Sample(
            "[11/24/26 10:00:00:123 UTC] 0000004c WsServerImpl  A   WSVR0001I: Server server1 "
            "open for e-business",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "NOTICE",
                "thread": "0000004c",
                "logger": "WsServerImpl",
                "message_id": "WSVR0001I",
                "message": "WSVR0001I: Server server1 open for e-business",
            },
        ),
        Sample(
            "[24/11/26 10:00:00:124 CET] 00000001 "
            "com.ibm.ws.webcontainer.util.ApplicationErrorUtils           E "
            "SRVE0777E: Exception thrown by application class 'org.example.Shop.sell:41'\n"
            "java.lang.IllegalStateException: no paper\n"
            "\tat org.example.Shop.sell(Shop.java:41)",
            {
                "timestamp": "2026-11-24T09:00:00.124Z",
                "level": "ERROR",
                "thread": "00000001",
                "logger": "com.ibm.ws.webcontainer.util.ApplicationErrorUtils",
                "message_id": "SRVE0777E",
                "message": "SRVE0777E: Exception thrown by application class "
                "'org.example.Shop.sell:41'\n"
                "java.lang.IllegalStateException: no paper\n"
                "\tat org.example.Shop.sell(Shop.java:41)",
            },
        ),
        Sample(
            "[2026-11-24T10:00:00.125+0100] 0000002a SystemErr     "
            "R java.lang.IllegalStateException: no paper\n"
            "[2026-11-24T10:00:00.125+0100] 0000002a SystemErr     "
            "R \tat org.example.Shop.sell(Shop.java:41)",
            {
                "timestamp": "2026-11-24T09:00:00.125Z",
                "level": "ERROR",
                "thread": "0000002a",
                "logger": "SystemErr",
                "message": "java.lang.IllegalStateException: no paper\n"
                "[2026-11-24T10:00:00.125+0100] 0000002a SystemErr     "
                "R \tat org.example.Shop.sell(Shop.java:41)",
            },
        ),
    ),
)
