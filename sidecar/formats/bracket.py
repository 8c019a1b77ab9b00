"""Bracket: ``[2018-01-01 01:01:01] foo - WARNING - foo.bar - There is something wrong.``.

The one format whose fields keep the names and the text of the document that defines it.
"""

from __future__ import annotations

from sidecar.formats.spec import Field, Format, Joins, Sample

BRACKET = Format(
    name="bracket",
    summary="[date] component - LEVEL - subcomponent - message",
    source="https://cloud.google.com/architecture/best-practices-for-operating-containers#json_logs",
    pattern=(
        rb"\[(?P<date>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})?)\] "
        rb"(?P<origin>(?P<component>[^ \n]+) - (?P<level>[^ \n]+) - (?P<subcomponent>[^ \n]+)) - "
        rb"(?P<message>.*)"
    ),
    fields={
        "date": Field(plain=True),
        "component": Field(),
        "subcomponent": Field(),
        "level": Field(),
        "message": Field(),
    },
    runs={"origin": frozenset({"component", "subcomponent", "level"})},
    loose={"date": rb"[^]]{19,29}", "origin": rb"[^ ]+ - [^ ]+ - [^ ]+"},
    joins=Joins.ANYTHING,
    starts=rb"\[",
    holds=b"[",
    samples=(
        Sample(
            "[2018-01-01 01:01:01] foo - WARNING - foo.bar - There is something wrong.",
            {
                "date": "2018-01-01 01:01:01",
                "component": "foo",
                "subcomponent": "foo.bar",
                "level": "WARNING",
                "message": "There is something wrong.",
            },
        ),
        Sample(
            "[2018-01-01 01:01:02] foo - ERROR - foo.bar - Gone.\nTraceback (most recent call "
            'last):\n  File "a.py", line 1, in <module>\nKeyError: 1',
            {
                "date": "2018-01-01 01:01:02",
                "component": "foo",
                "subcomponent": "foo.bar",
                "level": "ERROR",
                "message": "Gone.\nTraceback (most recent call last):\n"
                '  File "a.py", line 1, in <module>\nKeyError: 1',
            },
        ),
    ),
)
