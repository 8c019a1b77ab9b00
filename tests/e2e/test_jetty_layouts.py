"""What Jetty's CustomRequestLog writes is read back, field by field."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from sidecar import layouts
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests.e2e.marked import layouts_of, marks, moment, plain
from tests.e2e.servers import need, need_files

SOURCES = Path(__file__).parent / "java"
JARS = [
    Path("/usr/share/java", f"{one}.jar")
    for one in (
        "jetty9-server", "jetty9-http", "jetty9-io", "jetty9-util", "jetty9-security",
        "servlet-api",
    )
]  # fmt: skip

LAYOUTS = layouts_of("jetty")

INTEGERS = {
    "status", "bytes", "bytes_in", "bytes_total", "server_port", "client_port", "peer_port",
    "keepalive_requests",
}  # fmt: skip

PER_SECOND = {"us": 1_000_000, "ms": 1_000, "s": 1}


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Let Jetty write all layouts, and all conversions alone; gives for each request its instant
    and what each wrote of it.
    """
    need("java", "javac")
    need_files(*JARS)
    classes = tmp_path_factory.mktemp("classes")
    path = os.pathsep.join(map(str, (classes, *JARS)))
    sources = [str(SOURCES / f"{name}.java") for name in ("Events", "Jetty")]
    compiler = ["javac", "-proc:none", "-d", str(classes), "-cp", path, *sources]
    subprocess.run(compiler, check=True, capture_output=True, timeout=100)
    alone = [mark.code for layout in LAYOUTS for mark in marks(layout)]
    asked = [*dict.fromkeys((*map(plain, LAYOUTS), *alone))]
    done = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", "-Duser.language=en", "-cp", path, "Jetty"],
        input="\n".join(asked).encode(), check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    made = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert len(made) > 5, done.stderr
    return [
        {"instant": one["instant"], "shown": dict(zip(asked, one["shown"], strict=True))}
        for one in made
    ]


def expected(layout: str, instant: int, shown: Mapping[str, str]) -> dict[str, Any]:
    """Give a request's record: what its fields' conversions wrote, each alone."""
    record: dict[str, Any] = {}
    for mark in marks(layout):
        name, text = mark.name, shown[mark.code]
        if name == "timestamp":
            record[name] = moment(instant // 1000, f"{instant % 1000:03}"[: int(mark.more or 0)])
        elif name == "request":
            found = re.fullmatch(r"([A-Z]+) (.*) (HTTP/[\d.]+)", text)
            assert found
            record |= zip(("method", "path", "protocol"), found.groups(), strict=True)
        elif mark.more:  # it has gone on since; every line has it last
            record[name] = int(shown[plain(layout)].split()[-1]) / PER_SECOND[mark.more]
        elif text != "-":
            record[name] = int(text) if name in INTEGERS else text
    return record


@pytest.mark.parametrize("layout", LAYOUTS, ids=plain)
def test_every_line_of_a_request_log_is_read_back(
    requests: list[dict[str, Any]], layout: str
) -> None:
    text = "".join(one["shown"][plain(layout)] + "\n" for one in requests)
    options = FormatOptions("jetty", layout=layouts.read({"jetty": plain(layout)}).format)
    made = b"".join(done.json for done, _ in parser(options).render(text.encode(), ""))
    for record, one in zip(made.splitlines(), requests, strict=True):
        wanted = expected(layout, one["instant"], one["shown"])
        assert orjson.loads(record) == wanted, one["shown"][plain(layout)]
