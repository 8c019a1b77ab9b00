"""Spring Boot's application.properties and application.yml: its log and its server's access log.

Defined by "Logging" and "Common Application Properties" of Spring Boot's reference, its
``logback/defaults.xml`` and DefaultLogbackConfiguration. Keys are bound in whatever case, and
with or without hyphens.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from typing import Any

from sidecar.appconf import disk, globs, names, nodes, places, properties, tomcat
from sidecar.appconf.log import Conf, Found, Given, Log, Where
from sidecar.appconf.names import EndlessError, Look
from sidecar.appconf.nodes import Node
from sidecar.appconf.properties import Property
from sidecar.errors import ConfigError
from sidecar.layouts.tomcat import ALIASES

#: Includes that come with Spring Boot.
LOGBACK_INCLUDES = frozenset(
    f"org/springframework/boot/logging/logback/{one}.xml"
    for one in ("base", "console-appender", "defaults", "file-appender")
)

_FILE = (
    "%d{${LOG_DATEFORMAT_PATTERN:-yyyy-MM-dd'T'HH:mm:ss.SSSXXX}} ${LOG_LEVEL_PATTERN:-%5p} "
    "${PID:-} --- ${LOGGED_APPLICATION_NAME:-}[%t] ${LOG_CORRELATION_PATTERN:-}"
    "%-40.40logger{39} : %m%n${LOG_EXCEPTION_CONVERSION_WORD:-%wEx}"
)

#: What Spring Boot's defaults.xml makes names stand for.
LOGBACK_PROPERTIES = {"FILE_LOG_PATTERN": _FILE, "CONSOLE_LOG_PATTERN": _FILE}

#: The names that logging.pattern.* and its kin set.
_PATTERN_NAMES = {
    "dateformat": "LOG_DATEFORMAT_PATTERN",
    "level": "LOG_LEVEL_PATTERN",
    "correlation": "LOG_CORRELATION_PATTERN",
}

#: Where the log's file is said, or its folder, in the order in which they count.
_PLACES = ("logging.file.name", "logging.file", "logging.file.path", "logging.path")

#: Names in a pattern that the layout's front end reads itself.
_READ = frozenset(("PID", "LOGGED_APPLICATION_NAME", "LOG_CORRELATION_PATTERN"))


def layout(pattern: str, look: Look) -> str | dict[str, Any]:
    """Give the format of a pattern of logback's: Spring Boot's own has a name.

    Args:
        pattern: with names in it.
        look: what a name stands for.
    """
    text = _expanded(pattern, look)
    return "spring_boot" if text == _expanded(_FILE, lambda _: None) else {"logback": text}


def _expanded(pattern: str, look: Look) -> str:
    def own(name: str) -> str | None:
        # What the front end reads as a field must not become its default, which is nothing.
        value = look(name)
        return f"\0{name}\0" if value is None and name in _READ else value

    return re.sub("\0(.*?)\0", r"${\1:-}", names.expand(pattern, own)).strip()


def read(conf: Conf, given: Given) -> Found:
    """Read the properties of a file.

    Raises:
        ConfigError: it is no YAML.
    """
    found = Found()
    for document in _documents(conf):
        found.add(_Document(document, given).found)
    return found


def beside(folder: str, found: Found) -> dict[str, str]:
    """Give the properties of the application in whose folder a file lies, profiles' aside.

    ``logging.file.name`` and ``logging.file.path`` are LOG_FILE and LOG_PATH too, as logback has
    them. A file that cannot be read is noted.
    """
    said: dict[str, str] = {}
    for name in ("application.properties", "application.yml", "application.yaml"):
        path = os.path.join(folder, name)
        if not disk.there(path):
            continue
        try:
            first, *_ = [*_documents(disk.read(path)), {}]
        except ConfigError as error:
            found.unread(Where(path), name, error.problems[0].found)
            continue
        said = {**{key: one.value for key, one in first.items()}, **said}
    known: dict[str, str] = {}
    for key, value in said.items():
        with contextlib.suppress(EndlessError):  # Spring would not start; it is none of ours
            known[key] = names.expand(value, said.get, ":")
    for name, key in (("LOG_FILE", "logging.file.name"), ("LOG_PATH", "logging.file.path")):
        if key in known:
            known[name] = known[key]
    return known


def _documents(conf: Conf) -> list[dict[str, Property]]:
    if conf.path.endswith((".yml", ".yaml")):
        return [_flat(one) for one in nodes.read(conf)]
    return [properties.read(conf)]


def _flat(node: Node, prefix: str = "") -> dict[str, Property]:
    """Make dotted keys of nested maps, as Spring does."""
    if isinstance(node.value, dict):
        made: dict[str, Property] = {}
        for name, child in node.value.items():
            made |= _flat(child, f"{prefix}.{name}" if prefix else name)
        return made
    return {prefix: Property(node.value, node.where)} if isinstance(node.value, str) else {}


class _Document:
    """One document; a file of YAML may hold one for each profile."""

    def __init__(self, said: Mapping[str, Property], given: Given) -> None:
        self.said = {re.sub("[-_]", "", key).lower(): one for key, one in said.items()}
        self.plain = {key: one.value for key, one in said.items()}
        self.given, self.found = given, Found()
        active = self.get("spring.config.activate.on-profile") or self.get("spring.profiles")
        self.profile = [f"only under the profile {active}"] if active else []
        if one := self.said.get("logging.config"):
            self.found.unread(one.where, "logging.config", f"{one.value}: give that file as well")
        self._file()
        self._tomcat()
        for server in ("jetty", "undertow"):
            one = self.said.get(f"server.{server}.accesslog.enabled")
            if one and one.value.lower() == "true":
                self.found.unread(one.where, f"the access log of {server}", "it is not read")

    def look(self, name: str) -> str | None:
        return self.given.names.get(name, self.plain.get(name))

    def get(self, key: str, default: str = "") -> str:
        one = self.said.get(key.replace("-", "").lower())
        return names.expand(one.value, self.look, ":") if one else default

    def _file(self) -> None:
        key = next((one for one in _PLACES if one in self.said), "")
        if not key:
            if pattern := self.said.get("logging.pattern.console"):
                what = "logging.pattern.console"
                self.found.no_file(pattern.where, what, "it is of the console, and no file is set")
            return
        remarks: list[str] = []
        one, path = self.said[key], self.get(key)
        if key.endswith("path"):
            path = f"{path.rstrip('/')}/spring.log"
        path = places.settle(path, self.given.names, remarks)
        file = globs.literal(path)
        name = "logging.logback.rollingpolicy.file-name-pattern"
        pattern_ = self.get(name, "${LOG_FILE}.%d{yyyy-MM-dd}.%i.gz").replace("${LOG_FILE}", path)
        include, exclude, rotation = globs.rotated(file, globs.logback(pattern_))
        encoding = self.get("logging.charset.file")
        self.found.logs.append(
            Log(
                one.where, "Spring Boot's log", "FILE", include, self._format(), exclude, encoding,
                (*remarks, rotation, *self.profile),
            )
        )  # fmt: skip

    def _format(self) -> str | dict[str, Any]:
        if self.get("logging.structured.format.file"):
            return "json"
        known = {
            name: self.raw(f"logging.pattern.{key}")
            for key, name in _PATTERN_NAMES.items()
            if f"logging.pattern.{key}" in self.said
        }
        if word := self.raw("logging.exception-conversion-word"):
            known["LOG_EXCEPTION_CONVERSION_WORD"] = word
        return layout(self.raw("logging.pattern.file") or _FILE, known.get)

    def raw(self, key: str) -> str:
        """Give a pattern, in which logback's names stand, with logback's mark of defaults."""
        one = self.said.get(key.replace("-", ""))
        return names.expand(one.value, self.look, "") if one else ""

    def _tomcat(self) -> None:
        enabled = self.said.get("server.tomcat.accesslog.enabled")
        if not enabled or enabled.value.lower() != "true":
            return
        remarks: list[str] = []
        directory = self.get("server.tomcat.accesslog.directory", "logs")
        if not directory.startswith("/"):
            base = self.get("server.tomcat.basedir")
            if base:
                directory = places.settle(f"{base}/{directory}", self.given.names, remarks)
            else:
                temporary = self.given.names.get("java.io.tmpdir", "/tmp")  # noqa: S108 - Java's
                directory = f"{temporary}/tomcat.${{port}}/{directory}"
                remarks.append("server.tomcat.basedir is not set: a temporary folder, by port")
        prefix = self.get("server.tomcat.accesslog.prefix", "access_log")
        include, rotation = tomcat.files(
            globs.literal(f"{directory}/{prefix}"),
            self.get("server.tomcat.accesslog.file-date-format", ".yyyy-MM-dd"),
            globs.literal(self.get("server.tomcat.accesslog.suffix", ".log")),
            rotated=self.get("server.tomcat.accesslog.rotate", "true").lower() != "false",
            renamed=self.get("server.tomcat.accesslog.rename-on-rotate").lower() == "true",
        )
        pattern = self.get("server.tomcat.accesslog.pattern", "common")
        spec: dict[str, Any] = {"tomcat": pattern}
        if self.given.tomcat and "%D" in pattern:
            spec["version"] = self.given.tomcat
        encoding = self.get("server.tomcat.accesslog.encoding")
        where: Where = enabled.where
        self.found.logs.append(
            Log(
                where, "the access log of Spring Boot's Tomcat", "accesslog", include,
                "access" if pattern in {*ALIASES, *ALIASES.values()} else spec,
                encoding=encoding, remarks=(*remarks, rotation, *self.profile),
            )
        )  # fmt: skip
