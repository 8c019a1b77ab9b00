"""The stamps of the formats that have but one, to RFC 3339 in UTC.

A reader takes the stamp without its fraction and gives ``YYYY-MM-DDTHH:MM:SS`` in UTC. Every
reader raises ``ValueError`` for what is no time.
"""

from __future__ import annotations

from datetime import tzinfo

from sidecar.fields import dates, javadates, strftime
from sidecar.fields.reading import Reading

_JULI = dates.stamp(javadates.simple("dd-MMM-yyyy HH:mm:ss"))
_COMMON_LOG = dates.stamp(strftime.apache(""))
_COMMON_LOG_WITHOUT_ZONE = dates.stamp(strftime.parts("%d/%b/%Y:%H:%M:%S"))


def day_month_year(text: str, local: tzinfo) -> str:
    """Read ``23-Nov-2026 21:46:01``, JULI's stamp; it carries no zone, so ``local`` is taken."""
    return _JULI.read(text, Reading(local))


def common_log(text: str, local: tzinfo) -> str:
    """Read ``23/Nov/2026:21:46:01 +0000``, the stamp of access logs; its own zone wins."""
    stamp = _COMMON_LOG if " " in text else _COMMON_LOG_WITHOUT_ZONE
    return stamp.read(text, Reading(local))
