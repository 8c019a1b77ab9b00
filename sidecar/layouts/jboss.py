"""The front end of jboss; see ``java``."""

from __future__ import annotations

from sidecar.layouts import java
from sidecar.layouts.form import Form


def read(layout: str) -> Form:
    """Read a pattern.

    Raises:
        LayoutError: a conversion is none of jboss's.
    """
    return java.read(layout, java.JBOSS)
