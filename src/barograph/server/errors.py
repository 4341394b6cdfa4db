"""Errors as clients get them: ``google.rpc.Status`` with the HTTP code that gRPC's gateway gives it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from barograph.errors import (
    AccessError,
    BarographError,
    ConfigurationError,
    ConflictError,
    NotFoundError,
    ParameterError,
    PipelineError,
    RequestError,
    StateError,
)
from barograph.server.wire import Status

_log = structlog.get_logger("barograph.server")

INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED = 3, 5, 6, 7
FAILED_PRECONDITION, UNIMPLEMENTED, UNAVAILABLE, UNAUTHENTICATED = 9, 12, 14, 16

_OF_ERRORS: Mapping[type[Exception], tuple[int, int]] = {
    NotFoundError: (404, NOT_FOUND),
    ConflictError: (409, ALREADY_EXISTS),
    StateError: (400, FAILED_PRECONDITION),
    PipelineError: (400, INVALID_ARGUMENT),
    ParameterError: (400, INVALID_ARGUMENT),
    RequestError: (400, INVALID_ARGUMENT),
    ConfigurationError: (400, INVALID_ARGUMENT),
    AccessError: (403, PERMISSION_DENIED),
}
"""The HTTP status and the gRPC code; of all others, that the service is unavailable."""

_OF_STATUS = {401: UNAUTHENTICATED, 403: PERMISSION_DENIED, 404: NOT_FOUND, 405: UNIMPLEMENTED, 409: ALREADY_EXISTS}


class ErrorStatus(Status):
    """A ``Status`` as it is answered. KFP's uploads say the message in fields of their own: both suit every client."""

    error_message: str = ""
    error_details: str = ""


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorStatus, "description": HTTPStatus(code).phrase} for code in (400, 401, 403, 404, 409, 413, 503)
}
"""What any endpoint may answer besides its result."""


class FieldsError(ParameterError):
    """Values of a request don't fit.

    Attributes:
        problems: what is wrong, by field.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def answer(
    http: int,
    code: int,
    message: str,
    headers: Mapping[str, str] | None = None,
    details: Sequence[Mapping[str, Any]] = (),
) -> JSONResponse:
    """An error as a response."""
    words = {"message": message, "error_message": message, "error_details": message}
    return JSONResponse({"code": code, "details": list(details), **words}, http, headers=headers)


def install(app: FastAPI) -> None:
    """Have ``app`` answer all errors so."""

    @app.exception_handler(BarographError)
    def known(request: Request, error: BarographError) -> JSONResponse:
        http, code = next(
            (found for type_, found in _OF_ERRORS.items() if isinstance(error, type_)), (503, UNAVAILABLE)
        )
        if http >= 500:
            _log.error("unavailable", path=request.url.path, error=str(error))
            return answer(http, code, "the record can't be used at the moment; the server's log says why")
        return answer(http, code, str(error), details=_details(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        words = "; ".join(_words(each) for each in error.errors())
        if any(each["loc"] == ("body",) for each in error.errors()) and "json" not in request.headers.get(
            "content-type", ""
        ):
            words += "; send JSON, with the header Content-Type: application/json"
        return answer(400, INVALID_ARGUMENT, words)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        code = _OF_STATUS.get(error.status_code, INVALID_ARGUMENT)
        return answer(error.status_code, code, str(error.detail), error.headers)


def _details(error: Exception) -> list[Mapping[str, Any]]:
    """Which field each problem is of (``google.rpc.BadRequest``), where that is known."""
    if not isinstance(error, FieldsError):
        return []
    violations = [{"field": field, "description": words} for field, words in error.problems.items()]
    return [{"@type": "type.googleapis.com/google.rpc.BadRequest", "field_violations": violations}]


def _words(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"] if part != "body") or "the body"
    if error["type"] == "extra_forbidden":
        return f"unknown field {where!r}"
    return f"{where}: {error['msg']}"
