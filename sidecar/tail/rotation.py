"""What happened to a file, from what is held and what ``stat`` shows; pure decisions."""

from __future__ import annotations

import enum
from dataclasses import dataclass

#: A deleted file's descriptor is given back once it was quiet so long, in seconds; one that only
#: lost its followed name may still be written to by who holds it open, and is still there to be
#: opened again.
_GONE_QUIET_S = 0.5
_MOVED_QUIET_S = 5.0

#: A file that was written to at long intervals is waited for through one more of them, as long as
#: it is no longer than this.
_LONGEST_GAP_S = 15.0


class Change(enum.Enum):
    """What a look at a followed file says."""

    NONE = "none"
    GROWN = "grown"
    TRUNCATED = "truncated"  # it is shorter than what was read, or other bytes stand there
    MOVED = "moved"  # it exists, under no name that is followed
    GONE = "gone"  # it has no name any more


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a file: how far it was read, and whether its anchor still stands."""

    offset: int
    anchored: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """What ``stat`` shows: its size, how many names it has, and whether one of them is followed."""

    size: int
    links: int
    named: bool


def decide(held: Held, seen: Seen) -> Change:
    """Say what happened; a truncation counts before a change of name."""
    if seen.size < held.offset or not held.anchored:
        return Change.TRUNCATED
    if seen.links == 0:
        return Change.GONE
    if not seen.named:
        return Change.MOVED
    return Change.GROWN if seen.size > held.offset else Change.NONE


def rests(change: Change, quiet_s: float, gap_s: float) -> bool:
    """Say whether a file's descriptor can be given back.

    Args:
        change: what happened to it.
        quiet_s: for how long it gave no bytes.
        gap_s: the longest it was quiet before, between two reads that gave bytes.
    """
    if change is Change.GONE:
        return quiet_s > max(_GONE_QUIET_S, min(1.5 * gap_s, _LONGEST_GAP_S))
    return change is Change.MOVED and quiet_s > _MOVED_QUIET_S
