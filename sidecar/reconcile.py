"""What a checkpoint says of each file, worked out again from the files themselves.

For every file that still stands as it was read, the bytes up to the acknowledged offset go through
the pipeline once more: what it would emit and skip of them has to be what the checkpoint counted.
Files that are gone are known by their totals alone. Nothing is written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import orjson

from sidecar import wiring
from sidecar.config import Config
from sidecar.errors import WorkError
from sidecar.flow import CHUNK_BYTES, Batch, State
from sidecar.formats.parser import parser
from sidecar.observe.logs import Log
from sidecar.pipeline import Pipeline
from sidecar.tail import checkpoint, packed
from sidecar.tail.checkpoint import Entry, Totals
from sidecar.tail.fingerprint import anchor_fits, head_fits
from sidecar.tail.folders import Folders, Key, Sight
from sidecar.tail.follower import PASSED_OVER
from sidecar.tail.tailer import open_regular


@dataclass(slots=True)
class Account:
    """One file's bytes: ``offset + difference == emitted + sum(skipped.values())``.

    Attributes:
        path: its name, spelt as text.
        state: ``read``: it stands as it was read; ``other``: other bytes stand there, or fewer;
            ``new``: no checkpoint knows it; ``packed``: it is compressed, and not followed;
            ``gone``: it has no name that is looked at.
        size: as it is now; of one that is gone, what was read of it.
        offset: how far it was acknowledged.
        emitted: of the bytes up to there.
        skipped: of them too, by reason.
        lost: bytes known to have stood in it, and gone before they were read.
        unread: from the offset to its end.
        difference: emitted and skipped, less what they have to be by the file.
        events: how many the emitted bytes make, where the file was read once more.
        note: what is wrong, in words.
    """

    path: str
    state: str
    size: int = 0
    offset: int = 0
    emitted: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    unread: int = 0
    difference: int = 0
    events: int = 0
    note: str = ""


def run(config: Config, *, quick: bool, as_json: bool) -> int:
    """Print the accounts of all files and their sum.

    Returns:
        0: the sums hold; 1: they do not, or bytes were lost.

    Raises:
        WorkError: there is no checkpoint that can be read.
    """
    with _progress() as progress:
        found = list(accounts(config, progress, quick=quick))
    if as_json:
        sys.stdout.buffer.write(json(found))
    else:
        sys.stdout.write(table(found))
    return 0 if total(found).state == "holds" else 1


@contextmanager
def _progress() -> Iterator[Callable[[int], object]]:
    """Give what shows, on a terminal, how many bytes more were read."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from tqdm import tqdm  # noqa: PLC0415 - only a person at a terminal pays for it

    with tqdm(unit="B", unit_scale=True, leave=False, delay=1) as bar:
        yield bar.update


def accounts(
    config: Config, progress: Callable[[int], object] = abs, *, quick: bool = False
) -> Iterator[Account]:
    """Give the account of every file that the configuration or its checkpoint knows.

    Args:
        config: as the daemon's.
        progress: is told how many bytes more were read.
        quick: leave out what needs the files to be read once more.

    Raises:
        WorkError: there is no checkpoint that can be read.
    """
    folder = wiring.state_dir(config)
    loaded = checkpoint.load(folder, aside=False)
    if loaded.trouble:
        raise WorkError(loaded.trouble)
    folders = Folders(wiring.tail_options(config), folder, (), Log("error"))
    seen = folders.look()
    for entry in sorted(loaded.saved.files, key=lambda one: one.path):
        sight = _find(entry, seen.pop((entry.device, entry.inode), None), folders)
        yield _account(entry, sight, config, None if quick else progress)
    for sight in seen.values():
        yield _stranger(sight)
    gone = loaded.saved.gone
    if gone != Totals():
        read = gone.emitted + sum(gone.skipped.values())
        yield Account("", "gone", read, read, gone.emitted, gone.skipped, gone.lost)


def _find(entry: Entry, sight: Sight | None, folders: Folders) -> Sight | None:
    """Find a file of the checkpoint under its name of now, in its folder."""
    if sight:
        return sight
    key: Key = (entry.device, entry.inode)
    try:
        with os.scandir(os.path.dirname(entry.path) or ".") as listing:
            for one in listing:
                if one.inode() == entry.inode:
                    shown = one.stat()
                    if (shown.st_dev, shown.st_ino) == key:
                        return Sight(one.path, shown, folders.source_of(one.path))
    except OSError:
        pass
    return None


def _stranger(sight: Sight) -> Account:
    """Give the account of a file that the checkpoint does not know."""
    path, size = checkpoint.path_out(sight.path), sight.shown.st_size
    try:
        fd = open_regular(sight.path)
    except OSError as error:
        return Account(path, "new", size, unread=size, note=f"cannot be read: {error.strerror}")
    try:
        kind = packed.kind(fd)
    finally:
        os.close(fd)
    if kind:
        return Account(path, "packed", size)
    return Account(path, "new", size, unread=size)


def _account(
    entry: Entry, sight: Sight | None, config: Config, progress: Callable[[int], object] | None
) -> Account:
    totals = entry.totals
    counted = totals.emitted + sum(totals.skipped.values())
    found = Account(
        checkpoint.path_out(sight.path if sight else entry.path),
        "read" if sight else "gone",
        sight.shown.st_size if sight else entry.offset,
        entry.offset,
        totals.emitted,
        totals.skipped,
        totals.lost,
        difference=counted - entry.offset,
    )
    if found.difference:
        found.note = "the checkpoint counts other than its offset says"
    if sight is None:
        return found
    try:
        fd = open_regular(sight.path)
    except OSError as error:
        found.note = f"cannot be read: {error.strerror}"
        return found
    try:
        if not _stands(entry, fd):
            found.state, found.unread = "other", found.size
            found.note = found.note or "truncated, replaced or rewritten since"
            return found
        found.unread = found.size - entry.offset
        if progress:
            _recount(found, entry, _Again(fd, config, sight.source, progress))
    finally:
        os.close(fd)
    return found


def _stands(entry: Entry, fd: int) -> bool:
    return (
        os.fstat(fd).st_size >= entry.offset
        and head_fits(fd, entry.head)
        and anchor_fits(fd, entry.offset, entry.anchor)
    )


class _Again(NamedTuple):
    """What is needed to read a file once more."""

    fd: int
    config: Config
    source: int
    progress: Callable[[int], object]


def _recount(found: Account, entry: Entry, again: _Again) -> None:
    """Send what was acknowledged through the pipeline again, and compare."""
    source, out = again.config.sources[again.source], again.config.output
    totals = Totals(
        skipped={
            reason: count for reason, count in entry.totals.skipped.items() if reason in PASSED_OVER
        }
    )
    position = sum(totals.skipped.values())
    pipeline = Pipeline(
        parser(wiring.format_options(source, out.add)),
        wiring.pipeline_options(source, out.add, out.max_event_bytes),
        start=position,
        state=replace(entry.state.of_file, format="") if position else State(),
    )
    while data := os.pread(again.fd, min(CHUNK_BYTES, entry.offset - position), position):
        position += len(data)
        again.progress(len(data))
        for batch in pipeline.feed(data):
            _add(found, totals, batch)
    for batch in pipeline.flush(last=True):
        _add(found, totals, batch)
    if found.note or (totals.emitted, totals.skipped) == (found.emitted, found.skipped):
        return
    reasons = found.skipped.keys() | totals.skipped.keys()
    found.difference = found.emitted - totals.emitted or sum(
        abs(found.skipped.get(one, 0) - totals.skipped.get(one, 0)) for one in reasons
    )
    found.note = f"its bytes say: emitted {totals.emitted}, skipped {totals.skipped}"


def _add(found: Account, totals: Totals, batch: Batch) -> None:
    skipped = dict(batch.skipped)
    totals.add(Totals(len(batch.source) - sum(skipped.values()), skipped))
    found.events += batch.events


def total(found: list[Account]) -> Account:
    """Add all accounts up."""
    whole, skipped, lost = Account("total", "holds"), Totals(), Totals()
    for one in found:
        whole.size += one.size
        whole.offset += one.offset
        whole.emitted += one.emitted
        whole.unread += one.unread
        whole.difference += abs(one.difference)
        whole.events += one.events
        skipped.add(Totals(0, dict(one.skipped)))
        lost.add(Totals(0, {}, dict(one.lost)))
    whole.skipped, whole.lost = skipped.skipped, lost.lost
    if whole.lost:
        whole.state = "bytes were lost"
    if whole.difference:
        whole.state = "does not hold"
    return whole


_COLUMNS = ("size", "offset", "emitted", "skipped", "unread", "lost", "difference", "events")


def table(found: list[Account]) -> str:
    """Give the accounts and their sum as aligned columns, bytes but for the last."""
    rows: list[tuple[str, ...]] = [("file", "state", *_COLUMNS)]
    for one in [*found, total(found)]:
        figures = (getattr(one, name) for name in _COLUMNS)
        shown = (sum(each.values()) if isinstance(each, Mapping) else each for each in figures)
        rows.append((one.path or "(gone)", one.state, *map(str, shown)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    notes = [f"{one.path or '(gone)'}: {one.note}" for one in found if one.note]
    return "\n".join([*lines, *notes]) + "\n"


def json(found: list[Account]) -> bytes:
    """Give the accounts and their sum as one JSON object."""
    return orjson.dumps({"files": found, "total": total(found)}, option=orjson.OPT_APPEND_NEWLINE)
