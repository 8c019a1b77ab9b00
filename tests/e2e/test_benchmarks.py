"""The benchmark suite runs, on logs too small to mean anything."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.checking import difference
from benchmarks.corpora import KINDS, Corpus
from benchmarks.processes import LOOPS, ROOT, measure
from tests.e2e.servers import need

pytestmark = pytest.mark.e2e


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", peers.NAMES)
def test_a_peer_gives_the_events_and_fields_that_it_is_measured_for(
    name: str, kind: str, tmp_path: Path
) -> None:
    peer = peers.found().get(name)
    if not peer:
        if name == "rsyslog":
            need("rsyslogd")
        pytest.skip(f"no {name} here, and its package excludes rsyslog's: make peers")
    made = Corpus(kind, 200_000).write(str(tmp_path / "made.log"))
    loop, output = str(tmp_path / "loop.jsonl"), str(tmp_path / "output.jsonl")
    measure((*LOOPS, "line", made.path, kind), loop)
    used = peer.measure(peers.closed(made, str(tmp_path / "closed.log")), output, str(tmp_path))
    assert difference(made, loop, output, typed=False) == ""
    assert 0 < used.cpu_s < 20


def test_a_run_prints_a_table_and_writes_what_it_found(tmp_path: Path) -> None:
    found, drawn = tmp_path / "found.json", tmp_path / "drawn.svg"
    sizes = ["--size", "0.2", "--repeat", "1", "--only", "juli", "--only", "latency"]
    done = run("benchmarks", *sizes, "--json", str(found), "--chart", str(drawn))
    assert done.returncode == 0, done.stderr
    rows = json.loads(found.read_text())["rows"]
    assert {row["bench"] for row in rows} == {"juli", "latency"}
    assert all(f"| {row['bench']} | {row['what']} |" in done.stdout for row in rows)
    assert "<svg" in drawn.read_text()


def test_what_is_no_bench_is_refused() -> None:
    done = run("benchmarks", "--only", "nothing")
    assert done.returncode == 2
    assert "no corpus is called 'nothing'" in done.stderr


def test_a_revision_is_set_beside_the_tree() -> None:
    asked = ["git", "rev-parse", "HEAD"]
    if not shutil.which("git") or subprocess.run(asked, cwd=ROOT, check=False).returncode:
        pytest.skip("no revisions here: no git, or not a checkout")
    sizes = ["--size", "0.05", "--repeat", "1", "--only", "bracket"]
    done = run("benchmarks.compare", "HEAD", *sizes)
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| bracket |")]
    assert len(rows) == 2
    refused = run("benchmarks.compare", "no-such-revision")
    assert refused.returncode == 2
    assert "no-such-revision" in refused.stderr


def test_a_profile_names_the_five_largest_costs() -> None:
    done = run("benchmarks.profiles", "bracket", "--size", "0.5")
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| bracket |")]
    assert len(rows) == 5


#: In the place of valgrind: what it runs takes 9 instructions a byte of its log, and a start's.
VALGRIND = """#!{python}
import os, sys
sizes = [os.path.getsize(one) for one in sys.argv[1:] if one.startswith({folder!r})]
print(f"==1== I   refs:      {{1_234_567 + 9 * sum(sizes):,}}", file=sys.stderr)
"""


def test_instructions_a_byte_are_without_those_of_a_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    valgrind = tmp_path / "valgrind"
    valgrind.write_text(VALGRIND.format(python=sys.executable, folder=f"{tmp_path}/"))
    valgrind.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = run("benchmarks.instructions", "misfits")
    assert done.returncode == 0, done.stderr
    assert [line.split(" | ")[1:] for line in done.stdout.splitlines()[2:]] == [
        [what, "9.0", *times]
        for what, times in {
            **dict.fromkeys(("read", "split", "line", "fields"), ("", " |")),
            **dict.fromkeys(("convert", "convert --format bracket"), ("1.00", "1.00 |")),
        }.items()
    ]
    refused = run("benchmarks.instructions", "nothing")
    assert refused.returncode == 2
    assert "nothing" in refused.stderr


def test_instructions_need_valgrind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("benchmarks.instructions", "bracket")
    assert done.returncode == 2
    assert "apt-get install valgrind" in done.stderr
