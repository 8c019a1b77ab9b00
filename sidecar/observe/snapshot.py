"""The figures of one moment, taken together, so that sums hold at every scrape.

The daemon fills a :class:`Snapshot` from its stages' plain integers under one lock; ``metrics``
turns it into families. All byte counts are source bytes unless their name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class FileFigures:
    """One file's figures: ``read == emitted + sum(skipped.values()) + pending``."""

    path: str
    read: int = 0
    emitted: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    offset: int = 0
    size: int = 0


@dataclass(slots=True)
class Snapshot:
    """Every figure of the daemon at one moment.

    ``files`` holds the files that are known; ``forgotten`` sums those that are gone, so that
    totals never fall. Times are seconds; ``*_at`` are Unix time, 0.0 for never.
    """

    files: list[FileFigures] = field(default_factory=list)
    forgotten: FileFigures = field(default_factory=lambda: FileFigures(""))
    events: dict[tuple[str, str], int] = field(default_factory=dict)  # (format, level) -> events
    misfits: dict[str, int] = field(default_factory=dict)  # format -> events it did not fit
    invalid_bytes: int = 0  # replaced by U+FFFD
    partial_events: int = 0  # parts of over-long events
    rotations: int = 0
    truncations: int = 0
    deletions: int = 0
    files_open: int = 0
    files_unreadable: int = 0
    sweeps: int = 0
    sweep_errors: int = 0
    watch_backend: str = "polling"  # inotify | polling
    watch_events: int = 0
    watch_overflows: int = 0  # times the kernel's queue was full
    watch_muted: int = 0  # folders polled for a while, because their watch gave too many events
    stdout_bytes: int = 0  # JSON bytes stdout took
    stdout_writes: int = 0
    stdout_blocked_s: float = 0.0
    stdout_errors: int = 0
    checkpoint_writes: int = 0
    checkpoint_failures: int = 0
    checkpoint_saved_at: float = 0.0
    diagnostics_dropped: int = 0  # own log lines stderr did not take
