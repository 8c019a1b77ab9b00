"""nginx.conf: access_log, log_format and error_log, through all that it includes.

Defined by nginx's documentation: ngx_http_log_module, ngx_stream_log_module, "Core functionality",
and the words of its configuration as src/core/ngx_conf_file.c reads them. What a block sets takes
the place of what stands around it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sidecar.appconf import disk, globs
from sidecar.appconf.log import Conf, Found, Given, Log, Where, refuse
from sidecar.layouts.nginx import ALIASES

#: Where nginx is told nothing, by its packages and by its own build.
_DEFAULTS = {
    "access_log": ("/var/log/nginx/access.log", "/usr/local/nginx/logs/access.log"),
    "error_log": ("/var/log/nginx/error.log", "/usr/local/nginx/logs/error.log"),
}

#: Blocks with log formats of their own.
_KINDS = ("http", "stream")

_DEEPEST, _MOST = 20, 2000

_WORD = re.compile(
    r"""(?P<blank>\s+|\#[^\n]*)|(?P<mark>[;{}])|"(?P<double>(?:[^"\\]|\\.)*)"|"""
    r"""'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>(?:[^\s;{}"'\\$]++|\$\{\w*\}|\\.|\$|(?<=[^\s;{}])["'])+)""",
    re.DOTALL,
)


#: What braces of Lua's may stand in, and those that count.
_LUA = re.compile(
    r"""[{}]|--\[\[.*?\]\]|--[^\n]*|\[\[.*?\]\]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""",
    re.DOTALL,
)


class Word(NamedTuple):
    """A word, or one of ``; { }``, and its line."""

    text: str
    line: int
    mark: bool


@dataclass(slots=True)
class Directive:
    """A directive, with those in its block."""

    name: str
    args: list[str]
    where: Where
    block: list[Directive] = field(default_factory=list)


def read(conf: Conf, given: Given) -> Found:
    """Read the logs of a file and of what it includes.

    Raises:
        ConfigError: a brace or a quote is not closed, or an include cannot be read.
    """
    reader = _Reader(conf, given)
    top = reader.parsed(conf, 0)
    reader.logs(top)
    return reader.found


def _words(conf: Conf) -> Iterator[Word]:
    text, place, line, word = conf.text(), 0, 1, ""
    while place < len(text):
        if word.endswith("_by_lua_block"):  # a block of another language
            end = _closed(text, place)
            line += text.count("\n", place, end)
            place, word = end, ""
            yield Word(";", line, mark=True)
            continue
        found = _WORD.match(text, place)
        if not found:
            what = text[place : place + 20].splitlines()[0]
            refuse(conf.at(line), "nginx", f'"{what}"', "a word; a quote that opens is closed")
        if found["blank"] is None:
            word = found["mark"] or found["double"] or found["single"] or found["bare"] or ""
            yield Word(re.sub(r"\\([\"'\\trn])", _escaped, word), line, found["mark"] is not None)
        line += found[0].count("\n")
        place = found.end()


def _closed(text: str, place: int) -> int:
    """Give where a block of Lua ends: its braces stand in pairs, but for those in its texts."""
    depth = 0
    for found in _LUA.finditer(text, place):
        depth += (found[0] == "{") - (found[0] == "}")
        if found[0] == "}" and depth <= 0:
            return found.end()
    return len(text)


def _escaped(found: re.Match[str]) -> str:
    return {"t": "\t", "r": "\r", "n": "\n"}.get(found[1], found[1])


class _Reader:
    def __init__(self, conf: Conf, given: Given) -> None:
        self.given, self.found = given, Found()
        self.folder = os.path.dirname(conf.path)
        self.open: list[str] = []
        self.read = 0
        self.formats: dict[tuple[str, str], str | dict[str, Any]] = {
            ("http", "combined"): "access",
        }

    # -- what stands there -----------------------------------------------------------------------

    def parsed(self, conf: Conf, depth: int) -> list[Directive]:
        """Give the directives of a file, those it includes in their place."""
        top: list[Directive] = []
        blocks, words = [top], []
        self.open.append(os.path.realpath(conf.path))
        for word in _words(conf):
            if not word.mark:
                words.append(word)
                continue
            if word.text == "}":
                if words or len(blocks) == 1:
                    refuse(conf.at(word.line), "nginx", '"}"', "a block that it closes")
                blocks.pop()
                continue
            if not words:
                refuse(conf.at(word.line), "nginx", f'"{word.text}"', "a directive before it")
            one = Directive(words[0].text, [w.text for w in words[1:]], conf.at(words[0].line))
            words = []
            if word.text == "{":
                if len(blocks) > _DEEPEST:
                    refuse(one.where, "nginx", f"blocks {_DEEPEST} deep", "a configuration's few")
                blocks[-1].append(one)
                blocks.append(one.block)
            elif one.name == "include" and one.args:
                blocks[-1] += self._included(one, depth)
            else:
                blocks[-1].append(one)
        if words or len(blocks) > 1:
            line = words[0].line if words else conf.data.count(b"\n") + 1
            expected = '";" behind it' if words else '"}" that closes a block'
            refuse(conf.at(line), "nginx", f'"{words[0].text}"' if words else "the end", expected)
        self.open.pop()
        return top

    def _included(self, one: Directive, depth: int) -> list[Directive]:
        made: list[Directive] = []
        paths = self._paths(one.args[0])
        what = f"include {one.args[0]}"
        if not paths and not _may_lack(one.args[0]):
            self.found.unread(one.where, what, "the file is not here")
        elif not paths and not os.path.isdir(os.path.dirname(self._absolute(one.args[0]))):
            self.found.unread(one.where, what, "the folder is not here")
        for path in paths:
            self.read += 1
            if os.path.realpath(path) in self.open or depth >= _DEEPEST or self.read > _MOST:
                refuse(one.where, "nginx", what, "includes that come to an end")
            made += self.parsed(disk.read(path), depth + 1)
        return made

    def _absolute(self, path: str) -> str:
        return os.path.join(self.folder, path)

    def _paths(self, pattern: str) -> list[str]:
        """Give the files of an include; a copy of ``/etc/nginx`` includes what lies beside it."""
        if pattern.startswith("/etc/nginx/"):
            own = disk.matching(self._absolute(pattern.removeprefix("/etc/nginx/")))
            if own:
                return own
        return disk.matching(self._absolute(pattern))

    # -- what it means ---------------------------------------------------------------------------

    def logs(self, top: list[Directive]) -> None:
        """Take the logs of a file's directives."""
        for kind in _KINDS:
            for block in [one.block for one in top if one.name == kind] or [top]:
                for one in block:
                    if one.name == "log_format" and len(one.args) > 1:
                        self._named(kind, one)
        self._scope(top, "http")
        if any(one.name == "http" for one in top):
            self._defaults(top)

    def _named(self, kind: str, one: Directive) -> None:
        name, *parts = one.args
        spec: dict[str, Any] = {}
        if parts[0].startswith("escape="):
            escape = parts.pop(0).removeprefix("escape=")
            spec = {"escape": escape} if escape != "default" else {}
        text = "".join(parts)
        plain = text == ALIASES["combined"] and not spec and kind == "http"
        self.formats[kind, name] = "access" if plain else {"nginx": text, **spec}

    def _scope(self, block: list[Directive], kind: str) -> None:
        for one in block:
            if one.name == "access_log":
                self._access(one, kind)
            elif one.name == "error_log":
                self._error(one)
            elif one.block:
                self._scope(one.block, one.name if one.name in _KINDS else kind)

    def _defaults(self, top: list[Directive]) -> None:
        """Add the logs that nginx writes where it is told of none."""
        logs = [one for one in top if one.name == "error_log"]
        if not logs:
            self._default(top[0].where, "error_log", "nginx_error")
        for http in (one for one in top if one.name == "http"):
            if _unset(http.block):
                self._default(http.where, "access_log", "access")

    def _default(self, where: Where, name: str, format_: str) -> None:
        remark = f"no {name} is set: where nginx's own build puts it (nginx -V tells)"
        paths = _DEFAULTS[name]
        self.found.logs.append(
            Log(where, f"nginx's default {name}", name, paths, format_, remarks=(remark,))
        )

    def _target(self, one: Directive, what: str) -> str:
        """Give the glob of a log's file; "": it is none."""
        path = one.args[0] if one.args else ""
        if path in ("off", ""):
            return ""
        if path.startswith(("syslog:", "memory:")) or path == "stderr":
            kind = path.partition(":")[0]
            self.found.no_file(one.where, f"{what} {path}", f"{kind} is no file")
            return ""
        if path.startswith(("/dev/", "/proc/")):
            self.found.no_file(one.where, f"{what} {path}", "it is the console, or nothing")
            return ""
        if not path.startswith("/"):
            path = f"{self.given.names.get('prefix', '${prefix}').rstrip('/')}/{path}"
        # A variable makes a file of each of its values.
        text = re.sub(r"\$\{(\w+)\}|\$(\w+)", r"${\1\2}", path)
        return globs.literal(text)

    def _remarks(self, one: Directive) -> list[str]:
        path = one.args[0]
        remarks = []
        if not path.startswith("/") and "prefix" not in self.given.names:
            remarks.append("below nginx's prefix (nginx -V tells): --define prefix=…")
        if "$" in path:
            remarks.append("a file for each value of the variables in its name")
        return remarks

    def _access(self, one: Directive, kind: str) -> None:
        glob = self._target(one, "access_log")
        if not glob:
            return
        options = [arg for arg in one.args[1:] if "=" in arg or arg == "gzip"]
        name = next((arg for arg in one.args[1:] if arg not in options), "combined")
        if any(arg.startswith("gzip") for arg in options):
            self.found.unread(one.where, f"access_log {one.args[0]}", "nginx packs it (gzip)")
            return
        format_ = self.formats.get((kind, name))
        if format_ is None:
            self.found.unread(one.where, f"access_log {one.args[0]}", f"no log_format is {name}")
            return
        remarks = self._remarks(one)
        remarks.append(f"log_format {name}")
        if any(arg.startswith("buffer=") for arg in options):
            remarks.append("nginx writes it in blocks (buffer): lines come late without flush=1s")
        include, exclude = globs.moved(glob)
        self.found.logs.append(
            Log(
                one.where, "access_log", name, include, format_, exclude, remarks=tuple(remarks)
            )
        )  # fmt: skip

    def _error(self, one: Directive) -> None:
        if glob := self._target(one, "error_log"):
            include, exclude = globs.moved(glob)
            remarks = tuple(self._remarks(one))
            self.found.logs.append(
                Log(
                    one.where, "error_log", "error_log", include, "nginx_error", exclude,
                    remarks=remarks,
                )
            )  # fmt: skip


def _may_lack(pattern: str) -> bool:
    """Tell whether an include may match nothing."""
    return any(one in pattern for one in "*?[")


def _unset(block: list[Directive]) -> bool:
    """Tell whether a server of an http block is told of no access log."""
    names = {one.name for one in block}
    if "access_log" in names:
        return False
    servers = [one for one in block if one.name == "server"]
    return any("access_log" not in {own.name for own in one.block} for one in servers)
