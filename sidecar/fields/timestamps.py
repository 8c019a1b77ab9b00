"""Stamps as logs print them, to RFC 3339 in UTC.

A reader takes the stamp without its fraction and gives ``YYYY-MM-DDTHH:MM:SS`` in UTC: the
fraction needs no arithmetic, since every offset is a whole number of seconds, so its digits pass
from the line to the record untouched. Every reader raises ``ValueError`` for what is no time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?$")


def zone(name: str) -> tzinfo:
    """Give the zone of an IANA name, ``UTC``, or an offset such as ``+0900`` or ``+09:00``.

    Raises:
        ValueError: the name is none of these.
    """
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    if fits := _OFFSET.match(name):
        sign, hours, minutes = fits.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # its own NotFound is a KeyError
        raise ValueError(f"no time zone is called {name!r}") from error


def day_month_year(text: str, local: tzinfo) -> str:
    """Read ``23-Nov-2026 21:46:01``, JULI's stamp; it carries no zone, so ``local`` is taken."""
    day, month, rest = text.split("-")
    return _utc(int(rest[:4]), _month(month), int(day), rest[5:], local)


def common_log(text: str, local: tzinfo) -> str:
    """Read ``23/Nov/2026:21:46:01 +0000``, the stamp of access logs; its own zone wins."""
    day, month, rest = text.split("/")
    clock, _, offset = rest[5:].partition(" ")
    return _utc(int(rest[:4]), _month(month), int(day), clock, zone(offset) if offset else local)


def _utc(year: int, month: int, day: int, clock: str, zone_: tzinfo) -> str:
    hour, minute, second = map(int, clock.split(":"))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone_).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error
    return moment.replace(tzinfo=None).isoformat()


def _month(name: str) -> int:
    try:
        return MONTHS[name]
    except KeyError:
        raise ValueError(f"{name!r} is no English month's name") from None
