"""Errors as clients get them: ``google.rpc.Status`` with the HTTP code that gRPC's gateway gives it."""

from collections.abc import Mapping
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
    StoreError,
)
from barograph.server.refusals import Code, refusal
from barograph.server.wire import Status

_log = structlog.get_logger("barograph.server")

_OF_ERRORS: Mapping[type[Exception], tuple[int, Code]] = {
    NotFoundError: (404, Code.NOT_FOUND),
    ConflictError: (409, Code.ALREADY_EXISTS),
    StateError: (400, Code.FAILED_PRECONDITION),
    PipelineError: (400, Code.INVALID_ARGUMENT),
    ParameterError: (400, Code.INVALID_ARGUMENT),
    RequestError: (400, Code.INVALID_ARGUMENT),
    ConfigurationError: (400, Code.INVALID_ARGUMENT),
    AccessError: (403, Code.PERMISSION_DENIED),
}
"""The HTTP status and the gRPC code; of all others, that the service is unavailable."""

_OF_STATUS = {
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.NOT_FOUND,
    405: Code.UNIMPLEMENTED,
    409: Code.ALREADY_EXISTS,
}


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


def install(app: FastAPI) -> None:
    """Have ``app`` answer all errors so."""

    @app.exception_handler(BarographError)
    def known(request: Request, error: BarographError) -> JSONResponse:
        http, code = next(
            (found for type_, found in _OF_ERRORS.items() if isinstance(error, type_)), (503, Code.UNAVAILABLE)
        )
        if http >= 500:
            _log.error("unavailable", path=request.url.path, error=str(error))
        if isinstance(error, StoreError):  # it tells where the database is
            return refusal(http, code, "the record can't be used at the moment; the server's log says why")
        return refusal(http, code, str(error), details=_details(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        words = "; ".join(_words(each) for each in error.errors())
        if any(each["loc"] == ("body",) for each in error.errors()) and "json" not in request.headers.get(
            "content-type", ""
        ):
            words += "; send JSON, with the header Content-Type: application/json"
        return refusal(400, Code.INVALID_ARGUMENT, words)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        code = _OF_STATUS.get(error.status_code, Code.INVALID_ARGUMENT)
        return refusal(error.status_code, code, str(error.detail), error.headers)


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
