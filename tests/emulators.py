"""Object stores of the tests' own: emulators that speak as Google's and Amazon's do, on this machine.

A module of tests that wants one imports the fixtures ``bucket``, ``google`` and ``amazon``.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from gcp_storage_emulator.server import RequestHandler  # type: ignore[import-untyped]
from gcp_storage_emulator.storage import Storage  # type: ignore[import-untyped]

# Read when gcsfs is imported, once for all tests: else it probes each bucket for a minute.
os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
from gcsfs.core import GCSFileSystem
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from s3fs.core import S3FileSystem
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.listening import listening

Rule = Callable[[str, str], int | None]
"""Given a request's method and path, the status that it is refused with; None to let it through. It may block."""


def _open(method: str, path: str) -> int | None:
    return None


@dataclass
class Store:
    """An emulator that runs.

    Attributes:
        scheme: of its addresses.
        url: where it listens.
        asked: method and path of every request so far.
        rule: what it refuses.
    """

    scheme: str
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    rule: Rule = _open

    def is_download(self, method: str, path: str) -> bool:
        """Whether a request is for the content of an object."""
        return method == "GET" and ("alt=media" in path if self.scheme == "gs" else "list-type" not in path)

    def is_upload(self, method: str, path: str) -> bool:
        """Whether a request brings the content of an object."""
        return method == "POST" and "/upload/" in path if self.scheme == "gs" else method == "PUT"

    def refusal(self, method: str, path: str) -> int | None:
        self.asked.append((method, path))
        return self.rule(method, path)


@dataclass(frozen=True)
class Bucket:
    """An empty bucket."""

    store: Store
    name: str
    files: Any

    @property
    def uri(self) -> str:
        return f"{self.store.scheme}://{self.name}"

    def put(self, name: str, content: bytes) -> str:
        """Put an object there, and give its address."""
        self.files.pipe_file(f"{self.name}/{name}", content)
        return f"{self.uri}/{name}"

    def contents(self, below: str = "") -> dict[str, bytes]:
        """The objects whose address begins with ``below``, by the rest of their names."""
        root = below.partition("://")[2] or self.name
        return {path.removeprefix(f"{root}/"): self.files.cat_file(path) for path in self.files.find(root)}

    def remove(self, uri: str) -> None:
        for path in self.files.find(uri.partition("://")[2]):
            self.files.rm_file(path)

    def downloads(self) -> list[str]:
        """Paths of the requests for the content of an object, those of these methods included."""
        return [path for method, path in self.store.asked if self.store.is_download(method, path)]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client may go away in the middle."""


class _GoogleHandler(RequestHandler):  # type: ignore[misc]
    def __init__(self, store: Store, *arguments: Any) -> None:
        self.store = store
        super().__init__(*arguments)

    def handle_one_request(self) -> None:
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            setattr(self, f"do_{method}", partial(self._answer, method))
        super().handle_one_request()

    def _answer(self, method: str) -> None:
        status = self.store.refusal(method, self.path)
        if status is None:
            getattr(super(), f"do_{method}")()
            return
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"error": {"code": %d, "message": "you may not storage.objects"}}' % status)


@contextmanager
def _google() -> Iterator[Store]:
    # The emulator's own server takes one request at a time and hangs under gcsfs, which keeps connections open.
    logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)
    store = Store("gs")
    server = _Server(("127.0.0.1", 0), partial(_GoogleHandler, store, Storage(use_memory_fs=True)))
    with listening(server) as store.url:
        yield store


@contextmanager
def _amazon() -> Iterator[Store]:
    store = Store("s3")
    moto = DomainDispatcherApplication(create_backend_app)

    def application(environ: dict[str, Any], start: Any) -> Any:
        path = environ["PATH_INFO"] + "?" + environ["QUERY_STRING"]
        status = store.refusal(environ["REQUEST_METHOD"], path)
        if status is None:
            return moto(environ, start)
        code = "AccessDenied" if status == 403 else "InternalError"
        words = f"<Error><Code>{code}</Code><Message>Access Denied</Message></Error>"
        return Response(words, status, content_type="application/xml")(environ, start)

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    with listening(server) as store.url:
        yield store


@pytest.fixture(scope="session")
def google() -> Iterator[Store]:
    with _google() as store:
        yield store


@pytest.fixture(scope="session")
def amazon() -> Iterator[Store]:
    with _amazon() as store:
        yield store


def new_bucket(store: Store, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket, with the environment pointing to its store."""
    if store.scheme == "gs":
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", store.url)
        files = GCSFileSystem(endpoint_url=store.url, token="anon", project="test", use_listings_cache=False)
    else:
        monkeypatch.setenv("AWS_ENDPOINT_URL", store.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        files = S3FileSystem(endpoint_url=store.url, key="test", secret="test", use_listings_cache=False)
    name = f"bucket-{uuid4().hex[:12]}"
    files.mkdir(name)
    return Bucket(store, name, files)


@pytest.fixture(params=["google", "amazon"], ids=["gs", "s3"])
def bucket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An empty bucket of each kind."""
    store = request.getfixturevalue(request.param)
    made = new_bucket(store, monkeypatch)
    store.asked.clear()
    yield made
    store.rule = _open
