"""``python -m benchmarks.profiles``: where the time of a conversion goes, the five largest costs.

``sidecar convert`` runs in this process under ``cProfile``, which sees calls of C too. What
Python's operators do (a template filled, a list sliced) counts as the own time of the function they
stand in. A call costs more under a profile than without, so functions called for each event look
larger than they are; those called once a block do not. A warm run comes first: imports, and
expressions that are compiled once, are no cost of a byte. Of several runs each function's least
counts, for the profile's clock also runs while others have the processor.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from types import CodeType

from benchmarks.corpora import KINDS, MB, Corpus
from benchmarks.report import table
from sidecar import cli

_LARGEST, _ROUNDS = 5, 5


def main(argv: list[str] | None = None) -> int:
    """Profile; 0: done, 1: a conversion failed, 2: usage."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profiles",
        description="Convert logs under cProfile and print the largest costs of each.",
    )
    parser.add_argument("name", nargs="*", default=[*KINDS], help="KIND[+VARIANT…]; default: all")
    parser.add_argument("--size", type=float, default=20, metavar="MB", help="default: 20")
    args = parser.parse_args(argv)
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(prefix="sidecar-bench-") as folder:
        for name in args.name:
            try:
                made = Corpus.named(name, int(args.size * MB)).write(os.path.join(folder, name))
            except ValueError as error:
                parser.error(str(error))
            command = ["convert", "--quiet", "--output", os.devnull, made.path]
            if cli.main(command):
                return 1
            profiles = [cProfile.Profile() for _ in range(_ROUNDS)]
            if any(profile.runcall(cli.main, command) for profile in profiles):
                return 1
            rows += _largest(name, profiles, made.events)
    print("\n".join(table(("log", "cost", "share", "calls per event"), rows)))
    return 0


def _largest(
    name: str, profiles: Sequence[cProfile.Profile], events: int
) -> Iterator[tuple[str, ...]]:
    """Give the largest costs of a run, by what a function takes without those it calls."""
    cost: dict[str, float] = {}
    for profile in profiles:
        took: dict[str, float] = defaultdict(float)
        called: Counter[str] = Counter()
        for one in profile.getstats():
            took[_called(one.code)] += one.inlinetime
            called[_called(one.code)] += one.callcount
        cost = {what: min(seconds, cost.get(what, seconds)) for what, seconds in took.items()}
    total = sum(cost.values())
    for what in sorted(cost, key=cost.__getitem__, reverse=True)[:_LARGEST]:
        yield name, f"`{what}`", f"{cost[what] / total:.0%}", f"{called[what] / events:.3f}"


def _called(code: CodeType | str) -> str:
    """Say what was called: a function of C by its description, one of Python by its place."""
    if isinstance(code, str):
        return code.strip("<>")
    return f"{os.path.basename(code.co_filename).strip('<>')}: {code.co_qualname}"


if __name__ == "__main__":
    sys.exit(main())
