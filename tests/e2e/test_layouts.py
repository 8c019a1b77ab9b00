"""What Tomcat and nginx write in layouts of many kinds is read back, field by field.

Every conversion that a layout has is a log of its own as well, so that each field of a line can be
compared with what the server writes of it alone.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

import orjson
import pytest

from sidecar import layouts
from sidecar.config import Source
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests import roads
from tests.e2e.conftest import open_folder
from tests.e2e.marked import layouts_of, marks, moment, plain
from tests.e2e.nginx import Nginx, wait_until
from tests.e2e.servers import Tomcat

AGENT = 'Mozilla/5.0 "quoted" (X11; back\\slash) - | [brackets]'

HEADERS = {"User-Agent": AGENT, "Referer": "http://example.org/?a=b c"}


class Asked(NamedTuple):
    """A request."""

    method: str
    target: str
    headers: Mapping[str, str] = HEADERS


REQUESTS = [
    Asked("GET", "/ok.jsp?id=1&b=%20x"),
    Asked("POST", "/ok.jsp?id=2", {}),
    Asked("GET", "/nope/a;b=c", {**HEADERS, "User-Agent": "é 유 \\x41"}),
    Asked("GET", "/ok.jsp?id=4", {"User-Agent": "-"}),
]

INTEGERS = {
    "bytes", "bytes_in", "bytes_out", "client_port", "connection", "connection_requests", "pid",
    "server_port", "server_port_2", "status",
}  # fmt: skip

PER_SECOND = {"ns": 1_000_000_000, "us": 1_000_000, "ms": 1_000, "s": 1}


def ask(port: int) -> None:
    """Ask for all, on one connection: what is asked later is logged later."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for method, target, headers in REQUESTS:
        sent = {name: value.encode() for name, value in headers.items()}
        connection.request(method, target, headers={**sent, "X-Id": target})
        answer = connection.getresponse()
        answer.read()
    connection.close()


def codes(written: Sequence[str], *more: str) -> list[str]:
    """Give every conversion that some layout has, and more."""
    return [*dict.fromkeys((*more, *(m.code for line in written for m in marks(line))))]


def ask_and_wait(port: int, logs: Sequence[Path]) -> None:
    """Ask, when what asked whether the server is there is in all logs, and wait for the answers."""

    def lines() -> set[int]:
        texts = [one.read_text() if one.exists() else "" for one in logs]
        return {sum(not one.startswith("#") for one in text.splitlines()) for text in texts}

    wait_until(lambda: len(lines()) == 1 and 0 not in lines())
    (before,) = lines()
    ask(port)
    wait_until(lambda: lines() == {before + len(REQUESTS)})


def last(path: Path) -> list[str]:
    """Give the lines of our requests; before them somebody asked whether the server is there."""
    return path.read_text().splitlines()[-len(REQUESTS) :]


def records(spec: Mapping[str, Any], path: Path) -> list[dict[str, Any]]:
    """Read the lines of our requests by their layout."""
    layout = layouts.read(spec)
    options = FormatOptions(layout.grammar, layout=layout.format)
    text = "".join(line + "\n" for line in last(path)).encode()
    made = b"".join(done.json for done, _ in parser(options).render(text, ""))
    return [orjson.loads(line) for line in made.splitlines()]


def unescaped(text: str) -> str:
    """Undo what Tomcat's valve and nginx's default do to a text."""
    units = re.sub(r"\\u(....)", lambda found: chr(int(found[1], 16)), text)
    raw = re.sub(
        rb"\\(x..|.)",
        lambda found: bytes.fromhex(found[1][1:].decode()) if found[1][:1] == b"x" else found[1],
        units.encode(),
    )
    return raw.decode()


def expected(layout: str, alone: Mapping[str, str], instant: str) -> dict[str, Any]:
    """Give a request's record: what its fields' conversions wrote, each alone.

    Args:
        layout: with marks.
        alone: code -> what was written.
        instant: milliseconds since 1970, or seconds with three digits behind a point.
    """
    record: dict[str, Any] = {}
    for name, more, code, _ in marks(layout):
        text = alone[code]
        if name.startswith("timestamp") or name == "end_time":
            millis = alone["%{begin:msec}t"] if "begin:" in code else instant.replace(".", "")
            record[name] = moment(int(millis[:-3]), millis[-3:][: int(more)])
        elif name == "request":
            found = re.fullmatch(r"([A-Z]+) (.*) (HTTP/[\d.]+)", text)
            assert found
            record |= zip(("method", "path", "protocol"), found.groups(), strict=True)
        elif name == "connection_status":
            record[name] = text
        elif text in {"-", ""}:
            pass
        elif more:
            record[name] = float(text) / PER_SECOND[more]
        else:
            number = name in INTEGERS and code != "%{c}L"
            record[name] = int(text) if number else unescaped(text)
    return record


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as name:
        yield Path(name)


# -- Tomcat --------------------------------------------------------------------------------------

VALVES = [
    *(("AccessLogValve", one) for one in layouts_of("tomcat")),
    *(("JsonAccessLogValve", one) for one in layouts_of("tomcat_json")),
]

CODES = codes([layout for _, layout in VALVES], "%{msec}t", "%{begin:msec}t")

EXTENDED = (
    "date time c-ip cs-method cs-uri sc-status bytes time-taken time-taken-ms cs(User-Agent) "
    "sc(Content-Type) x-P(id) x-H(protocol) x-threadname"
)


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[Path]:
    """Ask a Tomcat that writes them all; gives the folder of its logs."""
    valves = [
        *(("AccessLogValve", f"alone-{at}", code) for at, code in enumerate(CODES)),
        *((valve, f"layout-{at}", plain(one)) for at, (valve, one) in enumerate(VALVES)),
        ("ExtendedAccessLogValve", "extended", EXTENDED),
    ]
    text = "".join(
        f'<Valve className="org.apache.catalina.valves.{valve}" directory="logs" prefix="{name}" '
        f'suffix="" rotatable="false" buffered="false" pattern={quoteattr(pattern)}/>'
        for valve, name, pattern in valves
    )
    server = Tomcat(folder, text)
    try:
        ask_and_wait(server.port, [server.logs / name for _, name, _ in valves])
        yield server.logs
    finally:
        server.stop()


@pytest.mark.parametrize("number", range(len(VALVES)))
def test_every_line_of_tomcats_valve_is_read(shop: Path, number: int) -> None:
    valve, layout = VALVES[number]
    json = {"valve": "json"} if valve.startswith("Json") else {}
    made = records({"tomcat": plain(layout), "version": 10, **json}, shop / f"layout-{number}")
    alone = [last(shop / f"alone-{at}") for at, _ in enumerate(CODES)]
    for record, *texts in zip(made, *alone, strict=True):
        shown = dict(zip(CODES, texts, strict=True))
        assert record == expected(layout, shown, shown["%{msec}t"])


def test_every_line_of_tomcats_extended_valve_is_read(shop: Path) -> None:
    made = records({"tomcat": EXTENDED}, shop / "extended")
    for record, one in zip(made, REQUESTS, strict=True):
        assert record["timestamp"].startswith("20")
        assert record["duration"] == int(record["duration_2"])
        agent = one.headers.get("User-Agent", "-").encode().decode("latin-1")  # as Tomcat reads it
        assert record.get("user_agent", "-") == agent
        assert record["thread"].startswith("http-nio-")
        fields = {
            "client_ip": "127.0.0.1", "method": one.method, "path": one.target,
            "status": 404 if "nope" in one.target else 200, "protocol": "HTTP/1.1",
        }  # fmt: skip
        assert fields.items() <= record.items()


def test_own_header_of_tomcats_extended_valve_says_what_a_layout_would(shop: Path) -> None:
    made = roads.whole((shop / "extended").read_bytes(), Source()).splitlines()
    found = [orjson.loads(line) for line in made[-len(REQUESTS) :]]
    assert found == records({"tomcat": EXTENDED}, shop / "extended")


# -- nginx ---------------------------------------------------------------------------------------

#: Options of log_format, and its text.
FORMATS = [
    (option, text)
    for line in layouts_of("nginx")
    for option, text in [re.fullmatch(r"(escape=\w+ )?(.*)", line).groups("")]  # type: ignore[union-attr]
]

VARIABLES = codes([text for _, text in FORMATS], "$msec")


def directive(number: int) -> str:
    """Give a log_format as nginx.conf has it."""
    option, text = FORMATS[number]
    return f"log_format layout-{number} {option}'{plain(text)}';"


@pytest.fixture(scope="module")
def gate(folder: Path) -> Iterator[Path]:
    """Ask an nginx that writes them all; gives the folder of its logs."""
    formats = {
        **{f"alone-{at}": f"log_format alone-{at} '{code}';" for at, code in enumerate(VARIABLES)},
        **{f"layout-{at}": directive(at) for at, _ in enumerate(FORMATS)},
    }
    directives = "".join(
        f"{one} access_log {{logs}}/{name} {name};\n" for name, one in formats.items()
    )
    own = folder / "gate"
    own.mkdir(mode=0o755)
    server = Nginx(own, directives)
    try:
        ask_and_wait(server.port, [server.logs / name for name in formats])
        yield server.logs
    finally:
        server.stop()


@pytest.mark.parametrize("number", range(len(FORMATS)))
def test_every_line_of_nginxs_format_is_read(gate: Path, number: int) -> None:
    made = records({"nginx": directive(number)}, gate / f"layout-{number}")
    alone = [last(gate / f"alone-{at}") for at, _ in enumerate(VARIABLES)]
    for record, *texts in zip(made, *alone, strict=True):
        shown = dict(zip(VARIABLES, texts, strict=True))
        assert record == expected(FORMATS[number][1], shown, shown["$msec"])
