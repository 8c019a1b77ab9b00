"""What was written and what arrived, kept in a few bits an event, so that a run may last.

A stream writes numbered events into one file after the other; a file's part of them is a *segment*
(a file that is truncated begins another). Every event of every segment must arrive once, whole, and
in its segment's order. After a kill those may come again that had left within the last moments.
"""

from __future__ import annotations

import json
import math
import threading
import time
from bisect import bisect_right
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.soak.events import Events, parse

#: The daemon saves once a second, or as fast as a busy disk lets it; what left longer before a kill
#: than this must not come again.
REPLAY_S = 5.0

_RECENT_S = 10.0
_PARTS_KEPT = 16
_TOLD = 20


@dataclass(slots=True)
class Tally:
    """Events, as they arrived; all but the first two are wrong."""

    arrived: int = 0  # each once
    repeated: int = 0  # after a kill, of what had left since the last save
    doubled: int = 0
    corrupted: int = 0
    invalid: int = 0  # lines that are no JSON
    misordered: int = 0


@dataclass(slots=True)
class _Stream:
    events: Events
    begun: int = 0  # events whose writing began
    bits: bytearray = field(default_factory=bytearray)  # which arrived
    starts: list[int] = field(default_factory=lambda: [0])  # first number of each segment
    last: list[int] = field(default_factory=lambda: [-1])  # the last of it, in this life
    unended: set[int] = field(default_factory=set)  # whose line has no end
    recent: deque[tuple[float, int]] = field(
        default_factory=deque
    )  # what arrived of late, and when
    may_repeat: dict[int, float] = field(default_factory=dict)  # number -> how long before a kill

    def span(self, start: int, end: int) -> int:
        """Give how many of a range arrived."""
        bits = int.from_bytes(self.bits[start // 8 : (end + 7) // 8], "little") >> (start % 8)
        return (bits & ((1 << (end - start)) - 1)).bit_count()

    def add(self, number: int) -> bool:
        """Note that one arrived; False: it had before."""
        place, bit = divmod(number, 8)
        if place >= len(self.bits):
            self.bits.extend(bytes(max(1024, place + 1 - len(self.bits))))
        if self.bits[place] & 1 << bit:
            return False
        self.bits[place] |= 1 << bit
        return True


class Ledger:
    """The books of a run; every method may be called from any thread.

    Attributes:
        tally: what arrived.
        told: the first few things that were wrong: what, and of which stream and event.
        reach_s: how long before a kill that had left which came again, at most.
        delay_s: from an event's writing to its arrival, the longest since this was last set to 0.
    """

    def __init__(self, seed: int, streams: int) -> None:
        self.tally = Tally()
        self.told: list[tuple[str, int, int]] = []
        self.reach_s = 0.0
        self.delay_s = 0.0
        self._streams = [_Stream(Events(seed, number)) for number in range(streams)]
        self._parts: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
        self._killed_at = -math.inf  # monotonic time of the kill that ended the last life
        self._lock = threading.Lock()

    # -- what is written --------------------------------------------------------------------------

    def write(self, stream: int, count: int) -> range:
        """Give the numbers of the next events, about to be written."""
        with self._lock:
            one = self._streams[stream]
            one.begun += count
            return range(one.begun - count, one.begun)

    def leave_open(self, stream: int, number: int) -> None:
        """Take note that an event will have no newline after it."""
        with self._lock:
            self._streams[stream].unended.add(number)

    def segment(self, stream: int) -> int:
        """Begin a segment; gives the number of its first event."""
        with self._lock:
            one = self._streams[stream]
            one.starts.append(one.begun)
            one.last.append(-1)
            return one.begun

    @property
    def written(self) -> int:
        """Events whose writing began, of all streams."""
        return sum(one.begun for one in self._streams)

    # -- what arrives -----------------------------------------------------------------------------

    def started(self) -> None:
        """Take note that a life of the daemon begins: order begins anew."""
        with self._lock:
            for one in self._streams:
                one.last = [-1] * len(one.last)
                if self._killed_at < 0:
                    one.may_repeat.clear()
                    continue
                left = {
                    number: self._killed_at - at
                    for at, number in one.recent
                    if self._killed_at - at < REPLAY_S
                }
                # What left before an earlier kill, and no start has saved since, is late by that.
                one.may_repeat = {
                    number: one.may_repeat.get(number, reach_s) for number, reach_s in left.items()
                }

    def ended(self, killed_at: float = -math.inf) -> None:
        """Take note that it is over, and all of its output was taken.

        Args:
            killed_at: monotonic time, where it was killed.
        """
        with self._lock:
            self._killed_at = killed_at

    def take(self, line: bytes) -> None:
        """Check one line of output."""
        with self._lock:
            try:
                record = json.loads(line)
            except ValueError:
                self.tally.invalid += 1
                self._tell("no JSON", line)
                return
            try:
                whole = self._join(record) if "partial_id" in record else record
                if whole is not None:
                    self._check(whole)
            except (ValueError, KeyError, IndexError, TypeError, AttributeError):
                self.tally.corrupted += 1
                self._tell("no event of ours", line)

    def _join(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Collect the parts of an over-long event; gives it once it is whole."""
        name, ordinal = record["partial_id"], record["partial_ordinal"]
        parts = self._parts.setdefault(name, [])
        self._parts.move_to_end(name)
        if ordinal > len(parts) + 1:
            raise ValueError
        parts[ordinal - 1 :] = [record]  # after a kill it may begin again at any of them
        if not record["partial_last"]:
            return None
        if len(self._parts) > _PARTS_KEPT:
            self._parts.popitem(last=False)
        first = {key: value for key, value in parts[0].items() if not key.startswith("partial_")}
        return {**first, "message": "".join(one["message"] for one in parts)}

    def _check(self, record: dict[str, Any]) -> None:
        stream, number, at_ms = parse(record["message"])
        one = self._streams[stream]
        if number in one.unended:
            record.pop("partial_line", None)
        if not 0 <= number < one.begun or record != one.events.record(number, at_ms):
            raise ValueError
        now = time.monotonic()
        if one.add(number):
            self.tally.arrived += 1
            self.delay_s = max(self.delay_s, time.time() - at_ms / 1000)
        else:
            reach_s = one.may_repeat.pop(number, None)
            if reach_s is None:
                self.tally.doubled += 1
                self._tell("came twice", record["message"], stream, number)
            else:
                self.tally.repeated += 1
                self.reach_s = max(self.reach_s, reach_s)
        segment = bisect_right(one.starts, number) - 1
        if number <= one.last[segment]:
            self.tally.misordered += 1
            self._tell(f"came after {one.last[segment]}", record["message"], stream, number)
        one.last[segment] = number
        one.recent.append((now, number))
        while one.recent[0][0] < now - _RECENT_S:
            one.recent.popleft()

    def _tell(self, what: str, shown: object, stream: int = -1, number: int = -1) -> None:
        if len(self.told) < _TOLD:
            self.told.append((f"{what}: {shown!r:.120}", stream, number))

    # -- how it stands ----------------------------------------------------------------------------

    def complete(self, stream: int, start: int, end: int) -> bool:
        """Tell whether a range of a stream arrived."""
        with self._lock:
            return self._streams[stream].span(start, end) == end - start

    def met(self, stream: int) -> bool:
        """Tell whether the daemon, in this life, gave an event of the stream's open segment."""
        with self._lock:
            return self._streams[stream].last[-1] >= 0

    def positions(self) -> list[int]:
        """Give how many events each stream began to write."""
        return [one.begun for one in self._streams]

    def missing(self, before: list[int]) -> int:
        """Give how many are missing of those that each stream had begun at ``positions``."""
        with self._lock:
            return sum(
                end - one.span(0, end) for one, end in zip(self._streams, before, strict=True)
            )

    def gaps(self, stream: int) -> list[range]:
        """Give the missing events of a stream, run by run, the first few."""
        found: list[range] = []
        with self._lock:
            one = self._streams[stream]
            for number in range(one.begun):
                if one.span(number, number + 1):
                    continue
                if found and found[-1].stop == number:
                    found[-1] = range(found[-1].start, number + 1)
                elif len(found) < _TOLD:
                    found.append(range(number, number + 1))
        return found
