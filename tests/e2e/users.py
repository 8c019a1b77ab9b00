"""An interpreter that another user may run, whatever folder this one lives in."""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

import pytest

import sidecar


def interpreter_for_all(folder: Path) -> list[str]:
    """Give the command of a Python that has the product, copied with its dependencies.

    Skips, or under SIDECAR_TEST_E2E=required fails, where there is none: this interpreter stands
    in a folder that is closed to others, and the system has no Python of the same version.
    """
    real = Path(sys.executable).resolve()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not _open_to_all(real):
        system = shutil.which(version, path="/usr/local/bin:/usr/bin:/bin")
        if system is None or not _open_to_all(Path(system).resolve()):
            reason = f"another user cannot run {real}, and the system has no {version}"
            if os.environ.get("SIDECAR_TEST_E2E") == "required":
                pytest.fail(reason)
            pytest.skip(reason)
        real = Path(system)
    for name in _needed("sidecar", set()) - {"sidecar"}:
        for file in metadata.distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)
    product = Path(sidecar.__file__).parent
    shutil.copytree(product, folder / "sidecar", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return ["env", f"PYTHONPATH={folder}", "PYTHONDONTWRITEBYTECODE=1", str(real)]


def _open_to_all(path: Path) -> bool:
    return all(one.stat().st_mode & 0o001 for one in (path, *path.parents))


def _needed(name: str, found: set[str]) -> set[str]:
    """Give the names of a distribution and of all that it requires, without extras."""
    found.add(name)
    for one in metadata.requires(name) or ():
        requirement, _, condition = one.partition(";")
        other = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        if not condition and other not in found:
            _needed(other, found)
    return found
