"""Defaults, then the file, then the environment, then flags; and what is wrong, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecar import config
from sidecar.config import Config, Multiline
from sidecar.errors import ConfigError, Problem
from sidecar.layouts import Layout

FORMATS = ["bracket", "juli", "access", "json", "raw"]

Load = Callable[..., Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Read a configuration: the file's text, the environment, flags."""

    def read(
        text: str | None = None,
        env: Mapping[str, str] | None = None,
        **flags: Any,
    ) -> Config:
        path = tmp_path / "sidecar.yaml"
        if text is not None:
            path.write_text(text)
        given = {name.replace("__", "."): value for name, value in flags.items()}
        return config.load(
            str(path) if text is not None else None, env or {}, given, formats=FORMATS
        )

    return read


@pytest.fixture
def problems(load: Load) -> Callable[..., list[Problem]]:
    def read(text: str | None = None, env: Mapping[str, str] | None = None, **flags: Any) -> Any:
        with pytest.raises(ConfigError) as caught:
            load(text, env, **flags)
        return caught.value.problems

    return read


Problems = Callable[..., list[Problem]]

SOURCE = 'sources:\n  - include: ["/logs/*.log"]\n'


# -- who wins ------------------------------------------------------------------------------------


def test_defaults_are_those_that_are_documented(load: Load) -> None:
    found = load(include=["/logs/*.log"])
    (source,) = found.sources
    assert (source.format, source.quiet_s, source.partial_after_s) == ("auto", 1.0, 30.0)
    assert (source.encoding, source.timezone, source.start_at) == ("utf-8", "UTC", "beginning")
    assert (found.drain_s, found.state_dir, found.sweep_interval_s) == (10.0, None, None)
    assert (found.output.schema, found.output.add) == ("native", ())
    assert found.http.address == ("127.0.0.1", 9600)


@pytest.mark.parametrize(
    ("text", "env", "flags", "value", "origin"),
    [
        (SOURCE, {}, {}, "auto", None),
        (SOURCE + "    format: juli\n", {}, {}, "juli", "sidecar.yaml:3"),
        (SOURCE + "    format: juli\n", {"SIDECAR_FORMAT": "raw"}, {}, "raw", "SIDECAR_FORMAT"),
        (SOURCE, {"SIDECAR_FORMAT": "raw"}, {"format": "json"}, "json", "--format"),
    ],
)
def test_later_wins_and_each_value_knows_its_origin(
    load: Load,
    text: str,
    env: dict[str, str],
    flags: dict[str, str],
    value: str,
    origin: str | None,
) -> None:
    found = load(text, env, **flags)
    assert found.sources[0].format == value
    said = found.origins.get("sources[0].format")
    assert said is origin if origin is None else str(said).endswith(origin)


def test_environment_alone_is_enough(load: Load) -> None:
    found = load(
        env={
            "SIDECAR_INCLUDE": "/logs/*.log, /logs/*.txt",
            "SIDECAR_FIELDS": "app=shop,team=web",
            "SIDECAR_STRIP_ANSI": "true",
            "SIDECAR_CHECKPOINT__INTERVAL_S": "5",
            "SIDECAR_HTTP__LISTEN": "0.0.0.0:9700",
            "SIDECAR_OUTPUT__ADD": "file,offset",
            "SIDECAR_OUTPUT__MAX_EVENT_BYTES": "2048",
            "SIDECAR_MULTILINE": r"start=^\d",
            "SIDECAR_STATE_DIR": "/state",
        }
    )
    (source,) = found.sources
    assert source.include == ("/logs/*.log", "/logs/*.txt")
    assert source.fields == {"app": "shop", "team": "web"}
    assert source.strip_ansi is True
    assert source.multiline == Multiline("start", r"^\d")
    assert found.checkpoint.interval_s == 5.0
    assert found.http.address == ("0.0.0.0", 9700)
    assert found.output.add == ("file", "offset")
    assert found.output.max_event_bytes == 2048
    assert found.state_dir == "/state"


def test_environment_names_the_file(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(SOURCE)
    assert load(env={"SIDECAR_CONFIG": str(path)}).sources[0].include == ("/logs/*.log",)


def test_globs_on_the_command_line_replace_those_of_the_file(load: Load) -> None:
    found = load(SOURCE + "    format: juli\n", include=["/other/*.log"])
    assert found.sources[0].include == ("/other/*.log",)
    assert found.sources[0].format == "juli"
    assert found.origins["sources[0].include"] == "the command line"


def test_file_may_have_several_sources(load: Load) -> None:
    found = load(SOURCE + '  - include: ["/b/*.log"]\n    format: juli\n')
    assert [one.format for one in found.sources] == ["auto", "juli"]


def test_key_of_a_source_from_outside_is_refused_where_there_are_several(
    problems: Problems,
) -> None:
    text = SOURCE + '  - include: ["/b/*.log"]\n'
    env, flag = problems(text, {"SIDECAR_FORMAT": "raw"}, timezone="Asia/Seoul")
    assert (env.where, flag.where) == ("SIDECAR_FORMAT", "--timezone")
    assert "2 sources" in env.hint


@pytest.mark.parametrize("name", ["SIDECAR_FROMAT", "SIDECAR_OUTPUT__ADDS", "SIDECAR_X"])
def test_unknown_name_in_the_environment_is_a_warning(load: Load, name: str) -> None:
    (warning,) = load(env={name: "x", "SIDECAR_INCLUDE": "/logs/*.log"}).warnings
    assert name in warning


@pytest.mark.parametrize(
    "name",
    [
        "SIDECAR_SERVICE_HOST",
        "SIDECAR_SERVICE_PORT",
        "SIDECAR_SERVICE_PORT_METRICS",
        "SIDECAR_PORT",
        "SIDECAR_PORT_9600_TCP",
        "SIDECAR_PORT_9600_TCP_ADDR",
        "SIDE_EFFECT",
    ],
)
def test_names_that_kubernetes_injects_for_a_service_mean_nothing(load: Load, name: str) -> None:
    assert not load(env={name: "tcp://x:1", "SIDECAR_INCLUDE": "/logs/*.log"}).warnings


# -- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("quiet_s", "0.5", 0.5),
        ("quiet_s", '"2"', 2.0),
        ("strip_ansi", "yes", True),
        ("encoding", "CP949", "cp949"),
        ("encoding", "latin1", "iso8859-1"),
        ("timezone", '"+09:00"', "+09:00"),
        ("timezone", "Asia/Seoul", "Asia/Seoul"),
        ("multiline", "none", Multiline("none")),
        ("multiline", "{start: '^a'}", Multiline("start", "^a")),
        ("multiline", "{start: '(?i)^a'}", Multiline("start", "(?i:^a)")),
        ("exclude", '["*.gz"]', ("*.gz",)),
        ("exclude", "'*.gz, *.zip'", ("*.gz", "*.zip")),
        ("fields", "{app: shop, n: 1, ok: true}", {"app": "shop", "n": 1, "ok": True}),
    ],
)
def test_value_of_a_source_is_taken(load: Load, key: str, text: str, value: object) -> None:
    found = load(f"{SOURCE}    {key}: {text}\n")
    assert getattr(found.sources[0], key) == value


BAD = {
    "format": ["jul", "1", "[juli]", "{tomcat: '%Q'}", "{cat: '%h'}"],
    "quiet_s": ["0", "-1", "soon", "true", "[1]", ".nan", ".inf"],
    "partial_after_s": ["0"],
    "start_at": ["middle"],
    "encoding": ["utf-9", "rot13", "base64", "1", '""', "idna", "undefined"],
    "timezone": ["Mars/Phobos", "1", '""', "../../etc/passwd", '"+99:00"'],
    "duration_unit": ["min"],
    "symlinks": ["maybe"],
    "strip_ansi": ["maybe", "2"],
    "multiline": ["{start: '('}", "{start: '(a)'}", "{end: a}", "[]", "start", "'start='"],
    "include": ["[]", "1", "[1]", '[""]', "{a: b}"],
    "exclude": ["1", '["a\\0b"]'],
    "fields": ["a", "[a]", "{a: [1]}", "{1: a}", "{a: null}", "{partial_id: a}"],
}


@pytest.mark.parametrize(
    ("key", "text"), [(key, text) for key, texts in BAD.items() for text in texts]
)
def test_unfit_value_is_refused_at_its_line(problems: Problems, key: str, text: str) -> None:
    include = "" if key == "include" else '    include: ["/logs/*.log"]\n'
    (problem,) = problems(f"sources:\n  -\n{include}    {key}: {text}\n")
    assert problem.where.endswith(f"sidecar.yaml:{4 if include else 3}")
    assert problem.key == f"sources[0].{key}"
    assert problem.found
    assert problem.expected


def test_machine_without_a_database_of_zones_is_told_so(
    problems: Problems, no_database: None
) -> None:
    (problem,) = problems(SOURCE + "    timezone: Asia/Seoul\n")
    assert "no names of zones are known on this machine" in problem.expected
    assert "install the package tzdata" in problem.hint


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("drain_s", "0"),
        ("state_dir", '""'),
        ("sweep_interval_s", "never"),
        ("checkpoint.interval_s", "0"),
        ("checkpoint.on_corrupt", "ask"),
        ("output.schema", "ecs"),
        ("output.add", "[line]"),
        ("output.max_event_bytes", "10"),
        ("output.max_event_bytes", "1.5"),
        ("output.max_event_bytes", "1Mi"),
        ("http.listen", "9600"),
        ("http.listen", "localhost:http"),
        ("http.listen", "localhost:70000"),
        ("log.level", "loud"),
    ],
)
def test_unfit_value_of_the_whole_is_refused(problems: Problems, key: str, text: str) -> None:
    section, _, name = key.rpartition(".")
    shown = f"{section}:\n  {name}: {text}\n" if section else f"{name}: {text}\n"
    (problem,) = problems(SOURCE + shown)
    assert problem.where.endswith(f"sidecar.yaml:{4 if section else 3}")
    assert problem.key == key


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        (SOURCE + "    fromat: juli\n", "sources[0].fromat", "format"),
        (SOURCE + "    format: jul\n", "sources[0].format", "juli"),
        (SOURCE + "drain: 1\n", "drain", "drain_s"),
        (SOURCE + "output:\n  ad: []\n", "output.ad", "add"),
        ('source:\n  - include: ["/logs/*.log"]\n', "source", "sources"),
    ],
)
def test_near_miss_gets_a_hint(problems: Problems, text: str, key: str, hint: str) -> None:
    (problem,) = problems(text)
    assert problem.key == key
    assert problem.hint == f"did you mean {hint}?"


def test_every_problem_is_reported_at_once_in_the_order_of_its_line(problems: Problems) -> None:
    text = (
        "sources:\n"
        "  - format: jul\n"
        "    include: [1]\n"
        "  - quiet_s: 0\n"
        "    unknown: 1\n"
        "drain_s: soon\n"
        "http: {listen: x}\n"
    )
    found = problems(text, {"SIDECAR_LOG__LEVEL": "loud"}, state_dir="")
    assert [one.key for one in found] == [
        "sources[0].format",
        "sources[0].include",
        "sources[1].quiet_s",
        "sources[1].unknown",
        "sources[1].include",
        "drain_s",
        "http.listen",
        "log.level",
        "state_dir",
    ]


def test_problem_says_where_what_was_found_what_was_expected_and_how_to_mend_it(
    problems: Problems,
) -> None:
    (problem,) = problems(SOURCE + "    format: tomcat\n")
    first, second = str(problem).split("\n")
    assert first.endswith(
        'sidecar.yaml:3: sources[0].format: found "tomcat", expected access, auto, bracket, json, '
        "juli or raw"
    )
    assert second.startswith("  hint: ")


# -- layouts -------------------------------------------------------------------------------------


def test_layout_is_read_where_it_stands(load: Load) -> None:
    found = load(SOURCE + "    format: {tomcat: '%t %a %D', version: 10}\n").sources[0].format
    assert isinstance(found, Layout)
    assert found.grammar == "tomcat"
    assert found.types == {"timestamp": "timestamp", "client_ip": "text", "duration": "seconds"}


def test_layout_comes_from_the_environment_too(load: Load) -> None:
    env = {"SIDECAR_FORMAT": "nginx", "SIDECAR_LAYOUT": "$status $request_time"}
    found = load(SOURCE, env).sources[0].format
    assert isinstance(found, Layout)
    assert found.spec == {"nginx": "$status $request_time"}


@pytest.mark.parametrize(
    ("text", "found", "expected", "hint"),
    [
        ("tomcat", '"tomcat"', "raw", "tomcat takes a layout: {tomcat: '...'}, or --layout"),
        ("{tomcat: '%h%l'}", '"%l" at column 3 of the tomcat layout', "a separator", "%h %l"),
        ("{tomcat: '%h', verson: 9}", 'the option "verson" at column 1', "version", "version?"),
        ("{tomcat: '%h', nginx: x}", "tomcat and nginx", "one of the grammars", ""),
        ("{cat: '%h'}", "a map of cat", "one of the grammars tomcat, apache", ""),
    ],
)
def test_layout_that_cannot_be_read_is_refused_with_its_line(
    problems: Problems, text: str, found: str, expected: str, hint: str
) -> None:
    (problem,) = problems(f"{SOURCE}    format: {text}\n")
    assert problem.where.endswith("sidecar.yaml:3")
    assert problem.key == "sources[0].format"
    assert found in problem.found
    assert expected in problem.expected
    assert hint in problem.hint


def test_dump_of_a_layout_says_what_it_reads_and_loads_again(load: Load) -> None:
    text = f"{SOURCE}    format: {{tomcat: '%a \"%r\" %D é'}}\n"
    shown = config.dump(load(text))
    assert "    # reads client_ip text, method text, path text" in shown
    assert "    # %D counts what duration_unit says" in shown
    assert yaml.safe_load(shown)["sources"][0]["format"] == {"tomcat": '%a "%r" %D é'}


# -- files that are none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("", None, "nothing"),
        ("# only a comment\n", None, "nothing"),
        ("- a\n- b\n", 1, "a sequence"),
        ("text\n", 1, "a scalar"),
        ("sources: 1\n", 1, "a scalar"),
        ("sources:\n  - text\n", 2, "a scalar"),
        ("sources: []\n", 1, "an empty list"),
        ("sources:\n  - include: [\n", None, ""),
        (SOURCE + "drain_s: 1\ndrain_s: 2\n", 4, "the key twice"),
        (SOURCE + "---\nmore: 1\n", 3, ""),
        (SOURCE + "\tdrain_s: 1\n", 3, ""),
        ("drain_s: !!python/object/apply:os.system ['false']\n" + SOURCE, 1, ""),
        ("drain_s: !!int 'x'\n" + SOURCE, 1, ""),
        ("? [a, b]\n: 1\n" + SOURCE, 1, ""),
        ("drain_s: &a [*a]\n" + SOURCE, 1, ""),
        ("drain_s: *nowhere\n" + SOURCE, 1, ""),
    ],
)
def test_file_that_is_no_configuration_is_refused_with_its_line(
    problems: Problems, text: str, line: int | None, found: str
) -> None:
    (problem,) = problems(text)
    assert found in problem.found
    if line:
        assert problem.where.endswith(f"sidecar.yaml:{line}")


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError, match=str(path)) as caught:
            config.load(str(path), {}, {}, formats=FORMATS)
        assert len(caught.value.problems) == 1


def test_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sidecar.yaml"
    path.write_bytes("fields: {app: Café}".encode("latin-1"))
    with pytest.raises(ConfigError, match="no UTF-8"):
        config.load(str(path), {}, {}, formats=FORMATS)


def test_nothing_to_follow_is_a_problem_that_shows_the_ways(problems: Problems) -> None:
    (problem,) = problems()
    assert "SIDECAR_INCLUDE" in problem.hint


def test_anchors_may_be_used(load: Load) -> None:
    text = "sources:\n  - &one {include: [/a/*.log], format: juli}\n  - *one\n"
    found = load(text)
    assert found.sources[0] == found.sources[1]


# -- showing it ----------------------------------------------------------------------------------


def test_shown_configuration_is_one_that_reads_the_same(load: Load) -> None:
    text = (
        SOURCE + "    format: juli\n    multiline: {start: '^a: #b'}\n    fields: {a: 'b # c'}\n"
        "    exclude: ['*.gz']\nstate_dir: /state\noutput: {add: [file]}\n"
    )
    env = {"SIDECAR_QUIET_S": "2", "SIDECAR_FIELDS": 'q="x"'}
    first = load(text, env, drain_s="20")
    shown = config.dump(first)
    again = load(shown)
    for name in ("sources", "state_dir", "drain_s", "checkpoint", "output", "http", "log"):
        assert getattr(again, name) == getattr(first, name), name
    assert "quiet_s: 2.0  # SIDECAR_QUIET_S" in shown
    assert "drain_s: 20.0  # --drain-s" in shown
    assert 'timezone: "UTC"  # default' in shown
    assert yaml.safe_load(shown)["sources"][0]["format"] == "juli"
