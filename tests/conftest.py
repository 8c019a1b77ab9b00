"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A machine is noisy, and how long an example takes says nothing.
settings.register_profile("sidecar", deadline=None)
settings.load_profile("sidecar")
