"""Include and exclude globs to the files they name, with what ``stat`` says of each.

Our own walk rather than ``glob``: a folder that cannot be listed must not look like one whose
files are gone, so failures are given back beside what was found.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_MAGIC = re.compile(r"[*?\[]")


@dataclass(slots=True)
class Found:
    """What one look at the folders gave.

    Attributes:
        files: path -> its ``stat``, in the order oldest first; regular files only.
        folders: every folder looked into.
        unlisted: folders that could not be listed, and why; what was known in them stays known.
        refused: paths that are no file to follow, and why.
        linked: one of the files is a symbolic link.
    """

    files: dict[str, os.stat_result] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    unlisted: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    linked: bool = False


def root(pattern: str) -> str:
    """Give the longest folder of a pattern that holds no glob character."""
    parts = pattern.split("/")
    plain = []
    for part in parts[:-1]:
        if _MAGIC.search(part):
            break
        plain.append(part)
    return "/".join(plain) or ("/" if pattern.startswith("/") else ".")


#: What a glob is made of; a ``**/`` stands at the start of a part.
_TOKEN = re.compile(r"(?<![^/])\*\*/|\*\*|\*|\?|\[!?\]?[^]]*\]|.", re.DOTALL)

_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Make an expression of a glob: ``**`` spans folders, all else stays within one."""
    return re.compile("".join(map(_meaning, _TOKEN.findall(pattern))), re.DOTALL)


def _meaning(token: str) -> str:
    """Give the expression of one token."""
    if token[0] != "[" or len(token) == 1:
        return _MEANING.get(token) or re.escape(token)
    negated = "^" if token[1] == "!" else ""
    members = re.sub(r"([][^&|~\\])", r"\\\1", token[1:-1].removeprefix("!"))
    text = f"(?!/)[{negated}{members}]"
    try:
        re.compile(text)
    except re.error:  # such as a range from z to a: what nothing is in
        return "[^/]" if negated else r"(?!)"
    return text


def matches(path: str, pattern: str) -> bool:
    """Tell whether a path fits a glob as a whole."""
    return _compiled(pattern).fullmatch(path) is not None


def look(
    include: Sequence[str],
    exclude: Sequence[str],
    *,
    symlinks: str,
    avoid: tuple[int, int] | None = None,
) -> Found:
    """Look at the folders of the globs once.

    Args:
        include: globs.
        exclude: globs; they win.
        symlinks: ``inside``: a link is followed while it stays in its glob's root; ``all``;
            ``none``.
        avoid: device and inode of a folder that is never looked into.
    """
    found = Found()
    for pattern in include:
        base = root(pattern)
        depth = None if "**" in pattern else pattern.count("/") - base.rstrip("/").count("/") - 1
        if base == ".":
            depth = None if "**" in pattern else pattern.removeprefix("./").count("/")
            pattern = pattern if pattern.startswith("./") else f"./{pattern}"  # noqa: PLW2901
        real = os.path.realpath(base)
        for entry in _walk(base, depth, found, avoid):
            if entry.path in found.files or not matches(entry.path, pattern):
                continue
            if any(matches(entry.path, one) or matches(entry.name, one) for one in exclude):
                continue
            _judge(entry, real, symlinks, found)
    found.files = dict(sorted(found.files.items(), key=lambda item: (item[1].st_mtime_ns, item[0])))
    return found


def _walk(
    folder: str, depth: int | None, found: Found, avoid: tuple[int, int] | None
) -> Iterator[os.DirEntry[str]]:
    try:
        if avoid and _is(folder, avoid):
            return
        if folder not in found.folders:
            found.folders.append(folder)
        with os.scandir(folder) as listing:
            entries = list(listing)
    except FileNotFoundError:
        return
    except OSError as error:
        found.unlisted[folder] = error.strerror or str(error)
        return
    for entry in entries:
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
        except OSError:
            continue
        if not is_folder:
            yield entry
        elif depth is None or depth > 0:
            yield from _walk(entry.path, None if depth is None else depth - 1, found, avoid)


def _is(folder: str, key: tuple[int, int]) -> bool:
    try:
        shown = os.stat(folder)
    except FileNotFoundError:
        return False
    return (shown.st_dev, shown.st_ino) == key


def _judge(entry: os.DirEntry[str], real: str, symlinks: str, found: Found) -> None:
    """Take the entry as a file to follow, or say why not."""
    try:
        if entry.is_symlink():
            if symlinks == "none":
                found.refused[entry.path] = "it is a symbolic link"
                return
            target = os.path.realpath(entry.path)
            if symlinks == "inside" and not target.startswith(f"{real.rstrip('/')}/"):
                found.refused[entry.path] = "it is a symbolic link that leaves the folder"
                return
            found.linked = True
        seen = entry.stat()
    except OSError:
        return  # gone since the listing, or a link to nothing
    if stat.S_ISREG(seen.st_mode):
        found.files[entry.path] = seen
    else:
        found.refused[entry.path] = "it is no regular file"
