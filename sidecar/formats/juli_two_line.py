"""java.util.logging as the JDK writes it: the stamp and the source, and the level's line below.

``Nov 24, 2026 10:00:00 AM org.x.Host deploy`` and ``INFO: text``. Words are those of the JVM's
language. Before JDK 7, and where ``DateFormat`` writes the stamp, the order is that language's
too: ``24 nov. 2026, 10:00:00``, ``24.11.2026 10:00:00``. ``logger`` is the class and the method
as printed; a class in no package is known by its ``main`` alone. Where the second line lacks, the
first has no level and no text.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sidecar.fields import levels
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import BLANK, DAY, HALF, LEVEL_FIELD, MONTH
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

if TYPE_CHECKING:
    from sidecar.fields.dates import Stamp

_HOUR = rb"(?:1\d|2[0-3]|0?\d)"
_YEAR = rb"[12]\d{3},?"
_BETWEEN = rb"(?:\. |[-. ]| de )"

#: SimpleFormatter's own since JDK 7; ``DateFormat`` of English puts a comma behind the year.
_MONTH_FIRST = rb"%b %b, %b (?:1[0-2]|[1-9])(?::[0-5]\d){2}%b%b" % (MONTH, DAY, _YEAR, BLANK, HALF)
_DAY_FIRST = rb"%b%b(?:[01]?\d|%b)%b%b %b(?::[0-5]\d){2}" % (
    DAY,
    _BETWEEN,
    MONTH,
    _BETWEEN,
    _YEAR,
    _HOUR,
)

_NAME = rb"[\w$\x80-\xf4-]++"

#: What the second line begins with: a level's name, which has blanks in some languages.
_LEVEL = rb"(?:[A-Z\x80-\xf4][A-Z0-9_\x80-\xf4]{0,40}|%b)" % levels.OF_SEVERAL_WORDS


def _moment(text: str, reading: Reading) -> str:
    """Read a stamp of either order: one ends with a digit, one with the half of the day."""
    return _stamp(day_first=text[-1].isdigit()).read(text, reading)


@cache
def _stamp(*, day_first: bool) -> Stamp:
    # The names of months are read when a stamp is.
    from sidecar.fields import dates, javadates, names  # noqa: PLC0415
    from sidecar.fields.dates import Part  # noqa: PLC0415

    def part(says: str, pattern: bytes) -> tuple[Part]:
        return (Part(says, pattern.decode()),)

    day, comma = part("day", DAY), part("", b",?")
    if not day_first:
        month, year = javadates.formatter("%1$tb "), javadates.formatter(", %1$tY")
        return dates.stamp(
            (*month, *day, *year, *comma, *javadates.formatter(" %1$tl:%1$tM:%1$tS %1$Tp"))
        )
    between = part("", _BETWEEN)
    date = (*day, *between, Part("month_name", names.any_of(names.SHORT_MONTHS)), *between)
    hour = part("hour", _HOUR)
    time = (*javadates.formatter(" "), *hour, *javadates.formatter(":%1$tM:%1$tS"))
    return dates.stamp((*date, *javadates.formatter("%1$tY"), *comma, *time))


JULI_TWO_LINE = Format(
    name="juli_two_line",
    summary="java.util.logging's SimpleFormatter: stamp and source, then LEVEL: message",
    source="https://docs.oracle.com/en/java/javase/21/docs/api/java.logging/java/util/logging/"
    "SimpleFormatter.html",
    pattern=(
        rb"(?P<timestamp>%b|%b) "
        rb"(?P<origin>(?P<logger>(?:%b(?>(?:\.%b)+)|%b(?= main(?!.)))(?: [\w$<>\x80-\xf4]+)?)(?!.)"
        b"(?:\n(?P<level>%b): (?! ))?)"
        % (_MONTH_FIRST, _DAY_FIRST, _NAME, _NAME, _NAME, _LEVEL)
        + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _moment),
        "level": LEVEL_FIELD._replace(optional=True),
        "logger": Field(),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "logger"})},
    joins=Joins.ANYTHING,
    starts=rb"0-9ADEFJMNOSadefgjlmnos\xe4\xe5",
    opens=(
        rb"[ADEFJMNOSadefgjlmnos\xe4\xe5][^ \n]{1,9}+ \d\d?, [12]|[0-9]\d?[-. ].{2,17}[12]\d\d\d,? "
        rb"|[0-9]\d?(?:\xec\x9b\x94|\xe6\x9c\x88) "
    ),
    holds=b":",
    samples=(
        Sample(
            "Nov 24, 2026 10:00:00 AM org.apache.catalina.startup.Catalina start\n"
            "INFO: Server startup in 1234 ms",
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "level": "INFO",
                "logger": "org.apache.catalina.startup.Catalina start",
                "message": "Server startup in 1234 ms",
            },
        ),
        Sample(
            "Nov. 24, 2026 9:00:01 PM org.apache.catalina.core.StandardWrapperValve invoke\n"
            "SCHWERWIEGEND: Servlet.service() for servlet [jsp] threw exception\n"
            'java.lang.IllegalStateException: no "paper" left\n'
            "\tat org.example.Shop.sell(Shop.java:41)",
            {
                "timestamp": "2026-11-24T21:00:01Z",
                "level": "ERROR",
                "logger": "org.apache.catalina.core.StandardWrapperValve invoke",
                "message": "Servlet.service() for servlet [jsp] threw exception\n"
                'java.lang.IllegalStateException: no "paper" left\n'
                "\tat org.example.Shop.sell(Shop.java:41)",
            },
        ),
        Sample(
            "24 nov. 2026, 10:00:02 org.example.Shop <init>\nPLUS PRÉCIS: 3 left",
            {
                "timestamp": "2026-11-24T10:00:02Z",
                "level": "TRACE",
                "logger": "org.example.Shop <init>",
                "message": "3 left",
            },
        ),
    ),
)
