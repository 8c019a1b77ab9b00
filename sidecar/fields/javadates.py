"""Java's date patterns, and the names that log4j, logback and Tomcat give to some.

Sources: ``java.text.SimpleDateFormat``, ``java.time.format.DateTimeFormatter``,
``java.util.Formatter`` (date and time conversions), log4j 1.2 ``EnhancedPatternLayout``, log4j 2
``NamedInstantPattern`` and ``FixedDateFormat``, logback ``DateConverter``, Tomcat
``AbstractAccessLogValve`` and ``OneLineFormatter``.

Each function gives parts for ``dates.stamp``, and raises ``ValueError`` with the letter and its
position, from 1, where a pattern has what cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from sidecar.fields import epochs, names
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import (
    DAY,
    HOUR,
    HOUR11,
    HOUR12,
    HOUR24,
    MINUTE,
    MONTH,
    OFFSET,
    SECOND,
    YEAR,
    YEAR2,
    ZONE,
    ZONE_ID,
    Number,
)

#: log4j 1.2; case does not matter.
_LOG4J1 = {
    "ISO8601": "yyyy-MM-dd HH:mm:ss,SSS",
    "ABSOLUTE": "HH:mm:ss,SSS",
    "DATE": "dd MMM yyyy HH:mm:ss,SSS",
}

_LOG4J2 = {
    "ABSOLUTE": "HH:mm:ss,SSS",
    "ABSOLUTE_MICROS": "HH:mm:ss,SSSSSS",
    "ABSOLUTE_NANOS": "HH:mm:ss,SSSSSSSSS",
    "ABSOLUTE_PERIOD": "HH:mm:ss.SSS",
    "COMPACT": "yyyyMMddHHmmssSSS",
    "DATE": "dd MMM yyyy HH:mm:ss,SSS",
    "DATE_PERIOD": "dd MMM yyyy HH:mm:ss.SSS",
    "DEFAULT": "yyyy-MM-dd HH:mm:ss,SSS",
    "DEFAULT_MICROS": "yyyy-MM-dd HH:mm:ss,SSSSSS",
    "DEFAULT_NANOS": "yyyy-MM-dd HH:mm:ss,SSSSSSSSS",
    "DEFAULT_PERIOD": "yyyy-MM-dd HH:mm:ss.SSS",
    "ISO8601": "yyyy-MM-dd'T'HH:mm:ss,SSS",
    "ISO8601_BASIC": "yyyyMMdd'T'HHmmss,SSS",
    "ISO8601_BASIC_PERIOD": "yyyyMMdd'T'HHmmss.SSS",
    "ISO8601_OFFSET_DATE_TIME_HH": "yyyy-MM-dd'T'HH:mm:ss,SSSx",
    "ISO8601_OFFSET_DATE_TIME_HHMM": "yyyy-MM-dd'T'HH:mm:ss,SSSxx",
    "ISO8601_OFFSET_DATE_TIME_HHCMM": "yyyy-MM-dd'T'HH:mm:ss,SSSxxx",
    "ISO8601_PERIOD": "yyyy-MM-dd'T'HH:mm:ss.SSS",
    "ISO8601_PERIOD_MICROS": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
    # The names say month first; the patterns, in every release, do not.
    "US_MONTH_DAY_YEAR2_TIME": "dd/MM/yy HH:mm:ss.SSS",
    "US_MONTH_DAY_YEAR4_TIME": "dd/MM/yyyy HH:mm:ss.SSS",
}

_LOGBACK = {"ISO8601": "yyyy-MM-dd HH:mm:ss,SSS", "STRICT": "yyyy-MM-dd'T'HH:mm:ss,SSS"}


def log4j1(option: str = "") -> tuple[Part, ...]:
    """Read what stands in log4j 1.2's ``%d{...}``: a name, or a ``SimpleDateFormat``."""
    return simple(_LOG4J1.get(option.upper() or "ISO8601", option))


def log4j2(option: str = "") -> tuple[Part, ...]:
    """Read what stands in log4j 2's ``%d{...}``: a name, or a pattern, where ``n`` is as ``S``."""
    if option in {"UNIX", "UNIX_MILLIS"}:
        return epochs.parts("s" if option == "UNIX" else "ms")
    return _read(_LOG4J2.get(option or "DEFAULT", option), {**_NEW, "n": _fraction})


def logback(option: str = "") -> tuple[Part, ...]:
    """Read what stands in logback's ``%d{...}``: a name, or a ``DateTimeFormatter``'s pattern."""
    return new(_LOGBACK.get(option.upper() or "ISO8601", option))


def tomcat(option: str) -> tuple[Part, ...]:
    """Read what stands in the ``%{...}t`` of Tomcat's access valve; empty is common log's.

    ``msec_frac`` is a fraction alone, to be put behind the parts of another.
    """
    option = re.sub(r"^(?:begin|end):?", "", option)
    if option == "msec_frac":
        return (Part("fraction", r"\d{3}", "msec_frac"),)
    if option in {"sec", "msec"}:
        return epochs.parts("s" if option == "sec" else "ms")
    return simple(option or "dd/MMM/yyyy:HH:mm:ss Z")


def simple(pattern: str) -> tuple[Part, ...]:
    """Read a pattern of ``java.text.SimpleDateFormat``."""
    return _read(pattern, _SIMPLE)


def new(pattern: str) -> tuple[Part, ...]:
    """Read a pattern of ``java.time.format.DateTimeFormatter``.

    What stands in brackets is taken to be there: an event has every field of a date.
    """
    return _read(pattern, _NEW)


def formatter(text: str) -> tuple[Part, ...]:
    """Read the conversions of ``java.util.Formatter``, as in ``%1$tb %1$td, %1$tY``."""
    return tuple(_conversions(text))


# -- letters -----------------------------------------------------------------------------------

#: How often a letter stands there -> its part's ``says`` and ``pattern``.
_Letter = Callable[[int], tuple[str, str]]


class _UnreadableError(ValueError):
    """A letter that is known and cannot be read: why."""


def _number(says: str, look: Number) -> _Letter:
    """Give the letter of a number: one alone without leading zeros, more fill up with them."""
    return lambda count: (says, look.plain if count == 1 else "0" * (count - 2) + look.zeros)


def _year(count: int) -> tuple[str, str]:
    if count > 4:
        raise _UnreadableError("years have four digits")
    return ("year2", YEAR2) if count == 2 else ("year", YEAR)


def _week_year(count: int) -> tuple[str, str]:
    return "week_year", _year(count)[1]


def _simple_month(count: int) -> tuple[str, str]:
    if count < 3:
        return _number("month", MONTH)(count)
    words = names.SHORT_MONTHS if count == 3 else names.LONG_MONTHS
    return "month_name", names.any_of(words)


def _month(count: int) -> tuple[str, str]:
    return _simple_month(_worded(count))


def _simple_day_name(count: int) -> tuple[str, str]:
    return "", names.any_of(names.SHORT_DAYS if count < 4 else names.LONG_DAYS)


def _day_name(count: int) -> tuple[str, str]:
    return _simple_day_name(_worded(count))


def _worded(count: int) -> int:
    if count > 4:
        raise _UnreadableError("one letter may stand for several names")
    return count


def _millisecond(count: int) -> tuple[str, str]:
    if count != 3:
        raise _UnreadableError(
            "it writes a number of milliseconds, which is a fraction as SSS only"
        )
    return _fraction(count)


def _fraction(count: int) -> tuple[str, str]:
    if count > 9:
        raise _UnreadableError("a fraction has up to nine digits")
    return "fraction", rf"\d{{{count}}}"


def _zone_name(count: int) -> tuple[str, str]:
    if count > 3:
        raise _UnreadableError("it writes a zone's long name")
    return "zone", ZONE


_SIMPLE: Mapping[str, _Letter] = {
    "y": _year,
    "Y": _week_year,
    "M": _simple_month,
    "L": _simple_month,
    "d": _number("day", DAY),
    "H": _number("hour", HOUR),
    "k": _number("hour24", HOUR24),
    "h": _number("hour12", HOUR12),
    "K": _number("hour11", HOUR11),
    "m": _number("minute", MINUTE),
    "s": _number("second", SECOND),
    "S": _millisecond,
    "E": _simple_day_name,
    "a": lambda _: ("half", names.any_of(names.HALVES)),
    "z": _zone_name,
    "Z": lambda _: ("zone", OFFSET),
    "X": lambda _: ("zone", OFFSET),
}

_NEW: Mapping[str, _Letter] = {
    **_SIMPLE,
    "u": _year,
    "M": _month,
    "L": _month,
    "E": _day_name,
    "S": _fraction,
    "Z": lambda count: ("zone", ZONE if count == 4 else OFFSET),
    "x": lambda _: ("zone", OFFSET),
    "O": lambda _: ("zone", ZONE),
    "V": lambda _: ("zone", ZONE_ID),
    "[": lambda _: ("", ""),
    "]": lambda _: ("", ""),
}

_TOKEN = re.compile(
    r"''|'(?P<quoted>(?:[^']|'')+)'|(?P<letter>([A-Za-z])\3*)"
    r"|(?P<bracket>[\[\]])|(?P<other>[^A-Za-z'\[\]]+)"
)


def _read(pattern: str, letters: Mapping[str, _Letter]) -> tuple[Part, ...]:
    return tuple(_tokens(pattern, letters))


def _tokens(pattern: str, letters: Mapping[str, _Letter]) -> Iterator[Part]:
    place = 0
    while place < len(pattern):
        found = _TOKEN.match(pattern, place)
        if not found:
            raise ValueError(f"{pattern!r}: the quote at position {place + 1} is not closed")
        text = found["letter"] or found["bracket"]
        if not text:
            yield literal((found["quoted"] or found["other"] or "'").replace("''", "'"))
        elif text[0] in letters:
            where = f"{pattern!r}: {text!r} at position {place + 1}"
            try:
                yield Part(*letters[text[0]](len(text)), where)
            except _UnreadableError as error:
                raise ValueError(f"{where}: {error}") from None
        elif found["bracket"]:
            yield literal(text)
        else:
            raise ValueError(f"{pattern!r}: {text!r} at position {place + 1} cannot be read")
        place = found.end()


# -- java.util.Formatter -----------------------------------------------------------------------

_CONVERSION = re.compile(
    r"%%|%(?:\d+\$|<)?(?P<width>[-#+ 0,(]*\d*)(?P<case>[tT])(?P<what>\w)|[^%]+"
)

#: Conversions that stand for several.
_SEVERAL = {
    "R": "%tH:%tM",
    "T": "%tH:%tM:%tS",
    "r": "%tI:%tM:%tS %Tp",
    "D": "%tm/%td/%ty",
    "F": "%tY-%tm-%td",
    "c": "%ta %tb %td %tT %tZ %tY",
}

_CONVERSIONS = {
    "Y": ("year", YEAR),
    "y": ("year2", YEAR2),
    "m": ("month", MONTH.zeros),
    "d": ("day", DAY.zeros),
    "e": ("day", DAY.plain),
    "H": ("hour", HOUR.zeros),
    "k": ("hour", HOUR.plain),
    "I": ("hour12", HOUR12.zeros),
    "l": ("hour12", HOUR12.plain),
    "M": ("minute", MINUTE.zeros),
    "S": ("second", SECOND.zeros),
    "L": ("fraction", r"\d{3}"),
    "N": ("fraction", r"\d{9}"),
    "z": ("zone", OFFSET),
    "Z": ("zone", ZONE),
}

_WORDS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "b": ("month_name", names.SHORT_MONTHS),
    "h": ("month_name", names.SHORT_MONTHS),
    "B": ("month_name", names.LONG_MONTHS),
    "a": ("", names.SHORT_DAYS),
    "A": ("", names.LONG_DAYS),
    "p": ("half", names.HALVES),
}


def _conversions(text: str) -> Iterator[Part]:
    place = 0
    while place < len(text):
        found = _CONVERSION.match(text, place)
        what = found["what"] if found else None
        where = f"{text!r}: {found and found[0]!r} at position {place + 1}"
        if not found or found["width"]:
            raise ValueError(f"{text!r}: the conversion at position {place + 1} cannot be read")
        if what is None:
            yield literal(found[0].replace("%%", "%"))
        elif what in _SEVERAL:
            yield from _conversions(_SEVERAL[what])
        elif what in _CONVERSIONS:
            yield Part(*_CONVERSIONS[what], where)
        elif what in _WORDS:
            says, words = _WORDS[what]
            # Formatter writes the halves of a day in small letters unless told otherwise.
            cased = str.upper if found["case"] == "T" else str.lower if what == "p" else str
            yield Part(says, names.any_of(map(cased, words)), where)
        elif what in "sQ":
            yield from epochs.parts("s" if what == "s" else "ms")
        else:
            raise ValueError(f"{where} cannot be read")
        place = found.end()
