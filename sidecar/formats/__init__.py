"""The catalogue: every format, in the order ``auto`` tries them."""

from __future__ import annotations

from sidecar.formats.access import ACCESS
from sidecar.formats.bracket import BRACKET
from sidecar.formats.json import JSON
from sidecar.formats.juli import JULI
from sidecar.formats.raw import RAW

FORMATS = (BRACKET, JULI, ACCESS, JSON, RAW)

BY_NAME = {format_.name: format_ for format_ in FORMATS}
