"""A file system that fails as it is told: errors, short writes, and a process that dies.

It stands where the product meets the kernel, so that all above is the real thing.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import strategies as st

#: What may become of a call: it goes well, it does only a part, it fails, the process dies in it.
GOOD, SHORT, DIES = "good", "short", "dies"
CODES = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EAGAIN)

outcomes = st.one_of(st.sampled_from((GOOD, GOOD, SHORT)), st.sampled_from(CODES))
outcomes_to_the_death = st.one_of(outcomes, st.just(DIES))


class Died(BaseException):
    """The process was killed in the middle of a call."""


class Faults:
    """Calls of ``os`` that fail by a list; once it is used up, all goes well.

    Args:
        plan: an outcome for each call, in order.

    Attributes:
        met: the outcomes that calls met.
    """

    def __init__(self, plan: list[object]) -> None:
        self.met: list[object] = []
        self._plan = plan

    def _next(self) -> object:
        outcome = self._plan.pop(0) if self._plan else GOOD
        self.met.append(outcome)
        if outcome == DIES:
            raise Died
        if isinstance(outcome, int):
            raise OSError(outcome, os.strerror(outcome))
        return outcome

    @contextmanager
    def on(self, *names: str, fd: int = -1) -> Iterator[None]:
        """Let these functions of ``os`` fail; ``write`` to ``fd`` alone, if it is given."""
        with pytest.MonkeyPatch.context() as patch:
            for name in names:
                patch.setattr(os, name, self._failing(getattr(os, name), name, fd))
            yield

    def _failing(self, real: Callable[..., Any], name: str, fd: int) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            if fd >= 0 and args[0] != fd:
                return real(*args, **options)
            if self._next() == SHORT and name == "write":
                return real(args[0], args[1][: max(1, len(args[1]) // 2)])
            return real(*args, **options)

        return call
