"""One table of everything that was measured; as Markdown for people, as JSON for later."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from benchmarks import peers

#: Version of the JSON file.
_VERSION = 1

_PACKAGES = ("aiofiles", "msgspec", "orjson", "prometheus-client", "PyYAML", "watchdog")


@dataclass(frozen=True, slots=True)
class Unit:
    """How a figure is shown: over its column, and with which digits."""

    title: str
    form: str


#: Figures that a row may have, in the order of the columns.
UNITS = {
    "cpu_s": Unit("CPU s", ".3f"),
    "cpu_median_s": Unit("median", ".3f"),
    "wall_s": Unit("wall s", ".2f"),
    "mb_per_cpu_s": Unit("MB per CPU s", ".0f"),
    "events_per_cpu_s": Unit("events per CPU s", ",.0f"),
    "rss_mb": Unit("MB at peak", ".1f"),
    "times_line": Unit("vs line", ".2f"),
    "times_fields": Unit("vs fields", ".2f"),
    "of_rsyslog": Unit("of rsyslog", ".2f"),
    "of_syslog-ng": Unit("of syslog-ng", ".2f"),
}

#: Figures that have a row to themselves.
SINGLES = {
    "ms": Unit("ms", ".2f"),
    "core_percent": Unit("% of a core", ".4f"),
    "times_plain": Unit("times plain, per byte", ".2f"),
    "times_one_job": Unit("times as fast as one job", ".2f"),
    "times_convert": Unit("times convert, per byte", ".2f"),
}


def _unit(figure: str) -> Unit:
    return UNITS.get(figure) or SINGLES[figure]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be: at most so much, or at least."""

    figure: str
    bound: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether it is."""
        return value >= self.bound if self.at_least else value <= self.bound

    def shown(self, value: float) -> str:
        """Say it, and whether it holds."""
        unit = _unit(self.figure)
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g} {unit.title}: {'yes' if self.holds(value) else 'no'}"


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one thing.

    Attributes:
        bench: of which benchmark.
        what: which of its processes, or which question.
        figures: of ``UNITS`` and ``SINGLES``.
        samples: what the figures were made from, by name.
        goals: what some of the figures should be.
    """

    bench: str
    what: str
    figures: Mapping[str, float]
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)
    goals: Sequence[Goal] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run: where, with what, how, and what was found."""

    machine: Mapping[str, str]
    command: str
    rows: Sequence[Row]

    def write(self, path: str) -> None:
        """Keep it in a file, as JSON; the folder is made."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"version": _VERSION, **asdict(self)}, file, indent=1, ensure_ascii=False)
            file.write("\n")

    @classmethod
    def read(cls, path: str) -> Report:
        """Take it from a file.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is no such file.
        """
        with open(path, encoding="utf-8") as file:
            text = file.read()
        try:
            found: dict[str, Any] = json.loads(text)
            if found["version"] != _VERSION:
                raise ValueError(f"{path}: found version {found['version']}, expected {_VERSION}")
            rows = [
                Row(**{**row, "goals": [Goal(**goal) for goal in row["goals"]]})
                for row in found["rows"]
            ]
            return cls(found["machine"], found["command"], rows)
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"{path}: no result of this benchmark: {error!r}") from error


def machine() -> dict[str, str]:
    """Describe what the figures hold for; nothing that names this machine."""
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                model = value.strip()
                break
    one_minute = os.getloadavg()[0]
    here = peers.found()
    versions = [
        f"{name} {here[name].version()}" if name in here else f"no {name} here (make peers)"
        for name in peers.NAMES
    ]
    return {
        "machine": f"{model}, {os.cpu_count()} processors, {platform.machine()}",
        "kernel": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "peers": ", ".join(versions),
        "load": f"{one_minute:.1f} when it began",
    }


def usage_figures(cpu: Sequence[float], wall: Sequence[float], rss: int) -> dict[str, float]:
    """Give what is known of any process that was run several times."""
    return {
        "cpu_s": min(cpu),
        "cpu_median_s": statistics.median(cpu),
        "wall_s": min(wall),
        "rss_mb": rss / 1e6,
    }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Give how much of theirs ours is: the median over rounds.

    What slows the machine for a while slows both of a round, which ran one soon after the other;
    the best of each may be of different whiles.
    """
    return statistics.median(our / their for our, their in zip(ours, theirs, strict=True))


def markdown(report: Report, before: Report | None = None) -> str:
    """Give the table, under what it holds for.

    Args:
        report: what was measured.
        before: another run, to be set beside it.
    """
    lines = [f"- {name}: {value}" for name, value in report.machine.items()]
    lines.append(f"- command: `{report.command}`")
    if before is None:
        return "\n".join([*lines, "", *_table(report.rows)]) + "\n"
    lines += [
        f"- {name} then: {value}"
        for name, value in before.machine.items()
        if value != report.machine.get(name)
    ]
    lines.append(f"- command then: `{before.command}`")
    return "\n".join([*lines, "", *_side_by_side(before.rows, report.rows)]) + "\n"


def in_words(row: Row) -> str:
    """Say what was found in a line."""
    figures = [
        f"{row.figures[name]:{unit.form}} {unit.title}"
        for name, unit in {**UNITS, **SINGLES}.items()
        if name in row.figures
    ]
    return f"{row.what}: {', '.join(figures)}"


def _table(rows: Iterable[Row]) -> list[str]:
    titles = ["bench", "what", *(unit.title for unit in UNITS.values()), "other", "goal"]
    lines = []
    for row in rows:
        cells = [
            format(row.figures[name], unit.form) if name in row.figures else ""
            for name, unit in UNITS.items()
        ]
        singles = [
            f"{row.figures[name]:{unit.form}} {unit.title}"
            for name, unit in SINGLES.items()
            if name in row.figures
        ]
        goals = [goal.shown(row.figures[goal.figure]) for goal in row.goals]
        lines.append([row.bench, row.what, *cells, "; ".join(singles), "; ".join(goals)])
    return table(titles, lines)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Give the lines of a Markdown table; the first two columns are words, the rest figures."""
    rule = ["---", "---", *["---:"] * (len(titles) - 2)]
    return [f"| {' | '.join(cells)} |" for cells in (titles, rule, *rows)]


#: What two runs are compared by. Their corpora may differ in size, so seconds are only where no
#: size is.
_COMPARED = ("mb_per_cpu_s", "cpu_s", "rss_mb", "times_line", "times_fields", *SINGLES)


def _side_by_side(before: Sequence[Row], after: Sequence[Row]) -> list[str]:
    then = {(row.bench, row.what): row.figures for row in before}
    lines = []
    for row in after:
        old_figures = then.get((row.bench, row.what), {})
        for name in _COMPARED:
            new, old = row.figures.get(name), old_figures.get(name)
            if new is None or (name == "cpu_s" and "mb_per_cpu_s" in row.figures):
                continue
            unit = _unit(name)
            cells = ["" if one is None else format(one, unit.form) for one in (old, new)]
            change = f"{new / old - 1:+.0%}" if old else ""
            lines.append([row.bench, row.what, unit.title, *cells, change])
    return table(["bench", "what", "figure", "then", "now", "change"], lines)
