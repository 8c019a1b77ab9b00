"""Copies that a rotation makes of a file: which neighbour holds what the file held."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator

from sidecar.tail.fingerprint import ANCHOR_BYTES, HEAD_BYTES
from sidecar.tail.tailer import open_regular

#: Path, descriptor, and device with inode, of a file that was opened.
Opened = tuple[str, int, tuple[int, int]]


def originals(path: str) -> Iterator[str]:
    """Give the paths of which a rotation may have made this one, in the same folder.

    ``app.log`` gives ``app.log.1``, ``app.log-20260301``, ``app-20260301.log``, ``app.2.log``.
    """
    folder, name = os.path.split(path)
    stem, dot, suffix = name.rpartition(".")
    for end in range(len(name) - 1, 0, -1):
        yield os.path.join(folder, name[:end])
        if dot and end < len(stem):
            yield os.path.join(folder, f"{name[:end]}.{suffix}")


def find(
    original: str, but: Container[tuple[int, int]], fits: Callable[[int], bool]
) -> Opened | None:
    """Find a file named after ``original`` whose descriptor ``fits``.

    Args:
        original: path of the file that was copied.
        but: files that are none.
        fits: asked of each candidate's descriptor.

    Returns:
        The first that fits, opened, or None.
    """
    folder = os.path.dirname(original)
    try:
        paths = sorted(os.path.join(folder, name) for name in os.listdir(folder or "."))
    except OSError:
        return None
    for path in paths:
        if original not in originals(path) or not os.path.isfile(path):
            continue
        try:
            fd = open_regular(path)
        except OSError:
            continue
        shown = os.fstat(fd)
        key = (shown.st_dev, shown.st_ino)
        if key not in but and fits(fd):
            return path, fd, key
        os.close(fd)
    return None


def begins_like(fd: int, size: int, original: int, head: bytes) -> bool:
    """Tell whether a file's first ``size`` bytes, all it has, may be those of another.

    Args:
        fd: of the file.
        size: of the file.
        original: descriptor of the other.
        head: what the other is remembered to begin with; b"" where nothing is.
    """
    head = head or os.pread(original, HEAD_BYTES, 0)
    if not head.startswith(os.pread(fd, min(len(head), size), 0)):
        return False
    start = max(0, size - ANCHOR_BYTES)
    return os.pread(fd, size - start, start) == os.pread(original, size - start, start)
