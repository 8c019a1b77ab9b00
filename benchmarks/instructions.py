"""``python -m benchmarks.instructions``: what a byte costs, counted and not timed.

Whole processes run under valgrind, which counts the instructions of user space; what they take for
a small log is taken off what they take for a larger one, and with it their start. The figures are
the same on a machine that others share. An instruction is not a time: those that wait for memory
take longer, copies by ``rep movsb`` count a byte each, and the kernel's are not seen.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from benchmarks.corpora import KINDS, MB, Corpus
from benchmarks.end_to_end import CONVERT, commands
from benchmarks.processes import ROOT, BenchError, environment, measure
from benchmarks.report import table

#: Logs so large are run, in bytes; the difference is what is counted.
_SMALL, _LARGE = MB, 5 * MB

#: What people write, and the converter is held against.
_LOOPS = ("line", "fields")

_REFS = re.compile(r"I\s+refs:\s+([\d,]+)")


def main(argv: list[str] | None = None) -> int:
    """Count; 0: done, 1: a process failed, 2: usage, or no valgrind."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.instructions",
        description="Count the instructions a byte of the converter and of the loops people write.",
    )
    parser.add_argument("name", nargs="*", default=[*KINDS], help="KIND[+VARIANT…]; default: all")
    args = parser.parse_args(argv)
    if not shutil.which("valgrind"):
        parser.error("found no valgrind, expected it to be installed: apt-get install valgrind")
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(prefix="sidecar-bench-") as folder:
        for name in args.name:
            try:
                rows += _counted(name, folder)
            except ValueError as error:
                parser.error(str(error))
            except BenchError as error:
                print(error, file=sys.stderr)
                return 1
    print("\n".join(table(("log", "what", "instructions a byte", "vs line", "vs fields"), rows)))
    return 0


def _counted(name: str, folder: str) -> list[tuple[str, ...]]:
    """Give the rows of a log.

    Raises:
        BenchError: a process failed.
        ValueError: there is no such log.
    """
    logs = [
        Corpus.named(name, size).write(os.path.join(folder, f"{name}-{size}"))
        for size in (_SMALL, _LARGE)
    ]
    small, large = map(commands, logs)
    for command in small.values():
        measure(command)  # what is compiled once is no cost of a byte
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        counts = threads.map(_instructions, [*small.values(), *large.values()])
        start, end = ([*islice(counts, len(small))] for _ in range(2))
    more = logs[1].size - logs[0].size
    per_byte = {what: (two - one) / more for what, one, two in zip(small, start, end, strict=True)}
    return [
        (name, what, f"{found:.1f}", *(_times(per_byte[loop], found, what) for loop in _LOOPS))
        for what, found in per_byte.items()
    ]


def _times(loop: float, found: float, what: str) -> str:
    return f"{loop / found:.2f}" if what.startswith(CONVERT) else ""


def _instructions(command: Sequence[str]) -> int:
    """Run a command to its end, and give how many instructions it took.

    Raises:
        BenchError: it failed.
    """
    tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run(
        [*tool, *command],
        cwd=ROOT,
        env={**environment(), "PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    found = _REFS.search(done.stderr)
    if done.returncode or not found:
        raise BenchError(f"{' '.join(command)}: ended with {done.returncode}\n{done.stderr}")
    return int(found[1].replace(",", ""))


if __name__ == "__main__":
    sys.exit(main())
