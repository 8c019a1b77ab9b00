"""The real logrotate, beside traffic on a real nginx and a real Tomcat, through restarts."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Sidecar
from tests.e2e.nginx import Nginx, Traffic, logrotate
from tests.e2e.servers import Tomcat
from tests.e2e.test_tomcat import Shop

SECONDS = float(os.environ.get("SIDECAR_E2E_SECONDS", "20"))

COPYTRUNCATE = """
{logs}/*.log {logs}/*.txt {{
    su root root
    copytruncate
    rotate 9
}}
"""


@pytest.mark.timeout(SECONDS * 2 + 100)
def test_rotations_beside_traffic_and_restarts_lose_and_repeat_nothing(
    nginx: Nginx, tomcat: Tomcat, open_path: Path, other_user: Callable[..., Sidecar]
) -> None:
    """Nginx writes all the while; Tomcat is quiet while its files are copied and truncated.

    What an application writes between copy and truncation no reader ever sees. The globs match
    the rotated files too.
    """
    shop = Shop(tomcat)
    copytruncate = open_path / "tomcat.logrotate"
    copytruncate.write_text(COPYTRUNCATE.format(logs=tomcat.logs))
    copytruncate.chmod(0o644)
    globs = (str(nginx.logs / "access.log*"), *shop.globs)
    records: list[dict[str, Any]] = []
    one = other_user(*globs).ready()
    traffic = Traffic(nginx.port)
    traffic.start()

    def stop() -> None:
        assert one.stop() == 0
        records.extend(one.records)

    def rotate_tomcat() -> None:
        shop.settle()
        logrotate(copytruncate)

    begin = time.monotonic()
    for step in range(1, 7):
        while time.monotonic() < begin + SECONDS * step / 7:
            shop.visit(10)
        if step in {1, 4}:
            logrotate(nginx.rotation)
        elif step == 2:
            stop()
            one = other_user(*globs)
        elif step in {3, 6}:
            rotate_tomcat()
        elif step == 5:  # everything rotates while nobody reads
            stop()
            logrotate(nginx.rotation)
            rotate_tomcat()
            one = other_user(*globs)
    shop.visit(50)
    asked = traffic.finish()
    shop.settle()
    every = len(shop.lines()) + len(shop.messages()) + asked + 1
    one.wait_lines(every - len(records), timeout=30)
    stop()
    assert len(list(nginx.logs.glob("access.log.*"))) == 3
    assert len(list(tomcat.logs.glob("*.txt.*"))) == 3
    pages = {f"/{number}" for number in range(asked)} | {"/start"}
    of_nginx = [record for record in records if record.get("path") in pages]
    assert Counter(record["path"] for record in of_nginx) == Counter(pages)
    shop.check([record for record in records if record.get("path") not in pages])
