"""Configurations of applications, and what ``sidecar init`` makes of them.

A folder of ``cases`` holds the arguments (``args``), the files they name, what is printed of them
(``expected.yaml``) and what is said (``expected.txt``). ``make golden`` writes the expected files.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/args"))


def made(case: Path) -> tuple[str, str, int]:
    """Give what the command prints, what it says, and its exit code."""
    arguments = shlex.split((case / "args").read_text())
    command = [sys.executable, "-m", "sidecar", "init", *arguments]
    done = subprocess.run(
        command, cwd=case, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout, done.stderr, done.returncode


if __name__ == "__main__":
    for one in CASES:
        text, said, _ = made(one)
        (one / "expected.yaml").write_text(text)
        (one / "expected.txt").write_text(said)
        sys.stdout.write(f"{one}\n")
