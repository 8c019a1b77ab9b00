"""What a task waits for that has something to do now and then, or when it is rung for."""

from __future__ import annotations

import asyncio


class Bell:
    """An event for one task, with a limit on how long it waits.

    A timeout of asyncio's own cancels the task and catches that again, which costs three times as
    much as the rest of a turn; who looks around once a second, or 50 times, does little else.
    """

    def __init__(self) -> None:
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Let the task go on; if none waits, the next that does will not."""
        self._rung = True
        if self._waiter is not None:
            _wake(self._waiter)

    def hush(self) -> None:
        """Let it be as if it had not been rung."""
        self._rung = False

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is rung, so long at most; gives whether it was since the last wait."""
        if not self._rung:
            loop = asyncio.get_running_loop()
            self._waiter = waiter = loop.create_future()
            timer = None if seconds is None else loop.call_later(seconds, _wake, waiter)
            try:
                await waiter
            finally:
                self._waiter = None
                if timer is not None:
                    timer.cancel()
        rung, self._rung = self._rung, False
        return rung


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
