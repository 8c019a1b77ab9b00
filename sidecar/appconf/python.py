"""Python's logging: the ini of fileConfig, and dictConfig as YAML or JSON.

Defined by the standard library's logging.config ("Configuration file format", "Dictionary Schema
Details") and logging.handlers.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sidecar.appconf import globs, names, nodes, places
from sidecar.appconf.log import Conf, Found, Given, Log, Where, refuse
from sidecar.appconf.nodes import Node

#: Class of a handler -> what its arguments are, by place.
_FILES = {
    "FileHandler": ("filename", "mode", "encoding"),
    "WatchedFileHandler": ("filename", "mode", "encoding"),
    "RotatingFileHandler": ("filename", "mode", "maxBytes", "backupCount", "encoding"),
    "TimedRotatingFileHandler": ("filename", "when", "interval", "backupCount", "encoding"),
    "ConcurrentRotatingFileHandler": ("filename", "mode", "maxBytes", "backupCount", "encoding"),
}

#: What these write is what they are told.
_FORMATTERS = frozenset((
    "", "Formatter", "logging.Formatter", "colorlog.ColoredFormatter",
    "uvicorn.logging.DefaultFormatter",
))  # fmt: skip

_BASIC = "%(message)s"


class _Handler(NamedTuple):
    """A handler of either form; arguments by name, None where no file says what they are."""

    name: str
    class_: str
    arguments: Mapping[str, str | None]
    formatter: str
    where: Where


def read(conf: Conf, given: Given) -> Found:
    """Read the handlers of a file.

    Raises:
        ConfigError: it is no ini, YAML or JSON.
    """
    if conf.path.endswith((".yaml", ".yml", ".json")):
        return _dicts(conf, given)
    return _ini(conf, given)


def root(node: Node) -> Node | None:
    """Give the map that dictConfig takes, which may stand below a key."""
    for keys in ((), ("logging",), ("LOGGING",), ("log",), ("log_config",)):
        below = node.get(*keys)
        if below and below.get("handlers") and (below.get("version") or below.get("formatters")):
            return below
    return None


def _dicts(conf: Conf, given: Given) -> Found:
    found = Found()
    for document in nodes.read(conf):
        top = root(document)
        if top is None:
            continue
        formatters = {}
        listed = top.get("formatters")
        for name, node in (
            listed.value if listed and isinstance(listed.value, dict) else {}
        ).items():
            class_ = node.text("()") or node.text("class")
            shape = (node.text("format") or node.text("fmt"), node.text("datefmt"))
            formatters[name] = (class_, *shape, node.text("style"))
        handlers = top.get("handlers")
        all_ = handlers.value if handlers and isinstance(handlers.value, dict) else {}
        for name, node in all_.items():
            own = node.value if isinstance(node.value, dict) else {}
            arguments = {
                key: one.value if isinstance(one.value, str) else None for key, one in own.items()
            }
            class_ = node.text("class") or node.text("()")
            one = _Handler(name, class_, arguments, node.text("formatter"), node.where)
            _handler(one, formatters, given, found)
    return found


def _ini(conf: Conf, given: Given) -> Found:
    text = conf.text()
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, conf.path)
    except configparser.MissingSectionHeaderError as error:
        refuse(conf.at(error.lineno), "ini", "a line before the first section", "[loggers]")
    except configparser.ParsingError as error:
        refuse(conf.at(error.errors[0][0]), "ini", error.errors[0][1], "a section, or key = value")
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as error:
        refuse(conf.at(error.lineno or 0), "ini", str(error).split(":")[-1].strip(), "it once")
    found = Found()
    formatters = {}
    for section in parser.sections():
        if section.startswith("formatter_"):
            own = parser[section]
            formatters[section.removeprefix("formatter_")] = (
                own.get("class", ""), own.get("format", ""), own.get("datefmt", ""),
                own.get("style", ""),
            )  # fmt: skip
    listed = parser.get("handlers", "keys", fallback="")
    for name in filter(None, (one.strip() for one in listed.split(","))):
        section = f"handler_{name}"
        where = conf.at(_line(text, section))
        if not parser.has_section(section):
            found.unread(where, f"handler {name}", f"there is no section [{section}]")
            continue
        own = parser[section]
        class_ = own.get("class", "")
        said = re.sub(r"%\((\w+)\)s", r"${\1}", own.get("args", "()"))
        said = names.expand(said, own.get, "")
        arguments = _arguments(said, own.get("kwargs", "{}"), class_)
        _handler(
            _Handler(name, class_, arguments, own.get("formatter", ""), where),
            formatters, given, found,
        )  # fmt: skip
    return found


def _line(text: str, section: str) -> int:
    place = text.find(f"[{section}]")
    return text.count("\n", 0, place) + 1 if place >= 0 else 0


def _arguments(args: str, kwargs: str, class_: str) -> dict[str, str | None]:
    """Give a handler's arguments by name; what is no constant is not known, and never run."""
    named: dict[str, str | None] = {}
    places_ = _FILES.get(class_.rpartition(".")[2], ())
    for text, keyed in ((args, False), (kwargs, True)):
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.Constant(None)
        if isinstance(tree, ast.Dict) and keyed:
            for key, value in zip(tree.keys, tree.values, strict=True):
                if isinstance(key, ast.Constant):
                    named[str(key.value)] = _constant(value)
        elif not keyed:
            values = tree.elts if isinstance(tree, ast.Tuple) else [tree]
            named |= {name: _constant(value) for name, value in zip(places_, values, strict=False)}
    return named


def _constant(value: ast.expr) -> str | None:
    known = isinstance(value, ast.Constant) and value.value is not None
    return str(value.value) if known and isinstance(value, ast.Constant) else None


def _handler(
    one: _Handler,
    formatters: Mapping[str, tuple[str, str, str, str]],
    given: Given,
    found: Found,
) -> None:
    kind, what = one.class_.rpartition(".")[2], f"handler {one.name}"
    if kind in ("StreamHandler", "RichHandler"):
        found.no_file(one.where, what, "it writes to the console")
        return
    if places.ELSEWHERE.search(kind):
        found.no_file(one.where, what, f"{kind} writes to no file")
        return
    if kind not in _FILES:
        found.unread(
            one.where, what, f"{one.class_ or 'nothing'} is no handler of Python's for files"
        )
        return
    path = one.arguments.get("filename")
    if not path or path.startswith(("cfg://", "ext://")):
        found.unread(one.where, what, "its filename is no plain text")
        return
    remarks: list[str] = []
    path = names.expand(path, given.names.get, "")
    current = globs.literal(places.settle(path, given.names, remarks))
    include: tuple[str, ...] = (current,)
    rotation = "not rotated by Python"
    if "Rotating" in kind:
        include, _, rotation = globs.rotated(current, f"{current}.{globs.NUMBER}")
    format_ = _format(formatters.get(one.formatter, ("", "", "", "")), one, found)
    found.logs.append(
        Log(
            one.where, what, one.name, include, format_, (), one.arguments.get("encoding") or "",
            (*remarks, rotation),
        )
    )  # fmt: skip


def _format(
    formatter: tuple[str, str, str, str], one: _Handler, found: Found
) -> str | dict[str, Any]:
    """Give the format of a formatter; auto, where it is none that can be read."""
    class_, text, datefmt, style = formatter
    kind = class_.rpartition(".")[2]
    if "json" in class_.lower() or kind in (
        "ProcessorFormatter",
        "ECSFormatter",
        "StdlibFormatter",
    ):
        return "json"
    if class_ not in _FORMATTERS:
        found.unread(one.where, f"handler {one.name}", f"its formatter {class_} is not known here")
        return "auto"
    if not text or text == _BASIC:
        return "raw"
    options = {"datefmt": datefmt, "style": style if style not in ("", "%") else ""}
    return {"python": text, **{name: value for name, value in options.items() if value}}
