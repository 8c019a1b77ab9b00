"""The stamps of the formats that have but one, to RFC 3339 in UTC.

A reader takes the stamp without its fraction and gives ``YYYY-MM-DDTHH:MM:SS`` in UTC. Every
reader raises ``ValueError`` for what is no time.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sidecar.fields.reading import Reading

if TYPE_CHECKING:
    from sidecar.fields.dates import Stamp


def day_month_year(text: str, reading: Reading) -> str:
    """Read ``23-Nov-2026 21:46:01``, JULI's stamp; it carries no zone."""
    return _juli().read(text, reading)


def common_log(text: str, reading: Reading) -> str:
    """Read ``23/Nov/2026:21:46:01 +0000``, the stamp of access logs; its own zone wins.

    Python's servers write ``23/Nov/2026 21:46:01``.
    """
    day, parted, clock = text.partition(" ")
    if ":" not in day:
        return _common_log(zone=False).read(f"{day}:{clock}", reading)
    return _common_log(zone=bool(parted)).read(text, reading)


# Patterns and the names of months are read when a stamp is: many a log has none of these.


@cache
def _juli() -> Stamp:
    from sidecar.fields import dates, javadates  # noqa: PLC0415

    return dates.stamp(javadates.simple("dd-MMM-yyyy HH:mm:ss"))


@cache
def _common_log(*, zone: bool) -> Stamp:
    from sidecar.fields import dates, strftime  # noqa: PLC0415

    return dates.stamp(strftime.apache("") if zone else strftime.parts("%d/%b/%Y:%H:%M:%S"))
