"""What lists of runs are sorted and filtered by that stands in tables of its own: metrics and parameters."""

import math
import re
import struct
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from barograph.ir.values import text
from barograph.store import models
from barograph.store.listing import Operation, Predicate, Sorting, condition

METRIC = "metric:"
"""What a field begins with that is a metric: ``metric:KEY``, or ``metric:TASK/ARTIFACT/KEY`` for one task's."""
PARAMETER = "param:"
"""What a field begins with that is a parameter: ``param:NAME``."""

_NUMBER, _TEXT = "n", "t"
_LONGEST = 200
"""Characters of a text that are compared: an index can't hold texts of any length."""
_WRITTEN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NEGATIVE = 1 << 63


def is_value(field: str) -> bool:
    """Whether a field of a list is a metric or a parameter."""
    return field.startswith((METRIC, PARAMETER))


def sorting(field: str, rows: sa.Select[Any]) -> Sorting:
    """Sorts ``rows``, which selects runs, by a metric or a parameter; those without it come last."""
    value, run = _values(field).subquery(), models.runs.c.id
    without = rows.where(~sa.exists().where(value.c.run_id == run))
    return Sorting(value.c.value, value.c.run_id, rows.join(value, value.c.run_id == run), without)


def holding(predicate: Predicate) -> sa.Select[Any]:
    """The ids of the runs with a metric or a parameter of which ``predicate`` holds.

    A parameter is compared with what a person writes, a number or a text; the case of letters doesn't count.
    """
    value = _values(predicate.field).subquery()
    found = sa.select(value.c.run_id)
    if predicate.field.startswith(METRIC):
        return found.where(condition({predicate.field: value.c.value}, predicate))
    return found.where(_compared(value.c.value, predicate.operation, str(predicate.value)))


def parameter_rows(run_id: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the parameters' table for a run; a parameter that is null has none."""
    return [
        {"run_id": run_id, "name": _kept(name), "value": place(value)}
        for name, value in parameters.items()
        if value is not None
    ]


def place(value: Any) -> str:
    """A text that sorts as ``value`` does: numbers by size, then texts (and everything else as it is written). Pure."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:  # a whole number that no double can hold
            number = math.inf if value > 0 else -math.inf
        if not math.isnan(number):
            return _NUMBER + _ordered(number)
    return _TEXT + _kept(text(value)).casefold()[:_LONGEST]


def _ordered(number: float) -> str:
    """The bits of a double, so that larger ones come later: as they are it is so but for the negative ones."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return f"{bits ^ (2 * _NEGATIVE - 1 if bits & _NEGATIVE else _NEGATIVE):016x}"


def _kept(words: str) -> str:
    # PostgreSQL keeps no text with a character 0, and no database one with half a character.
    return words.replace("\0", "").encode(errors="replace").decode()


def _compared(column: sa.ColumnElement[str], operation: Operation, written: str) -> sa.ColumnElement[bool]:
    as_text = place(written)
    as_number = place(float(written)) if _WRITTEN.fullmatch(written) else None
    match operation:
        case Operation.EQUALS:
            return column.in_([each for each in (as_number, as_text) if each])
        case Operation.NOT_EQUALS:
            return column.not_in([each for each in (as_number, as_text) if each])
        case Operation.IS_SUBSTRING:
            words = sa.func.substr(column, 1 + len(_TEXT)).contains(_kept(written).casefold(), autoescape=True)
            return sa.and_(column >= _TEXT, words)
    # A number comes before no text, and after none.
    first, last = (_NUMBER, _TEXT) if as_number else (_TEXT, "u")
    ordered = condition({"": column}, Predicate("", operation, as_number or as_text))
    return sa.and_(ordered, column >= first, column < last)


def _values(field: str) -> sa.Select[Any]:
    if field.startswith(PARAMETER):
        parameter = models.parameters.c
        named = parameter.name == field.removeprefix(PARAMETER)
        return sa.select(parameter.run_id, parameter.value).where(named)
    metric, name = models.metrics.c, field.removeprefix(METRIC)
    path, artifact, key = (["", "", *name.rsplit("/", 2)])[-3:]
    if not path:
        # Of several tasks' numbers of this name, the largest.
        return (
            sa.select(metric.run_id, sa.func.max(metric.value).label("value"))
            .where(metric.key == name)
            .group_by(metric.run_id)
        )
    return sa.select(metric.run_id, metric.value).where(
        metric.key == key, metric.path == path, metric.artifact == artifact
    )
