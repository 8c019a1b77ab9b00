"""Figures and probes over HTTP, answered from threads of their own."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from prometheus_client import CollectorRegistry, Counter

from sidecar.errors import WorkError
from sidecar.observe import server
from sidecar.observe.health import Vitals


@pytest.fixture
def registry() -> CollectorRegistry:
    made = CollectorRegistry()
    Counter("sidecar_things", "Things.", registry=made).inc()
    return made


@pytest.fixture
def vitals() -> Vitals:
    return Vitals(configured=True, checkpoint_loaded=True, swept=True)


@pytest.fixture
def port(registry: CollectorRegistry, vitals: Vitals) -> Iterator[int]:
    one = server.start("127.0.0.1", 0, registry, vitals)
    yield one.port
    one.close()


def ask(port: int, path: str, method: str = "GET", host: str = "127.0.0.1") -> tuple[int, str, str]:
    """Give status, type and body."""
    connection = HTTPConnection(host, port, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()
    finally:
        connection.close()


def test_metrics_are_answered_in_the_text_format(port: int) -> None:
    status, kind, body = ask(port, "/metrics")
    assert status == 200
    assert kind.startswith("text/plain; version=")
    assert "sidecar_things_total 1.0" in body


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_probes_answer_in_json_with_the_reason(port: int, path: str) -> None:
    status, kind, body = ask(port, path)
    assert (status, kind) == (200, "application/json")
    assert json.loads(body)["status"] == "ok"
    assert json.loads(body)["reason"]


def test_failing_probe_answers_503(port: int, vitals: Vitals) -> None:
    vitals.swept = False
    status, _, body = ask(port, "/ready")
    assert status == 503
    assert json.loads(body) == {"status": "failing", "reason": "the folders were not looked at yet"}
    vitals.loop_turned_at = time.monotonic() - 60
    assert ask(port, "/health")[0] == 503


def test_front_page_names_the_others_and_nothing_else_is_there(port: int) -> None:
    assert "/metrics /health /ready" in ask(port, "/")[2]
    assert ask(port, "/nowhere")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_taken(port: int, method: str) -> None:
    assert ask(port, "/metrics", method)[0] == 405


@pytest.mark.parametrize("path", ["/", "/health", "/ready"])
def test_head_gives_no_body(port: int, path: str) -> None:
    status, _, body = ask(port, path, "HEAD")
    assert (status, body) == (200, "")


def test_client_that_says_nothing_does_not_keep_others_waiting(port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
    try:
        assert ask(port, "/health")[0] == 200
    finally:
        for one in silent:
            one.close()


def test_clients_beyond_the_most_are_refused_and_served_again_later(port: int) -> None:
    before = threading.active_count()
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(server._AT_ONCE)]
    with pytest.raises(OSError, match=r"closed|reset|Remote end"):
        ask(port, "/health")
    assert threading.active_count() <= before + server._AT_ONCE
    for one in silent:
        one.close()
    deadline = time.monotonic() + 20
    while True:
        try:
            assert ask(port, "/health")[0] == 200
        except OSError:
            assert time.monotonic() < deadline
        else:
            break


def test_figures_that_cannot_be_taken_do_not_end_the_server(vitals: Vitals) -> None:
    class Broken(CollectorRegistry):
        def collect(self) -> Iterator[object]:  # type: ignore[override]
            raise RuntimeError("no figures")

    one = server.start("127.0.0.1", 0, Broken(), vitals)
    try:
        assert ask(one.port, "/metrics")[0] == 500
        assert ask(one.port, "/health")[0] == 200
    finally:
        one.close()


def test_address_that_is_taken_is_told(
    port: int, registry: CollectorRegistry, vitals: Vitals
) -> None:
    with pytest.raises(WorkError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .*--listen"):
        server.start("127.0.0.1", port, registry, vitals)


def test_address_that_does_not_exist_is_told(registry: CollectorRegistry, vitals: Vitals) -> None:
    with pytest.raises(WorkError, match="cannot listen on 203"):
        server.start("203.0.113.1", 9600, registry, vitals)


def test_ipv6_is_an_address_too(registry: CollectorRegistry, vitals: Vitals) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        one = server.start("::1", 0, registry, vitals)
    except WorkError as error:
        pytest.skip(str(error))
    try:
        assert ask(one.port, "/health", host="::1")[0] == 200
    finally:
        one.close()


def test_address_is_free_once_it_has_stopped(registry: CollectorRegistry, vitals: Vitals) -> None:
    one = server.start("127.0.0.1", 0, registry, vitals)
    started = time.monotonic()
    one.close()
    assert time.monotonic() - started < 5
    again = server.start("127.0.0.1", one.port, registry, vitals)
    again.close()
