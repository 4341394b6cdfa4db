"""What goes over the wire, by the rules of protojson as KFP's API server sets them.

Names go out in snake_case and come in that way or in camelCase; fields without a value are left out; unknown ones are
refused, as is a key that comes twice; null is no value; 64-bit numbers go out as text; times are RFC 3339 in UTC
(``backend/src/apiserver/common/utils.go``, ``CustomMarshaler``).
"""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from json import JSONDecodeError
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic.alias_generators import to_camel

from barograph.ir.documents import DocumentError, read_json


def _utc(time: datetime) -> datetime:
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        raise ValueError("that time is in no year from 1 to 9999") from None


def write_time(time: datetime) -> str:
    """A time as protojson writes it: RFC 3339 in UTC, with as many digits after the second as it has."""
    text = time.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text.rstrip('0') if '.' in text else text}Z"


Time = Annotated[datetime, AfterValidator(_utc), PlainSerializer(write_time, return_type=str)]
"""``google.protobuf.Timestamp``."""

Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63), PlainSerializer(str, return_type=str)]
"""``int64``: text in JSON, whose numbers don't hold it."""


def _names(name: str) -> str | AliasChoices:
    camel = to_camel(name)
    return name if camel == name else AliasChoices(name, camel)


class Message(BaseModel):
    """A protocol message as JSON. Every field has a default, and is left out where it has that."""

    model_config = ConfigDict(
        alias_generator=AliasGenerator(validation_alias=_names),
        extra="forbid",
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        if isinstance(given, dict) and None in given.values():
            return {name: value for name, value in given.items() if value is not None}
        return given


class Status(Message):
    """``google.rpc.Status``: what went wrong."""

    code: int = 0
    message: str = ""
    details: list[Any] = []


class Empty(Message):
    """``google.protobuf.Empty``."""


class _Request(Request):
    async def json(self) -> Any:
        """The body; what JSON or a parameter can't hold is refused before anything is made of it."""
        try:
            text = (await self.body()).decode()
            return await run_in_threadpool(read_json, text)
        except UnicodeDecodeError:
            raise HTTPException(400, "the body is no UTF-8 text") from None
        except JSONDecodeError as error:
            raise HTTPException(400, f"the body is no JSON: {error}") from None
        except DocumentError as error:
            raise HTTPException(400, f"the body {error}") from None


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return handler


class Router(APIRouter):
    """A router whose endpoints take and give messages."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"route_class": _Route, **options})

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add an endpoint; fields that have their default are left out of what it gives."""
        super().add_api_route(path, endpoint, **{**options, "response_model_exclude_defaults": True})
