"""What tests of several modules need."""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterator

import pytest

from sidecar.fields import zones


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A slim image: neither the system's database nor PyPI's."""
    monkeypatch.setitem(sys.modules, "tzdata", None)
    kept = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    zones._has_database.cache_clear()
    yield
    zones._has_database.cache_clear()
    zoneinfo.reset_tzpath(to=kept)
