"""What logging libraries of Java write in layouts of many kinds is read back, field by field."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
import pytest

from sidecar import layouts
from sidecar.errors import LayoutError
from sidecar.fields.reading import Reading
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests.e2e.marked import Mark, layouts_of, marks, moment, plain
from tests.e2e.servers import need, need_files

SOURCES = Path(__file__).parent / "java"
JARS = Path("/usr/share/java")

#: Half an hour besides the hours, so nothing is right by chance.
ZONE = "America/St_Johns"

#: A process that lives for a second is not worth the second compiler's work.
FAST = "-XX:TieredStopAtLevel=1"

NUMBERS = {
    "line", "micros", "nano", "pid", "relative", "sequence", "tid", "thread_priority",
}  # fmt: skip


class Library(NamedTuple):
    """A logging library.

    Attributes:
        program: the class that logs the events by it.
        grammar: of its layouts.
        jars: that it needs.
        levels: its names -> ours, where they differ.
    """

    program: str
    grammar: str
    jars: tuple[str, ...]
    levels: Mapping[str, str]

    @property
    def paths(self) -> list[Path]:
        """Give its jars' paths."""
        return [JARS / f"{one}.jar" for one in self.jars]


LIBRARIES = {
    one.program: one
    for one in (
        Library("Log4j1", "log4j", ("log4j-1.2",), {"FATAL": "CRITICAL"}),
        Library("Log4j2", "log4j", ("log4j-api", "log4j-core"), {"FATAL": "CRITICAL"}),
        Library("Logback", "logback", ("logback-classic", "logback-core", "slf4j-api"), {}),
        Library("Jul", "jul", (), {
            "FINEST": "TRACE", "FINER": "TRACE", "FINE": "DEBUG", "CONFIG": "INFO",
            "WARNING": "WARN", "SEVERE": "ERROR",
        }),
        Library("Jboss", "jboss", ("jboss-logmanager", "wildfly-common"), {"FATAL": "CRITICAL"}),
    )
}  # fmt: skip


def asked(layout: str) -> list[str]:
    """Give what the program is asked to show for a layout: it whole, and each field alone."""
    return ["W" + plain(layout), *map(alone, marks(layout))]


def alone(mark: Mark) -> str:
    return ("W" if mark.last else "C") + mark.code


class Written(NamedTuple):
    """What a program logged, and for each event what each layout wrote."""

    events: list[dict[str, Any]]
    places: Mapping[str, int]

    def shown(self, event: Mapping[str, Any], asked: str) -> str:
        text: str = event["shown"][self.places[asked]]
        return text


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    """Compile the programs whose libraries are here; run each once, when it is asked for."""
    need("java", "javac")
    classes = tmp_path_factory.mktemp("classes")
    here = [one for one in LIBRARIES.values() if all(jar.exists() for jar in one.paths)]
    path = os.pathsep.join(str(jar) for one in here for jar in one.paths)
    names = ["Events", *(one.program for one in here)]
    compiler = ["javac", f"-J{FAST}", "-proc:none", "-d", str(classes), "-cp", path]
    sources = [str(SOURCES / f"{name}.java") for name in names]
    subprocess.run([*compiler, *sources], check=True, capture_output=True, timeout=100)
    return cache(lambda name: run(LIBRARIES[name], f"{classes}{os.pathsep}{path}"))


def run(library: Library, path: str) -> Written:
    """Log the events by a library, with all layouts at once."""
    lines = [
        *{line: None for layout in layouts_of(library.program.lower()) for line in asked(layout)}
    ]
    command = ["java", FAST, f"-Duser.timezone={ZONE}", "-Duser.language=en", "-Duser.country=US"]
    done = subprocess.run(
        [*command, "-cp", path, library.program],
        input="\n".join(lines).encode(), check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    events = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert len(events) > 10, done.stderr
    return Written(events, {line: place for place, line in enumerate(lines)})


def expected(library: Library, layout: str, event: Mapping[str, Any], made: Written) -> Any:
    """Give the record of an event: what its fields' conversions wrote, each alone."""
    record: dict[str, Any] = {}
    for mark in marks(layout):
        name, text = mark.name, made.shown(event, alone(mark))
        if name == "message":
            record[name] = text.removesuffix("\n")
        elif name == "timestamp":
            seconds, _, fraction = event["instant"].partition(".")
            record[name] = moment(int(seconds), fraction[: int(mark.more or 3)])
        elif name == "level":
            record[name] = library.levels.get(event["level"], event["level"])
        elif mark.more == "~":
            record[name] = ...
        elif (text := text.strip(" ")) not in {"", "-", "?"}:
            record[name] = int(text) if name in NUMBERS else text
    return record


CASES = [
    pytest.param(one.program, layout, id=f"{one.program} {plain(layout)}")
    for one in LIBRARIES.values()
    for layout in layouts_of(one.program.lower())
]


@pytest.mark.parametrize(("program", "layout"), CASES)
def test_what_a_library_writes_is_read_back(
    programs: Callable[[str], Written], program: str, layout: str
) -> None:
    library = LIBRARIES[program]
    need_files(*library.paths)
    written = programs(program)
    whole = asked(layout)[0]
    events = written.events
    if not layout.endswith("»"):  # what follows a message keeps it to a line
        events = [one for one in events if written.shown(one, whole).count("\n") == 1]
    assert len(events) >= 6
    text = "".join(written.shown(one, whole) for one in events)
    text = text[: text.rindex("\n") + 1]  # colours are put back behind a line's end
    read = layouts.read({library.grammar: whole[1:]})
    options = FormatOptions(library.grammar, Reading(zone=ZoneInfo(ZONE)), layout=read.format)
    made = b"".join(done.json for done, _ in parser(options).render(text.encode(), ""))
    records = [orjson.loads(line) for line in made.splitlines()]
    for record, event in zip(records, events, strict=False):
        wanted = expected(library, layout, event, written)
        new = {name for name, value in wanted.items() if value is ...}
        assert all(isinstance(record[name], int) for name in new)
        assert record == wanted | {name: record[name] for name in new}, written.shown(event, whole)
    assert len(records) == len(events)


#: Layouts that a library writes by and nobody can read back: the place that is told, and why.
REFUSED = [
    ("log4j", "%d %p%m%n", 'column 6: found "%m", expected a separator between %p and %m'),
    ("log4j", "%d %c%t %m%n", 'column 6: found "%t", expected a separator between %c and %t'),
    ("log4j", "%m%n%c%n", 'column 5: found "%c", expected nothing but a throwable after'),
    ("log4j", "%p %d{YYYY-ww} %m%n", 'column 4: found "%d{YYYY-ww}", expected a date pattern'),
    ("logback", "%logger%thread %m%n", 'column 8: found "%thread", expected a separator'),
    ("logback", "%d %m %mdc%kvp%n", 'column 11: found "%kvp", expected a separator'),
    ("jul", "%3$s%5$s%n", 'column 5: found "%5$s", expected a separator between %3$s and %5$s'),
    ("jboss", "%d %c%t%n", 'column 6: found "%t", expected a separator between %c and %t'),
]


@pytest.mark.parametrize(("grammar", "layout", "told"), REFUSED)
def test_what_nobody_could_read_back_is_refused_with_its_place(
    grammar: str, layout: str, told: str
) -> None:
    with pytest.raises(LayoutError, match=re.escape(f"{grammar} layout, {told}")):
        layouts.read({grammar: layout})
