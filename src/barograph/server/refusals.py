"""What is answered to a request that never reaches an endpoint: the error body that KFP's clients know."""

from collections.abc import Mapping
from enum import IntEnum

from starlette.responses import JSONResponse


class Code(IntEnum):
    """The codes of google.rpc.Status (``google/rpc/code.proto``) that the server's shell uses."""

    INVALID_ARGUMENT = 3
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    INTERNAL = 13
    UNAUTHENTICATED = 16


def refusal(status: int, code: Code, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A response with HTTP's ``status`` and a google.rpc.Status as its body."""
    return JSONResponse({"code": int(code), "message": message, "details": []}, status, headers)
