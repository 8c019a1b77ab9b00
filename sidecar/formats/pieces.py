"""What the heads of several formats are made of."""

from __future__ import annotations

from sidecar.fields import iso, levels
from sidecar.fields.looks import YEAR
from sidecar.fields.reading import Reading
from sidecar.formats.spec import Field, Kind

#: Expression of a year as logs have it: few lines begin with one of two digits.
LOGGED_YEAR = r"[12]\d\d\d"

#: Expression of ``2026-11-24 10:00:00,123+01:00``, with the groups of a stamp.
STAMP = iso.STAMP.groups().replace(YEAR.encode(), LOGGED_YEAR.encode(), 1)

#: To be tried first in the place of its group ``timestamp``.
LOOSE_STAMP = rb"[12][0-9]{3}-.{14}"

#: Expression of a whole number.
WHOLE = rb"(?:0|[1-9]\d{0,17})"

#: Expression of what stands between brackets and may hold some, up to a bracket and a blank.
BRACKETED = rb"[^\]\n]*(?:\](?! )[^\]\n]*)*+"

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
