"""A log that an application writes, as its own configuration has it; and what passes with it."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from sidecar.errors import ConfigError, Problem

#: A larger file is no configuration of logs, in bytes.
LARGEST = 4 << 20


class Where(NamedTuple):
    """A place in a configuration: the file, and the line from 1; 0 is the whole file."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Log(NamedTuple):
    """One log.

    Attributes:
        where: what stands there makes the application write it.
        writer: who writes, in words: ``appender FILE``, ``AccessLogValve``.
        name: what ``appender:`` calls it; not always the only one of that name.
        include: globs of its files, those that rotation leaves behind too.
        format: a format's name, or a grammar's name -> the layout, and options.
        exclude: globs of the files that rotation packs.
        encoding: as the file calls it, and after ``appconf.read`` as Python does; "": UTF-8.
        remarks: what a reader should know, in words.
    """

    where: Where
    writer: str
    name: str
    include: tuple[str, ...]
    format: str | Mapping[str, Any]
    exclude: tuple[str, ...] = ()
    encoding: str = ""
    remarks: tuple[str, ...] = ()


class Aside(NamedTuple):
    """What gives no source: a log that is no file, or something that is not read.

    Attributes:
        what: what stands there.
        why: why it gives none.
        unread: a person has to look at it.
    """

    where: Where
    what: str
    why: str
    unread: bool

    def __str__(self) -> str:
        return plain(f"{self.where}: {self.what}: {self.why}")


@dataclass(slots=True)
class Found:
    """What a configuration says of logs, in its order."""

    logs: list[Log] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)

    def no_file(self, where: Where, what: str, why: str) -> None:
        """Note a log that is written to no file."""
        self.asides.append(Aside(where, what, why, unread=False))

    def unread(self, where: Where, what: str, why: str) -> None:
        """Note what cannot be read, and why."""
        self.asides.append(Aside(where, what, why, unread=True))

    def add(self, other: Found) -> None:
        """Take what another configuration says."""
        self.logs += other.logs
        self.asides += other.asides


class Given(NamedTuple):
    """What the user says beside the files.

    Attributes:
        names: name -> text, of ``--define``.
        tomcat: Tomcat's version, the first number; 0: not said.
    """

    names: Mapping[str, str] = {}
    tomcat: int = 0


class Conf(NamedTuple):
    """A configuration's file."""

    path: str
    data: bytes

    def at(self, line: int) -> Where:
        """Give a place in it."""
        return Where(self.path, line)

    def text(self, fallback: str = "") -> str:
        """Give its text, which is UTF-8; or, where the kind of file allows it, of another encoding.

        Raises:
            ConfigError: its bytes are no text.
        """
        try:
            text = self.data.removeprefix(codecs.BOM_UTF8).decode()
        except UnicodeDecodeError as error:
            if not fallback:
                line = self.data.count(b"\n", 0, error.start) + 1
                refuse(self.at(line), "text", f"the byte 0x{self.data[error.start]:02x}", "UTF-8")
            text = self.data.decode(fallback)
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            refuse(self.at(line), "text", "a NUL character", "a configuration's text")
        return text.replace("\r\n", "\n")


def plain(text: str) -> str:
    """Give a text as a terminal and a comment can have it: one line, nothing that controls."""
    return "".join(one if one.isprintable() else " " for one in text)


def refuse(where: Where, key: str, found: str, expected: str, hint: str = "") -> NoReturn:
    """Raise the error of a place that cannot be read."""
    raise ConfigError([Problem(str(where), key, plain(found), expected, hint)])
