"""Servers of the tests' own, in a thread of this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def listening(server: Any) -> Iterator[str]:
    """Let a server of ``socketserver``'s kind answer; its address.

    Args:
        server: bound to a port of this machine, and closed in the end.
    """
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
