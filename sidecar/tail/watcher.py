"""watchdog's events as wake-ups, coalesced; what a wake-up is about, the sweep decides.

One watch a folder. Where none can be had (inotify instances or watches used up, a file system
without events), the sweep carries on alone and more often.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from watchdog.events import (
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.inotify import InotifyObserver

_EVENTS = [FileModifiedEvent, FileCreatedEvent, FileMovedEvent, FileDeletedEvent]


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
        self._written: deque[str] = deque()
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
        wanted = set(folders)
        for folder in [one for one in self._watches if one not in wanted]:
            self.drop(folder)
        for folder in wanted - self._watches.keys():
            try:
                self._watches[folder] = self._observer.schedule(
                    self, folder, recursive=False, event_filter=_EVENTS
                )
                self.failures.pop(folder, None)
            except OSError as error:
                self.failures[folder] = error.strerror or str(error)

    def drop(self, folder: str) -> None:
        """Take a folder's watch away; it may have been replaced by another of its name."""
        watch = self._watches.pop(folder, None)
        if watch is not None:
            try:
                self._observer.unschedule(watch)
            except (KeyError, OSError):
                pass

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
            self._renamed = True
        if not self._called:
            self._called = True
            try:
                self._loop.call_soon_threadsafe(self._deliver)
            except RuntimeError:
                pass  # the loop has closed

    def _deliver(self) -> None:
        self._called = False
        written = {self._written.popleft() for _ in range(len(self._written))}
        renamed, self._renamed = self._renamed, False
        self._wake(written, renamed)
