"""Configurations' files: read whole, walked for known names, matched where one includes others."""

from __future__ import annotations

import glob
import os
import stat

from sidecar.appconf.log import LARGEST, Conf, Where, refuse
from sidecar.errors import Problem

#: Folders and files that are looked at before a walk gives up: somebody gave ``/``.
_MOST = 200_000


def read(path: str) -> Conf:
    """Read a file.

    Raises:
        ConfigError: it cannot be read, or is no configuration.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # before: opening a pipe would wait
            refuse(Where(path), "file", "no regular file", "a configuration's file")
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        refuse(Where(path), "file", error.strerror or "an error", "a readable file")
    if len(data) > LARGEST:
        refuse(Where(path), "file", f"more than {LARGEST >> 20} MiB", "a configuration's file")
    return Conf(path, data)


def walk(folder: str) -> tuple[list[str], list[Problem]]:
    """Give the files below a folder, by name; links to folders are not followed.

    Returns:
        The files, and which folders could not be listed, or that there are too many.
    """
    found: list[str] = []
    problems: list[Problem] = []

    def fail(error: OSError) -> None:
        said = error.strerror or "an error"
        problems.append(Problem(str(error.filename), "folder", said, "a folder to be listed"))

    for where, folders, files in os.walk(folder, onerror=fail):
        folders.sort()
        found += [os.path.normpath(os.path.join(where, one)) for one in sorted(files)]
        if len(found) > _MOST:
            said = f"more than {_MOST} files"
            problems.append(Problem(folder, "folder", said, "the folder of configurations"))
            break
    return found, problems


def matching(pattern: str) -> list[str]:
    """Give the files that an include names, by name; a folder stands for all in it."""
    found = []
    for path in sorted(glob.glob(pattern)):
        inside = sorted(glob.glob(f"{glob.escape(path)}/*")) if os.path.isdir(path) else [path]
        found += [one for one in inside if os.path.isfile(one)]
    return found


def there(path: str) -> bool:
    """Tell whether a file is there to be read."""
    return os.path.isfile(path) and os.access(path, os.R_OK)
