"""A stamp's declaration, made of the parts of a date pattern.

Front ends (``javadates``, ``strftime``, ``epochs``) turn patterns into parts: what a piece of text
says, and how it looks. Here parts become one declaration: expressions that fit what the pattern
writes and nothing that could not be read, and a reader.

A format takes them as groups: ``timestamp``, then ``fraction``, then ``offset``. The reader is
given the texts of the first and the last, one after the other. The fraction takes no part: every
offset is a whole number of seconds, so its digits pass from the line to the record untouched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple

from sidecar.fields import names, zones
from sidecar.fields.reading import Reading

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - moments in here are naive and in UTC

_MONTHS = {
    name.casefold(): number
    for name, number in (*names.SHORT_MONTHS.items(), *names.LONG_MONTHS.items())
}
_HALVES = {name.casefold(): hours for name, hours in names.HALVES.items()}

#: What blanks before AM and PM become in a locale's own patterns.
_BLANK = "(?:\\ |\xa0|\u202f)"


class Part(NamedTuple):
    """A piece of a date pattern.

    Attributes:
        says: ``year`` (four digits), ``year2``, ``week_year``, ``month``, ``month_name``, ``day``,
            ``hour`` (0 to 23), ``hour24`` (1 to 24), ``hour12`` (1 to 12), ``hour11`` (0 to 11),
            ``half``, ``minute``, ``second``, ``fraction``, ``zone`` or ``epoch`` (seconds); empty
            where it tells nothing more.
        pattern: expression of its texts, without groups, that fits them in UTF-8 too. That of a
            fraction begins with its digits, or it brings its own point or comma; that of a zone
            may fit a blank before it, or nothing.
        where: how an error names it.
    """

    says: str
    pattern: str
    where: str = ""


def literal(text: str) -> Part:
    """Give the part that is always the same text."""
    return Part("", re.escape(text))


class Stamp(NamedTuple):
    """How a stamp looks, and what it says.

    Attributes:
        pattern: bytes expression of the text up to the fraction; like the others without groups.
        fraction: of the fraction's point or comma and its digits, or, where anything else stands
            before them, of the digits alone; empty where the pattern has no fraction.
        offset: of what follows the fraction and is read: a zone, AM or PM, a year; may be empty.
        lacks: what stamps of this pattern do not say, so that no moment can be read from them: "a
            date", "AM or PM"; empty where nothing lacks.
        yearless: ``Reading.until`` tells the year.
        zoneless: none carries a zone: it is ``zone``, or else ``Reading.zone``.
        zone: of all stamps of the pattern, where the pattern's owner says it.
        whole: expression of the text that is read, a group for each thing it says.
        point: what stands between a moment and the fraction's digits.
    """

    pattern: bytes
    fraction: bytes
    offset: bytes
    lacks: str
    yearless: bool
    zoneless: bool
    zone: tzinfo | None
    whole: str
    point: str

    def groups(self) -> bytes:
        """Give the expression of the whole, with the groups that a format's fields ask for."""
        fraction = self.fraction and b"(?P<fraction>%b)" % self.fraction
        offset = self.offset and b"(?P<offset>%b)" % self.offset
        return b"(?P<timestamp>%b)%b%b" % (self.pattern, fraction, offset)

    def read(self, text: str, reading: Reading) -> str:
        """Give the moment as ``YYYY-MM-DDTHH:MM:SS`` in UTC.

        A point follows where the fraction has none of its own.

        Args:
            text: what stands before the fraction, and what stands after it.
            reading: the zone of stamps that carry none, the day for those without a year, and
                which moment it is of two that clocks show alike.

        Raises:
            ValueError: it says no moment.
        """
        moments = self._moments(text, reading)
        return moments[min(reading.fold, len(moments) - 1)].isoformat() + self.point

    def _moments(self, text: str, reading: Reading) -> tuple[datetime, ...]:
        found = _compiled(self.whole).fullmatch(text)
        if found is None or self.lacks:
            raise ValueError(f"{text!r} " + (f"lacks {self.lacks}" if found else "is no stamp"))
        said = found.groupdict()
        if "epoch" in said:
            return (_EPOCH + timedelta(seconds=int(said["epoch"])),)
        local = self.zone or reading.zone
        return zones.instants(_wall(said, reading), local, said.get("zone", "").strip())


def stamp(parts: Sequence[Part], zone: tzinfo | None = None) -> Stamp:
    """Make a declaration of the parts of a pattern, in their order.

    Args:
        parts: from a front end, or several, one after the other.
        zone: what the stamps are written in, where a layout says so; theirs wins over it.

    Raises:
        ValueError: a fraction stands elsewhere than after the seconds; the text names it.
    """
    parts = _with_blanks(parts)
    place = next((at for at, part in enumerate(parts) if part.says == "fraction"), len(parts))
    head, tail = parts[:place], parts[place + 1 :]
    fraction = ""
    if place < len(parts):
        _check_fraction(head, parts[place], tail)
        fraction = parts[place].pattern
        if head[-1].pattern in {r"\.", ","}:
            fraction = head.pop().pattern + fraction
    says: dict[str, None] = {}
    whole = ""
    for part in (*head, *tail):
        new = part.says and part.says not in says
        whole += f"(?P<{part.says}>{part.pattern})" if new else part.pattern
        says |= {part.says: None} if new else {}
    return Stamp(
        _text(head),
        fraction.encode(),
        _text(tail),
        _lacking(says.keys()),
        yearless=says.keys().isdisjoint({"year", "year2", "epoch"}),
        zoneless=says.keys().isdisjoint({"zone", "epoch"}),
        zone=zone,
        whole=whole,
        point="." if fraction.startswith("\\d") else "",
    )


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    # Not before a stamp is read: a month in nine languages takes milliseconds.
    return re.compile(expression, re.ASCII)


def year_before(month: int, day: int, until: date) -> int:
    """Give the last year in which a day is not after the one that follows ``until``.

    The day of grace is for stamps whose zone is ahead of UTC, or not the one they are read in.
    """
    latest = until + timedelta(days=1)
    year = latest.year - ((month, day) > (latest.month, latest.day))
    if (month, day) == (2, 29):
        while year % 4 or (year % 100 == 0 and year % 400):
            year -= 1
    return year


def _wall(said: dict[str, str], reading: Reading) -> datetime:
    """Give what the clock showed, without a zone."""
    month = int(said["month"]) if "month" in said else _MONTHS[said["month_name"].casefold()]
    day = int(said["day"])
    if "year" in said:
        year = int(said["year"])
    elif "year2" in said:
        year = int(said["year2"])
        year += 1900 if year >= 69 else 2000  # POSIX, strptime
    elif reading.until is None:
        raise ValueError("nothing tells the year")
    else:
        year = year_before(month, day, reading.until)
    if "hour" in said:
        hour = int(said["hour"])
    elif "hour24" in said:
        hour = int(said["hour24"]) % 24
    else:
        hour = int(said["hour12"] if "hour12" in said else said["hour11"]) % 12
        hour += _HALVES[said["half"].casefold()]
    second = int(said.get("second", 0))
    if second == 60:  # a leap second; POSIX counts it as the next minute's first
        try:
            return _wall({**said, "second": "59"}, reading) + timedelta(seconds=1)
        except OverflowError as error:
            raise ValueError("beyond the calendar") from error
    return datetime(year, month, day, hour, int(said.get("minute", 0)), second)  # noqa: DTZ001


def _lacking(says: AbstractSet[str]) -> str:
    """Name what a moment needs and the parts do not say."""
    if "epoch" in says:
        return ""
    if "week_year" in says and says.isdisjoint({"year", "year2"}):
        return "the calendar's year: the year of the week is another at New Year"
    if says.isdisjoint({"month", "month_name"}) or "day" not in says:
        return "a date"
    if not says.isdisjoint({"hour", "hour24"}):
        return ""
    if says.isdisjoint({"hour12", "hour11"}):
        return "a time of day"
    return "" if "half" in says else "AM or PM"


def _check_fraction(head: Sequence[Part], fraction: Part, tail: Sequence[Part]) -> None:
    said = [part.says for part in head if part.says]
    if said[-1:] not in (["second"], ["epoch"]):
        raise ValueError(f"{fraction.where}: a fraction must follow the seconds")
    again = next((part for part in tail if part.says == "fraction"), None)
    if again:
        raise ValueError(f"{again.where}: a second fraction")


def _with_blanks(parts: Sequence[Part]) -> list[Part]:
    """Let blanks before AM and PM be those that do not break lines."""
    some = list(parts)
    for place, part in enumerate(some[1:]):
        before = some[place]
        if part.says == "half" and not before.says and before.pattern.endswith("\\ "):
            some[place] = Part("", before.pattern[:-2] + _BLANK)
    return some


def _text(parts: Sequence[Part]) -> bytes:
    return "".join(part.pattern for part in parts).encode()
