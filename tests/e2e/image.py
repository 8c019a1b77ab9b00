"""The image of the Dockerfile, built and run without a container engine's daemon.

The base is a Debian of debootstrap's in the place of the official one, with the wheels that the
build installs in it, so that the build itself needs no network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.e2e.harness import Sidecar
from tests.e2e.servers import need, need_root

ROOT = Path(__file__).parents[2]
SUITE, PYTHON = "bookworm", "3.11"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sidecar-tests"

#: Any uid that no file of the image belongs to; the group is 0, as OpenShift gives it.
UID, GID = 1_234_567, 0


class Image:
    """The image, its configuration as the registry would show it, and its files."""

    def __init__(self, folder: Path) -> None:
        need_root()
        need("buildah", "debootstrap", "runc")
        self._store = ["--root", str(folder / "store"), "--runroot", str(folder / "run")]
        self._store += ["--storage-driver", "vfs"]
        _wheels(folder / "wheels")
        base = self._buildah("from", "scratch")
        self._buildah("add", "--quiet", base, str(_debian()), "/")
        self._buildah("add", "--quiet", base, str(folder / "wheels"), "/wheels")
        conf = folder / "pip.conf"
        conf.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        self._buildah("add", "--quiet", base, str(conf), "/etc/pip.conf")
        self._buildah("commit", "--quiet", "--rm", base, "localhost/base:test")
        self._buildah(
            *("bud", "--quiet", "--isolation", "chroot", "--pull-never"),
            *("--build-arg", "BASE=localhost/base:test", "--tag", "localhost/sidecar:test"),
            str(ROOT),
        )
        inspected = json.loads(self._buildah("inspect", "--type=image", "localhost/sidecar:test"))
        self.config: dict[str, Any] = inspected["OCIv1"]["config"]
        container = self._buildah("from", "--pull-never", "localhost/sidecar:test")
        self.files = Path(self._buildah("mount", container))

    def _buildah(self, command: str, *args: str) -> str:
        whole = ["buildah", *self._store, command, *args]
        done = subprocess.run(whole, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"{' '.join(whole)}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def run(self, bundle: Path, logs: Path, state: Path, env: dict[str, str]) -> Sidecar:
        """Run it as a pod would: a random uid, a read-only root, no capability, 64 MiB."""
        bundle.mkdir()
        spec = {
            "ociVersion": "1.0.2",
            "root": {"path": str(self.files), "readonly": True},
            "process": {
                "user": {"uid": UID, "gid": GID},
                "args": [*self.config["Entrypoint"], *self.config["Cmd"]],
                "env": [*self.config["Env"], *(f"{name}={text}" for name, text in env.items())],
                "cwd": self.config["WorkingDir"],
                "capabilities": {},
                "noNewPrivileges": True,
            },
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
                _bind(logs, "/mnt", "ro"),
                _bind(state, "/srv", "rw"),
            ],
            "linux": {
                "namespaces": [{"type": one} for one in ("pid", "mount", "ipc", "uts")],
                "resources": {"memory": {"limit": 64 << 20}},
            },
        }
        (bundle / "config.json").write_text(json.dumps(spec))
        command = ["runc", "--root", str(bundle / "runc"), "run", "--no-pivot"]
        name = f"sidecar-{os.getpid()}-{bundle.name}"
        return Sidecar(whole_command=[*command, "--bundle", str(bundle), name])


def _bind(source: Path, destination: str, mode: str) -> dict[str, Any]:
    options = ["bind", mode]
    return {"destination": destination, "type": "bind", "source": str(source), "options": options}


def _debian() -> Path:
    """Give a folder with a small Debian that has Python; made once a machine."""
    ready = CACHE / SUITE
    if not ready.exists():
        made = CACHE / f"{SUITE}.{os.getpid()}"
        made.mkdir(parents=True)
        command = ["debootstrap", "--variant=minbase", "--include=python3,python3-pip,python3-venv"]
        done = subprocess.run(
            [*command, SUITE, str(made)], capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        made.rename(ready)
    return ready


def _wheels(folder: Path) -> None:
    """Download what the image's Python needs to build and to run the product."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder)]
    subprocess.run(
        [*command, "--only-binary=:all:", "--python-version", PYTHON, *needed],
        check=True,
        timeout=300,
    )
