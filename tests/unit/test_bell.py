"""A bell wakes its task once for any number of rings, or time does."""

from __future__ import annotations

import asyncio

import pytest

from sidecar.bell import Bell


def run(steps: object) -> list[bool]:
    return asyncio.run(steps)  # type: ignore[arg-type]


def test_ring_is_waited_for_and_counts_once() -> None:
    async def steps() -> list[bool]:
        bell = Bell()
        asyncio.get_running_loop().call_soon(bell.ring)
        asyncio.get_running_loop().call_soon(bell.ring)
        return [await bell.wait(60), await bell.wait(0)]

    assert run(steps()) == [True, False]


def test_ring_before_the_wait_is_not_lost_unless_it_is_hushed() -> None:
    async def steps() -> list[bool]:
        bell = Bell()
        bell.ring()
        found = [await bell.wait()]
        bell.ring()
        bell.hush()
        return [*found, await bell.wait(0)]

    assert run(steps()) == [True, False]


def test_time_ends_the_wait_and_leaves_nothing_behind() -> None:
    async def steps() -> list[bool]:
        bell = Bell()
        found = [await bell.wait(0.001)]
        asyncio.get_running_loop().call_soon(bell.ring)
        return [*found, await bell.wait(60)]

    assert run(steps()) == [False, True]


def test_task_that_is_cancelled_while_it_waits_takes_no_later_ring() -> None:
    async def steps() -> list[bool]:
        bell = Bell()
        task = asyncio.ensure_future(bell.wait(60))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        bell.ring()
        return [await bell.wait(0)]

    assert run(steps()) == [True]
