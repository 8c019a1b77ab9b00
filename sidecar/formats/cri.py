"""A container's log as CRI runtimes write it: ``2026-11-24T10:00:00.123456789Z stdout F text``.

``pipeline`` takes the lines of such a file apart, joins parts, and reads what is within on. By
itself, as here, a record is one of the runtime's: when, which stream, the text.
"""

from __future__ import annotations

from sidecar.formats.pieces import TIMESTAMP_FIELD
from sidecar.formats.spec import Field, Format, Sample

CRI = Format(
    name="cri",
    summary="containers' logs by CRI (containerd, CRI-O); the lines within are read on",
    source="https://github.com/kubernetes/kubernetes: pkg/kubelet/kuberuntime/logs/logs.go",
    pattern=(
        rb"(?P<timestamp>[12]\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<fraction>(?:\.\d{1,9})?)"
        rb"(?P<offset>Z|[+-]\d\d:\d\d) (?P<stream>stdout|stderr) [FP](?::[^ \n]*+)?(?: |(?!.))"
        rb"(?P<message>.*)"
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "stream": Field(plain=True),
        "message": Field(),
    },
    starts=rb"12",
    opens=rb"[12]\d\d\d-\d\d-\d\dT[^ \n]{9,24} std",
    holds=b":",
    wraps=True,
    samples=(
        Sample(
            "2026-11-24T10:00:00.123456789Z stdout F  up and running",
            {
                "timestamp": "2026-11-24T10:00:00.123456789Z",
                "stream": "stdout",
                "message": " up and running",
            },
        ),
        Sample(
            "2026-11-24T10:00:00.5+01:00 stderr P:x half",
            {"timestamp": "2026-11-24T09:00:00.5Z", "stream": "stderr", "message": "half"},
        ),
        Sample(
            "2026-11-24T10:00:01Z stdout F ",
            {"timestamp": "2026-11-24T10:00:01Z", "stream": "stdout", "message": ""},
        ),
    ),
)
