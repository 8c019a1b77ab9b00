"""What PostgreSQL writes behind each log_line_prefix is read back, field by field."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from sidecar import layouts
from sidecar.fields.reading import Reading
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests.e2e.conftest import open_folder
from tests.e2e.marked import layouts_of, marks, plain
from tests.e2e.servers import need_root

#: With what it needs it takes 250 MB, which is too much to install for this: where it lacks, these
#: tests are skipped, always.
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)

#: The server refuses to be root, and wants a user that has a name.
USER = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]

ZONE = "America/St_Johns"

LAYOUTS = layouts_of("postgresql")

#: The log's JSON says the same, in names of its own.
KEYS = {
    "user": "user", "db": "dbname", "app": "application_name", "client_ip": "remote_host",
    "backend_type": "backend_type", "pid": "pid", "sqlstate": "state_code", "command": "ps",
    "session_id": "session_id", "vxid": "vxid", "xid": "txid", "query_id": "query_id",
    "leader_pid": "leader_pid",
}  # fmt: skip

LEVELS = {"LOG": "INFO", "WARNING": "WARN", "FATAL": "CRITICAL"}

#: What further lines of an event are called -> their key, in the order they are written in.
FURTHER = {
    "DETAIL": "detail", "HINT": "hint", "QUERY": "internal_query", "CONTEXT": "context",
    "STATEMENT": "statement",
}  # fmt: skip

SETTINGS = {
    "listen_addresses": "", "fsync": "off", "shared_buffers": "1MB", "max_connections": "9",
    "log_destination": "stderr,jsonlog", "logging_collector": "on", "log_filename": "log",
    "log_timezone": ZONE, "log_min_messages": "notice", "log_statement": "ddl",
    "log_connections": "on", "log_disconnections": "on", "compute_query_id": "on",
}  # fmt: skip

SCRIPT = """
set application_name = 'it - [1]: x';
select 1/0;
select *
  from nope
 where x = 'é 유';
drop table if exists t;
create table t (
    id int primary key
);
insert into t values (1), (1);
select unknown(1);
do $$ begin
    raise warning E'two\n\n lines: é 😀' using detail = E'of\ndetail', hint = 'no: hint';
end $$;
do $$ begin raise log 'said - [x] 100 %% | "q" LOG:  y'; end $$;
do $$ begin raise notice ''; end $$;
do $$ begin execute 'select nope'; end $$;
"""


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A cluster of databases that is not served."""
    if PROGRAMS is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    need_root()
    with open_folder() as name:
        shutil.chown(name, "nobody", "nogroup")
        path = Path(name, "data")
        program(
            "initdb", "--no-sync", "--auth=trust", "--username=jo doe", "--encoding=UTF8",
            "--locale=C.UTF-8", f"--pgdata={path}",
        )  # fmt: skip
        yield path


def program(name: str, *args: str, said: str = "", check: bool = True) -> None:
    """Run one of PostgreSQL's programs as a user that is not root."""
    assert PROGRAMS is not None
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [*USER, str(PROGRAMS / name), *args], input=said.encode(), env=environment, cwd="/",
        check=check, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
    )  # fmt: skip


def write(data: Path, prefix: str, logs: Path) -> None:
    """Serve the databases with a prefix, and let statements fail in them."""
    settings = {
        **SETTINGS, "log_line_prefix": prefix, "log_directory": str(logs),
        "unix_socket_directories": str(data.parent),
    }  # fmt: skip
    given = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    control = [f"--pgdata={data}", "--wait", f"--log={data.parent / 'start'}"]
    program("pg_ctl", "start", *control, f"--options={given}")
    try:
        psql = [f"--host={data.parent}", "--username=jo doe", "--no-psqlrc"]
        program("psql", *psql, "--dbname=postgres", said=SCRIPT)
        program("psql", *psql, "--dbname=no such", check=False)
    finally:
        program("pg_ctl", "stop", *control, "--mode=fast")


def moment(text: str) -> str:
    """Read what the JSON has of a stamp: that of the clock of our zone."""
    clock, _, _ = text.rpartition(" ")
    at = datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    _, point, fraction = clock.partition(".")
    return f"{at:%Y-%m-%dT%H:%M:%S}{point}{fraction}Z"


def expected(layout: str, event: Mapping[str, Any], lines: Counter[int]) -> dict[str, Any]:
    """Give the record of an event of the JSON.

    Args:
        layout: with marks.
        event: from the JSON.
        lines: how many were written by each process; counted on.
    """
    background = "remote_host" not in event
    sure = {mark.name for mark in marks(layout.partition("%q")[0])}
    record: dict[str, Any] = {}
    for mark in marks(layout):
        name = mark.name
        if background and name not in sure:
            continue
        if name == "timestamp":
            whole = moment(event["timestamp"])
            record[name] = whole if mark.more == "3" else re.sub(r"\.\d+", "", whole)
        elif name == "session_start":
            record[name] = moment(event["session_start"])
        elif name == "session_line":
            record[name] = lines[event["pid"]] + 1
        elif name == "sqlstate":
            record[name] = event.get("state_code", "00000")
        elif event.get(KEYS[name], "") != "":
            value = event[KEYS[name]]
            record[name] = str(value) if name == "query_id" else value
    message = event.get("message", "")
    if place := event.get("cursor_position") or event.get("internal_position"):
        message += f" at character {place}"
    texts = [message.replace("\n", "\n\t")]
    for word, key in FURTHER.items():
        texts += [f"{word}:  " + event[key].replace("\n", "\n\t")] if key in event else []
    lines[event["pid"]] += len(texts)
    level = event["error_severity"]
    return record | {"level": LEVELS.get(level, level), "texts": texts}


def parted(record: dict[str, Any]) -> dict[str, Any]:
    """Part a message from what stands on lines below it, without the prefixes."""
    further = re.split(rf"\n(?!\t).*?(?=(?:{'|'.join(FURTHER)}):  )", record.pop("message"))
    return record | {"texts": further}


@pytest.mark.parametrize("layout", LAYOUTS, ids=plain)
def test_every_event_behind_a_prefix_is_read_back(data: Path, layout: str) -> None:
    prefix = plain(layout) + " "
    logs = data.parent / f"logs-{LAYOUTS.index(layout)}"
    write(data, prefix, logs)
    options = FormatOptions(
        "postgresql",
        Reading(zone=ZoneInfo(ZONE)),
        layout=layouts.read({"postgresql": prefix}).format,
    )
    text = (logs / "log").read_bytes()
    made = b"".join(done.json for done, _ in parser(options).render(text, "")).splitlines()
    events = [orjson.loads(line) for line in (logs / "log.json").read_bytes().splitlines()]
    # The first process told in two lines, elsewhere, that the log goes to this folder from now on.
    lines = Counter({events[0]["pid"]: 2})
    wanted = [expected(layout, event, lines) for event in events]
    assert {one["level"] for one in wanted} == {"INFO", "NOTICE", "WARN", "ERROR", "CRITICAL"}
    # Two processes may write at once, and then in the one log in another order than in the other.
    records = [parted(orjson.loads(line)) for line in made]
    told = [whole_seconds(some) for some in (records, wanted)]
    assert sorted(records, key=repr_of) == sorted(wanted, key=repr_of)
    # What %t asks for whole seconds is some ms behind the clock of the JSON.
    late = [wanted - found for found, wanted in zip(*told, strict=True)]
    assert {*late} <= {timedelta(0), timedelta(seconds=1)}


def whole_seconds(records: list[dict[str, Any]]) -> list[datetime]:
    """Take the stamps that have no fraction out, and give them in order."""
    whole = [one for one in records if "." not in one.get("timestamp", ".")]
    return sorted(datetime.fromisoformat(one.pop("timestamp")) for one in whole)


def repr_of(record: Mapping[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
