"""What each reader knows of its file, one thing at a time; whole files are in ``cases``."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sidecar import appconf
from sidecar.appconf import home, httpd, kinds, writing
from sidecar.appconf.log import Conf, Found, Given, Log, Where

Read = Callable[..., Found]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Write a file and read it; names stand for what is given."""
    monkeypatch.chdir(tmp_path)

    def written(name: str, text: str, given: Given = Given()) -> Found:  # noqa: B008 - no state
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return appconf.read(name, given)

    return written


def only(found: Found) -> Log:
    (log,) = found.logs
    return log


# -- Tomcat --------------------------------------------------------------------------------------

VALVE = '<Server><Valve className="org.apache.catalina.valves.AccessLogValve" {}/></Server>'


def jar(path: Path, text: str = "server.info=Apache Tomcat/8.5.99\n") -> None:
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("org/apache/catalina/util/ServerInfo.properties", text)


def test_version_is_that_of_the_jar_nearby(read: Read) -> None:
    jar(Path("lib/catalina.jar"))
    found = read("conf/server.xml", VALVE.format('pattern="%D"'))
    assert only(found).format == {"tomcat": "%D", "version": 8}
    assert "Tomcat 8, by lib/catalina.jar" in only(found).remarks


@pytest.mark.parametrize("text", ["", "server.info=Other/1.0\n"])
def test_jar_that_says_nothing_gives_no_version(read: Read, text: str) -> None:
    jar(Path("lib/catalina.jar"), text)
    assert only(read("conf/server.xml", VALVE.format('pattern="%D"'))).format == {"tomcat": "%D"}


def test_jar_that_is_none_gives_no_version(read: Read) -> None:
    Path("lib").mkdir()
    Path("lib/catalina.jar").write_bytes(b"PK\3\4 no zip")
    assert only(read("conf/server.xml", VALVE.format('pattern="%D"'))).format == {"tomcat": "%D"}


def test_version_is_that_of_the_home_that_was_given(read: Read, tmp_path: Path) -> None:
    jar(tmp_path / "home" / "lib" / "catalina.jar")
    given = Given({"catalina.home": "home"})
    spec = only(read("x/server.xml", VALVE.format('pattern="%D"'), given)).format
    assert spec == {"tomcat": "%D", "version": 8}


@pytest.mark.parametrize(
    ("folder", "version"),
    [("apache-tomcat-9.0.65/conf", 9), ("tomcat10/conf", 10), ("tomcat/conf", 0), ("x9/conf", 0)],
)
def test_version_may_stand_in_the_name_of_the_folder(read: Read, folder: str, version: int) -> None:
    found = read(f"{folder}/server.xml", VALVE.format('pattern="%D"'))
    expected = {"tomcat": "%D", "version": version} if version else {"tomcat": "%D"}
    assert only(found).format == expected


def test_version_that_was_given_wins(read: Read) -> None:
    found = read("tomcat9/conf/server.xml", VALVE.format('pattern="%D"'), Given({}, 10))
    assert only(found).format == {"tomcat": "%D", "version": 10}


@pytest.mark.parametrize(
    ("path", "given", "base"),
    [
        ("/opt/tomcat/conf/server.xml", {}, "/opt/tomcat"),
        ("/opt/tomcat/conf/Catalina/localhost/shop.xml", {}, "/opt/tomcat"),
        ("/etc/tomcat10/server.xml", {}, "/var/lib/tomcat10"),
        ("/opt/tomcat/conf/server.xml", {"catalina.base": "/srv/"}, "/srv"),
        ("/somewhere/server.xml", {}, ""),
    ],
)
def test_base_is_known_by_the_path_or_given(path: str, given: dict[str, str], base: str) -> None:
    assert home.base(path, Given(given)) == base


def test_base_that_is_not_known_becomes_a_star(read: Read) -> None:
    log = only(read("x/server.xml", VALVE.format('pattern="common" suffix=".txt"')))
    assert log.include == ("*/logs/access_log.[0-9]*.txt",)
    assert "catalina.base is not known: --define catalina.base=…" in log.remarks


def test_old_tomcats_handlers_write_two_lines(read: Read) -> None:
    text = "handlers = org.apache.juli.FileHandler\n"
    assert only(read("logging.properties", text, Given({}, 7))).format == {"jul": "default"}
    assert only(read("logging.properties", text, Given({}, 8))).format == "juli"


def test_other_stamp_of_one_line_is_a_layout(read: Read) -> None:
    text = "handlers = org.apache.juli.FileHandler\n"
    text += "org.apache.juli.OneLineFormatter.timeFormat = yyyy-MM-dd HH:mm:ss.SSSZ\n"
    spec = {"log4j": "%d{yyyy-MM-dd HH:mm:ss.SSSZ} %p [%t] %c %m%n"}
    assert only(read("logging.properties", text)).format == spec


# -- loggers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "known"),
    [("UTF8", "utf-8"), ("windows-1252", "cp1252"), ("ISO8859_1", "iso8859-1"), ("MS949", "cp949")],
)
def test_javas_names_of_encodings_are_known(read: Read, encoding: str, known: str) -> None:
    text = (
        "log4j.rootLogger=INFO, A\nlog4j.appender.A=org.apache.log4j.FileAppender\n"
        f"log4j.appender.A.File=/a.log\nlog4j.appender.A.Encoding={encoding}\n"
        "log4j.appender.A.layout=org.apache.log4j.SimpleLayout\n"
    )
    assert only(read("log4j.properties", text)).encoding == known


def test_spring_binds_keys_however_they_are_written(read: Read) -> None:
    text = (
        "server.tomcat.accesslog.enabled=true\nserver.tomcat.basedir=/srv\n"
        "server.tomcat.accesslog.renameOnRotate=true\n"
        "server.tomcat.accesslog.FILE_DATE_FORMAT=-yyyyMMdd\n"
    )
    log = only(read("application.properties", text))
    assert log.include == ("/srv/logs/access_log.log", "/srv/logs/access_log-[0-9]*.log")


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("logging.file.name=/a.log\n", "spring_boot"),
        ("logging.file.name=/a.log\nlogging.pattern.level=%p\n", {"logback": (
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %p ${PID:-} --- ${LOGGED_APPLICATION_NAME:-}[%t] "
            "${LOG_CORRELATION_PATTERN:-}%-40.40logger{39} : %m%n%wEx")}),
        ("logging.file.name=/a.log\nlogging.structured.format.file=logstash\n", "json"),
        ("logging.file=/a.log\nlogging.pattern.file=%d %m%n\n", {"logback": "%d %m%n"}),
    ],
)  # fmt: skip
def test_springs_pattern_is_its_default_until_a_part_is_set(
    read: Read, text: str, format_: object
) -> None:
    assert only(read("application.properties", text)).format == format_


LOGBACK = """<configuration>
  <include resource="org/springframework/boot/logging/logback/file-appender.xml"/>
  <springProperty name="APP" source="spring.application.name" defaultValue="none"/>
  <appender name="A" class="ch.qos.logback.core.FileAppender">
    <file>/logs/${APP}.log</file><encoder><pattern>%d %m%n</pattern></encoder>
  </appender>
  <root><appender-ref ref="A"/></root>
</configuration>
"""


@pytest.mark.parametrize(
    ("name", "text", "file", "own"),
    [
        ("application.yml", ("spring.application.name: shop\nlogging.file.name: /x/s.log\n---\n"
         "spring: {config: {activate: {on-profile: x}}}\nlogging.file.name: /y\n"),
         "/x/s.log", "shop"),
        ("application.properties",
         "spring.application.name=a\nx=${x}\nlogging.file.path=/x/${HOME:h}\n",
         "/x/h/spring.log", "a"),
        ("application.yml", "", "/tmp/spring.log", "none"),
        ("application.yml", "[", "/tmp/spring.log", "none"),
        ("other.yml", "x: 1\n", "/tmp/spring.log", "none"),
    ],
)  # fmt: skip
def test_logback_knows_the_properties_of_the_application_beside_it(
    read: Read, name: str, text: str, file: str, own: str
) -> None:
    Path(name).write_text(text)
    found = read("logback-spring.xml", LOGBACK)
    assert [log.include[0] for log in found.logs] == [file, f"/logs/{own}.log"]


def test_merged_yaml_keeps_what_was_said_before(read: Read) -> None:
    text = "base: &base {file: {name: /a.log}}\nlogging:\n  <<: *base\n  charset: {file: EUC-KR}\n"
    log = only(read("application.yml", text))
    assert (log.include, log.encoding) == (("/a.log",), "euc_kr")


def test_log4js_properties_know_loggers_of_either_form(read: Read) -> None:
    text = (
        "appender.a.type = File\nappender.a.name = A\nappender.a.fileName = /a.log\n"
        "appender.b.type = File\nappender.b.name = B\nappender.b.fileName = /b.log\n"
        "appender.c.type = File\nappender.c.name = C\nappender.c.fileName = /c.log\n"
        "rootLogger.level = info\nrootLogger.appenderRef.x.ref = A\n"
        "logger = x\nappender = x\nproperty = x\n"
        "logger.shop = debug, B\nlogger.shop.name = org.example\n"
    )
    found = read("log4j2.properties", text)
    assert [(log.include, log.remarks[-1]) for log in found.logs] == [
        (("/a.log",), "loggers: root"), (("/b.log",), "loggers: org.example"),
    ]  # fmt: skip
    assert [(one.what, one.why) for one in found.asides] == [
        ("appender C", "no logger refers to it")
    ]


@pytest.mark.parametrize(
    ("layout", "format_"),
    [
        ('JsonLayout compact="true" eventEol="true"', "json"),
        ('JsonLayout compact="true"', "auto"),
        ("JsonLayout", "auto"),
        ("JsonTemplateLayout", "json"),
        ("GelfLayout", "auto"),
        ('PatternLayout pattern="%msg%n"', "raw"),
        ("PatternLayout", "raw"),
    ],
)
def test_log4js_layouts_are_lines_of_json_only_where_they_say_so(
    read: Read, layout: str, format_: str
) -> None:
    text = (
        f'<Configuration><Appenders><File name="A" fileName="/a.log"><{layout}/></File></Appenders>'
        '<Loggers><Root><AppenderRef ref="A"/></Root></Loggers></Configuration>'
    )
    found = read("log4j2.xml", text)
    assert only(found).format == format_
    assert any(one.unread for one in found.asides) is (format_ == "auto")


# -- servers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "include"),
    [
        ("events {}\nhttp { server { } }", {"/var/log/nginx/access.log"}),
        ("http { server { access_log off; } }", set[str]()),
        ("http { access_log off; server { } }", set[str]()),
        ("http { }", set[str]()),
        ("http { server { access_log /a.log; } server { } }",
         {"/a.log", "/var/log/nginx/access.log"}),
    ],
)  # fmt: skip
def test_nginx_writes_where_it_is_told_of_nothing(read: Read, text: str, include: set[str]) -> None:
    found = read("nginx.conf", f"error_log stderr;\n{text}")
    assert {log.include[0] for log in found.logs} == include


def test_copy_of_nginxs_folder_includes_what_lies_beside_it(read: Read) -> None:
    Path("conf.d").mkdir()
    Path("conf.d/a.conf").write_text("server { access_log /here.log; }")
    found = read("nginx.conf", "error_log off;\nhttp { include /etc/nginx/conf.d/a.conf; }")
    assert only(found).include[0] == "/here.log"


def test_log_format_may_stand_behind_its_use(read: Read) -> None:
    text = "error_log off; http { access_log /a.log x; log_format x '$time_iso8601 $status'; }"
    assert only(read("nginx.conf", text)).format == {"nginx": "$time_iso8601 $status"}


def test_folder_of_an_include_is_read_whole(read: Read) -> None:
    Path("vhosts").mkdir()
    Path("vhosts/b").write_text("CustomLog /b.log common\n")
    Path("vhosts/a").write_text("LogFormat '%h %t %>s' common\nCustomLog /a.log common\n")
    found = read("httpd.conf", "Include vhosts\n")
    assert [log.include[0] for log in found.logs] == ["/a.log", "/b.log"]


@pytest.mark.parametrize(
    ("target", "include"),
    [
        ("|bin/rotatelogs -t /a.log 86400", ("/a.log",)),
        ("|bin/rotatelogs -n5 /a.log 86400", ("/a.log", "/a.log.[0-9]*")),
        ("|bin/rotatelogs -lp /x/prog -L /link /a.log 10M", ("/a.log.[0-9]*",)),
        ("||/usr/bin/rotatelogs /logs/%Y/a-%d.log 86400", ("/logs/[0-9]*/a-[0-9]*.log",)),
        ("|$cronolog -S /link /a.%Y.log", ("/a.[0-9]*.log",)),
        ("logs/a log", ("/root/logs/a log", "/root/logs/a log[.-][0-9]*")),
    ],
)
def test_file_behind_a_pipe_is_known(read: Read, target: str, include: tuple[str, ...]) -> None:
    text = f'ServerRoot /root\nCustomLog "{target}" "%h %t %>s"\n'
    assert only(read("httpd.conf", text)).include == include


@pytest.mark.parametrize("target", ["|rotatelogs", '|rotatelogs \\"/a', "|tee /a.log"])
def test_pipe_that_tells_nothing_is_named(read: Read, target: str) -> None:
    found = read("httpd.conf", f'CustomLog "{target}" "%h %t %>s"\n')
    assert not found.logs
    assert [one.unread for one in found.asides] == [True]


def test_own_format_of_a_host_comes_before_the_servers(read: Read) -> None:
    text = (
        'LogFormat "%h %t" x\nErrorLogFormat "[%t] %M"\n<VirtualHost *:80>\nLogFormat "%t %>s" x\n'
        'CustomLog /host.log x\nErrorLogFormat "[%t] [%l] %M"\nErrorLog /host.err\n</VirtualHost>\n'
        "CustomLog /main.log x\nErrorLog /main.err\n"
    )
    assert {log.include[0]: log.format for log in read("httpd.conf", text).logs} == {
        "/host.log": {"apache": "%t %>s"}, "/host.err": {"apache": "[%t] [%l] %M"},
        "/main.log": {"apache": "%h %t"}, "/main.err": {"apache": "[%t] %M"},
    }  # fmt: skip


def test_variables_of_a_shells_script_are_read_and_nothing_is_run() -> None:
    text = (
        'A=/a\nexport B=$A/b\nC="${B}c"\nD=\'$A\'\nE=${A##x}\nE2="$(touch /tmp/x)"\nF=`ls`\n'
        "if x; then\n\tG=1\nelse\n\tG=\nfi\nG1=$G.log\n"
    )
    assert httpd.envvars(text) == {
        "A": "/a", "B": "/a/b", "C": "/a/bc", "D": "$A", "G": "", "G1": ".log",
    }  # fmt: skip


# -- Python --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "path"),
    [
        ("('/a.log',)", "/a.log"),
        ("('/a.log')", "/a.log"),
        ("(os.environ['X'],)", ""),
        ("(__import__('os').system('touch /tmp/x'),)", ""),
        ("(", ""),
        ("('/a' + '.log',)", ""),
    ],
)
def test_arguments_are_read_and_nothing_is_run(read: Read, args: str, path: str) -> None:
    text = f"[handlers]\nkeys=a\n[handler_a]\nclass=FileHandler\nargs={args}\n"
    assert [log.include for log in read("logging.ini", text).logs] == ([(path,)] if path else [])


# -- kinds, folders, what is written -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('<?xml version="1.0"?>\n<!-- x -->\n<Server port="1"/>', "tomcat"),
        ("<Context/>", "tomcat"),
        ('<configuration><appender name="a"/></configuration>', "logback"),
        ('<Configuration status="warn"><Appenders/></Configuration>', "log4j2"),
        ("<log4j:configuration/>", "log4j1"),
        ("log4j.rootLogger=INFO, A\n", "log4j1"),
        ("appender.a.type = File\n", "log4j2"),
        ("# x\nhandlers = java.util.logging.FileHandler\n", "juli"),
        ("[loggers]\nkeys=root\n", "python"),
        ("version: 1\nhandlers:\n  a: {}\n", "python"),
        ('{"version": 1,\n "handlers": {}}', "python"),
        ("logging.file.name=a\n", "spring"),
        ("server:\n  port: 1\n", "spring"),
        ("<VirtualHost *>\n  CustomLog logs/a common\n</VirtualHost>", "httpd"),
        ("server {\n  listen 80;\n}\n", "nginx"),
        ("log_format a '$status';\n", "nginx"),
        ("nothing\n", None),
    ],
)
def test_file_of_another_name_is_known_by_what_stands_in_it(text: str, kind: str | None) -> None:
    assert kinds.by_text(Conf("x", text.encode())) == kind


def test_folder_is_walked_for_known_names(read: Read) -> None:
    read("a/b/server.xml", VALVE.format('pattern="common"'))
    Path("a/notes.xml").write_text("<Server>")
    Path("a/web.xml").write_text("<web-app>")
    found, problems, count = appconf.gather(["a"], Given())
    assert (len(found.logs), problems, count) == (1, [], 1)


def test_file_that_cannot_be_read_does_not_hide_the_others(read: Read) -> None:
    read("a/server.xml", VALVE.format('pattern="common"'))
    Path("a/logback.xml").write_text("<configuration>")
    found, problems, _ = appconf.gather(["a", "none"], Given())
    assert len(found.logs) == 1
    assert [one.where for one in problems] == ["a/logback.xml:1", "none"]
    assert "# - a/logback.xml:1: no element found" in writing.text(found, problems)


@pytest.mark.parametrize("name", ["nginx.conf", "httpd.conf", "logging.conf"])
def test_file_of_another_program_in_a_folder_is_passed_by(read: Read, name: str) -> None:
    Path("tmpfiles.d").mkdir()
    Path("tmpfiles.d", name).write_text("d /run/x 0755 root root -\n")
    assert appconf.gather(["tmpfiles.d"], Given()) == (Found(), [], 0)


def test_folder_that_cannot_be_listed_does_not_hide_the_others(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    read("a/server.xml", VALVE.format('pattern="common"'))
    Path("a/shut").mkdir()
    scandir = os.scandir

    def listed(path: str) -> Any:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listed)
    found, problems, _ = appconf.gather(["a"], Given())
    assert len(found.logs) == 1
    assert [(one.where, one.found) for one in problems] == [("a/shut", "Permission denied")]


def test_nothing_that_is_said_controls_a_terminal(read: Read) -> None:
    text = "log4j.rootLogger=INFO, A\nlog4j.appender.A=\\u001b[31mx\\nAppender\n"
    (aside,) = read("log4j.properties", text).asides
    assert str(aside).isprintable()


@pytest.mark.parametrize("odd", ["\\u0000", "\\ud83d"])
@pytest.mark.parametrize("key", ["File", "layout.ConversionPattern"])
def test_text_that_is_none_is_named(read: Read, odd: str, key: str) -> None:
    said = {"File": "/a.log", "layout.ConversionPattern": "%d %m%n"}
    said[key] += odd
    text = "log4j.rootLogger=INFO, A\nlog4j.appender.A=FileAppender\n"
    text += "log4j.appender.A.layout=PatternLayout\n"
    text += "".join(f"log4j.appender.A.{name}={value}\n" for name, value in said.items())
    found = read("log4j.properties", text)
    assert [one.why for one in found.asides] == ["what it says is no text"]
    assert not found.logs
    pair = text.replace(odd, "\\ud83d\\ude00")
    assert "\U0001f600" in str(only(read("log4j.properties", pair)))


def test_source_that_may_be_any_file_comes_last() -> None:
    logs = [
        Log(Where("x", line), "w", "n", (glob,), "raw", encoding="utf-8")
        for line, glob in enumerate(("/logs/*.log", "/logs/a.[0-9]*.log", "/logs/a.log"), 1)
    ]
    lines = [line for line in writing.text(Found(logs)).splitlines() if "include" in line]
    assert [line.split('"')[1] for line in lines] == [
        "/logs/a.[0-9]*.log", "/logs/a.log", "/logs/*.log",
    ]  # fmt: skip


def test_file_in_two_formats_is_told() -> None:
    logs = [
        Log(Where("x", line), "access_log", "n", ("/a.log",), format_, encoding="utf-8")
        for line, format_ in enumerate(("access", "json", "access"), 1)
    ]
    (said,) = writing.clashes(logs)
    assert said.startswith("x:2: access_log: /a.log is written in another format at x:1")
    assert writing.text(Found(logs)).count("- include") == 1
