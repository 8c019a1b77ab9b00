"""Real lines and the records they become: ``FORMAT/CASE.log`` beside ``FORMAT/CASE.jsonl``.

``python -m tests.formats.golden`` writes every ``.jsonl`` anew from its ``.log`` and says which
changed; the diff is for a person to read. Keys of a source (``timezone: Asia/Seoul``) may stand in
``FORMAT/CASE.yaml``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sidecar.config import Multiline, Source
from tests import roads

FOLDER = Path(__file__).parent


def cases(folder: Path = FOLDER) -> list[Path]:
    """Give every log, in the order of names."""
    return sorted(folder.glob("*/*.log"))


def name(case: Path) -> str:
    """Give a case's name, as ``juli/startup``."""
    return f"{case.parent.name}/{case.stem}"


def source(case: Path) -> Source:
    """Give the source a log is read as: its folder's format, and its own options."""
    options: dict[str, Any] = {"format": case.parent.name}
    beside = case.with_suffix(".yaml")
    if beside.exists():
        options |= yaml.safe_load(beside.read_text("utf-8"))
    match options.get("multiline"):
        case {"start": start}:
            options["multiline"] = Multiline("start", start)
        case str(mode):
            options["multiline"] = Multiline(mode)
    return Source(**options)


def records(case: Path, road: roads.Road = roads.whole) -> bytes:
    """Make the records of a log."""
    return road(case.read_bytes(), source(case))


def rewrite(folder: Path = FOLDER) -> list[str]:
    """Write the records of every log beside it; give the names of those that changed."""
    changed = []
    for case in cases(folder):
        made, beside = records(case), case.with_suffix(".jsonl")
        if not beside.exists() or beside.read_bytes() != made:
            beside.write_bytes(made)
            changed.append(name(case))
    return changed


if __name__ == "__main__":
    for one in rewrite():
        print(f"changed: {one}")
