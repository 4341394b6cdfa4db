"""A server of files, over real HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from barograph.ir.package import LIMITS
from tests.listening import listening
from tests.registry.texts import text


@contextmanager
def files(**redirects: str) -> Iterator[str]:
    """A server that has a pipeline at /a/pipeline.yaml, more than there may be at /large, and redirects."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            if name in redirects:
                self.send_response(302)
                self.send_header("Location", redirects[name])
                self.end_headers()
            elif name == "a/pipeline.yaml?signature=x":
                self.answer(text().encode())
            elif name == "large":
                self.answer(bytes(LIMITS.upload + 2**20))
            elif name == "never":
                self.send_response(200)
                self.end_headers()
                done.wait()
            else:
                self.send_error(404)

        def answer(self, body: bytes) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(ConnectionError):  # who asked has had enough
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        try:
            yield url
        finally:
            done.set()
