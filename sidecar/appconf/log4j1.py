"""log4j.properties and log4j.xml, of log4j 1 and reload4j: appenders, their files and layouts.

Defined by log4j 1.2's PropertyConfigurator and DOMConfigurator, DailyRollingFileAppender,
RollingFileAppender, and the rolling appenders of the extras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sidecar.appconf import globs, markup, names, places, properties
from sidecar.appconf.log import Conf, Found, Given, Log, Where
from sidecar.appconf.markup import Element

_FILES = frozenset(("FileAppender", "RollingFileAppender", "DailyRollingFileAppender"))

_WRAPPERS = frozenset(("AsyncAppender", "RewriteAppender"))

#: Layouts without a pattern of the user's -> the pattern that says the same.
_PATTERNS = {
    "SimpleLayout": "%p - %m%n",
    "TTCCLayout": "%r [%t] %p %c %x - %m%n",
}


class _Appender(NamedTuple):
    """An appender of either kind of file; options by lower name, those of its layout too."""

    name: str
    class_: str
    options: Mapping[str, str]
    layout: str
    pattern: Mapping[str, str]
    where: Where


def read(conf: Conf, given: Given) -> Found:
    """Read the appenders of a file.

    Raises:
        ConfigError: it is no XML, or no text.
    """
    found = Found()
    if conf.path.endswith(".properties"):
        all_ = properties.read(conf)
        own = {key: one.value for key, one in all_.items()}
        appenders, used = _of_properties(all_), _used(all_)
    else:
        top = markup.read(conf)
        own = {}
        appenders, used = _of_xml(top)

    def said(text: str) -> str:
        return names.expand(text, lambda name: given.names.get(name, own.get(name)), "")

    refs: dict[str, list[str]] = {}
    for name, loggers in used.items():
        refs.setdefault(said(name), []).extend(loggers)
    for one in appenders:
        kind, what = one.class_.rpartition(".")[2], f"appender {one.name}"
        if kind == "ConsoleAppender":
            found.no_file(one.where, what, "it writes to the console")
        elif kind not in _FILES and places.ELSEWHERE.search(kind):
            found.no_file(one.where, what, f"{kind} writes to no file")
        elif kind not in _FILES and kind not in _WRAPPERS:
            found.unread(one.where, what, f"{kind} is no appender of log4j's for files")
        elif kind in _FILES and one.name not in refs:
            found.no_file(one.where, what, "no logger refers to it")
        elif kind in _FILES:
            plain = {key: said(value) for key, value in one.options.items()}
            pattern = {key: said(value) for key, value in one.pattern.items()}
            _file(one._replace(options=plain, pattern=pattern), refs[one.name], given, found)
    return found


def _file(one: _Appender, loggers: list[str], given: Given, found: Found) -> None:
    what, kind = f"appender {one.name}", one.class_.rpartition(".")[2]
    remarks: list[str] = []
    path = one.options.get("file", "").strip() or one.options.get(
        "rollingpolicy.activefilename", ""
    )
    current = globs.literal(places.settle(path, given.names, remarks)) if path else ""
    pattern = one.options.get("rollingpolicy.filenamepattern", "")
    exclude: tuple[str, ...] = ()
    if pattern:
        old = globs.logback(places.settle(pattern, given.names, remarks))
        include, exclude, rotation = globs.rotated(current, old)
    elif not current:
        found.unread(one.where, what, "it has no File")
        return
    elif kind == "DailyRollingFileAppender":
        date = one.options.get("datepattern", "'.'yyyy-MM-dd")
        include, exclude, rotation = globs.rotated(current, current + globs.java_date(date))
    elif kind == "RollingFileAppender" and one.options.get("maxbackupindex", "1") != "0":
        include, exclude, rotation = globs.rotated(current, f"{current}.{globs.NUMBER}")
        rotation += ", the newest has the lowest number"
    else:
        include, rotation = (current,), "not rotated by log4j"
    format_ = _format(one, found)
    remarks += [rotation, f"loggers: {', '.join(dict.fromkeys(loggers))}"]
    found.logs.append(
        Log(
            one.where, what, one.name, include, format_, exclude, one.options.get("encoding", ""),
            tuple(dict.fromkeys(remarks)),
        )
    )  # fmt: skip


def _format(one: _Appender, found: Found) -> str | dict[str, Any]:
    """Give the format of an appender's layout; auto, where it is none that can be read."""
    kind = one.layout.rpartition(".")[2]
    if kind.lower().startswith("json"):
        return "json"
    if kind in _PATTERNS:
        return {"log4j": _PATTERNS[kind]}
    if kind not in ("PatternLayout", "EnhancedPatternLayout"):
        why = f"its {kind} writes no layout known here" if kind else "it has no layout"
        found.unread(one.where, f"appender {one.name}", why)
        return "auto"
    text = one.pattern.get("conversionpattern", "%m%n")
    return "raw" if text in ("%m%n", "%m") else {"log4j": text}


def _of_properties(all_: Mapping[str, properties.Property]) -> list[_Appender]:
    made: dict[str, _Appender] = {}
    for key, one in all_.items():
        if found := re.fullmatch(r"log4j\.appender\.([^.]+)", key):
            made[found[1]] = _Appender(found[1], one.value.strip(), {}, "", {}, one.where)
    for key, one in all_.items():
        found = re.fullmatch(r"log4j\.appender\.([^.]+)\.(?i:(layout)(?:\.(.+))?|(.+))", key)
        if not found or found[1] not in made:
            continue
        own = made[found[1]]
        if found[4]:
            own = own._replace(options={**own.options, found[4].lower(): one.value})
        elif found[3]:
            own = own._replace(pattern={**own.pattern, found[3].lower(): one.value})
        else:
            own = own._replace(layout=one.value.strip())
        made[found[1]] = own
    return list(made.values())


def _used(all_: Mapping[str, properties.Property]) -> dict[str, list[str]]:
    """Give the loggers of each appender: ``log4j.logger.shop=INFO, A, B``."""
    used: dict[str, list[str]] = {}
    for key, one in all_.items():
        found = re.fullmatch(r"log4j\.(?:(root)(?:Logger|Category)|(?:logger|category)\.(.+))", key)
        if found:
            for name in one.value.split(",")[1:]:
                used.setdefault(name.strip(), []).append(found[1] or found[2])
        elif re.fullmatch(r"log4j\.appender\.[^.]+\.appender-ref", key):
            used.setdefault(one.value.strip(), []).append("async")
    return used


def _of_xml(top: Element) -> tuple[list[_Appender], dict[str, list[str]]]:
    made: list[_Appender] = []
    used: dict[str, list[str]] = {}
    for element in top.children:
        for ref in element.children:
            if ref.name == "appender-ref":
                name = element.get("name") or element.name
                used.setdefault(ref.get("ref"), []).append(name)
        if element.name != "appender":
            continue
        options = _params(element)
        policy = element.child("rollingPolicy")
        for name, value in _params(policy).items() if policy else ():
            options[f"rollingpolicy.{name}"] = value
        layout = element.child("layout")
        made.append(
            _Appender(
                element.get("name"), element.get("class"), options,
                layout.get("class") if layout else "", _params(layout) if layout else {},
                element.where,
            )
        )  # fmt: skip
    return made, used


def _params(element: Element) -> dict[str, str]:
    return {
        one.get("name").lower(): one.get("value") for one in element.children if one.name == "param"
    }
