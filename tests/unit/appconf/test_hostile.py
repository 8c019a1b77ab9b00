"""What no reader may fall over, and what every error tells: the file, the line, what to do."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sidecar import appconf
from sidecar.appconf import kinds
from sidecar.appconf.log import LARGEST, Given
from sidecar.errors import ConfigError, Problem

Write = Callable[[str, str | bytes], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file; gives its path, as a user would type it."""
    monkeypatch.chdir(tmp_path)

    def file(name: str, text: str | bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return file


def problem(path: str, **names: str) -> Problem:
    """Give the one thing that is wrong with a file; it is found at once."""
    begin = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        appconf.read(path, Given(names))
    assert time.monotonic() - begin < 5
    (one,) = caught.value.problems
    assert one.found
    assert one.expected
    return one


BOMB = """<?xml version="1.0"?>
<!DOCTYPE Server [
  <!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
  <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
  <!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
]>
<Server>&e;</Server>
"""


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        (BOMB, 3, 'the entity "a" in the DOCTYPE'),
        ('<!DOCTYPE x [\n\n<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<Server>&x;</Server>', 3,
         'the entity "x" in the DOCTYPE'),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]>\n<Server/>', 1,
         'the entity "p" in the DOCTYPE'),
        ('<!DOCTYPE Server SYSTEM "x.dtd">\n<Server>\n&outside;</Server>', 3,
         'the entity "&outside;"'),
        ("<Server>\n  <Service>\n</Server>", 3, "mismatched tag"),
        ("<Server>\n  &undefined;\n</Server>", 2, "undefined entity"),
        ("<Server>\n<a b=c/></Server>", 2, "not well-formed"),
        ("", 1, "no element found"),
        ("<Server/>\n<Server/>", 2, "junk after document element"),
        (b"<Server>\n\xff\xfe</Server>", 2, "not well-formed"),
        ('<?xml version="1.0" encoding="no-such"?>\n<Server/>', 1, "unknown encoding"),
        ("<Server>" + "<a>" * 300 + "</a>" * 300 + "</Server>", 1, "elements 200 deep"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["server.xml", "logback.xml", "log4j2.xml", "log4j.xml"])
def test_xml_that_is_none_is_refused_with_its_line(
    write: Write, name: str, text: str | bytes, line: int, found: str
) -> None:
    one = problem(write(name, text))
    assert one.where == f"{name}:{line}"
    assert found in one.found


def test_doctype_without_entities_is_read_over(write: Write) -> None:
    text = (
        '<!DOCTYPE log4j:configuration SYSTEM "http://127.0.0.1:1/log4j.dtd">\n'
        '<log4j:configuration xmlns:log4j="x"><appender name="A" class="o.FileAppender">'
        '<param name="File" value="/a.log"/><layout class="o.SimpleLayout"/></appender>'
        '<root><appender-ref ref="A"/></root></log4j:configuration>'
    )
    (log,) = appconf.read(write("log4j.xml", text), Given()).logs
    assert (log.include, log.format) == (("/a.log",), {"log4j": "%p - %m%n"})


@pytest.mark.parametrize(
    ("name", "text", "line", "found"),
    [
        ("application.yml", "a: 1\nb: [\n", 3, "did not find expected node content"),
        ("application.yml", "a: b: c\n", 1, "mapping values are not allowed"),
        ("application.yml", b"a: 1\nb: \xff\n", 2, "the byte 0xff"),
        ("application.yml", "a: &a [*a]\n", 1, "values over 100 deep"),
        ("application.yml", "a: &x [1,2,3,4,5,6,7,8,9]\n" + "".join(
            f"{one}: &{one} [*{last},*{last},*{last},*{last},*{last},*{last},*{last},*{last}]\n"
            for last, one in zip("xbcdefgh", "bcdefghi", strict=True)), None, "more than 20000"),
        ("logging.json", '{"version": 1,\n"handlers": {', 3, "expected"),
        ("logging.yaml", "[" * 200, None, ""),
        ("logging.ini", "key = value\n", 1, "a line before the first section"),
        ("logging.ini", "[loggers]\nkeys\n", 2, "keys"),
        ("logging.ini", "[loggers]\nkeys=a\n[loggers]\nkeys=b\n", 3, "section"),
        ("logging.ini", "[loggers]\nkeys=a\nkeys=b\n", 3, "option"),
        ("logging.properties", "handlers = \0\n", 1, "a NUL character"),
        ("nginx.conf", "http {\n  access_log a;\n", 3, "the end"),
        ("nginx.conf", "http {\n  access_log a;\n}\n}\n", 4, '"}"'),
        ("nginx.conf", "error_log a\n", 1, '"error_log"'),
        ("nginx.conf", "\n;\n", 2, '";"'),
        ("nginx.conf", "http {\n log_format x 'a;\n}\n", 2, "\"'a;\""),
        ("nginx.conf", b"error_log /\xff;\n", 1, "the byte 0xff"),
        ("nginx.conf", "a {\n" * 5000 + "}\n" * 5000, 21, "blocks 20 deep"),
        ("application.yml", "[" * 900 + "]" * 900, 1, "values over 100 deep"),
        ("application.yml", "[" * 90_000 + "]" * 90_000, None, ""),
        ("httpd.conf", "<IfDefine a>\n" * 5000 + "</IfDefine>\n" * 5000, 21, "sections 20 deep"),
        ("httpd.conf", "ErrorLog a\n</VirtualHost>\n", 2, '"</VirtualHost>"'),
        ("httpd.conf", "<VirtualHost *:80>\n", None, "<virtualhost> that is open"),
        ("httpd.conf", "<VirtualHost *:80>\n</IfModule>\n", 2, '"</IfModule>"'),
    ],
)  # fmt: skip
def test_file_that_is_malformed_is_refused_with_its_line(
    write: Write, name: str, text: str | bytes, line: int | None, found: str
) -> None:
    one = problem(write(name, text))
    if line is None:
        assert one.where.startswith(name)
    else:
        assert one.where == f"{name}:{line}"
    assert found in one.found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nginx.conf", "include other.conf;\n"),
        ("httpd.conf", "ServerName x\nInclude other.conf\n"),
    ],
)
def test_includes_that_go_round_are_refused(write: Write, name: str, text: str) -> None:
    write("other.conf", text.replace("other.conf", name))
    one = problem(write(name, text))
    assert one.where.startswith("other.conf:")
    assert "include" in one.found.lower()


def test_link_to_itself_is_an_include_that_goes_round(write: Write) -> None:
    write("nginx.conf", "include link.conf;\n")
    os.symlink("nginx.conf", "link.conf")
    assert problem("nginx.conf").expected == "includes that come to an end"


def test_names_that_stand_for_each_other_are_refused(write: Write) -> None:
    text = "log4j.appender.A=x.FileAppender\nlog4j.appender.A.File=${a}\na=${b}\nb=${a}\n"
    text += "log4j.rootLogger=INFO, A\n"
    assert "stands for itself" in problem(write("log4j.properties", text)).found


def test_huge_file_is_refused_before_it_is_read(write: Write) -> None:
    path = write("server.xml", b"")
    os.truncate(path, LARGEST + 1)
    assert problem(path).found == "more than 4 MiB"


def test_pipe_is_not_waited_for(write: Write) -> None:
    write("x", "")
    os.mkfifo("server.xml")
    assert problem("server.xml").found == "no regular file"


def test_file_of_no_known_kind_is_refused_with_those_that_are(write: Write) -> None:
    one = problem(write("some.txt", "nothing of the kind\n"))
    assert one.found == "nothing of a known kind"
    assert "server.xml" in one.expected


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        ("tomcat", "xml"), ("juli", "properties"), ("logback", "xml"), ("log4j2", "xml"),
        ("log4j2", "properties"), ("log4j1", "xml"), ("log4j1", "properties"),
        ("spring", "properties"), ("spring", "yml"), ("nginx", "conf"), ("httpd", "conf"),
        ("python", "ini"), ("python", "yml"), ("python", "json"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\0" * 1000,
        bytes(range(256)) * 8,
        b"\xff\xfe<\0a\0",
        b"a" * 500_000,
        b"<" * 100_000,
        b"{" * 100_000,
        b"\\\n" * 100_000,
        b'"' + b"\\" * 100_001,
        b"${" * 20_000,
        b"[a\n" * 20_000,
        b"x='" * 50_000,
    ],
    ids=range(12),
)
def test_garbage_is_read_as_nothing_or_refused_in_time(
    write: Write, kind: str, text: bytes, ending: str
) -> None:
    from sidecar.appconf import disk
    from sidecar.appconf.names import EndlessError

    conf = disk.read(write(f"garbage.{ending}", text))
    begin = time.monotonic()
    with contextlib.suppress(ConfigError, EndlessError):
        kinds.reader(kind)(conf, Given())
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("server.xml", ('<Server><Valve className="AccessLogValve" prefix="\u2028é: #" '
         'pattern="%h"/></Server>')),
        ("log4j.properties", ("log4j.rootLogger=INFO, A\nlog4j.appender.A=x.FileAppender\n"
         "log4j.appender.A.File=/\\u001b\\u2028'\"\\\\: #{}[a]*\n"
         "log4j.appender.A.layout=PatternLayout\n"
         "log4j.appender.A.layout.ConversionPattern=%d '\"\\\\ \\u00e9 \\u0007 %m%n\n")),
        ("logging.yaml", ('version: 1\nhandlers: {"a\\n- include: [x]": {class: FileHandler, '
         'filename: "/a\\n\\e: x"}}\n')),
    ],
)  # fmt: skip
def test_odd_names_stay_within_their_quotes_and_comments(
    write: Write, name: str, text: str
) -> None:
    import yaml

    from sidecar.appconf import writing

    found, problems, _ = appconf.gather([write(name, text)], Given())
    assert not problems
    (log,) = found.logs
    (source,) = yaml.safe_load(writing.text(found))["sources"]
    assert source["include"] == list(log.include)
    assert source["format"] == log.format
