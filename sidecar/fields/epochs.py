"""Stamps that count from 1970: seconds, with or without a fraction, or thousandths and less.

Everything stays text: a float would lose what lies below a microsecond.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sidecar.fields.dates import Part

#: Unit -> the decimals of a second that it counts.
DECIMALS = {"s": 0, "ms": 3, "us": 6, "ns": 9}

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - in UTC

_NUMBER = re.compile(r"(-?)0*(\d{1,21})(?:\.(\d{1,9}))?", re.ASCII)


def parts(unit: str = "s", fraction: int = 0) -> tuple[Part, ...]:
    """Give the parts of a count, for ``dates.stamp``; its last digits are the fraction.

    Args:
        unit: one of ``DECIMALS``.
        fraction: of ``s``: so many digits follow a point.
    """
    seconds = Part("epoch", r"\d{1,11}", unit)
    decimals = DECIMALS[unit] or fraction
    if not decimals:
        return (seconds,)
    digits = Part("fraction", rf"\d{{{decimals}}}", unit)
    return (seconds, Part("", r"\."), digits) if fraction else (seconds, digits)


def unit_of(text: str) -> str:
    """Tell the unit of a whole number by how many digits it has.

    Up to 11 are seconds (to the year 5138), up to 14 milliseconds (from 1973), up to 17
    microseconds, more nanoseconds.
    """
    digits = len(text.lstrip("-0"))
    return "s" if digits <= 11 else "ms" if digits <= 14 else "us" if digits <= 17 else "ns"


def read(text: str, unit: str = "") -> str:
    """Give a count as ``YYYY-MM-DDTHH:MM:SS``, in UTC, with the fraction that it has.

    Args:
        text: a decimal number: ``1732414592``, ``1732414592.096``, ``1732414592096``.
        unit: what it counts; empty: as ``unit_of`` tells.

    Raises:
        ValueError: it is no such number, or beyond the calendar.
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} counts nothing")
    sign, whole, fraction = found.group(1), found[2], found[3] or ""
    decimals = DECIMALS[unit or unit_of(whole)]
    whole = whole.rjust(decimals + 1, "0")
    cut = len(whole) - decimals
    seconds, fraction = int(whole[:cut]), whole[cut:] + fraction
    if sign and (seconds or fraction.strip("0")):
        seconds = -seconds
        if fraction.strip("0"):  # the fraction counts upwards
            seconds -= 1
            fraction = str(10 ** len(fraction) - int(fraction)).rjust(len(fraction), "0")
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error
    return moment.isoformat() + (f".{fraction}" if fraction else "")
