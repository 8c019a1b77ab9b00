"""How far each file was acknowledged: saved whole or not at all, loaded whatever is there.

The file is one JSON object, ``{"version": 2, "files": [...], "gone": {...}}``. A save writes a
neighbour, syncs it and renames it over the old one, so a reader finds the old or the new. A
version lower than ours is migrated by ``_MIGRATIONS``; one that is higher, and whatever cannot be
read, is kept aside under another name and counts as absent.

Version 1 had neither the size of a file nor when it was written to, and its paths were text, so
that one of other bytes was not found again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import aiofiles.os
import msgspec

from sidecar.flow import State
from sidecar.tail.fingerprint import Mark

VERSION = 2
NAME = "checkpoint.json"


def _sizes(found: dict[str, Any]) -> dict[str, Any]:
    """Make version 2 of version 1: all that is known of a file's size is what was read."""
    files = [{**one, "size": one["offset"], "mtime_ns": 0} for one in found["files"]]
    return {**found, "version": 2, "files": files}


#: version -> what makes of its content that of the next.
_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _sizes}


@dataclass(slots=True)
class Totals:
    """Source bytes of one file, by what became of them; ``read`` is what was acknowledged."""

    emitted: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)

    def lose(self, reason: str, count: int) -> None:
        """Count bytes that are gone, unless there are none."""
        if count > 0:
            self.lost[reason] = self.lost.get(reason, 0) + count

    def add(self, other: Totals) -> None:
        """Add another's counts to this one's."""
        self.emitted += other.emitted
        for mine, theirs in ((self.skipped, other.skipped), (self.lost, other.lost)):
            for reason, count in theirs.items():
                mine[reason] = mine.get(reason, 0) + count


@dataclass(slots=True)
class Entry:
    """One file: where it was, which it was, how far it was acknowledged, what was carried.

    Attributes:
        path: its latest name, as the kernel has it.
        device: of its file system.
        inode: of it there.
        offset: how far it was acknowledged.
        head: mark of its first bytes.
        anchor: mark of the bytes before the offset.
        state: what was carried to there.
        totals: what became of the bytes up to there.
        size: as ``stat`` last showed it.
        mtime_ns: when it was last written to, as ``stat`` showed it with that size.
    """

    path: str
    device: int
    inode: int
    offset: int
    head: Mark
    anchor: Mark
    state: State
    totals: Totals
    size: int
    mtime_ns: int

    def lose(self, reason: str, count: int) -> None:
        """Take note of bytes that are gone."""
        self.totals.lose(reason, count)


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


def load(folder: str, *, aside: bool = True) -> Loaded:
    """Read the checkpoint of a state folder; trouble never raises.

    Args:
        folder: where it lies.
        aside: give a bad one another name, which the next save spares.
    """
    path = os.path.join(folder, NAME)
    try:
        content = _read(path)
    except FileNotFoundError:
        return Loaded(Saved())
    except OSError as error:
        kept = _keep_aside(path) if aside else ""
        return Loaded(Saved(), f"{path} cannot be read: {error.strerror}{kept}")
    try:
        found = msgspec.json.decode(content)
        version = found["version"] if isinstance(found, dict) else None
        version = _known(version)
        while version < VERSION:
            found = _MIGRATIONS[version](found)
            version += 1
        saved = msgspec.convert(found, Saved)
        for entry in saved.files:
            entry.path = path_in(entry.path)
        return Loaded(saved)
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.MsgspecError) as error:
        kept = _keep_aside(path) if aside else ""
        return Loaded(Saved(), f"{path} is no checkpoint ({error}){kept}")


def _read(path: str) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read()


def _keep_aside(path: str) -> str:
    """Give a bad checkpoint another name, which the next save spares; gives that in words."""
    aside = f"{path}.bad-{time.time_ns()}"
    try:
        os.rename(path, aside)
    except OSError:
        return ""
    return f"; kept as {aside}"


def _known(version: object) -> int:
    if type(version) is not int or version > VERSION:
        raise ValueError(f"version {version!r}, expected at most {VERSION}")
    return version


async def save(folder: str, content: bytes) -> None:
    """Put a checkpoint, as ``encode`` gives it, in the place of the one before.

    Raises:
        OSError: the folder cannot be written, the disk is full, and so on; the old one stands.
    """
    await _put(folder, content)


def _put_now(folder: str, content: bytes) -> None:
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, NAME)
    fd = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(fd, view) :]
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(f"{path}.new", path)
    except OSError:
        with contextlib.suppress(OSError):  # half of one would take room on a full disk
            os.unlink(f"{path}.new")
        raise


#: In a thread: a disk may hang.
_put = aiofiles.os.wrap(_put_now)


def encode(saved: Saved) -> bytes:
    """Give the checkpoint as it is stored."""
    files = [replace(entry, path=path_out(entry.path)) for entry in saved.files]
    return msgspec.json.encode(replace(saved, files=files))


def path_out(path: str) -> str:
    r"""Spell a path, whatever bytes it has, as text that JSON can hold.

    A byte that is no UTF-8 becomes ``\xHH``, and a backslash two.
    """
    raw = path.replace("\\", "\\\\").encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace")


_SPELT = re.compile(r"\\(\\)|\\x([0-9a-f]{2})")


def path_in(text: str) -> str:
    """Give the path that ``path_out`` spelt so."""
    return _SPELT.sub(
        lambda one: one[1] or bytes([int(one[2], 16)]).decode("utf-8", "surrogateescape"), text
    )
