"""Stamps and levels as a real JVM writes them, in every locale of the languages we know."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from sidecar.fields import dates, javadates, levels
from sidecar.fields.dates import Part, Stamp
from sidecar.fields.reading import Reading
from tests.e2e.servers import need

SOURCE = Path(__file__).parent / "java" / "Stamps.java"

LANGUAGES = ["en", "de", "fr", "es", "pt", "it", "ko", "ja", "zh"]

FRONTS: dict[str, Callable[[str], tuple[Part, ...]]] = {
    "simple": javadates.simple,
    "new": javadates.new,
    "formatter": javadates.formatter,
}

#: The locales' data: of the Unicode consortium, or that of JDK 8, which JDK 23 threw away.
PROVIDERS = ["CLDR", "COMPAT"]


class Row(NamedTuple):
    """What the program wrote: see there."""

    kind: str
    pattern: str
    locale: str
    zone: str
    text: str
    meaning: str


@pytest.fixture(scope="module", params=PROVIDERS)
def rows(request: pytest.FixtureRequest) -> list[Row]:
    need("java", "javac")  # a program of one file is compiled on the way
    release = subprocess.run(["javac", "-version"], check=True, capture_output=True, text=True)
    found = re.search(r"\d+", release.stdout + release.stderr)
    assert found
    if request.param == "COMPAT" and int(found[0]) >= 23:
        pytest.skip(f"JDK {found[0]} has one set of locales")
    command = ["java", f"-Djava.locale.providers={request.param}", str(SOURCE), "1", "12"]
    done = subprocess.run([*command, *LANGUAGES], check=True, capture_output=True, timeout=100)
    return [Row(*line.split("\t")) for line in done.stdout.decode().splitlines()]


@cache
def compiled(kind: str, pattern: str) -> tuple[Stamp, re.Pattern[bytes]]:
    stamp = dates.stamp(FRONTS[kind](pattern))
    return stamp, re.compile(stamp.groups())


def test_stamps_of_every_locale_are_read(rows: list[Row]) -> None:
    stamps = [row for row in rows if row.kind != "level"]
    languages = {row.locale[:2] for row in stamps if row.locale}
    assert languages == set(LANGUAGES)
    wrong = []
    for row in stamps:
        stamp, groups = compiled(row.kind, row.pattern)
        found = groups.fullmatch(row.text.encode())
        if not found:
            wrong.append((row, "does not fit"))
            continue
        parted = found.groupdict()
        text = parted["timestamp"] + parted.get("offset", b"")
        # What the text leaves open is as the program's zone has it; an hour may come twice.
        reading = Reading(zone=ZoneInfo(row.zone))
        folds = [reading, reading._replace(fold=1)]
        read = [stamp.read(text.decode(), one).rstrip(".") for one in folds]
        if row.meaning not in read:
            wrong.append((row, str(read)))
    assert not wrong, (len(wrong), wrong[:: len(wrong) // 12 + 1])


def test_levels_of_every_locale_are_read(rows: list[Row]) -> None:
    named = [row for row in rows if row.kind == "level"]
    assert {row.locale[:2] for row in named} == set(LANGUAGES)
    for row in named:
        # One word is FINER to Japanese and FINE to Chinese JVMs.
        expected = "DEBUG" if row.text == "詳細" else levels.read(row.meaning)
        assert levels.read(row.text) == expected, row
