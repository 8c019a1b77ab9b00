"""A real nginx, which opens its log anew on a signal, and the real logrotate."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from tests.e2e.servers import GROUP, free_port, need, status

#: Debian's user of web servers: logrotate's ``su`` asks for a name.
USER = "www-data"

CONF = """
daemon off;
pid {base}/nginx.pid;
error_log {base}/error.log notice;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {base}/temp;
    proxy_temp_path {base}/temp;
    fastcgi_temp_path {base}/temp;
    uwsgi_temp_path {base}/temp;
    scgi_temp_path {base}/temp;
    keepalive_requests 1000000;
    access_log {logs}/access.log combined;
    {directives}
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 204; }}
    }}
}}
"""

ROTATE = """
{logs}/access.log {{
    su {user} {user}
    create 0640
    rotate 9
    postrotate
        kill -USR1 $(cat {base}/nginx.pid)
    endscript
}}
"""


class Nginx:
    """Debian's nginx in a folder of its own; its log is readable by the shared group.

    Args:
        folder: where.
        directives: of its http block; ``{logs}`` is the folder of the logs.
    """

    def __init__(self, folder: Path, directives: str = "") -> None:
        need("nginx", "setpriv", "logrotate")
        self.port = free_port()
        self.base = folder / "nginx"
        self.logs = self.base / "logs"
        self.logs.mkdir(parents=True)
        conf = self.base / "nginx.conf"
        directives = directives.replace("{logs}", str(self.logs))
        conf.write_text(
            CONF.format(base=self.base, logs=self.logs, port=self.port, directives=directives)
        )
        self.rotation = folder / "nginx.logrotate"
        self.rotation.write_text(ROTATE.format(base=self.base, logs=self.logs, user=USER))
        self.rotation.chmod(0o644)
        for path in (self.base, conf, self.logs):
            shutil.chown(path, USER, USER)
        os.chown(self.logs, -1, GROUP)
        self.logs.chmod(0o2750)  # files made here are the shared group's
        user = [f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        own = ["-e", str(self.base / "error.log"), "-p", str(self.base), "-c", str(conf)]
        with (self.base / "console").open("wb") as console:
            self.process = subprocess.Popen(
                ["setpriv", *user, "--inh-caps=-all", "--no-new-privs", "nginx", *own],
                stdout=console,
                stderr=subprocess.STDOUT,
                umask=0o027,
            )
        try:
            wait_until(lambda: status(f"http://127.0.0.1:{self.port}/start") == 204)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it, and wait."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Traffic(threading.Thread):
    """Asks a server for numbered pages, one after the other, until told to stop."""

    def __init__(self, port: int, *, pause_s: float = 0.002) -> None:
        super().__init__(daemon=True)
        self.asked = 0
        self._port = port
        self._pause_s = pause_s
        self._enough = threading.Event()

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        while not self._enough.wait(self._pause_s):
            connection.request("GET", f"/{self.asked}")
            connection.getresponse().read()
            self.asked += 1
        connection.close()

    def finish(self) -> int:
        """Stop asking; gives how many pages were asked for."""
        self._enough.set()
        self.join(30)
        assert not self.is_alive()
        return self.asked


def logrotate(conf: Path) -> None:
    """Rotate what a configuration names, now; the state stands beside it."""
    command = ["logrotate", "--force", "--state", f"{conf}.state", str(conf)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def wait_until(done: Callable[[], bool], timeout: float = 30.0) -> None:
    """Ask again and again, for what nobody tells: a port that opens, a file that is written."""
    deadline = time.monotonic() + timeout
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
