"""The patterns of log4j 1 and 2, of logback and of JBoss LogManager: one family, three dialects.

Defined by log4j-core's package ``pattern`` (the ConverterKeys) and log4j 1.2's PatternLayout,
logback-classic's PatternLayout, and jboss-logmanager's FormatStringParser. Spring Boot's words
(``%clr``, ``%wEx``, ``%esb``) and its properties with defaults are read too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from sidecar.errors import LayoutError
from sidecar.fields import epochs, javadates
from sidecar.fields.dates import Part
from sidecar.layouts.form import Filler, Form, Item, Literal, Maybe, Type, Value, Width, slug
from sidecar.layouts.moments import Moment, Piece, moment, together

_LEVELS = (
    "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "FINEST", "FINER", "FINE", "CONFIG",
    "WARNING", "SEVERE",
)  # fmt: skip

#: Escape sequences that colours are made of.
_COLOUR = Filler(rb"(?>(?:\x1b\[[0-9;]{0,32}m){0,16})", b"\\x1b")

_COLOURS = frozenset((
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "gray", "boldRed",
    "boldGreen", "boldYellow", "boldBlue", "boldMagenta", "boldCyan", "boldWhite", "highlight",
    "style", "clr",
))  # fmt: skip

_LOG4J: dict[str, tuple[str, Type]] = {
    **dict.fromkeys(("p", "level"), ("level", Type.LEVEL)),
    **dict.fromkeys(("c", "logger"), ("logger", Type.TEXT)),
    **dict.fromkeys(("m", "msg", "message"), ("message", Type.MESSAGE)),
    **dict.fromkeys(("t", "tn", "thread", "threadName"), ("thread", Type.TEXT)),
    **dict.fromkeys(("T", "tid", "threadId"), ("tid", Type.INTEGER)),
    **dict.fromkeys(("tp", "threadPriority"), ("thread_priority", Type.INTEGER)),
    **dict.fromkeys(("C", "class"), ("class", Type.TEXT)),
    **dict.fromkeys(("M", "method"), ("function", Type.TEXT)),
    **dict.fromkeys(("F", "file"), ("file", Type.TEXT)),
    **dict.fromkeys(("L", "line"), ("line", Type.INTEGER)),
    **dict.fromkeys(("l", "location"), ("location", Type.TEXT)),
    **dict.fromkeys(("X", "mdc", "MDC"), ("mdc", Type.TEXT)),
    **dict.fromkeys(("K", "map", "MAP"), ("map", Type.TEXT)),
    **dict.fromkeys(("x", "NDC"), ("ndc", Type.TEXT)),
    **dict.fromkeys(
        (
            "ex", "throwable", "exception", "rEx", "rThrowable", "rException", "xEx", "xThrowable",
            "xException", "wEx", "xwEx",
        ),
        ("", Type.THROWABLE),
    ),
    "marker": ("marker", Type.TEXT),
    "markerSimpleName": ("marker", Type.TEXT),
    "fqcn": ("fqcn", Type.TEXT),
    **dict.fromkeys(("N", "nano"), ("nano", Type.INTEGER)),
    **dict.fromkeys(("r", "relative"), ("relative", Type.INTEGER)),
    **dict.fromkeys(("sn", "sequenceNumber"), ("sequence", Type.INTEGER)),
    **dict.fromkeys(("pid", "processId"), ("pid", Type.INTEGER)),
    **dict.fromkeys(("u", "uuid"), ("uuid", Type.TEXT)),
    **dict.fromkeys(("i", "index"), ("index", Type.INTEGER)),
    "endOfBatch": ("end_of_batch", Type.TEXT),
    "traceId": ("trace", Type.TEXT),
    "spanId": ("span", Type.TEXT),
    "traceFlags": ("trace_flags", Type.TEXT),
}  # fmt: skip

_LOGBACK: dict[str, tuple[str, Type]] = {
    **dict.fromkeys(("p", "le", "level"), ("level", Type.LEVEL)),
    **dict.fromkeys(("c", "lo", "logger"), ("logger", Type.TEXT)),
    **dict.fromkeys(("m", "msg", "message"), ("message", Type.MESSAGE)),
    **dict.fromkeys(("t", "thread"), ("thread", Type.TEXT)),
    **dict.fromkeys(("C", "class"), ("class", Type.TEXT)),
    **dict.fromkeys(("M", "method"), ("function", Type.TEXT)),
    **dict.fromkeys(("F", "file"), ("file", Type.TEXT)),
    **dict.fromkeys(("L", "line"), ("line", Type.INTEGER)),
    **dict.fromkeys(("X", "mdc"), ("mdc", Type.TEXT)),
    **dict.fromkeys(
        (
            "ex", "exception", "throwable", "rEx", "rootException", "xEx", "xException",
            "xThrowable", "nopex", "nopexception", "caller", "wEx", "wex", "xwEx",
        ),
        ("", Type.THROWABLE),
    ),
    **dict.fromkeys(("r", "relative"), ("relative", Type.INTEGER)),
    **dict.fromkeys(("cn", "contextName"), ("context", Type.TEXT)),
    **dict.fromkeys(("ms", "micros"), ("micros", Type.INTEGER)),
    "marker": ("marker", Type.TEXT),
    **dict.fromkeys(("kvp", "maskedKvp"), ("kvp", Type.TEXT)),
    "property": ("property", Type.TEXT),
    "lsn": ("sequence", Type.INTEGER),
    **dict.fromkeys(("sn", "sequenceNumber"), ("sequence", Type.INTEGER)),
    "correlationId": ("correlation", Type.TEXT),
    "applicationName": ("app", Type.TEXT),
}  # fmt: skip

_JBOSS: dict[str, tuple[str, Type]] = {
    "c": ("logger", Type.TEXT),
    "C": ("class", Type.TEXT),
    "D": ("module", Type.TEXT),
    "e": ("", Type.THROWABLE),
    "E": ("", Type.THROWABLE),
    "F": ("file", Type.TEXT),
    "h": ("host", Type.TEXT),
    "H": ("host", Type.TEXT),
    "i": ("pid", Type.INTEGER),
    "k": ("resource_key", Type.TEXT),
    "l": ("location", Type.TEXT),
    "L": ("line", Type.INTEGER),
    "m": ("message", Type.MESSAGE),
    "M": ("function", Type.TEXT),
    "N": ("process_name", Type.TEXT),
    "p": ("level", Type.LEVEL),
    "P": ("level", Type.LEVEL),
    "r": ("relative", Type.INTEGER),
    "s": ("message", Type.MESSAGE),
    "t": ("thread", Type.TEXT),
    "v": ("module_version", Type.TEXT),
    "x": ("ndc", Type.TEXT),
    "X": ("mdc", Type.TEXT),
    "$": ("property", Type.TEXT),
    "#": ("property", Type.TEXT),
}

#: Values whose braces hold the key of a map.
_KEYED = {"mdc", "map", "property"}

_VARIED = {"mdc", "relative", "nano", "sequence", "uuid", "micros", "kvp", "trace", "span", "ndc"}

#: Keys of the MDC that tracers set.
_TRACERS = {
    "traceid": "trace", "trace_id": "trace", "x_b3_traceid": "trace", "dd_trace_id": "trace",
    "spanid": "span", "span_id": "span", "x_b3_spanid": "span", "dd_span_id": "span",
}  # fmt: skip

#: Spring Boot's properties that stand for something even where they have no text.
_PROPERTIES: Mapping[str, Callable[[str, int], Item]] = {
    "PID": lambda code, column: Value(code, column, "pid", Type.INTEGER, absent=("", "????")),
    "LOGGED_APPLICATION_NAME": lambda code, column: Maybe(
        (Literal("["), Value(code, column, "app"), Literal("] "))
    ),
    "LOG_CORRELATION_PATTERN": lambda code, column: Maybe(
        (
            Literal("["), Value(code, column, "trace", shape=rb"[0-9a-f]{16,32}| {32}"),
            Literal("-"), Value(code, column, "span", shape=rb"[0-9a-f]{16}| {16}"), Literal("] "),
        )
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one of the family writes differently.

    Attributes:
        words: conversion word -> field and type; stamps, wrappers and the end of a line aside.
        dates: words of stamps.
        moment: reads a stamp's option.
        others: words that give no value, and those with a pattern inside.
        letters: a word is as long as: ``one`` letter, a ``known`` word, or ``all`` letters.
    """

    name: str
    source: str
    words: Mapping[str, tuple[str, Type]]
    dates: tuple[str, ...]
    moment: Callable[[str], Sequence[Part]]
    others: frozenset[str]
    letters: str

    @property
    def known(self) -> frozenset[str]:
        """All its words."""
        return frozenset((*self.words, *self.dates, *self.others))


#: Composite words whose inside stands or falls with a value in it.
_TOGETHER = frozenset(("notEmpty", "varsNotEmpty", "variablesNotEmpty"))

#: Composite words that give what is inside, changed or not.
_AROUND = frozenset((
    "replace", "enc", "encode", "equals", "equalsIgnoreCase", "maxLen", "maxLength", "prefix",
))  # fmt: skip

_COMPOSITE = _COLOURS | _TOGETHER | _AROUND | {"repeat", "esb"}


def _log4j_moment(option: str) -> Sequence[Part]:
    """Read log4j's names and patterns; ISO8601 has a blank in log4j 1 and a T in 2."""
    if option != "ISO8601":
        return javadates.log4j2(option)
    either = Part("", "[T ]")
    return [either if one.pattern == "T" else one for one in javadates.log4j2(option)]


LOG4J = Dialect(
    "log4j",
    "https://logging.apache.org/log4j/2.x/manual/pattern-layout.html",
    _LOG4J,
    ("d", "date"),
    _log4j_moment,
    _COMPOSITE | {"n"},
    "known",
)
LOGBACK = Dialect(
    "logback",
    "https://logback.qos.ch/manual/layouts.html#conversionWord",
    _LOGBACK,
    ("d", "date"),
    javadates.logback,
    _COMPOSITE | {"n", "ep", "epoch"},
    "all",
)
JBOSS = Dialect(
    "jboss",
    "https://github.com/jboss-logging/jboss-logmanager: FormatStringParser.java",
    _JBOSS,
    ("d",),
    lambda option: javadates.simple(option or "yyyy-MM-dd HH:mm:ss,SSS"),
    frozenset("nKz"),
    "one",
)

#: A conversion that keeps a stack trace from being written.
_NO_TRACE = re.compile(r"%(?:nopex|\w+\{none\}$)")

#: All of a map, braces in braces; where they do not pair, up to a blank.
_WHOLE_MAP = rb"(?:\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}|[^ \n]*)"

_CONVERSION = re.compile(r"%(?P<left>-?)(?P<least>\d*)(?:\.(?P<cut>-?)(?P<most>\d+))?")


def read(layout: str, dialect: Dialect) -> Form:
    """Read a pattern.

    Raises:
        LayoutError: a conversion is none of the dialect's, or a brace lacks its second.
    """
    parser = _Parser(layout, dialect)
    pieces = parser.items(0, "")
    items = together(dialect.name, layout, pieces)
    return Form(dialect.name, layout, dialect.source, items, joins=True, assumed=parser.assumed())


class _Parser:
    """Reads one pattern from left to right."""

    def __init__(self, layout: str, dialect: Dialect) -> None:
        self._text = layout
        self._dialect = dialect
        self._place = 0
        self._zone = ""
        self._coloured = False
        self._fine = ""

    def assumed(self) -> tuple[str, ...]:
        coloured = "colours may stand around values; strip_ansi takes them out of messages too"
        fine = (
            f"{self._fine} writes parts of a second, as since log4j 2.25; before, it wrote a "
            "number of milliseconds, with zeros before it"
        )
        return (*[coloured] * self._coloured, *[fine] * bool(self._fine))

    def items(self, start: int, closing: str) -> list[Piece]:
        """Read up to a closing bracket that is not the text's own, or to the end."""
        pieces: list[Piece] = []
        self._place = start
        while self._place < len(self._text):
            byte = self._text[self._place]
            if byte == closing:
                return pieces
            if byte == "%":
                pieces += self._conversion()
            elif self._text.startswith("${", self._place):
                pieces += self._property()
            elif byte == "\\" and self._place + 1 < len(self._text):
                escaped = self._text[self._place + 1]
                pieces.append(Literal({"n": "\n", "t": "\t", "r": "\r"}.get(escaped, escaped)))
                self._place += 2
            elif byte == "{" and closing == "}":
                self._place += 1
                pieces += [Literal("{"), *self._inside("}"), Literal("}")]
            elif byte == "(" and self._dialect is LOGBACK:
                self._place += 1
                pieces += self._inside(")")
            else:
                pieces.append(Literal(byte))
                self._place += 1
        if closing:
            self._refuse(start, f'"{self._text[start - 1]}"', f'a "{closing}" that closes it')
        return pieces

    def _inside(self, closing: str) -> list[Piece]:
        inside = self.items(self._place, closing)
        self._place += 1
        return inside

    def _property(self) -> list[Piece]:
        """Read ``${name:-default}``: the default is a pattern itself."""
        start = self._place
        end, depth = start + 2, 1
        while end < len(self._text) and depth:
            depth += {"{": 1, "}": -1}.get(self._text[end], 0)
            end += 1
        if depth:
            self._refuse(start, '"${"', 'a "}" that closes it')
        code = self._text[start:end]
        name, marked, default = code[2:-1].partition(":-")
        self._place = end
        if name in _PROPERTIES:
            return [_PROPERTIES[name](code, start + 1)]
        if not marked:
            return [Value(code, start + 1, slug(name))]
        parser = _Parser(default, self._dialect)
        inside = parser.items(0, "")
        self._coloured |= parser._coloured
        self._fine = self._fine or parser._fine
        return inside

    def _conversion(self) -> list[Piece]:
        start = self._place
        if self._text.startswith("%%", start):
            self._place += 2
            return [Literal("%")]
        found = _CONVERSION.match(self._text, start)
        assert found
        width = Width(int(found["least"] or 0), int(found["most"] or 0), left=found["left"] == "-")
        self._place = found.end()
        if self._text.startswith("(", self._place):
            self._place += 1
            return self._wide(self._inside(")"), width)
        word = self._word(start)
        if word in self._dialect.dates:
            return [self._moment(start, word, width)]
        if word in self._dialect.words:
            value = self._value(start, word, width, cut=found["cut"] or "")
            none = value.type is Type.THROWABLE and _NO_TRACE.match(value.code)
            return [] if none else [value]
        if word in _COMPOSITE:
            return self._wide(self._composite(start, word), width)
        return self._other(start, word)

    def _other(self, start: int, word: str) -> list[Piece]:
        """Read a word that is no value of the event's."""
        if word == "n":
            return [Literal("\n")]
        option = self._option() or ""
        if word == "z":
            self._zone = option
            return []
        if word == "K":
            self._coloured = True
            return [_COLOUR]
        unit = "s" if option == "seconds" else "ms"  # logback's %epoch
        code = self._text[start : self._place]
        return [
            moment(
                self._dialect.name, self._text, code, start + 1, "timestamp",
                lambda: epochs.parts(unit),
            )
        ]  # fmt: skip

    def _word(self, start: int) -> str:
        """Read a conversion word."""
        found = re.compile(r"[A-Za-z_]\w*|[#$]").match(self._text, self._place)
        letters = found[0] if found else ""
        rule = self._dialect.letters
        longest = len(letters[:1]) if rule == "one" else len(letters)
        least = len(letters) if rule == "all" else 1
        for length in range(longest, least - 1, -1):
            if length and letters[:length] in self._dialect.known:
                self._place += length
                return letters[:length]
        shown = self._text[start : self._place + max(1, len(letters))]
        expected = " ".join(sorted(f"%{one}" for one in self._dialect.known))
        hint = "parentheses end a word, as in %(p)x" if rule == "all" and letters else ""
        return self._refuse(start, f'"{shown}"', f"one of {expected}", hint)

    def _option(self) -> str | None:
        """Read what stands in braces behind a word; None: there are none."""
        if not self._text.startswith("{", self._place):
            return None
        start, depth, end = self._place, 1, self._place + 1
        while end < len(self._text) and depth:
            depth += {"{": 1, "}": -1}.get(self._text[end], 0)
            end += 1
        if depth:
            self._refuse(start, '"{"', 'a "}" that closes it')
        self._place = end
        return _defaults(self._text[start + 1 : end - 1])

    def _options(self) -> list[str]:
        found = []
        while (option := self._option()) is not None:
            found.append(option)
        return found

    def _composite(self, start: int, word: str) -> list[Piece]:
        """Read a word with a pattern inside, in parentheses or in braces."""
        if self._text.startswith("(", self._place):
            self._place += 1
            inside = self._inside(")")
        elif self._text.startswith("{", self._place):
            self._place += 1
            inside = self._inside("}")
        else:
            self._refuse(start, f'"%{word}"', "a pattern in braces or parentheses behind it")
        options = self._options()
        if word in _COLOURS:
            self._coloured = True
            return [_COLOUR, *inside, _COLOUR]
        if word in _TOGETHER:
            items = together(self._dialect.name, self._text, inside)
            return [Maybe(items)]
        if word == "repeat":
            times = int(options[0]) if options and options[0].isdecimal() else 1
            return inside * times
        if word == "esb":
            name = slug(options[0]) if options else "value"
            code = self._text[start : self._place]
            field = {"application_name": "app", "application_group": "app_group"}.get(name, name)
            return [Maybe((Literal("["), Value(code, start + 1, field), Literal("] ")))]
        if word == "prefix":
            named: list[Piece] = []
            for piece in inside:
                named += [Literal(f"{_long(piece)}=")] if isinstance(piece, Value) else []
                named.append(piece)
            return named
        return inside

    def _wide(self, inside: list[Piece], width: Width) -> list[Piece]:
        """Pad a group."""
        if not width.least:
            return inside
        blanks = Filler(rb" {0,%d}" % width.least, b" ")
        return [*inside, blanks] if width.left else [blanks, *inside]

    def _moment(self, start: int, word: str, width: Width) -> Moment:
        options = self._options()
        pattern, zone = options[0] if options else "", self._zone
        if self._dialect is LOGBACK:
            pattern, *others = _split(pattern)
            zone = others[0] if others else ""
        elif len(options) > 1:
            zone = options[1]
        code = self._text[start : self._place]
        if self._dialect is LOG4J and re.search(r"(?<!S)(?:SS?|S{4,})(?!S)", pattern):
            self._fine = code
        try:
            return moment(
                self._dialect.name, self._text, code, start + 1, "timestamp",
                lambda: self._dialect.moment(pattern), zone, width,
            )  # fmt: skip
        except LayoutError as error:
            if self._dialect is LOGBACK and zone:
                self._refuse(
                    start, f'"{code}"', "a pattern, and a zone behind a comma",
                    f'logback parts options at commas; quote the pattern: %d{{"{pattern},{zone}"}}',
                )  # fmt: skip
            raise error from None

    def _value(self, start: int, word: str, width: Width, *, cut: str) -> Value:
        name, type_ = self._dialect.words[word]
        options = self._options()
        code = self._text[start : self._place]
        if options and name in _KEYED:
            key = options[0].partition(":-")[0]
            if name == "mdc" and slug(key) in _TRACERS:
                name = _TRACERS[slug(key)]
            elif name != "mdc" or "," not in key:
                name = slug(key) if name == "property" else f"{name}_{slug(key)}"
        if self._dialect is JBOSS and word == "t" and options[:1] == ["id"]:
            name, type_ = "tid", Type.INTEGER
        if name == "pid":
            type_ = Type.INTEGER
        value = Value(
            code, start + 1, name, type_, width=width,
            varied=name in _VARIED or name.startswith("mdc"),
            absent=("?",) if name in {"line", "file", "class", "function"} else (),
            shape=_WHOLE_MAP if self._dialect is LOG4J and name in {"mdc", "map"} else b"",
        )  # fmt: skip
        return replace(value, levels=_renamed(options, width, cut)) if name == "level" else value

    def _refuse(self, start: int, found: str, expected: str, hint: str = "") -> NoReturn:
        raise LayoutError(self._dialect.name, self._text, start + 1, found, expected, hint)


def _defaults(text: str) -> str:
    """Put defaults in the place of properties: ``${A:-b}`` -> ``b``."""
    while (found := re.search(r"\$\{[^${}]*?:-([^${}]*)\}", text)) is not None:
        text = text[: found.start()] + found[1] + text[found.end() :]
    return text


def _split(option: str) -> list[str]:
    """Part logback's options at commas that stand in no quotes."""
    if not option:
        return [""]
    parts = [one.strip() for one in re.findall(r"(?:\"[^\"]*\"|'[^']*'|[^,'\"])+", option)]
    quoted = re.fullmatch(r"\"([^\"]*)\"|'((?:[^']|'')*)'", parts[0])
    first = parts[0]
    if quoted and (quoted[1] is not None or "'" not in quoted[2]):
        first = quoted[1] if quoted[1] is not None else quoted[2]
    return [first, *parts[1:]]


def _renamed(options: list[str], width: Width, cut: str) -> dict[str, str]:
    """Give the levels' printed names where they are not their own."""
    renamed: dict[str, str] = {}
    own = {name: name for name in _LEVELS}
    for option in ",".join(options).split(","):
        name, _, value = (one.strip() for one in option.partition("="))
        if name == "length" and value.isdecimal():
            own = {one: shown[: int(value)] for one, shown in own.items()}
        elif name == "lowerCase" and value == "true":
            own = {one: shown.lower() for one, shown in own.items()}
        elif value and name in own:
            own[name] = value
    if width.most:
        own = {
            one: shown[: width.most] if cut else shown[-width.most :] for one, shown in own.items()
        }
    for one, shown in own.items():
        if shown != one:
            renamed.setdefault(shown, one)
    return renamed


def _long(value: Value) -> str:
    """Give the word that logback's ``%prefix`` writes before a value."""
    return "method" if value.name == "function" else value.name
