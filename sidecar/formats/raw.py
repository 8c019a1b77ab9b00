"""Raw: a line is its own message; indented lines and stack traces join the line above."""

from __future__ import annotations

from sidecar.formats.spec import Field, Format, Joins, Sample

RAW = Format(
    name="raw",
    summary="lines as they are; stack traces join the line above them",
    source="none: whatever stands on a line",
    pattern=rb"(?P<message>.*)",
    fields={"message": Field()},
    joins=Joins.TRACES,
    samples=(
        Sample("out of paper", {"message": "out of paper"}),
        Sample(
            "java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\n"
            "Caused by: java.io.IOException\n\t... 1 more",
            {
                "message": "java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\n"
                "Caused by: java.io.IOException\n\t... 1 more"
            },
        ),
    ),
)
