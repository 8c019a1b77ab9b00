"""Real loggers write and rotate by their configurations; what was made of these reads all of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

from sidecar import config
from sidecar.formats import FORMATS
from sidecar.tail import discovery
from tests.e2e.harness import command
from tests.e2e.servers import need, need_files

SOURCE = Path(__file__).parent / "java" / "Writes.java"

JARS = [
    Path(f"/usr/share/java/{name}.jar")
    for name in (
        "logback-classic", "logback-core", "slf4j-api", "log4j-api", "log4j-core", "log4j-1.2",
    )
]  # fmt: skip

COUNT = 60


class Case(NamedTuple):
    """A logger's configuration.

    Attributes:
        kind: the logger, as the program calls it.
        option: of the JVM, which names the file.
        file: its name.
        text: what stands in it; DIR is the folder of logs.
        whole: first words of the names of the logs of which nothing is packed.
    """

    kind: str
    option: str
    file: str
    text: str
    whole: str


LOGBACK = """<configuration>
  <property name="PATTERN" value="%d{ISO8601} %-5level [%thread] %logger{36} - %msg%n"/>
  <appender name="TIMED" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>${logs:-/nowhere}/timed.log</file>
    <rollingPolicy class="ch.qos.logback.core.rolling.TimeBasedRollingPolicy">
      <fileNamePattern>${logs:-/nowhere}/timed.%d{yyyy-MM-dd_HH-mm-ss}.log</fileNamePattern>
    </rollingPolicy>
    <encoder><charset>UTF-16LE</charset><pattern>${PATTERN}</pattern></encoder>
  </appender>
  <appender name="NAMED" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <rollingPolicy class="ch.qos.logback.core.rolling.TimeBasedRollingPolicy">
      <fileNamePattern>${logs}/%d{yyyy, aux}/named-%d{HHmmss}.log</fileNamePattern>
    </rollingPolicy>
    <encoder><pattern>[%d{HH:mm:ss.SSS}] %level %msg%n</pattern></encoder>
  </appender>
  <appender name="PACKED" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>${logs}/packed.log</file>
    <rollingPolicy class="ch.qos.logback.core.rolling.TimeBasedRollingPolicy">
      <fileNamePattern>${logs}/packed.%d{yyyy-MM-dd_HH-mm-ss}.log.gz</fileNamePattern>
    </rollingPolicy>
    <encoder><pattern>%p %d{dd MMM yyyy;HH:mm:ss.SSS}: %m%n</pattern></encoder>
  </appender>
  <root level="info">
    <appender-ref ref="TIMED"/><appender-ref ref="NAMED"/><appender-ref ref="PACKED"/>
  </root>
</configuration>
"""

LOG4J2 = """<Configuration>
  <Properties><Property name="dir">${sys:logs}</Property></Properties>
  <Appenders>
    <RollingFile name="sized" fileName="${dir}/sized.log"
                 filePattern="${dir}/$${date:yyyy-MM}/sized-%d{MM-dd-yyyy}-%i.log">
      <PatternLayout pattern="%d %p %c{1.} [%t] %m%n"/>
      <SizeBasedTriggeringPolicy size="3 KB"/>
      <DefaultRolloverStrategy max="100"/>
    </RollingFile>
    <RollingFile name="direct" filePattern="${dir}/direct.%d{yyyy-MM-dd_HH-mm-ss}.log">
      <PatternLayout pattern="%d{DEFAULT} [%t] %-5level %logger{36} - %msg%n"/>
      <TimeBasedTriggeringPolicy/>
      <DirectWriteRolloverStrategy/>
    </RollingFile>
  </Appenders>
  <Loggers><Root level="info">
    <AppenderRef ref="sized"/><AppenderRef ref="direct"/>
  </Root></Loggers>
</Configuration>
"""

LOG4J1 = """log4j.rootLogger=INFO, SIZE, SIMPLE
log4j.appender.SIZE=org.apache.log4j.RollingFileAppender
log4j.appender.SIZE.File=${logs}/size.log
log4j.appender.SIZE.MaxFileSize=3KB
log4j.appender.SIZE.MaxBackupIndex=100
log4j.appender.SIZE.layout=org.apache.log4j.PatternLayout
log4j.appender.SIZE.layout.ConversionPattern=%d{ISO8601} %-5p [%t] %c{2} - %m%n
log4j.appender.SIMPLE=org.apache.log4j.FileAppender
log4j.appender.SIMPLE.File=${logs}/simple.log
log4j.appender.SIMPLE.layout=org.apache.log4j.SimpleLayout
"""

JUL = """handlers = java.util.logging.FileHandler
java.util.logging.FileHandler.pattern = DIR/jul-%u.%g.log
java.util.logging.FileHandler.limit = 5000
java.util.logging.FileHandler.count = 40
java.util.logging.FileHandler.formatter = java.util.logging.SimpleFormatter
"""

CASES = [
    Case("logback", "-Dlogback.configurationFile", "logback.xml", LOGBACK, "timed named"),
    Case("log4j2", "-Dlog4j2.configurationFile", "log4j2.xml", LOG4J2, "sized direct"),
    Case("log4j1", "-Dlog4j.configuration", "log4j.properties", LOG4J1, "size simple"),
    Case("jul", "-Djava.util.logging.config.file", "logging.properties", JUL, "jul"),
    Case("jul", "-Djava.util.logging.config.file", "logging.properties",
         JUL.replace("-%u.%g", "") + "java.util.logging.SimpleFormatter.format = "
         "[%1$tF %1$tT.%1$tL] [%4$-7s] %3$s %5$s%6$s%n\n", "jul"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_all_that_a_logger_writes_is_read(case: Case, tmp_path: Path) -> None:
    need("java", "javac")
    need_files(*JARS)
    logs, file = tmp_path / "logs", tmp_path / case.file
    logs.mkdir()
    file.write_text(case.text.replace("DIR", str(logs)))
    option = f"{case.option}={'file:' * (case.kind != 'jul')}{file}"
    java = [
        "java",
        option,
        f"-Dlogs={logs}",
        "-cp",
        ":".join(map(str, JARS)),
        str(SOURCE),
        case.kind,
    ]
    subprocess.run([*java, str(COUNT), "1100"], check=True, capture_output=True, timeout=100)
    made = tmp_path / "sidecar.yaml"
    define = ("--define", f"logs={logs}")
    done = command("init", str(file), *define, "-o", str(made))
    assert (done.returncode, done.stderr) == (0, "")
    assert command("check", "--config", str(made)).returncode == 0
    accounted_for(made, logs)
    read_whole(made, tmp_path, case.whole.split())


def accounted_for(made: Path, logs: Path) -> None:
    """Hold the globs against what lies there: each file has a source, or is packed, or a lock."""
    sources = config.load(str(made), {}, {}, formats=[one.name for one in FORMATS]).sources
    for path in (str(one) for one in logs.rglob("*") if one.is_file()):
        fitting = [
            one
            for one in sources
            if any(discovery.matches(path, glob) for glob in one.include)
            and not any(discovery.matches(path.rpartition("/")[2], glob) for glob in one.exclude)
        ]
        assert len(fitting) == (not path.endswith((".gz", ".lck"))), path


def read_whole(made: Path, folder: Path, whole: list[str]) -> None:
    """Read all files; every event of those that hold all comes once, and none is unparsed."""
    with made.open("a") as file:
        file.write("output: {add: [file]}\nhttp: {listen: ''}\nlog: {level: warning}\n")
    done = command("run", "--once", "--config", str(made), "--state-dir", str(folder / "state"))
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, list[int]] = {}
    for line in done.stdout.splitlines():
        one = orjson.loads(line)
        assert "parse_error" not in one, one
        assert one["level"] == "WARN"
        name = re.match("[a-z]+", one["file"].rpartition("/")[2])
        number = re.search(r"event (\d+) is told", one["message"])
        assert name
        assert number, one
        assert ("no paper" in one["message"]) is (int(number[1]) % 10 == 9)
        told.setdefault(name[0], []).append(int(number[1]))
    assert set(whole) <= set(told)
    for log in whole:
        assert sorted(told[log]) == list(range(COUNT)), log
