"""Logs as the applications' own configurations have them: server.xml, logback.xml, nginx.conf ...

A reader a kind of file (``tomcat``, ``juli``, ``logback``, ``log4j2``, ``log4j1``, ``spring``,
``nginx``, ``httpd``, ``python``) makes of a file the logs that the application writes. ``writing``
makes of them a configuration of ours, ``choice`` picks the one that a source means.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from sidecar.appconf import disk, globs, kinds
from sidecar.appconf.log import Found, Given, Where, refuse
from sidecar.appconf.names import EndlessError
from sidecar.errors import ConfigError, LayoutError, Problem
from sidecar.fields import encodings


def gather(paths: Iterable[str], given: Given) -> tuple[Found, list[Problem], int]:
    """Read files, and those of known names in folders.

    Returns:
        What they say of logs, what could not be read, and how many files were read.
    """
    found, problems, count = Found(), list[Problem](), 0
    for path in paths:
        inside, unlisted = _inside(path) if os.path.isdir(path) else ([path], [])
        problems += unlisted
        for one in inside:
            try:
                found.add(_tried(read(one, given)))
            except ConfigError as error:
                problems += error.problems
            else:
                count += 1
    found.asides.sort(key=lambda one: one.where)
    return found, problems, count


def _inside(folder: str) -> tuple[list[str], list[Problem]]:
    """Give the configurations in a folder, and what of it could not be looked at."""
    found, problems = disk.walk(folder)
    return [one for one in found if _known(one, kinds.by_name(one))], problems


def _known(path: str, kind: str | None) -> bool:
    """Tell whether a file is what it is called; systemd has an nginx.conf of its own."""
    if kind not in kinds.AMBIGUOUS:
        return kind is not None
    try:
        return kinds.by_text(disk.read(path)) == kind
    except ConfigError:
        return False


def read(path: str, given: Given) -> Found:
    """Read a file.

    Raises:
        ConfigError: it cannot be read, or is of no known kind.
    """
    conf = disk.read(path)
    kind = kinds.by_name(path)
    if kind == "":
        found = Found()
        found.unread(Where(path), os.path.basename(path), "this kind of file is not read")
        return found
    kind = kind or kinds.by_text(conf)
    if kind is None:
        refuse(
            Where(path), "file", "nothing of a known kind",
            "server.xml, logging.properties, logback.xml, log4j2.xml or .properties, "
            "log4j.properties or .xml, application.properties or .yml, nginx.conf, httpd.conf, "
            "or Python's logging as ini, YAML or JSON",
        )  # fmt: skip
    try:
        found = kinds.reader(kind)(conf, given)
    except EndlessError as error:
        refuse(Where(conf.path), "names", str(error), "names that come to an end")
    logs, found.logs = found.logs, []
    for log in logs:
        said = [log.format] if isinstance(log.format, str) else [*log.format.values()]
        if not all(_text(str(one)) for one in (*log.include, *said)):
            found.unread(log.where, log.writer, "what it says is no text")
            continue
        if any(map(globs.vague, log.include)):
            why = f"nothing is sure of its file's name, {log.include[0]}: --define what it holds"
            found.unread(log.where, log.writer, why)
            continue
        try:
            encoding = encodings.name(log.encoding.strip() or "utf-8")
        except LookupError:
            encoding = "utf-8"
            why = f"its encoding {log.encoding} is unknown here; it is taken as {encoding}"
            found.unread(log.where, log.writer, why)
        found.logs.append(log._replace(encoding=encoding))
    return found


def _text(text: str) -> bool:
    """Tell whether a text can stand in a configuration: no NUL, no half of a character."""
    return not re.search("[\0\ud800-\udfff]", text)


def _tried(found: Found) -> Found:
    """Try the layouts; what cannot be read is found out line by line."""
    from sidecar import layouts  # noqa: PLC0415 - few need it, and it costs an eighth of a start

    for place, log in enumerate(found.logs):
        if isinstance(log.format, str):
            continue
        try:
            layouts.read(log.format)
        except LayoutError as error:
            found.unread(log.where, log.writer, str(error).replace("\n  hint", "; hint"))
            found.logs[place] = log._replace(format="auto")
    return found
