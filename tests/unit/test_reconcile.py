"""The accounts of a checkpoint, worked out again from the files."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sidecar.tail import checkpoint

LINE = "[2018-01-01 01:01:01] foo - INFO - foo.bar - number {}\n"


class Place:
    """A folder of logs that `sidecar run --once` reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stored = folder / ".sidecar" / checkpoint.NAME

    def write(self, name: str, lines: int, start: bytes = b"") -> Path:
        path = self.folder / name
        with path.open("ab") as file:
            file.write(start)
            file.write("".join(LINE.format(number) for number in range(lines)).encode())
        return path

    def run(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        return self._sidecar("run", "--once", "--listen", "", *args)

    def _sidecar(self, command: str, *args: str) -> subprocess.CompletedProcess[bytes]:
        whole = [sys.executable, "-m", "sidecar", command, str(self.folder / "*.log*"), *args]
        return subprocess.run(whole, capture_output=True, check=False)

    def reconcile(self, *args: str) -> tuple[int, dict[str, Any]]:
        done = self._sidecar("reconcile", "--json", *args)
        assert not done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout)

    def table(self) -> tuple[int, str]:
        done = self._sidecar("reconcile")
        return done.returncode, done.stdout.decode()

    def change(self, path: Path, **keys: Any) -> None:
        """Change the checkpoint's entry of a file."""
        saved = json.loads(self.stored.read_bytes())
        (entry,) = (one for one in saved["files"] if one["path"] == str(path))
        for key, value in keys.items():
            part, _, name = key.rpartition("__")
            (entry[part] if part else entry)[name] = value
        self.stored.write_text(json.dumps(saved))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_sums_hold_after_a_run_and_count_what_is_left(place: Place) -> None:
    path = place.write("app.log", 100, b"\xef\xbb\xbf")
    place.write("other.log", 50, b"\0" * 12)
    assert place.run().stdout.count(b"\n") == 150
    place.write("app.log", 3)
    place.write("new.log", 2)
    (place.folder / "old.log.gz").write_bytes(gzip.compress(b"packed\n"))
    code, found = place.reconcile()
    by_name = {os.path.basename(one["path"]): one for one in found["files"]}
    assert code == 0
    assert found["total"]["state"] == "holds"
    assert found["total"]["events"] == 150
    assert by_name["app.log"]["skipped"] == {"bom": 3}
    assert by_name["app.log"]["unread"] == 3 * len(LINE.format(0))
    assert by_name["app.log"]["offset"] + by_name["app.log"]["unread"] == path.stat().st_size
    assert by_name["other.log"]["skipped"] == {"nul": 12}
    assert (by_name["new.log"]["state"], by_name["old.log.gz"]["state"]) == ("new", "packed")


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"totals__emitted": 40}, lambda size: 40 - size),
        ({"totals__skipped": {"bom": 7}}, lambda _: 7),
    ],
)
def test_count_that_is_not_that_of_the_bytes_is_told(
    place: Place, change: dict[str, Any], difference: Callable[[int], int]
) -> None:
    path = place.write("app.log", 10)
    place.run()
    place.change(path, **change)
    code, found = place.reconcile()
    assert code == 1
    (one,) = found["files"]
    assert one["difference"] == difference(path.stat().st_size)
    assert found["total"]["state"] == "does not hold"
    code, text = place.table()
    assert code == 1
    assert "the checkpoint counts other than its offset says" in text


def test_bytes_counted_for_the_wrong_reason_are_told_by_reading_the_file(place: Place) -> None:
    path = place.write("app.log", 10)
    place.run()
    size = path.stat().st_size
    place.change(path, totals__emitted=size - 5, totals__skipped={"nul": 5})
    assert place.reconcile("--quick")[0] == 0
    code, found = place.reconcile()
    assert code == 1
    assert found["files"][0]["difference"] == -5
    assert f"emitted {size}" in found["files"][0]["note"]


def test_loss_is_the_size_that_was_known_less_what_was_read(place: Place) -> None:
    path = place.write("app.log", 10)
    place.write("other.log", 1)
    place.run()
    place.change(path, size=path.stat().st_size + 1000)
    path.unlink()
    place.run()
    code, found = place.reconcile()
    assert code == 1
    assert found["total"]["lost"] == {"deleted": 1000}
    assert found["total"]["difference"] == 0
    assert found["total"]["state"] == "bytes were lost"


def test_file_rewritten_since_is_left_to_the_next_run(place: Place) -> None:
    path = place.write("app.log", 10)
    place.run()
    path.write_text("another\n")
    code, found = place.reconcile()
    assert code == 0
    assert found["files"][0]["state"] == "other"
    assert found["files"][0]["unread"] == 8


def test_checkpoint_that_cannot_be_read_is_left_where_it_is(place: Place) -> None:
    place.write("app.log", 1)
    place.run()
    place.stored.write_bytes(b"{")
    code, text = place.table()
    assert (code, text) == (1, "")
    assert place.stored.read_bytes() == b"{"
