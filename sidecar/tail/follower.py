"""All files followed, through whatever is done to their names.

A file is known by its device and inode. It is in one of four states::

    files      held open: read, and read on when it grows
    finished   its content is gone, its last words are still to leave
    parked     read to its end, its descriptor given back, since it has lost its followed name, or
               since others need the descriptor; while it has a name in its folder it is looked
               at, and if it grows it is held again
    entries    of the checkpoint, not met since the start

A sweep looks at every folder and settles what happened to each file; ``rotation`` decides.
"""

from __future__ import annotations

import errno
import os
import resource
import time
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol

from sidecar.flow import State
from sidecar.tail import checkpoint, copies, discovery, rotation
from sidecar.tail.checkpoint import Entry, Saved, Totals
from sidecar.tail.copies import Opened
from sidecar.tail.fingerprint import anchor_fits, head_fits
from sidecar.tail.rotation import Change, Held, Seen
from sidecar.tail.tailer import S, Tailer, open_regular

#: A deleted file's descriptor is given back once it was quiet so long, in seconds; one that only
#: lost its followed name may still be written to by who holds it open.
_GONE_QUIET_S = 0.5
_MOVED_QUIET_S = 5.0

#: A folder whose last change is more recent than this, in nanoseconds, may have changed once more
#: without showing it: file systems stamp changes by the tick.
_TICK_NS = 20_000_000

#: Files held open at most, and descriptors left to all else: watches, connections, a checkpoint.
_MOST_HELD = 1000
_OTHERS = 48

#: A sweep that looks at everything comes at least so often, in seconds.
_WHOLE_S = 10.0

#: Why bytes are skipped that stood in a file before it was followed.
_SKIPPED = "start_at_end"

_BEGINNING = State()

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TailOptions:
    """Options of one source: which files it has, and where those never seen before begin."""

    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    symlinks: str = "inside"
    start_at: str = "beginning"


@dataclass(slots=True)
class Tally:
    """What happened, as plain integers."""

    sweeps: int = 0
    sweep_errors: int = 0
    rotations: int = 0
    truncations: int = 0
    deletions: int = 0


@dataclass(frozen=True, slots=True)
class _Sight:
    """A file as a look at the folders shows it, and the source that has it."""

    path: str
    shown: os.stat_result
    source: int


class Diary(Protocol):
    """Where it is told what happened."""

    def info(self, message: str, **fields: Any) -> None:
        """Tell of ordinary life."""

    def warning(self, message: str, **fields: Any) -> None:
        """Tell what somebody may want to mend."""

    def once(self, key: str, message: str, file: str, reason: str | None) -> None:
        """Warn of a file or folder, the first time only."""


#: Makes the stream of a file: (source, path, key, offset, state) -> stream.
Make = Callable[[int, str, Key, int, State], S]


class Follower(Generic[S]):
    """The files of all sources.

    Args:
        sources: their options; the first that has a file keeps it.
        avoid: folder that is never looked into.
        make: makes a file's stream.
        diary: is told what happened.

    Attributes:
        ready: files that have bytes to read.
        finished: see above; who emits their last words calls ``retire``.
        gone: totals of files that are no more.
        unreadable: path -> why it cannot be read.
        folders: looked into by the last sweep.
        crowded: files wait for a descriptor; a sweep helps once others were read to their end.
        changed: what a checkpoint holds has changed since this was last set to False.
    """

    def __init__(
        self, sources: Sequence[TailOptions], avoid: str, make: Make[S], diary: Diary
    ) -> None:
        self.files: dict[Key, Tailer[S]] = {}
        self.ready: dict[Key, Tailer[S]] = {}
        self.finished: list[Tailer[S]] = []
        self.gone = Totals()
        self.unreadable: dict[str, str] = {}
        self.folders: list[str] = []
        self.crowded = False
        self.changed = False
        self.tally = Tally()
        self._parked: dict[Key, Entry] = {}
        self._entries: dict[Key, Entry] = {}
        self._suspects: set[Key] = set()
        self._paths: dict[str, Key] = {}  # of what is held or parked
        self._room = _room()
        self._sources = sources
        self._avoid = avoid
        self._make = make
        self._diary = diary
        self._swept_at = 0.0
        self._linked = False
        self._marks: dict[str, tuple[int, int] | None] | None = None

    # -- what is asked of it --------------------------------------------------------------------

    @property
    def tailers(self) -> Iterator[Tailer[S]]:
        """Every file that is held, or has words left."""
        yield from self.files.values()
        yield from self.finished

    @property
    def absent(self) -> Iterator[Entry]:
        """Every file that is known and not held."""
        yield from self._parked.values()
        yield from self._entries.values()

    def written(self, paths: set[str]) -> bool:
        """Take word that these were written to; gives whether one of them is parked."""
        keys = {self._paths[path] for path in paths if path in self._paths}
        self.ready.update((key, self.files[key]) for key in keys if key in self.files)
        return any(key in self._parked for key in keys)

    def retire(self, file: Tailer[S]) -> None:
        """Let go of a file whose last words have left."""
        if file in self.finished:
            self.finished.remove(file)
        self.gone.add(file.totals)
        self.changed = True

    def saved(self) -> Saved:
        """Give what the checkpoint keeps."""
        files = [*(file.entry() for file in self.files.values()), *self.absent]
        shown = [replace(entry, path=checkpoint.path_out(entry.path)) for entry in files]
        return Saved(files=shown, gone=self.gone)

    def restore(self, saved: Saved) -> None:
        """Go on where an earlier run stopped."""
        self._entries = {(one.device, one.inode): one for one in saved.files}
        self.gone = saved.gone

    def skip_present(self) -> None:
        """Begin every file that is there now at its end."""
        for key, sight in self._look(set()).items():
            try:
                opened = (sight.path, open_regular(sight.path), key)
            except OSError:
                continue
            size = sight.shown.st_size
            self._hold(opened, sight.source, offset=size, totals=Totals(skipped={_SKIPPED: size}))

    # -- the sweep ------------------------------------------------------------------------------

    def still(self) -> bool:
        """Tell whether all is as the last sweep left it; much cheaper than to sweep.

        No folder changed, every file known has the size it had, and nothing waits for time to
        pass.
        """
        if self._marks is None or time.monotonic() - self._swept_at > _WHOLE_S:
            return False
        if any(_mark(folder) != mark for folder, mark in self._marks.items()):
            return False
        for file in self.files.values():
            shown = os.fstat(file.fd)
            if shown.st_size != file.size or file.size > file.offset or not shown.st_nlink:
                return False
        for entry in self._parked.values():
            try:
                if os.stat(entry.path).st_size != entry.offset:
                    return False
            except OSError:
                return False
        self.tally.sweeps += 1
        return True

    def sweep(self) -> None:
        """Look at every folder once, and settle what happened to each file."""
        self.tally.sweeps += 1
        began = time.time_ns()
        unlisted: set[str] = set()
        seen = self._look(unlisted)
        self.unreadable = {}
        for key, file in [*self.files.items()]:
            self._find_again(key, file, seen.get(key), unlisted)
        # Files known before come first, then those that others are named after: a new file may
        # be the copy that one of them goes on in.
        known = self._parked.keys() | self._entries.keys()
        quiet = self._quiet()
        self._index()
        self.crowded = False
        for key in sorted(seen, key=lambda key: (key not in known, len(seen[key].path))):
            if key not in self.files and not self._rests(key, seen[key]):
                if len(self.files) >= self._room:
                    oldest = next(quiet, None)
                    if oldest is None:
                        self.crowded = True
                        break
                    self._park(oldest.key, oldest)
                self._meet(key, seen[key])
        self._recall(seen)
        self._index()
        for key in seen:  # oldest first
            if key in self.ready:
                self.ready[key] = self.ready.pop(key)
        self._suspects &= seen.keys()
        self._remember(began, unlisted)

    def _look(self, unlisted: set[str]) -> dict[Key, _Sight]:
        """Look at the folders; gives the files there are, oldest first."""
        self.folders = []
        self._linked = False
        seen: dict[Key, _Sight] = {}
        for number, source in enumerate(self._sources):
            found = discovery.look(
                source.include, source.exclude, symlinks=source.symlinks, avoid=(self._avoid,)
            )
            self.folders += [one for one in found.folders if one not in self.folders]
            self._linked |= found.linked
            for folder, reason in found.unlisted.items():
                unlisted.add(folder)
                self.tally.sweep_errors += 1
                self._diary.once(f"list {folder}", "folder cannot be listed", folder, reason)
            for path, reason in found.refused.items():
                self._diary.once(f"refuse {path}", "not followed", path, reason)
            for path, shown in found.files.items():
                if os.path.dirname(path) != self._avoid:
                    seen.setdefault((shown.st_dev, shown.st_ino), _Sight(path, shown, number))
        return seen

    def _remember(self, began: int, unlisted: set[str]) -> None:
        """Note how the folders look, if a change from now on would show there."""
        self._swept_at = time.monotonic()
        self._marks = None
        if self._linked or unlisted or self.unreadable or self._suspects or self._entries:
            return
        if self.crowded:
            return
        if any(file.ending or file.shifted for file in self.files.values()):
            return
        marks = {folder: _mark(folder) for folder in self.folders}
        if all(mark is None or mark[1] < began - _TICK_NS for mark in marks.values()):
            self._marks = marks

    # -- files that are held --------------------------------------------------------------------

    def _find_again(
        self, key: Key, file: Tailer[S], sight: _Sight | None, unlisted: set[str]
    ) -> None:
        """Settle what happened to one file that is held."""
        unknown = os.path.dirname(file.path) in unlisted
        if sight is None:
            shown = os.fstat(file.fd)
        else:
            shown = sight.shown
            if sight.path != file.path and not unknown:
                self.tally.rotations += 1
                file.path = sight.path
        named = sight is not None or unknown
        grown, known, file.size = shown.st_size > file.size, file.size, shown.st_size
        anchored = not file.shifted and (not grown or file.stands())
        change = rotation.decide(
            Held(file.offset, anchored=anchored), Seen(shown.st_size, shown.st_nlink, named)
        )
        if change is Change.TRUNCATED:
            self._truncated(key, file, known)
        elif change is Change.GROWN or shown.st_size > file.offset:
            self.ready[key] = file
        elif change in {Change.GONE, Change.MOVED}:
            file.ending = True
            quiet = time.monotonic() - file.data_at
            if grown or file.pending:
                return
            if change is Change.GONE and quiet > _GONE_QUIET_S:
                self.tally.deletions += 1
                if not self._go_on_in_copy(key, file):
                    self._let_go(key, file)
                    self.retire(file)
            elif change is Change.MOVED and quiet > _MOVED_QUIET_S:
                self._park(key, file)
        else:
            file.ending = False

    def _truncated(self, key: Key, file: Tailer[S], known: int) -> None:
        """Read on in the copy where there is one, and begin the file anew."""
        self.tally.truncations += 1
        self.changed = True
        again = (file.path, os.dup(file.fd), key)
        if self._go_on_in_copy(key, file):
            self._hold(again, file.source)
            return
        lost = max(0, known - file.offset)
        if lost:
            file.totals.lost["truncated"] = file.totals.lost.get("truncated", 0) + lost
            self._diary.warning(
                "bytes were truncated before they were read", file=file.path, lost=lost
            )
        self._let_go(key, file)
        self.finished.append(file)
        self._hold(again, file.source)

    def _go_on_in_copy(self, key: Key, file: Tailer[S]) -> bool:
        """Look beside a file that was truncated or deleted for a copy of what it held."""
        if not file.offset:
            return False
        copy = copies.find(
            file.path,
            self.files,
            lambda fd: (
                os.fstat(fd).st_size >= file.offset
                and anchor_fits(fd, file.offset, file.read_anchor)
                and head_fits(fd, file.head)
            ),
        )
        if copy is None:
            return False
        self._let_go(key, file)
        file.move(*copy)
        file.size = os.fstat(file.fd).st_size
        file.ending = True
        self._suspects.discard(file.key)
        self.files[file.key] = self.ready[file.key] = file
        self.changed = True
        return True

    def _quiet(self) -> Iterator[Tailer[S]]:
        """Give the files whose descriptor is not needed now, the one quiet longest first."""
        yield from sorted(
            (
                file
                for key, file in self.files.items()
                if key not in self.ready and not file.pending and file.size == file.offset
            ),
            key=lambda file: file.data_at,
        )

    def _park(self, key: Key, file: Tailer[S]) -> None:
        self._parked[key] = file.entry()
        self._let_go(key, file)

    def _let_go(self, key: Key, file: Tailer[S]) -> None:
        self.files.pop(key, None)
        self.ready.pop(key, None)
        file.close()
        self.changed = True

    # -- files that are not ---------------------------------------------------------------------

    def _rests(self, key: Key, sight: _Sight) -> bool:
        """Tell whether a file is parked and has not changed."""
        entry = self._parked.get(key)
        if entry is None or sight.shown.st_size != entry.offset:
            return False
        entry.path = sight.path
        return True

    def _meet(self, key: Key, sight: _Sight) -> None:
        """Take up a file that is not held."""
        path = sight.path
        try:
            fd = open_regular(path)
        except OSError as error:
            if isinstance(error, FileNotFoundError):
                return
            if error.errno in {errno.EMFILE, errno.ENFILE}:
                self._diary.once("descriptors", "out of file descriptors", path, error.strerror)
                self._room = max(1, len(self.files))
                self.crowded = True
                return
            self.unreadable[path] = error.strerror or str(error)
            self._diary.once(f"open {path}", "cannot be read", path, error.strerror)
            return
        shown = os.fstat(fd)
        if (shown.st_dev, shown.st_ino) != key:
            os.close(fd)  # replaced since the look; the next one sees it as it is
            return
        entry = self._parked.pop(key, None) or self._entries.pop(key, None)
        if entry is None:
            if self._is_suspect(key, path, fd, shown.st_size):
                os.close(fd)
                return
            at_end = not self._swept_at and self._sources[sight.source].start_at == "end"
            offset = shown.st_size if at_end else 0
            totals = Totals(skipped={_SKIPPED: offset} if offset else {})
            self._hold((path, fd, key), sight.source, offset=offset, totals=totals)
        elif _is_entry(entry, fd, shown.st_size):
            self._resume(entry, (path, fd, key), sight.source)
        else:
            self.tally.truncations += 1
            self._resume_copy(entry, sight.source)
            self._hold((path, fd, key), sight.source)

    def _is_suspect(self, key: Key, path: str, fd: int, size: int) -> bool:
        """Tell whether a new file looks like a copy, perhaps in the making, of one that is held."""
        for original in copies.originals(path):
            known = self._paths.get(original)
            if known is not None and known != key and self._may_be_copy(fd, size, known):
                if size and key not in self._suspects:
                    self._diary.info("held back: a copy of a followed file", file=path)
                self._suspects.add(key)
                return True
        self._suspects.discard(key)
        return False

    def _may_be_copy(self, fd: int, size: int, original: Key) -> bool:
        """Tell whether all that a file has may be copied from one that is held or parked."""
        held = self.files.get(original)
        if held:
            return size <= held.size and copies.begins_like(fd, size, held.fd, held.head_bytes)
        parked = self._parked.get(original)
        if not parked or size > parked.offset:
            return False
        try:
            other = open_regular(parked.path)
        except OSError:
            return False
        try:
            return copies.begins_like(fd, size, other, b"")
        finally:
            os.close(other)

    def _index(self) -> None:
        """Note which path is whose; of two that had it, that of the file that has it still."""
        files = sorted(self.files.items(), key=lambda one: one[1].ending, reverse=True)
        self._paths = {entry.path: key for key, entry in self._parked.items()}
        self._paths.update((file.path, key) for key, file in files)

    def _recall(self, seen: Container[Key]) -> None:
        """Look for files that are in no glob any more: the checkpoint's, and those parked."""
        known = {**self._parked, **self._entries}
        wanted = {key: entry for key, entry in known.items() if key not in seen}
        at: dict[int, str] = {}
        for folder in {os.path.dirname(entry.path) for entry in wanted.values()}:
            try:
                with os.scandir(folder or ".") as entries:
                    at.update((one.inode(), one.path) for one in entries)
            except FileNotFoundError:
                continue
            except OSError:
                return  # nothing is known of what is there
        for key, entry in wanted.items():
            path = at.get(key[1])
            if path is None:
                self._forget(key, entry)
                continue
            entry.path = path
            try:
                if key in self._parked and os.stat(path).st_size == entry.offset:
                    continue
                fd = open_regular(path)
            except OSError:
                continue
            shown = os.fstat(fd)
            if (shown.st_dev, shown.st_ino) == key and _is_entry(entry, fd, shown.st_size):
                self._parked.pop(key, None)
                self._entries.pop(key, None)
                self._resume(entry, (path, fd, key), self._source_of(path), ending=True)
            else:
                os.close(fd)
                self._forget(key, entry)

    def _forget(self, key: Key, entry: Entry) -> None:
        if self._parked.pop(key, None):
            self.gone.add(entry.totals)
        elif self._entries.pop(key, None):
            self._resume_copy(entry, self._source_of(entry.path))
        self.changed = True

    def _resume_copy(self, entry: Entry, source: int) -> None:
        """Read the rest of a file that was copied and truncated while nobody looked."""
        copy = copies.find(
            entry.path,
            self.files.keys() | {(entry.device, entry.inode)},
            lambda fd: (
                entry.offset > 0
                and os.fstat(fd).st_size >= entry.offset
                and anchor_fits(fd, entry.offset, entry.anchor)
                and head_fits(fd, entry.head)
            ),
        )
        if copy:
            self._resume(entry, copy, source, ending=True)
        else:
            self.gone.add(entry.totals)

    def _source_of(self, path: str) -> int:
        """Give the source whose folder a file without a followed name lies in; else the first."""
        for number, source in enumerate(self._sources):
            if any(path.startswith(discovery.root(one)) for one in source.include):
                return number
        return 0

    def _resume(self, entry: Entry, opened: Opened, source: int, *, ending: bool = False) -> None:
        self._hold(
            opened,
            source,
            offset=entry.offset,
            state=entry.state,
            totals=entry.totals,
            ending=ending,
        )

    def _hold(
        self,
        opened: Opened,
        source: int,
        *,
        offset: int = 0,
        state: State = _BEGINNING,
        totals: Totals | None = None,
        ending: bool = False,
    ) -> None:
        """Hold a file that was opened."""
        path, fd, key = opened
        file = Tailer(path, fd, key, source, self._make(source, path, key, offset, state))
        if totals:
            file.restore(totals)
        file.size = os.fstat(fd).st_size
        file.ending = ending
        self.files[key] = file
        self._paths[path] = key
        self.changed = True
        if file.size > offset:
            self.ready[key] = file


def _room() -> int:
    """Give how many files may be held: some descriptors are others'."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(8, min(_MOST_HELD, allowed - _OTHERS))


def _is_entry(entry: Entry, fd: int, size: int) -> bool:
    """Tell whether a file is what a checkpoint's entry says, and no shorter."""
    return (
        size >= entry.offset
        and head_fits(fd, entry.head)
        and anchor_fits(fd, entry.offset, entry.anchor)
    )


def _mark(folder: str) -> tuple[int, int] | None:
    """Give a folder's inode, and when a name in it last changed; None where it is not."""
    try:
        shown = os.stat(folder)
    except OSError:
        return None
    return shown.st_ino, shown.st_mtime_ns
