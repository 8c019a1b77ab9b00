"""Airflow's tasks: ``[2026-11-24T10:00:00.123+0000] {taskinstance.py:1159} INFO - text``."""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, STAMP, TIMESTAMP_FIELD, WHOLE
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

AIRFLOW = Format(
    name="airflow",
    summary="Airflow's tasks and scheduler: [stamp] {file:line} LEVEL - message",
    source="https://airflow.apache.org/docs/apache-airflow/stable/configurations-ref.html#log-format",
    pattern=(
        rb"\[%b\] (?P<origin>\{(?P<file>[^:}\n]+):(?P<line>%b)\} (?P<level>[A-Z]{4,8})) - "
        % (STAMP, WHOLE)
        + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "file": Field(),
        "line": Field(Kind.DIGITS),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "file", "line"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"\[",
    opens=rb"\[[12]\d\d\d-\d\d-[^\]]{11,28}\] \{",
    holds=b"{",
    samples=(
        Sample(
            "[2026-11-24T10:00:00.123+0000] {taskinstance.py:1159} INFO - Dependencies all met",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "file": "taskinstance.py",
                "line": 1159,
                "message": "Dependencies all met",
            },
        ),
        Sample(
            "[2026-11-24 10:00:01,000] {local_task_job.py:102} WARNING - Task exited - code 1",
            {
                "timestamp": "2026-11-24T10:00:01.000Z",
                "level": "WARN",
                "file": "local_task_job.py",
                "line": 102,
                "message": "Task exited - code 1",
            },
        ),
        Sample(
            "[2026-11-24T10:00:02.000+0100] {taskinstance.py:1703} ERROR - Task failed\n"
            "Traceback (most recent call last):\n"
            "KeyError: 'paper'",
            {
                "timestamp": "2026-11-24T09:00:02.000Z",
                "level": "ERROR",
                "file": "taskinstance.py",
                "line": 1703,
                "message": "Task failed\nTraceback (most recent call last):\nKeyError: 'paper'",
            },
        ),
    ),
)
