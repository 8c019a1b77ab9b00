"""What Python's own logging writes in process is read back, field by field."""

from __future__ import annotations

import io
import logging
import re
import threading
import time
from collections.abc import Callable
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
    ("%(asctime)s [%(request_id)s] %(name)-12.12s %(levelname)s 100%% %(message)s", "%", None),
    ("%(levelname)s %(asctime)s %(module)s %(process)d %(thread)d %(message)s", "%", None),
    ("%(asctime)s %(levelname)s %(message)s [in %(pathname)s:%(lineno)d]", "%", None),
    ("{asctime} {levelname:<8} {name:>12} {lineno:05d}: {message}", "{", None),
    ("{asctime} [{threadName}] {levelname:^10} {message}", "{", "%Y-%m-%dT%H:%M:%S%z"),
    ("{{{levelname!s}}} {asctime}.{msecs:03.0f} {name} {funcName}: {message}", "{", "%H:%M:%S"),
    ("{levelname[0]}{asctime} {process} {filename}:{lineno}] {message}", "{", "%Y%m%d %H:%M:%S"),
    ("$asctime ${levelname} ($name) $message", "$", None),
    ("[$asctime] $$ $levelname/$processName $module:$lineno $message", "$", "%Y-%m-%d %H:%M:%S"),
    ("$levelname|$asctime|$threadName|$request_id|$message", "$", "%a %b %d %H:%M:%S %Y"),
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


#: Attribute -> the field it becomes, and its value.
ATTRIBUTES: dict[str, Callable[[logging.LogRecord], tuple[str, Any]]] = {
    "levelname": lambda one: ("level", CANONICAL[one.levelname]),
    "levelno": lambda one: ("level", CANONICAL[one.levelname]),
    "name": lambda one: ("logger", one.name),
    "filename": lambda one: ("file", one.filename),
    "pathname": lambda one: ("file", one.pathname),
    "lineno": lambda one: ("line", one.lineno),
    "module": lambda one: ("module", one.module),
    "funcName": lambda one: ("function", one.funcName),
    "process": lambda one: ("pid", one.process),
    "processName": lambda one: ("process_name", one.processName),
    "thread": lambda one: ("tid", one.thread),
    "threadName": lambda one: ("thread", one.threadName),
    "relativeCreated": lambda one: ("relative", int(one.relativeCreated)),
    "request_id": lambda one: ("request_id", one.__dict__["request_id"]),
}


def expected(record: logging.LogRecord, form: str, datefmt: str | None) -> dict[str, Any]:
    """Give the fields of a record, from its attributes."""
    names = [
        one for some in re.findall(r"%\((\w+)\)|\{(\w+)|\$\{?(\w+)", form) for one in some if one
    ]
    fields = dict(ATTRIBUTES[one](record) for one in names if one in ATTRIBUTES)
    at = datetime.fromtimestamp(int(record.created), UTC)
    millis = f".{int(record.msecs):03}" if "msecs" in names or not datefmt else ""
    if datefmt and "%Y" not in datefmt:  # no moment can be read from it
        fields["time"] = f"{at:{datefmt}}{millis}"
    elif "asctime" in names:
        fields["timestamp"] = f"{at:%Y-%m-%dT%H:%M:%S}{millis}Z"
    elif "created" in names:
        fields["timestamp"] = f"{at:%Y-%m-%dT%H:%M:%S}.{f'{record.created:f}'.partition('.')[2]}Z"
    trace = f"\n{record.exc_text}" if record.exc_text else ""
    return fields | {"message": record.getMessage() + trace}


def log(logger: logging.Logger, *, lines: bool) -> None:
    """Log events that are hard to read; without lines, those of one line alone."""
    logger.debug("plain", extra={"request_id": "a b"})
    logger.info("with: [brackets] - and | signs, %s 100%% é 유 😀", extra={"request_id": "-1"})
    logger.critical("", extra={"request_id": "x"})
    if lines:
        logger.warning("two\n\n  lines\n", extra={"request_id": "x"})
        try:
            fail()
        except ValueError:
            logger.exception("failed", extra={"request_id": "[y]"})


@pytest.mark.parametrize(("form", "style", "datefmt"), FORMATS)
def test_what_logging_writes_is_read_back(form: str, style: Style, datefmt: str | None) -> None:
    handler = Kept()
    formatter = logging.Formatter(form, datefmt, style)
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logger = logging.Logger("shop.cart")  # noqa: LOG001 - one of its own
    logger.addHandler(handler)
    last = "message" in form[-12:]
    thread = threading.Thread(target=lambda: log(logger, lines=last), name="pool [1]: #2-x")
    thread.start()
    thread.join()
    spec = {"python": form, **({"datefmt": datefmt} if datefmt else {})}
    made = read(handler, spec)
    assert len(made) == len(handler.records) == (5 if last else 3)
    for one, record in zip(made, handler.records, strict=True):
        assert one == expected(record, form, datefmt)
