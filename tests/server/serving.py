"""Apps served over real HTTP, and requests that no HTTP library would send."""

import io
import json
import logging
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp

from barograph.server.access import Access
from barograph.server.logs import configure_logs
from barograph.server.metrics import Activity, Metrics
from barograph.server.security import Hosts, allowed_hosts
from barograph.server.shell import shell, shell_routes

TOKEN = "the-token-of-this-test"
IDLE = Activity({}, 0, 0)
# Without a configuration of its own, structlog prints.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@dataclass(frozen=True)
class Address:
    """Where an app is served."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, request: bytes) -> tuple[int, str]:
        """Send bytes as they are; the status and all of the response as text."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            with suppress(OSError):  # a server that has refused it may have closed already
                connection.shutdown(socket.SHUT_WR)
            response = b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")
        found = re.match(r"HTTP/1.1 (\d{3})", response)
        assert found, response
        return int(found[1]), response

    def get(self, *headers: str, path: str = "/apis/v2beta1/runs", version: str = "1.1") -> tuple[int, str]:
        """A GET with exactly these headers."""
        return self.send("\r\n".join([f"GET {path} HTTP/{version}", *headers, "Connection: close", "", ""]).encode())


@contextmanager
def serving(app: ASGIApp) -> Iterator[Address]:
    """Serve ``app`` on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Address(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def guarded(
    routes: Sequence[Route], *, access: Access | None = None, hosts: Hosts | None = None, metrics: Metrics | None = None
) -> FastAPI:
    """An app in its shell, as the server's own is."""
    hosts = hosts or allowed_hosts("127.0.0.1", (), has_token=access is not None)
    metrics = metrics or Metrics(lambda: IDLE)
    app = FastAPI(middleware=shell(hosts, access, metrics), openapi_url=None)
    app.router.routes.extend([*shell_routes(access, metrics), *routes])
    return app


class Log(io.StringIO):
    """What the server logs, which is JSON unless it is told that this is a terminal."""

    def __init__(self, terminal: bool = False) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().split("\n") if line]  # nothing else ends a line of JSON


@contextmanager
def logged(*secrets: str, terminal: bool = False) -> Iterator[Log]:
    """Log into memory, and as before afterwards."""
    before = structlog.get_config()
    loggers = [logging.getLogger(name) for name in (None, "barograph", "uvicorn", "uvicorn.access")]
    kept = [(logger, logger.handlers, logger.level, logger.disabled) for logger in loggers]
    log = Log(terminal)
    configure_logs(secrets, log)
    try:
        yield log
    finally:
        structlog.configure(**before)
        for logger, handlers, level, disabled in kept:
            logger.handlers, logger.disabled = handlers, disabled
            logger.setLevel(level)
