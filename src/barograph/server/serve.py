"""Serving: the application, what guards it, and the thread that starts runs."""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import uvicorn

from barograph.config import Config
from barograph.errors import ConfigurationError
from barograph.schedule.scheduler import Scheduler
from barograph.server.access import Access
from barograph.server.app import make_app
from barograph.server.backend import open_backend
from barograph.server.dispatch import Dispatcher
from barograph.server.logs import configure_logs
from barograph.server.metrics import Activity
from barograph.server.presence import present
from barograph.server.security import allowed_hosts
from barograph.store.database import make_home


class PortTaken(ConfigurationError):
    """Something else listens on the port that was asked for."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; port 0 is any that is free.

    Raises:
        PortTaken: something else listens there.
        ConfigurationError: it is no address of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=256)
        # Connections inherit it. asyncio sees to it only where a socket was made for TCP by name; without it, the end
        # of each response waits 40 ms for the client to say that it got the beginning.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        kind = PortTaken if error.errno == errno.EADDRINUSE else ConfigurationError
        raise kind(
            f"can't listen on {host}, port {port}: {error.strerror or error}; give others with --host and --port"
        ) from error
    return listening


@dataclass(frozen=True)
class Settings:
    """How a server serves.

    Attributes:
        host: the address that it listens on.
        port: 0 for any that is free.
        names: further names that it answers to, of a proxy before it for example.
        token: what every request needs; none if empty.
        max_runs: how many runs are executed at a time.
        urls_allowed: the origins from which pipelines may be fetched.
        quiet: whether requests that were answered well are kept out of the log.
    """

    host: str = "127.0.0.1"
    port: int = 8888
    names: tuple[str, ...] = ()
    token: str = ""
    max_runs: int = 4
    urls_allowed: frozenset[str] = frozenset()
    quiet: bool = False


def serve(config: Config, settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until a signal says to end. Runs go on after that.

    Args:
        config: the home and its record.
        settings: how.
        tell: gets the address once it listens there.

    Raises:
        PortTaken: something else listens on the port.
        BarographError: the address can't be listened on, would be open to everybody, or the record can't be opened.
    """
    access = Access(settings.token) if settings.token else None
    hosts = allowed_hosts(settings.host, settings.names, has_token=access is not None)
    configure_logs([settings.token] if settings.token else (), quiet=settings.quiet)
    with listen(settings.host, settings.port) as listening:
        make_home(config.home)
        backend = open_backend(config, settings.urls_allowed)
        dispatcher = Dispatcher(config, backend.store, backend.runs, settings.max_runs)
        backend = replace(backend, wake=dispatcher.wake)
        scheduler = Scheduler(backend.recurring_runs, backend.pipelines, backend.store, config.home, dispatcher.wake)

        def activity() -> Activity:
            return Activity(backend.runs.count_by_state(), backend.runs.count_waiting(), dispatcher.busy)

        app = make_app(backend, hosts, access, activity)
        how = {"log_config": None, "access_log": False, "server_header": False, "timeout_graceful_shutdown": 2}
        server = uvicorn.Server(uvicorn.Config(app, **how))  # type: ignore[arg-type]
        dispatcher.start()
        scheduler.start()
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        try:
            with present(config.home, address), suppress(KeyboardInterrupt):  # Ctrl-C is how a server is ended
                tell(address)
                server.run(sockets=[listening])
        finally:
            scheduler.stop()
            dispatcher.stop()
            backend.database.close()
