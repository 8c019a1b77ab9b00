"""Each format's real lines become the records that stand beside them, on every road."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
import pytest

from sidecar.formats import BY_NAME
from tests import roads
from tests.formats import golden
from tests.roads import ROADS

CASES = golden.cases()

#: What ``auto`` can find.
FOUND = BY_NAME.keys() - {"raw"}

#: Those whose lines are put around others'.
WRAPPING = {one.name for one in BY_NAME.values() if one.wraps}


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("case", CASES, ids=golden.name)
def test_real_lines_become_the_records_beside_them(case: Path, road: str) -> None:
    if road == "plain" and case.parent.name in WRAPPING:
        return  # it takes nothing off lines: what ours makes then, test_containers holds against it
    made = golden.records(case, ROADS[road]).splitlines()
    assert made == case.with_suffix(".jsonl").read_bytes().splitlines()


@pytest.mark.parametrize("case", CASES, ids=golden.name)
def test_each_record_is_an_object_on_a_line_of_its_own(case: Path) -> None:
    content = case.with_suffix(".jsonl").read_bytes()
    assert content.endswith(b"\n")
    for line in content.splitlines():
        assert isinstance(orjson.loads(line), dict)


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.parent.name in FOUND], ids=golden.name
)
def test_auto_finds_in_the_lines_of_a_format_what_the_format_does(case: Path) -> None:
    source = golden.source(case)
    assert isinstance(source.format, str)
    head = BY_NAME[source.format].samples[0].event.split("\n", 1)[0].encode()
    data = head + b"\n" + case.read_bytes()  # what fitted last is the format, then
    assert roads.whole(data, source._replace(format="auto")) == roads.whole(data, source)


def test_every_format_has_real_lines() -> None:
    assert {case.parent.name for case in CASES} == {*BY_NAME, "auto"}


def test_no_records_stand_without_their_lines() -> None:
    for kind in ("*/*.jsonl", "*/*.yaml"):
        for beside in golden.FOLDER.glob(kind):
            assert beside.with_suffix(".log") in CASES


def test_rewriting_names_what_changed_and_only_that(tmp_path: Path) -> None:
    for case in CASES[:3]:
        folder = tmp_path / case.parent.name
        folder.mkdir(exist_ok=True)
        for one in case.parent.glob(f"{case.stem}.*"):
            shutil.copy(one, folder)
    assert golden.rewrite(tmp_path) == []
    first, second, _ = golden.cases(tmp_path)
    first.with_suffix(".jsonl").write_bytes(b"{}\n")
    second.with_suffix(".jsonl").unlink()
    assert golden.rewrite(tmp_path) == [golden.name(first), golden.name(second)]
    assert golden.rewrite(tmp_path) == []
