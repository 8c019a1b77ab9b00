"""Every metric, read from a snapshot when a scrape comes."""

from __future__ import annotations

from collections import defaultdict

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from sidecar import __version__
from sidecar.observe.metrics import MAX_FILES, TABLE, registry
from sidecar.observe.snapshot import FileFigures, Snapshot


def figures(path: str, times: int = 1, **more: int) -> FileFigures:
    made = FileFigures(
        path,
        read=100 * times,
        emitted=60 * times,
        skipped={"bom": 3 * times, "strange": 7 * times},
        lost={"truncated": 5 * times},
        pending=30 * times,
        offset=63 * times,
        size=200 * times,
    )
    for name, value in more.items():
        setattr(made, name, value)
    return made


def scrape(snapshot: Snapshot) -> dict[str, dict[tuple[str, ...], float]]:
    """Give samples by name, then by the values of their labels."""
    found: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    text = generate_latest(registry(lambda: snapshot)).decode()
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            labels = tuple(sample.labels.values())
            assert labels not in found[sample.name]
            found[sample.name][labels] = sample.value
    return found


def test_every_row_gives_its_metric_with_its_labels() -> None:
    found = scrape(
        Snapshot(files=[figures("/a")], events={("juli", "INFO"): 1}, misfits={"juli": 1})
    )
    own = {name for name in found if name.startswith("sidecar_")}
    assert own == {f"sidecar_{row.name}{'_total' * row.counter}" for row in TABLE}
    for row in TABLE:
        for labels in found[f"sidecar_{row.name}{'_total' * row.counter}"]:
            assert len(labels) == len(row.labels)
    assert {name.partition("_")[0] for name in found} == {"sidecar", "process"}


def test_totals_hold_the_files_that_are_known_and_those_that_are_gone() -> None:
    found = scrape(
        Snapshot(files=[figures("/a"), figures("/b", 2)], forgotten=figures("", 10, pending=0))
    )
    assert found["sidecar_read_bytes_total"] == {(): 1300}
    assert found["sidecar_emitted_bytes_total"] == {(): 780}
    assert found["sidecar_pending_bytes"] == {(): 90}
    assert found["sidecar_skipped_bytes_total"][("bom",)] == 39
    assert found["sidecar_skipped_bytes_total"][("other",)] == 91
    assert found["sidecar_skipped_bytes_total"][("nul",)] == 0
    assert found["sidecar_lost_bytes_total"] == {("truncated",): 65, ("deleted",): 0, ("other",): 0}


def test_each_file_has_series_of_its_own() -> None:
    found = scrape(Snapshot(files=[figures("/a"), figures("/b", 2)], forgotten=figures("", 10)))
    assert found["sidecar_file_read_bytes_total"] == {("/a",): 100, ("/b",): 200}
    assert found["sidecar_file_skipped_bytes_total"] == {("/a",): 10, ("/b",): 20}
    assert found["sidecar_file_lag_bytes"] == {("/a",): 137, ("/b",): 274}


def test_two_files_of_one_name_are_one_series() -> None:
    found = scrape(Snapshot(files=[figures("/a"), figures("/a")]))
    assert found["sidecar_file_read_bytes_total"] == {("/a",): 200}


def test_files_beyond_the_most_are_summed() -> None:
    found = scrape(Snapshot(files=[figures(f"/{one}") for one in range(MAX_FILES + 50)]))
    series = found["sidecar_file_read_bytes_total"]
    assert len(series) == MAX_FILES + 1
    assert series[("(other)",)] == 5000
    assert sum(series.values()) == found["sidecar_read_bytes_total"][()]


@pytest.mark.parametrize("path", ['/quo"te', "/back\\slash", "/new\nline", "/장", "/byte\\xff"])
def test_path_may_hold_anything(path: str) -> None:
    found = scrape(Snapshot(files=[figures(path)]))
    assert found["sidecar_file_read_bytes_total"] == {(path,): 100}


def test_events_are_told_by_format_and_level() -> None:
    found = scrape(
        Snapshot(
            events={("juli", "INFO"): 3, ("access", ""): 2},
            misfits={"juli": 1},
            watch_backend="inotify",
        )
    )
    assert found["sidecar_events_total"] == {("access", "none"): 2, ("juli", "INFO"): 3}
    assert found["sidecar_parse_failures_total"] == {("juli",): 1}
    assert found["sidecar_watch_backend_info"] == {("inotify",): 1, ("polling",): 0}
    ((_, version),) = found["sidecar_build_info"]
    assert version == __version__
