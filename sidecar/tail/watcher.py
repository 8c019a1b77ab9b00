"""watchdog's events as wake-ups, coalesced; what a wake-up is about, the sweep decides.

One watch a folder. Where none can be had (inotify instances or watches used up, a file system
without events), the sweep carries on alone and more often. Where one gives more events than a poll
would cost (each takes some 100 µs on its way here), it is dropped for a while, and its files are
polled.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Any

from watchdog.events import (
    DirDeletedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.inotify import InotifyObserver

# An emitter's thread says this, as an error, when it was stopped while it waited.
logging.getLogger("watchdog.observers.inotify").addFilter(
    lambda record: "thread is inactive" not in record.getMessage()
)

_queue = logging.getLogger("watchdog.observers.inotify_c")

_EVENTS = [
    FileModifiedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirDeletedEvent,
]


#: More events a second than this, over at least so many seconds, mute a folder for so many.
_HOT_RATE = 200
_WINDOW_S = 0.25
_MUTED_S = 5.0


class Watcher(FileSystemEventHandler):
    """Watches folders; calls back in the event loop.

    Args:
        loop: where ``wake`` is called.
        wake: called with (paths written to, whether names changed), once for many events.

    Attributes:
        events: how many watchdog gave.
        overflows: how often the kernel's queue was full, and events were lost.
        failures: folder -> why it has no watch.
        muted: folder -> loop time until when it has none, because it gave too many events.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, wake: Callable[[set[str], bool], None]
    ) -> None:
        self.events = 0
        self.overflows = 0
        self.failures: dict[str, str] = {}
        self.muted: dict[str, float] = {}
        self._loop = loop
        self._wake = wake
        self._observer: Any = None
        self._watches: dict[str, Any] = {}
        self._which: dict[str, tuple[int, int]] = {}
        self._written: deque[str] = deque()
        self._removed: deque[str] = deque()  # folders
        self._heat: Counter[str] = Counter()  # folder -> events since
        self._since = loop.time()
        self._renamed = False
        self._called = False

    @property
    def backend(self) -> str:
        """``inotify`` where every folder has a watch, else ``polling``."""
        watched = bool(self._watches or self.muted)
        return "inotify" if watched and not self.failures else "polling"

    def start(self) -> None:
        """Start watchdog's threads."""
        try:
            observer = InotifyObserver()
            observer.start()
        except (OSError, RuntimeError) as error:
            self.failures[""] = str(error)
        else:
            self._observer = observer
            _queue.addFilter(self._overflowed)

    def watch(self, folders: Iterable[str]) -> None:
        """Watch these folders and no others."""
        if self._observer is None:
            return
        wanted: dict[str, tuple[int, int]] = {}
        for folder in folders:
            with contextlib.suppress(OSError):
                shown = os.stat(folder)
                wanted[folder] = (shown.st_dev, shown.st_ino)
        removed = {self._removed.popleft() for _ in range(len(self._removed))}
        for folder in [*self._watches]:
            # A folder made anew under its old name needs a new watch; the old one stays silent.
            # The kernel may give it the old inode.
            if wanted.get(folder) != self._which[folder] or folder in removed:
                self._drop(folder)
        for folder in self.failures.keys() - wanted.keys() - {""}:
            del self.failures[folder]
        now = self._loop.time()
        self.muted = {folder: until for folder, until in self.muted.items() if until > now}
        for folder in wanted.keys() - self._watches.keys() - self.muted.keys():
            self._which[folder] = wanted[folder]
            try:
                self._watches[folder] = self._observer.schedule(
                    self, folder, recursive=False, event_filter=_EVENTS
                )
                self.failures.pop(folder, None)
            except OSError as error:
                self.failures[folder] = error.strerror or str(error)

    def _drop(self, folder: str) -> None:
        watch = self._watches.pop(folder, None)
        if watch is not None:
            with contextlib.suppress(KeyError, OSError):
                self._observer.unschedule(watch)

    def stop(self) -> None:
        """Stop watchdog's threads."""
        if self._observer is not None:
            self._observer.stop()
            _queue.removeFilter(self._overflowed)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take one event, in watchdog's thread."""
        self.events += 1
        if event.event_type == "modified":
            path = str(event.src_path)
            self._written.append(path)
            self._heat[os.path.dirname(path)] += 1
        else:
            if isinstance(event, DirDeletedEvent):
                self._removed.append(str(event.src_path))
            self._renamed = True
        self._call()

    def _call(self) -> None:
        if not self._called:
            self._called = True
            with contextlib.suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._deliver)

    def _overflowed(self, record: logging.LogRecord) -> bool:
        """Take what watchdog says of the kernel's queue; it has no other way to tell."""
        if "overflow" not in record.getMessage():
            return True
        self.overflows += 1
        self._renamed = True
        self._call()
        return self.overflows == 1

    def _deliver(self) -> None:
        self._called = False
        written = {self._written.popleft() for _ in range(len(self._written))}
        renamed, self._renamed = self._renamed, False
        self._cool()
        self._wake(written, renamed)

    def _cool(self) -> None:
        """Drop the watches that give more events than polling costs."""
        now = self._loop.time()
        past = now - self._since
        if past < _WINDOW_S:
            return
        heat, self._heat = self._heat, Counter()
        self._since = now
        for folder, events in heat.items():
            if events > past * _HOT_RATE and folder in self._watches:
                self._drop(folder)
                self.muted[folder] = now + _MUTED_S
