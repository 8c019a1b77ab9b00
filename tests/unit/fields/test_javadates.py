"""Java's date patterns."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import dates
from sidecar.fields.dates import Part
from sidecar.fields.javadates import formatter, log4j1, log4j2, logback, new, simple, tomcat
from sidecar.fields.reading import Reading

READING = Reading(UTC, until=date(2026, 11, 25))

_Front = Callable[[str], tuple[Part, ...]]


def record(parts: tuple[Part, ...], text: str) -> str:
    """Read a stamp as a format does: by its groups."""
    stamp = dates.stamp(parts)
    found = re.fullmatch(stamp.groups(), text.encode())
    assert found, stamp.groups()
    groups = {name: value.decode() for name, value in found.groupdict().items()}
    read = stamp.read(groups["timestamp"] + groups.get("offset", ""), READING)
    return f"{read}{groups.get('fraction', '').replace(',', '.')}Z"


#: What most stamps below say.
SECONDS, MILLIS = "2026-11-23T21:46:01Z", "2026-11-23T21:46:01.123Z"
MICROS, NANOS = "2026-11-23T21:46:01.123456Z", "2026-11-23T21:46:01.123456789Z"

#: The same in Seoul.
SEOUL_SECONDS, SEOUL_MILLIS = "2026-11-23T12:46:01Z", "2026-11-23T12:46:01.123Z"

STAMPS: list[tuple[_Front, str, str, str]] = [
    # the patterns of the wild
    (simple, "dd-MMM-yyyy HH:mm:ss.SSS", "23-Nov-2026 21:46:01.123", MILLIS),
    (simple, "yyyy-MM-dd HH:mm:ss,SSS", "2026-11-23 21:46:01,123", MILLIS),
    (simple, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-11-23T21:46:01.123+09:00", SEOUL_MILLIS),
    (simple, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", MILLIS, MILLIS),
    (simple, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", MILLIS, MILLIS),
    (simple, "yy/MM/dd HH:mm:ss", "17/06/09 20:10:40", "2017-06-09T20:10:40Z"),
    (simple, "yyMMdd HHmmss", "081109 203615", "2008-11-09T20:36:15Z"),
    (simple, "M/d/yy H:mm:ss:SSS z", "10/3/18 9:05:01:123 EST", "2018-10-03T14:05:01.123Z"),
    (simple, "EEE MMM dd HH:mm:ss zzz yyyy", "Mon Nov 23 21:46:01 KST 2026", SEOUL_SECONDS),
    (simple, "MMM d, yyyy h:mm:ss a", "Nov 3, 2026 12:00:01 AM", "2026-11-03T00:00:01Z"),
    (simple, "MMM d, yyyy h:mm:ss a", "Nov 3, 2026 12:00:01 PM", "2026-11-03T12:00:01Z"),
    (simple, "d MMMM yyyy K:mm a", "3 November 2026 0:05 PM", "2026-11-03T12:05:00Z"),
    (simple, "dd/MMM/yyyy kk:mm", "03/Nov/2026 24:05", "2026-11-03T00:05:00Z"),
    (simple, "'at' yyyy.MM.dd 'o''clock' HH", "at 2026.11.23 o'clock 21", "2026-11-23T21:00:00Z"),
    (simple, "yyyy''MM''dd HH", "2026'11'23 21", "2026-11-23T21:00:00Z"),
    (simple, "[yyyy-MM-dd HH:mm]", "[2026-11-23 21:46]", "2026-11-23T21:46:00Z"),
    (simple, "yyyy년 MM월 dd일 HH시", "2026년 11월 23일 21시", "2026-11-23T21:00:00Z"),
    (simple, "EEEE, d. MMMM yyyy HH:mm", "Montag, 23. November 2026 21:46", "2026-11-23T21:46:00Z"),
    (simple, "MMM dd HH:mm:ss", "Nov 23 21:46:01", SECONDS),
    (new, "uuuu-MM-dd HH:mm:ss.SSSSSS", "2026-11-23 21:46:01.123456", MICROS),
    (new, "uuuu-MM-dd HH:mm:ss.SSSSSSSSS", "2026-11-23 21:46:01.123456789", NANOS),
    (new, "uuuu-MM-dd HH:mm:ss.S", "2026-11-23 21:46:01.1", "2026-11-23T21:46:01.1Z"),
    (new, "yyyy-MM-dd'T'HH:mm:ss[.SSS]X", "2026-11-23T21:46:01.123+09", SEOUL_MILLIS),
    (new, "yyyy-MM-dd HH:mm:ss OOOO", "2026-11-23 21:46:01 GMT+09:00", SEOUL_SECONDS),
    (new, "yyyy-MM-dd HH:mm:ss O", "2026-11-23 21:46:01 GMT+9", SEOUL_SECONDS),
    (new, "yyyy-MM-dd HH:mm:ss ZZZZ", "2026-11-23 21:46:01 GMT+09:00", SEOUL_SECONDS),
    (new, "yyyy-MM-dd HH:mm:ss z", "2026-11-23 21:46:01 UTC\u221203:30", "2026-11-24T01:16:01Z"),
    (new, "yyyy-MM-dd HH:mm:ss '['VV']'", "2026-11-23 21:46:01 [Asia/Seoul]", SEOUL_SECONDS),
    (new, "yyyy-MM-dd HH:mm:ssxx", "2026-11-23 21:46:01-0330", "2026-11-24T01:16:01Z"),
    # names
    (log4j1, "", "2026-11-23 21:46:01,123", MILLIS),
    (log4j1, "iso8601", "2026-11-23 21:46:01,123", MILLIS),
    (log4j1, "DATE", "23 Nov 2026 21:46:01,123", MILLIS),
    (log4j1, "yyyy/MM/dd HH:mm", "2026/11/23 21:46", "2026-11-23T21:46:00Z"),
    (log4j2, "", "2026-11-23 21:46:01,123", MILLIS),
    (log4j2, "DEFAULT_MICROS", "2026-11-23 21:46:01,123456", MICROS),
    (log4j2, "DEFAULT_NANOS", "2026-11-23 21:46:01,123456789", NANOS),
    (log4j2, "DEFAULT_PERIOD", "2026-11-23 21:46:01.123", MILLIS),
    (log4j2, "ISO8601", "2026-11-23T21:46:01,123", MILLIS),
    (log4j2, "ISO8601_BASIC", "20261123T214601,123", MILLIS),
    (log4j2, "ISO8601_BASIC_PERIOD", "20261123T214601.123", MILLIS),
    (log4j2, "ISO8601_OFFSET_DATE_TIME_HH", "2026-11-23T21:46:01,123+09", SEOUL_MILLIS),
    (log4j2, "ISO8601_OFFSET_DATE_TIME_HHMM", "2026-11-23T21:46:01,123+0900", SEOUL_MILLIS),
    (log4j2, "ISO8601_OFFSET_DATE_TIME_HHCMM", "2026-11-23T21:46:01,123+09:00", SEOUL_MILLIS),
    (log4j2, "ISO8601_PERIOD", "2026-11-23T21:46:01.123", MILLIS),
    (log4j2, "ISO8601_PERIOD_MICROS", "2026-11-23T21:46:01.123456", MICROS),
    (log4j2, "COMPACT", "20261123214601123", MILLIS),
    (log4j2, "DATE", "23 Nov 2026 21:46:01,123", MILLIS),
    (log4j2, "DATE_PERIOD", "23 Nov 2026 21:46:01.123", MILLIS),
    (log4j2, "US_MONTH_DAY_YEAR2_TIME", "03/11/26 21:46:01.123", "2026-11-03T21:46:01.123Z"),
    (log4j2, "US_MONTH_DAY_YEAR4_TIME", "03/11/2026 21:46:01.123", "2026-11-03T21:46:01.123Z"),
    (log4j2, "UNIX", "1795470361", SECONDS),
    (log4j2, "UNIX_MILLIS", "1795470361123", MILLIS),
    (log4j2, "HH:mm:ss,nnnnnn yyyy-MM-dd", "21:46:01,123456 2026-11-23", MICROS),
    (logback, "", "2026-11-23 21:46:01,123", MILLIS),
    (logback, "ISO8601", "2026-11-23 21:46:01,123", MILLIS),
    (logback, "STRICT", "2026-11-23T21:46:01,123", MILLIS),
    (logback, "yyyy-MM-dd HH:mm:ss.SSS", "2026-11-23 21:46:01.123", MILLIS),
    (tomcat, "", "23/Nov/2026:21:46:01 +0900", SEOUL_SECONDS),
    (tomcat, "begin:yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2026-11-23T21:46:01.123+0900", SEOUL_MILLIS),
    (tomcat, "end:sec", "1795470361", SECONDS),
    (tomcat, "msec", "1795470361123", MILLIS),
    # java.util.Formatter
    (formatter, "%1$tb %1$td, %1$tY %1$tl:%1$tM:%1$tS %1$Tp", "Nov 23, 2026 9:46:01 PM", SECONDS),
    (
        formatter,
        "%1$tb %1$td, %1$tY %1$tl:%1$tM:%1$tS %1$Tp",
        "11월 23, 2026 9:46:01 오후",
        SECONDS,
    ),
    (formatter, "%1$tF %1$tT.%1$tL", "2026-11-23 21:46:01.123", MILLIS),
    (
        formatter,
        "%1$tY-%<tm-%<te %<tH:%<tM:%<tS,%<tN %<tz",
        "2026-11-3 21:46:01,123456789 +0900",
        "2026-11-03T12:46:01.123456789Z",
    ),
    (formatter, "%tc", "Mon Nov 23 21:46:01 KST 2026", SEOUL_SECONDS),
    (formatter, "%tD %tr", "11/23/26 09:46:01 PM", SECONDS),
    (formatter, "%tD %tI %tp", "11/23/26 09 pm", "2026-11-23T21:00:00Z"),
    (formatter, "%1$TB %1$te %1$tY, %1$tk:%1$tM", "NOVEMBER 3 2026, 9:46", "2026-11-03T09:46:00Z"),
    (
        formatter,
        "%1$tA %1$td %1$tB %1$tY %1$tR%%",
        "Monday 23 November 2026 21:46%",
        "2026-11-23T21:46:00Z",
    ),
    (formatter, "%1$ts", "1795470361", SECONDS),
    (formatter, "%1$tQ", "1795470361123", MILLIS),
]


@pytest.mark.parametrize(("front", "pattern", "text", "expected"), STAMPS)
def test_stamp_of_a_pattern_is_read(front: _Front, pattern: str, text: str, expected: str) -> None:
    assert record(front(pattern), text) == expected


@pytest.mark.parametrize(
    ("front", "pattern"),
    [
        (log4j1, "ABSOLUTE"),
        (log4j2, "ABSOLUTE"),
        (log4j2, "ABSOLUTE_MICROS"),
        (log4j2, "ABSOLUTE_NANOS"),
        (log4j2, "ABSOLUTE_PERIOD"),
    ],
)
def test_time_without_a_date_fits_and_says_so(front: _Front, pattern: str) -> None:
    stamp = dates.stamp(front(pattern))
    assert stamp.lacks == "a date"
    assert re.match(stamp.groups(), b"21:46:01,123456789") or re.match(
        stamp.groups(), b"21:46:01.123"
    )


REFUSED: list[tuple[_Front, str, str]] = [
    (simple, "yyyy-MM-dd'T", "the quote at position 11 is not closed"),
    (simple, "yyyy-DDD HH", "'DDD' at position 6 cannot be read"),
    (simple, "yyyy ww", "'ww' at position 6 cannot be read"),
    (simple, "HH:mm:ss.SSSSSS", "'SSSSSS' at position 10: it writes a number of milli"),
    (simple, "HH:mm:ss.S", "'S' at position 10: it writes a number of milli"),
    (simple, "yyyyy", "'yyyyy' at position 1: years have four digits"),
    (simple, "HH zzzz", "'zzzz' at position 4: it writes a zone's long name"),
    (simple, "HH:mm n", "'n' at position 7 cannot be read"),
    (simple, "yyyyTHH", "'T' at position 5 cannot be read"),
    (new, "MMMMM", "'MMMMM' at position 1: one letter may stand"),
    (new, "EEEEE", "'EEEEE' at position 1: one letter may stand"),
    (new, "ss.SSSSSSSSSS", "'SSSSSSSSSS' at position 4: a fraction has up to nine"),
    (new, "HH:mm n", "'n' at position 7 cannot be read"),
    (formatter, "%1$tY %1$tj", "'%1$tj' at position 7 cannot be read"),
    (formatter, "%1$tY %2$s", "the conversion at position 7 cannot be read"),
    (formatter, "%1$10tY", "the conversion at position 1 cannot be read"),
    (formatter, "%", "the conversion at position 1 cannot be read"),
]


@pytest.mark.parametrize(("front", "pattern", "text"), REFUSED)
def test_letter_that_cannot_be_read_is_refused_with_its_place(
    front: _Front, pattern: str, text: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{pattern!r}: {text}")):
        front(pattern)


@pytest.mark.parametrize("front", [simple, new, log4j1, log4j2, logback, tomcat, formatter])
@given(st.text(st.sampled_from("yMdHhmsSaEzZXL0.,:-' T%1$tbQ[]\n")))
def test_any_text_is_a_pattern_or_is_refused_as_one(front: _Front, pattern: str) -> None:
    try:
        parts = front(pattern)
    except ValueError as refused:
        assert "position" in str(refused)  # noqa: PT017
    else:
        for part in parts:
            assert not re.compile(part.pattern.encode()).groups


# -- any pattern, any moment -------------------------------------------------------------------

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def offset(moment: datetime, colon: str) -> str:
    minutes = moment.utcoffset() // timedelta(minutes=1)  # type: ignore[operator]
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


#: Ways to write each thing, with how they are rendered.
YEARS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda at: f"{at:%Y}",
    "y": lambda at: str(at.year),
    "yy": lambda at: f"{at:%y}",
}
MONTHS: dict[str, Callable[[datetime], str]] = {
    "MM": lambda at: f"{at:%m}",
    "M": lambda at: str(at.month),
    "MMM": lambda at: f"{at:%b}",
    "MMMM": lambda at: f"{at:%B}",
    "LLL": lambda at: f"{at:%b}",
}
DAYS: dict[str, Callable[[datetime], str]] = {
    "dd": lambda at: f"{at:%d}",
    "d": lambda at: str(at.day),
    "EEE dd": lambda at: f"{WEEKDAYS[at.weekday()][:3]} {at:%d}",
    "EEEE d": lambda at: f"{WEEKDAYS[at.weekday()]} {at.day}",
}
TIMES: dict[str, Callable[[datetime], str]] = {
    "HH:mm:ss": lambda at: f"{at:%H:%M:%S}",
    "H:m:s": lambda at: f"{at.hour}:{at.minute}:{at.second}",
    "kk.mm.ss": lambda at: f"{at.hour or 24:02}.{at:%M.%S}",
    "k mm ss": lambda at: f"{at.hour or 24} {at:%M %S}",
    "hh:mm:ss a": lambda at: f"{at:%I:%M:%S %p}",
    "a h:mm:ss": lambda at: f"{at:%p} {at.hour % 12 or 12}:{at:%M:%S}",
    "KK:mm:ss a": lambda at: f"{at.hour % 12:02}:{at:%M:%S %p}",
    "aK-mm-ss": lambda at: f"{at:%p}{at.hour % 12}-{at:%M-%S}",
    "HHmmss": lambda at: f"{at:%H%M%S}",
}
ZONES: dict[str, Callable[[datetime], str]] = {
    "Z": lambda at: offset(at, ""),
    "XXX": lambda at: offset(at, ":") if at.utcoffset() else "Z",
    "XX": lambda at: offset(at, "") if at.utcoffset() else "Z",
    "z": lambda at: f"GMT{offset(at, ':')}",
}

moments = st.builds(
    lambda at, minutes: at.replace(tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(datetime(1970, 1, 2), datetime(2068, 12, 30)),  # noqa: DTZ001 - the zone is drawn
    st.integers(-18 * 60, 18 * 60),
)


def a_way(ways: dict[str, Callable[[datetime], str]]) -> st.SearchStrategy[str]:
    return st.sampled_from([*ways])


@pytest.mark.parametrize("front", [simple, new])
@given(
    moment=moments,
    date_=st.tuples(a_way(YEARS), a_way(MONTHS), a_way(DAYS)).flatmap(st.permutations),
    time=a_way(TIMES),
    zone=a_way(ZONES),
    fraction=st.sampled_from(["", ".SSS", ",SSS", ":SSS"]),
    between=st.sampled_from([" ", "-", "/", " 'of' ", "''", ". "]),
)
def test_every_moment_is_read_as_a_pattern_writes_it(
    front: _Front,
    moment: datetime,
    date_: list[str],
    time: str,
    zone: str,
    fraction: str,
    between: str,
) -> None:
    ways = YEARS | MONTHS | DAYS | TIMES | ZONES
    if not time.endswith("s"):
        fraction = ""
    pattern = between.join([*date_, time]) + fraction + " " + zone
    shown = between.replace(" 'of' ", " of ").replace("''", "'")
    millis = f"{moment.microsecond // 1000:03}"
    text = shown.join(ways[way](moment) for way in [*date_, time])
    text += fraction.replace("SSS", millis) + " " + ways[zone](moment)
    expected = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    expected += f".{millis}Z" if fraction else "Z"
    assert record(front(pattern), text) == expected
