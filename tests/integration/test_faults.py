"""Whatever the kernel answers: stdout gets each line once, the checkpoint is old or new."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from sidecar.output import sink as sink_module
from sidecar.output.sink import Sink
from sidecar.tail import checkpoint
from sidecar.tail.checkpoint import Saved, Totals
from tests.integration.faults import DIES, SHORT, Died, Faults, outcomes, outcomes_to_the_death
from tests.properties import examples

shared = examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink_module, "_ERROR_RETRY_S", 0.0)
    monkeypatch.setattr(sink_module, "_RETRY_S", 0.0)


@shared
@given(
    plan=st.lists(outcomes, max_size=30),
    batches=st.lists(st.lists(st.integers(1, 9000), min_size=1, max_size=8), max_size=8),
)
@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_every_line_reaches_stdout_once(
    tmp_path: Path, impatient: None, kind: str, plan: list[object], batches: list[list[int]]
) -> None:
    data = [b"".join(b'"%b"\n' % (b"x" * size) for size in batch) for batch in batches]
    came = bytearray()
    if kind == "pipe":
        reader, fd = os.pipe()
        thread = threading.Thread(target=_read_all, args=(reader, came))
        thread.start()
    else:
        fd = os.open(tmp_path / "out", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    faults = Faults([*plan])
    sink = Sink(fd)

    async def write_all() -> None:
        sink.open()
        for batch in data:
            await sink.write(batch)

    with faults.on("write", fd=fd):
        asyncio.run(asyncio.wait_for(write_all(), 60))
    if kind == "pipe":
        os.close(fd)
        thread.join()
        os.close(reader)
    else:
        came += os.pread(fd, sink.taken + 1, 0)
        os.close(fd)
    assert bytes(came) == b"".join(data)
    assert sink.taken == len(came)
    failed = [one for one in faults.met if isinstance(one, int) and one != errno.EAGAIN]
    assert sink.errors == len(failed)


def _read_all(fd: int, came: bytearray) -> None:
    while part := os.read(fd, 65_536):
        came += part


CALLS = ("open", "write", "fsync", "replace", "unlink")


@shared
@given(plans=st.lists(st.lists(outcomes_to_the_death, max_size=6), min_size=1, max_size=5))
def test_checkpoint_is_the_old_one_or_the_new_one(
    tmp_path_factory: pytest.TempPathFactory, plans: list[list[object]]
) -> None:
    folder = str(tmp_path_factory.mktemp("state"))
    stands = Saved()
    for number, plan in enumerate(plans, 1):
        new = Saved(gone=Totals(number * 1000, {"nul": 1 << number}))
        faults = Faults([*plan])
        died = failed = False
        with faults.on(*CALLS):
            try:
                asyncio.run(checkpoint.save(folder, checkpoint.encode(new)))
            except OSError:
                failed = True
            except Died:
                died = True
        loaded = checkpoint.load(folder)
        assert loaded.trouble == ""
        assert loaded.saved in ((stands, new) if died else (stands,) if failed else (new,))
        assert failed or died or not set(faults.met) - {"good", SHORT}
        assert died == (DIES in faults.met)
        stands = loaded.saved


def test_disk_that_is_full_keeps_no_half_of_a_checkpoint(tmp_path: Path) -> None:
    plan: list[object] = ["good", SHORT, errno.ENOSPC]
    with Faults(plan).on("open", "write"), pytest.raises(OSError, match="No space"):
        asyncio.run(checkpoint.save(str(tmp_path), checkpoint.encode(Saved())))
    assert [*tmp_path.iterdir()] == []
