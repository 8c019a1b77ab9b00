"""Defaults, then the file, then the environment, then flags: one frozen configuration.

Every key stands once, in ``KEYS``, with its default, its check and what it expects; the file, the
environment and the flags are three ways to give text or YAML for it. Problems are collected, not
raised one by one, and each value knows its origin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sidecar.errors import ConfigError, LayoutError, Problem
from sidecar.fields import encodings, zones
from sidecar.formats.options import ADDS

if TYPE_CHECKING:
    from sidecar.layouts import Layout

PREFIX = "SIDECAR_"

#: What Kubernetes puts into every pod of a namespace that has a service called "sidecar".
_SERVICE_LINK = r"SIDECAR_(SERVICE_|PORT$|PORT_)|SIDECAR_TEST_"


class Multiline(NamedTuple):
    """Which lines belong together: ``auto``, ``none``, or at each that ``start`` matches."""

    mode: str = "auto"
    start: str = ""

    def __str__(self) -> str:
        return f"start={self.start}" if self.mode == "start" else self.mode


class Source(NamedTuple):
    """Files that are read alike. Times in seconds; ``fields`` are constants of every record."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    format: str | Layout = "auto"
    multiline: Multiline = Multiline()
    quiet_s: float = 1.0
    partial_after_s: float = 30.0
    start_at: str = "beginning"
    encoding: str = "utf-8"
    timezone: str = "UTC"
    duration_unit: str = "ms"
    symlinks: str = "inside"
    strip_ansi: bool = False
    fields: Mapping[str, Any] = {}


class From(NamedTuple):
    """A format that an application's own configuration tells: the file, and which of its logs.

    ``more`` are options of the layout that comes out.
    """

    path: str
    appender: str = ""
    names: Mapping[str, str] = {}
    version: int = 0
    more: Mapping[str, Any] = {}


class Checkpoint(NamedTuple):
    """When positions are saved, and what stands in for those that cannot be read."""

    interval_s: float = 1.0
    on_corrupt: str = "beginning"


class Output(NamedTuple):
    """What records look like; sizes in source bytes."""

    schema: str = "native"
    add: tuple[str, ...] = ()
    max_event_bytes: int = 262_144


class Http(NamedTuple):
    """Where figures and probes are answered; an empty text: nowhere."""

    listen: str = "127.0.0.1:9600"

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port."""
        host, _, port = self.listen.rpartition(":")
        return (host.strip("[]"), int(port)) if self.listen else None


class Log(NamedTuple):
    """From which level up the daemon speaks of itself."""

    level: str = "info"


class Config(NamedTuple):
    """The whole configuration; ``sweep_interval_s`` None is 1.0, or 0.25 without watches."""

    sources: tuple[Source, ...]
    state_dir: str | None = None
    sweep_interval_s: float | None = None
    drain_s: float = 10.0
    checkpoint: Checkpoint = Checkpoint()
    output: Output = Output()
    http: Http = Http()
    log: Log = Log()
    origins: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()

    def slow(self, *, exponential: bool) -> list[Problem]:
        """Give what in a person's own expressions can make a line slow, past bearing or not."""
        return [
            one
            for number, source in enumerate(self.sources)
            for one in slow(source, exponential=exponential, origins=self.origins, number=number)
        ]


class ConvertOptions(NamedTuple):
    """What one conversion does; ``-`` is standard input, ``output`` None standard output."""

    inputs: tuple[str, ...]
    output: str | None
    source: Source
    out: Output
    strict: bool = False
    quiet: bool = False
    jobs: int = 1


#: Stands for a YAML value that cannot be made.
_UNREADABLE = object()


class _UnfitError(ValueError):
    """A value that a key does not take: what was expected, and perhaps how to mend it.

    Args:
        found: what of the value is wrong; "": all of it.
    """

    def __init__(self, expected: str, hint: str = "", found: str = "") -> None:
        super().__init__(expected)
        self.expected, self.hint, self.found = expected, hint, found


Check = Callable[[Any], Any]


def _near(name: str, names: Sequence[str]) -> list[str]:
    """Give the one of the names that is most like a name, if any is."""
    import difflib  # noqa: PLC0415 - only what is wrong needs it

    return difflib.get_close_matches(name, names, 1)


def _choice(*names: str, hint: str = "") -> Check:
    expected = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]

    def check(value: Any) -> str:
        if isinstance(value, str) and value in names:
            return value
        near = _near(str(value), names)
        raise _UnfitError(expected, f"did you mean {near[0]}?" if near else hint)

    return check


def _seconds(value: Any) -> float:
    try:
        number = float(value) if not isinstance(value, bool) else -1.0
    except (TypeError, ValueError):
        number = -1.0
    if not 0 < number < 1e9:
        raise _UnfitError("a number of seconds above 0")
    return number


def _size(value: Any) -> int:
    try:
        number = int(value) if not isinstance(value, (bool, float)) else -1
    except (TypeError, ValueError):
        number = -1
    if not 1024 <= number <= 1 << 30:
        raise _UnfitError("a whole number of bytes from 1024 to 1073741824")
    return number


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "false", "1", "0", "yes", "no"}:
        return str(value).lower() in {"true", "1", "yes"}
    raise _UnfitError("true or false")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise _UnfitError("a text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, (list, tuple)):
        raise _UnfitError("a list of texts")
    return tuple(map(_text, value))


def _or_nothing(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _globs(value: Any) -> tuple[str, ...]:
    globs = _texts(value)
    if not globs:
        raise _UnfitError("a list of globs")
    return globs


def _adds(value: Any) -> tuple[str, ...]:
    check = _choice(*ADDS)
    return tuple(check(one) for one in _texts(value))


def _constants(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        pairs = [part.partition("=") for part in value.split(",") if part]
        if not all(name and equals for name, equals, _ in pairs):
            raise _UnfitError("pairs such as app=shop,team=web")
        value = {name.strip(): text for name, _, text in pairs}
    plain = (str, int, float, bool)
    if isinstance(value, dict) and any(str(name).startswith("partial_") for name in value):
        raise _UnfitError("names that do not begin with partial_", "parts of events have those")
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and name and isinstance(one, plain) for name, one in value.items()
    ):
        raise _UnfitError("a map of names to texts, numbers or booleans")
    return value


def _encoding(value: Any) -> str:
    try:
        return encodings.name(_text(value))
    except LookupError:
        expected = "a text encoding that Python knows, such as utf-8, latin-1 or cp949"
        raise _UnfitError(expected) from None


def _timezone(value: Any) -> str:
    try:
        zones.zone(_text(value))
    except zones.NoDatabaseError:
        expected = "UTC or an offset such as +09:00: no names of zones are known on this machine"
        raise _UnfitError(expected, "install the package tzdata, of the system or PyPI") from None
    except ValueError:
        raise _UnfitError("UTC, an offset such as +09:00, or a name such as Asia/Seoul") from None
    return str(value)


def _multiline(value: Any) -> Multiline:
    if isinstance(value, Multiline):
        return value
    if isinstance(value, dict) and set(value) == {"start"}:
        value = f"start={value['start']}"
    if value in ("auto", "none"):
        return Multiline(value)
    if not isinstance(value, str) or not value.startswith("start=") or len(value) < 7:
        raise _UnfitError("auto, none or {start: REGEX}")
    start = value.removeprefix("start=")
    # Flags for the whole expression become flags of a group: it will stand inside another.
    start = re.sub(r"^\(\?([aimsx]+)\)(.*)$", r"(?\1:\2)", start, flags=re.DOTALL)
    try:
        groups = re.compile(start.encode()).groups
    except re.error as error:
        raise _UnfitError("a regular expression", str(error)) from None
    if groups:
        raise _UnfitError("an expression without capturing groups", "write (?:...) for (...)")
    return Multiline("start", start)


def _listen(value: Any) -> str:
    if value == "":
        return ""
    host, colon, port = str(value).rpartition(":")
    if not (colon and host and port.isdecimal() and int(port) < 65536):
        raise _UnfitError('host:port, or "" for none', "for every address: 0.0.0.0:9600")
    return str(value)


def _format(formats: Sequence[str]) -> Check:
    """Make the check of a format: a name, or a map of a grammar's name to a layout."""
    named = _choice(
        *sorted({*formats, "auto"}),
        hint="catalina.out is juli, localhost_access_log.*.txt is access",
    )

    def check(value: Any) -> str | Layout | From:
        if value == "auto" or value in formats:
            return str(value)
        if isinstance(value, Mapping) and "from" in value:
            return _from(value)
        # Few need it, and it costs an eighth of a start.
        from sidecar import layouts  # noqa: PLC0415

        if not isinstance(value, Mapping):
            try:
                return str(named(value))
            except _UnfitError as unfit:
                if value == "from":
                    hint = "from takes a path: {from: /conf/logback.xml}, or --layout PATH"
                    raise _UnfitError(unfit.expected, hint) from None
                if value in layouts.GRAMMARS and not unfit.hint.startswith("did you"):
                    hint = f"{value} takes a layout: {{{value}: '...'}}, or --layout"
                    raise _UnfitError(unfit.expected, hint) from None
                raise
        given = [one for one in layouts.GRAMMARS if one in value]
        if len(given) != 1:
            found = " and ".join(given) if given else f"a map of {', '.join(map(str, value))}"
            grammars = ", ".join(layouts.GRAMMARS)
            raise _UnfitError(f"one of the grammars {grammars}", found=found)
        try:
            return layouts.read(value)
        except LayoutError as error:
            found = f"{error.found} at column {error.column} of the {error.grammar} layout"
            raise _UnfitError(error.expected, error.hint, found) from None

    return check


def _from(value: Mapping[Any, Any]) -> From:
    """Check a format that stands elsewhere; what it is waits for the source's globs."""
    options = {"appender": "", "define": {}, "version": 0}
    for name in value:
        if name not in {"from", *options, "event_start", "samples"}:
            near = _near(str(name), ["from", *options])
            hint = f"did you mean {near[0]}?" if near else ""
            expected = "from, appender, define, version, event_start or samples"
            raise _UnfitError(expected, hint, f'the option "{name}"')
    given = {**options, **value}
    version = given["version"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise _UnfitError("a whole number", found=f"version: {version!r}")
    appender = given["appender"]
    return From(
        _text(value["from"]),
        _text(appender) if appender != "" else "",
        {name: str(one) for name, one in _constants(given["define"]).items()},
        version,
        {name: one for name, one in value.items() if name in ("event_start", "samples")},
    )


def _schema(formats: Sequence[str]) -> tuple[dict[str, Check], dict[str, Check]]:
    """Give the checks of a source's keys, and of the others, by dotted name."""
    source: dict[str, Check] = {
        "include": _globs,
        "exclude": _texts,
        "format": _format(formats),
        "multiline": _multiline,
        "quiet_s": _seconds,
        "partial_after_s": _seconds,
        "start_at": _choice("beginning", "end"),
        "encoding": _encoding,
        "timezone": _timezone,
        "duration_unit": _choice("ns", "us", "ms", "s"),
        "symlinks": _choice("inside", "all", "none"),
        "strip_ansi": _flag,
        "fields": _constants,
    }
    top: dict[str, Check] = {
        "state_dir": _or_nothing(_text),
        "sweep_interval_s": _or_nothing(_seconds),
        "drain_s": _seconds,
        "checkpoint.interval_s": _seconds,
        "checkpoint.on_corrupt": _choice("beginning", "end"),
        "output.schema": _choice("native"),
        "output.add": _adds,
        "output.max_event_bytes": _size,
        "http.listen": _listen,
        "log.level": _choice("debug", "info", "warning", "error"),
    }
    return source, top


class _Reader:
    """Collects values, their origins and what is wrong with them."""

    def __init__(self, formats: Sequence[str]) -> None:
        self.source_keys, self.top_keys = _schema(formats)
        self.top: dict[str, Any] = {}
        self.sources: list[dict[str, Any]] = []
        self.origins: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.warnings: list[str] = []

    def problem(self, where: str, key: str, found: str, expected: str, hint: str = "") -> None:
        self.problems.append(Problem(where, key, found, expected, hint))

    def take(
        self, into: dict[str, Any], name: str, key: str, check: Check, value: Any, where: str
    ) -> None:
        """Check one value and keep it."""
        try:
            into[name] = check(value)
        except _UnfitError as unfit:
            self.problem(where, key, unfit.found or _shown(value), unfit.expected, unfit.hint)
        else:
            self.origins[key] = where

    # -- the file -------------------------------------------------------------------------------

    def file(self, path: str) -> None:
        """Read a YAML file."""
        import yaml  # noqa: PLC0415 - only who has a file pays for it

        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            self.problem(path, "encoding", "bytes that are no UTF-8", "UTF-8")
            return
        except OSError as error:
            self.problem(path, "file", error.strerror or "an error", "a readable file")
            return
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            root = yaml.compose(text, loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"{path}:{mark.line + 1}" if mark else path
            said = getattr(error, "problem", None) or str(error)
            self.problem(where, "yaml", said, "one YAML document")
            return
        if root is None:
            self.problem(path, "file", "nothing", "at least sources")
            return
        constructor = yaml.SafeLoader("")

        def value(node: Any) -> Any:
            try:
                return constructor.construct_object(node, deep=True)
            except (yaml.YAMLError, ValueError, TypeError, RecursionError):
                return _UNREADABLE

        self._map(path, root, "", value)

    def _pairs(self, path: str, node: Any, prefix: str) -> list[tuple[str, Any, str]]:
        """Give the key, value and place of each member of a map."""
        if node.id != "mapping":
            where = f"{path}:{node.start_mark.line + 1}"
            self.problem(where, prefix.rstrip(".") or "file", f"a {node.id}", "a map of keys")
            return []
        pairs, names = [], set()
        for name, child in node.value:
            where = f"{path}:{name.start_mark.line + 1}"
            key = f"{prefix}{name.value}"
            if name.id != "scalar":
                self.problem(where, prefix.rstrip(".") or "file", f"a {name.id} as key", "a text")
            elif name.value in names:
                self.problem(where, key, "the key twice", "once")
            else:
                names.add(name.value)
                pairs.append((name.value, child, where))
        return pairs

    def _map(self, path: str, root: Any, prefix: str, value: Callable[[Any], Any]) -> None:
        sections = {name.partition(".")[0] for name in self.top_keys if "." in name}
        for name, node, where in self._pairs(path, root, prefix):
            dotted = prefix + name
            if not prefix and name == "sources":
                self._sources(path, node, value)
            elif dotted in self.top_keys:
                self.take(self.top, dotted, dotted, self.top_keys[dotted], value(node), where)
            elif not prefix and name in sections:
                self._map(path, node, f"{name}.", value)
            else:
                names = [
                    one.removeprefix(prefix) for one in self.top_keys if one.startswith(prefix)
                ]
                names = [one.partition(".")[0] for one in names]
                self._unknown(where, dotted, name, names if prefix else [*names, "sources"])

    def _sources(self, path: str, node: Any, value: Callable[[Any], Any]) -> None:
        if node.id != "sequence" or not node.value:
            where = f"{path}:{node.start_mark.line + 1}"
            found = "an empty list" if node.id == "sequence" else f"a {node.id}"
            self.problem(where, "sources", found, "a list", "begin each with '- include:'")
            return
        for number, item in enumerate(node.value):
            place = f"sources[{number}]"
            source: dict[str, Any] = {}
            self.sources.append(source)
            pairs = self._pairs(path, item, f"{place}.")
            for name, child, where in pairs:
                if name in self.source_keys:
                    check = self.source_keys[name]
                    self.take(source, name, f"{place}.{name}", check, value(child), where)
                else:
                    self._unknown(where, f"{place}.{name}", name, list(self.source_keys))
            if item.id == "mapping" and "include" not in {name for name, _, _ in pairs}:
                where = f"{path}:{item.start_mark.line + 1}"
                self.problem(where, f"{place}.include", "nothing", "a list of globs")

    def _unknown(self, where: str, key: str, name: str, names: Sequence[str]) -> None:
        near = _near(name, names)
        expected = ", ".join(sorted(set(names)))
        hint = f"did you mean {near[0]}?" if near else ""
        self.problem(where, key, "an unknown key", f"one of {expected}", hint)

    # -- formats that stand elsewhere -----------------------------------------------------------

    def chosen(self, include: Sequence[str] = ()) -> None:
        """Read the formats that applications' own configurations tell.

        Args:
            include: the files, where a source has no globs.
        """
        for number, source in enumerate(self.sources):
            wanted = source.get("format")
            if isinstance(wanted, From):
                key = f"sources[{number}].format"
                self._choose(source, wanted, key, source.get("include") or include)

    def _choose(
        self, source: dict[str, Any], wanted: From, key: str, include: Sequence[str]
    ) -> None:
        # Few need it, and it costs a start.
        from sidecar import layouts  # noqa: PLC0415
        from sidecar.appconf import choice  # noqa: PLC0415
        from sidecar.appconf.log import Given  # noqa: PLC0415

        where = self.origins[key]
        try:
            log = choice.pick(
                wanted.path, wanted.appender, include, Given(wanted.names, wanted.version)
            )
            if isinstance(log.format, str):
                source["format"] = log.format
            else:
                source["format"] = layouts.read({**log.format, **wanted.more})
        except ConfigError as error:
            for one in error.problems:
                place = f"{where}: {one.where}"
                self.problem(place, f"{key}.from", one.found, one.expected, one.hint)
            return
        except LayoutError as error:
            found = f"{error.found} at column {error.column} of the {error.grammar} layout"
            place = f"{where}: {log.where}"
            self.problem(place, f"{key}.from", found, error.expected, error.hint)
            return
        if isinstance(log.format, str) and wanted.more:
            expected = f"none of them: {log.writer} writes {log.format}"
            self.problem(where, key, ", ".join(wanted.more), expected)
        origin = f"{where}, from {log.where}, {log.writer}"
        self.origins[key] = origin
        if log.encoding != "utf-8" and "encoding" not in source:
            source["encoding"] = log.encoding
            self.origins[key.replace(".format", ".encoding")] = origin

    # -- the environment and the flags ----------------------------------------------------------

    def given(self, name: str, text: Any, where: str) -> bool:
        """Take a value for a dotted name from outside the file; False: there is no such name."""
        if name in self.top_keys:
            self.take(self.top, name, name, self.top_keys[name], text, where)
        elif name in self.source_keys:
            if len(self.sources) > 1:
                self.problem(
                    where, name, "a key of a source", "a key for all",
                    f"the file has {len(self.sources)} sources; set it in the one that is meant",
                )  # fmt: skip
                return True
            if not self.sources:
                self.sources.append({})
            key = f"sources[0].{name}"
            self.take(self.sources[0], name, key, self.source_keys[name], text, where)
        else:
            return False
        return True

    def environment(self, environ: Mapping[str, str]) -> None:
        """Take what the environment says."""
        environ = {**environ}
        layout = environ.pop(f"{PREFIX}LAYOUT", "")
        for variable in sorted(environ):
            if not variable.startswith(PREFIX) or variable == "SIDECAR_CONFIG":
                continue
            name = variable.removeprefix(PREFIX).lower().replace("__", ".")
            value: Any = environ[variable]
            if layout and variable == f"{PREFIX}FORMAT":
                value = {value: layout}
            known = self.given(name, value, variable)
            if not known and not re.match(_SERVICE_LINK, variable):
                self.warnings.append(f"{variable} is set and means nothing")


def load(
    path: str | None,
    environ: Mapping[str, str],
    flags: Mapping[str, Any],
    *,
    formats: Sequence[str],
) -> Config:
    """Read the configuration.

    Args:
        path: of the file; without one, ``SIDECAR_CONFIG`` may name it.
        environ: the environment.
        flags: dotted key -> value, those given; the globs are ``include``.
        formats: names that ``format`` takes besides ``auto``.

    Raises:
        ConfigError: with every problem there is.
    """
    reader = _Reader(formats)
    path = path or environ.get("SIDECAR_CONFIG")
    if path:
        reader.file(path)
    reader.environment(environ)
    for name, value in flags.items():
        where = "the command line" if name == "include" else f"--{_flag_name(name)}"
        reader.given(name, value, where)
    reader.chosen()
    if not any("include" in source for source in reader.sources) and not reader.problems:
        reader.problem(
            "configuration", "include", "nothing", "globs of the files to follow",
            "sidecar run '/logs/**/*.log', SIDECAR_INCLUDE=/logs/*.log, or sources in a file",
        )  # fmt: skip
    if reader.problems:
        raise ConfigError(reader.problems)
    sections: dict[str, dict[str, Any]] = {"": {}}
    for name, value in reader.top.items():
        section, _, key = name.rpartition(".")
        sections.setdefault(section, {})[key] = value
    return Config(
        sources=tuple(Source(**source) for source in reader.sources),
        checkpoint=Checkpoint(**sections.get("checkpoint", {})),
        output=Output(**sections.get("output", {})),
        http=Http(**sections.get("http", {})),
        log=Log(**sections.get("log", {})),
        origins=reader.origins,
        warnings=tuple(reader.warnings),
        **sections[""],
    )


def check_source(
    values: Mapping[str, Any], *, formats: Sequence[str], inputs: Sequence[str] = ()
) -> tuple[Source, Output]:
    """Check flags of a conversion, by dotted key.

    Args:
        values: the flags.
        formats: names that ``format`` takes besides ``auto``.
        inputs: the files, by whose names a format may be found.

    Raises:
        ConfigError: with every problem there is.
    """
    reader = _Reader(formats)
    for name, value in values.items():
        reader.given(name, value, f"--{_flag_name(name)}")
    reader.chosen(inputs)
    if reader.problems:
        raise ConfigError(reader.problems)
    out = {name.partition(".")[2]: value for name, value in reader.top.items()}
    return Source(**(reader.sources[0] if reader.sources else {})), Output(**out)


def slow(
    source: Source, *, exponential: bool, origins: Mapping[str, str] = {}, number: int = 0
) -> Iterator[Problem]:
    """Give what in the expressions of a source can make a line slow; see ``Risk.exponential``."""
    starts, found = {"multiline": source.multiline.start}, []
    if not isinstance(source.format, str):
        if source.format.format.linear.pattern:  # its engine reads any expression in linear time
            return
        of = f"the {source.format.grammar} layout"
        starts["format"] = source.format.start
        found = [("format", of, one) for one in source.format.risks]
    for key, start in starts.items():
        if start:
            from sidecar.layouts import repetition  # noqa: PLC0415 - few have an expression

            of = f"the expression {start}"
            found += [(key, of, one) for one in repetition.risks(start, whole=False)]
    for key, of, risk in found:
        if risk.exponential is exponential:
            dotted = f"sources[{number}].{key}"
            yield risk.problem(origins.get(dotted, f"--{key}"), dotted, of)


def dump(config: Config) -> str:
    """Give the effective configuration as YAML, each value's origin beside it."""
    import json  # noqa: PLC0415 - a JSON value is a YAML value; only ``check`` asks

    lines = ["sources:"]
    for number, source in enumerate(config.sources):
        for place, name in enumerate(Source._fields):
            value = getattr(source, name)
            layout = value if name == "format" and not isinstance(value, str) else None
            shown = str(value) if isinstance(value, Multiline) else value
            shown = layout.spec if layout else shown
            text = json.dumps(shown, default=dict, ensure_ascii=False)
            origin = config.origins.get(f"sources[{number}].{name}", "default")
            lines.append(f"  {'-' if not place else ' '} {name}: {text}  # {origin}")
            if layout:
                lines += [f"    # {line}" for line in layout.described()]
    _, top = _schema(())
    section = ""
    for name in top:
        head, dot, key = name.rpartition(".")
        value = getattr(getattr(config, head) if dot else config, key)
        if head and head != section:
            lines.append(f"{head}:")
        section = head
        origin = config.origins.get(name, "default")
        lines.append(f"{'  ' if dot else ''}{key}: {json.dumps(value)}  # {origin}")
    return "\n".join(lines) + "\n"


def _flag_name(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "-")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is _UNREADABLE:
        return "a value that cannot be made"
    return "nothing" if value is None else str(value).lower()
