"""How much a request may be: its address, its headers and its body."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from barograph.server.refusals import Code, refusal
from barograph.server.security import LOGIN

MEGABYTE = 1 << 20
UPLOAD_BODY = 32 * MEGABYTE
"""Bytes; KFP's own limit (``MaxFileLength`` in ``backend/src/apiserver/common/const.go``)."""
BODY = 4 * MEGABYTE
LOGIN_BODY = 4096
URL = 8192
HEADERS = 100
HEADER_BYTES = 16384

UPLOADS = frozenset({"/apis/v2beta1/pipelines/upload", "/apis/v2beta1/pipelines/upload_version"})
"""Paths to which files are sent."""


class BodyTooLarge(Exception):
    """What an endpoint gets that goes on reading a body which has passed its limit."""


class Limits:
    """Middleware that refuses what is larger than it may be, with the limit's name.

    A body is counted while it streams through. One that says beforehand that it is too large is not read at all; from
    one that turns out to be, the endpoint gets BodyTooLarge, and whatever it makes of it the client gets a 413.

    Args:
        app: what gets the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif answer := _oversized(scope):
            await answer(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = body_limit(scope["path"])
        size, started = 0, False

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise BodyTooLarge
            return message

        async def answer(message: Message) -> None:
            nonlocal started
            if size > limit and not started:
                return
            started = True
            await send(message)

        try:
            await self.app(scope, counted, answer)
        except Exception:
            if size <= limit or started:
                raise
        if size > limit and not started:
            await _too_large(limit)(scope, receive, send)


def body_limit(path: str) -> int:
    """How many bytes a request to ``path`` may have as its body."""
    if path in UPLOADS:
        return UPLOAD_BODY
    return LOGIN_BODY if path == LOGIN else BODY


def _oversized(scope: Scope) -> Response | None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > URL:
        return refusal(414, Code.INVALID_ARGUMENT, f"the address is longer than {URL} bytes, the limit of an address")
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if len(headers) > HEADERS:
        return refusal(
            431, Code.INVALID_ARGUMENT, f"the request has more than {HEADERS} headers, the limit of their number"
        )
    if sum(len(name) + len(value) for name, value in headers) > HEADER_BYTES:
        return refusal(
            431, Code.INVALID_ARGUMENT, f"the headers are larger than {HEADER_BYTES} bytes, the limit of headers"
        )
    length = Headers(scope=scope).get("content-length", "0")
    limit = body_limit(scope["path"])
    return _too_large(limit) if length.isdigit() and int(length) > limit else None


def _too_large(limit: int) -> Response:
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit} bytes"
    what = {UPLOAD_BODY: "an upload", LOGIN_BODY: "a login"}.get(limit, "a request")
    return refusal(413, Code.RESOURCE_EXHAUSTED, f"the body is larger than {size}, the limit of {what}")
