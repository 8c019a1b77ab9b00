"""What the heads of several formats are made of."""

from __future__ import annotations

import re

from sidecar.fields import iso, levels
from sidecar.fields.looks import YEAR
from sidecar.fields.reading import Reading
from sidecar.formats.spec import Field, Kind


def logged(stamp: bytes) -> bytes:
    """Give the expression of a stamp for the years that logs have: less begins like them."""
    return stamp.replace(YEAR.encode(), rb"[12]\d\d\d", 1)


def unnamed(pattern: bytes) -> bytes:
    """Give an expression without the names of its groups."""
    return re.sub(rb"\(\?P<\w+>", b"(?:", pattern)


#: Expression of ``2026-11-24 10:00:00,123+01:00``, with the groups of a stamp.
STAMP = logged(iso.STAMP.groups())

#: To be tried first in the place of its group ``timestamp``.
LOOSE_STAMP = rb"[12][0-9]{3}-.{14}"

#: Expression of what it begins with.
OPENS = rb"[12]\d\d\d-\d\d-"

#: Expressions of parts of a date in words, loose, in the nine languages of ``fields.names``.
DAY = rb"(?:0?[1-9]|[12]\d|3[01])"
MONTH = (
    rb"(?:[ADEFJMNOSadefgjlmnos\xe4\xe5][A-Za-z\x80-\xf4]{1,8}\.?"
    rb"|1?\d(?:\xec\x9b\x94|\xe6\x9c\x88))"
)
HALF = (
    rb"(?:[AP](?:M|\.(?:\xc2\xa0)?M\.)|MATIN|SOIR|DA MANH\xc3\x83|DA TARDE"
    rb"|(?:[\xe4-\xec][\x80-\xbf]{2}){2})"
)

#: Expression of a blank, which need not break lines.
BLANK = rb"(?: |\xc2\xa0|\xe2\x80\xaf)"

#: Expression of a whole number.
WHOLE = rb"(?:0|[1-9]\d{0,17})"


def up_to(byte: bytes, rest: bytes, *, some: bool = False) -> bytes:
    """Give the expression of what may hold a byte, up to where ``rest`` follows it.

    A row of the byte is taken at once, so that no line takes more than its length.

    Args:
        byte: expression of it, which may stand in a class.
        rest: expression of what ends it, behind the byte.
        some: it does not begin with the byte.
    """
    other = rb"[^%b\n]" % byte
    rows = rb"(?:%b++(?!%b)%b*)*(?:%b+(?=%b%b))?" % (byte, rest, other, byte, byte, rest)
    return rb"(?>%b%b%b)" % (other, b"+" if some else b"*", rows)


#: Expression of what stands between brackets and may hold some, up to a bracket and a blank.
BRACKETED = up_to(rb"\]", b" ")

#: Expression of the levels that Java's loggers print.
LEVEL = (
    rb"(?:ALL|TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|OFF|FINE(?:R|ST)?|CONFIG|SEVERE"
    rb"|NOTICE|VERBOSE|CRITICAL)"
)


def _level(text: str, _: Reading) -> str:
    return levels.read(text)


#: The fields ``timestamp``, of ``STAMP``, and ``level``.
TIMESTAMP_FIELD = Field(Kind.STAMP, iso.STAMP.read)
LEVEL_FIELD = Field(Kind.LOOKUP, _level)
