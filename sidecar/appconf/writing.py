"""Logs that were found, as a configuration of ours: YAML, with where each is from beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sidecar.appconf import globs
from sidecar.appconf.log import Found, Log, plain
from sidecar.errors import Problem

_WIDTH = 98

#: Plain in YAML, whatever its position.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_/-]*")

_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def text(found: Found, problems: Sequence[Problem] = ()) -> str:
    """Write the configuration; what is no source stands below, as comments."""
    lines = [
        "# Made by `sidecar init`: read it over, then try it with `sidecar check --config`.",
        "# Stamps that carry no zone are taken as UTC: set timezone where the clock was another.",
        "sources:",
    ]
    for logs in _joined(found.logs):
        lines += _source(logs)
    unread = [str(one) for one in found.asides if one.unread]
    unread += [f"{one.where}: {one.found}" for one in problems]
    for title, said in (
        ("Not read, look at these:", unread),
        ("No files:", [str(one) for one in found.asides if not one.unread]),
    ):
        if said:
            lines += ["", f"# {title}"]
            lines += [line for one in dict.fromkeys(said) for line in _comment(f"- {one}", "")]
    return "\n".join(lines) + "\n"


def _joined(logs: Sequence[Log]) -> list[list[Log]]:
    """Put logs of one file together; the first source that fits a file has it: stars come last."""
    by_files: dict[tuple[str, ...], list[Log]] = {}
    for one in logs:
        by_files.setdefault(one.include, []).append(one)
    return sorted(by_files.values(), key=lambda alike: _open(alike[0]))


def _open(log: Log) -> bool:
    """Tell whether a file's name begins or goes on with anything: another log's may be like it."""
    names = (glob.rpartition("/")[2].replace(globs.NUMBER, "") for glob in log.include)
    return any("*" in one.replace("[*]", "") for one in names)


def clashes(logs: Sequence[Log]) -> Iterator[str]:
    """Say which files are written in two formats, of which we read one."""
    for first, *others in _joined(logs):
        for one in others:
            if one.format != first.format:
                yield (
                    f"{one.where}: {one.writer}: {', '.join(one.include)} is written in another "
                    f"format at {first.where}, by which it is read"
                )


def _source(logs: Sequence[Log]) -> Iterator[str]:
    first = logs[0]
    for one in logs:
        yield from _comment(f"{one.writer}, {one.where}", "  ")
    for remark in dict.fromkeys(remark for one in logs for remark in one.remarks):
        yield from _comment(remark, "  ")
    for said in clashes(logs):
        yield from _comment(said, "  ")
    yield from _list("  - include:", first.include)
    if first.exclude:
        yield from _list("    exclude:", first.exclude)
    yield from _format(first.format)
    if first.encoding != "utf-8":
        yield f"    encoding: {scalar(first.encoding)}"


def _list(head: str, patterns: Sequence[str]) -> Iterator[str]:
    whole = f"{head} {scalar(list(patterns))}"
    if len(whole) <= _WIDTH:
        yield whole
    else:
        yield head
        yield from (f"      - {_quoted(one)}" for one in patterns)


def _format(format_: str | Mapping[str, Any]) -> Iterator[str]:
    if isinstance(format_, str):
        yield f"    format: {format_}"
        return
    from sidecar import layouts  # noqa: PLC0415 - logs of formats with a name need none of it

    for said in layouts.read(format_).assumed:
        yield from _comment(said, "    ")
    whole = f"    format: {{{', '.join(f'{key}: {scalar(one)}' for key, one in format_.items())}}}"
    if len(whole) <= _WIDTH:
        yield whole
        return
    yield "    format:"
    for key, value in format_.items():
        yield f"      {key}: {scalar(value)}"


def scalar(value: Any) -> str:
    """Write a text, a number or a list of texts as YAML has them on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_quoted, value))}]"
    if not isinstance(value, str):
        return str(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else _quoted(value)


def _quoted(value: str) -> str:
    if value.isprintable() and ("\\" in value or '"' in value) and not value.isspace():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    code = ord(letter)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )


def _comment(said: str, indent: str) -> Iterator[str]:
    """Write a comment, in lines of a width; what a file holds cannot end it."""
    words = plain(said).split(" ")
    line = f"{indent}#"
    for word in words:
        if len(line) + len(word) >= _WIDTH and line.strip("# "):
            yield line
            line = f"{indent}#  "
        line += f" {word}"
    yield line.rstrip()
