"""Uploading the pipeline with KFP's own RegistryClient, to a server that speaks its protocol."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.weather.conftest import Checkout


@dataclass
class Registry:
    """A repository of Kubeflow Pipelines format: what it was sent, and how it answers."""

    url: str
    status: int = 200
    tokens: list[str] = field(default_factory=list)
    uploads: list[dict[str, bytes]] = field(default_factory=list)


@pytest.fixture
def registry() -> Iterator[Registry]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            parts: Any = message_from_bytes(head + body).get_payload()
            fields: dict[str, bytes] = {
                part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts
            }
            found.uploads.append(fields)
            found.tokens.append(self.headers.get("Authorization", ""))
            self.send_response(found.status)
            self.end_headers()
            digest = hashlib.sha256(fields["content"]).hexdigest()
            self.wfile.write(f"weather/sha256:{digest}".encode() if found.status == 200 else b"denied")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Registry(f"http://127.0.0.1:{server.server_port}/project/repository")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def checkout(checkouts: Callable[[str], Checkout]) -> Checkout:
    return checkouts("registry")


def test_the_compiled_pipeline_is_uploaded_with_its_version_and_latest(checkout: Checkout, registry: Registry) -> None:
    ended = checkout.call("weather", "upload", "--tag", "blue", "--token", "secret", KFP_REPOSITORY=registry.url)
    assert ended.returncode == 0, ended.stderr
    (upload,) = registry.uploads
    assert upload["tags"] == b"v0.1.0,latest,blue"
    assert upload["content"] == (checkout.path / "build" / "weather.yaml").read_bytes()
    assert registry.tokens == ["Bearer secret"]
    assert f"weather sha256:{hashlib.sha256(upload['content']).hexdigest()}" in ended.stdout


def test_a_refused_upload_is_one_message_with_the_reason(checkout: Checkout, registry: Registry) -> None:
    registry.status = 403
    ended = checkout.call("weather", "upload", KFP_REPOSITORY=registry.url)
    assert ended.returncode == 2
    assert "refused the upload: 403" in ended.stderr
    assert "Traceback" not in ended.stderr
