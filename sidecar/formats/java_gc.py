"""The JVM's own log: ``[2026-11-29T10:00:00.123+0000][0.321s][info][gc] GC(0) Pause 3.456ms``.

That is unified logging, since JDK 9, of the collector and of anything else, with any decorators
among which the uptime or the level is: what stands alone in a bracket is told by its place. JDK 8
writes ``2026-11-29T10:00:00.123+0000: 0.321: [GC ... , 0.0034560 secs]``, or the uptime alone, in
seconds like ours. What a collection took is read from the end of the line. Lines without
decorators, such as the rest of a collection in JDK 8, join, as does what it says of threads that
were stopped.
"""

from __future__ import annotations

from sidecar.fields import iso
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import LEVEL_FIELD, WHOLE, logged
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_LEVEL = rb"(?:error|warning|info|debug|trace)"

_STAMP = rb"[12]\d{3}-\d\d-\d\dT[0-9:.]{12}[+-]\d{4}"

#: What a line of either logging begins with, and what is among the decorators of the unified one.
_OPENS = rb"\[(?:\d+(?:\.\d{3}s|ms)|%b|%b *)\]|\d+\.\d{3}: \[[A-Z]|%b: \d+\.\d{3}: \[[A-Z]" % (
    _STAMP,
    _LEVEL,
    _STAMP,
)
_TOLD = rb"\[(?:[^\]\n]{1,64}\]\[){0,10}?(?:\d++\.\d{3}s|%b *+)\]" % _LEVEL


def _seconds(text: str, _: Reading) -> float:
    """Read ``0.123s``, ``123ms``, ``0.0034560 secs`` or a bare number of seconds."""
    return float(f"{text[:-2]}e-3" if text.endswith("ms") else text.rstrip("sec "))


JAVA_GC = Format(
    name="java_gc",
    summary="the JVM's log of its collector: unified logging since JDK 9, and JDK 8's",
    source="https://openjdk.org/jeps/158; https://docs.oracle.com/en/java/javase/21/docs/specs/man/"
    "java.html#enable-logging-with-the-jvm-unified-logging-framework; "
    "https://github.com/openjdk/jdk: src/hotspot/share/logging/logDecorations.cpp",
    pattern=(
        rb"(?P<decorators>(?=%b)(?=%b|\d)"
        rb"(?:\[?(?P<timestamp>%b)(?P<fraction>\.\d{3})(?P<offset>[+-]\d{4})(?:\]|: ))?"
        rb"(?:\[[12]\d{3}-[^\]\n]{19,26}\])?"
        # Milliseconds since 1970 have 13 digits; those of the uptime stand for it if nothing does.
        rb"(?P<origin>(?:\[\d{12,14}ms\])?(?:\[?(?P<uptime>"
        rb"\d+\.\d{3}(?=s\]|: )|\d{1,11}ms(?=\]))(?:s?\]|: ))?"
        rb"(?:\[\d++[mn]s\]){0,4}"
        rb"(?:\[(?P<host>(?![\d.]++\])[\w.-]++)\](?=(?:\[\d++\]){0,2}\[%b *+\]))?"
        rb"(?:\[(?P<pid>%b)\])?(?:\[(?P<tid>%b)\])?(?:\[(?P<level>%b) *+\])?"
        rb"(?:\[(?P<tags>[a-z0-9,]{1,80}) *+\])?))(?:(?<=\]) |(?<=: ))"
        rb"(?:(?=GC\((?P<gc>%b)\))|)"
        rb"(?:(?=.*[ ,](?P<duration>\d+\.\d{3,9}(?:ms| secs))"
        rb"(?:\](?: \[Times:[^\]\n]*\])? ?)?(?!.))|)"
        % (
            *(_OPENS, _TOLD, logged(iso.STAMP.pattern)),
            *(_LEVEL, WHOLE, WHOLE, _LEVEL, WHOLE),
        )
        + MESSAGE
    ),
    fields={
        "level": LEVEL_FIELD._replace(optional=True),
        "tags": Field(optional=True),
        "uptime": Field(Kind.LOOKUP, _seconds, optional=True),
        "host": Field(optional=True),
        "pid": Field(Kind.DIGITS, optional=True),
        "tid": Field(Kind.DIGITS, optional=True),
        "timestamp": Field(Kind.STAMP, iso.STAMP.read, optional=True),
        "gc": Field(Kind.DIGITS, optional=True),
        "duration": Field(Kind.LOOKUP, _seconds, optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "tags", "uptime", "host", "pid", "tid"})},
    joins=Joins.ANYTHING,
    starts=rb"\[\d",
    opens=_OPENS,
    holds=b"[",
    samples=(
        Sample(
            "[2026-11-29T10:00:00.123+0100][0.321s][info ][gc,start     ] GC(0) Pause Young "
            "(Normal) (G1 Evacuation Pause)",
            {
                "level": "INFO",
                "tags": "gc,start",
                "uptime": 0.321,
                "timestamp": "2026-11-29T09:00:00.123Z",
                "gc": 0,
                "message": "GC(0) Pause Young (Normal) (G1 Evacuation Pause)",
            },
        ),
        Sample(
            "[0.325s][info][gc] GC(12) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) "
            "3.456ms",
            {
                "level": "INFO",
                "tags": "gc",
                "uptime": 0.325,
                "gc": 12,
                "duration": 0.003456,
                "message": "GC(12) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) "
                "3.456ms",
            },
        ),
        Sample(
            "2026-11-29T10:00:01.987-0200: 151.126: [GC pause (G1 Evacuation Pause) (young), "
            "0.0584157 secs]\n"
            "   [Parallel Time: 57.1 ms, GC Workers: 4]",
            {
                "uptime": 151.126,
                "timestamp": "2026-11-29T12:00:01.987Z",
                "duration": 0.0584157,
                "message": "[GC pause (G1 Evacuation Pause) (young), 0.0584157 secs]\n"
                "   [Parallel Time: 57.1 ms, GC Workers: 4]",
            },
        ),
        Sample(
            "[1796032800123ms][421ms][web-1][7][11][warning][safepoint] Timeout detected",
            {
                "level": "WARN",
                "tags": "safepoint",
                "uptime": 0.421,
                "host": "web-1",
                "pid": 7,
                "tid": 11,
                "message": "Timeout detected",
            },
        ),
    ),
)
