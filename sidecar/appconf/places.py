"""What a path leaves open: names that nobody knows, and the folder it is below."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from sidecar.appconf import names

#: Appenders and handlers that write to no file, by their classes' names.
ELSEWHERE = re.compile(
    r"SMTP|Socket|Syslog|JDBC|JMS|JPA|Kafka|HTTP|NoSQL|Null|Telnet|LF5|EventLog|Flume|Cassandra|"
    r"ZeroMQ|Gelf|Loki|Sentry|OpenTelemetry|DBAppender|ListAppender|CountingNoOp|Datagram|Memory|"
    r"Queue|Journal",
    re.IGNORECASE,
)


def settle(
    path: str, known: Mapping[str, str], remarks: list[str], each: Collection[str] = ()
) -> str:
    """Put a path of a Java application below its working directory, where that is known.

    Args:
        path: with the names in it that nobody knows.
        known: names that stand for text; ``user.dir`` is the working directory.
        remarks: takes what stays open, in words.
        each: names that stand for many things: there is a file for each.
    """
    remark(path, remarks, each)
    if path.startswith(("/", "${", "$${")):
        return path
    path = path.removeprefix("./")
    if folder := known.get("user.dir", "").rstrip("/"):
        return f"{folder}/{path}"
    remarks.append("below the application's working directory: --define user.dir=…")
    return path


def remark(text: str, remarks: list[str], each: Collection[str] = ()) -> None:
    """Say which names of a text nobody knows, and which stand for many things."""
    for name in names.unknown(text):
        if name in each:
            remarks.append(f"a file for each {name}")
        elif not name.startswith("date:"):
            remarks.append(f"{name} is not known: --define {name}=…")
