"""What is counted of records that came as such."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sidecar.formats.options import FormatOptions
from sidecar.formats.outcome import level, printed_level
from sidecar.formats.parser import parser

RECORDS: list[tuple[dict[str, Any], str]] = [
    ({"level": "warn", "severity": "ERROR"}, "WARN"),
    ({"severity": "WARNING"}, "WARN"),
    ({"log.level": "ERROR"}, "ERROR"),
    ({"log": {"level": "error"}}, "ERROR"),
    ({"levelname": "CRITICAL"}, "CRITICAL"),
    ({"@l": "Warning"}, "WARN"),
    ({"level": 30}, "INFO"),
    ({"level": 35}, "INFO"),
    ({"level": 99}, "CRITICAL"),
    ({"level": 3}, ""),
    ({"level": True, "severity": None}, ""),
    ({"level": {"name": "INFO"}, "log": "INFO"}, ""),
    ({"level": "chatty"}, "other"),
    ({}, ""),
]


@pytest.mark.parametrize(("record", "expected"), RECORDS)
def test_level_of_a_loggers_object_is_found_where_loggers_put_it(
    record: dict[str, Any], expected: str
) -> None:
    assert level(printed_level(record)) == expected
    (done, _), *_ = parser(FormatOptions("json")).render(orjson.dumps(record) + b"\n", "")
    assert {level(printed): count for printed, count in done.levels.items()} == {expected: 1}
