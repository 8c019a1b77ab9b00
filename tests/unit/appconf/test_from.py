"""``format: {from: …}``: which log is meant, where its format is from, and what is said else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sidecar import config
from sidecar.config import Config
from sidecar.errors import ConfigError, Problem
from sidecar.formats import FORMATS
from sidecar.layouts import Layout

NAMES = [one.name for one in FORMATS]

LOGBACK = """<configuration>
  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
    <file>${DIR}/shop.log</file>
    <encoder><pattern>%d %-5level [%thread] %logger - %msg%n</pattern>
             <charset>ISO-8859-1</charset></encoder>
  </appender>
  <appender name="AUDIT" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <rollingPolicy class="ch.qos.logback.core.rolling.TimeBasedRollingPolicy">
      <fileNamePattern>${DIR}/audit.%d.log</fileNamePattern>
    </rollingPolicy>
    <encoder><pattern>%d %msg%n</pattern></encoder>
  </appender>
  <appender name="BAD" class="ch.qos.logback.core.FileAppender">
    <file>${DIR}/bad.log</file>
    <encoder class="com.example.Own"/>
  </appender>
  <appender name="ODD" class="ch.qos.logback.core.FileAppender">
    <file>${DIR}/odd.log</file>
    <encoder><pattern>%d %nonsense%n</pattern></encoder>
  </appender>
  <root><appender-ref ref="FILE"/><appender-ref ref="AUDIT"/><appender-ref ref="BAD"/>
    <appender-ref ref="ODD"/></root>
</configuration>
"""

FILE = {"logback": "%d %-5level [%thread] %logger - %msg%n"}
AUDIT = {"logback": "%d %msg%n"}

Load = Callable[..., Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Read a source: its globs, what stands behind ``format:``, and other keys."""
    (tmp_path / "logback.xml").write_text(LOGBACK)

    def read(include: str, more: str = "", keys: str = "", **env: str) -> Config:
        path = tmp_path / "sidecar.yaml"
        text = f'sources:\n  - include: ["{include}"]\n{keys}'
        if not env:
            text += f"    format: {{from: {tmp_path}/logback.xml{more}}}\n"
        path.write_text(text)
        return config.load(str(path), env, {}, formats=NAMES)

    return read


def spec(found: Config) -> object:
    (source,) = found.sources
    assert isinstance(source.format, Layout)
    return source.format.spec


def problem(load: Load, *args: str, **env: str) -> Problem:
    with pytest.raises(ConfigError) as caught:
        load(*args, **env)
    (one,) = caught.value.problems
    return one


@pytest.mark.parametrize(
    ("include", "meant"),
    [
        ("/logs/shop.log", FILE),
        ("/logs/shop*.log", FILE),
        ("/logs/**/audit.*.log", AUDIT),
        ("/elsewhere/audit.2026-11-29.log", AUDIT),
        ("/logs/audit*", AUDIT),
    ],
)
def test_log_is_found_by_the_name_of_its_file(load: Load, include: str, meant: object) -> None:
    assert spec(load(include)) == meant


def test_appender_is_taken_by_its_name(load: Load) -> None:
    assert spec(load("/logs/*", ", appender: AUDIT")) == AUDIT


def test_path_decides_where_names_are_alike(load: Load) -> None:
    assert spec(load("/data/[as]*.log", ", appender: FILE, define: {DIR: /data}")) == FILE
    assert spec(load("/data/shop.log", ", define: {DIR: /data}")) == FILE


def test_several_logs_that_fit_are_listed(load: Load) -> None:
    one = problem(load, "/logs/*.log")
    assert one.key == "sources[0].format.from"
    assert one.found == "4 logs that /logs/*.log can be"
    for name in ("FILE", "AUDIT", "BAD", "ODD"):
        assert f"{name} (appender {name}, line " in one.expected


def test_no_log_that_fits_is_told_with_those_there_are(load: Load) -> None:
    one = problem(load, "/logs/other.txt")
    assert one.found == "no log that /logs/other.txt can be"
    assert "FILE (appender FILE, line 2: */shop.log)" in one.expected


def test_appender_that_is_none_is_told(load: Load) -> None:
    assert problem(load, "/logs/*", ", appender: NONE").found == 'no log of "NONE"'


def test_layout_that_cannot_be_read_is_told_with_its_place(load: Load) -> None:
    one = problem(load, "/logs/bad.log")
    assert one.where.endswith("logback.xml:13")
    assert "its Own writes no layout known here" in one.found
    one = problem(load, "/logs/odd.log")
    assert "sidecar.yaml:3: " in one.where
    assert one.where.endswith("logback.xml:17")
    assert '"%nonsense" at column 4 of the logback layout' in one.found


def test_check_shows_what_came_out_and_where_from(load: Load, tmp_path: Path) -> None:
    shown = config.dump(load("/logs/shop.log"))
    origin = f"{tmp_path}/sidecar.yaml:3, from {tmp_path}/logback.xml:2, appender FILE"
    assert f'    format: {{"logback": "{FILE["logback"]}"}}  # {origin}\n' in shown
    assert "    # reads timestamp timestamp, level level, thread text" in shown
    assert f'    encoding: "iso8859-1"  # {origin}\n' in shown


def test_encoding_of_the_source_wins(load: Load) -> None:
    (source,) = load("/logs/shop.log", "", "    encoding: utf-8\n").sources
    assert source.encoding == "utf-8"


def test_environment_names_the_file(load: Load, tmp_path: Path) -> None:
    given = {"SIDECAR_FORMAT": "from", "SIDECAR_LAYOUT": f"{tmp_path}/logback.xml"}
    assert spec(load("/logs/shop.log", **given)) == FILE


def test_conversion_finds_the_log_by_its_input(load: Load, tmp_path: Path) -> None:
    load("/logs/shop.log")
    flags = {"format": {"from": f"{tmp_path}/logback.xml"}}
    source, _ = config.check_source(flags, formats=NAMES, inputs=["old/audit.2026-11-28.log"])
    assert isinstance(source.format, Layout)
    assert source.format.spec == AUDIT


def test_samples_and_the_start_of_events_are_the_layouts(load: Load) -> None:
    found = load("/logs/shop.log", ", event_start: '\\d', samples: [x]")
    assert spec(found) == {**FILE, "event_start": "\\d", "samples": ["x"]}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (", appendr: FILE", 'the option "appendr"'),
        (", version: ten", "version: 'ten'"),
        (", define: 5", "a map"),
    ],
)
def test_option_that_is_none_is_refused(load: Load, more: str, found: str) -> None:
    assert problem(load, "/logs/shop.log", more).found == found


def test_format_with_a_name_takes_no_samples(tmp_path: Path) -> None:
    text = '<Server><Valve className="AccessLogValve" pattern="common"/></Server>'
    (tmp_path / "server.xml").write_text(text)
    path = tmp_path / "s.yaml"
    start = f"sources:\n  - include: [/logs/x]\n    format: {{from: {tmp_path}/server.xml"
    path.write_text(start + "}\n")
    (source,) = config.load(str(path), {}, {}, formats=NAMES).sources
    assert source.format == "access"
    path.write_text(start + ", samples: [a]}\n")
    with pytest.raises(ConfigError) as caught:
        config.load(str(path), {}, {}, formats=NAMES)
    assert caught.value.problems[0].expected == "none of them: AccessLogValve writes access"


def test_file_that_is_not_there_is_told(load: Load, tmp_path: Path) -> None:
    (tmp_path / "logback.xml").unlink()
    one = problem(load, "/logs/shop.log")
    assert one.where == f"{tmp_path}/sidecar.yaml:3: {tmp_path}/logback.xml"
    assert one.found == "No such file or directory"


def test_from_alone_wants_a_path() -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(None, {"SIDECAR_FORMAT": "from", "SIDECAR_INCLUDE": "/a"}, {}, formats=NAMES)
    assert "from takes a path" in caught.value.problems[0].hint
