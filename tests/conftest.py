"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

from tests import properties  # noqa: F401 - has the profile

settings.load_profile("sidecar")
