"""Tomcat's server.xml and context.xml: the access logs of its valves.

Defined by "The Valve Component" of Tomcat's documentation and by
org.apache.catalina.valves.AccessLogValve: ``directory`` below the base, then ``prefix``,
``fileDateFormat`` where it is rotated, ``suffix``.
"""

from __future__ import annotations

import os
from typing import Any

from sidecar.appconf import disk, globs, home, markup, names, places, properties
from sidecar.appconf.log import Conf, Found, Given, Log
from sidecar.appconf.markup import Element
from sidecar.layouts.tomcat import ALIASES

#: Class -> what is said of it to the layout's front end.
_VALVES = {
    "AccessLogValve": {},
    "FastCommonAccessLogValve": {},
    "ExtendedAccessLogValve": {},
    "JsonAccessLogValve": {"valve": "json"},
}

_PACKAGE = "org.apache.catalina.valves."

_SCOPES = frozenset(("Engine", "Host", "Context"))


def read(conf: Conf, given: Given) -> Found:
    """Read the valves of a file.

    Raises:
        ConfigError: it is no XML.
    """
    return _Reader(conf, given).read(markup.read(conf))


class _Reader:
    def __init__(self, conf: Conf, given: Given) -> None:
        self.conf, self.given, self.found = conf, given, Found()
        self.base = home.base(conf.path, given)
        self.names = {"catalina.base": self.base, "catalina.home": self.base} if self.base else {}
        beside = os.path.join(os.path.dirname(conf.path), "catalina.properties")
        if disk.there(beside):
            own = properties.read(disk.read(beside))
            self.names |= {name: one.value for name, one in own.items()}
        self.names |= given.names

    def read(self, top: Element) -> Found:
        self._below(top, "")
        return self.found

    def _below(self, element: Element, scope: str) -> None:
        if element.name in _SCOPES:
            scope = f"{element.name} {self._said(element, 'name') or element.get('path')}".strip()
        for child in element.children:
            if child.name == "Valve" and child.get("className").endswith("AccessLogValve"):
                self._valve(child, scope)
            self._below(child, scope)

    def _said(self, element: Element, name: str, default: str = "") -> str:
        return names.expand(element.get(name, default), self.names.get)

    def _valve(self, valve: Element, scope: str) -> None:
        name = valve.get("className")
        kind = name.removeprefix(_PACKAGE)
        what = f"{kind} of {scope}" if scope else kind
        if kind == "JDBCAccessLogValve":
            self.found.no_file(valve.where, what, "it writes to a database")
            return
        if kind not in _VALVES:
            self.found.unread(valve.where, what, "the class is none of Tomcat's own")
            return
        if self._said(valve, "enabled", "true").lower() == "false":
            self.found.no_file(valve.where, what, "it is not enabled")
            return
        pattern = self._said(valve, "pattern")
        if not pattern:
            self.found.unread(valve.where, what, "it has no pattern")
            return
        include, remarks = self._files(valve)
        version, known = home.version(self.conf.path, self.given)
        spec: dict[str, Any] = {"tomcat": pattern, **_VALVES[kind]}
        if kind == "ExtendedAccessLogValve":
            remarks.append("lines that begin with # are each file's head, and fit nothing")
        if version and "%D" in pattern:
            spec["version"] = version
            remarks.append(f"Tomcat {version}, {known}")
        plain = {ALIASES["common"], ALIASES["combined"], *ALIASES}
        self.found.logs.append(
            Log(
                valve.where, what, kind, include,
                "access" if kind == "AccessLogValve" and pattern in plain else spec,
                encoding=self._said(valve, "encoding"), remarks=tuple(remarks),
            )
        )  # fmt: skip

    def _files(self, valve: Element) -> tuple[tuple[str, ...], list[str]]:
        """Give the globs of a valve's files, and how they rotate."""
        directory = self._said(valve, "directory", "logs")
        if not directory.startswith(("/", "${")):
            directory = f"{self.base or '${catalina.base}'}/{directory}"
        remarks: list[str] = []
        directory = places.settle(directory, self.names, remarks)
        folder = globs.literal(directory).rstrip("/")
        prefix, suffix = self._said(valve, "prefix", "access_log"), self._said(valve, "suffix")
        places.remark(prefix + suffix, remarks)
        include, rotation = files(
            f"{folder}/{globs.literal(prefix)}",
            self._said(valve, "fileDateFormat", ".yyyy-MM-dd"),
            globs.literal(suffix),
            rotated=self._said(valve, "rotatable", "true").lower() != "false",
            renamed=self._said(valve, "renameOnRotate", "false").lower() == "true",
        )
        return include, [*remarks, rotation]


def files(
    begin: str, date: str, end: str, *, rotated: bool, renamed: bool
) -> tuple[tuple[str, ...], str]:
    """Give the globs of a valve's files, and how they rotate, in words."""
    plain, dated = f"{begin}{end}", f"{begin}{globs.java_date(date)}{end}"
    if not rotated:
        return (plain,), "not rotated by Tomcat"
    if renamed:
        return (plain, dated), f"renamed when the date ({date}) changes"
    return (dated,), f"a new file when the date ({date}) changes"
