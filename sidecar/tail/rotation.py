"""What happened to a file, from what is held and what ``stat`` shows; a pure decision."""

from __future__ import annotations

import enum
from dataclasses import dataclass


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
