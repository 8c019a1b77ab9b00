"""What a command reads once: a file or standard input, unpacked on the way."""

from __future__ import annotations

import io
import os
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

GZIP = b"\x1f\x8b"

_DAY_S = 86_400


class InputError(Exception):
    """An input cannot be read, and why."""


@contextmanager
def opened(name: str, size: int) -> Iterator[tuple[io.BufferedReader[io.FileIO], Any]]:
    """Open an input, ``-`` for standard input; what gzip has packed (RFC 1952) comes unpacked.

    Args:
        name: the file's.
        size: how many bytes are read at a time.

    Yields:
        The input as it is, and what to read, which is the same where nothing was packed.

    Raises:
        InputError: it cannot be read, or not to its end.
    """
    try:
        file = io.FileIO(os.dup(0) if name == "-" else name)
        with io.BufferedReader(file, size) as raw:
            if raw.peek(2)[:2] == GZIP:
                import gzip  # noqa: PLC0415 - few need it

                yield raw, gzip.GzipFile(fileobj=raw)
            else:
                yield raw, raw
    except OSError as error:
        raise InputError(error.strerror or str(error)) from error
    except (EOFError, zlib.error) as error:
        raise InputError(f"{error}; what came before it was read") from error


def day_written(shown: os.stat_result) -> int:
    """Give the day on which an input was last written to; what comes through a pipe is today's."""
    return day_of(shown.st_mtime if stat.S_ISREG(shown.st_mode) else time.time())


def day_of(seconds: float) -> int:
    """Give the day of a moment, both counted from 1970 on."""
    return int(seconds // _DAY_S)
