"""What the documents show is what the product does."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sidecar import __version__, config, layouts
from sidecar.formats import FORMATS
from sidecar.observe.metrics import TABLE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(document: str, language: str) -> list[str]:
    """Give the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", document, re.DOTALL | re.MULTILINE)


def names() -> list[str]:
    return [one.name for one in FORMATS]


def test_readme_shows_what_the_converter_says(tmp_path: Path) -> None:
    (session,) = blocks(README, "console")
    shown = re.fullmatch(r"\$ cat (\S+)\n(.*)\$ sidecar (.*?)\n(.*)", session, re.DOTALL)
    assert shown
    name, raw, arguments, json = shown.groups()
    (tmp_path / name).write_text(raw)
    command = [sys.executable, "-m", "sidecar", *arguments.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (json, "")


def test_readme_and_formats_agree() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    assert rows == ["auto", *names()]


def test_readme_names_the_version_that_is_built() -> None:
    assert re.findall(r"image: sidecar:(\S+)", README) == [__version__]


@pytest.mark.parametrize("document", ["README.md", "docs/configuration.md", "docs/layouts.md"])
def test_configurations_shown_are_accepted(document: str, tmp_path: Path) -> None:
    found = [
        one for one in blocks((ROOT / document).read_text(), "yaml") if one.startswith("sources:")
    ]
    assert found
    for number, text in enumerate(found):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text)
        config.load(str(path), {}, {}, formats=names())


def test_samples_shown_are_those_of_their_layouts(tmp_path: Path) -> None:
    (text,) = blocks((ROOT / "docs/layouts.md").read_text(), "yaml")
    path = tmp_path / "sidecar.yaml"
    path.write_text(text)
    command = [sys.executable, "-m", "sidecar", "check", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("# reads ") == 4


def test_layouts_document_lists_every_grammar_with_its_options() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| (.*?) ?\|$", (ROOT / "docs/layouts.md").read_text(), re.MULTILINE
    )
    assert sorted(name for name, _ in rows) == sorted(layouts.GRAMMARS)
    for name, shown in rows:
        own = layouts.options(name)[:-2]
        assert [one for one in re.findall(r"`(\w+)`", shown) if one.islower()] == list(own)


def test_configuration_document_shows_every_key_with_its_default(tmp_path: Path) -> None:
    (shown,) = blocks((ROOT / "docs/configuration.md").read_text(), "yaml")
    path = tmp_path / "sidecar.yaml"
    path.write_text(shown)
    given = config.load(str(path), {}, {}, formats=names())
    bare = config.load(None, {}, {"include": ["/logs/**/*.log", "/logs/*.txt"]}, formats=names())
    keys = {key for key, origin in given.origins.items() if origin != "default"}
    shape = config.Source._fields
    assert {key for key in keys if "[0]." in key} == {f"sources[0].{name}" for name in shape}
    # What stands there to show its shape, or depends on the folder, is not the default.
    different = {"include", "exclude", "fields"}
    for name in {*shape} - different:
        assert getattr(given.sources[0], name) == getattr(bare.sources[0], name), name
    for name in ("drain_s", "checkpoint", "output", "http", "log"):
        assert getattr(given, name) == getattr(bare, name), name


def test_metrics_document_lists_every_metric() -> None:
    expected = [
        f"| `sidecar_{row.name}{'_total' * row.counter}` | {', '.join(row.labels) or '-'} "
        f"| {row.help} |"
        for row in TABLE
    ]
    document = (ROOT / "docs" / "metrics.md").read_text()
    rows = [line for line in document.splitlines() if line.startswith("| `sidecar_")]
    assert rows == expected, "\n".join(expected)


def test_links_between_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    for document in documents:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_tests_that_the_promises_name_are_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/guarantees.md").read_text()))
    sources = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 40
    assert named <= set(re.findall(r"def (test_\w+)", sources))


def test_detection_document_shows_what_the_commands_say(tmp_path: Path) -> None:
    sessions = blocks((ROOT / "docs/detection.md").read_text(), "console")
    shutil.copy(ROOT / "docs/demo/localhost.log", tmp_path)
    for session in sessions:
        command, shown = session.removeprefix("$ sidecar ").split("\n", 1)
        arguments = shlex.split(command.replace("/logs/", f"{tmp_path}/"))
        run = [sys.executable, "-m", "sidecar", *arguments]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        said = done.stdout.replace(f"{tmp_path}/", "/logs/")
        assert said.startswith(shown), said
    assert [session.split()[2] for session in sessions] == ["detect", "explain"]
