"""What Apache httpd writes in LogFormats and ErrorLogFormats is read back, field by field."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
import pytest

from sidecar import layouts
from sidecar.fields.reading import Reading
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests.e2e.apache import Apache
from tests.e2e.conftest import open_folder
from tests.e2e.marked import layouts_of, marks, moment, plain
from tests.e2e.nginx import wait_until
from tests.e2e.servers import need_root

#: Half an hour besides the hours, so nothing is right by chance.
ZONE = "America/St_Johns"

AGENT = 'Mozilla/5.0 "quoted" (X11; back\\slash) - | [brackets]'
REFERER = "http://example.org/?a=b c"
USER = 'jo "x" doe'

ACCESS = layouts_of("apache")

INTEGERS = {
    "status", "bytes", "bytes_in", "bytes_out", "bytes_total", "server_port", "client_port", "pid",
    "keepalive_requests",
}  # fmt: skip

PER_SECOND = {"us": 1_000_000, "ms": 1_000, "s": 1}

ERRORS = layouts_of("apache_errors")


class Asked(NamedTuple):
    """A request, as it is sent."""

    head: bytes
    headers: Mapping[str, str] = {}


MODULES = (
    "setenvif", "headers", "authn_core", "authn_file", "auth_basic", "authz_user", "log_debug",
)  # fmt: skip

#: The first host is the one of every name that no other has.
CONF = """
SetEnvIf Request_URI ^/start$ unlogged
SetEnvIf Host ^e- unlogged
SetEnvIf Request_Method (.*) "KIND=kind $1"
Header always set X-To "a | b"
LogLevel info
<Location /secret>
    AuthType Basic
    AuthName "secret"
    AuthUserFile {base}/users
    Require valid-user
</Location>
<Location /denied>
    Require all denied
</Location>
<Location /said>
    LogMessage "said: - [x] \\"q\\" 100 % (y) , z" hook=log_transaction
</Location>
<VirtualHost *:{port}>
    ServerName shop.example.org
</VirtualHost>
"""

#: What is asked of each host with an error log -> module, level, error and message.
FAILED = {
    "/denied": ("authz_core", "ERROR", None,
                "AH01630: client denied by server configuration: {pages}/denied"),
    "/nope": ("core", "INFO", None, "AH00128: File does not exist: {pages}/nope"),
    "/locked/x": ("core", "ERROR", "(13)Permission denied",
                  ("AH00035: access to /locked/x denied (filesystem path '{pages}/locked/x') "
                   "because search permissions are missing on a component of the path")),
    "/said": ("log_debug", "INFO", None, 'said: - [x] "q" 100 % (y) , z'),
}  # fmt: skip


def login(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:x".encode()).decode()


HEADERS = {
    "User-Agent": AGENT,
    "Referer": REFERER,
    "X-Id": "a\tb é 유\\n",
    "Cookie": "sid=1 2; x=y",
}

REQUESTS = [
    Asked(b"GET /ok.txt?id=1&b=%20x HTTP/1.1", HEADERS),
    Asked(b"HEAD /ok.txt HTTP/1.0"),
    Asked(b"POST /nope/a;b=c?q=\"'| HTTP/1.1", {**HEADERS, "User-Agent": "-", "Referer": ""}),
    Asked("GET /über/a b HTTP/1.1".encode(), {"User-Agent": "유니코드 😀 \\x41"}),
    Asked(b"GET /secret HTTP/1.1", {**HEADERS, "Authorization": login(USER)}),
    Asked(b"GET /secret HTTP/1.1", {"Authorization": login("-")}),
    Asked(b"\x16\x03\x01\x02 garbage"),
    Asked(b"GET /last HTTP/1.1", HEADERS),
]


def send(port: int, asked: Asked, host: str) -> None:
    """Ask, and read the answer to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        headers = "".join(f"{name}: {value}\r\n" for name, value in asked.headers.items())
        connection.sendall(asked.head + f"\r\nHost: {host}\r\n{headers}\r\n".encode())
        while connection.recv(65536):
            pass


def quoted(text: str) -> str:
    """Write a text as the configuration has it."""
    return '"' + re.sub(r'\\(?!t)|"', r"\\\g<0>", text) + '"'


def codes() -> list[str]:
    """Give every conversion that some layout has: each is a log of its own as well."""
    alone = {mark.code: None for layout in ACCESS for mark in marks(layout)}
    return [*{"%{usec}t": None, "%P": None, "%{tid}P": None, **alone}]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def logs(folder: Path) -> Iterator[Path]:
    """Ask a server that writes all layouts, and all conversions alone; give the logs' folder."""
    need_root()
    named = {**{f"alone-{at}": one for at, one in enumerate(codes())},
             **{f"layout-{at}": plain(one) for at, one in enumerate(ACCESS)}}  # fmt: skip
    directives = "".join(
        f'CustomLog "{{logs}}/{name}" {quoted(one)} env=!unlogged\n' for name, one in named.items()
    )
    directives += CONF + "".join(
        f"<VirtualHost *:{{port}}>\nServerName e-{at}\nErrorLog {{logs}}/e-{at}\n"
        f"ErrorLogFormat {quoted(plain(one))}\n</VirtualHost>\n"
        for at, one in enumerate(ERRORS)
    )
    server = Apache(folder, directives, *MODULES, zone=ZONE)
    try:
        for name in ("ok.txt", "said"):
            (server.pages / name).write_text("ok\n")
        (server.pages / "locked").mkdir(mode=0o700)
        digest = base64.b64encode(hashlib.sha1(b"x").digest()).decode()
        (server.base / "users").write_text(f"{USER}:{{SHA}}{digest}\n")
        for one in REQUESTS:
            send(server.port, one, "www.example.org")
        for at, _ in enumerate(ERRORS):
            for path in FAILED:
                head = f"GET {path} HTTP/1.1"
                send(server.port, Asked(head.encode(), HEADERS), f"e-{at}")
        paths = [server.logs / name for name in named]
        wait_until(lambda: all(one.read_bytes().count(b"\n") == len(REQUESTS) for one in paths))
        yield server.logs
    finally:
        server.stop()


def unescaped(text: str) -> str:
    """Undo what httpd's ap_escape_logitem does."""
    named = {"n": b"\n", "t": b"\t", "r": b"\r", "b": b"\b", "v": b"\v"}

    def undo(found: re.Match[bytes]) -> bytes:
        code = found[1].decode()
        return bytes.fromhex(code[1:]) if code[0] == "x" else named.get(code, code.encode())

    return re.sub(rb"\\(x..|.)", undo, text.encode()).decode()


def expected(layout: str, shown: Mapping[str, str]) -> dict[str, Any]:
    """Give a request's record: what its fields' conversions wrote, each alone."""
    record: dict[str, Any] = {}
    for name, more, code, _ in marks(layout):
        text = shown[code]
        if name == "timestamp":
            micros = shown["%{usec}t"]
            record[name] = moment(int(micros[:-6]), micros[-6:][: int(more)])
        elif name == "request":
            found = re.fullmatch(r"([A-Z]+) (.*?)(?: (HTTP/[\d.]+))?", text)
            parts = found.groups() if found else (text,)
            names = ("method", "path", "protocol") if found else ("request",)
            record |= {key: unescaped(one) for key, one in zip(names, parts, strict=True) if one}
        elif more and text != "-":
            record[name] = int(text) / PER_SECOND[more]
        elif name in INTEGERS and text != "-":
            record[name] = int(text)
        elif name == "connection_status" or (text != "-" and (text or name != "query")):
            record[name] = unescaped(text)
    return record


def records(directive: str, path: Path) -> list[dict[str, Any]]:
    """Read a log by its layout."""
    layout = layouts.read({"apache": directive})
    options = FormatOptions("apache", Reading(zone=ZoneInfo(ZONE)), layout=layout.format)
    made = b"".join(done.json for done, _ in parser(options).render(path.read_bytes(), ""))
    return [orjson.loads(line) for line in made.splitlines()]


@pytest.mark.parametrize("number", range(len(ACCESS)))
def test_every_line_of_a_log_format_is_read_back(logs: Path, number: int) -> None:
    path = logs / f"layout-{number}"
    made = records(f"LogFormat {quoted(plain(ACCESS[number]))} name", path)
    alone = [(logs / f"alone-{at}").read_text().splitlines() for at, _ in enumerate(codes())]
    assert len(made) == len(REQUESTS)
    for record, line, *texts in zip(made, path.read_text().splitlines(), *alone, strict=True):
        shown = dict(zip(codes(), texts, strict=True))
        assert record == expected(ACCESS[number], shown), line


# -- error logs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(ERRORS)))
def test_every_line_of_an_error_log_format_is_read_back(logs: Path, number: int) -> None:
    layout = ERRORS[number]
    names = {mark.name for mark in marks(layout)}
    host = f"e-{number}"
    made = records(f"ErrorLogFormat {quoted(plain(layout))}", logs / host)
    known = {
        "pid": int((logs / "alone-1").read_text().split()[0]),
        "tid": int((logs / "alone-2").read_text().split()[0]),
        "client_ip": "127.0.0.1", "peer_ip": "127.0.0.1", "virtual_host": host,
        "server_name": host, "env_kind": "kind GET", "referer": REFERER, "keepalive_requests": 0,
        # What a client sent stays as httpd writes it.
        "header_x_id": r"a\tb \xc3\xa9 \xec\x9c\xa0\\n",
    }  # fmt: skip
    assert len(made) == len(FAILED)
    for record, (module, level, error, message) in zip(made, FAILED.values(), strict=True):
        text = message.replace("{pages}", str(logs.parent / "pages"))
        wanted = known | {"module": module, "level": level, "error": error, "message": text}
        for name in names - {"timestamp", "file", "log_id"}:
            assert record.get(name) == wanted.get(name), (record, name)
        at = datetime.fromisoformat(record["timestamp"])
        assert abs((datetime.now(UTC) - at).total_seconds()) < 600
        digits = next(mark.more for mark in marks(layout) if mark.name == "timestamp")
        assert len(record["timestamp"].partition(".")[2].strip("Z")) == int(digits)
