"""What the configuration and the file say about values that their text leaves open."""

from __future__ import annotations

from datetime import UTC, date, tzinfo
from typing import NamedTuple

_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Reading(NamedTuple):
    """How open values are read.

    Attributes:
        zone: of stamps that carry none.
        duration_unit: of a whole number of time: ``ns``, ``us``, ``ms`` or ``s``.
        until: the day, in UTC, the file was last written on; a stamp without a year is read as
            the last that is not after the day that follows. None: it cannot be read.
        fold: of an hour that clocks show twice, which: 0 or 1.
    """

    zone: tzinfo = UTC
    duration_unit: str = "ms"
    until: date | None = None
    fold: int = 0


class Place(NamedTuple):
    """What a place in a file says of stamps.

    Attributes:
        day: on which the file was last written to, in UTC, counted from 1970 on.
        moment: the last that was read of an hour that clocks show twice, as
            ``YYYY-MM-DDTHH:MM:SS`` in UTC; "": none was.
    """

    day: int = 0
    moment: str = ""

    @property
    def until(self) -> date:
        """The day, as of ``Reading``."""
        return date.fromordinal(_EPOCH_DAY + self.day)


#: Where nothing is known of the file.
ANYWHERE = Place()
