"""Syslog as daemons write it into files: ``Nov 29 10:00:00 mail postfix/smtpd[77]: text``.

That is RFC 3164, with or without its priority, and rsyslog's form with an ISO 8601 stamp, which
must have a tag. ``app`` is the tag; ``pid`` what stands in its brackets, if that is a number, else
``procid``. The host may lack before a tag, and the tag after a host. The stamp is local unless it
says otherwise. Lines that HAProxy sent this way are its own format's.
"""

from __future__ import annotations

from sidecar.formats import haproxy, syslog
from sidecar.formats.pieces import unnamed
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

SYSLOG_RFC3164 = Format(
    name="syslog_rfc3164",
    summary="syslog by RFC 3164, and as rsyslog and syslog-ng write it into files",
    source="https://www.rfc-editor.org/rfc/rfc3164#section-4; "
    "https://www.rsyslog.com/doc/configuration/templates.html#reserved-template-names",
    pattern=(
        rb"(?P<head>(?:<%b>)?%b) (?!%b(?!.))(?:(?P<host>%b)(?: |(?!.)))?(?:%b)?"
        % (syslog.PRIORITY, syslog.STAMP, unnamed(haproxy.SENT), syslog.HOST, syslog.TAG)
        + MESSAGE
    ),
    fields={
        "timestamp": syslog.STAMP_FIELD,
        "level": syslog.LEVEL_FIELD._replace(optional=True),
        "facility": syslog.FACILITY_FIELD._replace(optional=True),
        "host": Field(optional=True),
        "app": Field(optional=True),
        "pid": Field(Kind.DIGITS, optional=True),
        "procid": Field(optional=True),
        "message": Field(),
    },
    runs={"priority": syslog.PRIORITY_RUN},
    joins=Joins.NOTHING,
    starts=rb"<JFMASOND12",
    opens=syslog.OPENS,
    holds=b":",
    yearless=True,
    samples=(
        Sample(
            "Nov 29 10:00:00 mail postfix/smtpd[77]: connect from unknown[192.0.2.7]",
            {
                "timestamp": "2026-11-29T10:00:00Z",
                "host": "mail",
                "app": "postfix/smtpd",
                "pid": 77,
                "message": "connect from unknown[192.0.2.7]",
            },
        ),
        Sample(
            "<34>Oct  1 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
            {
                "timestamp": "2026-10-01T22:14:15Z",
                "level": "CRITICAL",
                "facility": "auth",
                "host": "mymachine",
                "app": "su",
                "message": "'su root' failed for lonvick on /dev/pts/8",
            },
        ),
        Sample(
            "2026-11-29T10:00:00.123456+01:00 db1 systemd[1]: Started Session 7 of User ann.",
            {
                "timestamp": "2026-11-29T09:00:00.123456Z",
                "host": "db1",
                "app": "systemd",
                "pid": 1,
                "message": "Started Session 7 of User ann.",
            },
        ),
        Sample(
            "Nov 29 10:00:01 db1 last message repeated 2 times",
            {
                "timestamp": "2026-11-29T10:00:01Z",
                "host": "db1",
                "message": "last message repeated 2 times",
            },
        ),
        Sample(
            "<13>Dec 31 2025 10:00:02 job[main]: done",
            {
                "timestamp": "2025-12-31T10:00:02Z",
                "level": "NOTICE",
                "facility": "user",
                "app": "job",
                "procid": "main",
                "message": "done",
            },
        ),
    ),
)
