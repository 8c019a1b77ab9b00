"""``python -m benchmarks.compare REV``: a revision and the tree as it is, in one run.

The revision is checked out in a temporary folder. Both are run by the same interpreter with the
same packages, round by round in turn, so that what slows the machine slows both.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.corpora import KINDS, MB, Corpus
from benchmarks.end_to_end import convert, given
from benchmarks.processes import ROOT, BenchError, Usage, cpu, interleave, measure
from benchmarks.report import ratio, table

_START = "start"
_TITLES = ("bench", "what", "then CPU s", "now CPU s", "now / then", "median", "now / then MB")


def main(argv: list[str] | None = None) -> int:
    """Compare; 0: done, 1: something does not work, 2: usage."""
    parser = _parser()
    args = parser.parse_args(argv)
    try:
        with _checked_out(args.revision) as tree, tempfile.TemporaryDirectory() as folder:
            rows = [
                row
                for name in args.only or [*KINDS, _START]
                for row in _compared(name, int(args.size * MB), args.repeat, tree, folder)
            ]
    except FileNotFoundError as error:
        parser.error(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        parser.error(str(error))
    except BenchError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print("\n".join(table(_TITLES, rows)))
    return 0


@contextlib.contextmanager
def _checked_out(revision: str) -> Iterator[str]:
    """Give a folder that holds the sources of a revision.

    Raises:
        ValueError: there is no such revision.
    """
    with tempfile.TemporaryDirectory(prefix="sidecar-bench-") as folder:
        tree = os.path.join(folder, "tree")
        git = partial(subprocess.run, cwd=ROOT, capture_output=True, text=True, check=False)
        made = git(["git", "worktree", "add", "--detach", tree, revision])
        if made.returncode:
            raise ValueError(f"{revision}: {made.stderr.strip()}")
        try:
            yield tree
        finally:
            git(["git", "worktree", "remove", "--force", tree])


def _compared(
    name: str, size: int, repeat: int, tree: str, folder: str
) -> Iterator[tuple[str, ...]]:
    """Run one bench in both trees; gives its lines of the table."""
    print(name, file=sys.stderr)
    kind = name.partition("+")[0]
    corpus = Corpus("bracket", 1) if name == _START else Corpus.named(name, size)
    made = corpus.write(os.path.join(folder, "compared.log"))
    formats = [""] if name == _START else ["", given(kind)]
    for format_ in formats:
        command = convert([made.path], format_)
        runs: dict[str, Callable[[], Usage]] = {
            "then": partial(measure, command, tree=tree),
            "now": partial(measure, command),
        }
        used = interleave(runs, repeat)
        then, now = map(cpu, used.values())
        memory = [max(one.rss for one in each) for each in used.values()]
        yield (
            name,
            "convert" + (f" --format {format_}" if format_ else ""),
            f"{min(then):.3f}",
            f"{min(now):.3f}",
            f"{min(now) / min(then):.2f}",
            f"{ratio(now, then):.2f}",
            f"{memory[1] / memory[0]:.2f}",
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare",
        description="Convert the same logs by the sources of a revision and by the tree as it is, "
        "in turn, and print what the tree takes of the revision's CPU and memory: below 1, less. "
        "The median is that of the rounds, each set beside its neighbour.",
    )
    parser.add_argument("revision", metavar="REV", help="as git knows it")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="a log, or start; several times if need be"
    )
    parser.add_argument("--size", type=float, default=50, metavar="MB", help="default: 50")
    parser.add_argument("--repeat", type=int, default=7, metavar="N", help="default: 7")
    return parser


if __name__ == "__main__":
    sys.exit(main())
