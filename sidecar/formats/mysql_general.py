r"""The general query log of MySQL and MariaDB: ``2026-11-29T10:00:00Z\t    8 Query\tSELECT 1``.

``tid`` is the connection. Versions before 5.7, and MariaDB, leave the stamp out where the second is
that of the line before: such a statement has no ``timestamp``. Statements of several lines join, as
does what the server writes at its start.
"""

from __future__ import annotations

from sidecar.formats.mysql import OPENS, STAMP, STAMP_FIELD
from sidecar.formats.pieces import WHOLE
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

MYSQL_GENERAL = Format(
    name="mysql_general",
    summary="the general query log of MySQL 5 to 8 and MariaDB",
    source="https://dev.mysql.com/doc/refman/8.4/en/query-log.html; "
    "https://github.com/mysql/mysql-server: sql/log.cc, File_query_log::write_general",
    pattern=(
        rb"(?P<moment>%b|\t)\t *+(?P<tid>%b) "
        rb"(?P<command>[A-Z][A-Za-z]{1,15}(?: [A-Za-z]{1,15}){0,3})\t" % (STAMP, WHOLE) + MESSAGE
    ),
    fields={
        "tid": Field(Kind.DIGITS),
        "timestamp": STAMP_FIELD._replace(optional=True),
        "command": Field(plain=True),
        "message": Field(),
    },
    joins=Joins.ANYTHING,
    starts=rb"\d\t",
    opens=rb"%b|\t\t *\d" % OPENS,
    holds=b"\t",
    samples=(
        Sample(
            "2026-11-29T10:00:00.123456Z\t    8 Connect\tann@192.0.2.7 on shop using TCP/IP",
            {
                "tid": 8,
                "timestamp": "2026-11-29T10:00:00.123456Z",
                "command": "Connect",
                "message": "ann@192.0.2.7 on shop using TCP/IP",
            },
        ),
        Sample(
            "261129  9:00:01\t   12 Query\tSELECT name\n  FROM carts\n WHERE id = 1",
            {
                "tid": 12,
                "timestamp": "2026-11-29T09:00:01Z",
                "command": "Query",
                "message": "SELECT name\n  FROM carts\n WHERE id = 1",
            },
        ),
        Sample("\t\t   12 Close stmt\t", {"tid": 12, "command": "Close stmt", "message": ""}),
    ),
)
