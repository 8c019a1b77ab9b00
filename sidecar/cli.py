"""The command line: ``run``, ``convert``, ``check``, ``reconcile``, ``detect`` and their kin.

Exit codes: 0 done, 1 failed at work, 2 usage or configuration, 3 (``--strict`` alone) lines that
did not fit, 130 interrupted, 141 the reader of a conversion went away.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sidecar import __version__
from sidecar.errors import ConfigError, Problem, SidecarError, UsageError

if TYPE_CHECKING:
    from sidecar.config import Config

_RUN = """examples:
  sidecar run '/logs/*.log' '/logs/*.txt'
  sidecar run --config /etc/sidecar/sidecar.yaml
  SIDECAR_INCLUDE='/logs/**/*.log' SIDECAR_FIELDS=app=shop sidecar run
  sidecar run --once app.log --state-dir /tmp/state     read to the end, remember how far"""

_CONVERT = """examples:
  sidecar convert catalina.out
  sidecar convert --format access localhost_access_log.*.txt -o access.jsonl
  sidecar convert --format tomcat --layout '%t %a "%r" %s %D' access.log
  sidecar convert --timezone Asia/Seoul old.log.gz
  sidecar convert --jobs 2 huge.log > huge.jsonl
  kubectl logs shop | sidecar convert -
  sidecar convert --multiline 'start=\\[\\d{4}-' app.log"""

_CHECK = """examples:
  sidecar check --config sidecar.yaml
  SIDECAR_INCLUDE=/logs/*.log sidecar check"""

_INIT = """examples:
  sidecar init /etc/tomcat10 /etc/nginx > sidecar.yaml
  sidecar init conf/server.xml conf/logging.properties --define catalina.base=/opt/tomcat
  sidecar init logback.xml --define LOG_DIR=/logs --define user.dir=/app -o sidecar.yaml
  sidecar init application.yml --tomcat-version 10

Reads server.xml, logging.properties, logback.xml, log4j2.xml and .properties, log4j.properties
and .xml, application.properties and .yml, nginx.conf, httpd.conf, and Python's logging as ini,
YAML or JSON; in folders, those of known names. What cannot be read is named in comments and on
standard error. Exit 1: no log was found; 2: a file cannot be read."""

_RECONCILE = """examples:
  sidecar reconcile --config /etc/sidecar/sidecar.yaml
  sidecar reconcile '/logs/*.log' --state-dir /state
  sidecar reconcile '/logs/*.log' --json | jq .total

Reads the checkpoint and every file up to where it was acknowledged; writes nothing. Give the
format and the like as to `sidecar run`. Exit 1: the sums do not hold, or bytes were lost."""

_DETECT = """examples:
  sidecar detect /logs/*.log
  zcat old.log.gz | sidecar detect -
  sidecar detect --lines 20 --json app.log | jq .format
  sidecar detect --format tomcat --layout '%t %a "%r" %s %D' access.log

Looks at the first lines of a file, some in its middle, and the last. Below 50 % it claims nothing:
the file is raw. Exit 1: so it was for a file, or one could not be read."""

_EXPLAIN = """examples:
  sidecar explain '23-Nov-2026 21:46:01.123 INFO main a.B.c no brackets'
  sidecar explain --format access "$(tail -1 access.log)"
  sidecar explain --format logback --layout '%d [%t] %p %c - %m%n' < line.txt

Several lines are one event. Exit 1: no format fits."""


def main(argv: list[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    args = parser(argv[0] if argv else "").parse_args(argv)
    try:
        return int(args.command(args))
    except ConfigError as error:
        if args.command is _run:
            _json_problems(error)
        else:
            print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    except SidecarError as error:
        if args.command is _run:
            _json_problem(str(error), {})
        else:
            print(f"sidecar: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:
        print(f"sidecar: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1


def _json_problems(error: ConfigError) -> None:
    for problem in error.problems:
        found = f"found {problem.found}, expected {problem.expected}"
        fields = {"where": problem.where, "key": problem.key, "hint": problem.hint or None}
        _json_problem(f"{problem.key}: {found}", fields)


def _json_problem(message: str, fields: dict[str, Any]) -> None:
    from sidecar.observe import logs

    sys.stderr.buffer.write(logs.line("error", message, fields))
    sys.stderr.flush()


def parser(only: str = "") -> argparse.ArgumentParser:
    """Give the whole command line, for completion too; or as much as one command needs of it."""
    whole = argparse.ArgumentParser(
        prog="sidecar",
        description="Follows the files legacy applications write, and emits one line of JSON an "
        "event on stdout.",
        epilog="sidecar COMMAND --help shows each command with examples.",
        formatter_class=_plain_help,
    )
    whole.add_argument("--version", action="version", version=f"sidecar {__version__}")
    commands = whole.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="sidecar"
    )
    for name, (function, add_arguments, summary, examples) in _COMMANDS.items():
        if only not in _COMMANDS or name == only:
            command = commands.add_parser(
                name,
                help=summary,
                description=f"{summary[0].upper()}{summary[1:]}.",
                epilog=examples,
                formatter_class=_help,
            )
            command.set_defaults(command=function)
            add_arguments(command)
    return whole


def _width() -> int:
    # argparse would ask shutil, at every argument, and with shutil come the modules of archives.
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size().columns) - 2
    except (OSError, ValueError):
        return 78


def _plain_help(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=_width())


def _help(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, width=_width())


def _run_arguments(run: argparse.ArgumentParser) -> None:
    run.add_argument("include", nargs="*", metavar="GLOB", help="files to follow")
    run.add_argument("--config", metavar="FILE", help="YAML file; SIDECAR_CONFIG says the same")
    _source_flags(run)
    run.add_argument("--state-dir", metavar="DIR", help="where the checkpoint lives")
    run.add_argument("--listen", metavar="HOST:PORT", help='figures and probes; "" for none')
    run.add_argument("--start-at", metavar="WHERE", help="beginning or end, for new files")
    run.add_argument("--log-level", metavar="LEVEL", help="debug, info, warning or error")
    run.add_argument("--once", action="store_true", help="read to the end of every file, then stop")


def _convert_arguments(convert: argparse.ArgumentParser) -> None:
    convert.add_argument("files", nargs="*", metavar="FILE", help="- is standard input")
    _source_flags(convert)
    convert.add_argument("--encoding", metavar="NAME", help="of the files (default: utf-8)")
    convert.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")
    convert.add_argument(
        "--jobs",
        type=_number("processes"),
        default=1,
        metavar="N",
        help="processes for a big file (default: 1)",
    )
    convert.add_argument("--strict", action="store_true", help="exit 3 if lines did not fit")
    convert.add_argument("-q", "--quiet", action="store_true", help="no summary, no progress")


def _check_arguments(check: argparse.ArgumentParser) -> None:
    check.add_argument("include", nargs="*", metavar="GLOB", help="files to follow")
    check.add_argument("--config", metavar="FILE", help="YAML file")


def _init_arguments(init: argparse.ArgumentParser) -> None:
    init.add_argument("paths", nargs="+", metavar="PATH", help="configurations, or folders of them")
    init.add_argument(
        "--define",
        action="append",
        default=[],
        type=_definition,
        metavar="NAME=VALUE",
        help="what a name stands for, such as catalina.base or user.dir; may be repeated",
    )
    init.add_argument(
        "--tomcat-version",
        type=_version,
        default=0,
        metavar="N",
        help="what Tomcat's %%D counts depends on it (default: looked up nearby)",
    )
    init.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")


def _reconcile_arguments(reconcile: argparse.ArgumentParser) -> None:
    reconcile.add_argument("include", nargs="*", metavar="GLOB", help="files that are followed")
    reconcile.add_argument("--config", metavar="FILE", help="YAML file")
    reconcile.add_argument("--state-dir", metavar="DIR", help="where the checkpoint lives")
    reconcile.add_argument("--format", metavar="F", help="as it was given to run")
    reconcile.add_argument("--quick", action="store_true", help="do not read the files once more")
    reconcile.add_argument("--json", action="store_true", help="one JSON object")


def _formats_arguments(formats: argparse.ArgumentParser) -> None:
    formats.add_argument("--json", action="store_true", help="one JSON object a line")


def _detect_arguments(detect: argparse.ArgumentParser) -> None:
    detect.add_argument("files", nargs="+", metavar="FILE", help="- is standard input")
    _reading_flags(detect)
    detect.add_argument("--encoding", metavar="NAME", help="of the files (default: utf-8)")
    detect.add_argument(
        "--lines", type=_number("lines"), metavar="N", help="size of the sample (default: 1500)"
    )
    detect.add_argument("--json", action="store_true", help="one JSON object a file")


def _explain_arguments(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("line", nargs="?", metavar="LINE", help="without it, standard input")
    _reading_flags(explain)
    explain.add_argument("--json", action="store_true", help="one JSON object a format")


def _source_flags(command: argparse.ArgumentParser) -> None:
    _reading_flags(command)
    command.add_argument("--schema", metavar="S", help="native")
    command.add_argument("--multiline", metavar="RULE", help="auto, none or start=REGEX")
    command.add_argument("--add", metavar="NAMES", help="of file, offset, format, id; by comma")
    command.add_argument("--fields", metavar="A=B,…", help="constants for every record")


def _reading_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--format",
        metavar="F",
        help="a name of `sidecar formats`, auto, the grammar of --layout, or from",
    )
    command.add_argument(
        "--layout",
        metavar="S",
        help="the pattern of the server or the logger; with from, the path of its configuration",
    )
    command.add_argument("--timezone", metavar="Z", help="of stamps without one (default: UTC)")
    command.add_argument("--duration-unit", metavar="U", help="ns, us, ms or s (default: ms)")


def _number(of: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not int(text):
            raise argparse.ArgumentTypeError(f"found {text!r}, expected a number of {of}")
        return int(text)

    return read


def _definition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected NAME=VALUE")
    return name, value


def _version(text: str) -> int:
    number = text.partition(".")[0]
    if not number.isdecimal() or not 0 < int(number) < 100:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a version such as 10 or 9.0.98")
    return int(number)


_KEYS = {
    "include": "include",
    "format": "format",
    "timezone": "timezone",
    "encoding": "encoding",
    "multiline": "multiline",
    "duration_unit": "duration_unit",
    "fields": "fields",
    "start_at": "start_at",
    "schema": "output.schema",
    "add": "output.add",
    "state_dir": "state_dir",
    "listen": "http.listen",
    "log_level": "log.level",
}


def _flags(args: argparse.Namespace) -> dict[str, Any]:
    given = {key: getattr(args, flag, None) for flag, key in _KEYS.items()}
    layout = getattr(args, "layout", None)
    if layout is not None:
        from sidecar.layouts import GRAMMARS

        if given["format"] not in {*GRAMMARS, "from"}:
            found = f'"{given["format"]}"' if given["format"] else "no format"
            expected = f"a grammar as --format: {', '.join(GRAMMARS)}; or from, with a path"
            raise ConfigError([Problem("--layout", "format", found, expected)])
        given["format"] = {given["format"]: layout}
    return {key: value for key, value in given.items() if value is not None and value != []}


def _names() -> list[str]:
    from sidecar.formats import NAMES

    return [*NAMES]


def _run(args: argparse.Namespace) -> int:
    from sidecar import config, daemon

    found = config.load(args.config, os.environ, _flags(args), formats=_names())
    return daemon.run(found, once=args.once)


def _convert(args: argparse.Namespace) -> int:
    # What is imported stays, and what is made of a block is freed as it is dropped: looking for
    # cycles at every 700 objects takes a twentieth of a start, and finds none.
    gc.set_threshold(50_000)
    from sidecar import config, convert

    inputs = tuple(args.files)
    if not inputs:
        if sys.stdin.isatty():
            raise UsageError("no FILE, and standard input is a terminal; - reads it all the same")
        inputs = ("-",)
    source, out = config.check_source(_flags(args), formats=_names(), inputs=inputs)
    if not isinstance(source.format, str) and not args.quiet:
        for said in source.format.assumed:
            print(f"sidecar: {said}", file=sys.stderr)  # noqa: T201
    if not args.quiet:
        for exponential in (True, False):
            for problem in config.slow(source, exponential=exponential):
                print(f"sidecar: warning: {problem}", file=sys.stderr)  # noqa: T201
    chosen = config.ConvertOptions(
        inputs, args.output, source, out, args.strict, args.quiet, args.jobs
    )
    try:
        return convert.run(chosen)
    finally:
        gc.freeze()  # the interpreter looks for cycles as it ends: a tenth of a start


def _check(args: argparse.Namespace) -> int:
    from sidecar import config

    found = config.load(args.config, os.environ, _flags(args), formats=_names())
    for warning in (*found.warnings, *found.slow(exponential=False)):
        print(f"sidecar: warning: {warning}", file=sys.stderr)  # noqa: T201
    sys.stdout.write(config.dump(found))
    problems = found.slow(exponential=True)
    problems += [one for number in range(len(found.sources)) for one in _unfit(found, number)]
    if problems:
        raise ConfigError(problems)
    return 0


def _init(args: argparse.Namespace) -> int:
    from sidecar import appconf
    from sidecar.appconf import writing
    from sidecar.appconf.log import Given

    given = Given(dict(args.define), args.tomcat_version)
    found, problems, read = appconf.gather(args.paths, given)
    for aside in found.asides:
        if aside.unread:
            print(f"sidecar: {aside}", file=sys.stderr)  # noqa: T201
    for clash in writing.clashes(found.logs):
        print(f"sidecar: {clash}", file=sys.stderr)  # noqa: T201
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    if found.logs:
        text = writing.text(found, problems)
        if args.output:
            with open(args.output, "w", encoding="utf-8") as file:
                file.write(text)
        else:
            sys.stdout.write(text)
    elif not problems:
        where = ", ".join(args.paths)
        print(f"sidecar: no log in {read} configurations of {where}", file=sys.stderr)  # noqa: T201
    return 2 if problems else 0 if found.logs else 1


def _unfit(found: Config, number: int) -> Iterator[Problem]:
    """Read the samples of a source's layout; give those that do not fit."""
    from datetime import UTC, datetime

    import orjson

    from sidecar import wiring

    source = found.sources[number]
    if isinstance(source.format, str):
        return
    if source.format.format.linear.pattern:
        from sidecar.formats.parser import parser

        parser(wiring.format_options(source, ()))  # says what its engine cannot do
    key = f"sources[{number}].format"
    reading = wiring.reading(source)._replace(until=datetime.now(UTC).date())
    for event, records, fits in source.format.tried(reading):
        if not fits:
            text = " ".join(orjson.dumps(one).decode() for one in records)
            expected = "a line that the layout writes, and its record"
            yield Problem(found.origins[key], f"{key}.samples", text, expected, f"of: {event}")


def _reconcile(args: argparse.Namespace) -> int:
    from sidecar import config, reconcile

    given = config.load(args.config, os.environ, _flags(args), formats=_names())
    return reconcile.run(given, quick=args.quick, as_json=args.json)


def _formats(args: argparse.Namespace) -> int:
    from sidecar.formats import FORMATS

    if args.json:
        import orjson

        for one in FORMATS:
            found = {"name": one.name, "summary": one.summary, "source": one.source}
            sys.stdout.write(orjson.dumps(found).decode() + "\n")
        return 0
    width = max(len(one.name) for one in FORMATS)
    for one in FORMATS:
        sys.stdout.write(
            f"{one.name:{width}} {one.summary}\n{'':{width}} defined by {one.source}\n"
        )
    sys.stdout.write(
        f"{'auto':{width}} each line is tried against these, the last that fitted first\n"
    )
    return 0


def _detect(args: argparse.Namespace) -> int:
    from sidecar import config, detect
    from sidecar.sample import LINES

    source, _ = config.check_source(_flags(args), formats=_names(), inputs=args.files)
    return detect.run(args.files, source, lines=args.lines or LINES, as_json=args.json)


def _explain(args: argparse.Namespace) -> int:
    from sidecar import config, explain

    if args.line is None and sys.stdin.isatty():
        raise UsageError("no LINE, and standard input is a terminal")
    source, _ = config.check_source(_flags(args), formats=_names())
    text = sys.stdin.buffer.read() if args.line is None else os.fsencode(args.line)
    return explain.run(text, source, as_json=args.json, width=_width())


#: Name -> what it does, its arguments, a summary, examples.
_COMMANDS = {
    "run": (_run, _run_arguments, "follow files until a signal", _RUN),
    "convert": (_convert, _convert_arguments, "convert files, once", _CONVERT),
    "check": (_check, _check_arguments, "check a configuration and print it", _CHECK),
    "init": (_init, _init_arguments, "make a configuration of the applications' own", _INIT),
    "reconcile": (
        _reconcile,
        _reconcile_arguments,
        "prove what was read by the files",
        _RECONCILE,
    ),
    "detect": (_detect, _detect_arguments, "say which format files are in", _DETECT),
    "explain": (_explain, _explain_arguments, "say where a line stops to fit", _EXPLAIN),
    "formats": (_formats, _formats_arguments, "list the formats", ""),
}
