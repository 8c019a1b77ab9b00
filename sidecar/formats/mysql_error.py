"""The error log of MySQL and MariaDB: ``2026-11-29T10:00:00.123456Z 0 [Note] text``.

8.0 adds ``[MY-010253] [Server]`` before the text; 5.6 and MariaDB write ``2026-11-29 10:00:00``,
older ones ``261129 10:00:00`` and no number. Where 5.7 and later have the thread, ``tid``, 5.6 has
its process. MariaDB and the old ones pad the hour with a blank; their stamps are local. The script
that starts the server writes into the same file, under its own name.
"""

from __future__ import annotations

from sidecar.formats.mysql import OPENS, STAMP, STAMP_FIELD
from sidecar.formats.pieces import LEVEL_FIELD, WHOLE
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

MYSQL_ERROR = Format(
    name="mysql_error",
    summary="the error log of MySQL 5 to 8 and MariaDB",
    source="https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html; "
    "https://mariadb.com/kb/en/error-log/#format",
    pattern=(
        STAMP + rb"(?:(?P<origin>(?: (?P<tid>%b))? (?:\[(?P<level>System|Note|Warning|ERROR)\]"
        rb"(?: \[(?P<code>MY-\d{6})\] \[(?P<subsystem>[^\]\n]*+)\])?"
        rb"|(?P<app>mysqld_safe|mariadbd-safe)))|(?=  InnoDB: ) ) " % WHOLE + MESSAGE
    ),
    fields={
        "timestamp": STAMP_FIELD,
        "level": LEVEL_FIELD._replace(optional=True),
        "app": Field(optional=True),
        "tid": Field(Kind.DIGITS, optional=True),
        "code": Field(optional=True),
        "subsystem": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "app", "tid", "code", "subsystem"})},
    joins=Joins.ANYTHING,
    starts=rb"\d",
    opens=OPENS,
    holds=b":",
    samples=(
        Sample(
            "2026-11-29T10:00:00.835618Z 0 [Warning] [MY-010068] [Server] CA certificate ca.pem "
            "is self signed.",
            {
                "timestamp": "2026-11-29T10:00:00.835618Z",
                "level": "WARN",
                "tid": 0,
                "code": "MY-010068",
                "subsystem": "Server",
                "message": "CA certificate ca.pem is self signed.",
            },
        ),
        Sample(
            "2026-11-29T10:00:01.000001+01:00 12 [Note] Aborted connection 12 to db: 'shop' user: "
            "'ann' host: '192.0.2.7' (Got an error reading communication packets)",
            {
                "timestamp": "2026-11-29T09:00:01.000001Z",
                "level": "NOTICE",
                "tid": 12,
                "message": "Aborted connection 12 to db: 'shop' user: 'ann' host: '192.0.2.7' "
                "(Got an error reading communication packets)",
            },
        ),
        Sample(
            "2026-11-29  1:02:03 0 [ERROR] mariadbd got signal 11 ;\n"
            "Sorry, we probably made a mistake, and this is a bug.",
            {
                "timestamp": "2026-11-29T01:02:03Z",
                "level": "ERROR",
                "tid": 0,
                "message": "mariadbd got signal 11 ;\n"
                "Sorry, we probably made a mistake, and this is a bug.",
            },
        ),
        Sample(
            "131129 14:14:20 mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql",
            {
                "timestamp": "2013-11-29T14:14:20Z",
                "app": "mysqld_safe",
                "message": "Starting mysqld daemon with databases from /var/lib/mysql",
            },
        ),
    ),
)
