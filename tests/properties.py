"""How many examples a property is tried on.

A test must tell of the change that it runs on, so its examples are drawn alike each time: a new
one, found by chance, would stop whoever comes by. ``make hunt`` draws others, and many more.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from types import ModuleType
from typing import Any

from hypothesis import settings

import benchmarks
import sidecar

#: How many times as many examples are tried, new ones each time; 0: as many, the same each time.
HUNT = int(os.environ.get("SIDECAR_TEST_HUNT", "0"))

#: Name of what holds for every property.
PROFILE = "sidecar"

# A machine is noisy, and how long an example takes says nothing.
settings.register_profile(PROFILE, deadline=None, derandomize=not HUNT, print_blob=True)


def examples(count: int, **more: Any) -> settings:
    """Try a property on ``count`` examples; ``more`` is as for hypothesis' settings."""
    return settings(max_examples=count * (HUNT or 1), **more)


def _load(package: ModuleType) -> None:
    """Load every module: hypothesis draws the constants of those that are, too."""
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


if not HUNT:
    _load(sidecar)
    _load(benchmarks)
