"""A part of a file, converted as if all before it had been: where parts meet is found, not assumed.

A seam is a place between two events and the state there; from a seam on, what comes out depends on
nothing before it. A part that must begin near some offset runs up to it from a line a little
before, under a guessed state, and drops what that gives: its first seam at or after the offset is
where it begins. Whether the guess was right shows where the part before it ends: there, or else the
part is to be made once more from the seam that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sidecar.flow import State
from sidecar.framing.lines import Decoder
from sidecar.pipeline import Counts, Pipeline

#: Read so much at a time: one reader may take more of the cache than a daemon beside others.
CHUNK_BYTES = 131_072

#: Of a part: large against its run-up, and small enough for a process to hold what it becomes.
RANGE_BYTES = 8 << 20

#: How far before a part its run-up begins: most likely some line of it shows the format.
RUN_UP_BYTES = 65_536

#: Beyond its end a part is read in steps of a line, or of so much of one.
_STEP_BYTES = 4_096


class Seam(NamedTuple):
    """A place between two events: file offset, and the state there."""

    offset: int
    state: State


class Part:
    """What a part became.

    Attributes:
        begin: its first seam.
        end: its last.
        json: JSON lines, in pieces.
        counts: what was made.
        error: why it could not be read to its end, or "".
    """

    def __init__(self, begin: Seam) -> None:
        self.begin = self.end = begin
        self.json: list[bytes] = []
        self.counts = Counts()
        self.error = ""


#: (file offset, bytes) -> so many bytes or fewer; none at the file's end.
Read = Callable[[int, int], bytes]

#: (where to begin, where to count) -> a pipeline of the file.
Make = Callable[[Seam, Counts], Pipeline]


def convert(make: Make, read: Read, begin: Seam, stop: int | None) -> Part:
    """Convert from a seam to the first seam at or after ``stop``; None: to the file's end."""
    part = Part(begin)
    pipeline = make(begin, part.counts)
    while stop is None or pipeline.start < stop:
        try:
            data = _next(read, pipeline.end, stop)
        except OSError as error:
            part.error = error.strerror or str(error)
            data = b""
        batches = pipeline.feed(data) if data else pipeline.flush(last=True)
        part.json += (batch.json for batch in batches if batch.json)
        if not data:
            break
    part.end = Seam(pipeline.start, pipeline.state)
    return part


def guess(make: Make, read: Read, state: State, near: int, run_up: int) -> Seam:
    """Find the first seam at or after ``near``, most likely.

    Args:
        make: gives a pipeline of the file.
        read: reads the file.
        state: a state it may be in.
        near: file offset.
        run_up: how many bytes before it to begin at.
    """
    start = max(0, near - run_up) & ~3  # a character of the widest encoding begins there
    if start == 0:
        return convert(make, read, Seam(0, State()), near).end
    try:
        # Of a file that begins with a hole the encoding is not known yet.
        line = Decoder(state.encoding or "utf-8").first_end(read(start, near - start), 0)
    except OSError:  # those who convert it will say
        line = -1
    return convert(make, read, Seam(start + line if line > 0 else near, state), near).end


def _next(read: Read, offset: int, stop: int | None) -> bytes:
    """Read on: up to ``stop`` in chunks, beyond it by lines, so that the first seam there shows."""
    if stop is None or offset < stop:
        return read(offset, CHUNK_BYTES if stop is None else min(CHUNK_BYTES, stop - offset))
    data = read(offset, _STEP_BYTES)
    return data[: data.find(b"\n") + 1] or data
