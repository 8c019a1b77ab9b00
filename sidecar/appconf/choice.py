"""Which log of an application's configuration a source means: ``{from: /conf/logback.xml}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sidecar import appconf
from sidecar.appconf.log import Found, Given, Log
from sidecar.errors import ConfigError, Problem
from sidecar.tail import discovery

#: Options beside ``from``; those of every layout are added to what comes out.
OPTIONS = ("appender", "define", "version", "event_start", "samples")


def pick(path: str, appender: str, include: Sequence[str], given: Given) -> Log:
    """Give the one log that is meant.

    Args:
        path: the application's configuration.
        appender: the name of what writes it; "": found by the file's name.
        include: the globs, or files, of the source.
        given: what names stand for.

    Raises:
        ConfigError: it cannot be read, or none or several of its logs fit; all are listed.
    """
    found = appconf.read(path, given)
    fits = [one for one in found.logs if not appender or appender in (one.name, one.writer)]
    if len(fits) > 1:
        fits = _named(fits, include)
    if len({str((one.format, one.encoding)) for one in fits}) == 1:
        fits = fits[:1]
    if len(fits) != 1:
        _refuse(path, found, fits, appender, include)
    if fits[0].format == "auto":
        said = [one.why for one in found.asides if one.unread and one.what == fits[0].writer]
        expected = "a log whose layout can be read"
        raise ConfigError(
            [Problem(str(fits[0].where), "from", f"{fits[0].writer}: {'; '.join(said)}", expected)]
        )
    return fits[0]


def _named(logs: list[Log], include: Sequence[str]) -> list[Log]:
    """Give the logs whose files are named as the source's; the whole path decides between two.

    Folders alone decide nothing: the application may see its own at other places than we do.
    """

    def fitting(of: Callable[[str], str]) -> list[Log]:
        return [
            log
            for log in logs
            if any(_alike(of(own), of(other)) for own in log.include for other in include)
        ]

    by_name = fitting(lambda glob: glob.rpartition("/")[2])
    if len(by_name) < 2:
        return by_name
    by_path = [one for one in fitting(str) if one in by_name]
    return by_path if len(by_path) == 1 else by_name


def _alike(one: str, other: str) -> bool:
    """Tell whether two globs can name one file."""
    return discovery.matches(_example(one), other) or discovery.matches(_example(other), one)


def _example(glob: str) -> str:
    """Give a name that fits a glob."""
    text = re.sub(r"\[!?(.)[^]]*\]", r"\1", glob)
    return re.sub(r"\*+|\?", "1", text)


def _refuse(
    path: str, found: Found, fits: Sequence[Log], appender: str, include: Sequence[str]
) -> None:
    listed = "; ".join(
        f"{one.name} ({one.writer}, line {one.where.line}: {', '.join(one.include)})"
        for one in found.logs
    )
    if not found.logs:
        said = "; ".join(f"{one.what}: {one.why}" for one in found.asides) or "nothing of logs"
        raise ConfigError([Problem(path, "from", said, "a log that is written to a file")])
    if appender:
        shown = f'{"several logs" if fits else "no log"} of "{appender}"'
    else:
        names = ", ".join(include) or "the input"
        shown = f"{len(fits)} logs that {names} can be" if fits else f"no log that {names} can be"
    raise ConfigError([Problem(path, "from", shown, f"appender: one of {listed}")])
