"""httpd.conf and apache2.conf: CustomLog, TransferLog, LogFormat, ErrorLog and ErrorLogFormat.

Defined by Apache httpd's documentation: "Configuration Files", mod_log_config, the core's ErrorLog
and Define, the manual of rotatelogs; and cronolog's. Debian sets variables in ``envvars``.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from sidecar.appconf import disk, globs, names, places
from sidecar.appconf.log import Conf, Found, Given, Log, Where, refuse
from sidecar.layouts.apache import ALIASES

_DEEPEST, _MOST = 20, 5000

#: Where httpd's configuration says it lives.
_HOMES = ("/etc/apache2/", "/etc/httpd/")

_DIRECTIVES = frozenset((
    "customlog", "define", "errorlog", "errorlogformat", "forensiclog", "globallog", "include",
    "includeoptional", "logformat", "scriptlog", "serverroot", "transferlog", "undefine", "use",
))  # fmt: skip

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|(\S+)', re.DOTALL)

_CONDITIONS = frozenset((
    "if", "ifdefine", "ifdirective", "iffile", "ifmodule", "ifsection", "ifversion", "macro",
))  # fmt: skip

#: What a shell's line sets, in single quotes, in double ones, in none.
_SET = re.compile(r"""\s*(?:export\s+)?(\w+)=(?:'([^']*)'|"([^"`]*)"|([^\s"'`;]*))\s*""")

_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")

#: Options of rotatelogs and cronolog that take a word.
_TAKING = {"rotatelogs": "LpnmS", "rotatelogs2": "LpnmS", "cronolog": "lHSPpz"}


class _Line(NamedTuple):
    """A directive, and the sections around it: ``VirtualHost`` with its place, and conditions."""

    name: str
    args: list[str]
    where: Where
    host: str
    conditions: tuple[str, ...]


def read(conf: Conf, given: Given) -> Found:
    """Read the logs of a file and of what it includes.

    Raises:
        ConfigError: an include goes round, or cannot be read.
    """
    reader = _Reader(conf, given)
    lines = list(reader.lines(conf, 0))
    reader.logs(lines)
    return reader.found


def envvars(text: str) -> dict[str, str]:
    """Give the variables that a shell's script sets plainly; of several values the last."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not (one := _SET.fullmatch(line)):
            continue
        name, single, other = one[1], one[2], one[3] or one[4] or ""
        if single is not None:
            found[name] = single
        elif "$" not in _VARIABLE.sub("", other):
            found[name] = _VARIABLE.sub(lambda of: found.get(of[1] or of[2], ""), other)
    return found


class _Reader:
    def __init__(self, conf: Conf, given: Given) -> None:
        self.given, self.found = given, Found()
        self.folder = os.path.dirname(conf.path)
        self.root = ""
        self.own: dict[str, str] = {}
        self.open: list[str] = []
        self.read = 0
        beside = os.path.join(self.folder, "envvars")
        if disk.there(beside):
            self.own = envvars(disk.read(beside).text("latin-1"))

    # -- what stands there -----------------------------------------------------------------------

    def lines(
        self, conf: Conf, depth: int, host: str = "", conditions: tuple[str, ...] = ()
    ) -> Iterator[_Line]:
        """Give the directives about logs, those of included files in their place."""
        self.open.append(os.path.realpath(conf.path))
        sections: list[tuple[str, str, tuple[str, ...]]] = []
        for number, text in _logical(conf.text("latin-1")):
            where = conf.at(number)
            if text.startswith("</"):
                if not sections or sections[-1][0] != text[2:].rstrip(" >").lower():
                    refuse(where, "httpd", f'"{text}"', "the section that it closes")
                _, host, conditions = sections.pop()
                continue
            if text.startswith("<"):
                name, _, rest = text.strip("<> ").partition(" ")
                sections.append((name.lower(), host, conditions))
                if len(sections) > _DEEPEST:
                    refuse(where, "httpd", f"sections {_DEEPEST} deep", "a configuration's few")
                if name.lower() == "virtualhost":
                    host = str(where)
                elif name.lower() in _CONDITIONS and not _usual(name.lower(), rest):
                    conditions = (*conditions, f"<{name} {rest.strip()}>")
                continue
            name, _, rest = text.partition(" ")
            if name.lower() not in _DIRECTIVES:
                continue
            args = [self.said(one) for one in _args(rest)]
            line = _Line(name.lower(), args, where, host, conditions)
            if line.name.startswith("include") and args:
                yield from self._included(line, depth)
            elif not self._kept(line):
                yield line
        if sections:
            refuse(conf.at(0), "httpd", f"<{sections[-1][0]}> that is open", "its end")
        self.open.pop()

    def said(self, text: str) -> str:
        return names.expand(text, lambda name: self.given.names.get(name, self.own.get(name)), "")

    def _kept(self, line: _Line) -> bool:
        """Take what says nothing of a log, but of what stands behind it."""
        if line.name == "define" and line.args:
            self.own[line.args[0]] = line.args[1] if len(line.args) > 1 else ""
        elif line.name == "undefine" and line.args:
            self.own.pop(line.args[0], None)
        elif line.name == "serverroot" and line.args:
            self.root = line.args[0].rstrip("/")
        elif line.name == "use":
            self.found.unread(line.where, f"Use {' '.join(line.args)}", "macros are not read")
        elif any(one.startswith("<Macro") for one in line.conditions):
            pass  # where it is used, it is named
        else:
            return False
        return True

    def _included(self, line: _Line, depth: int) -> Iterator[_Line]:
        pattern, what = line.args[0], f"{line.name} {line.args[0]}"
        paths = self._paths(pattern)
        if not paths and line.name == "include":
            self.found.unread(line.where, what, "it is not here")
        for path in paths:
            self.read += 1
            if os.path.realpath(path) in self.open or depth >= _DEEPEST or self.read > _MOST:
                refuse(line.where, "httpd", what, "includes that come to an end")
            yield from self.lines(disk.read(path), depth + 1, line.host, line.conditions)

    def _paths(self, pattern: str) -> list[str]:
        """Give the files of an include; a copy of a configuration includes what lies beside it."""
        tried = [
            os.path.join(self.folder, pattern.removeprefix(home))
            for home in _HOMES
            if pattern.startswith(home)
        ]
        if pattern.startswith("/"):
            tried.append(pattern)
        else:
            tried += [os.path.join(one, pattern) for one in (self.folder, self._above(), self.root)]
        return next((paths for one in tried if (paths := disk.matching(one))), [])

    def _above(self) -> str:
        """Give the folder that is most often the server's root."""
        conf = os.path.basename(os.path.abspath(self.folder)) == "conf"
        return os.path.normpath(os.path.join(self.folder, "..")) if conf else self.folder

    # -- what it means ---------------------------------------------------------------------------

    def logs(self, lines: list[_Line]) -> None:
        """Take the logs; a nickname, and the form of errors, may stand behind what uses it."""
        formats: dict[tuple[str, str], str] = {}
        errors: dict[str, str] = {}
        for line in lines:
            if line.name == "logformat" and len(line.args) > 1:
                formats[line.host, line.args[1]] = line.args[0]
            elif line.name == "errorlogformat" and line.args:
                if line.args[0] in ("request", "connection"):
                    what = f"ErrorLogFormat {line.args[0]}"
                    self.found.unread(line.where, what, "lines of their own, which are not read")
                else:
                    errors[line.host] = line.args[0]
        last: dict[str, str] = {}
        for line in lines:
            if line.name == "logformat" and len(line.args) == 1:
                text = line.args[0]
                last[line.host] = formats.get((line.host, text), formats.get(("", text), text))
            elif line.name in ("customlog", "globallog") and len(line.args) > 1:
                self._access(line, line.args[1], formats)
            elif line.name == "transferlog" and line.args:
                text = last.get(line.host, last.get("", ALIASES["common"]))
                self._access(line, text, formats)
            elif line.name == "errorlog" and line.args:
                text = errors.get(line.host, errors.get("", ""))
                self._log(line, "ErrorLog", {"apache": text} if text else "apache_error", [])
            elif line.name in ("forensiclog", "scriptlog") and line.args:
                self.found.unread(
                    line.where, f"{line.name} {line.args[0]}", "its lines are not read"
                )

    def _access(self, line: _Line, text: str, formats: dict[tuple[str, str], str]) -> None:
        named = formats.get((line.host, text), formats.get(("", text)))
        name = text if named is not None else ""
        layout = named if named is not None else text
        what = "TransferLog" if line.name == "transferlog" else "CustomLog"
        if "%" not in layout:
            self.found.unread(line.where, f"{what} {line.args[0]}", f"no LogFormat is {text}")
            return
        plain = layout in (ALIASES["common"], ALIASES["combined"])
        spec: str | dict[str, Any] = "access" if plain else {"apache": layout}
        self._log(line, what, spec, [f"LogFormat {name}"] if name else [], name)

    def _log(
        self,
        line: _Line,
        what: str,
        format_: str | dict[str, Any],
        remarks: list[str],
        name: str = "",
    ) -> None:
        target, exclude = line.args[0], tuple[str, ...]()
        if target.startswith("|"):
            include = self._piped(line, what, target.lstrip("|$ "), remarks)
        elif target.startswith("syslog") or re.match(r"\w+:", target):
            kind = target.partition(":")[0]
            self.found.no_file(line.where, f"{what} {target}", f"{kind} is no file")
            return
        elif target.startswith(("/dev/", "/proc/")):
            self.found.no_file(line.where, f"{what} {target}", "it is the console, or nothing")
            return
        else:
            include, exclude = globs.moved(globs.literal(self._below(target, remarks)))
        if not include:
            return
        if line.conditions:
            remarks.append(f"only under {' '.join(line.conditions)}")
        self.found.logs.append(
            Log(
                line.where, what, name or what, include, format_, exclude,
                remarks=tuple(dict.fromkeys(remarks)),
            )
        )  # fmt: skip

    def _below(self, path: str, remarks: list[str]) -> str:
        """Put a path below the server's root."""
        places.remark(path, remarks)
        if path.startswith(("/", "${")):
            return path
        root = self.given.names.get("ServerRoot", self.root)
        if not root:
            root = os.path.abspath(self._above())
            remarks.append("no ServerRoot is set: --define ServerRoot=…")
        return f"{root}/{path}"

    def _piped(self, line: _Line, what: str, command: str, remarks: list[str]) -> tuple[str, ...]:
        """Give the globs of a log that goes through a program which is known to write files."""
        try:
            program, *words = shlex.split(command)
        except ValueError:
            program, words = command, []
        kind = os.path.basename(program)
        if kind not in _TAKING:
            why = f"{kind} takes it, and nobody knows where to"
            self.found.unread(line.where, f"{what} |{command}", why)
            return ()
        flags, path = _options(words, _TAKING[kind])
        if not path:
            self.found.unread(line.where, f"{what} |{command}", "no file is named")
            return ()
        path = self._below(path, remarks)
        if "%" in path:
            remarks.append(f"{kind} begins a new file when its name changes")
            return (globs.strftime(path),)
        if kind == "cronolog" or "t" in flags:
            remarks.append(f"{kind} writes one file")
            return (globs.literal(path),)
        if "n" in flags:
            remarks.append(f"{kind} writes {flags['n']} files in turn")
            return (globs.literal(path), f"{globs.literal(path)}.{globs.NUMBER}")
        remarks.append(f"{kind} puts the time behind each file's name")
        return (f"{globs.literal(path)}.{globs.NUMBER}",)


def _usual(name: str, rest: str) -> bool:
    """Tell whether a condition most often holds: that a module is there."""
    return name in ("ifmodule", "ifversion") and not rest.lstrip().startswith("!")


def _options(words: list[str], taking: str) -> tuple[dict[str, str], str]:
    """Part a program's options from the first word that is none."""
    flags: dict[str, str] = {}
    words = list(words)
    while words and words[0].startswith("-") and words[0] != "-":
        option = words.pop(0)
        for place, letter in enumerate(option[1:], 1):
            if letter in taking:
                rest = option[place + 1 :]
                flags[letter] = rest or (words.pop(0) if words else "")
                break
            flags[letter] = ""
    return flags, words[0] if words else ""


def _args(text: str) -> list[str]:
    """Part what stands behind a directive; in quotes a backslash stands before their like."""
    args = []
    for found in _WORD.finditer(text):
        quote = found[0][0] if found[3] is None else ""
        args.append(re.sub(rf"\\([\\{quote}])", r"\1", found[1] or found[2] or found[3] or ""))
    return args


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Give each directive, with what continues it, and its line."""
    begin = 0
    parts: list[str] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not parts:
            if not line or line[0] == "#":
                continue
            begin = number
        if raw.endswith("\\"):
            parts.append(line[:-1])
            continue
        yield begin, re.sub(r"^(<?\S+)\s+", r"\1 ", "".join([*parts, line]))
        parts = []
    if parts:
        yield begin, "".join(parts)
