"""logging.properties, of Tomcat's JULI and of the JDK.

Defined by org.apache.juli.ClassLoaderLogManager (a number before a class makes one more handler of
it), org.apache.juli.FileHandler, and java.util.logging.FileHandler and LogManager.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sidecar.appconf import globs, home, names, places, properties
from sidecar.appconf.log import Conf, Found, Given, Log, Where
from sidecar.appconf.properties import Property

_JULI = frozenset(("org.apache.juli.FileHandler", "org.apache.juli.AsyncFileHandler"))

_JDK = "java.util.logging.FileHandler"

#: What a line is like where nothing else is said.
_TIME = "dd-MMM-yyyy HH:mm:ss.SSS"


def read(conf: Conf, given: Given) -> Found:
    """Read the handlers of a file.

    Raises:
        ConfigError: it is no text.
    """
    return _Reader(conf, given).found


class _Reader:
    def __init__(self, conf: Conf, given: Given) -> None:
        self.conf, self.given, self.found = conf, given, Found()
        self.all = properties.read(conf)
        base = home.base(conf.path, given)
        own = {"catalina.base": base, "catalina.home": base} if base else {}
        self.names: Mapping[str, str] = {**own, **given.names}
        for name, where in self._handlers().items():
            self._handler(name, where)

    def _handlers(self) -> dict[str, Where]:
        """Give the handlers that some logger has, each once."""
        named: dict[str, Where] = {}
        for key, one in self.all.items():
            if key == "handlers" or key.endswith(".handlers"):
                for name in re.split(r"[,\s]+", one.value.strip()):
                    if name:
                        named.setdefault(name, one.where)
        return named

    def _own(self, handler: str, name: str) -> Property | None:
        return self.all.get(f"{handler}.{name}")

    def _said(self, handler: str, name: str, default: str = "") -> str:
        own = self._own(handler, name)
        return names.expand(own.value.strip() if own else default, self.names.get)

    def _handler(self, handler: str, where: Where) -> None:
        class_ = re.sub(r"^\d[^.]*\.", "", handler)
        for name in ("prefix", "directory", "pattern", "formatter"):
            if own := self._own(handler, name):
                where = own.where
                break
        if class_ in _JULI:
            include, exclude, remarks = self._dated(handler)
        elif class_ == _JDK:
            include, exclude, remarks = self._counted(handler)
        elif "Console" in class_ or class_.endswith("StreamHandler"):
            why = "it writes to the console, which catalina.sh puts into logs/catalina.out"
            self.found.no_file(where, handler, why)
            return
        elif places.ELSEWHERE.search(class_):
            self.found.no_file(where, handler, "it writes to no file")
            return
        else:
            self.found.unread(where, handler, "the class is none of Tomcat's or the JDK's")
            return
        format_ = self._format(handler, class_, where, remarks)
        self.found.logs.append(
            Log(
                where, f"handler {handler}", handler, include, format_, exclude,
                self._said(handler, "encoding"), tuple(remarks),
            )
        )  # fmt: skip

    def _path(self, path: str, remarks: list[str]) -> str:
        return places.settle(path, self.names, remarks)

    def _dated(self, handler: str) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
        """Give the files of JULI's handlers."""
        remarks: list[str] = []
        folder = self._path(self._said(handler, "directory", "logs"), remarks).rstrip("/")
        prefix = self._said(handler, "prefix", "juli.")
        suffix = self._said(handler, "suffix", ".log")
        places.remark(prefix + suffix, remarks)
        begin, end = globs.literal(f"{folder}/{prefix}"), globs.literal(suffix)
        if self._said(handler, "rotatable", "true").lower() != "true":
            end = (
                end[1:] if prefix and suffix[:1] == prefix[-1:] else end
            )  # one separator is enough
            return (begin + end,), (), [*remarks, "not rotated by Tomcat"]
        remarks.append("a new file every day")
        return (f"{begin}{globs.NUMBER}{end}",), (), remarks

    def _counted(self, handler: str) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
        """Give the files of the JDK's handler: ``%h/java%u.log`` and its generations."""
        remarks: list[str] = []
        known = {
            "h": self.names.get("user.home", "${user.home}"),
            "t": self.names.get("java.io.tmpdir", "/tmp"),  # noqa: S108 - Java's default
            "%": "%",
        }
        pattern = self._said(handler, "pattern", "%h/java%u.log")
        text = re.sub(r"%([ht%])", lambda found: known[found[1]], pattern)
        parts = re.split(r"%[gu]", self._path(text, remarks))
        glob = globs.NUMBER.join(map(globs.literal, parts))
        count = self._said(handler, "count", "1")
        many = count.isdecimal() and int(count) > 1
        if many and "%g" not in pattern:
            glob += f".{globs.NUMBER}"
        if many:
            remarks.append(f"{count} generations by size, the newest has the lowest number")
        return (glob,), ("*.lck",), remarks

    def _format(
        self, handler: str, class_: str, where: Where, remarks: list[str]
    ) -> str | dict[str, Any]:
        """Give the format of a handler's formatter."""
        default = "java.util.logging.XMLFormatter" if class_ == _JDK else ""
        formatter = self._said(handler, "formatter", default)
        if not formatter:
            version, known = home.version(self.conf.path, self.given)
            old = 0 < version < 8
            formatter = "java.util.logging.SimpleFormatter" if old else ""
            if old:
                remarks.append(f"SimpleFormatter, as in Tomcat {version}, {known}")
        kind = formatter.rpartition(".")[2] or "OneLineFormatter"
        if kind == "OneLineFormatter":
            time = self._said("org.apache.juli.OneLineFormatter", "timeFormat", _TIME)
            return "juli" if time == _TIME else {"log4j": f"%d{{{time}}} %p [%t] %c %m%n"}
        if kind == "SimpleFormatter":
            said = self.all.get("java.util.logging.SimpleFormatter.format")
            return {"jul": said.value if said else "default"}
        if kind == "JsonFormatter":
            return "juli_json"
        if kind != "VerbatimFormatter":
            why = f"{formatter} is not read; its lines are taken as they stand"
            self.found.unread(where, f"handler {handler}", why)
        return "raw"
