"""The meaning of a format, plain and line by line: the specification of ``compiler``.

Nothing here is fast and nothing here is shared with the compiler but the declarations; a property
test holds the two equal, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

import orjson

from sidecar.fields import quoting, stacktraces, zones
from sidecar.fields.reading import Reading
from sidecar.formats.headed import NAME, TELLS
from sidecar.formats.options import FormatOptions
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind


def records(
    lines: Iterable[bytes], formats: Sequence[Format], raw: Format, options: FormatOptions
) -> Iterator[bytes]:
    """Turn lines into JSON lines.

    Args:
        lines: UTF-8, without newlines, from the first of the file.
        formats: the one format chosen, or, under ``auto``, all in the order they are tried.
        raw: the format of lines before any has fitted, under ``auto``.
        options: ``add`` is not looked at; the reading tells the day.

    Yields:
        One JSON object an event, each ending in a newline.
    """
    auto = options.format == "auto"
    current = raw if auto else formats[0]
    tell = options.tell if auto or current.name == NAME else None
    event: list[bytes] = []  # the lines of the event that is still open
    headed = False  # it began with a head, so lines may join it
    order = _Order()

    for line, below in pairwise(chain(lines, [None])):
        assert line is not None
        if tell and TELLS.fullmatch(line) and (told := tell(line)):
            for one in filter(None, (event, [line])):
                yield _record(b"\n".join(one), current, options, order)
            formats = [told if one.name == NAME else one for one in formats]
            current, event, headed = told, [], False
            continue
        fitting = None
        joins = headed and options.start != b"" and not re.match(options.start, line)
        if not joins:
            fitting = _first_fitting(line, formats, current) if auto else None
            if below is not None and auto and _first_fitting(below, formats, current):
                below = None  # noqa: PLW2901 - another event's
            joins = (
                headed
                and not fitting
                and (
                    _joins(line, below, current, options)
                    or _ends(event, line, below, current, options)
                )
            )
        if joins:
            event.append(line)
        else:
            if event:
                yield _record(b"\n".join(event), current, options, order)
            current = fitting or current
            event = [line]
            headed = _is_head(line, current, options)
    if event:
        yield _record(b"\n".join(event), current, options, order)


class _Order:
    """The last moment read of an hour that clocks show twice, or ""."""

    last = ""

    def moment(self, text: str, declared: Field, reading: Reading) -> str:
        """Read a stamp by what stands before it."""
        assert declared.read is not None
        first, second = (declared.read(text, reading._replace(fold=fold)) for fold in (0, 1))
        if first == second:
            return str(first)
        chosen = zones.in_order(first[:19], second[:19], self.last)
        self.last = max(self.last, chosen)
        return str(first if chosen == first[:19] else second)


def _first_fitting(line: bytes, formats: Sequence[Format], current: Format) -> Format | None:
    """Give the format the line fits: the current one before the others, in their order."""
    others = [format_ for format_ in formats if format_ is not current]
    for format_ in ([current] if current in formats else []) + others:
        if format_.joins is not Joins.TRACES and _fits(line, format_):
            return format_
    return None


def _fits(line: bytes, format_: Format) -> bool:
    if not re.fullmatch(format_.pattern, line):
        return False
    return not format_.passes or _object(line) is not None


def _is_head(line: bytes, format_: Format, options: FormatOptions) -> bool:
    if options.lone:
        return True
    if options.start:
        return re.match(options.start, line) is not None
    if format_.joins is Joins.TRACES:
        return re.match(stacktraces.CONTINUES, line) is None
    return _fits(line, format_)


def _joins(line: bytes, below: bytes | None, format_: Format, options: FormatOptions) -> bool:
    """Tell whether the line joins an open event that has a head."""
    if options.lone or options.start or format_.joins is Joins.NOTHING:
        return False
    if format_.joins is Joins.TRACES and below is not None:
        line += b"\n" + below
    return not _is_head(line, format_, options)


def _ends(
    event: list[bytes], line: bytes, below: bytes | None, format_: Format, options: FormatOptions
) -> bool:
    """Tell whether the line ends what the lines of the open event leave open."""
    if options.lone or options.start or format_.joins is not Joins.TRACES:
        return False
    above = ""
    for one in event:
        above = stacktraces.after(one, above)
    return stacktraces.ends(line, below or b"", above)


def _record(event: bytes, format_: Format, options: FormatOptions, order: _Order) -> bytes:
    if format_.passes and _fits(event, format_):
        found = _object(event)
        assert found is not None
        extra = {key: value for key, value in options.constants.items() if key not in found}
        if not extra:
            return event + b"\n"
        body = event.rstrip(b" \t")
        comma = b"," if found else b""
        return body[:-1] + comma + orjson.dumps(extra)[1:-1] + b"}" + event[len(body) :] + b"\n"
    before = order.last
    parsed = _parse(event, format_, options, order)
    if parsed is None:
        order.last = before
        parsed = {"message": event.decode()}
        if format_.joins is not Joins.TRACES:
            parsed["parse_error"] = format_.name
    for key, value in options.constants.items():
        parsed.setdefault(key, value)
    return orjson.dumps(parsed) + b"\n"


def _object(line: bytes) -> Mapping[str, Any] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _parse(
    event: bytes, format_: Format, options: FormatOptions, order: _Order
) -> dict[str, Any] | None:
    """Read the fields, in the order of the declaration; None where the event does not fit."""
    if format_.passes:
        return None
    head = format_.pattern.removesuffix(MESSAGE)
    if head != format_.pattern:  # a head may go on after its first line; its message always does
        fits = re.match(head, event)
    else:
        fits = re.fullmatch(format_.pattern, event)
    if fits is None:
        return None
    groups: dict[str, bytes | None] = fits.groupdict()
    if head != format_.pattern:
        groups["message"] = event[fits.end() :]
    values: dict[str, Any] = {}
    try:
        for name, declared in format_.fields.items():
            value = _value(groups[name], groups, declared, options, order)
            if declared.kind is Kind.MEMBERS:
                told = (value or {}).items()
                values |= {one: each for one, each in told if one not in format_.fields}
                if not any(each is not None for each in values.values()):
                    return None  # a record has a field at least
            else:
                values[name] = value
    except ValueError:
        return None
    return {name: value for name, value in values.items() if value is not None}


def _value(
    text: bytes | None,
    groups: Mapping[str, bytes | None],
    declared: Field,
    options: FormatOptions,
    order: _Order,
) -> Any:
    """Read one value; None where it is absent."""
    if text is None or (declared.optional and text == b"-"):
        return None
    if declared.kind is Kind.TEXT:
        return text.decode()
    if declared.kind is Kind.QUOTED:
        return quoting.unescape(text).decode()
    if declared.kind is Kind.DIGITS:
        return int(text)
    assert declared.read is not None
    if declared.kind in {Kind.LOOKUP, Kind.MEMBERS}:
        return declared.read(text.decode(), options.reading)
    offset, fraction = groups.get("offset") or b"", groups.get("fraction") or b""
    value = order.moment((text + offset).decode(), declared, options.reading)
    return f"{value}{fraction.decode().replace(',', '.')}Z"
