"""Write the shells' completions from the command line itself: ``make completion``.

shtab reads the parser; files complete as files. Nothing of it is in the product.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import shtab

from sidecar import cli

HERE = Path(__file__).parent

#: File name, as each shell looks for it, and the shell.
SHELLS = {"sidecar.bash": "bash", "_sidecar": "zsh"}

_FILES = {"files", "config", "output", "include", "paths"}
_FOLDERS = {"state_dir"}


def text(shell: str) -> str:
    """Give the completion of a shell: bash or zsh."""
    parser = cli.parser()
    for action in _actions(parser):
        if action.dest in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    made: str = shtab.complete(parser, shell)
    return made.rstrip() + "\n"


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    found = []
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to list them
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for one in action.choices.values():
                found += _actions(one)
    return found


if __name__ == "__main__":
    for name, shell in SHELLS.items():
        (HERE / name).write_text(text(shell))
        sys.stdout.write(f"{HERE / name}\n")
