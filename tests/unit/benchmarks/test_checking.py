from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from benchmarks import loops
from benchmarks.checking import difference, expected
from benchmarks.corpora import KINDS, Corpus, Made
from benchmarks.end_to_end import _whole
from benchmarks.processes import LOOPS, BenchError, Usage, measure

Records = list[dict[str, object]]


def looped(kind: str, folder: Path) -> tuple[Made, str]:
    """Make a log, and what the loop ``line`` writes of it."""
    made = Corpus(kind, 20_000).write(str(folder / "made.log"))
    output = str(folder / "loop.jsonl")
    measure((*LOOPS, "line", made.path, kind), output)
    return made, output


def written(records: Records, folder: Path) -> str:
    path = folder / "output.jsonl"
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in records))
    return str(path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_records_pass(kind: str, tmp_path: Path) -> None:
    made, loop = looped(kind, tmp_path)
    right = list(expected(kind, Path(loop).read_bytes().splitlines()))
    assert len(right) == made.events
    assert difference(made, loop, written(right, tmp_path)) == ""


def wrong_message(records: Records) -> None:
    records[3]["message"] = "another"


def wrong_stamp(records: Records) -> None:
    records[-1]["timestamp"] = "2026-11-23T06:00:00Z"


def missing_field(records: Records) -> None:
    del records[5]["thread"]


def missing_event(records: Records) -> None:
    records.pop()


def event_too_many(records: Records) -> None:
    records.append(records[-1])


@pytest.mark.parametrize(
    "spoil", [wrong_message, wrong_stamp, missing_field, missing_event, event_too_many]
)
def test_any_wrong_record_is_found(spoil: Callable[[Records], None], tmp_path: Path) -> None:
    made, loop = looped("juli", tmp_path)
    records = list(expected("juli", Path(loop).read_bytes().splitlines()))
    spoil(records)
    assert difference(made, loop, written(records, tmp_path))


def test_peers_give_text_where_the_sidecar_gives_what_it_means(tmp_path: Path) -> None:
    made, loop = looped("juli", tmp_path)
    lines = Path(loop).read_bytes().splitlines()
    as_text = written(list(expected("juli", lines, typed=False)), tmp_path)
    assert difference(made, loop, as_text, typed=False) == ""
    assert difference(made, loop, as_text).startswith("event 1: timestamp")


def test_a_run_that_leaves_events_out_does_not_count(tmp_path: Path) -> None:
    made = Corpus("bracket", 2_000).write(str(tmp_path / "made.log"))
    output = tmp_path / "output.jsonl"

    def run(events: int) -> Usage:
        output.write_bytes(b"{}\n" * events)
        return Usage(1, 1, 1, 1)

    assert _whole(lambda: run(made.events), made, str(output)).cpu_s == 1
    with pytest.raises(BenchError, match=f"found {made.events - 1} events"):
        _whole(lambda: run(made.events - 1), made, str(output))


def test_both_loops_give_the_same(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    made = Corpus("access", 20_000).write(str(tmp_path / "made.log"))
    loops.line(made.path, "access")
    line = capfdbinary.readouterr().out
    loops.fields(made.path, "access")
    assert capfdbinary.readouterr().out == line
    assert line.count(b"\n") == made.lines
