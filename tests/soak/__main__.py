"""``python -m tests.soak``: run the daemon among writers and rotations, end it again and again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.soak import picture, report
from tests.soak.run import Options, soak


def main(argv: list[str] | None = None) -> int:
    """Run; 0: nothing was wrong, 1: something was, 2: usage."""
    defaults = Options()
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=defaults.seconds, help="default: %(default)g"
    )
    parser.add_argument("--seed", type=int, default=defaults.seed, help="default: %(default)s")
    parser.add_argument(
        "--writers", type=int, default=defaults.writers, help="default: %(default)s"
    )
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="leave soak.txt, soak.json and soak.svg there"
    )
    args = parser.parse_args(argv)
    if args.seconds < 20 or args.writers < 1:
        parser.error("expected 20 seconds or more, and a writer or more")
    outcome = soak(Options(args.seconds, args.seed, args.writers, progress=True))
    words = report.in_words(outcome)
    print(words, end="")
    if args.report:
        args.report.mkdir(parents=True, exist_ok=True)
        (args.report / "soak.txt").write_text(words)
        (args.report / "soak.json").write_text(report.as_json(outcome))
        (args.report / "soak.svg").write_text(picture.svg(outcome))
    return 0 if report.passed(outcome) else 1


if __name__ == "__main__":
    sys.exit(main())
