"""Lists of records: filtered, sorted, a page at a time.

A page says where it ended (the last row's sorting value and id), and the next one goes on behind that: rows that were
added or removed in between move nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa

from barograph.errors import RequestError

T = TypeVar("T")


class Operation(StrEnum):
    """What a filter asks of a field (``Predicate.Operation`` in ``backend/api/v2beta1/filter.proto``)."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    GREATER_THAN = "GREATER_THAN"
    GREATER_THAN_EQUALS = "GREATER_THAN_EQUALS"
    LESS_THAN = "LESS_THAN"
    LESS_THAN_EQUALS = "LESS_THAN_EQUALS"
    IN = "IN"
    IS_SUBSTRING = "IS_SUBSTRING"


Given: TypeAlias = str | int | float | bool | datetime | Sequence[str | int]


@dataclass(frozen=True)
class Predicate:
    """What must hold of a row's ``field``."""

    field: str
    operation: Operation
    value: Given


@dataclass(frozen=True)
class Place:
    """Where a page ended: the last row's sorting value, None where it has none, and its id."""

    value: Any
    id: str


@dataclass(frozen=True)
class Query:
    """Which rows of a list are wanted.

    Attributes:
        filters: all of them must hold.
        sort: the field that they are sorted by, and then by id; rows without a value come last.
        after: where the page before ended; None for the first one.
        limit: how many at the most.
    """

    filters: tuple[Predicate, ...] = ()
    sort: str = "created_at"
    descending: bool = False
    after: Place | None = None
    limit: int = 20


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list.

    Attributes:
        end: where it ends; None where no row follows.
        total: how many rows the list has in all.
    """

    items: list[T]
    end: Place | None
    total: int


Fields: TypeAlias = Mapping[str, sa.ColumnElement[Any]]


@dataclass(frozen=True)
class Sorting:
    """What a list is sorted by.

    Attributes:
        key: the value.
        id: the row's id, where the value is: an index may have both, in order.
        with_value: selects the rows that have one.
        without: selects the others; None where there can be none.
    """

    key: sa.ColumnElement[Any]
    id: sa.ColumnElement[str]
    with_value: sa.Select[Any]
    without: sa.Select[Any] | None


def read_page(
    connection: sa.Connection,
    table: sa.FromClause,
    rows: sa.Select[Any],
    fields: Fields,
    query: Query,
    read: Callable[[Any], T],
    within: sa.ColumnElement[bool] | None = None,
    sorting: Sorting | None = None,
) -> Page[T]:
    """The rows that ``query`` asks for.

    Args:
        connection: the transaction.
        table: what holds one row for each; its ``id`` tells them apart.
        rows: selects all of them, with all that ``read`` needs.
        fields: what can be filtered and sorted by, columns of ``table``.
        query: which ones.
        read: makes a record of a row (a mapping).
        within: what holds of all rows of the list, whatever the query says.
        sorting: what to sort by, where it is in another table.

    Raises:
        RequestError: the query names a field that there is not, or a value does not fit its field.
    """
    conditions = [condition(fields, predicate) for predicate in query.filters]
    if within is not None:
        conditions.append(within)
    if sorting is None:
        sorting = _sorting(rows, _field(fields, query.sort), table.c.id)
    # What rows are joined with for their names is of no use for counting them.
    total = connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one()
    found: list[Any] = []
    after, limit, descending = query.after, query.limit + 1, query.descending
    # Those with a value first, which an index gives in order; then those without.
    if after is None or after.value is not None:
        key, id_ = sorting.key, sorting.id
        ordered = sorting.with_value.where(*conditions).add_columns(key.label("_key"), id_.label("_id"))
        if after is not None:
            _check_place(query.sort, key, after)
            here, there = sa.tuple_(key, id_), sa.tuple_(sa.literal(after.value, key.type), sa.literal(after.id))
            ordered = ordered.where(here < there if descending else here > there)
        ordered = ordered.order_by(*((key.desc(), id_.desc()) if descending else (key, id_)))
        found += connection.execute(ordered.limit(limit)).mappings()
    if sorting.without is not None and len(found) < limit:
        id_ = table.c.id
        empty = sorting.without.where(*conditions).add_columns(sa.null().label("_key"), id_.label("_id"))
        if after is not None and after.value is None:
            empty = empty.where(id_ < after.id if descending else id_ > after.id)
        empty = empty.order_by(id_.desc() if descending else id_)
        found += connection.execute(empty.limit(limit - len(found))).mappings()
    more, found = len(found) > query.limit, found[: query.limit]
    end = Place(found[-1]["_key"], found[-1]["_id"]) if more else None
    plain = [{name: value for name, value in row.items() if name not in ("_key", "_id")} for row in found]
    return Page([read(row) for row in plain], end, total)


def _sorting(rows: sa.Select[Any], key: sa.ColumnElement[Any], id_: sa.ColumnElement[str]) -> Sorting:
    if not getattr(key, "nullable", True):
        return Sorting(key, id_, rows, None)
    return Sorting(key, id_, rows.where(key.is_not(None)), rows.where(key.is_(None)))


def condition(fields: Fields, predicate: Predicate) -> sa.ColumnElement[bool]:
    """What a predicate says, for the database.

    Raises:
        RequestError: there is no such field, or the value does not fit it or the operation.
    """
    column, value = _field(fields, predicate.field), predicate.value
    many = not isinstance(value, str | int | float | datetime)
    if many != (predicate.operation is Operation.IN):
        raise RequestError(f"{predicate.operation} of {predicate.field!r} takes {'one value' if many else 'a list'}")
    _check(column, predicate)
    match predicate.operation:
        case Operation.EQUALS:
            return column == value
        case Operation.NOT_EQUALS:
            return column != value
        case Operation.GREATER_THAN:
            return column > value
        case Operation.GREATER_THAN_EQUALS:
            return column >= value
        case Operation.LESS_THAN:
            return column < value
        case Operation.LESS_THAN_EQUALS:
            return column <= value
        case Operation.IN:
            return column.in_(value)  # type: ignore[arg-type]
        case Operation.IS_SUBSTRING:
            return sa.func.lower(column).contains(str(value).lower(), autoescape=True)


def _check_place(field: str, key: sa.ColumnElement[Any], after: Place) -> None:
    wanted = (int, float) if key.type.python_type is float else key.type.python_type
    if not isinstance(after.value, wanted):
        raise RequestError(f"a page of a list that is sorted by {field!r} does not end at {after.value!r}")


def _check(column: sa.ColumnElement[Any], predicate: Predicate) -> None:
    wanted = column.type.python_type
    if predicate.operation is Operation.IS_SUBSTRING and wanted is not str:
        raise RequestError(f"{predicate.operation} is for text, and {predicate.field!r} is none")
    ordered = predicate.operation not in (Operation.EQUALS, Operation.NOT_EQUALS, Operation.IN)
    if wanted is bool and ordered:
        raise RequestError(f"{predicate.field!r} is true or false: it has no order")
    given = predicate.value if predicate.operation is Operation.IN else [predicate.value]
    for value in given:  # type: ignore[union-attr]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            words = {str: "text", datetime: "a time", bool: "true or false"}.get(wanted, "a number")
            raise RequestError(f"{predicate.field!r} is compared with {words}, not {value!r}")


def _field(fields: Fields, name: str) -> sa.ColumnElement[Any]:
    if name not in fields:
        raise RequestError(f"no support for filtering or sorting on unrecognized field {name!r}: {', '.join(fields)}")
    return fields[name]
