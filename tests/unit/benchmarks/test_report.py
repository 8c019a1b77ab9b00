from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import chart
from benchmarks.report import Goal, Report, Row, markdown, ratio

ROWS = [
    Row("bracket", "line", {"cpu_s": 0.6, "mb_per_cpu_s": 160.0}, {"cpu_s": [0.6, 0.7]}),
    Row("bracket", "rsyslog", {"cpu_s": 1.6, "mb_per_cpu_s": 50.0}),
    Row(
        "bracket",
        "convert",
        {"cpu_s": 0.4, "mb_per_cpu_s": 250.0, "times_line": 1.5, "of_rsyslog": 0.25},
        goals=[Goal("times_line", 1.6, at_least=True), Goal("of_rsyslog", 0.3)],
    ),
    Row("latency", "run, p50", {"ms": 0.3}, goals=[Goal("ms", 2)]),
]
REPORT = Report({"machine": "one"}, "python -m benchmarks", ROWS)


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_table_shows_each_figure_under_its_title_and_whether_goals_hold() -> None:
    titles, _, *body = rows(markdown(REPORT))
    assert {len(line) for line in body} == {len(titles)}
    convert = dict(zip(titles, body[2], strict=True))
    assert convert["CPU s"] == "0.400"
    assert convert["vs line"] == "1.50"
    assert convert["of rsyslog"] == "0.25"
    assert convert["goal"] == "≥ 1.6 vs line: no; ≤ 0.3 of rsyslog: yes"
    latency = dict(zip(titles, body[3], strict=True))
    assert (latency["other"], latency["CPU s"]) == ("0.30 ms", "")


def test_a_report_is_what_it_was_when_it_is_read_again(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "report.json")
    REPORT.write(path)
    assert markdown(Report.read(path)) == markdown(REPORT)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 0, "rows": []}'])
def test_what_is_no_report_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"report\.json"):
        Report.read(str(path))


def test_two_runs_are_set_side_by_side_by_rate_where_there_is_one() -> None:
    faster = Row("bracket", "convert", {"cpu_s": 0.1, "mb_per_cpu_s": 500.0})
    text = markdown(Report({}, "now", [faster]), before=REPORT)
    assert rows(text)[2:] == [["bracket", "convert", "MB per CPU s", "250", "500", "+100%"]]


def test_chart_has_a_bar_as_long_as_the_time_for_each_conversion() -> None:
    root = ET.fromstring(chart.svg(REPORT))
    space = {"svg": "http://www.w3.org/2000/svg"}
    widths = [float(bar.attrib["width"]) for bar in root.iterfind("svg:rect", space)]
    sidecar, line, rsyslog = widths
    assert line / sidecar == pytest.approx(250 / 160, rel=0.01)
    assert rsyslog / sidecar == pytest.approx(5, rel=0.01)
    shown = "".join(root.itertext())
    assert "prefers-color-scheme: dark" in shown
    assert all(text in shown for text in ("0.40", "0.62", "2.00", "rsyslog", "sidecar"))


def test_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no conversion"):
        chart.svg(Report({}, "", ROWS[3:]))


def test_ratio_is_that_of_rounds_however_slow_one_of_them_was() -> None:
    assert ratio([2.0, 6.0, 2.0], [1.0, 3.0, 1.0]) == 2.0
    assert ratio([2.0, 2.0, 1.0], [1.0, 1.0, 1.0]) == 2.0
