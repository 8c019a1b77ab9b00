"""Whole conversions, from the start of the process to its end, beside floors, loops and peers.

``sidecar convert`` reads the same file as the loops of ``loops`` and the peers of ``peers`` do,
round by round in turn, and all of them write it to a file. What came out is checked before anything
is timed: the number of events, and every field that a loop finds; then every run's events.
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from benchmarks import peers
from benchmarks.checking import difference
from benchmarks.corpora import MB, Corpus, Made
from benchmarks.processes import LOOPS, ROOT, SIDECAR, BenchError, Usage, cpu, interleave, measure
from benchmarks.report import Goal, Row, ratio, usage_figures

BENCHES = {
    "mixed": "sidecar convert: logs of several natures beside plain ones, per byte",
    "start": "sidecar convert of a single line: what the start of the process costs",
    "jobs": "sidecar convert --jobs 2 beside one, ten times the size; where it is offered",
}

CONVERT = "convert"  # the format found line by line, as it is by default

#: What comes out is compared field by field for so much of each log, and counted for all of it.
_CHECKED_BYTES = 10 * MB

_SMALL = Goal("rss_mb", 40)

#: What a conversion should be: so many times less CPU than the loops; so much of the peers' CPU.
_GOALS = {
    "bracket": {"times_line": 1.6, "times_fields": 2.4, "of_rsyslog": 0.30, "of_syslog-ng": 0.25},
    "access": {"times_line": 1.2, "times_fields": 1.6, "of_rsyslog": 0.45, "of_syslog-ng": 0.35},
    "juli": {"times_line": 1.3, "times_fields": 1.6, "of_rsyslog": 0.45, "of_syslog-ng": 0.40},
    "misfits": {"times_line": 4.0, "of_rsyslog": 0.20, "of_syslog-ng": 0.15},
}

#: What a log may cost a byte whose lines are of several natures, against one whose are not.
_MIXED = 1.5

_VARIED = ("misfits", "quotes", "unicode", "crlf")


def convert(paths: Sequence[str], format_: str = "") -> tuple[str, ...]:
    """Give the command that converts files, in a format that is given or found."""
    options = ("--format", format_) if format_ else ()
    return (*SIDECAR, "convert", "--quiet", *options, *paths)


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
    output = os.path.join(folder, "output.jsonl")
    checked = replace(corpus, size=min(corpus.size, _CHECKED_BYTES))
    made = checked.write(os.path.join(folder, f"{name}.log"))
    _check_all(made, _runs(made, output), folder, name)
    made = corpus.write(made.path)
    used = interleave(_runs(made, output), repeat)
    for what, usages in used.items():
        yield _row(name, what, made, usages, used)


def given(kind: str) -> str:
    """Give the format that is given where one is: misfits have none of their own."""
    return "bracket" if kind == "misfits" else kind


def commands(made: Made) -> dict[str, tuple[str, ...]]:
    """Give the floors, the loops and the converter of a log, by name."""
    kind = made.corpus.kind
    return {
        **{loop: (*LOOPS, loop, made.path, kind) for loop in ("read", "split", "line", "fields")},
        CONVERT: convert([made.path]),
        f"{CONVERT} --format {given(kind)}": convert([made.path], given(kind)),
    }


def _runs(made: Made, output: str) -> dict[str, Callable[[], Usage]]:
    """Give everything that is measured of a log, by name."""
    runs: dict[str, Callable[[], Usage]] = {
        **{what: partial(measure, one, output) for what, one in commands(made).items()},
        # The peers' expressions are of plain lines.
        **({} if made.corpus.variants else _peers(made, output)),
    }
    return {
        what: partial(_whole, run, made, output) if _makes_events(what) else run
        for what, run in runs.items()
    }


def _peers(made: Made, output: str) -> dict[str, Callable[[], Usage]]:
    here = peers.found().values()
    folder = os.path.dirname(made.path)
    closed = peers.closed(made, f"{made.path}.closed") if here else made
    return {peer.name: partial(peer.measure, closed, output, folder) for peer in here}


def _makes_events(what: str) -> bool:
    return what.startswith(CONVERT) or what in peers.NAMES


def _whole(run: Callable[[], Usage], made: Made, output: str) -> Usage:
    """Run something, and see that all events of a log came out."""
    used = run()
    with open(output, "rb") as file:
        found = sum(piece.count(b"\n") for piece in iter(partial(file.read, MB), b""))
    if found != made.events:
        raise BenchError(f"{made.path}: found {found} events, expected {made.events}")
    return used


def mixed_rows(size: int, folder: str, repeat: int) -> Iterator[Row]:
    """Measure logs whose lines are of several natures, per byte against those whose are not.

    Raises:
        BenchError: a process failed, or its output is wrong.
    """
    for kind in ("bracket", "access", "juli"):
        plain = "juli+flat" if kind == "juli" else kind
        names = [plain, *(f"{kind}+{variant}" for variant in _VARIED)]
        if kind == "juli":
            names.insert(1, kind)
        output = os.path.join(folder, "output.jsonl")
        logs = {}
        for name in names:
            path = os.path.join(folder, f"{name}.log")
            made = Corpus.named(name, min(size, _CHECKED_BYTES)).write(path)
            line = partial(measure, (*LOOPS, "line", path, kind), output)
            run = partial(measure, convert([path]), output)
            _check_all(made, {"line": line, CONVERT: run}, folder, name)
            logs[name] = Corpus.named(name, size).write(path)
        used = interleave(
            {
                name: partial(_whole, partial(measure, convert([made.path]), output), made, output)
                for name, made in logs.items()
            },
            repeat,
        )
        for name in names:
            figures, samples = _figures(used[name])
            figures["mb_per_cpu_s"] = logs[name].size / 1e6 / figures["cpu_s"]
            goals: tuple[Goal, ...] = ()
            if name != plain:
                base = kind if kind != name else plain
                per_byte = ratio(cpu(used[name]), cpu(used[base])) / logs[name].size
                figures["times_plain"] = per_byte * logs[base].size
                goals = (Goal("times_plain", 1.0 if name == kind else _MIXED),)
            yield Row("mixed", name, figures, samples, goals)
        for made in logs.values():
            os.unlink(made.path)


def start_rows(folder: str, repeat: int) -> Iterator[Row]:
    """Measure what a conversion of one line costs: the start of the process, most of all."""
    made = Corpus("bracket", 1).write(os.path.join(folder, "one-line.log"))
    output = os.path.join(folder, "output.jsonl")
    commands = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "line": (*LOOPS, "line", made.path, "bracket"),
        CONVERT: convert([made.path]),
    }
    runs: dict[str, Callable[[], Usage]] = {
        **{what: partial(measure, command, output) for what, command in commands.items()},
        **_peers(made, output),
    }
    _check_all(made, runs, folder, "start")
    for what, usages in interleave(runs, repeat).items():
        goals = (Goal("cpu_s", 0.12),) if what == CONVERT else ()
        yield Row("start", what, *_figures(usages), goals)


def jobs_rows(folder: str, size: int) -> Iterator[Row]:
    """Measure what a second process brings to the conversion of one large file.

    Gives no row where the converter has no ``--jobs``.
    """
    told = subprocess.run(
        [*SIDECAR, "convert", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    if "--jobs" not in told.stdout:
        return
    path = os.path.join(folder, "jobs.log")
    made = Corpus("bracket", max(size // 10, 1)).write(path)
    outputs = [os.path.join(folder, f"jobs-{count}.jsonl") for count in (1, 2)]
    commands = {count: [*convert([path]), "--jobs", str(count)] for count in (1, 2)}
    for count, output in zip(commands, outputs, strict=True):
        measure(commands[count], output)
    if not filecmp.cmp(outputs[0], outputs[1], shallow=False):
        raise BenchError("jobs: two jobs wrote other records than one")
    for output in outputs:
        os.unlink(output)
    with open(path, "rb") as file:
        data = file.read()
    with open(path, "ab") as file:
        file.writelines(data for _ in range(9))
    used = interleave(
        {f"{CONVERT} --jobs {count}": partial(measure, one) for count, one in commands.items()}, 3
    )
    one, _ = used.values()
    for what, usages in used.items():
        figures, samples = _figures(usages)
        figures["mb_per_cpu_s"] = made.size * 10 / 1e6 / figures["cpu_s"]
        goals: tuple[Goal, ...] = ()
        if usages is not one:
            walls = [each.wall_s for each in one], samples["wall_s"]
            figures["times_one_job"] = ratio(*walls)
            goals = (Goal("times_one_job", 1.7, at_least=True),)
        yield Row("jobs", what, figures, samples, goals)


def _check_all(made: Made, runs: Mapping[str, Callable[[], Usage]], folder: str, name: str) -> None:
    """Run everything that writes once, and see that what it wrote is right."""
    loop = os.path.join(folder, "line.jsonl")
    output = os.path.join(folder, "output.jsonl")
    runs["line"]()
    os.rename(output, loop)
    for what, run in runs.items():
        problem = ""
        if what == "fields":
            run()
            problem = "" if filecmp.cmp(loop, output, shallow=False) else "unlike those of line"
        elif _makes_events(what):
            run()
            problem = difference(made, loop, output, typed=what.startswith(CONVERT))
        if problem:
            raise BenchError(f"{name}: wrong records from {what}: {problem}")
    os.unlink(loop)


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
    figures["events_per_cpu_s"] = made.events / best
    if not what.startswith(CONVERT):
        return Row(name, what, figures, samples)
    for loop in ("line", "fields"):
        figures[f"times_{loop}"] = ratio(cpu(used[loop]), cpu(usages))
    for peer in peers.NAMES:
        if peer in used:
            figures[f"of_{peer}"] = ratio(cpu(usages), cpu(used[peer]))
    goals = {} if made.corpus.variants else _GOALS[made.corpus.kind]
    shown = [
        Goal(figure, bound, at_least=figure.startswith("times_"))
        for figure, bound in goals.items()
        if figure in figures
    ]
    return Row(name, what, figures, samples, [*shown, _SMALL])


def _figures(usages: Sequence[Usage]) -> tuple[dict[str, float], dict[str, list[float]]]:
    seconds, wall = cpu(usages), [one.wall_s for one in usages]
    rss = max(one.rss for one in usages)
    return usage_figures(seconds, wall, rss), {"cpu_s": seconds, "wall_s": wall}
