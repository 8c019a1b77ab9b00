"""Completion in shells: as the command line is now, and as a shell takes it."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "completion"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", FOLDER / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_completions_are_those_of_the_command_line(generate: ModuleType) -> None:
    for name, shell in generate.SHELLS.items():
        assert (FOLDER / name).read_text() == generate.text(shell), "run: make completion"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["sidecar", ""], {"run", "convert", "check", "formats"}),
        (["sidecar", "con"], {"convert"}),
        (["sidecar", "convert", "--form"], {"--format"}),
        (["sidecar", "run", "--on"], {"--once"}),
    ],
)
def test_bash_offers_what_may_follow(words: list[str], offered: set[str]) -> None:
    function = "_shtab_sidecar"
    quoted = " ".join(f"'{word}'" for word in words)
    script = (
        f"source {FOLDER / 'sidecar.bash'}; complete -p sidecar >/dev/null || exit 3; "
        f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; {function}; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert offered <= {line.strip() for line in done.stdout.splitlines()}
