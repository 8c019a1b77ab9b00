"""All files followed, through whatever is done to their names.

A file is known by its device and inode. It is in one of three states::

    files      held open: read, and read on when it grows
    finished   its content is gone, its last words are still to leave
    register   known and not held: parked, not met yet since the start, or out of sight

A sweep looks at every folder and settles what happened to each file; ``rotation`` decides.
"""

from __future__ import annotations

import errno
import os
import resource
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from sidecar.flow import State
from sidecar.tail import copies, packed, rotation
from sidecar.tail.checkpoint import Entry, Saved, Totals
from sidecar.tail.copies import Opened, Suspects, Verdict
from sidecar.tail.fingerprint import Mark, anchor_fits, head_fits
from sidecar.tail.folders import Diary, Folders, Key, Sight, TailOptions
from sidecar.tail.register import Register
from sidecar.tail.rotation import Change, Held, Seen
from sidecar.tail.tailer import S, Tailer, open_regular
from sidecar.tail.trail import Windows, proves

#: Files held open at most, and descriptors left to all else: watches, connections, a checkpoint.
_MOST_HELD = 1000
_OTHERS = 48

#: So many bytes are looked into for a proof that a file goes on from another.
_PROOF_BYTES = 65_536

#: Why bytes are skipped: they stood in a file before it was followed; they are in a file that was
#: copied from a followed one; they stood before the place where a file was cut, and came out then.
PASSED_OVER = (_AT_END, _COPY, _KEPT) = ("start_at_end", "copy", "kept")

_BEGINNING = State()


@dataclass(slots=True)
class Tally:
    """What happened, as plain integers."""

    sweeps: int = 0
    rotations: int = 0
    truncations: int = 0
    deletions: int = 0


@dataclass(frozen=True, slots=True)
class _Cut(Generic[S]):
    """A file that was truncated.

    Attributes:
        file: what was held of it.
        again: itself, opened once more.
        size: that it was known to have.
        names: that it had since the last look; it may have been renamed since it was copied.
    """

    file: Tailer[S]
    again: Opened
    size: int
    names: Sequence[str]


#: Makes the stream of a file: (source, path, key, offset, state) -> stream.
Make = Callable[[int, str, Key, int, State], S]


class Follower(Generic[S]):
    """The files of all sources.

    Args:
        sources: their options; the first that has a file keeps it.
        avoid: folder that is never looked into.
        make: makes a file's stream.
        diary: is told what happened.
        own: files that are never followed: what we write ourselves.

    Attributes:
        files: those held open.
        ready: of them, those that have bytes to read.
        finished: see above; who emits their last words calls ``retire``.
        register: what is known and not held.
        folders: what was last seen of them.
        unreadable: path -> why it cannot be read.
        crowded: files wait for a descriptor; a sweep helps once others were read to their end.
        changed: what a checkpoint holds has changed since this was last set to False.
    """

    def __init__(
        self,
        sources: Sequence[TailOptions],
        avoid: str,
        make: Make[S],
        diary: Diary,
        own: Container[Key] = (),
    ) -> None:
        self.files: dict[Key, Tailer[S]] = {}
        self.ready: dict[Key, Tailer[S]] = {}
        self.finished: list[Tailer[S]] = []
        self.register = Register()
        self.folders = Folders(sources, avoid, own, diary)
        self.unreadable: dict[str, str] = {}
        self.crowded = False
        self.changed = False
        self.tally = Tally()
        self._suspects = Suspects(diary)
        self._packed: dict[Key, tuple[int, int]] = {}  # size and time of change when looked into
        self._paths: dict[str, Key] = {}  # of what is held or parked
        self._windows = Windows()
        self._room = _room()
        self._sources = sources
        self._make = make
        self._diary = diary
        self._settled = False
        self._first = True  # nobody has followed these files before

    # -- what is asked of it --------------------------------------------------------------------

    @property
    def tailers(self) -> Iterator[Tailer[S]]:
        """Every file that is held, or has words left."""
        yield from self.files.values()
        yield from self.finished

    @property
    def absent(self) -> Iterator[Entry]:
        """Every file that has a name and is not held."""
        yield from self.register.parked.values()
        yield from self.register.unmet.values()

    def written(self, paths: set[str]) -> bool:
        """Take word that these were written to; gives whether one of them is parked."""
        keys = {self._paths[path] for path in paths if path in self._paths}
        self.ready.update((key, self.files[key]) for key in keys if key in self.files)
        return any(key in self.register.parked for key in keys)

    def retire(self, file: Tailer[S]) -> None:
        """Let go of a file whose last words have left."""
        if file in self.finished:
            self.finished.remove(file)
        self.register.gone.add(file.totals)
        self.changed = True

    def saved(self) -> Saved:
        """Give what the checkpoint keeps."""
        files = [file.entry() for file in self.files.values()]
        files += [entry for _, entry in self.register.pairs()]
        return Saved(files=files, gone=replace(self.register.gone))

    def restore(self, saved: Saved) -> None:
        """Go on where an earlier run stopped."""
        self.register.unmet = {(one.device, one.inode): one for one in saved.files}
        self.register.gone = saved.gone
        self._first = not saved.files

    def skip_present(self) -> None:
        """Begin every file that is there now at its end."""
        for key, sight in self.folders.look().items():
            try:
                opened = (sight.path, open_regular(sight.path), key)
            except OSError:
                continue
            size = sight.shown.st_size
            self._hold(opened, sight.source, offset=size, totals=Totals(skipped={_AT_END: size}))

    # -- the sweep ------------------------------------------------------------------------------

    def still(self) -> bool:
        """Tell whether all is as the last sweep left it; much cheaper than to sweep.

        No folder changed, no file that has a name was written to, and nothing waits for time to
        pass.
        """
        if not self._settled or not self.folders.unchanged():
            return False
        for file in self.files.values():
            shown = os.fstat(file.fd)
            if (shown.st_size, shown.st_mtime_ns) != (file.size, file.mtime_ns):
                return False
            if file.size > file.offset or not shown.st_nlink:
                return False
        for entry in self.register.parked.values():
            try:
                shown = os.stat(entry.path)
            except OSError:
                return False
            if (shown.st_size, shown.st_mtime_ns) != (entry.offset, entry.mtime_ns):
                return False
        self.tally.sweeps += 1
        return True

    def sweep(self) -> None:
        """Look at every folder once, and settle what happened to each file."""
        self.tally.sweeps += 1
        seen = self.folders.look()
        self.unreadable = {}
        cut: list[_Cut[S]] = []
        for key, file in [*self.files.items()]:
            self._find_again(key, file, seen.get(key), cut)
        for one in cut:
            self._read_on(one, seen)
        self._index()
        self._take_up(seen)
        self._recall(seen)
        self._index()
        for key in seen:  # oldest first
            if key in self.ready:
                self.ready[key] = self.ready.pop(key)
        self._suspects.keep(seen)
        self._packed = {key: one for key, one in self._packed.items() if key in seen}
        self._first = False
        waits = self.unreadable or self._suspects or self.register.unmet or self.crowded
        ending = any(file.ending or file.shifted for file in self.files.values())
        self._settled = not (waits or ending)

    def _take_up(self, seen: dict[Key, Sight]) -> None:
        """Meet the files that are not held.

        Those known before come first, then those that others are named after: a new file may be
        the copy that one of them goes on in.
        """
        quiet = self._quiet()
        self.crowded = False
        for key in sorted(seen, key=lambda key: (key not in self.register, len(seen[key].path))):
            if key in self.files or self._rests(key, seen[key]):
                continue
            if len(self.files) >= self._room:
                oldest = next(quiet, None)
                if oldest is None:
                    quiet = self._quiet()  # those taken up meanwhile may have nothing to read
                    oldest = next(quiet, None)
                if oldest is None:
                    self.crowded = True
                    break
                self._park(oldest.key, oldest)
            self._meet(key, seen[key])

    # -- files that are held --------------------------------------------------------------------

    def _find_again(
        self, key: Key, file: Tailer[S], sight: Sight | None, cut: list[_Cut[S]]
    ) -> None:
        """Settle what happened to one file that is held; one that was truncated joins ``cut``."""
        unknown = os.path.dirname(file.path) in self.folders.unlisted
        names = {file.path: None}
        if sight and sight.path != file.path and not unknown:
            self.tally.rotations += 1
            file.path = sight.path
            names[file.path] = None
        shown = sight.shown if sight else os.fstat(file.fd)
        before = file.size
        anchored = file.look(shown)
        change = rotation.decide(
            Held(file.offset, anchored=anchored),
            Seen(file.size, shown.st_nlink, sight is not None or unknown),
        )
        if change is Change.TRUNCATED:
            del self.files[key]
            self.ready.pop(key, None)
            cut.append(_Cut(file, (file.path, os.dup(file.fd), key), before, [*names]))
            return
        if file.size < before:
            self._lose(file, before - file.size)
        if file.size > file.offset:
            self.ready[key] = file
        if change not in {Change.GONE, Change.MOVED}:
            file.ending_at = 0.0
            return
        file.ending_at = file.ending_at or time.monotonic()
        if file.size > file.offset or file.size > before or file.pending:
            return
        quiet_s = time.monotonic() - max(file.data_at, file.ending_at)
        if rotation.rests(change, quiet_s, file.gap_s):
            if change is Change.MOVED:
                self._park(key, file)
                return
            self.tally.deletions += 1
            if not self._go_on_in_copy(file, names):
                self._let_go(key, file)
                self.retire(file)

    def _read_on(self, cut: _Cut[S], seen: Container[Key]) -> None:
        """Read on in the copy of a truncated file, if there is one, and the file where it was cut.

        One that was begun anew is as any new file: it may be a copy of another itself.
        """
        self.tally.truncations += 1
        self.changed = True
        file, again = cut.file, cut.again
        _, fd, key = again
        kept, state = file.standing(), file.pipeline.state
        if not self._go_on_in_copy(file, cut.names):
            self._lose(file, cut.size - file.offset)
            file.close()
            self.finished.append(file)
        if key in self.files:  # the copy of another that was truncated
            os.close(fd)
        elif kept:
            self._diary.warning("cut in the middle", file=file.path, read_from=kept)
            totals = Totals(skipped={_KEPT: kept})
            self._hold(again, file.source, offset=kept, state=state.of_file, totals=totals)
        elif key in seen:
            os.close(fd)
        else:
            self._hold(again, file.source)

    def _lose(self, file: Tailer[S], count: int) -> None:
        if count > 0:
            file.totals.lose("truncated", count)
            self._diary.warning(
                "bytes were truncated before they were read", file=file.path, lost=count
            )

    def _go_on_in_copy(self, file: Tailer[S], names: Iterable[str]) -> bool:
        """Look beside a file that was truncated or deleted for a copy of what it held."""
        copy = self._copy_of(names, file.offset, file.head, file.read_anchor)
        if copy is None:
            return False
        self._move(file, copy)
        file.ending_at = time.monotonic()
        return True

    def _move(self, file: Tailer[S], copy: Opened) -> None:
        """Go on with a file in another that holds what was read of it."""
        self._let_go(file.key, file)
        file.move(*copy)
        file.look(os.fstat(file.fd))
        file.ending_at = 0.0
        self._known_no_longer(file.key)
        self.files[file.key] = self.ready[file.key] = file
        self._paths[file.path] = file.key
        self.changed = True

    def _copy_of(
        self, names: Iterable[str], offset: int, head: Mark, anchor: Mark
    ) -> Opened | None:
        """Find a file named after another that holds what was read of it."""

        def fits(fd: int) -> bool:
            shown = os.fstat(fd)
            entry = self.register.get((shown.st_dev, shown.st_ino))
            known = entry and entry.offset >= offset and _COPY not in entry.totals.skipped
            if entry and known and _is_entry(entry, fd, shown.st_size):
                return False  # it is a file of its own, of which more is known
            whole = shown.st_size >= max(offset, head.size)
            return whole and anchor_fits(fd, offset, anchor) and head_fits(fd, head)

        found = (copies.find(name, self.files, fits) for name in names if head.size)
        return next(filter(None, found), None)

    def _known_no_longer(self, key: Key) -> None:
        """Forget what was known of a file that is to be held as another's copy."""
        self._suspects.drop(key)
        if entry := self.register.take(key):
            self.register.gone.add(entry.totals)

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
        self.register.parked[key] = file.entry()
        self._let_go(key, file)

    def _let_go(self, key: Key, file: Tailer[S]) -> None:
        self.files.pop(key, None)
        self.ready.pop(key, None)
        file.close()
        self.changed = True

    # -- files that are not ---------------------------------------------------------------------

    def _rests(self, key: Key, sight: Sight) -> bool:
        """Tell whether a file is parked, or packed, and has not changed."""
        shown = sight.shown
        if self._packed.get(key) == (shown.st_size, shown.st_mtime_ns):
            return True
        entry = self.register.parked.get(key)
        if entry is None or (shown.st_size, shown.st_mtime_ns) != (entry.offset, entry.mtime_ns):
            return False
        entry.path = sight.path
        return True

    def _meet(self, key: Key, sight: Sight) -> None:
        """Take up a file that is not held."""
        opened = self._open(key, sight)
        if opened is None:
            return
        path, fd, _ = opened
        shown = os.fstat(fd)
        entry = self.register.get(key)
        if entry and not _is_entry(entry, fd, shown.st_size):  # the inode is another's now
            self.register.take(key)
            self.tally.truncations += 1
            self._replaced(entry, sight.source)
            entry = None
        if entry and (shown.st_size == entry.offset or _goes_on(fd, entry.offset)):
            self.register.take(key)
            self._resume(entry, opened, sight.source)
        elif not entry and (kind := packed.kind(fd)):
            self._diary.once(f"packed {path}", "not followed", path, f"it is packed by {kind}")
            self._packed[key] = (shown.st_size, shown.st_mtime_ns)
            os.close(fd)
        elif not entry and self._takes_over(opened, shown.st_size):
            return
        elif verdict := self._suspects.judge(opened, shown, self._known_as):
            # So it is, whatever was known: inodes are given again, and little was the same.
            if verdict is Verdict.STAYS:
                self._known_no_longer(key)
                self.register.parked[key] = copies.entry_of(opened, shown, _COPY)
                self.changed = True
            os.close(fd)
        elif entry:
            self.register.take(key)
            self._resume(entry, opened, sight.source)
        elif missed := self._copied_from(opened, shown.st_size):
            self.register.take((missed.device, missed.inode))
            self._resume(missed, opened, sight.source)
        else:
            at_end = self._first and self._sources[sight.source].start_at == "end"
            offset = shown.st_size if at_end else 0
            totals = Totals(skipped={_AT_END: offset} if offset else {})
            self._hold(opened, sight.source, offset=offset, totals=totals)

    def _open(self, key: Key, sight: Sight) -> Opened | None:
        """Open the file that was seen; None where it cannot be, or is another by now."""
        path = sight.path
        try:
            fd = open_regular(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in {errno.EMFILE, errno.ENFILE}:
                self._diary.once("descriptors", "out of file descriptors", path, error.strerror)
                self._room = max(1, len(self.files))
                self.crowded = True
                return None
            self.unreadable[path] = error.strerror or str(error)
            self._diary.once(f"open {path}", "cannot be read", path, error.strerror)
            return None
        shown = os.fstat(fd)
        if (shown.st_dev, shown.st_ino) != key:
            os.close(fd)  # replaced since the look; the next one sees it as it is
            return None
        return path, fd, key

    def _takes_over(self, opened: Opened, size: int) -> bool:
        """Read on in a new file that holds all that was read of the one whose name it has.

        Editors, and those who trim a log, write a copy and rename it over the original. An
        application that says the same at each start proves nothing.
        """
        path, fd, _ = opened
        key = self._paths.get(path)
        file = self.files.get(key) if key else None
        if file is None or not file.ending or not 0 < file.offset <= size:
            return False
        if not (anchor_fits(fd, file.offset, file.read_anchor) and head_fits(fd, file.head)):
            return False
        if not _goes_on(fd, file.offset):
            return False
        if file.size > file.offset:  # its own rest comes first
            self._suspects.hold_back(opened[2], size)
            os.close(fd)
            return True
        self._move(file, opened)
        return True

    def _known_as(self, path: str, but: Key) -> Tailer[S] | Entry | None:
        """Give the file that has a path, of those held or parked; None where it is ``but``."""
        key = self._paths.get(path)
        if key is None or key == but:
            return None
        return self.files.get(key) or self.register.parked.get(key)

    def _copied_from(self, opened: Opened, size: int) -> Entry | None:
        """Find the file of which a new one is a copy, among those that are not to be found."""
        path, fd, _ = opened
        copied = set(copies.originals(path))
        for group in (self.register.unmet, self.register.unseen):
            for entry in group.values():
                alike = entry.path == path
                if not entry.head.size or not (alike or entry.path in copied):
                    continue
                if _is_entry(entry, fd, size) and (not alike or _goes_on(fd, entry.offset)):
                    return entry
        return None

    def _index(self) -> None:
        """Note which path is whose; of two that had it, that of the file that has it still."""
        files = sorted(self.files.items(), key=lambda one: one[1].ending, reverse=True)
        self._paths = {entry.path: key for key, entry in self.register.parked.items()}
        self._paths.update((file.path, key) for key, file in files)

    def _recall(self, seen: Container[Key]) -> None:
        """Look for files that are known and in no glob any more, where they were last."""
        wanted = {key: entry for key, entry in self.register.pairs() if key not in seen}
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
            if path:
                self._look_again(key, entry, path)
            elif key not in self.register.unseen:
                self._missing(key, entry)

    def _look_again(self, key: Key, entry: Entry, path: str) -> None:
        """Settle what happened to a file that lies under a name of no glob."""
        try:
            shown = os.stat(path)
            same = (shown.st_dev, shown.st_ino) == key
            if same and (shown.st_size, shown.st_mtime_ns) == (entry.offset, entry.mtime_ns):
                entry.path = path
                if key in self.register.parked:
                    return
            fd = open_regular(path) if same else -1
        except OSError:
            return
        # Any file is what is known of an empty one; nothing proves that this is it.
        if same and entry.head.size and _is_entry(entry, fd, shown.st_size):
            self.register.take(key)
            self._resume(entry, (path, fd, key), self.folders.source_of(path), ending=True)
            return
        if fd >= 0:
            os.close(fd)
        if key not in self.register.unseen:
            self._missing(key, entry)

    def _missing(self, key: Key, entry: Entry) -> None:
        """Settle what happens to a file that is no longer where it was."""
        self.changed = True
        was_parked = key in self.register.parked
        source = self.folders.source_of(entry.path)
        if was_parked or not self._resume_in_copy(entry, source):
            self.register.lose_sight(key, entry)

    def _replaced(self, entry: Entry, source: int) -> None:
        """Settle what happens to a file whose inode has other content now."""
        if not self._resume_in_copy(entry, source):
            entry.totals.lose("truncated", entry.size - entry.offset)
            self.register.gone.add(entry.totals)

    def _resume_in_copy(self, entry: Entry, source: int) -> bool:
        """Read the rest of a file that was copied and truncated while nobody looked."""
        copy = self._copy_of([entry.path], entry.offset, entry.head, entry.anchor)
        if copy is None:
            return False
        self.register.take((entry.device, entry.inode))
        self._known_no_longer(copy[2])
        self._resume(entry, copy, source, ending=True)
        return True

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
        stream = self._make(source, path, key, offset, state)
        file = Tailer(path, fd, key, source, stream, self._windows)
        if totals:
            file.restore(totals)
        file.look(os.fstat(fd))
        file.ending_at = time.monotonic() if ending else 0.0
        self.files[key] = file
        self._paths[path] = key
        self.changed = True
        if file.size > offset:
            self.ready[key] = file


def _room() -> int:
    """Give how many files may be held: some descriptors are others'."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(8, min(_MOST_HELD, allowed - _OTHERS))


def _goes_on(fd: int, offset: int) -> bool:
    """Tell whether a file that begins with all that was read of another is that one's copy."""
    last = min(offset, _PROOF_BYTES)
    return proves(offset, os.pread(fd, last, offset - last))


def _is_entry(entry: Entry, fd: int, size: int) -> bool:
    """Tell whether a file is what a checkpoint's entry says, and no shorter."""
    return (
        size >= entry.offset
        and head_fits(fd, entry.head)
        and anchor_fits(fd, entry.offset, entry.anchor)
    )
