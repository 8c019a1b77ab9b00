"""The slow query log of MySQL and MariaDB: ``# Time:`` and what the statement cost, then itself.

Every figure becomes a field, whatever version or setting writes it: ``Query_time`` is ``duration``,
``Id`` and ``Thread_id`` are ``tid``, ``Schema`` is ``db``; others keep their names, in small
letters. ``user`` is who logged in. The message is the statement, with ``use`` and ``SET timestamp``
before it, which is when it started and the ``timestamp`` where no other is told.

MariaDB, and MySQL before 5.7, write the time once a second. For MariaDB, and MySQL before 5.6,
``# User@Host:`` begins an event too, so no statement is missed, and the line of the time is one of
its own. 5.6 writes that line as 5.7 does: there the statements of a second are one event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sidecar.fields import epochs
from sidecar.fields.reading import Reading
from sidecar.formats import mysql
from sidecar.formats.pieces import unnamed
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

#: Only without ``Id`` does a line about the user end with a bracket.
_FIRST = rb"# (?:Time: %b|User@Host: .*+(?<=\]))(?!.)" % unnamed(mysql.STAMP)

# Newlines stand as such: where a line is an event, nothing follows them.
_FIGURES = b"(?>(?:\n(?!%b)#(?: .*+)?(?!.))*)" % _FIRST
_USE = b"\nuse .*+"
_SET = b"\nSET (?>(?:[a-z_]{1,64}=[0-9]{1,20},)*)timestamp=[0-9]{1,11}"

_WHO = re.compile(r"# User@Host: (.*)\[(.*?)\] @ (.*?) ?\[(.*?)\](?:  Id: +(\d+))?")
_FIGURE = re.compile(r"(?:^# |(?<= ))([A-Za-z]\w*): (\S*)")
_NAMES = {"query_time": "duration", "thread_id": "tid", "schema": "db"}


def _told(text: str, reading: Reading) -> Mapping[str, Any]:
    told: dict[str, Any] = {}
    for line in text.split("\n"):
        if line.startswith("# Time: "):
            told["timestamp"] = mysql.read(line[8:], reading)
        elif who := _WHO.fullmatch(line):
            started, user, host, address, number = who.groups()
            some = {"user": user or started, "client_host": host, "client_ip": address}
            told |= {name: value for name, value in some.items() if value}
            told |= {"tid": int(number)} if number else {}
        elif line.startswith("SET ") and "timestamp" not in told:
            told = {"timestamp": epochs.read(line.rpartition("=")[2], "s") + "Z", **told}
        elif line.startswith("# ") and not line.startswith("# explain: "):
            for name, value in _FIGURE.findall(line):
                own = name.lower()
                told |= {_NAMES.get(own, own): _number(value)} if value else {}
    return told


def _number(text: str) -> Any:
    if re.fullmatch(r"0|[1-9]\d{0,17}", text):
        return int(text)
    return float(text) if re.fullmatch(r"\d{1,15}\.\d{1,9}", text) else text


MYSQL_SLOW = Format(
    name="mysql_slow",
    summary="the slow query log of MySQL 5 to 8, Percona Server and MariaDB",
    source="https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html; "
    "https://mariadb.com/kb/en/slow-query-log-extended-statistics/; "
    "https://github.com/mysql/mysql-server: sql/log.cc, File_query_log::write_slow",
    pattern=(
        b"(?=(?P<header>%b%b(?:%b)?(?:%b)?))%b%b(?:\n(?=use |SET [a-z_,=0-9]*timestamp=))?"
        % (_FIRST, _FIGURES, _USE, _SET, _FIRST, _FIGURES)
        + MESSAGE
    ),
    fields={"message": Field(), "header": Field(Kind.MEMBERS, _told)},
    joins=Joins.ANYTHING,
    starts=rb"#",
    opens=rb"# (?:Time|User@Host): ",
    holds=b"#",
    samples=(
        Sample(
            "# Time: 2026-11-29T10:00:05.745579Z\n"
            "# User@Host: shop[ann] @ app1 [192.0.2.7]  Id:     6\n"
            "# Query_time: 11.000286  Lock_time: 0.000010 Rows_sent: 1  Rows_examined: 4096\n"
            "use shop;\n"
            "SET timestamp=1795946394;\n"
            "SELECT *\n"
            "  FROM carts;",
            {
                "message": "use shop;\nSET timestamp=1795946394;\nSELECT *\n  FROM carts;",
                "timestamp": "2026-11-29T10:00:05.745579Z",
                "user": "ann",
                "client_host": "app1",
                "client_ip": "192.0.2.7",
                "tid": 6,
                "duration": 11.000286,
                "lock_time": 0.00001,
                "rows_sent": 1,
                "rows_examined": 4096,
            },
        ),
        Sample(
            "# User@Host: root[root] @ localhost []\n"
            "# Thread_id: 8  Schema: test  QC_hit: No\n"
            "# Query_time: 4.003891  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 0\n"
            "SET timestamp=1795946402;\n"
            "select sleep(4);",
            {
                "message": "SET timestamp=1795946402;\nselect sleep(4);",
                "timestamp": "2026-11-29T10:00:02Z",
                "user": "root",
                "client_host": "localhost",
                "tid": 8,
                "db": "test",
                "qc_hit": "No",
                "duration": 4.003891,
                "lock_time": 0.0,
                "rows_sent": 1,
                "rows_examined": 0,
            },
        ),
        Sample(
            "# Time: 261129  9:24:35",
            {"message": "", "timestamp": "2026-11-29T09:24:35Z"},
        ),
    ),
)
