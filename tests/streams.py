"""What stands for others in tests of the tail: a pipeline, a diary, a clock that is moved."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from sidecar.flow import State


@dataclass
class Stream:
    """Stands for a pipeline: takes bytes and knows how far it is."""

    start: int = 0
    state: State = field(default_factory=State)
    taken: bytes = b""

    @property
    def end(self) -> int:
        return self.start + len(self.taken)


class Diary:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def info(self, message: str, **fields: Any) -> None:
        self.said.append(message)

    def warning(self, message: str, **fields: Any) -> None:
        self.said.append(message)

    def once(self, key: str, message: str, file: str, reason: str | None) -> None:
        self.said.append(message)


def moved_clock(patch: pytest.MonkeyPatch) -> list[float]:
    """Give seconds that are added to the monotonic clock."""
    ahead = [0.0]
    real = time.monotonic
    patch.setattr(time, "monotonic", lambda: real() + ahead[0])
    return ahead
