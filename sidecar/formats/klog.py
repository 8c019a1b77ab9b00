"""klog and glog: ``I1129 10:00:00.123456       1 controller.go:116] text``.

C++ glog may write the year before the month. ``tid`` is what the header calls so; klog has its
process there. Structured messages, ``"text" key="value"``, become a message and fields, unless a
key is a name that the header has taken; a text that begins with a quote and goes on otherwise is a
message. Lines without a header are events of their own. The stamp is local and has no zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sidecar.fields import dates, pairs
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import DAY, HOUR, LEAP_SECOND, MINUTE, MONTH, YEAR
from sidecar.fields.reading import Reading
from sidecar.formats.pieces import LEVEL_FIELD, WHOLE, logged
from sidecar.formats.spec import Field, Format, Kind, Sample

_TIME = (
    Part("month", MONTH.zeros),
    Part("day", DAY.zeros),
    literal(" "),
    Part("hour", HOUR.zeros),
    literal(":"),
    Part("minute", MINUTE.zeros),
    literal(":"),
    Part("second", LEAP_SECOND.zeros),
)
_YEARLESS = dates.stamp(_TIME)
_MOMENT = dates.stamp((Part("year", YEAR), *_TIME))

_STRUCTURED = re.compile(
    rf"({pairs.QUOTED})((?: {pairs.KEY}=(?:{pairs.QUOTED}|(?:{pairs.BARE})?)(?= |$))*)"
)

#: Names that pairs would take from what the header says.
_OWN = frozenset({"timestamp", "level", "tid", "file", "line", "message"})


def _stamp(text: str, reading: Reading) -> str:
    return (_YEARLESS if text[4] == " " else _MOMENT).read(text, reading)


def _told(text: str, _: Reading) -> Mapping[str, Any]:
    found = _STRUCTURED.fullmatch(text)
    if not found:
        return {"message": text}
    told: dict[str, Any] = {}
    for key, value in pairs.read(found[2]):
        pairs.add(told, key, value)
    if not told.keys().isdisjoint(_OWN):
        return {"message": text}
    return {"message": pairs.unquoted(found[1]), **told}


KLOG = Format(
    name="klog",
    summary="klog of Kubernetes, structured or not, and glog",
    source="https://github.com/kubernetes/klog: klog.go, internal/serialize/keyvalues.go; "
    "https://google.github.io/glog/stable/logging/#prefix",
    pattern=(
        rb"(?P<level>[IWEF])(?P<timestamp>%b|%b)(?P<fraction>\.\d{6}) +(?P<tid>%b) "
        rb"(?P<source>(?P<file>[^ :\]\n]{1,255}):(?P<line>%b))\] (?P<text>.*)"
        % (_YEARLESS.pattern, logged(_MOMENT.pattern), WHOLE, WHOLE)
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _stamp),
        "level": LEVEL_FIELD,
        "tid": Field(Kind.DIGITS),
        "file": Field(),
        "line": Field(Kind.DIGITS),
        "text": Field(Kind.MEMBERS, _told),
    },
    runs={"source": frozenset({"file", "line"})},
    starts=rb"IWEF",
    opens=rb"[IWEF]\d{4,8} \d",
    holds=b"]",
    yearless=True,
    samples=(
        Sample(
            "I1129 10:00:00.123456       1 controller.go:116] Starting",
            {
                "timestamp": "2026-11-29T10:00:00.123456Z",
                "level": "INFO",
                "tid": 1,
                "file": "controller.go",
                "line": 116,
                "message": "Starting",
            },
        ),
        Sample(
            "I20261129 10:00:00.123456    42 tray.cc:116] Out of paper",
            {
                "timestamp": "2026-11-29T10:00:00.123456Z",
                "level": "INFO",
                "tid": 42,
                "file": "tray.cc",
                "line": 116,
                "message": "Out of paper",
            },
        ),
        Sample(
            'E1129 10:00:01.000001       1 pod_workers.go:951] "Error syncing \\"shop\\"" '
            'err="no paper\\n" pod="default/shop-0" restarts=3 refs=[{"name":"a b"}] logger=sync',
            {
                "timestamp": "2026-11-29T10:00:01.000001Z",
                "level": "ERROR",
                "tid": 1,
                "file": "pod_workers.go",
                "line": 951,
                "message": 'Error syncing "shop"',
                "err": "no paper\n",
                "pod": "default/shop-0",
                "restarts": "3",
                "refs": '[{"name":"a b"}]',
                "logger": "sync",
            },
        ),
        Sample(
            'W1231 23:59:59.000000       1 tray.go:7] "tray" is empty',
            {
                "timestamp": "2025-12-31T23:59:59.000000Z",
                "level": "WARN",
                "tid": 1,
                "file": "tray.go",
                "line": 7,
                "message": '"tray" is empty',
            },
        ),
    ),
)
