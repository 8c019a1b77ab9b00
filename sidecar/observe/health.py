"""Healthy? Ready? And the reason in words; pure functions of what the stages note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

LOOP_STUCK_S = 10.0
NOTHING_MOVED_S = 30.0


@dataclass(slots=True)
class Vitals:
    """What the stages note as they go; times are ``time.monotonic`` seconds, 0.0: not yet.

    Attributes:
        loop_turned_at: when the event loop last turned.
        moved_at: when stdout last took an event.
        behind: there are bytes to read.
        behind_since: since when.
        stdout_blocked: stdout takes nothing now.
        unblocked_at: when that last ended.
        configured: the configuration is valid.
        checkpoint_loaded: positions are known.
        swept: the folders were looked at once.
        stopping: a stop was asked for.
    """

    loop_turned_at: float = 0.0
    moved_at: float = 0.0
    behind: bool = False
    behind_since: float = 0.0
    stdout_blocked: bool = False
    unblocked_at: float = 0.0
    configured: bool = False
    checkpoint_loaded: bool = False
    swept: bool = False
    stopping: bool = False

    def note(self, now: float, *, behind: bool, stdout_blocked: bool) -> None:
        """Take note of how things stand, once a turn of the loop."""
        self.loop_turned_at = now
        if behind and not self.behind:
            self.behind_since = now
        if self.stdout_blocked or stdout_blocked:
            self.unblocked_at = now
        self.behind, self.stdout_blocked = behind, stdout_blocked


class Verdict(NamedTuple):
    """An answer, and why."""

    ok: bool
    reason: str


def health(vitals: Vitals, now: float) -> Verdict:
    """Say whether a restart would help. A stdout that nobody reads is not ill health."""
    stuck = now - vitals.loop_turned_at
    if vitals.loop_turned_at and stuck > LOOP_STUCK_S:
        return Verdict(False, f"the loop has not turned for {stuck:.0f} s")
    if vitals.behind and not vitals.stdout_blocked:
        still = now - max(vitals.moved_at, vitals.behind_since, vitals.unblocked_at)
        if still > NOTHING_MOVED_S:
            return Verdict(False, f"there are bytes to read and nothing moved for {still:.0f} s")
    if vitals.stdout_blocked:
        return Verdict(True, "waiting for standard output to be read")
    return Verdict(True, "bytes move" if vitals.behind else "nothing to read")


def ready(vitals: Vitals) -> Verdict:
    """Say whether the work has begun."""
    for done, missing in (
        (vitals.configured, "the configuration is not read yet"),
        (vitals.checkpoint_loaded, "the checkpoint is not loaded yet"),
        (vitals.swept, "the folders were not looked at yet"),
    ):
        if not done:
            return Verdict(False, missing)
    return Verdict(True, "following")
