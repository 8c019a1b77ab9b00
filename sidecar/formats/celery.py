"""Celery's worker: ``[2026-11-24 10:00:00,123: INFO/MainProcess] text``, or a task's text."""

from __future__ import annotations

from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, STAMP, TIMESTAMP_FIELD
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Sample

CELERY = Format(
    name="celery",
    summary="Celery's worker: [stamp: LEVEL/process] message",
    source="https://github.com/celery/celery: celery/app/defaults.py (worker_log_format, "
    "worker_task_log_format)",
    pattern=(
        rb"\[%b: (?P<origin>(?P<level>[A-Z]{4,8})/(?P<process_name>[^\]\n]+))\] "
        rb"(?:(?P<task>[^\s\[\]]+)\[(?P<task_id>[0-9a-f-]{36})\]: |)" % STAMP + MESSAGE
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "process_name": Field(),
        "task": Field(optional=True),
        "task_id": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "process_name"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"\[",
    opens=rb"\[[12]\d\d\d-\d\d-[^\]]{11,28}: ",
    holds=b"[",
    samples=(
        Sample(
            "[2026-11-24 10:00:00,123: INFO/MainProcess] celery@host1 ready.",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "process_name": "MainProcess",
                "message": "celery@host1 ready.",
            },
        ),
        Sample(
            "[2026-11-24 10:00:01,000: WARNING/ForkPoolWorker-1] "
            "shop.tasks.sell[0b7f6c3e-6a0e-4a0e-9b1a-3f1f2f9f6a11]: 3 left",
            {
                "timestamp": "2026-11-24T10:00:01.000Z",
                "level": "WARN",
                "process_name": "ForkPoolWorker-1",
                "task": "shop.tasks.sell",
                "task_id": "0b7f6c3e-6a0e-4a0e-9b1a-3f1f2f9f6a11",
                "message": "3 left",
            },
        ),
        Sample(
            "[2026-11-24 10:00:02,000: ERROR/MainProcess] Task shop.tasks.sell[0b7f] raised "
            "unexpected: KeyError('paper')\n"
            "Traceback (most recent call last):\n"
            "KeyError: 'paper'",
            {
                "timestamp": "2026-11-24T10:00:02.000Z",
                "level": "ERROR",
                "process_name": "MainProcess",
                "message": "Task shop.tasks.sell[0b7f] raised unexpected: KeyError('paper')\n"
                "Traceback (most recent call last):\nKeyError: 'paper'",
            },
        ),
    ),
)
