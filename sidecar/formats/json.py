"""JSON, an object a line: it is the record already and passes through byte for byte."""

from __future__ import annotations

from sidecar.formats.spec import Format, Sample

JSON = Format(
    name="json",
    summary="a JSON object a line, passed through",
    source="https://www.rfc-editor.org/rfc/rfc8259",
    pattern=rb"(?P<object>\{.*\}[ \t]*)",
    starts=rb"\{",
    holds=b"{",
    passes=True,
    samples=(
        Sample('{"level":"info", "msg":"up"}', {"level": "info", "msg": "up"}),
        Sample("{}", {}),
    ),
)
