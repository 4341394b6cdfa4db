"""Errors as bodies of responses: ``google.rpc.Status``, which KFP's clients know."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from starlette.responses import JSONResponse


class Code(IntEnum):
    """The codes of google.rpc.Status (``google/rpc/code.proto``) that the server uses."""

    INVALID_ARGUMENT = 3
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


def refusal(
    status: int,
    code: Code,
    message: str,
    headers: Mapping[str, str] | None = None,
    details: Sequence[Mapping[str, Any]] = (),
) -> JSONResponse:
    """A response with HTTP's ``status`` and a google.rpc.Status as its body.

    KFP's uploads say the message in fields of their own: to have both suits every client.
    """
    words = {"message": message, "error_message": message, "error_details": message}
    return JSONResponse({"code": int(code), "details": list(details), **words}, status, headers)
