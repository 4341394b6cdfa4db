"""Filters, sorting and page tokens, as KFP's lists take them (``backend/src/apiserver/list``, ``.../filter``)."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import ValidationError, field_validator

from barograph.errors import RequestError
from barograph.ir.documents import read_json
from barograph.server.wire import Message, Time
from barograph.store import listing
from barograph.store.listing import Operation, Place, Predicate
from barograph.store.run_values import is_value

_DEFAULT_SIZE, _LARGEST = 20, 200
_NUMBERS = {
    1: Operation.EQUALS,
    2: Operation.NOT_EQUALS,
    3: Operation.GREATER_THAN,
    5: Operation.GREATER_THAN_EQUALS,
    6: Operation.LESS_THAN,
    7: Operation.LESS_THAN_EQUALS,
    8: Operation.IN,
    9: Operation.IS_SUBSTRING,
}


@dataclass(frozen=True)
class Field:
    """A field of KFP's that a list can be filtered and sorted by.

    Attributes:
        name: what the record calls it.
        read: makes the record's value of KFP's.
    """

    name: str
    read: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class ListOptions:
    """What every list takes."""

    page_token: str
    page_size: int
    sort_by: str
    filter: str


def _options(
    page_token: Annotated[str, Query(description="Where the page before ended.")] = "",
    page_size: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Rows at the most; 20 if 0, never more than 200.")
    ] = 0,
    sort_by: Annotated[str, Query(description="A field, and perhaps `desc`.")] = "",
    filter: Annotated[str, Query(description="A `Filter` message as JSON.")] = "",
) -> ListOptions:
    return ListOptions(page_token, page_size, sort_by, filter)


Options = Annotated[ListOptions, Depends(_options)]
"""An endpoint's parameter that gets them."""


class IntValues(Message):
    values: list[int] = []


class StringValues(Message):
    values: list[str] = []


class FilterPredicate(Message):
    """``Predicate``: exactly one of the values is given."""

    operation: Operation
    key: str
    int_value: int | None = None
    long_value: int | None = None
    string_value: str | None = None
    timestamp_value: Time | None = None
    int_values: IntValues | None = None
    long_values: IntValues | None = None
    string_values: StringValues | None = None

    @field_validator("operation", mode="before")
    @classmethod
    def _by_number(cls, value: Any) -> Any:
        return _NUMBERS.get(value, value) if isinstance(value, int) else value

    def value(self) -> listing.Given:
        """What the field is compared with."""
        given = [value for name, value in self if name not in ("operation", "key") and value is not None]
        if len(given) != 1:
            raise RequestError(f"the filter's predicate on {self.key!r} needs exactly one value")
        return given[0].values if isinstance(given[0], IntValues | StringValues) else given[0]


class Filter(Message):
    """``Filter``: all predicates must hold."""

    predicates: list[FilterPredicate] = []


def read_time(value: Any) -> Any:
    """A filter's time, which clients also give as text."""
    if not isinstance(value, str):
        return value
    time = datetime.fromisoformat(value)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def query_of(options: ListOptions, fields: Mapping[str, Field], default: str = "created_at") -> listing.Query:
    """What a list is asked for. A page token says it all: what else is given with it counts for nothing.

    Raises:
        RequestError: it can't be understood.
    """
    after: Place | None = None
    filter_, sort_by = options.filter, options.sort_by
    if options.page_token:
        filter_, sort_by, after = _read_token(options.page_token)
    field, order = _sorting(sort_by)
    return listing.Query(
        tuple(_predicates(filter_, fields)),
        _known(fields, field or default).name,
        order == "desc",
        after,
        min(options.page_size or _DEFAULT_SIZE, _LARGEST),
    )


def next_token(options: ListOptions, page: listing.Page[Any]) -> str:
    """What asks for the next page; empty where there is none."""
    if page.end is None:
        return ""
    filter_, sort_by = options.filter, options.sort_by
    if options.page_token:
        filter_, sort_by, _ = _read_token(options.page_token)
    value = page.end.value
    said = {"filter": filter_, "sort_by": sort_by, "id": page.end.id}
    said |= {"time": value.isoformat()} if isinstance(value, datetime) else {"value": value}
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


def _sorting(sort_by: str) -> tuple[str, str]:
    field, _, order = sort_by.strip().rpartition(" ")
    if order in ("asc", "desc"):
        return field.strip(), order
    if field and not is_value(field):  # whose name may have blanks
        raise RequestError(f"sort_by is a field, and perhaps `asc` or `desc`; got {sort_by!r}")
    return sort_by.strip(), ""


def _read_token(token: str) -> tuple[str, str, Place]:
    try:
        said = read_json(base64.urlsafe_b64decode(token).decode())
        value = datetime.fromisoformat(said["time"]) if "time" in said else said["value"]
        return str(said["filter"]), str(said["sort_by"]), Place(value, str(said["id"]))
    except (ValueError, KeyError, TypeError):
        raise RequestError("page_token is none that this server gave; leave it out to begin anew") from None


def _predicates(text: str, fields: Mapping[str, Field]) -> list[Predicate]:
    if not text:
        return []
    try:
        filter_ = Filter.model_validate_json(text)
    except ValidationError as error:
        words = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'it'}: {each['msg']}" for each in error.errors())
        raise RequestError(f"the filter can't be understood: {words}") from None
    return [_predicate(each, fields) for each in filter_.predicates]


def _predicate(given: FilterPredicate, fields: Mapping[str, Field]) -> Predicate:
    field, value = _known(fields, given.key), given.value()
    try:
        read = [field.read(each) for each in value] if isinstance(value, list) else field.read(value)
    except ValueError as error:
        raise RequestError(f"the filter's predicate on {given.key!r}: {error}") from None
    return Predicate(field.name, given.operation, read)


def _known(fields: Mapping[str, Field], name: str) -> Field:
    if name in fields:
        return fields[name]
    prefix = next((key for key in fields if key.endswith("*") and name.startswith(key[:-1])), None)
    if prefix is None:
        known = ", ".join(fields)
        raise RequestError(f"no support for filtering or sorting on unrecognized field {name!r}; there are: {known}")
    return replace(fields[prefix], name=name)
