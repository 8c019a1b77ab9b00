"""GET /metrics, /health, /ready, answered from threads of their own.

The standard library's threading WSGI server: a probe is answered while the event loop is stuck,
which is what the probe is for.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import orjson
from prometheus_client import CollectorRegistry, make_wsgi_app

from sidecar.errors import WorkError
from sidecar.observe.health import Verdict, Vitals, health, ready

#: A client that says nothing for so long is left.
_SILENCE_S = 5.0

#: More requests than this at once are turned away.
_AT_ONCE = 16


class _Handler(WSGIRequestHandler):
    timeout = _SILENCE_S

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: a probe every few seconds is no news."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], family: socket.AddressFamily) -> None:
        self.address_family = family
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # The base class looks its own name up, which may wait for a name server.
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._slots.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class Server:
    """A running server.

    Attributes:
        port: the one it got, where 0 was asked for.
    """

    def __init__(self, threads: _Threads) -> None:
        self.port = int(threads.server_port)
        self._threads = threads
        self._thread = threading.Thread(
            target=threads.serve_forever, args=(None,), name="http", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening. The thread waits for connections alone, so one more wakes it."""
        stop = threading.Thread(target=self._threads.shutdown, daemon=True)
        stop.start()
        while stop.is_alive():
            with contextlib.suppress(OSError):
                address = (self._threads.server_name, self._threads.server_port)
                socket.create_connection(address, timeout=1).close()
            stop.join(0.05)
        self._threads.server_close()


def start(host: str, port: int, registry: CollectorRegistry, vitals: Vitals) -> Server:
    """Listen, and answer in threads.

    Raises:
        WorkError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return Server(_with_app(_Threads((host, port), family), registry, vitals))
    except OSError as error:
        raise WorkError(
            f"cannot listen on {host}:{port}: {error.strerror}; "
            "choose another with --listen or SIDECAR_HTTP__LISTEN"
        ) from error


def _with_app(threads: _Threads, registry: CollectorRegistry, vitals: Vitals) -> _Threads:
    scrape = make_wsgi_app(registry)

    def app(environ: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            return _text(
                respond, "405 Method Not Allowed", "GET or HEAD\n", [("Allow", "GET, HEAD")]
            )
        if path == "/metrics":
            return list(scrape(environ, respond))
        if path == "/health":
            return _verdict(respond, health(vitals, time.monotonic()))
        if path == "/ready":
            return _verdict(respond, ready(vitals))
        if path == "/":
            return _text(respond, "200 OK", "sidecar: /metrics /health /ready\n")
        return _text(respond, "404 Not Found", "there are /metrics, /health and /ready\n")

    threads.set_app(app)
    return threads


def _verdict(respond: Callable[..., Any], verdict: Verdict) -> list[bytes]:
    body = orjson.dumps({"status": "ok" if verdict.ok else "failing", "reason": verdict.reason})
    status = "200 OK" if verdict.ok else "503 Service Unavailable"
    respond(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _text(
    respond: Callable[..., Any], status: str, text: str, more: Iterable[tuple[str, str]] = ()
) -> list[bytes]:
    body = text.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    respond(status, [*headers, *more])
    return [body]
