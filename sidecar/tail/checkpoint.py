"""How far each file was acknowledged: saved whole or not at all, loaded whatever is there.

The file is one JSON object, ``{"version": 1, "files": [...], "gone": {...}}``. A save writes a
neighbour, syncs it and renames it over the old one, so a reader finds the old or the new. A
version lower than ours is migrated by ``_MIGRATIONS``; one that is higher, and whatever cannot be
read, is kept aside under another name and counts as absent.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiofiles
import aiofiles.os
import msgspec

from sidecar.flow import State
from sidecar.tail.fingerprint import Mark

VERSION = 1
NAME = "checkpoint.json"

#: version -> what makes of its content that of the next.
_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

_fsync = aiofiles.os.wrap(os.fsync)


@dataclass(slots=True)
class Totals:
    """Source bytes of one file, by what became of them; ``read`` is what was acknowledged."""

    emitted: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)

    def add(self, other: Totals) -> None:
        """Add another's counts to this one's."""
        self.emitted += other.emitted
        for mine, theirs in ((self.skipped, other.skipped), (self.lost, other.lost)):
            for reason, count in theirs.items():
                mine[reason] = mine.get(reason, 0) + count


@dataclass(slots=True)
class Entry:
    """One file: where it was, which it was, how far it was acknowledged, what was carried."""

    path: str
    device: int
    inode: int
    offset: int
    head: Mark
    anchor: Mark
    state: State
    totals: Totals


@dataclass(slots=True)
class Saved:
    """A whole checkpoint."""

    version: int = VERSION
    files: list[Entry] = field(default_factory=list)
    gone: Totals = field(default_factory=Totals)


@dataclass(slots=True)
class Loaded:
    """What was found, and in words what was wrong with it; an empty text: nothing."""

    saved: Saved
    trouble: str = ""


def load(folder: str) -> Loaded:
    """Read the checkpoint of a state folder; trouble never raises."""
    path = os.path.join(folder, NAME)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return Loaded(Saved())
    except OSError as error:
        return Loaded(Saved(), f"{path} cannot be read: {error.strerror}")
    try:
        found = msgspec.json.decode(content)
        version = found["version"] if isinstance(found, dict) else None
        version = _known(version)
        while version < VERSION:
            found = _MIGRATIONS[version](found)
            version += 1
        return Loaded(msgspec.convert(found, Saved))
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.MsgspecError) as error:
        aside = f"{path}.bad-{time.time_ns()}"
        try:
            os.rename(path, aside)
            kept = f"; kept as {aside}"
        except OSError:
            kept = ""
        return Loaded(Saved(), f"{path} is no checkpoint ({error}){kept}")


def _known(version: object) -> int:
    if not isinstance(version, int) or version > VERSION:
        raise ValueError(f"version {version!r}, expected at most {VERSION}")
    return version


async def save(folder: str, saved: Saved) -> None:
    """Put a checkpoint in the place of the one before.

    Raises:
        OSError: the folder cannot be written, the disk is full, and so on; the old one stands.
    """
    await aiofiles.os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, NAME)
    async with aiofiles.open(f"{path}.new", "wb") as file:
        await file.write(encode(saved))
        await file.flush()
        await _fsync(file.fileno())
    await aiofiles.os.replace(f"{path}.new", path)


def encode(saved: Saved) -> bytes:
    """Give the checkpoint as it is stored."""
    return msgspec.json.encode(saved)


def path_out(path: str) -> str:
    """Spell a path, whatever bytes it has, as text that JSON can hold."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
