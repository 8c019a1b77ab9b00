"""File names with dates and numbers in them, as globs that fit them and nothing beside."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.appconf import globs
from sidecar.tail import discovery


@pytest.mark.parametrize(
    ("pattern", "glob", "name"),
    [
        (".yyyy-MM-dd", ".[0-9]*", ".2026-11-29"),
        ("'.'yyyy-MM-dd-HH", ".[0-9]*", ".2026-11-29-07"),
        ("yyyy/MM/'day'dd", "[0-9]*/[0-9]*/day[0-9]*", "2026/11/day29"),
        ("dd-MMM-yyyy", "[0-9]*", "29-Nov-2026"),
        ("MMM-dd", "*", "Nov-29"),
        ("EEE", "*", "Sun"),
        ("'at'''HH", "at'[0-9]*", "at'07"),
        ("'''quoted'''yyyy", "'quoted'[0-9]*", "'quoted'2026"),
        ("", "", ""),
        ("'[x]'yy", "[[]x][0-9]*", "[x]26"),
    ],
)
def test_java_date_becomes_a_glob(pattern: str, glob: str, name: str) -> None:
    assert globs.java_date(pattern) == glob
    assert discovery.matches(name, glob)


@pytest.mark.parametrize(
    ("pattern", "glob"),
    [
        ("/var/log/access.%Y-%m-%d.log", "/var/log/access.[0-9]*.log"),
        ("/var/log/%Y/%m/access.%a", "/var/log/[0-9]*/[0-9]*/access.*"),
        ("/100%%/%s.log", "/100%/[0-9]*.log"),
        ("/plain.log", "/plain.log"),
    ],
)
def test_strftime_becomes_a_glob(pattern: str, glob: str) -> None:
    assert globs.strftime(pattern) == glob
    assert discovery.matches(time.strftime(pattern), glob)


@pytest.mark.parametrize(
    ("pattern", "glob"),
    [
        ("app.%d.log", "app.[0-9]*.log"),
        ("app.%d{yyyy-MM-dd}.%i.log.gz", "app.[0-9]*.[0-9]*.log.gz"),
        ("%d{yyyy/MM, aux}/app.%d{dd, UTC}.log", "[0-9]*/[0-9]*/app.[0-9]*.log"),
        ('%d{"yyyy-MM", UTC}/%3i', "[0-9]*/[0-9]*"),
        ("100%%.%i", "100%.[0-9]*"),
        ("plain", "plain"),
    ],
)
def test_logbacks_pattern_becomes_a_glob(pattern: str, glob: str) -> None:
    assert globs.logback(pattern) == glob


@pytest.mark.parametrize(
    ("pattern", "glob"),
    [
        ("$${date:yyyy-MM}/app-%d{MM-dd-yyyy}-%i.log.gz", "[0-9]*/app-[0-9]*-[0-9]*.log.gz"),
        ("app-%d{yyyy-MM-dd}{UTC}-%03i.log", "app-[0-9]*-[0-9]*.log"),
        ("app-%d-%i", "app-[0-9]*-[0-9]*"),
        ("app-${env:HOST}.log", "app-*.log"),
    ],
)  # fmt: skip
def test_log4js_pattern_becomes_a_glob(pattern: str, glob: str) -> None:
    assert globs.log4j2(pattern) == glob


@given(st.text(st.characters(exclude_characters="/\0{}$", exclude_categories=["Cs"]), min_size=1))
def test_name_without_dates_fits_its_own_glob_and_no_other(name: str) -> None:
    glob = globs.literal(name)
    assert discovery.matches(name, glob)
    assert not discovery.matches(name + "x", glob)


def test_dated_names_are_not_those_of_another_log() -> None:
    glob = f"app.{globs.java_date('yyyy-MM-dd')}.log"
    assert discovery.matches("app.2026-11-29.log", glob)
    assert not discovery.matches("app.error.log", glob)


@pytest.mark.parametrize(
    ("current", "old", "include", "exclude"),
    [
        ("a.log", "a.[0-9]*.log", ("a.log", "a.[0-9]*.log"), ()),
        ("a.log", "a.[0-9]*.log.gz", ("a.log",), ("*.gz",)),
        ("", "a.[0-9]*.log.zip", ("a.[0-9]*.log",), ("*.zip",)),
        ("", "a.[0-9]*.log", ("a.[0-9]*.log",), ()),
    ],
)
def test_rotation_says_what_to_read_and_what_not(
    current: str, old: str, include: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    assert globs.rotated(current, old)[:2] == (include, exclude)


@pytest.mark.parametrize(
    ("glob", "vague"),
    [("*", True), ("/var/log/*", True), ("/a/[0-9]*", True), ("/a/x*", False), ("*/a.log", False)],
)
def test_name_that_says_nothing_is_vague(glob: str, vague: bool) -> None:
    assert globs.vague(glob) is vague


@pytest.mark.parametrize("name", ["a.log", "a.log.1", "a.log-20261129"])
def test_log_that_logrotate_moves_is_included(name: str) -> None:
    include, exclude = globs.moved("a.log")
    assert any(discovery.matches(name, one) for one in include)
    assert discovery.matches("a.log.2.gz", exclude[0])
