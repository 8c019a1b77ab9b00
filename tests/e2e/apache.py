"""A real Apache httpd, one thread that answers one request after the other."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from tests.e2e.nginx import wait_until
from tests.e2e.servers import free_port, need, status

MODULES = Path("/usr/lib/apache2/modules")

#: With one thread, and a connection for each request, a log's lines stand in the requests' order.
CONF = """
ServerRoot "{base}"
ServerName shop.example.org
Listen 127.0.0.1:{port}
PidFile "{base}/httpd.pid"
Mutex file:{base} default
User www-data
Group www-data
StartServers 1
ServerLimit 1
ThreadLimit 1
ThreadsPerChild 1
MaxRequestWorkers 1
MinSpareThreads 1
MaxSpareThreads 2
KeepAlive Off
DocumentRoot "{base}/pages"
<Directory "{base}/pages">
    AllowOverride None
    Require all granted
</Directory>
{directives}
"""


class Apache:
    """Debian's httpd in a folder of its own.

    Args:
        folder: where.
        directives: of its configuration; ``{logs}`` and ``{base}`` are its folders.
        modules: names of modules it needs besides.
        zone: of its clock.
    """

    def __init__(self, folder: Path, directives: str, *modules: str, zone: str = "UTC") -> None:
        need("apache2")
        self.port = free_port()
        self.base = folder / "httpd"
        self.logs = self.base / "logs"
        self.pages = self.base / "pages"
        for path in (self.base, self.logs, self.pages):
            path.mkdir(mode=0o755)
        needed = ("mpm_worker", "authz_core", *modules)
        loads = "".join(f"LoadModule {one}_module {MODULES}/mod_{one}.so\n" for one in needed)
        for name, value in (("logs", self.logs), ("base", self.base), ("port", self.port)):
            directives = directives.replace(f"{{{name}}}", str(value))
        conf = self.base / "httpd.conf"
        text = CONF.format(base=self.base, port=self.port, directives=directives)
        conf.write_text(loads + text)
        with (self.base / "console").open("wb") as console:
            self.process = subprocess.Popen(
                ["apache2", "-D", "FOREGROUND", "-f", str(conf)],
                stdout=console,
                stderr=subprocess.STDOUT,
                env={**os.environ, "TZ": zone},
                start_new_session=True,  # at its end it tells its whole group to end
            )
        try:
            wait_until(self._answers)
        except BaseException:
            self.stop()
            raise

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.base / "console").read_text()
        return status(f"http://127.0.0.1:{self.port}/start") == 404

    def stop(self) -> None:
        """Stop it, and wait."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
