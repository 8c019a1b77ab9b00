"""logback.xml and logback-spring.xml: appenders, their files and encoders.

Defined by logback's manual ("Configuration", "Appenders", "Encoders") and Spring Boot's "Custom Log
Configuration". Spring Boot's own includes are known; others are named and not read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from sidecar.appconf import globs, markup, names, places, spring
from sidecar.appconf.log import Conf, Found, Given, Log, Where
from sidecar.appconf.markup import Element

_FILES = frozenset(("FileAppender", "RollingFileAppender"))

_WRAPPERS = frozenset(("AsyncAppender", "LoggingEventAsyncDisruptorAppender"))

#: What these write is one JSON object a line.
_JSON = frozenset((
    "LogstashEncoder", "LogstashLayout", "LoggingEventCompositeJsonEncoder",
    "LoggingEventCompositeJsonLayout", "JsonEncoder", "JsonLayout", "EcsEncoder",
    "StructuredLogEncoder", "ContextJsonLayout", "StackdriverJsonLayout", "GelfEncoder",
))  # fmt: skip

_PATTERNS = frozenset(("PatternLayoutEncoder", "PatternLayout", "LayoutWrappingEncoder"))

#: What holds the rest only under a condition.
_CONDITIONS = frozenset(("springProfile", "then", "else"))


def read(conf: Conf, given: Given) -> Found:
    """Read the appenders of a file.

    Raises:
        ConfigError: it is no XML.
    """
    return _Reader(conf, given).read(markup.read(conf))


class _Reader:
    def __init__(self, conf: Conf, given: Given) -> None:
        self.given, self.found = given, Found()
        self.spring = spring.beside(os.path.dirname(conf.path), self.found)
        self.own = dict(self.spring)
        self.loggers: dict[str, list[str]] = {}
        self.each: set[str] = set()

    def look(self, name: str) -> str | None:
        return self.given.names.get(name, self.own.get(name))

    def said(self, text: str) -> str:
        return names.expand(text, self.look)

    def read(self, top: Element) -> Found:
        for element in top.all():
            self._define(element)
        for element, refs in self._references(top):
            shown = element.get("name") or element.name
            for ref in refs:
                self.loggers.setdefault(self.said(ref), []).append(shown)
        self._appenders(top, "")
        return self.found

    def _define(self, element: Element) -> None:
        """Take what an element makes a name stand for."""
        name = element.get("name") or element.get("key")
        if element.name in ("property", "variable", "substitutionProperty"):
            if element.get("file") or element.get("resource"):
                what = element.get("file") or element.get("resource")
                self.found.unread(element.where, what, "properties, which are not read: --define")
            elif name:
                self.own[name] = element.get("value") or element.text
        elif element.name == "springProperty" and name:
            source = element.get("source")
            known = self.given.names.get(source, self.spring.get(source))
            if known is not None:
                self.own[name] = known
            elif "defaultValue" in element.attributes:
                self.own[name] = element.get("defaultValue")
        elif element.name == "timestamp":
            self.each.add(name)
        elif element.name == "discriminator":
            self.each.add(element.said("key"))
        elif element.name == "contextName":
            self.own["CONTEXT_NAME"] = element.text
        elif element.name == "include":
            self._include(element)

    def _include(self, element: Element) -> None:
        what = element.get("resource") or element.get("file") or element.get("url")
        if what in spring.LOGBACK_INCLUDES:
            self.own |= spring.LOGBACK_PROPERTIES
            if what.rpartition("/")[2] in ("base.xml", "file-appender.xml"):
                self._springs_file(element.where)
        elif what:
            self.found.unread(element.where, what, "an include that is not read: give it as well")

    def _springs_file(self, where: Where) -> None:
        """Give the appender that Spring Boot's include brings."""
        path = self.said(
            "${LOG_FILE:-${LOG_PATH:-${LOG_TEMP:-${java.io.tmpdir:-/tmp}}}/spring.log}"
        )
        remarks: list[str] = []
        file = globs.literal(places.settle(path, self.given.names, remarks))
        include, exclude, rotation = globs.rotated(file, f"{file}.{globs.NUMBER}.gz")
        remarks.append(rotation)
        what = "Spring Boot's FILE appender"
        if self.look("LOG_FILE") is None:
            remarks.append("logging.file.name is LOG_FILE here: --define LOG_FILE=…")
        self.found.logs.append(
            Log(where, what, "FILE", include, "spring_boot", exclude, remarks=tuple(remarks))
        )

    def _references(self, top: Element) -> Iterator[tuple[Element, list[str]]]:
        for element in top.all():
            refs = [one.get("ref") for one in element.children if one.name == "appender-ref"]
            if refs:
                yield element, refs

    def _appenders(self, element: Element, condition: str) -> None:
        for child in element.children:
            if child.name == "appender":
                self._appender(child, condition)
            elif child.name == "if":
                self._appenders(child, f"if {child.get('condition')}")
            elif child.name in _CONDITIONS:
                profile = f"profile {child.get('name')}"
                own = profile if child.name == "springProfile" else f"{child.name}, {condition}"
                self._appenders(child, own)

    def _appender(self, appender: Element, condition: str, *, sifted: bool = False) -> None:
        name = self.said(appender.get("name"))
        kind = appender.get("class").rpartition(".")[2]
        what = f"appender {name}"
        if kind == "ConsoleAppender":
            self.found.no_file(appender.where, what, "it writes to the console")
        elif kind == "SiftingAppender":
            sift = appender.child("sift")
            for child in sift.children if sift else []:
                if child.name == "appender":
                    child.attributes["name"] = name
                    self._appender(child, condition, sifted=True)
        elif kind in _FILES:
            if name in self.loggers or sifted:
                self._file(appender, name, condition)
            else:
                self.found.no_file(appender.where, what, "no logger refers to it")
        elif places.ELSEWHERE.search(kind):
            self.found.no_file(appender.where, what, f"{kind} writes to no file")
        elif kind not in _WRAPPERS:
            self.found.unread(appender.where, what, f"{kind} is no appender of logback's for files")

    def _file(self, appender: Element, name: str, condition: str) -> None:
        remarks: list[str] = []
        file = self.said(appender.said("file"))
        current = (
            globs.literal(places.settle(file, self.given.names, remarks, self.each)) if file else ""
        )
        policy = appender.child("rollingPolicy")
        pattern = self.said(policy.said("fileNamePattern")) if policy else ""
        include: tuple[str, ...] = (current,)
        exclude: tuple[str, ...] = ()
        if pattern:
            old = globs.logback(places.settle(pattern, self.given.names, remarks, self.each))
            include, exclude, rotation = globs.rotated(current, old)
            remarks.append(rotation)
        elif not current:
            self.found.unread(appender.where, f"appender {name}", "it has no file")
            return
        else:
            remarks.append("not rotated by logback")
        if loggers := self.loggers.get(name):
            remarks.append(f"loggers: {', '.join(dict.fromkeys(loggers))}")
        if condition:
            remarks.append(f"only under {condition}")
        format_ = self._format(appender, name, remarks)
        encoder = appender.child("encoder")
        encoding = self.said(encoder.said("charset")) if encoder else ""
        remarks = list(dict.fromkeys(remarks))
        self.found.logs.append(
            Log(
                appender.where, f"appender {name}", name, include, format_, exclude, encoding,
                tuple(remarks),
            )
        )  # fmt: skip

    def _format(self, appender: Element, name: str, remarks: list[str]) -> str | dict[str, Any]:
        """Give the format of an appender's encoder; auto, where it is none that can be read."""
        encoder = appender.child("encoder") or appender.child("layout")
        inner = encoder.child("layout") if encoder else None
        element = inner or encoder
        class_ = element.get("class") if element else ""
        kind = class_.rpartition(".")[2] or "PatternLayoutEncoder"
        where = element.where if element else appender.where
        if kind in _JSON:
            return "json"
        pattern = element.said("pattern") if element else ""
        if kind not in _PATTERNS or ".access." in class_:
            self.found.unread(where, f"appender {name}", f"its {kind} writes no layout known here")
            return "auto"
        if not pattern:
            self.found.unread(where, f"appender {name}", "its encoder has no pattern")
            return "auto"
        if element and element.said("outputPatternAsHeader") == "true":
            remarks.append("a line that begins with #logback stands at the start of each file")
        return spring.layout(pattern, self.look)
