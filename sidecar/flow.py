"""The few words that pass between the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

#: Read so much at a time: with half of it a chunk's own cost is a third of the work; twice as
#: much gains a tenth and costs 2 MB of memory.
CHUNK_BYTES = 65_536

#: In the place of a name: the first line has not come.
UNTOLD = "?"


@dataclass(frozen=True, slots=True)
class State:
    """What is carried from line to line: small, named, saved in the checkpoint.

    Attributes:
        format: what parsers carry: name of the format that fitted last, or "" where none has yet,
            and a line that rules those below it.
        encoding: name of the encoding in force, or "" where the first bytes have not told.
        mid_line: the last line was emitted before its newline came; what follows is its rest.
        partial_id: id of the over-long event whose parts are being emitted, or "".
        partial_ordinal: how many of its parts have been emitted.
        partial_lone: it has no head, so no line joins it.
        moment: the last one read of an hour that clocks show twice, in UTC, or "".
        wrapping: name of what is put around the file's lines, "" for nothing, or ``UNTOLD``.
        partial_stream: the stream of the over-long event, or "" where there is only one.
    """

    format: str = ""
    encoding: str = ""
    mid_line: bool = False
    partial_id: str = ""
    partial_ordinal: int = 0
    partial_lone: bool = False
    moment: str = ""
    wrapping: str = ""
    partial_stream: str = ""

    @property
    def of_file(self) -> State:
        """What it says of the file wherever one is in it."""
        return State(self.format, self.encoding, wrapping=self.wrapping)


class Batch(NamedTuple):
    """JSON lines, and the range of source bytes they came from.

    Attributes:
        json: whole lines, each ending in a newline; empty where the range was only skipped.
        events: how many lines ``json`` has.
        start: file offset of the first source byte.
        source: the source bytes themselves; the range is ``start`` to ``start + len(source)``.
        skipped: how many of the source bytes were skipped, by reason; the rest is in ``json``.
        before: the state at ``start``.
        after: the state at the end of the range.
    """

    json: bytes
    events: int
    start: int
    source: bytes
    skipped: tuple[tuple[str, int], ...]
    before: State
    after: State

    @property
    def end(self) -> int:
        """File offset after the last source byte."""
        return self.start + len(self.source)
