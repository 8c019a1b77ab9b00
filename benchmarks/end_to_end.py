"""Whole conversions, from the start of the process to its end, beside floors and loops.

``sidecar convert`` reads the same file as the loops of ``loops`` do, round by round in turn, and
all of them write to the null device. What came out is checked before anything is timed.
"""

from __future__ import annotations

import filecmp
import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.checking import difference
from benchmarks.corpora import Corpus, Made
from benchmarks.processes import LOOPS, SIDECAR, BenchError, Usage, interleave, measure
from benchmarks.report import Goal, Row, usage_figures

CONVERT = "convert"  # the format found line by line, as it is by default

_SMALL = Goal("rss_mb", 40)

#: What a conversion should be: so many times less CPU than the loops, whole processes both.
_GOALS = {
    "bracket": (
        Goal("times_line", 1.3, at_least=True),
        Goal("times_line", 1.6, at_least=True),
        Goal("times_fields", 2.4, at_least=True),
    ),
    "access": (
        Goal("times_line", 1.2, at_least=True),
        Goal("times_fields", 1.6, at_least=True),
    ),
    "juli": (
        Goal("times_line", 1.3, at_least=True),
        Goal("times_fields", 1.6, at_least=True),
    ),
    "misfits": (Goal("times_line", 4.0, at_least=True),),
}


def convert(paths: Sequence[str], format_: str = "") -> tuple[str, ...]:
    """Give the command that converts files, in a format that is given or found."""
    given = ("--format", format_) if format_ else ()
    return (*SIDECAR, "convert", "--quiet", *given, *paths)


def rows(corpus: Corpus, name: str, folder: str, repeat: int) -> Iterator[Row]:
    """Measure the conversion of a corpus.

    Args:
        corpus: what is converted.
        name: what it is called in the table.
        folder: where files may be made.
        repeat: how many times each process is run.

    Raises:
        BenchError: a process failed, or its output is wrong.
    """
    made = corpus.write(os.path.join(folder, f"{name}.log"))
    commands = _commands(made)
    _check_all(made, commands, folder, name)
    used = interleave(commands, repeat)
    os.unlink(made.path)
    for what, usages in used.items():
        yield _row(name, what, made, usages, used)


def start_rows(folder: str, repeat: int) -> Iterator[Row]:
    """Measure what a conversion of one line costs: the start of the process, most of all."""
    made = Corpus("bracket", 1).write(os.path.join(folder, "one-line.log"))
    commands = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "line": (*LOOPS, "line", made.path, "bracket"),
        CONVERT: convert([made.path]),
    }
    _check_all(made, commands, folder, "start")
    used = interleave(commands, max(repeat, 10))
    for what, usages in used.items():
        goals = (Goal("cpu_s", 0.12),) if what == CONVERT else ()
        yield Row("start", what, *_figures(usages), goals)


def _commands(made: Made) -> dict[str, Sequence[str]]:
    kind = made.corpus.kind
    given = "bracket" if kind == "misfits" else kind
    return {
        **{loop: (*LOOPS, loop, made.path, kind) for loop in ("read", "split", "line", "fields")},
        CONVERT: convert([made.path]),
        f"{CONVERT} --format {given}": convert([made.path], given),
    }


def _check_all(made: Made, commands: Mapping[str, Sequence[str]], folder: str, name: str) -> None:
    """Run everything that writes once, and see that what it wrote is right."""
    loop = os.path.join(folder, "line.jsonl")
    output = os.path.join(folder, "output.jsonl")
    measure(commands["line"], loop)
    for what, command in commands.items():
        if what != "fields" and not what.startswith(CONVERT):
            continue
        measure(command, output)
        if what == "fields":
            problem = "" if filecmp.cmp(loop, output, shallow=False) else "unlike those of line"
        else:
            problem = difference(made, loop, output)
        if problem:
            raise BenchError(f"{name}: wrong records from {what}: {problem}")
    os.unlink(loop)
    os.unlink(output)


def _row(
    name: str,
    what: str,
    made: Made,
    usages: Sequence[Usage],
    used: Mapping[str, Sequence[Usage]],
) -> Row:
    figures, samples = _figures(usages)
    best = figures["cpu_s"]
    figures["mb_per_cpu_s"] = made.size / 1e6 / best
    goals: tuple[Goal, ...] = ()
    figures["events_per_cpu_s"] = made.events / best
    if what.startswith(CONVERT):
        for loop in ("line", "fields"):
            figures[f"times_{loop}"] = min(one.cpu_s for one in used[loop]) / best
        goals = (*(() if made.corpus.variants else _GOALS[made.corpus.kind]), _SMALL)
    return Row(name, what, figures, samples, goals)


def _figures(usages: Sequence[Usage]) -> tuple[dict[str, float], dict[str, list[float]]]:
    cpu, wall = [one.cpu_s for one in usages], [one.wall_s for one in usages]
    rss = max(one.rss for one in usages)
    return usage_figures(cpu, wall, rss), {"cpu_s": cpu, "wall_s": wall}
