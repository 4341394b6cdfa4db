"""The UI: the pages that were built into the package, and a word on how to build them where they were not."""

import gzip
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from barograph.errors import NotFoundError
from barograph.server.api.folders import file_in
from barograph.server.headers import PAGE_POLICY
from barograph.server.security import LOGIN, LOGOUT

BUILT = Path(__file__).parents[1] / "ui"
"""Where the UI's build is: ``index.html``, a few files beside it, and ``assets/``, named by their content."""

_ASSETS = "assets"
_NO_PAGES = frozenset({"apis", "metrics", LOGIN.strip("/"), LOGOUT.strip("/")})
"""Beginnings of paths below which there is none."""
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""By a file's ending. What the machine says of endings does not count: scripts of another type are not run."""
_FOR_EVER = "public, max-age=31536000, immutable"
_REFUSED = re.compile(r"gzip\s*;\s*q=0(\.0*)?")
_UNBUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Barograph</title>
<h1>Barograph's UI is not built</h1>
<p>The server runs from a source checkout. Build the UI once with <code>make ui-build</code>, which needs Node 20 or
newer, and load this page again.</p>
<p>The API is there without it: <a href="/apis/openapi.json">/apis/openapi.json</a> describes it.</p>
</html>
"""


@dataclass(frozen=True)
class _Content:
    """A file's bytes, plain and packed; not packed where that is no smaller."""

    digest: str
    plain: bytes
    packed: bytes


class Pages:
    """An app that answers with the UI what no route is for. Where there is a token, all of it needs a session.

    A path is that of a file of the build, or of a page: all pages are ``index.html``, which reads the address itself.
    Files below ``assets`` never change, so browsers keep them for ever, and the server keeps them in memory, packed.

    Args:
        folder: the build. It may be made, or made anew, at any time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._kept: dict[Path, _Content] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        response = await run_in_threadpool(self._answer, scope["path"], Headers(scope=scope))
        await response(scope, receive, send)

    def _answer(self, path: str, headers: Headers) -> Response:
        name = path.removeprefix("/")
        top = name.partition("/")[0]
        if top in _NO_PAGES:
            raise HTTPException(404)
        if top == _ASSETS:
            file = file_in(self._folder, name)
            if file not in self._kept:
                self._kept[file] = _read(file)
            return _said(file, self._kept[file], headers, _FOR_EVER)
        for each in (name, "index.html"):
            with suppress(NotFoundError):
                file = file_in(self._folder, each)
                return _said(file, _read(file), headers, "no-cache")
        return HTMLResponse(_UNBUILT, 503)


def _read(file: Path) -> _Content:
    plain = file.read_bytes()
    packed = gzip.compress(plain, mtime=0)
    return _Content(hashlib.sha256(plain).hexdigest()[:32], plain, packed if len(packed) < len(plain) else b"")


def _said(file: Path, content: _Content, asked: Headers, cache: str) -> Response:
    """A file as a client takes it, or nothing where it has it already."""
    packed = content.packed if _takes_gzip(asked.get("accept-encoding", "")) else b""
    headers = {
        "Content-Type": _TYPES.get(file.suffix, "application/octet-stream"),
        "Cache-Control": cache,
        "ETag": f'"{content.digest}-gzip"' if packed else f'"{content.digest}"',
        "Vary": "Accept-Encoding",
    }
    if file.suffix == ".html":
        headers["Content-Security-Policy"] = PAGE_POLICY
    known = (each.strip().removeprefix("W/") for each in asked.get("if-none-match", "").split(","))
    if headers["ETag"] in known:
        return Response(None, 304, headers)
    return Response(packed or content.plain, 200, headers | ({"Content-Encoding": "gzip"} if packed else {}))


def _takes_gzip(accepted: str) -> bool:
    codings = [each.strip().lower() for each in accepted.split(",")]
    return any(each.partition(";")[0].strip() == "gzip" and not _REFUSED.fullmatch(each) for each in codings)
