"""Regular expressions with named groups, each a field.

The expression is the user's own, and so is what it costs: ``(a+)+b`` takes for ever here too. It
is looked at for what is like that (``repetition``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sidecar.errors import LayoutError
from sidecar.fields import dates, epochs, javadates, strftime
from sidecar.fields.reading import Reading
from sidecar.formats.spec import MESSAGE, Field, Format, Joins, Kind, Linear
from sidecar.layouts import readers, repetition
from sidecar.layouts.declare import Declaration
from sidecar.layouts.expressions import translated

SOURCE = "the configuration"

_FIRST = "first_"

#: What a user can say a field is.
TYPES = (
    "text", "integer", "number", "level", "ns", "us", "ms", "s", "duration",
)  # fmt: skip

#: Groups that are the stamp where a pattern of one is given.
STAMPS = ("timestamp", "time", "ts", "date", "asctime", "datetime")

#: A message that takes the rest of the line.
_REST = re.compile(rb"\(\?P<message>\.[*+]\??\)$")


def read(
    layout: str,
    time: str = "",
    types: Mapping[str, str] | None = None,
    engine: str = "re",
    grammar: str = "regex",
) -> Declaration:
    """Make the declaration of an expression.

    Args:
        layout: the expression; it fits a line from its start to its end.
        time: pattern of the stamp in the group ``timestamp``, or ``time``, ``ts``, ``date``.
        types: group -> one of ``TYPES``, or the pattern of a stamp.
        engine: ``re``, or ``re2``, which reads every line in linear time.
        grammar: as errors name it.

    Raises:
        UsageError: the engine is not installed.
        LayoutError: it is no expression, has no group that every line has, or says a type of a
            group that is not there.
    """
    made = translated(layout, grammar)
    kinds = _kinds(layout, grammar, made.names, time, types or {})
    rest = _REST.search(made.pattern)
    whole = made.pattern[: rest.start()] if rest else made.pattern
    names = [one for one in made.names if not (rest and one == "message")]
    stamp = next((one for one in STAMPS if one in kinds), "")
    groups = {one: "timestamp" if one == stamp else one for one in names}
    for name, group in groups.items():
        whole = whole.replace(b"(?P<%b>" % name.encode(), b"(?P<%b>" % group.encode())
    known = [groups[one] for one in names if one in made.sure]
    sure = "timestamp" if "timestamp" in known else next(iter(known), "")
    if not sure and not rest:
        raise LayoutError(
            grammar, layout, 1, "no group that every line has", "at least one",
            "outside of (...)? and of alternatives",
        )  # fmt: skip
    fields = {
        groups[one]: _field(
            kinds.get(one, "level" if one == "level" else "text"), grammar, layout, one,
            optional=groups[one] != sure,
        )
        for one in names
    }  # fmt: skip
    looks = b""
    if stamp:  # a line whose stamp is none is no head
        _, looks = _moment(kinds[stamp])
        whole = whole.replace(b"(?P<timestamp>", b"(?P<timestamp>(?=%b)" % looks)
    joins = rest is not None and sure == "timestamp" and bool(stamp)
    if joins:
        whole = b"(?P<origin_1>%b)" % whole
    whole = rb"(?=(?P<%b>[^\n]))" % _FIRST.encode() + whole
    if rest:
        whole += MESSAGE
        fields["message"] = Field()
    sure = sure or "message"
    described = {groups[one]: kinds.get(one, "text") for one in names}
    return Declaration(
        Format(
            name=grammar,
            summary=f"the {grammar} layout {layout}",
            source=SOURCE,
            pattern=whole,
            fields={sure: fields[sure], **fields},
            runs={"origin_1": frozenset({*fields} - {"message"})} if joins else {},
            joins=Joins.ANYTHING if joins else Joins.NOTHING,
            starts=rb"\x00-\xff",
            linear=_linear(layout, grammar, groups, looks, open_end=rest is not None)
            if engine == "re2"
            else Linear(),
        ),
        {
            one: "level" if one == "level" else kind if kind in TYPES else "timestamp"
            for one, kind in {**described, **({"message": "text"} if rest else {})}.items()
        },
        risks=() if engine == "re2" else tuple(repetition.risks(layout, whole=True)),
    )


#: What the other engine cannot do: to look around, to mean a group's text, to never give back.
_BACKTRACKS = re.compile(r"\(\?(?:<?[=!]|>|P=)|(?<!\\)[*+?}]\+")


def _linear(
    layout: str, grammar: str, groups: Mapping[str, str], looks: bytes, *, open_end: bool
) -> Linear:
    """Make the head for the engine that reads a line once.

    Raises:
        LayoutError: it has something that the engine cannot do.
        UsageError: the engine is not installed.
    """
    from sidecar.formats import linear  # noqa: PLC0415 - few ask for it

    pattern = translated(layout, grammar, alone=True).pattern
    for name, group in groups.items():
        pattern = pattern.replace(b"(?P<%b>" % name.encode(), b"(?P<%b>" % group.encode())
    try:
        linear.compiled(pattern)
    except ValueError as error:
        found = _BACKTRACKS.search(layout)
        raise LayoutError(
            grammar, layout, found.start() + 1 if found else 1,
            f'"{found[0]}"' if found else str(error),
            "what google-re2 can do: no look-around, no text of a group, nothing possessive",
            "leave it out: in linear time nothing need be possessive; or engine: re",
        ) from None  # fmt: skip
    return Linear(pattern, looks, open_end)


def _kinds(
    layout: str, grammar: str, names: Sequence[str], time: str, types: Mapping[str, str]
) -> dict[str, str]:
    """Give what the user says of groups."""
    kinds = dict(types)
    for name in kinds:
        if name not in names:
            expected = f"a group's name: {', '.join(names) or 'there is none'}"
            raise LayoutError(grammar, layout, 1, f'types for "{name}"', expected)
    if time:
        stamp = next((one for one in STAMPS if one in names), "")
        if not stamp:
            raise LayoutError(
                grammar, layout, 1, f'time: "{time}" and no group for it',
                "a group called timestamp", "name it (?P<timestamp>...)",
            )  # fmt: skip
        kinds[stamp] = time
    return kinds


# -- values --------------------------------------------------------------------------------------


def stamp(pattern: str) -> dates.Stamp:
    """Make a stamp of a user's pattern: strftime's where it has ``%``, else Java's, or an epoch.

    Raises:
        ValueError: it cannot be read.
    """
    if pattern in {"epoch", "epoch_s", "unix"}:
        return dates.stamp(epochs.parts("s"))
    if pattern in {"epoch_ms", "epoch_us", "epoch_ns"}:
        return dates.stamp(epochs.parts(pattern.removeprefix("epoch_")))
    if pattern.lower() == "iso8601":
        return dates.stamp(javadates.new("yyyy-MM-dd'T'HH:mm:ss.SSSXXX"))
    parts = strftime.parts(pattern) if "%" in pattern else javadates.new(pattern)
    made = dates.stamp(parts)
    if made.lacks:
        raise ValueError(f"it lacks {made.lacks}")
    return made


def _moment(kind: str) -> tuple[Callable[[str, Reading], str], bytes]:
    """Give a reader of a stamp and what the stamp looks like."""
    if kind.lower() == "iso8601":
        return _iso8601, rb"%b(?:%b)?(?:%b)?" % _ISO8601
    made = stamp(kind)
    return readers.moment(made), made.pattern


#: A date and a time, a fraction, an offset.
_ISO8601 = (
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", rb"[.,]\d{1,9}", rb"Z|[+-]\d\d(?::?\d\d)?"
)  # fmt: skip

_ISO8601_PARTS = re.compile(rb"%b(%b)?(%b)?" % _ISO8601)


def _iso8601(text: str, reading: Reading) -> str:
    """Read a date and a time, with or without a fraction and an offset."""
    found = _ISO8601_PARTS.fullmatch(text.encode())
    if not found:
        raise ValueError(f"{text!r} is no stamp of ISO 8601")
    read = _iso8601_with(fraction=bool(found[1]), offset=bool(found[2]))
    return read(text.replace(" ", "T").replace(",", "."), reading)


@cache
def _iso8601_with(*, fraction: bool, offset: bool) -> Callable[[str, Reading], str]:
    pattern = "yyyy-MM-dd'T'HH:mm:ss" + ".SSS" * fraction + "XXX" * offset
    return readers.moment(dates.stamp(javadates.new(pattern)))


def _field(kind: str, grammar: str, layout: str, name: str, *, optional: bool) -> Field:
    read: Callable[[str, Reading], Any]
    if kind == "text":
        return Field(optional=optional)
    if kind == "level":
        read = readers.level({})
    elif kind == "integer":
        read = readers.integer
    elif kind == "number":
        read = readers.number
    elif kind in TYPES:
        read = readers.duration("" if kind == "duration" else kind)
    else:
        try:
            read, _ = _moment(kind)
        except (ValueError, IndexError) as error:
            raise LayoutError(
                grammar, layout, 1, f'"{kind}" as the type of {name}',
                f"{', '.join(TYPES)}, or a date pattern", str(error),
            ) from None  # fmt: skip
    return Field(Kind.LOOKUP, read, optional=optional)
