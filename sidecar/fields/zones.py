"""Time zones: of a configuration, of a stamp, and the hours that clocks skip or show twice.

An hour that clocks skip is read as Java reads it, shifted by what they skip. Of an hour that they
show twice a single stamp cannot say which it is, but the order of a file can: ``in_order``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache

#: Stamps of several threads may stand in a file so much out of order.
_DISORDER = timedelta(minutes=1)

_OFFSET = r"(?a:(?:UTC|GMT)?([+\-\u2212])(\d\d?):?(\d\d)?$)"

_UTC_NAMES = frozenset({"UTC", "GMT", "Z", "UT"})

#: Hours east of Greenwich: RFC 5322 section 4.3, and abbreviations that mean one zone alone.
_ABBREVIATIONS = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "BRT": -3,
    "BRST": -2,
    "WET": 0,
    "WEST": 1,
    "CET": 1,
    "CEST": 2,
    "MEZ": 1,
    "MESZ": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "JST": 9,
    "KST": 9,
}


class NoDatabaseError(ValueError):
    """A zone goes by its name, and no database of names is on this machine."""


def zone(name: str) -> tzinfo:
    """Give the zone of an IANA name, ``UTC``, or an offset such as ``+0900`` or ``+09:00``.

    Raises:
        ValueError: the name is none of these.
        NoDatabaseError: it may be one, but this machine knows none.
    """
    if name.upper() in _UTC_NAMES:
        return UTC
    if fits := re.match(_OFFSET, name):
        sign, hours, minutes = fits.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(offset if sign == "+" else -offset)
    import zoneinfo  # noqa: PLC0415 - few zones go by a name

    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # its own NotFound is a KeyError
        if not _has_database():
            raise NoDatabaseError(
                f"no time zone is called {name!r}: there is no database of zones here; install "
                "the package tzdata of the system or of PyPI, or give an offset such as +09:00"
            ) from error
        raise ValueError(f"no time zone is called {name!r}") from error


def instants(wall: datetime, local: tzinfo, printed: str = "") -> tuple[datetime, ...]:
    """Give the moments at which clocks show a time; in UTC, naive, the first first.

    Args:
        wall: what the clock shows; naive.
        local: the zone of stamps that carry none.
        printed: the zone that the stamp carries, as it stands there: an offset, or a name. An
            abbreviation means first what it means in ``local``.

    Returns:
        One moment, or two where clocks are set back.

    Raises:
        ValueError: nobody knows the printed zone, or the moment is beyond the calendar.
    """
    if printed:
        where = _printed(printed)
        # What the local zone calls itself says more than a table: CST is Shanghai's, too.
        for fold in () if printed[0] in "+-" else (0, 1):
            there = _folded(wall, fold)
            if local.tzname(there) == printed:
                return (_utc(there, local),)
        if where is None:
            raise ValueError(f"nobody knows the time zone {printed!r}")
        local = where
    first = _utc(wall, local)
    if isinstance(local, timezone):
        return (first,)
    second = _utc(_folded(wall, 1), local)
    return (first, second) if first < second else (first,)


def in_order(first: str, second: str, last: str) -> str:
    """Choose between two moments of one stamp by what stands before it in its file.

    Clocks that go back show in the order of a file: a stamp that would be well before the last
    is of the second pass. Nothing but the last moment is needed, and that only of stamps that
    were ambiguous themselves; after each the later of it and the chosen one is the last.

    Args:
        first: ``YYYY-MM-DDTHH:MM:SS``, in UTC.
        second: likewise; later.
        last: likewise, the latest so far; "" where there is none. One of another year, as of a
            file that was replaced, says nothing.

    Returns:
        The first moment, unless it lies over a minute before the last.
    """
    if not last:
        return first
    one, other, before = map(datetime.fromisoformat, (first, second, last))
    return second if one + _DISORDER < before < other + (other - one) else first


@lru_cache(maxsize=1024)
def _printed(text: str) -> tzinfo | None:
    """Give the zone of a stamp's own text; None where nobody knows it."""
    if text in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[text]))
    try:
        return zone(text) if text in _UTC_NAMES or "/" in text or re.match(_OFFSET, text) else None
    except ValueError:
        return None


@cache
def _has_database() -> bool:
    import zoneinfo  # noqa: PLC0415

    return bool(zoneinfo.available_timezones())  # it walks a tree of folders


def _folded(wall: datetime, fold: int) -> datetime:
    # replace() takes three times as long.
    return datetime(  # noqa: DTZ001 - it shows what a clock shows
        wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second, fold=fold
    )


def _utc(wall: datetime, where: tzinfo) -> datetime:
    # In an hour that is skipped this is the offset before it, which shifts the time as Java does.
    offset = where.utcoffset(wall)
    assert offset is not None
    try:
        return wall - offset
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error
