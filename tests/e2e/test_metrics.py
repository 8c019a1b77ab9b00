"""What the daemon says of itself, while it works."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.harness import Sidecar
from tests.e2e.nginx import wait_until
from tests.e2e.servers import need
from tests.e2e.writers import Writer

Start = Callable[..., Sidecar]

SCRAPES = 50


def scrape(one: Sidecar) -> dict[str, dict[str, float]]:
    """Give the samples by name, then by their first label's value ("" where there is none)."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for family in text_string_to_metric_families(one.get("/metrics")[1]):
        for sample in family.samples:
            found[sample.name][next(iter(sample.labels.values()), "")] = sample.value
    return found


def add_up(figures: dict[str, dict[str, float]]) -> None:
    """Hold read = emitted + skipped + pending, for each file and in total."""
    emitted = figures["sidecar_file_emitted_bytes_total"]
    skipped = figures["sidecar_file_skipped_bytes_total"]
    pending = figures["sidecar_file_pending_bytes"]
    for file, size in figures["sidecar_file_read_bytes_total"].items():
        assert size == emitted[file] + skipped[file] + pending[file], file
    assert figures["sidecar_read_bytes_total"][""] == (
        figures["sidecar_emitted_bytes_total"][""]
        + sum(figures["sidecar_skipped_bytes_total"].values())
        + figures["sidecar_pending_bytes"][""]
    )


def wait_quiet(one: Sidecar, size: float) -> dict[str, dict[str, float]]:
    """Wait until so many bytes were read and none is held; gives the figures."""
    figures: dict[str, dict[str, float]] = {}

    def quiet() -> bool:
        figures.update(scrape(one))
        read = figures["sidecar_read_bytes_total"][""]
        return read >= size and not figures["sidecar_pending_bytes"][""]

    wait_until(quiet)
    return figures


def test_promtool_accepts_the_metrics(logs: Path, sidecar: Start) -> None:
    need("promtool")
    writer = Writer(logs)
    writer.start()
    one = sidecar().ready()
    one.wait_lines(100)
    text = one.get("/metrics")[1]
    check = ["promtool", "check", "metrics"]
    done = subprocess.run(
        check, input=text, capture_output=True, text=True, timeout=30, check=False
    )
    writer.finish()
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_daemon_becomes_ready_and_is_healthy(logs: Path, sidecar: Start) -> None:
    one = sidecar()
    one.ready()
    assert one.get("/ready")[0] == 200
    assert one.get("/health")[0] == 200
    assert one.get("/nowhere")[0] == 404


def test_read_is_emitted_and_skipped_and_pending_at_every_scrape(
    logs: Path, sidecar: Start
) -> None:
    (logs / "marked.log").write_bytes(b"\xef\xbb\xbf" + b"with a byte order mark\n" * 100)
    writer = Writer(logs, rotate_every=300)
    writer.start()
    one = sidecar().ready()
    for number in range(SCRAPES):
        one.wait_lines(20 * number)
        add_up(scrape(one))
    written = writer.finish()
    one.wait_lines(2 * written + 100)
    size = sum(path.stat().st_size for path in logs.iterdir())
    figures = wait_quiet(one, size)
    add_up(figures)
    assert figures["sidecar_read_bytes_total"][""] == size
    assert figures["sidecar_skipped_bytes_total"]["bom"] == 3
    assert not any(figures["sidecar_lost_bytes_total"].values())
    assert one.stop() == 0


def test_totals_agree_with_the_files_after_kills_and_restarts(logs: Path, sidecar: Start) -> None:
    writer = Writer(logs, rotate_every=300)
    writer.start()
    env = {"SIDECAR_CHECKPOINT__INTERVAL_S": "0.1"}
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        one = sidecar(env=env)
        one.wait_lines(200)
        assert one.stop(number) in {0, -signal.SIGKILL}
    writer.finish()
    one = sidecar()
    size = sum(path.stat().st_size for path in logs.iterdir())
    figures = wait_quiet(one, size)
    add_up(figures)
    assert figures["sidecar_read_bytes_total"][""] == size
    assert figures["sidecar_emitted_bytes_total"][""] == size
    assert one.stop() == 0


def test_scrapes_are_answered_while_stdout_takes_nothing(logs: Path, sidecar: Start) -> None:
    writer = Writer(logs, pause_s=0.0005)
    writer.start()
    one = sidecar(reads=False).ready()
    one.wait_blocked()
    for _ in range(10):
        figures = scrape(one)
        add_up(figures)
        assert figures["sidecar_pending_bytes"][""] > 0
    written = writer.finish()
    reader = threading.Thread(target=one._read, daemon=True)
    reader.start()
    one.wait_lines(2 * written)
    assert one.stop() == 0
    reader.join(10)
