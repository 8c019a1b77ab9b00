"""The container image, as a pod would run it."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar import __version__
from tests.e2e.conftest import open_folder
from tests.e2e.image import GID, PYTHON, UID, Image
from tests.e2e.servers import free_port
from tests.e2e.writers import access, append, numbers

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    with open_folder() as folder:
        yield Image(Path(folder))


def test_image_says_what_it_is(image: Image) -> None:
    config = image.config
    assert config["User"] == "65532:65532"
    assert config["StopSignal"] == "SIGTERM"
    assert [*config["ExposedPorts"]] == ["9600/tcp"]
    assert config["Labels"]["org.opencontainers.image.title"] == "sidecar"
    assert (image.files / "opt/sidecar/bin/sidecar").exists()
    installed = packages(image) / f"sidecar-{__version__}.dist-info"
    assert (installed / "METADATA").exists()


def packages(image: Image) -> Path:
    return image.files / f"opt/sidecar/lib/python{PYTHON}/site-packages"


def test_image_holds_nothing_that_only_a_build_needs(image: Image) -> None:
    names = {path.name for path in packages(image).iterdir()}
    assert "sidecar" in names
    assert not names & {"pip", "setuptools", "hatchling", "pytest"}
    assert not (image.files / "src").exists()


def test_every_module_in_the_image_is_compiled(image: Image) -> None:
    sources = {path.with_suffix("") for path in packages(image).rglob("*.py")}
    compiled = {
        path.parent.parent / path.name.split(".")[0] for path in packages(image).rglob("*.pyc")
    }
    assert sources
    assert sources <= compiled


def test_any_user_runs_it_on_a_read_only_root_without_capabilities(
    image: Image, tmp_path: Path
) -> None:
    logs, state = tmp_path / "logs", tmp_path / "state"
    logs.mkdir()
    state.mkdir()
    os.chown(state, UID, GID)
    append(logs / "access.log", "".join(map(access, range(1000))))
    port = free_port()
    env = {
        "SIDECAR_INCLUDE": "/mnt/*.log",
        "SIDECAR_STATE_DIR": "/srv",
        "SIDECAR_HTTP__LISTEN": f"0.0.0.0:{port}",
    }
    one = image.run(tmp_path / "bundle", logs, state, env)
    try:
        one.wait_lines(1000)
        append(logs / "access.log", access(1000))
        one.wait_lines(1001)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            assert json.loads(answer.read())["status"] == "ok"
        (told,) = (tmp_path / "bundle").glob("runc/*/state.json")
        pid = json.loads(told.read_text())["init_process_pid"]
        status = Path(f"/proc/{pid}/status").read_text()
        assert f"Uid:\t{UID}\t{UID}" in status
        assert "CapEff:\t0000000000000000" in status
        assert "NoNewPrivs:\t1" in status
        assert one.stop() == 0
    finally:
        one.close()
    assert numbers(one.records) == list(range(1001))
    checkpoint = state / "checkpoint.json"
    assert checkpoint.stat().st_uid == UID
    assert (
        json.loads(checkpoint.read_text())["files"][0]["offset"]
        == (logs / "access.log").stat().st_size
    )
