"""Detection names the format of every golden file, and ``auto`` reads it so, however it comes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sidecar import layouts, sample
from sidecar.fields.reading import Reading
from sidecar.formats import BY_NAME
from sidecar.formats.detection import Finding, Verdict, detect
from tests import roads
from tests.formats import golden

CASES = golden.cases()

DAY = (roads.WRITTEN - date(1970, 1, 1)).days

#: What ``auto`` can find.
FOUND = BY_NAME.keys() - {"raw"}

#: Files that are not in one format, and what is said of them: those of the folder ``auto``.
VERDICTS = {
    "auto/crlf": Verdict.MIXED,
    "auto/fields": Verdict.MIXED,
    "auto/mixed": Verdict.MIXED,
    "auto/start": Verdict.MIXED,
    "auto/raw": Verdict.NONE,
    "auto/unreadable": Verdict.NONE,  # of five lines, two can be read
}


def found(case: Path, lines: int) -> Finding:
    source = golden.source(case)
    with case.open("rb") as file:
        taken = sample.take(file, lines, source.encoding)
    return detect([one.part for one in taken.blocks], Reading(), day=DAY, tell=layouts.told)


@pytest.mark.parametrize("lines", [sample.LINES, 20])
@pytest.mark.parametrize(
    "case", [one for one in CASES if one.parent.name in FOUND], ids=golden.name
)
def test_golden_file_of_a_format_is_found_to_be_in_it(case: Path, lines: int) -> None:
    finding = found(case, lines)
    assert finding.best
    if case.stem == "misfits":  # made of lines that nearly fit, and perhaps fit another format
        assert finding.chosen in {case.parent.name, "raw"}
        assert case.parent.name in {one.format.name for one in finding.scores}
    else:
        assert finding.best.format.name == case.parent.name
        assert finding.chosen == case.parent.name
        assert next(iter(finding.shares)) == case.parent.name  # so does ``auto``


@pytest.mark.parametrize("lines", [sample.LINES, 20])
@pytest.mark.parametrize(
    "case", [one for one in CASES if one.parent.name == "raw"], ids=golden.name
)
def test_nothing_is_claimed_of_golden_files_without_a_format(case: Path, lines: int) -> None:
    assert found(case, lines).verdict is Verdict.NONE


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.parent.name == "auto"], ids=golden.name
)
def test_golden_file_of_several_formats_is_found_to_be_mixed(case: Path) -> None:
    assert found(case, sample.LINES).verdict is VERDICTS[golden.name(case)]


@pytest.mark.parametrize("case", CASES, ids=golden.name)
def test_auto_reads_a_golden_file_alike_whole_and_as_it_is_written(case: Path) -> None:
    source = golden.source(case)._replace(format="auto")
    data = case.read_bytes()
    assert roads.by_line(data, source) == roads.whole(data, source)


@pytest.mark.parametrize("case", CASES, ids=golden.name)
def test_every_line_that_is_not_blank_is_counted_once(case: Path) -> None:
    source = golden.source(case)
    with case.open("rb") as file:
        taken = sample.take(file, 25, source.encoding)
    finding = detect([one.part for one in taken.blocks], Reading(), day=DAY)
    lines = sum(bool(line.strip()) for block in taken.blocks for line in block.lines)
    assert finding.tally.lines == lines
    assert {one.tally.lines for one in finding.scores} <= {lines}
