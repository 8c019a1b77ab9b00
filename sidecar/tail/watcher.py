"""watchdog's events as wake-ups, coalesced; what a wake-up is about, the sweep decides.

One watch a folder. Where none can be had (inotify instances or watches used up, a file system
without events), the sweep carries on alone and more often.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
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

_EVENTS = [
    FileModifiedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirDeletedEvent,
]


class Watcher(FileSystemEventHandler):
    """Watches folders; calls back in the event loop.

    Args:
        loop: where ``wake`` is called.
        wake: called with (paths written to, whether names changed), once for many events.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, wake: Callable[[set[str], bool], None]
    ) -> None:
        self.events = 0
        self.failures: dict[str, str] = {}
        self._loop = loop
        self._wake = wake
        self._observer: Any = InotifyObserver()
        self._watches: dict[str, Any] = {}
        self._which: dict[str, tuple[int, int]] = {}
        self._written: deque[str] = deque()
        self._removed: deque[str] = deque()  # folders
        self._renamed = False
        self._called = False
        self._started = False

    @property
    def backend(self) -> str:
        """``inotify`` where every folder has a watch, else ``polling``."""
        return "inotify" if self._watches and not self.failures else "polling"

    def start(self) -> None:
        """Start watchdog's threads."""
        try:
            self._observer.start()
            self._started = True
        except (OSError, RuntimeError) as error:
            self.failures[""] = str(error)

    def watch(self, folders: Iterable[str]) -> None:
        """Watch these folders and no others."""
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
        for folder in wanted.keys() - self._watches.keys():
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
        if self._started:
            self._observer.stop()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take one event, in watchdog's thread."""
        self.events += 1
        if event.event_type == "modified":
            self._written.append(str(event.src_path))
        else:
            if isinstance(event, DirDeletedEvent):
                self._removed.append(str(event.src_path))
            self._renamed = True
        if not self._called:
            self._called = True
            with contextlib.suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._called = False
        written = {self._written.popleft() for _ in range(len(self._written))}
        renamed, self._renamed = self._renamed, False
        self._wake(written, renamed)
