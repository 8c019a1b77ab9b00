"""What stands for a pipeline in tests of the tail."""

from __future__ import annotations

from dataclasses import dataclass, field

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
