"""Processes measured from outside: what one cost that ended, what one costs that runs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

#: Everything is run from here, so that it is this tree that is measured.
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_LAUNCH = os.path.join(ROOT, "benchmarks", "launch.py")

#: The interpreter of a benchmark is that of what it measures.
SIDECAR = (sys.executable, "-m", "sidecar")
LOOPS = (sys.executable, "-m", "benchmarks.loops")


class BenchError(Exception):
    """What was to be measured does not do its work, so that its figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process cost, from its start to its end.

    Attributes:
        cpu_s: of user and system together.
        wall_s: as a clock on the wall saw it.
        rss: bytes resident at its peak.
        faults: pages it had to ask the kernel for.
    """

    cpu_s: float
    wall_s: float
    rss: int
    faults: int


def environment() -> dict[str, str]:
    """Give this process's environment without what would configure the sidecar.

    Modules are compiled once, as they are in the image.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIDECAR_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def measure(
    command: Sequence[str],
    output: str | int = os.devnull,
    *,
    tree: str = ROOT,
    timeout_s: float = 600,
) -> Usage:
    """Run a command to its end.

    Args:
        command: what to run; its first word is a path.
        output: path or descriptor of where its standard output goes.
        tree: folder of the sources that are measured.
        timeout_s: it is broken if it takes longer.

    Raises:
        BenchError: it failed.
    """
    with launched(command, environment(), output, tree) as (process, _):
        return usage(process, command, timeout_s)


@contextlib.contextmanager
def launched(
    command: Sequence[str],
    env: Mapping[str, str],
    output: str | int = os.devnull,
    tree: str = ROOT,
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start a command by ``launch.py``, and give that process and the id of the command's own.

    Args:
        command: what to run; its first word is a path.
        env: its environment.
        output: path or descriptor of where its standard output goes.
        tree: folder it is run in.

    Raises:
        BenchError: it could not be started.
    """
    pass_fds = (output,) if isinstance(output, int) else ()
    path = output if isinstance(output, str) else f"/proc/self/fd/{output}"
    with subprocess.Popen(
        [sys.executable, "-I", "-S", _LAUNCH, path, *command],
        pass_fds=pass_fds,
        cwd=tree,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        if not (pid := process.stdout.readline()):
            _, said = process.communicate()
            raise BenchError(f"{' '.join(command)}: could not be run\n{said.decode()}")
        try:
            yield process, int(pid)
        except BaseException:
            if process.poll() is None:
                os.kill(int(pid), signal.SIGKILL)
            raise


def usage(
    process: subprocess.Popen[bytes], command: Sequence[str], timeout_s: float = 600
) -> Usage:
    """Wait for the end of what :func:`launched` started, and give what it cost.

    Raises:
        BenchError: it failed.
    """
    out, err = process.communicate(timeout=timeout_s)
    said = err.decode(errors="replace").strip()
    if process.returncode:
        raise BenchError(f"{' '.join(command)}: could not be run\n{said}")
    found = json.loads(out)
    if code := found.pop("code"):
        raise BenchError(f"{' '.join(command)}: ended with exit code {code}\n{said}")
    return Usage(**found)


def cpu(usages: Sequence[Usage]) -> list[float]:
    """Give the CPU seconds of several."""
    return [one.cpu_s for one in usages]


def interleave(runs: Mapping[str, Callable[[], Usage]], repeat: int) -> dict[str, list[Usage]]:
    """Run each of several things so many times, one after the other, round by round.

    What slows the machine for a while then slows all of them.
    """
    done: dict[str, list[Usage]] = {name: [] for name in runs}
    for _ in range(repeat):
        for name, run in runs.items():
            done[name].append(run())
    return done


def cpu_s(pid: int) -> float:
    """Give the CPU time of a running process, all threads, to the nanosecond.

    ``/proc/PID/stat`` counts in ticks of 10 ms, which an idle process needs minutes for. The clock
    is that of ``clock_getcpuclockid(3)``; the number is made as glibc makes it.
    """
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid: int) -> tuple[int, int]:
    """Give the bytes a running process has resident, and had at its peak."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        found = dict(line.split(":", 1) for line in status)
    now, peak = (int(found[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak
