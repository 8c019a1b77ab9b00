"""Formats from what the logging program itself was told: a layout, in the grammar of its owner.

``tomcat: '%h %l %u %t "%r" %s %b'`` is taken apart by the grammar's front end into a form
(``form``), and the form is made into a declaration (``declare``) like those of the built-in
formats.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from sidecar.errors import LayoutError
from sidecar.fields.reading import Reading
from sidecar.formats import reference
from sidecar.formats.options import FormatOptions
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Format
from sidecar.layouts.arrange import first_line
from sidecar.layouts.declare import Declaration, declare
from sidecar.layouts.form import Form
from sidecar.layouts.risk import Risk

GRAMMARS = (
    "tomcat", "apache", "nginx", "log4j", "logback", "jboss", "jul", "jetty", "python",
    "postgresql", "grok", "dissect", "regex",
)  # fmt: skip

#: Options of every grammar: which lines begin an event, and lines to try.
_COMMON = ("event_start", "samples")


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout, read.

    Attributes:
        spec: as the configuration has it: the grammar's name -> the layout, and options.
        format: its declaration.
        line: the same for lines that stand alone: a record of several lines is none then.
        types: field -> what it is, in a word.
        assumed: what it leaves open and was decided, in words.
        start: bytes expression; each line it matches begins an event. "": the format's rule.
        risks: what in a person's own expression can make a line slow.
    """

    spec: Mapping[str, Any]
    format: Format
    line: Format
    types: Mapping[str, str]
    assumed: tuple[str, ...]
    start: str = ""
    risks: tuple[Risk, ...] = ()

    @property
    def grammar(self) -> str:
        """The front end's name."""
        return self.format.name

    def described(self) -> list[str]:
        """Say in words what it reads, and what was decided where it leaves something open."""
        fields = ", ".join(f"{name} {type_}" for name, type_ in self.types.items())
        return [f"reads {fields}", *self.assumed]

    def tried(self, reading: Reading) -> Iterator[tuple[str, list[dict[str, Any]], bool]]:
        """Read the samples.

        Yields:
            Each sample's text, the records it became, and whether that is what it should be.
        """
        for sample in self.spec.get("samples", ()):
            event = sample if isinstance(sample, str) else sample["event"]
            options = FormatOptions(self.grammar, reading, start=self.start.encode())
            lines = event.removesuffix("\n").encode().split(b"\n")
            made = reference.records(lines, [self.format], RAW, options)
            records = [orjson.loads(one) for one in made]
            fits = all("parse_error" not in one for one in records)
            if not isinstance(sample, str) and "record" in sample:
                fits = records == [sample["record"]]
            yield event, records, fits


def options(grammar: str) -> tuple[str, ...]:
    """Give the names of a grammar's options."""
    named = list(inspect.signature(_front_end(grammar).read).parameters)[1:]
    return (*(one for one in named if one != "grammar"), *_COMMON)


def read(spec: Mapping[str, Any]) -> Layout:
    """Read a layout.

    Args:
        spec: the grammar's name -> the layout, and options by name.

    Raises:
        LayoutError: the layout cannot be read, or an option is none.
    """
    grammar = next(one for one in GRAMMARS if one in spec)
    text = spec[grammar]
    given = {name: value for name, value in spec.items() if name != grammar}
    known = options(grammar)
    if not isinstance(text, str) or "\0" in text:
        raise LayoutError(grammar, str(text), 1, "no text", "the layout as a text")
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            raise LayoutError(
                grammar,
                text,
                1,
                f'the option "{name}"',
                f"one of {', '.join(known)}",
                f"did you mean {near[0]}?" if near else "",
            )
        _check(grammar, text, name, value)
    front = {name: value for name, value in given.items() if name not in _COMMON}
    made: Form | Declaration = _front_end(grammar).read(text, **front)
    declared = declare(made) if isinstance(made, Form) else made
    first = first_line(made) if isinstance(made, Form) else None
    return Layout(
        spec,
        declared.format,
        declare(first).format if first else declared.format,
        declared.types,
        declared.assumed,
        given.get("event_start", ""),
        declared.risks,
    )


def told(header: bytes) -> Format | None:
    """Give the format of the lines below a ``#Fields`` line; None where it cannot be read."""
    try:
        return read({"tomcat": header.decode()}).format._replace(name="w3c")
    except LayoutError:
        return None


def _front_end(grammar: str) -> Any:
    return importlib.import_module(f"sidecar.layouts.{grammar}")


_MAPS = ("types", "patterns")


def _bytes_expression(text: str) -> bool:
    try:
        return re.compile(text.encode()).groups == 0
    except re.error:
        return False


def _check(grammar: str, text: str, name: str, value: Any) -> None:
    """Hold an option's value against what it takes."""
    if name == "samples":
        fits, expected = _samples(value), "a list of texts, or of maps with event and record"
    elif name == "event_start":
        fits = isinstance(value, str) and bool(value) and _bytes_expression(value)
        expected = "a regular expression without capturing groups"
    elif name in _MAPS:
        fits = isinstance(value, Mapping) and all(
            isinstance(one, str) for pair in value.items() for one in pair
        )
        expected = "a map of texts"
    elif name == "version":
        fits, expected = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    elif name == "engine":
        fits, expected = value in {"re", "re2"}, "re, or re2: google-re2, in linear time"
    elif name == "unit":
        fits, expected = value in {"ns", "us", "ms", "s"}, "ns, us, ms or s"
    else:
        fits, expected = isinstance(value, str), "a text"
    if not fits:
        raise LayoutError(grammar, text, 1, f"{name}: {value!r}", expected)


def _samples(value: Any) -> bool:
    return isinstance(value, Sequence) and all(
        isinstance(one, str)
        or (isinstance(one, Mapping) and isinstance(one.get("event"), str)
            and {*one} <= {"event", "record"})
        for one in value
    )  # fmt: skip
