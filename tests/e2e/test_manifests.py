"""The Dockerfile and the manifests, against the tools and the rules that judge them."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecar import __version__, config
from sidecar.formats import FORMATS

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

#: The oldest version with native sidecars on by default, and one of today's.
KUBERNETES = ("1.29", "1.35")

Manifest = dict[str, Any]


def tool(name: str, *args: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(BIN / name), *args]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )


@pytest.fixture(params=["k8s", "k8s/plain"])
def rendered(request: pytest.FixtureRequest) -> list[Manifest]:
    return render(request.param)


def render(folder: str) -> list[Manifest]:
    done = tool("kubectl", "kustomize", folder)
    assert done.returncode == 0, done.stderr
    return [*yaml.safe_load_all(done.stdout)]


def pod(manifests: list[Manifest]) -> Manifest:
    (deployment,) = (one for one in manifests if one["kind"] == "Deployment")
    spec: Manifest = deployment["spec"]["template"]["spec"]
    return spec


def containers(spec: Manifest) -> dict[str, Manifest]:
    return {one["name"]: one for one in [*spec.get("initContainers", []), *spec["containers"]]}


# -- the Dockerfile ------------------------------------------------------------------------------


def test_hadolint_accepts_the_dockerfile() -> None:
    done = tool("hadolint", "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_refuses_an_unpinned_base() -> None:
    done = tool("hadolint", "-", given="FROM python:latest\nRUN cd /tmp\n")
    assert done.returncode == 1
    assert "DL3007" in done.stdout


def test_bases_are_pinned_to_a_minor_version_and_the_user_is_a_number() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^ARG BASE=\S+:(\S+)", text, re.MULTILINE) == ["3.13-slim-bookworm"]
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${BASE}"}
    assert re.findall(r"^USER (.*)", text, re.MULTILINE) == ["65532:65532"]


# -- the manifests -------------------------------------------------------------------------------


@pytest.mark.parametrize("version", KUBERNETES)
def test_manifests_fit_the_schema(rendered: list[Manifest], version: str) -> None:
    done = tool("kubernetes-validate", "--strict", "-k", version, "-", given=dump(rendered))
    assert done.returncode == 0, done.stdout + done.stderr


def dump(manifests: list[Manifest]) -> str:
    return yaml.safe_dump_all(manifests)


def test_schema_refuses_an_unknown_field(rendered: list[Manifest]) -> None:
    broken = copy.deepcopy(rendered)
    pod(broken)["containers"][0]["redOnly"] = True
    done = tool("kubernetes-validate", "--strict", "-k", KUBERNETES[0], "-", given=dump(broken))
    assert done.returncode == 1


def test_sidecar_is_native_and_starts_before_the_application() -> None:
    spec = pod(render("k8s"))
    (sidecar,) = spec["initContainers"]
    assert (sidecar["name"], sidecar["restartPolicy"]) == ("sidecar", "Always")
    assert [one["name"] for one in spec["containers"]] == ["tomcat"]


def test_older_clusters_get_an_ordinary_container() -> None:
    spec = pod(render("k8s/plain"))
    assert "initContainers" not in spec
    assert [one["name"] for one in spec["containers"]] == ["tomcat", "sidecar"]
    assert "restartPolicy" not in containers(spec)["sidecar"]


def test_pod_is_restricted(rendered: list[Manifest]) -> None:
    spec = pod(rendered)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    for one in containers(spec).values():
        security = one["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["readOnlyRootFilesystem"] is True
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert security["runAsUser"] >= 10_000
        assert security["runAsGroup"] >= 10_000
        assert all(port["containerPort"] > 1024 for port in one["ports"])
    assert all({"emptyDir", "configMap"} & set(volume) for volume in spec["volumes"])


def test_volumes_are_bounded_and_logs_are_read_only_for_the_sidecar(
    rendered: list[Manifest],
) -> None:
    spec = pod(rendered)
    volumes = {one["name"]: one for one in spec["volumes"]}
    assert all("sizeLimit" in one["emptyDir"] for one in volumes.values() if "emptyDir" in one)
    mounts = {one["name"]: one for one in containers(spec)["sidecar"]["volumeMounts"]}
    assert {name for name, one in mounts.items() if not one.get("readOnly")} == {"state"}
    assert mounts["logs"]["readOnly"] is True
    written = {one["name"] for one in containers(spec)["tomcat"]["volumeMounts"]}
    assert "logs" in written
    assert set(volumes) == set(mounts) | written


def test_images_are_pinned_and_the_sidecar_is_of_this_version(rendered: list[Manifest]) -> None:
    images = {name: one["image"] for name, one in containers(pod(rendered)).items()}
    assert images["sidecar"] == f"sidecar:{__version__}"
    assert re.fullmatch(r"tomcat:\d+\.\d+-\S+", images["tomcat"])


def test_probes_ask_for_what_there_is_at_the_port_that_is_named(rendered: list[Manifest]) -> None:
    sidecar = containers(pod(rendered))["sidecar"]
    ports = {one["name"]: one["containerPort"] for one in sidecar["ports"]}
    paths = {}
    for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = sidecar[kind]["httpGet"]
        assert asked["port"] in ports
        paths[kind] = asked["path"]
    assert paths == {
        "startupProbe": "/ready",
        "livenessProbe": "/health",
        "readinessProbe": "/ready",
    }
    listen = environment(sidecar)["SIDECAR_HTTP__LISTEN"]
    assert int(listen.rpartition(":")[2]) == ports["metrics"]


def environment(container: Manifest) -> dict[str, str]:
    """Give the environment as a kubelet would make it, names of the pod made up."""
    found: dict[str, str] = {}
    for one in container["env"]:
        text = one.get("value", f"some-{one['name'].lower()}")
        for name, value in found.items():
            text = text.replace(f"$({name})", value)
        found[one["name"]] = text
    return found


@pytest.fixture
def effective(rendered: list[Manifest], tmp_path: Path) -> config.Config:
    """What the daemon makes of the mounted file and of its environment."""
    (mounted,) = (one for one in rendered if one["kind"] == "ConfigMap")
    path = tmp_path / "sidecar.yaml"
    path.write_text(mounted["data"]["sidecar.yaml"])
    env = environment(containers(pod(rendered))["sidecar"])
    return config.load(str(path), env, {}, formats=[one.name for one in FORMATS])


def test_configuration_in_the_manifests_is_accepted_whole(effective: config.Config) -> None:
    assert not effective.warnings
    assert effective.sources[0].fields == {
        "app": "shop",
        "pod": "some-pod_name",
        "namespace": "some-pod_namespace",
        "node": "some-node_name",
    }


def test_paths_of_the_configuration_are_those_of_the_mounts(
    rendered: list[Manifest], effective: config.Config
) -> None:
    spec = pod(rendered)
    sidecar = containers(spec)["sidecar"]
    mounts = {one["name"]: one["mountPath"] for one in sidecar["volumeMounts"]}
    assert effective.state_dir == mounts["state"]
    assert all(one.startswith(f"{mounts['logs']}/") for one in effective.sources[0].include)
    assert sidecar["args"] == ["run", "--config", f"{mounts['config']}/sidecar.yaml"]
    assert effective.drain_s < spec["terminationGracePeriodSeconds"]


def test_monitor_selects_the_pods_and_the_port_that_there_are() -> None:
    monitor = yaml.safe_load((ROOT / "k8s/podmonitor.yaml").read_text())
    (deployment,) = (one for one in render("k8s") if one["kind"] == "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    ports = containers(pod([deployment]))["sidecar"]["ports"]
    assert endpoint["port"] in {one["name"] for one in ports}
