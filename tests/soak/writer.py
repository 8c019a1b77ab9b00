"""An application that writes its events at uneven rates, wherever in an event a write may end."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path
from typing import BinaryIO

from tests.soak.events import Events
from tests.soak.ledger import Ledger

#: A write that ends in the middle of an event goes on within so many seconds, well before the
#: daemon takes the event's file for quiet.
_HALF_S = 0.1


class Writer(threading.Thread):
    """Appends to one path until told to stop: quiet for a while, then slowly, then all at once.

    Args:
        path: of its file.
        seed: of the run.
        stream: its number.
        ledger: is told of every event before it is written.

    Attributes:
        lock: held while events are written; who has it finds the file ending with a whole event.
    """

    def __init__(self, path: Path, seed: int, stream: int, ledger: Ledger) -> None:
        super().__init__(name=f"writer-{stream}", daemon=True)
        self.path = path
        self.stream = stream
        self.lock = threading.Lock()
        self.bytes = 0
        self._events = Events(seed, stream)
        self._ledger = ledger
        self._random = random.Random(f"{seed}/{stream}")
        self._enough = threading.Event()
        self._file = self._open()

    def run(self) -> None:
        draw = self._random
        while not self._enough.is_set():
            phase = draw.randrange(3)
            if phase == 0:
                self._enough.wait(draw.uniform(0.2, 3.0))
            elif phase == 1:
                for _ in range(draw.randint(10, 60)):
                    self._write(1)
                    self._enough.wait(draw.uniform(0.005, 0.05))
            else:
                for _ in range(draw.randint(5, 40)):
                    self._write(draw.randint(1, 40))
                    self._enough.wait(0.001)

    def _write(self, count: int) -> None:
        draw = self._random
        with self.lock:
            text = self._text(count)
            self.bytes += len(text)
            if draw.random() < 0.2:
                cut = draw.randrange(len(text))
                self._file.write(text[:cut])
                self._enough.wait(draw.uniform(0, _HALF_S))
                text = text[cut:]
            self._file.write(text)

    def _text(self, count: int) -> bytes:
        at_ms = time.time_ns() // 1_000_000
        numbers = self._ledger.write(self.stream, count)
        return b"".join(self._events.line(number, at_ms) for number in numbers)

    def reopen(self, *, last_words: bool = False) -> int:
        """Go on in a file anew under the path; gives the number of its first event.

        The caller holds the lock.

        Args:
            last_words: end the old file with an event whose line has no end.
        """
        if last_words:
            self._end_without_newline()
        self._file.close()
        self._file = self._open()
        return self._ledger.segment(self.stream)

    def _end_without_newline(self) -> None:
        """Write an event without its newline, unless it has a stack trace, which would be cut."""
        (number,) = self._ledger.write(self.stream, 1)
        text = self._events.line(number, time.time_ns() // 1_000_000)
        if self._events.is_one_line(number):
            self._ledger.leave_open(self.stream, number)
            text = text.removesuffix(b"\n")
        self._file.write(text)
        self.bytes += len(text)

    def finish(self) -> None:
        """Stop writing, and wait until all is written."""
        self._enough.set()
        self.join(30)
        self._file.close()

    def _open(self) -> BinaryIO:
        return open(self.path, "ab", buffering=0)
