"""The daemon's own log: one JSON object a line on stderr, for stdout belongs to the data."""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

LEVELS = ("debug", "info", "warning", "error")

#: Messages said once are remembered up to so many; beyond, they are said again.
_ONCE = 1000


def line(level: str, message: str, fields: dict[str, Any]) -> bytes:
    """Give one diagnostic as a JSON line; text that is no UTF-8 is written with escapes."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {"time": time, "level": level, "message": _clean(message)}
    record |= {key: _clean(value) for key, value in fields.items() if value is not None}
    return orjson.dumps(record, default=str) + b"\n"


def _clean(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return value.encode("utf-8", "backslashreplace").decode()


class Log:
    """Writes diagnostics from a level up.

    Attributes:
        dropped: lines that stderr did not take; it is never waited for.
    """

    def __init__(self, level: str = "info") -> None:
        self.dropped = 0
        self._from = LEVELS.index(level)
        self._said: set[str] = set()

    def info(self, message: str, **fields: Any) -> None:
        """Say what happens in ordinary life."""
        self._write("info", message, fields)

    def warning(self, message: str, **fields: Any) -> None:
        """Say what somebody may want to mend."""
        self._write("warning", message, fields)

    def error(self, message: str, **fields: Any) -> None:
        """Say what ended the work."""
        self._write("error", message, fields)

    def once(self, key: str, message: str, file: str, reason: str | None) -> None:
        """Warn of a file or folder, the first time only."""
        key = f"{key}: {reason}"
        if key in self._said:
            return
        if len(self._said) >= _ONCE:
            self._said.clear()
        self._said.add(key)
        self.warning(message, file=file, reason=reason)

    def _write(self, level: str, message: str, fields: dict[str, Any]) -> None:
        if LEVELS.index(level) < self._from:
            return
        try:
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, line(level, message, fields))
        except OSError:  # full, since it may share stdout's non-blocking file; or closed
            self.dropped += 1


class Bridge(logging.Handler):
    """Says what a library warns of through ``logging``, as a diagnostic of ours."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Take one record."""
        error = record.exc_info[1] if record.exc_info else None
        self._log.warning(record.getMessage(), logger=record.name, error=error and repr(error))
