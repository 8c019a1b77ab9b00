"""Every metric in one table, read from a snapshot when a scrape comes.

Names begin with ``sidecar_``, units are base units, label values come from small sets: at most
``MAX_FILES`` files have series of their own, the rest are summed as ``(other)``. A file's series
end with the file; what has no ``file`` label counts those that are gone too, and never falls.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from sidecar import __version__
from sidecar.observe.snapshot import FileFigures, Snapshot

MAX_FILES = 200

SKIPPED = ("bom", "nul", "copy", "kept", "filtered", "start_at_end")
LOST = ("truncated", "deleted")

Labels = tuple[str, ...]
Rows = Iterator[tuple[Labels, float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One metric: its name without ``sidecar_`` and ``_total``, what it says, what it reads."""

    name: str
    help: str
    counter: bool
    labels: Labels
    read: Callable[[Snapshot], Rows]


def _one(value: Callable[[Snapshot], float]) -> Callable[[Snapshot], Rows]:
    def rows(snapshot: Snapshot) -> Rows:
        yield (), value(snapshot)

    return rows


def _all(value: Callable[[FileFigures], float]) -> Callable[[Snapshot], Rows]:
    def rows(snapshot: Snapshot) -> Rows:
        yield (), sum(map(value, (*snapshot.files, snapshot.forgotten)))

    return rows


def _files(value: Callable[[FileFigures], float]) -> Callable[[Snapshot], Rows]:
    def rows(snapshot: Snapshot) -> Rows:
        named, other = _shown(snapshot)
        for path, figures in named.items():
            yield (path,), sum(map(value, figures))
        if other:
            yield ("(other)",), sum(map(value, other))

    return rows


def _shown(snapshot: Snapshot) -> tuple[dict[str, list[FileFigures]], list[FileFigures]]:
    """Part the files into those with series of their own, by path, and the others."""
    named: dict[str, list[FileFigures]] = {}
    other: list[FileFigures] = []
    for figures in snapshot.files:
        if figures.path in named or len(named) < MAX_FILES:
            named.setdefault(figures.path, []).append(figures)
        else:
            other.append(figures)
    return named, other


def _reasons(
    known: tuple[str, ...], value: Callable[[FileFigures], dict[str, int]]
) -> Callable[[Snapshot], Rows]:
    def rows(snapshot: Snapshot) -> Rows:
        sums = dict.fromkeys((*known, "other"), 0)
        for figures in (*snapshot.files, snapshot.forgotten):
            for reason, count in value(figures).items():
                sums[reason if reason in sums else "other"] += count
        for reason, count in sums.items():
            yield (reason,), count

    return rows


def _events(snapshot: Snapshot) -> Rows:
    for (format_, level), count in sorted(snapshot.events.items()):
        yield (format_, level or "none"), count


def _misfits(snapshot: Snapshot) -> Rows:
    for format_, count in sorted(snapshot.misfits.items()):
        yield (format_,), count


def _backend(snapshot: Snapshot) -> Rows:
    for backend in ("inotify", "polling"):
        yield (backend,), snapshot.watch_backend == backend


def _build(_: Snapshot) -> Rows:
    yield (__version__, platform.python_version()), 1


def _lag(figures: FileFigures) -> float:
    return max(0, figures.size - figures.offset)


FILE = ("file",)
COUNTER, GAUGE = True, False

TABLE = (
    Row("read_bytes", "Source bytes read.", COUNTER, (), _all(lambda f: f.read)),
    Row("emitted_bytes", "Source bytes whose events stdout took.", COUNTER, (),
        _all(lambda f: f.emitted)),
    Row("skipped_bytes", "Source bytes left out, by reason.", COUNTER, ("reason",),
        _reasons(SKIPPED, lambda f: f.skipped)),
    Row("pending_bytes", "Source bytes read and not yet taken by stdout.", GAUGE, (),
        _all(lambda f: f.pending)),
    Row("lost_bytes", "Bytes known to have stood in a file and gone before they were read.",
        COUNTER, ("reason",), _reasons(LOST, lambda f: f.lost)),
    Row("file_read_bytes", "Source bytes read, of each file.", COUNTER, FILE,
        _files(lambda f: f.read)),
    Row("file_emitted_bytes", "Source bytes whose events stdout took, of each file.", COUNTER,
        FILE, _files(lambda f: f.emitted)),
    Row("file_skipped_bytes", "Source bytes left out, of each file.", COUNTER, FILE,
        _files(lambda f: sum(f.skipped.values()))),
    Row("file_pending_bytes", "Source bytes read and not yet taken by stdout, of each file.",
        GAUGE, FILE, _files(lambda f: f.pending)),
    Row("file_offset_bytes", "Offset after the last acknowledged event.", GAUGE, FILE,
        _files(lambda f: f.offset)),
    Row("file_size_bytes", "Size of the file.", GAUGE, FILE, _files(lambda f: f.size)),
    Row("file_lag_bytes", "Size less offset.", GAUGE, FILE, _files(_lag)),
    Row("events", "Events made, by format and level.", COUNTER, ("format", "level"), _events),
    Row("parse_failures", "Events the format did not fit; they went out whole.", COUNTER,
        ("format",), _misfits),
    Row("partial_events", "Parts of events over the size limit.", COUNTER, (),
        _one(lambda s: s.partial_events)),
    Row("invalid_bytes", "Bytes that were no text, replaced by U+FFFD.", COUNTER, (),
        _one(lambda s: s.invalid_bytes)),
    Row("rotations", "Followed files that were renamed.", COUNTER, (),
        _one(lambda s: s.rotations)),
    Row("truncations", "Followed files that were truncated.", COUNTER, (),
        _one(lambda s: s.truncations)),
    Row("deletions", "Followed files that were deleted.", COUNTER, (),
        _one(lambda s: s.deletions)),
    Row("files_open", "Files held open.", GAUGE, (), _one(lambda s: s.files_open)),
    Row("files_unreadable", "Files that match and cannot be read.", GAUGE, (),
        _one(lambda s: s.files_unreadable)),
    Row("sweeps", "Looks at the folders.", COUNTER, (), _one(lambda s: s.sweeps)),
    Row("sweep_errors", "Folders that could not be listed.", COUNTER, (),
        _one(lambda s: s.sweep_errors)),
    Row("watch_backend_info", "What wakes the reader.", GAUGE, ("backend",), _backend),
    Row("watch_events", "Events the watches gave.", COUNTER, (), _one(lambda s: s.watch_events)),
    Row("watch_overflows", "Times the kernel's queue of events was full.", COUNTER, (),
        _one(lambda s: s.watch_overflows)),
    Row("watch_muted_folders", "Folders polled, since their watch gave too many events.", GAUGE,
        (), _one(lambda s: s.watch_muted)),
    Row("stdout_bytes", "JSON bytes stdout took.", COUNTER, (), _one(lambda s: s.stdout_bytes)),
    Row("stdout_writes", "Writes that stdout took.", COUNTER, (), _one(lambda s: s.stdout_writes)),
    Row("stdout_blocked_seconds", "Time spent waiting for stdout.", COUNTER, (),
        _one(lambda s: s.stdout_blocked_s)),
    Row("stdout_errors", "Writes that failed.", COUNTER, (), _one(lambda s: s.stdout_errors)),
    Row("checkpoint_writes", "Checkpoints saved.", COUNTER, (),
        _one(lambda s: s.checkpoint_writes)),
    Row("checkpoint_failures", "Checkpoints that could not be saved.", COUNTER, (),
        _one(lambda s: s.checkpoint_failures)),
    Row("checkpoint_saved_timestamp_seconds", "When the last checkpoint was saved.", GAUGE, (),
        _one(lambda s: s.checkpoint_saved_at)),
    Row("diagnostics_dropped", "Own log lines that stderr did not take.", COUNTER, (),
        _one(lambda s: s.diagnostics_dropped)),
    Row("build_info", "Version of sidecar and of Python.", GAUGE, ("version", "python"), _build),
)  # fmt: skip


class _Stages(Collector):
    """The collector of the table."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def describe(self) -> list[Metric]:
        """Give nothing: names are unique by the table, and a look at it needs no snapshot."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Take one snapshot and give every metric of it."""
        snapshot = self._snapshot()
        for row in TABLE:
            kind = CounterMetricFamily if row.counter else GaugeMetricFamily
            family = kind(f"sidecar_{row.name}", row.help, labels=row.labels)
            for labels, value in row.read(snapshot):
                family.add_metric(labels, float(value))
            yield family


def registry(snapshot: Callable[[], Snapshot]) -> CollectorRegistry:
    """Give a registry of all metrics.

    Args:
        snapshot: takes every figure at one moment; called at each scrape, from its thread.
    """
    made = CollectorRegistry()
    made.register(_Stages(snapshot))
    ProcessCollector(registry=made)
    return made
