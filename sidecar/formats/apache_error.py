"""Apache httpd's error log, of 2.4 and 2.2.

``[Tue Nov 24 10:00:00.123456 2026] [core:error] [pid 7:tid 9] [client 192.0.2.7:80] text``; 2.2 has
no fraction, no module and no numbers of processes. The error of the system is parted from the text
where it stands before the client, as 2.4 writes it; ``AH00124:`` and ``, referer:`` stay in the
message. 2.4 writes the client's port behind a colon, behind that of an IPv6 address too. httpd
escapes newlines; lines without a stamp come from programs that share its stderr, and join.
"""

from __future__ import annotations

from sidecar.fields import dates
from sidecar.fields.dates import Part, literal
from sidecar.fields.looks import HOUR, LEAP_SECOND, MINUTE, MONTH_NAME, WEEKDAY_NAME, YEAR
from sidecar.formats.pieces import LEVEL_FIELD, WHOLE
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

# ``apr_ctime`` knows no locale.
_MOMENT = dates.stamp(
    (
        Part("", WEEKDAY_NAME),
        literal(" "),
        Part("month_name", MONTH_NAME),
        literal(" "),
        Part("day", r"(?:[ 0][1-9]|[12]\d|3[01])"),
        literal(" "),
        Part("hour", HOUR.zeros),
        literal(":"),
        Part("minute", MINUTE.zeros),
        literal(":"),
        Part("second", LEAP_SECOND.zeros),
        Part("fraction", r"(?:\.\d{1,9})?"),
        literal(" "),
        Part("year", YEAR),
    )
)

_LEVEL = rb"emerg|alert|crit|error|warn|notice|info|debug|trace[1-8]"

APACHE_ERROR = Format(
    name="apache_error",
    summary="Apache httpd's error log, of 2.2 and 2.4",
    source="https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat; "
    "https://github.com/apache/httpd: server/log.c",
    pattern=(
        rb"\[%b\] (?P<origin>\[(?:(?:(?P<module>[\w.-]+)|):)?(?P<level>%b)\]"
        rb"(?: \[pid (?P<pid>%b)(?::tid (?P<tid>%b))?\])?)"
        rb"(?: (?P<file>[\w.-]+)\((?P<line>%b)\):)?"
        rb"(?: (?P<fault>\((?P<os_code>%b)\)(?P<os_error>[^\n\[:]+)):(?= \[client ))?"
        rb"(?: \[client (?P<client_ip>(?<=[a-z]\] \[client )[^\]\s:]*:[^\]\s:]*:[^\]\s]*(?=\])"
        rb"|[^\]\s]+?)(?::(?P<client_port>%b))?\])? "
        % (_MOMENT.groups(), _LEVEL, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE)
        + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _MOMENT.read),
        "level": LEVEL_FIELD,
        "module": Field(optional=True),
        "pid": Field(Kind.DIGITS, optional=True),
        "tid": Field(Kind.DIGITS, optional=True),
        "file": Field(optional=True),
        "line": Field(Kind.DIGITS, optional=True),
        "os_code": Field(Kind.DIGITS, optional=True),
        "os_error": Field(optional=True),
        "client_ip": Field(optional=True),
        "client_port": Field(Kind.DIGITS, optional=True),
        "message": Field(),
    },
    runs={
        "origin": frozenset({"level", "module", "pid", "tid"}),
        "fault": frozenset({"os_code", "os_error"}),
    },
    loose={"timestamp": rb"[MTWFS][a-z]{2} .{15}"},
    joins=Joins.ANYTHING,
    starts=rb"\[",
    opens=rb"\[[MTWFS][a-z][a-z] ",
    holds=b"[",
    samples=(
        Sample(
            "[Tue Nov 24 10:00:00.123456 2026] [core:error] [pid 35708:tid 4328636416] "
            "[client 192.0.2.7:50134] AH00124: Request exceeded the limit of 10 internal redirects",
            {
                "timestamp": "2026-11-24T10:00:00.123456Z",
                "level": "ERROR",
                "module": "core",
                "pid": 35708,
                "tid": 4328636416,
                "client_ip": "192.0.2.7",
                "client_port": 50134,
                "message": "AH00124: Request exceeded the limit of 10 internal redirects",
            },
        ),
        Sample(
            "[Tue Nov 24 10:00:00 2026] [warn] [client 192.0.2.7] mod_include: no such file\n"
            "sh: 1: sendmail: not found",
            {
                "timestamp": "2026-11-24T10:00:00Z",
                "level": "WARN",
                "client_ip": "192.0.2.7",
                "message": "mod_include: no such file\nsh: 1: sendmail: not found",
            },
        ),
        Sample(
            "[Tue Nov 24 10:00:01.000001 2026] [proxy:trace2] [pid 7] proxy_util.c(2317): "
            "(111)Connection refused: [client 2001:db8::1:50135] AH00957: HTTP: attempt to connect "
            "to 127.0.0.1:8080 (localhost) failed",
            {
                "timestamp": "2026-11-24T10:00:01.000001Z",
                "level": "TRACE",
                "module": "proxy",
                "pid": 7,
                "file": "proxy_util.c",
                "line": 2317,
                "os_code": 111,
                "os_error": "Connection refused",
                "client_ip": "2001:db8::1",
                "client_port": 50135,
                "message": "AH00957: HTTP: attempt to connect to 127.0.0.1:8080 (localhost) failed",
            },
        ),
    ),
)
