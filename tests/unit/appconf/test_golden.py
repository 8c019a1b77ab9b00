"""Configurations as applications have them: what is printed of them stands beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar import config
from sidecar.appconf import kinds
from sidecar.formats import FORMATS
from tests.unit.appconf.golden import CASES, made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_configuration_is_printed_as_it_stands_beside_it(case: Path) -> None:
    text, said, code = made(case)
    assert text == (case / "expected.yaml").read_text(), "run: make golden, and read the diff"
    assert said == (case / "expected.txt").read_text()
    assert code == 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_printed_is_accepted(case: Path) -> None:
    found = config.load(str(case / "expected.yaml"), {}, {}, formats=[one.name for one in FORMATS])
    assert len(found.sources) == (case / "expected.yaml").read_text().count("- include:")


def test_every_reader_has_a_case() -> None:
    readers = {kind for _, kind in (*kinds._NAMES, *kinds._TEXTS)} - {""}
    named = {kinds.by_name(str(path)) for case in CASES for path in case.rglob("*")}
    assert readers <= named
