"""What real servers write in layouts of many kinds is read back as it was asked for."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson
import pytest

from sidecar import layouts
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests.e2e.conftest import open_folder
from tests.e2e.nginx import Nginx, wait_until
from tests.e2e.servers import Tomcat

AGENT = 'Mozilla/5.0 "quoted" (X11; back\\slash) - | [brackets]'

#: Method, target, and the status the server answers with.
ASKED = [("GET", "/ok.jsp?id=1&b=%20x"), ("POST", "/ok.jsp?id=2"), ("GET", "/nope/a;b=c")]


def ask(port: int, statuses: Mapping[str, int]) -> None:
    """Ask for each target, with headers that are hard to read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for method, target in ASKED:
        headers = {"User-Agent": AGENT, "X-Id": target, "Referer": "http://example.org/?a=b c"}
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == statuses[target]
    connection.close()


def written(path: Path) -> bool:
    """Tell whether a log has a line of each request: it is written after the answer."""
    text = path.read_bytes()
    return all(mark in text for mark in (b"?id=1", b"?id=2", b"/nope"))


def records(spec: Mapping[str, Any], path: Path) -> list[dict[str, Any]]:
    """Read a log by its layout; headers of W3C's are no events."""
    layout = layouts.read(spec)
    text = b"".join(
        line for line in path.read_bytes().splitlines(keepends=True) if not line.startswith(b"#")
    )
    options = FormatOptions(layout.grammar, layout=layout.format)
    made = b"".join(done.json for done, _ in parser(options).render(text, ""))
    return [orjson.loads(line) for line in made.splitlines()]


def target_of(record: Mapping[str, Any]) -> str:
    """Give what was asked for."""
    path: str = record["path"]
    return path if "?" in path else path + record.get("query", "")


# -- Tomcat --------------------------------------------------------------------------------------

COMMON = {"client_ip": "127.0.0.1"}

#: Class of the valve, its pattern, and fields that each of its lines must have besides.
VALVES: list[tuple[str, str, Mapping[str, Any]]] = [
    ("AccessLogValve", "common", COMMON),
    ("AccessLogValve", "combined", {"user_agent": AGENT, "referer": "http://example.org/?a=b c"}),
    ("AccessLogValve", "%t %a %r %s (%D)", COMMON),
    ("AccessLogValve", '%h %l %u [%{yyyy-MM-dd HH:mm:ss.SSS}t] "%r" %s %b %D %{us}T', COMMON),
    ("AccessLogValve", "%{dd/MMM/yyyy:HH:mm:ss}t.%{msec_frac}t %{Z}t|%s|%r", {}),
    ("AccessLogValve", '%{sec}t %{X-Id}i %{msec}t "%r" %s %F', {}),
    ("AccessLogValve", '%{begin:yyyy-MM-dd}t %{begin:HH:mm:ss}t %{end:msec}t %s "%r"', {}),
    ("AccessLogValve", "%m %U%q %H %s %t", {"protocol": "HTTP/1.1"}),
    ("AccessLogValve", '"%{User-Agent}i" %{Referer}i; %t "%r" %s', {"user_agent": AGENT}),
    ("AccessLogValve", '%t %I %X %S %v:%p %{local}p/%{remote}p "%r" %s',
     {"virtual_host": "127.0.0.1"}),
    ("AccessLogValve", "%{X-Id}i|%{none}i|%{none}c|%{none}r|%{none}s|%{Content-Type}o|%t|%r|%s",
     {}),
    ("AccessLogValve", '100%% %A %{peer}a %{remote}a %B %{ns}T %{ms}T %{fracsec}T %T %t "%r" %s',
     {"server_ip": "127.0.0.1", "peer_ip": "127.0.0.1"}),
    ("JsonAccessLogValve", '%h %t "%r" %s %b %D %{X-Id}i %{none}c %{User-Agent}i %{c}L %q',
     {"user_agent": AGENT}),
    ("ExtendedAccessLogValve", ("date time c-ip cs-method cs-uri sc-status bytes time-taken "
     "time-taken-ms cs(User-Agent) sc(Content-Type) x-P(id) x-H(protocol) x-threadname"),
     {"user_agent": AGENT, "protocol": "HTTP/1.1", "client_ip": "127.0.0.1"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[Tomcat]:
    valves = "".join(
        f'<Valve className="org.apache.catalina.valves.{name}" directory="logs" '
        f'prefix="layout-{number}" suffix=".out" rotatable="false" buffered="false" '
        f"pattern={quoteattr(pattern)}/>"
        for number, (name, pattern, _) in enumerate(VALVES)
    )
    server = Tomcat(folder, valves)
    try:
        statuses = {"/ok.jsp?id=1&b=%20x": 200, "/ok.jsp?id=2": 200, "/nope/a;b=c": 404}
        ask(server.port, statuses)
        paths = [server.logs / f"layout-{number}.out" for number, _ in enumerate(VALVES)]
        wait_until(lambda: all(map(written, paths)))
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("number", range(len(VALVES)))
def test_every_line_of_tomcats_valve_is_read(shop: Tomcat, number: int) -> None:
    name, pattern, fields = VALVES[number]
    spec: dict[str, Any] = {"tomcat": pattern, "version": 10}
    if name.startswith("Json"):
        spec["valve"] = "json"
    made = records(spec, shop.logs / f"layout-{number}.out")
    assert not [one for one in made if "parse_error" in one]
    found = {target_of(one): one for one in made}
    for (method, target), status in zip(ASKED, (200, 200, 404), strict=True):
        one = found[target]
        assert (one["method"], one["status"]) == (method, status)
        assert one["timestamp"].startswith("20")
        assert fields.items() <= one.items()
        if "header_x_id" in one:
            assert one["header_x_id"] == target
        if "duration_2" in one and "%D %{us}T" in pattern:
            assert one["duration"] == one["duration_2"]
        if "timestamp_2" in one:
            assert one["timestamp_2"].startswith(one["timestamp"].removesuffix("Z"))


# -- nginx ---------------------------------------------------------------------------------------

#: Options of log_format, its text, and fields that each line must have besides.
FORMATS: list[tuple[str, str, Mapping[str, Any]]] = [
    ("", ('$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
     '"$http_referer" "$http_user_agent"'), {"user_agent": AGENT, "client_ip": "127.0.0.1"}),
    ("", "$msec $request_method $request_uri $server_protocol $status $request_time",
     {"protocol": "HTTP/1.1"}),
    ("", "$time_iso8601|$status|$request|$http_x_id|$http_none|$cookie_none", {}),
    ("", '[$time_local] $uri$is_args$args "$request" $status', {}),
    ("", '$host:$server_port $remote_addr:$remote_port [$time_local] "$request" $status',
     {"virtual_host": "127.0.0.1", "client_ip": "127.0.0.1"}),
    ("", '$time_iso8601 ${status} ${request_length}B $bytes_sent/$body_bytes_sent "$request"', {}),
    ("", '$connection/$connection_requests $pid $pipe $time_iso8601 "$request" $status',
     {"pipe": "."}),
    ("", '$upstream_addr $upstream_status $upstream_response_time $time_iso8601 "$request" $status',
     {}),
    ("", '"$http_user_agent" "$http_referer" $time_iso8601 "$request" $status',
     {"user_agent": AGENT}),
    ("escape=json", ('{"at":"$time_iso8601","ip":"$remote_addr","request":"$request",'
     '"status":$status,"took":$request_time,"agent":"$http_user_agent","user":"$remote_user",'
     '"id":"$http_x_id"}'), {"user_agent": AGENT, "client_ip": "127.0.0.1"}),
    ("escape=json", '$time_iso8601\t"$request"\t$status\t"$http_user_agent"\t"$http_none"',
     {"user_agent": AGENT}),
    ("escape=none", "$time_iso8601 $status [$request] $scheme $ssl_protocol;", {"scheme": "http"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def gate(folder: Path) -> Iterator[Nginx]:
    directives = "".join(
        f"{directive(number)} access_log {{logs}}/layout-{number}.log layout_{number};\n"
        for number, _ in enumerate(FORMATS)
    )
    own = folder / "gate"
    own.mkdir(mode=0o755)
    server = Nginx(own, directives)
    try:
        ask(server.port, {target: 204 for _, target in ASKED})
        paths = [server.logs / f"layout-{number}.log" for number, _ in enumerate(FORMATS)]
        wait_until(lambda: all(map(written, paths)))
        yield server
    finally:
        server.stop()


def directive(number: int) -> str:
    """Give a log_format as nginx.conf has it."""
    options, text, _ = FORMATS[number]
    return f"log_format layout_{number} {options} '{text}';"


@pytest.mark.parametrize("number", range(len(FORMATS)))
def test_every_line_of_nginxs_format_is_read(gate: Nginx, number: int) -> None:
    made = records({"nginx": directive(number)}, gate.logs / f"layout-{number}.log")
    assert not [one for one in made if "parse_error" in one]
    found = {target_of(one): one for one in made}
    for method, target in ASKED:
        one = found[target]
        assert (one["method"], one["status"]) == (method, 204)
        assert one["timestamp"].startswith("20")
        assert FORMATS[number][2].items() <= one.items()
        if "header_x_id" in one:
            assert one["header_x_id"] == target
