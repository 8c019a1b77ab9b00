"""Syslog by RFC 5424: ``<34>1 2026-11-24T10:00:00.003Z mail su 77 ID47 [a@1 b="c"] text``.

``level`` and ``facility`` are the two halves of the priority; the severities 0, 1 and 2 are all
CRITICAL. PROCID is ``pid`` where it is a number, else ``procid``. Structured data becomes an object
of objects; a parameter that comes twice, a list. ``message`` is empty where MSG lacks.
"""

from __future__ import annotations

import re

from sidecar.fields.reading import Reading
from sidecar.formats.pieces import TIMESTAMP_FIELD, WHOLE
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample
from sidecar.formats.syslog import FACILITY_FIELD, LEVEL_FIELD, PRIORITY, PRIORITY_RUN

# Section 6.3.2: printable ASCII but for "=", blank, "]" and the double quote.
_NAME = rb"[!#-<>-\\^-~]{1,32}"
_VALUE = rb'"[^"\\\]\n]*+(?:\\.[^"\\\]\n]*+)*+"'
_ELEMENT = rb"\[%b(?>(?: %b=%b)*)\]" % (_NAME, _NAME, _VALUE)

#: Of text that fits these: an element's name and its parameters; a parameter's name and value.
_PARTS = r"\[([^ \]]+)((?: [^=]+=%b)*)\]".replace("%b", _VALUE.decode())
_PARAMETERS = rf" ([^=]+)=({_VALUE.decode()})"


def _structured(text: str, _: Reading) -> dict[str, dict[str, str | list[str]]]:
    """Read structured data: SD-ID -> name -> value, or values."""
    data: dict[str, dict[str, str | list[str]]] = {}
    for element, parameters in re.findall(_PARTS, text):
        found: dict[str, list[str]] = {}
        for name, value in re.findall(_PARAMETERS, parameters):
            # Section 6.3.3: a backslash before anything else is itself.
            found.setdefault(name, []).append(re.sub(r'\\(["\\\]])', r"\1", value[1:-1]))
        data.setdefault(element, {}).update(
            {name: values if len(values) > 1 else values[0] for name, values in found.items()}
        )
    return data


SYSLOG_RFC5424 = Format(
    name="syslog_rfc5424",
    summary="syslog by RFC 5424, a message a line",
    source="https://www.rfc-editor.org/rfc/rfc5424#section-6",
    pattern=(
        rb"<%b>1 "
        rb"(?:-|(?P<timestamp>[12]\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<fraction>(?:\.\d{1,9})?)"
        rb"(?P<offset>Z|[+-]\d\d:\d\d)) "
        # Each takes its text in one way only: a dash could be a name too, a number an id.
        rb"(?P<sender>(?>-(?= )|(?P<host>[!-~]{1,255})) (?>-(?= )|(?P<app>[!-~]{1,48}))) "
        rb"(?>-(?= )|(?P<pid>%b)(?= )|(?P<procid>[!-~]{1,128})) "
        rb"(?>-(?= )|(?P<msgid>[!-~]{1,32})) "
        rb"(?:-|(?P<structured_data>(?>(?:%b)+)))(?: |(?![^\n]))(?:\xef\xbb\xbf)?"
        % (PRIORITY, WHOLE, _ELEMENT)
        + MESSAGE
    ),
    fields={
        "level": LEVEL_FIELD,
        "facility": FACILITY_FIELD,
        "timestamp": TIMESTAMP_FIELD._replace(optional=True),
        "host": Field(optional=True),
        "app": Field(optional=True),
        "pid": Field(Kind.DIGITS, optional=True),
        "procid": Field(optional=True),
        "msgid": Field(optional=True),
        "structured_data": Field(Kind.LOOKUP, _structured, optional=True),
        "message": Field(),
    },
    runs={
        "priority": PRIORITY_RUN,
        "sender": frozenset({"host", "app"}),
    },
    joins=Joins.NOTHING,
    starts=rb"<",
    opens=rb"<\d+>1 ",
    holds=b"-",
    samples=(
        Sample(
            "<34>1 2026-11-24T10:00:00.003Z mail.example.org su - ID47 - "
            "\ufeff'su root' failed for lonvick on /dev/pts/8",
            {
                "level": "CRITICAL",
                "facility": "auth",
                "timestamp": "2026-11-24T10:00:00.003Z",
                "host": "mail.example.org",
                "app": "su",
                "msgid": "ID47",
                "message": "'su root' failed for lonvick on /dev/pts/8",
            },
        ),
        Sample(
            "<165>1 2026-11-24T10:00:00.000003-07:00 192.0.2.1 myproc 8710 - "
            '[exampleSDID@32473 iut="3" eventSource="a \\"b\\] \\c" ip="::1" ip="::2"][up@32473] '
            "%% It's time to make the do-nuts.",
            {
                "level": "NOTICE",
                "facility": "local4",
                "timestamp": "2026-11-24T17:00:00.000003Z",
                "host": "192.0.2.1",
                "app": "myproc",
                "pid": 8710,
                "structured_data": {
                    "exampleSDID@32473": {
                        "iut": "3",
                        "eventSource": 'a "b] \\c',
                        "ip": ["::1", "::2"],
                    },
                    "up@32473": {},
                },
                "message": "%% It's time to make the do-nuts.",
            },
        ),
        Sample(
            "<0>1 - - - worker-1 - -",
            {"level": "CRITICAL", "facility": "kern", "procid": "worker-1", "message": ""},
        ),
    ),
)
