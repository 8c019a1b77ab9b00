"""``python -m benchmarks``: measure, and print one table."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping

from benchmarks import chart, daemon, end_to_end, report
from benchmarks.corpora import KINDS, MB, VARIANTS, Corpus
from benchmarks.processes import BenchError
from benchmarks.report import Report, Row

#: Large enough that the start of a process is a small part of it.
_SIZE_MB = 100.0

_REPEAT = 5

_QUICK_MB, _QUICK_REPEAT = 25.0, 3

_EPILOG = f"""benches:
{chr(10).join(f"  {name:10} sidecar convert beside loops: {text}" for name, text in KINDS.items())}
{chr(10).join(f"  {name:10} {text}" for name, text in end_to_end.BENCHES.items())}
{chr(10).join(f"  {name:10} {text}" for name, text in daemon.BENCHES.items())}

variants of a corpus, none of them measured unless named, as in bracket+quotes+crlf:
{chr(10).join(f"  {name:10} {text}" for name, text in VARIANTS.items())}

examples:
  python -m benchmarks
  python -m benchmarks --size 20 --repeat 3 --only bracket --only access
  python -m benchmarks --only bracket+misfits --only bracket+quotes
  python -m benchmarks --json benchmarks/results/before.json
  python -m benchmarks --compare benchmarks/results/before.json

vs line, vs fields: how many times the CPU of the sidecar the loop takes (benchmarks/loops.py);
above 1, the sidecar takes less. of rsyslog, of syslog-ng: what the sidecar takes of their CPU
(benchmarks/peers.py). CPU and wall clock are the best of all rounds, and the median.
"""


Bench = Callable[[str], Iterator[Row]]


def main(argv: list[str] | None = None) -> int:
    """Measure; 0: done, 1: something does not work, or its output is wrong, 2: usage."""
    argv = sys.argv[1:] if argv is None else argv
    parser = _parser()
    args = parser.parse_args(argv)
    size = args.size or (_QUICK_MB if args.quick else _SIZE_MB)
    repeat = args.repeat or (_QUICK_REPEAT if args.quick else _REPEAT)
    all_ = [*KINDS, "start"] if args.quick else [*KINDS, *end_to_end.BENCHES, *daemon.BENCHES]
    try:
        benches = {name: _bench(name, int(size * MB), repeat) for name in args.only or all_}
        before = Report.read(args.compare) if args.compare else None
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        parser.error(str(error))
    machine = report.machine()
    try:
        rows = _measure(benches)
    except BenchError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    found = Report(machine, shlex.join(["python", "-m", "benchmarks", *argv]), rows)
    print(report.markdown(found, before), end="", flush=True)
    if args.json:
        found.write(args.json)
    if args.chart:
        with open(args.chart, "w", encoding="utf-8") as file:
            file.write(chart.svg(found))
    return 0


def _measure(benches: Mapping[str, Bench]) -> list[Row]:
    """Run one bench after the other, and say on standard error how it goes."""
    rows: list[Row] = []
    started = time.monotonic()
    for number, (name, bench) in enumerate(benches.items(), 1):
        print(f"[{number}/{len(benches)}] {name}", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="sidecar-bench-") as folder:
            for row in bench(folder):
                rows.append(row)
                print(f"    {report.in_words(row)}", file=sys.stderr)
    print(f"{time.monotonic() - started:.0f} s in all", file=sys.stderr)
    return rows


def _bench(name: str, size: int, repeat: int) -> Bench:
    """Give what measures the bench of a name in a folder.

    Raises:
        ValueError: no bench is called so.
    """
    if name == "start":
        return lambda folder: end_to_end.start_rows(folder, max(repeat, 10))
    if name == "mixed":
        return lambda folder: end_to_end.mixed_rows(size // 2, folder, repeat)
    if name == "jobs":
        return lambda folder: end_to_end.jobs_rows(folder, size * 10)
    if name in daemon.BENCHES:
        return lambda folder: daemon.rows(name, folder, size, repeat)
    corpus = Corpus.named(name, size)
    return lambda folder: end_to_end.rows(corpus, name, folder, repeat)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the converter and the daemon as whole processes, from outside, and "
        "print one Markdown table. Progress goes to standard error. Without arguments: 10 minutes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--size",
        type=_positive,
        metavar="MB",
        help=f"of each corpus (default: {_SIZE_MB:g}; with --quick {_QUICK_MB:g})",
    )
    parser.add_argument(
        "--repeat",
        type=_count,
        metavar="N",
        help=f"how often each process is run (default: {_REPEAT}; with --quick {_QUICK_REPEAT})",
    )
    parser.add_argument(
        "--quick", action="store_true", help="the corpora and the start alone, smaller: 2 minutes"
    )
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="a bench; may be given several times"
    )
    parser.add_argument("--json", metavar="FILE", help="write what was measured there, too")
    parser.add_argument("--chart", metavar="FILE", help="draw the conversions there, as SVG")
    parser.add_argument(
        "--compare", metavar="FILE", help="of --json: set that run and this one side by side"
    )
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"found {text}, expected a number above 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"found {text}, expected 1 or more")
    return value


if __name__ == "__main__":
    sys.exit(main())
