"""What is known of each request: its id, a line in the log, and what went wrong where nobody expected it."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from barograph.server.refusals import Code, refusal

REQUEST_ID = "X-Request-Id"
GONE = 499
"""The status, in logs and metrics, of a request whose client went away before it was answered."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LONGEST_PATH = 500

_log = structlog.get_logger()


class Requests:
    """Middleware that gives a request its id, logs it, and answers for exceptions that nothing else has caught.

    The id is the client's ``X-Request-Id`` if that is one, else new. The response has it, everything logged on the
    way has it, and endpoints find it as ``request.state.request_id``. The log has the path as it was sent, without
    its query, and no header: both can hold secrets. An exception's traceback goes to the log; the client is told the
    id, under which it stands there.

    Args:
        app: what answers the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        line = {"method": scope["method"], "path": scope["raw_path"].decode("latin-1")[:_LONGEST_PATH]}
        status = GONE

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        began = time.perf_counter()
        with bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, answer)
            except ClientDisconnect:
                pass
            except Exception:
                _log.exception("request failed", **line)
                # Where the response has begun, it stays unfinished: the server then cuts the connection.
                if status == GONE:
                    await _failed(request_id)(scope, receive, answer)
            finally:
                _log.info("request", **line, status=status, duration_ms=round((time.perf_counter() - began) * 1000, 1))


def _failed(request_id: str) -> ASGIApp:
    return refusal(500, Code.INTERNAL, f"internal error; request id {request_id}")
