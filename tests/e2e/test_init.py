"""Debian's configurations of real servers become ours, and what the servers write is read by it.

Their folders are copied, since a test needs ports and logs of its own; only paths and ports are
written anew in the copies.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from tests.e2e.conftest import open_folder
from tests.e2e.harness import command
from tests.e2e.nginx import wait_until
from tests.e2e.servers import Tomcat, free_port, need, need_root, status

AGENT = 'Mozilla/5.0 "quoted" (X11; back\\slash) é'


def configured(conf: Path, into: Path) -> Path:
    """Make a configuration of a server's, which is accepted."""
    made = into / "sidecar.yaml"
    done = command("init", str(conf), "-o", str(made))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = command("check", "--config", str(made))
    assert (done.returncode, done.stderr) == (0, "")
    return made


def records(made: Path) -> dict[str, list[dict[str, Any]]]:
    """Read all that was written; gives the records of each source, by the name of its files."""
    given = yaml.safe_load(made.read_text())
    for source in given["sources"]:
        name = os.path.basename(source["include"][0]).split(".")[0]
        source["fields"] = {"log": name}
    given |= {"output": {"add": ["format"]}, "log": {"level": "warning"}, "http": {"listen": ""}}
    made.write_text(yaml.safe_dump(given))
    state = str(made.with_name("state"))
    done = command("run", "--once", "--config", str(made), "--state-dir", state)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        one = orjson.loads(line)
        found.setdefault(one["log"], []).append(one)
    return found


def ask(port: int, *targets: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    for target in targets:
        headers: dict[str, str | bytes] = {
            "User-Agent": AGENT.encode(),
            "Referer": "http://example.org/?a=b c",
        }
        connection.request("GET", target, headers=headers)
        connection.getresponse().read()
    connection.close()


def written_anew(folder: Path, changes: Mapping[str, str]) -> None:
    """Change what stands in the files of a folder; each change is needed somewhere."""
    wanted = set(changes)
    for path in folder.rglob("*"):
        if path.is_file():
            text = before = path.read_text(errors="surrogateescape")
            for old, new in changes.items():
                text = re.sub(old, new, text)
                if text != before:
                    wanted.discard(old)
                before = text
            path.write_text(text, errors="surrogateescape")
    assert not wanted


@pytest.fixture
def folder() -> Iterator[Path]:
    need_root()
    with open_folder() as name:
        yield Path(name)


def pages(folder: Path) -> Path:
    """Make a folder of pages, with one that the server may not read."""
    root = folder / "pages"
    root.mkdir(mode=0o755)
    (root / "index.html").write_text("here\n")
    (root / "secret").write_text("not for you\n")
    (root / "secret").chmod(0)
    return root


@contextmanager
def running(port: int, *args: str) -> Iterator[None]:
    """Run a server until it answers, and stop it when all was asked."""
    process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: process.poll() is not None or status(f"http://127.0.0.1:{port}/") > 0)
        assert process.poll() is None, process.communicate()[0].decode()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def test_debians_tomcat_is_configured_and_read(folder: Path) -> None:
    tomcat = Tomcat(folder, conf=Path("/etc/tomcat10"))
    try:
        ask(tomcat.port, "/ok.jsp?id=1&b=%20x", "/boom.jsp?id=2", "/nope/a;b=c")
    finally:
        tomcat.stop()
    found = records(configured(tomcat.base / "conf", folder))
    assert set(found) == {"catalina", "localhost", "localhost_access_log"}
    assert {one["format"] for one in found["catalina"]} == {"juli"}
    assert {one["format"] for one in found["localhost_access_log"]} == {"access"}
    assert not [one for all_ in found.values() for one in all_ if "parse_error" in one]
    assert any("Server startup in" in one["message"] for one in found["catalina"])
    (boom,) = [one for one in found["localhost"] if "cause of 2" in one["message"]]
    assert boom["level"] == "ERROR"
    assert "\tat " in boom["message"]
    asked = {(one["path"], one["status"]) for one in found["localhost_access_log"]}
    assert {("/ok.jsp?id=1&b=%20x", 200), ("/boom.jsp?id=2", 500), ("/nope/a;b=c", 404)} <= asked


def test_debians_nginx_is_configured_and_read(folder: Path) -> None:
    need("nginx")
    conf, logs, port = folder / "nginx", folder / "logs", free_port()
    shutil.copytree("/etc/nginx", conf)
    logs.mkdir(mode=0o755)
    written_anew(
        conf,
        {
            "/etc/nginx": str(conf),
            "/var/log/nginx": str(logs),
            "/run/nginx.pid": str(folder / "nginx.pid"),
            r"(?m)^\s*listen \[::\]:80 default_server;\n": "",
            r"(?m)^(\s*)listen 80 default_server;": rf"\1listen 127.0.0.1:{port} default_server;",
            r"root /var/www/html;": f"root {pages(folder)};",
        },
    )
    with running(port, "nginx", "-c", f"{conf}/nginx.conf", "-e", f"{logs}/error.log",
                 "-g", "daemon off;"):  # fmt: skip
        ask(port, "/index.html?a=1", "/secret", "/nope/a;b=c")
    found = records(configured(conf, folder))
    assert set(found) == {"access", "error"}
    assert not [one for all_ in found.values() for one in all_ if "parse_error" in one]
    asked = {(one["path"], one["status"]): one for one in found["access"]}
    assert {("/index.html?a=1", 200), ("/secret", 403), ("/nope/a;b=c", 404)} <= set(asked)
    assert asked["/secret", 403]["user_agent"] == AGENT
    denied = [one for one in found["error"] if "Permission denied" in one["message"]]
    assert denied
    assert {one["client_ip"] for one in denied} == {"127.0.0.1"}


def test_debians_apache_is_configured_and_read(folder: Path) -> None:
    need("apache2")
    conf, logs, port, other = folder / "apache2", folder / "logs", free_port(), free_port()
    shutil.copytree("/etc/apache2", conf)
    logs.mkdir(mode=0o755)
    written_anew(
        conf,
        {
            r"/var/log/apache2\$SUFFIX": str(logs),
            r"/var/(run|lock)/apache2\$SUFFIX": str(folder),
            r"(?m)^Listen 80$": f"Listen 127.0.0.1:{port}\nListen 127.0.0.1:{other}",
            r"<VirtualHost \*:80>": f"<VirtualHost *:{port}>",
            "/var/www/": f"{folder}/",
            f"{folder}/html": str(pages(folder)),
        },
    )
    # Without a name of its own it would complain before its log has a form.
    script = f". {conf}/envvars; exec apache2 -C 'ServerName localhost' -d {conf} -DFOREGROUND"
    with running(port, "sh", "-c", script):
        ask(port, "/index.html?a=1", "/secret", "/nope/a;b=c")
        ask(other, "/main")
    found = records(configured(conf, folder))
    assert set(found) == {"access", "error", "other_vhosts_access"}
    assert not [one for all_ in found.values() for one in all_ if "parse_error" in one]
    asked = {(one["path"], one["status"]): one for one in found["access"]}
    assert {("/index.html?a=1", 200), ("/secret", 403), ("/nope/a;b=c", 404)} <= set(asked)
    assert asked["/secret", 403]["referer"] == "http://example.org/?a=b c"
    assert [one["path"] for one in found["other_vhosts_access"]] == ["/main"]
    assert found["other_vhosts_access"][0]["virtual_host"] == "localhost"
    denied = [one for one in found["error"] if "ermission" in one["message"]]
    assert denied
    assert {one["client_ip"] for one in denied} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("conf", "program", "logs"),
    [
        ("/etc/tomcat10", "tomcat10-instance-create", "/var/lib/tomcat10/logs/catalina."),
        ("/etc/nginx", "nginx", "/var/log/nginx/access.log"),
        ("/etc/apache2", "apache2", "/var/log/apache2/access.log"),
    ],
)
def test_debians_folders_are_read_where_they_are(
    conf: str, program: str, logs: str, tmp_path: Path
) -> None:
    need(program)
    assert f'"{logs}' in configured(Path(conf), tmp_path).read_text()
