r"""A container's log as Docker writes it: ``{"log":"text\n","stream":"stdout","time":"..."}``.

``pipeline`` takes the lines of such a file apart, joins parts, and reads what is within on. By
itself, as here, a record is one of Docker's: when, which stream, the text. Each line is JSON too:
the format is tried before ``json``.
"""

from __future__ import annotations

import orjson

from sidecar.fields import pairs
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import TIMESTAMP_FIELD
from sidecar.formats.spec import Field, Format, Kind, Sample

_STRING = pairs.QUOTED.encode()


def _log(text: str, _: Reading) -> str:
    return str(orjson.loads(text)).removesuffix("\n")


DOCKER = Format(
    name="docker",
    summary="containers' logs by Docker's json-file; the lines within are read on",
    source="https://github.com/moby/moby: daemon/logger/jsonfilelog/jsonlog",
    pattern=(
        rb'\{"log":(?P<message>%b),"stream":"(?P<stream>stdout|stderr)",'
        rb'(?:"attrs":\{(?>(?:%b:%b,?)*)\},)?'
        rb'"time":"(?P<timestamp>[12]\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<fraction>(?:\.\d{1,9})?)'
        rb'(?P<offset>Z|[+-]\d\d:\d\d)"\}' % (_STRING, _STRING, _STRING)
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "stream": Field(plain=True),
        "message": Field(Kind.LOOKUP, _log),
    },
    starts=rb"\{",
    opens=rb'\{"log":"',
    holds=b"{",
    wraps=True,
    samples=(
        Sample(
            r'{"log":"up \u0026 \"running\"\n","stream":"stdout",'
            r'"time":"2026-11-24T10:00:00.123456789Z"}',
            {
                "timestamp": "2026-11-24T10:00:00.123456789Z",
                "stream": "stdout",
                "message": 'up & "running"',
            },
        ),
        Sample(
            r'{"log":"half","stream":"stderr","attrs":{"tag":"shop"},'
            r'"time":"2026-11-24T10:00:00Z"}',
            {"timestamp": "2026-11-24T10:00:00Z", "stream": "stderr", "message": "half"},
        ),
        Sample(
            r'{"log":"\n","stream":"stdout","time":"2026-11-24T10:00:01.5Z"}',
            {"timestamp": "2026-11-24T10:00:01.5Z", "stream": "stdout", "message": ""},
        ),
    ),
)
