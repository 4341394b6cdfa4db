"""Knowing which servers of this machine serve a home.

A server holds a lock on a file that is named by its address; the system lets go of it however the server ends.
"""

import ipaddress
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from filelock import FileLock, Timeout

from barograph.home import Home

_ENDING = ".lock"
_PATIENCE = 5
"""Seconds. Who looks for a server holds its lock for a moment."""


@contextmanager
def present(home: Home, address: str) -> Iterator[None]:
    """Show that this process serves ``home`` at ``address``, for as long as the block lasts."""
    file = _folder(home) / f"{quote(address, safe='')}{_ENDING}"
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout:  # a container that goes by the same name as this one: nobody finds this server, and all else works
        yield
        return
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        lock.release()


def find_server(home: Home) -> str | None:
    """The address of a server of this machine that serves ``home`` now; None if there is none.

    What servers left that were killed is removed.
    """
    for file in sorted(_folder(home).glob(f"*{_ENDING}")):
        try:
            with FileLock(file).acquire(blocking=False):
                file.unlink(missing_ok=True)
        except Timeout:
            return unquote(file.name.removesuffix(_ENDING))
    return None


def browser_address(address: str) -> str:
    """Where a browser of this machine finds a server that listens on ``address``. Pure."""
    parts = urlsplit(address)
    try:
        ip = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return address
    if not ip.is_unspecified:
        return address
    return f"http://{'127.0.0.1' if ip.version == 4 else '[::1]'}:{parts.port}"


def _folder(home: Home) -> Path:
    # Another machine, or a container, may share the home, but not what loopback is.
    return home.servers / quote(platform.node(), safe="")
