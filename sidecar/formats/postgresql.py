"""PostgreSQL's server log: ``2026-11-24 10:00:00.123 UTC [77] LOG:  text``.

That is the default ``log_line_prefix``, ``%m [%p] ``, and Debian's, ``%m [%p] %q%u@%d ``. DETAIL,
HINT and the like have the prefix too and belong to the message above them, as do lines that begin
with a tab. The names of levels may be in any language.
"""

from __future__ import annotations

from sidecar.fields import dates, javadates
from sidecar.formats.pieces import LEVEL_FIELD, LOOSE_STAMP, OPENS, WHOLE, logged
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Sample

_MOMENT = dates.stamp(javadates.simple("yyyy-MM-dd HH:mm:ss.SSS z"))

POSTGRESQL = Format(
    name="postgresql",
    summary="PostgreSQL's server log with the default prefix, or Debian's",
    source="https://www.postgresql.org/docs/current/runtime-config-logging.html",
    pattern=(
        rb"(?P<timestamp>%b)(?P<fraction>(?:\.\d{1,6})?)(?P<offset>%b) "
        rb"(?P<origin>\[(?P<pid>%b)\] "
        rb"(?:(?:\[unknown\]|(?P<user>[^ @\n]+))@(?:\[unknown\]|(?P<db>[^ \n]+)) )?"
        rb"(?P<level>(?!(?:DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION|BACKTRACE):)"
        rb"[A-Z\x80-\xff][A-Z0-9\x80-\xff]{2,30})):  "
        % (logged(_MOMENT.pattern), _MOMENT.offset, WHOLE)
        + MESSAGE
    ),
    fields={
        "timestamp": Field(Kind.STAMP, _MOMENT.read),
        "level": LEVEL_FIELD,
        "pid": Field(Kind.DIGITS),
        "user": Field(optional=True),
        "db": Field(optional=True),
        "message": Field(),
    },
    runs={"origin": frozenset({"level", "pid", "user", "db"})},
    loose={"timestamp": LOOSE_STAMP},
    joins=Joins.ANYTHING,
    starts=rb"12",
    opens=OPENS,
    holds=b"-",
    samples=(
        Sample(
            "2026-11-24 10:00:00.123 UTC [77] LOG:  database system is ready to accept connections",
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "pid": 77,
                "message": "database system is ready to accept connections",
            },
        ),
        Sample(
            "2026-11-24 10:00:01.000 CET [78] shop@orders ERROR:  duplicate key value violates "
            'unique constraint "orders_pkey"\n'
            "2026-11-24 10:00:01.000 CET [78] shop@orders DETAIL:  Key (id)=(1) already exists.\n"
            "2026-11-24 10:00:01.000 CET [78] shop@orders STATEMENT:  INSERT INTO orders\n"
            "\tVALUES (1);",
            {
                "timestamp": "2026-11-24T09:00:01.000Z",
                "level": "ERROR",
                "pid": 78,
                "user": "shop",
                "db": "orders",
                "message": 'duplicate key value violates unique constraint "orders_pkey"\n'
                "2026-11-24 10:00:01.000 CET [78] shop@orders DETAIL:  Key (id)=(1) already "
                "exists.\n"
                "2026-11-24 10:00:01.000 CET [78] shop@orders STATEMENT:  INSERT INTO orders\n"
                "\tVALUES (1);",
            },
        ),
        Sample(
            "2026-11-24 10:00:02.5 +03 [79] [unknown]@[unknown] FATAL:  no PostgreSQL user name "
            "specified in startup packet",
            {
                "timestamp": "2026-11-24T07:00:02.5Z",
                "level": "CRITICAL",
                "pid": 79,
                "message": "no PostgreSQL user name specified in startup packet",
            },
        ),
    ),
)
