"""What Python's own logging writes in process is read back."""

from __future__ import annotations

import io
import logging
import time
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
import pytest

from sidecar import layouts
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser

Style = Literal["%", "{", "$"]

FORMATS: list[tuple[str, Style, str | None]] = [
    (logging.BASIC_FORMAT, "%", None),
    ("%(asctime)s - %(name)s - %(levelname)s - %(message)s", "%", None),
    ("[%(asctime)s] {%(filename)s:%(lineno)d} %(levelname)s - %(message)s", "%", None),
    ("%(asctime)s.%(msecs)03d %(process)d %(levelname)-8s %(name)s [%(threadName)s] %(message)s",
     "%", "%Y-%m-%d %H:%M:%S"),
    ("%(created)f %(levelno)s %(name)20s %(module)s.%(funcName)s() %(message)s", "%", None),
    ("%(asctime)s|%(levelname)8s|%(processName)s|%(thread)d|%(pathname)s|%(message)s", "%",
     "%d/%b/%Y:%H:%M:%S %z"),
    ("%(levelname).1s %(asctime)s %(relativeCreated)d %(name)s: %(message)s", "%", None),
    ("{asctime} {levelname:<8} {name:>12} {lineno:05d}: {message}", "{", None),
    ("{asctime} [{threadName}] {levelname:^10} {message}", "{", "%Y-%m-%dT%H:%M:%S%z"),
    ("$asctime ${levelname} ($name) $message", "$", None),
]  # fmt: skip

CANONICAL = {"DEBUG": "DEBUG", "INFO": "INFO", "WARNING": "WARN", "ERROR": "ERROR",
             "CRITICAL": "CRITICAL"}  # fmt: skip


def fail() -> None:
    raise ValueError("no\nsuch: thing")


class Kept(logging.StreamHandler[io.StringIO]):
    """Writes to a text and keeps the records."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        super().emit(record)


def read(handler: Kept, spec: dict[str, Any]) -> list[dict[str, Any]]:
    layout = layouts.read(spec)
    options = FormatOptions("python", layout=layout.format)
    made = parser(options).render(handler.stream.getvalue().encode(), "")
    return [orjson.loads(line) for done, _ in made for line in done.json.splitlines()]


@pytest.mark.parametrize(("form", "style", "datefmt"), FORMATS)
def test_what_logging_writes_is_read_back(form: str, style: Style, datefmt: str | None) -> None:
    handler = Kept()
    formatter = logging.Formatter(form, datefmt, style)
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logger = logging.Logger("shop.cart")  # noqa: LOG001 - one of its own
    logger.addHandler(handler)
    logger.debug("plain")
    logger.info("with: [brackets] - and | signs")
    logger.warning("two\nlines")
    try:
        fail()
    except ValueError:
        logger.exception("failed")
    logger.critical("")
    spec = {"python": form, **({"datefmt": datefmt} if datefmt else {})}
    made = read(handler, spec)
    assert len(made) == len(handler.records) == 5
    for one, record in zip(made, handler.records, strict=True):
        trace = f"\n{record.exc_text}" if record.exc_text else ""
        assert one["message"] == record.getMessage() + trace
        assert one["level"] == CANONICAL[record.levelname]
        assert one.get("logger", record.name) == record.name
        assert one.get("line", record.lineno) == record.lineno
        assert one.get("pid", record.process) == record.process
        assert one.get("thread", record.threadName) == record.threadName
        if "timestamp" in one:
            written = datetime.fromtimestamp(record.created, UTC)
            assert one["timestamp"].startswith(f"{written:%Y-%m-%dT%H:%M:%S}")
