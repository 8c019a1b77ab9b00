"""Real servers of the system's packages, run as an unprivileged user on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PACKAGES = Path(__file__).with_name("packages.txt").read_text().split()

#: The user the application runs as, the user the sidecar runs as, and the group they share.
APP_UID, SIDECAR_UID, GROUP = 12345, 23456, 34567


def need(*commands: str) -> None:
    """Skip, or under SIDECAR_TEST_E2E=required fail, where a command of the packages lacks."""
    _need([one for one in commands if not shutil.which(one)])


def need_files(*paths: Path) -> None:
    """Do the same where a file of the packages lacks."""
    _need([str(one) for one in paths if not one.exists()])


def _need(missing: list[str]) -> None:
    if not missing:
        return
    reason = f"no {', '.join(missing)} here: apt-get install {' '.join(PACKAGES)}"
    if os.environ.get("SIDECAR_TEST_E2E") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def need_root() -> None:
    """Skip, or under SIDECAR_TEST_E2E=required fail, where other users cannot be taken on."""
    if os.geteuid() != 0:
        if os.environ.get("SIDECAR_TEST_E2E") == "required":
            pytest.fail("root is needed to run processes as other users")
        pytest.skip("root is needed to run processes as other users")


def as_user(uid: int, *, gid: int = GROUP) -> list[str]:
    """Give the command line that drops to a user without capabilities."""
    user = [f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    return ["setpriv", *user, "--inh-caps=-all", "--no-new-privs"]


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(url: str) -> int:
    """Ask for a page; gives its status, 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


def own(folder: Path, uid: int, mode: int) -> None:
    """Give a folder and all in it to a user and the shared group."""
    os.chown(folder, uid, GROUP)
    folder.chmod(mode)
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(root, name), uid, GROUP)


BOOM = """<%!
  void fail(String id) {
    try { throw new IllegalArgumentException("cause of " + id); }
    catch (RuntimeException e) { throw new IllegalStateException("boom " + id, e); }
  }
%><% fail(request.getParameter("id")); %>
"""


class Tomcat:
    """Debian's Tomcat in a folder of its own.

    Args:
        folder: where.
        valves: XML for its host.
    """

    def __init__(self, folder: Path, valves: str = "") -> None:
        need("tomcat10-instance-create", "setpriv")
        self.port = free_port()
        self.base = folder / "tomcat"
        self.logs = self.base / "logs"
        create = ["tomcat10-instance-create", "-p", str(self.port), "-c", str(free_port())]
        subprocess.run([*create, str(self.base)], check=True, capture_output=True)
        server = self.base / "conf" / "server.xml"
        text = server.read_text().replace('pattern="', 'buffered="false" pattern="')
        server.write_text(text.replace("</Host>", f"{valves}</Host>"))
        app = self.base / "webapps" / "ROOT"
        app.mkdir(parents=True, exist_ok=True)
        (app / "ok.jsp").write_text('ok <%= request.getParameter("id") %>\n')
        (app / "boom.jsp").write_text(BOOM)
        own(self.base, APP_UID, 0o750)
        env = {
            **os.environ,
            "CATALINA_HOME": "/usr/share/tomcat10",
            "CATALINA_BASE": str(self.base),
            "CATALINA_TMPDIR": str(self.base / "temp"),
            "JAVA_OPTS": "-Xmx256m -Djava.awt.headless=true",
            "UMASK": "0027",
        }
        script = "/usr/share/tomcat10/bin/catalina.sh"
        with (self.base / "console").open("wb") as console:
            self.process = subprocess.Popen(
                [*as_user(APP_UID), script, "run"],
                stdout=console,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=self.base,
            )
        deadline = time.monotonic() + 60
        while status(f"{self.url}/ok.jsp?id=start") != 200:
            assert self.process.poll() is None, (self.base / "console").read_text()
            assert time.monotonic() < deadline, (self.base / "console").read_text()
            time.sleep(0.1)  # nobody tells when a port begins to listen

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop it, and wait."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
