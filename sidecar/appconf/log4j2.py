"""log4j2.xml and log4j2.properties: appenders, their files and layouts.

Defined by log4j's manual ("Configuration file", "Rolling file appenders", "Pattern Layout"). Names
of elements and attributes are of any case; an attribute may be an element; properties are
the same tree in dotted keys.
"""

from __future__ import annotations

import re
from typing import Any

from sidecar.appconf import globs, markup, names, places, properties
from sidecar.appconf.log import Conf, Found, Given, Log
from sidecar.appconf.markup import Element

_FILES = frozenset((
    "file", "rollingfile", "randomaccessfile", "rollingrandomaccessfile", "memorymappedfile",
))  # fmt: skip

_WRAPPERS = frozenset(("async", "failover", "rewrite", "routing", "scriptappenderselector"))

_JSON = frozenset(("jsontemplatelayout", "ecslayout"))

#: Look-ups of what belongs to a process or a moment: no file says what they give.
_LOOKUPS = re.compile(
    r"(?i)(sys|env|ctx|map|main|java|docker|k8s|kubernetes|spring|web|bundle|log4j|marker|event|"
    r"jndi|jvmrunargs|sd|lower|upper):(.*)"
)


def read(conf: Conf, given: Given) -> Found:
    """Read the appenders of a file.

    Raises:
        ConfigError: it is no XML, or no text.
    """
    if conf.path.endswith(".properties"):
        return _Reader(given).read(_tree(conf))
    return _Reader(given).read(markup.read(conf))


class _Reader:
    def __init__(self, given: Given) -> None:
        self.given, self.found = given, Found()
        self.own: dict[str, str] = {}
        self.loggers: dict[str, list[str]] = {}
        self.each: set[str] = set()

    def look(self, name: str) -> str | None:
        lookup = _LOOKUPS.fullmatch(name)
        known = self.given.names
        plain = lookup[2] if lookup else name
        return known.get(name, known.get(plain, None if lookup else self.own.get(name)))

    def said(self, text: str) -> str:
        """Put texts in the place of names; what is looked up at each event is so here."""
        return names.expand(text.replace("$${", "${"), self.look)

    def read(self, top: Element) -> Found:
        for element in top.all():
            if element.name.lower() == "property" and element.get("name"):
                self.own.setdefault(element.get("name"), element.get("value") or element.text)
            for child in element.children:
                if child.name.lower() == "appenderref":
                    shown = element.get("name") or element.name
                    self.loggers.setdefault(self.said(child.said("ref")), []).append(shown)
        for group in top.children:
            if group.name.lower() == "appenders":
                for element in group.children:
                    self._appender(element)
        return self.found

    def _appender(self, element: Element) -> None:
        kind = element.get("type") if element.name.lower() == "appender" else element.name
        name = self.said(element.get("name"))
        what = f"appender {name}"
        if kind.lower() == "console":
            self.found.no_file(element.where, what, "it writes to the console")
        elif kind.lower() in _FILES:
            if name in self.loggers:
                self._file(element, name)
            else:
                self.found.no_file(element.where, what, "no logger refers to it")
        elif kind.lower() == "routing":
            self._routing(element, name)
        elif places.ELSEWHERE.search(kind):
            self.found.no_file(element.where, what, f"{kind} writes to no file")
        elif kind.lower() not in _WRAPPERS:
            self.found.unread(element.where, what, f"{kind} is no appender of log4j's for files")

    def _routing(self, element: Element, name: str) -> None:
        """Read the appenders that are made for each route."""
        for routes in (one for one in element.children if one.name.lower() == "routes"):
            self.each.update(names.unknown(self.said(routes.said("pattern"))))
        for one in element.all():
            if one.name.lower() == "route":
                for child in one.children:
                    if child.name.lower() in _FILES:
                        self._file(child, name)

    def _file(self, element: Element, name: str) -> None:
        remarks: list[str] = []
        file = self.said(element.said("fileName"))
        pattern = self.said(element.said("filePattern"))
        current = (
            globs.log4j2(places.settle(file, self.given.names, remarks, self.each)) if file else ""
        )
        include: tuple[str, ...] = (current,)
        exclude: tuple[str, ...] = ()
        if pattern:
            old = globs.log4j2(places.settle(pattern, self.given.names, remarks, self.each))
            include, exclude, rotation = globs.rotated(current, old)
            remarks.append(rotation)
        elif not current:
            self.found.unread(element.where, f"appender {name}", "it has no fileName")
            return
        else:
            remarks.append("not rotated by log4j")
        if loggers := self.loggers.get(name):
            remarks.append(f"loggers: {', '.join(dict.fromkeys(loggers))}")
        layout = next(
            (one for one in element.children if one.name.lower().endswith("layout")), None
        )
        format_ = self._format(element, layout, name, remarks)
        encoding = self.said(layout.said("charset")) if layout else ""
        remarks = list(dict.fromkeys(remarks))
        self.found.logs.append(
            Log(
                element.where, f"appender {name}", name, include, format_, exclude,
                encoding, tuple(remarks),
            )
        )  # fmt: skip

    def _format(
        self, element: Element, layout: Element | None, name: str, remarks: list[str]
    ) -> str | dict[str, Any]:
        """Give the format of a layout; auto, where it is none that can be read."""
        if layout is None:
            return "raw"
        kind = layout.get("type") if layout.name.lower() == "layout" else layout.name
        lines = layout.said("compact") == layout.said("eventEol") == "true"
        if kind.lower() in _JSON or (kind.lower() == "jsonlayout" and lines):
            if layout.said("complete") == "true":
                remarks.append("complete: the brackets and commas around the objects do not fit")
            return "json"
        if kind.lower() != "patternlayout":
            why = f"its {kind} writes no layout known here"
            if kind.lower() == "jsonlayout":
                why = 'its JsonLayout writes objects over lines: compact="true" eventEol="true"'
            self.found.unread(layout.where, f"appender {name}", why)
            return "auto"
        text = self.said(layout.said("pattern", "%m%n"))
        if "selector" in {one.name.lower()[-8:] for one in layout.children}:
            self.found.unread(layout.where, f"appender {name}", "its pattern is chosen by event")
            return "auto"
        return "raw" if re.fullmatch(r"%(m|msg|message)%n", text) else {"log4j": text}


def _tree(conf: Conf) -> Element:
    """Make of dotted keys the elements that they stand for."""
    top = Element("configuration", {}, conf.at(1))
    appenders = Element("appenders", {}, conf.at(1))
    top.children.append(appenders)
    for key, one in properties.read(conf).items():
        head, *rest = key.split(".")
        where = one.where
        if head == "property" and rest:
            name = ".".join(rest)
            top.children.append(Element("property", {"name": name, "value": one.value}, where))
        elif head == "appender" and len(rest) > 1:
            own = _child(appenders, "appender", rest[0], one)
            if len(rest) == 2:
                own.attributes[rest[1]] = one.value
            elif rest[1].lower() == "layout" and len(rest) == 3:
                _child(own, "layout", "layout", one).attributes[rest[2]] = one.value
        elif head == "rootLogger" or (head == "logger" and rest):
            logger = _child(top, "logger", "root" if head == "rootLogger" else rest[0], one)
            _logger(logger, rest[head == "logger" :], one)
    for element in (*appenders.children, *top.children):
        element.attributes.setdefault("name", element.attributes.pop("\0id", ""))
    return top


def _logger(logger: Element, rest: list[str], one: properties.Property) -> None:
    """Take one of a logger's keys."""
    if not rest:  # rootLogger = INFO, A, B
        for name in re.split(r"[,\s]+", one.value.strip())[1:]:
            logger.children.append(Element("appenderRef", {"ref": name}, one.where))
    elif rest[0] == "appenderRef" and rest[-1] == "ref":
        logger.children.append(Element("appenderRef", {"ref": one.value.strip()}, one.where))
    elif rest == ["name"]:
        logger.attributes["name"] = one.value


def _child(parent: Element, name: str, key: str, one: properties.Property) -> Element:
    """Give the child that a part of a key stands for, made where it is new."""
    for child in parent.children:
        if child.name == name and child.attributes.get("\0id") == key:
            return child
    child = Element(name, {"\0id": key}, one.where)
    parent.children.append(child)
    return child
