r"""Pairs such as ``level=info msg="out of paper" took=1.5s``, as logfmt and klog write them.

A key is anything without a blank, ``=`` or a quote; a value stands between quotes, escaped as Go's
``strconv.Quote`` and JSON do it, or runs to the next blank, where what it has between quotes may
hold some (klog writes JSON so).

Sources: https://pkg.go.dev/github.com/go-logfmt/logfmt; https://github.com/kubernetes/klog:
internal/serialize/keyvalues.go.
"""

from __future__ import annotations

import re
from typing import Any

from sidecar.fields import quoting

#: Expressions of a key, and of a text between quotes; nothing in them is gone back over.
KEY = r'[^\s="]++'
QUOTED = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'

#: What follows a key's ``=`` without a quote before it.
BARE = rf'[^ "\n](?>(?:[^ "\n]++|{QUOTED})*)'

_PAIR = re.compile(rf"({KEY})=({QUOTED}|(?:{BARE})?)")

#: A number and its unit, as Go writes durations; several make one.
_DURATION = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


def read(text: str) -> list[tuple[str, str]]:
    """Give keys and values, in their order."""
    return [(key, unquoted(value)) for key, value in _PAIR.findall(text)]


def add(found: dict[str, Any], key: str, value: Any) -> None:
    """Add a value; a key that comes again has a list of them."""
    if key not in found:
        found[key] = value
    elif isinstance(found[key], list):
        found[key].append(value)
    else:
        found[key] = [found[key], value]


def unquoted(text: str) -> str:
    """Give what a text between quotes means; any other is itself."""
    if text[:1] != '"':
        return text
    return quoting.unescape(text[1:-1].encode()).decode() if "\\" in text else text[1:-1]


def seconds(text: str) -> float | None:
    """Read a duration of Go's, ``1m2.5s``; None where it is none."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    # To nine digits: what a float adds to a sum of decimals is nobody's.
    return round(sum(float(number) * _SECONDS[unit] for number, unit in parts), 9)
