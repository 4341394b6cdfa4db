"""A repository of Kubeflow Pipelines format, as Artifact Registry serves one, on this machine."""

import hashlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.listening import listening


@dataclass
class Registry:
    """The repository: what it has and was sent, and how it answers.

    Attributes:
        url: its address.
        status: what everything is answered with; 200 for what is right.
        tokens: the authorization header of every request so far.
        asked: the paths that were asked for.
        uploads: the fields of every upload.
        templates: texts by package and version.
        tags: versions by package and tag.
    """

    url: str = ""
    status: int = 200
    tokens: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    uploads: list[dict[str, bytes]] = field(default_factory=list)
    templates: dict[tuple[str, str], bytes] = field(default_factory=dict)
    tags: dict[tuple[str, str], str] = field(default_factory=dict)

    def keep(self, fields: dict[str, bytes]) -> str:
        """Take an upload in, as the multipart fields ``content`` and ``tags``; gives ``package/version``."""
        self.uploads.append(fields)
        content = fields["content"]
        package = str(next(yaml.safe_load_all(content))["pipelineInfo"]["name"])
        version = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.templates[package, version] = content
        for tag in filter(None, fields.get("tags", b"").decode().split(",")):
            self.tags[package, tag] = version
        return f"{package}/{version}"

    def find(self, package: str, version: str) -> bytes | None:
        """A template, by its tag or version."""
        return self.templates.get((package, self.tags.get((package, version), version)))


@contextmanager
def registry_server(certificate: Path | None = None) -> Iterator[Registry]:
    """A repository on a free port.

    Args:
        certificate: with its key, in PEM. Where it is given, the port is that of a proxy too, behind which the
            repository is the host that the certificate is for.
    """
    found = Registry()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate)

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.handle_one_request()
            self.connection.close()  # when what reads and writes is closed, too

        def do_GET(self) -> None:
            self.note()
            parts = self.path.split("/")
            content = found.find(parts[-2], parts[-1]) if len(parts) == 5 else b""
            self.answer(404 if content is None else 200, content or b"")

        def do_POST(self) -> None:
            self.note()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            parts: Any = message_from_bytes(head + body).get_payload()
            fields: dict[str, bytes] = {
                part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts
            }
            self.answer(200, found.keep(fields).encode())

        def note(self) -> None:
            found.asked.append(self.path)
            found.tokens.append(self.headers.get("Authorization", ""))

        def answer(self, status: int, content: bytes) -> None:
            right = found.status == 200
            content = content if right else b"denied"
            self.send_response(status if right else found.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        found.url = f"{url}/project/repository"
        yield found
