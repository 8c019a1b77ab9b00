"""What is done to a file's name while its application writes: every kind of rotation there is.

A backup is compressed or deleted only once all of it arrived, and a file that is deleted or moved
out of the pattern is waited for: what nobody can read any more is no loss of the daemon's.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.soak.ledger import Ledger
from tests.soak.writer import Writer

#: Backups of a file are kept, if all of them arrived, up to so many.
_KEEP = 4

#: An application that is not told at once writes on in its old file for so long at most.
_LATE_S = 1.0


@dataclass(slots=True)
class _Backup:
    path: Path
    start: int
    end: int = -1  # still written to
    number: int = 0  # in its chain; 0: its name is its own

    @property
    def packed(self) -> bool:
        return self.path.suffix == ".gz"


class Rotations:
    """The rotations of one writer's file.

    Args:
        writer: whose file.
        draw: what chance decides.
        ledger: tells what arrived.

    Attributes:
        fragile: range of events whose file no new life of the daemon would find; None: there is
            none.
        done: how many of each kind there were.
    """

    def __init__(self, writer: Writer, draw: random.Random, ledger: Ledger) -> None:
        self.fragile: _Backup | None = None
        self.done: Counter[str] = Counter()
        self._fates: list[tuple[_Backup, str]] = []
        self._writer = writer
        self._path = writer.path
        self._draw = draw
        self._ledger = ledger
        self._start = 0  # first event of the open segment
        self._backups: list[_Backup] = []  # newest first
        self._stamp = 0
        self._reopen_at = 0.0
        self._waiting: _Backup | None = None  # renamed, and its writer not told yet

    def step(self, now: float, *, alive: bool) -> None:
        """Do the next thing: end a rotation that is under way, or begin one.

        Args:
            now: monotonic time.
            alive: the daemon is up, and will be until what is fragile has arrived.
        """
        if self._waiting:
            if now >= self._reopen_at:
                self._reopen()
            return
        if self.fragile and not self._arrived(self.fragile):
            return
        self.fragile = None
        self._clean()
        kinds: list[Callable[[float], None]] = [self._rename, self._rename, self._copytruncate]
        if alive and self._ledger.met(self._writer.stream):
            kinds += [self._delete, self._move_out]
        self._draw.choice(kinds)(now)

    def settle(self) -> None:
        """Let nothing wait."""
        if self._waiting:
            self._reopen()

    @property
    def is_settled(self) -> bool:
        """Tell whether the last rotation is over."""
        return not self.fragile and not self._waiting

    # -- one rotation each ------------------------------------------------------------------------

    def _rename(self, now: float) -> None:
        name = self._backup_name()
        self._path.rename(name.path)
        self._backups.insert(0, name)
        self._go_on(name, now)
        self._note("renamed, numbered" if name.number else "renamed, dated", name)

    def _go_on(self, backup: _Backup, now: float) -> None:
        """Let the writer take its new file at once, or let it write on for a while."""
        self._waiting, self._reopen_at = backup, now
        if self._draw.random() < 0.5:
            self._reopen_at += self._draw.uniform(0.0, _LATE_S)
            self.done["the new file made late"] += 1
        else:
            self._reopen()

    def _reopen(self) -> None:
        assert self._waiting
        words = self._draw.random() < 0.2
        self.done["last words without a newline"] += words
        with self._writer.lock:
            self._waiting.end = self._start = self._writer.reopen(last_words=words)
        self._waiting = None

    def _copytruncate(self, _: float) -> None:
        """Copy and truncate while the writer is paused: nobody finds what it writes in between."""
        with self._writer.lock:
            backup = self._backup_name()
            shutil.copyfile(self._path, backup.path)
            os.truncate(self._path, 0)
            backup.end = self._start = self._ledger.segment(self._writer.stream)
        self._backups.insert(0, backup)
        self._note("copied and truncated", backup)

    def _delete(self, _: float) -> None:
        """Delete the file; its writer takes a new one at once, since a quiet one is let go."""
        self.fragile = _Backup(self._path, self._start)
        with self._writer.lock:
            self._path.unlink()
            self.fragile.end = self._start = self._writer.reopen()
        self._note("deleted", self.fragile)

    def _move_out(self, now: float) -> None:
        self._stamp += 1
        backup = _Backup(self._path.with_name(f"{self._path.stem}.old-{self._stamp}"), self._start)
        self._path.rename(backup.path)
        self._backups.insert(0, backup)
        self.fragile = backup
        self._go_on(backup, now)
        self._note("moved out of the pattern", backup)

    def _note(self, kind: str, backup: _Backup) -> None:
        self.done[kind] += 1
        self._fates.append((backup, f"{kind} ({backup.path.name}) at {time.time():.3f}"))

    def fate(self, number: int) -> str:
        """Say what became of the file that an event was written to."""
        found = (fate for backup, fate in self._fates if backup.start <= number < backup.end)
        return next(found, "still there")

    def _backup_name(self) -> _Backup:
        """Make room for a backup, and give its name."""
        kind = self._draw.randrange(3)
        if kind == 0:
            self._stamp += 1
            return _Backup(
                self._path.with_name(f"{self._path.name}-20261123-{self._stamp:05}"), self._start
            )
        if kind == 1:
            self._stamp += 1
            dated = f"{self._path.stem}-2026-11-23.{self._stamp:05}{self._path.suffix}"
            return _Backup(self._path.with_name(dated), self._start)
        for backup in reversed(self._backups):
            if backup.number:
                backup.number += 1
                end = ".gz" if backup.packed else ""
                new = self._path.with_name(f"{self._path.name}.{backup.number}{end}")
                backup.path.rename(new)
                backup.path = new
        return _Backup(self._path.with_name(f"{self._path.name}.1"), self._start, number=1)

    # -- old backups ------------------------------------------------------------------------------

    def _clean(self) -> None:
        for backup in [*self._backups[_KEEP:]]:
            if self._arrived(backup):
                backup.path.unlink()
                self._backups.remove(backup)
        last = self._backups[-1] if self._backups else None
        if last and not last.packed and self._arrived(last) and self._draw.random() < 0.5:
            packed = last.path.with_name(f"{last.path.name}.gz")
            with last.path.open("rb") as plain, gzip.open(packed, "wb", 1) as file:
                shutil.copyfileobj(plain, file)
            last.path.unlink()
            last.path = packed
            self.done["compressed"] += 1

    def _arrived(self, backup: _Backup) -> bool:
        return backup.end >= 0 and self._ledger.complete(
            self._writer.stream, backup.start, backup.end
        )
