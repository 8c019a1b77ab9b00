"""``python -m tests.soak.pressure``: every scenario at full size, and a table of figures."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.soak import scenarios
from tests.soak.scenarios import MB, Figure

Scenario = Callable[[Path], list[Figure]]

SCENARIOS: dict[str, Scenario] = {
    "a line of 1 GB": lambda folder: scenarios.long_line(folder, 1_000 * MB),
    "a line of 20 MB, after a head": lambda folder: scenarios.long_line(
        folder, 20 * MB, head=scenarios.JULI
    ),
    "output stalled for 60 s, 200 MB written": lambda folder: scenarios.stall(folder, 60, 200 * MB),
    "stop with 50 MB of backlog": lambda folder: scenarios.stop_with_backlog(folder, 50 * MB),
    "1,000 rotations by rename": lambda folder: scenarios.rotations(
        folder, 1_000, copytruncate=False
    ),
    "1,000 rotations by copytruncate": lambda folder: scenarios.rotations(
        folder, 1_000, copytruncate=True
    ),
    "500 idle files": lambda folder: scenarios.idle(folder, 500, 30),
    "10,000 idle files": lambda folder: scenarios.idle(folder, 10_000, 60),
    "2,000 files at once": lambda folder: scenarios.many_at_once(folder, 2_000),
    "200 quiet files beside a busy one": lambda folder: scenarios.fairness(
        folder, 200, 50 * MB, joins=False
    ),
    "200 quiet files beside a busy one, lines that join": lambda folder: scenarios.fairness(
        folder, 200, 50 * MB, joins=True
    ),
    "a deleted file that is written to": scenarios.deleted_and_written_to,
    "300 files, 128 descriptors": lambda folder: scenarios.few_descriptors(folder, 300, 128),
    "no inotify instance": lambda folder: scenarios.no_watches(
        folder, "max_inotify_instances", 0, 1
    ),
    "one inotify watch, one folder too many": lambda folder: scenarios.no_watches(
        folder, "max_inotify_watches", 2, 2
    ),
    "inotify queue overflown": lambda folder: scenarios.overflow(folder, 2_000, 100_000),
    "a file system without events": lambda folder: scenarios.no_events(folder, 20),
    "8,500 appends a second": lambda folder: scenarios.appends(folder, 8_500, 20),
}


def main(argv: list[str] | None = None) -> int:
    """Run; 0: every limit was kept, 1: one was not, or an event was lost or doubled, 2: usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.pressure", description=__doc__)
    parser.add_argument(
        "--only", metavar="WORDS", default="", help="scenarios whose name has these words"
    )
    args = parser.parse_args(argv)
    chosen = {name: run for name, run in SCENARIOS.items() if args.only in name}
    if not chosen:
        parser.error(f"no scenario has {args.only!r} in its name: {', '.join(SCENARIOS)}")
    print("| scenario | figure | found | at most |\n|---|---|---|---|", flush=True)
    ok = True
    for name, run in chosen.items():
        ok &= _row(name, run)
    return 0 if ok else 1


def _row(name: str, run: Scenario) -> bool:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sidecar-pressure-") as folder:
        try:
            figures = run(Path(folder))
        except AssertionError as error:
            print(f"| {name} | **failed** | {error} | |", flush=True)
            return False
    for figure in figures:
        limit = "" if figure.limit is None else f"{figure.limit:g}"
        missed = "" if figure.ok else " **missed**"
        print(f"| {name} | {figure.name} | {figure.value:,.2f}{missed} | {limit} |")
    print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return all(figure.ok for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
