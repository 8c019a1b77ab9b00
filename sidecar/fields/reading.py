"""What the configuration and the file say about values that their text leaves open."""

from __future__ import annotations

from datetime import UTC, date, tzinfo
from typing import NamedTuple


class Reading(NamedTuple):
    """How open values are read.

    Attributes:
        zone: of stamps that carry none.
        duration_unit: of a whole number of time: ``ns``, ``us``, ``ms`` or ``s``.
        until: the day, in UTC, the file was last written on; a stamp without a year is read as
            the last that is not after the day that follows. None: it cannot be read.
    """

    zone: tzinfo = UTC
    duration_unit: str = "ms"
    until: date | None = None
