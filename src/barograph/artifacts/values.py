"""How often each value stands in a column of a table: how many examples there are of each class."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from barograph.artifacts.rows import column_place, comparable
from barograph.artifacts.tables import Cell, cell, open_csv, open_parquet, shortened

MOST = 10_000
"""Different values that are counted: a column of more tells no classes."""
_BATCH = 1 << 13


@dataclass(frozen=True)
class ValueCount:
    """A value, and in how many rows it stands."""

    value: Cell
    count: int


@dataclass(frozen=True)
class ValueCounts:
    """The values of a column.

    Attributes:
        rows: how many rows were counted: all, unless there are too many different values.
        missing: how many of them have no value.
        different: how many different values there are; None where they are too many to be counted.
        values: those that are given, the most frequent first; none where they are too many to be counted.
    """

    column: str
    rows: int
    missing: int
    different: int | None
    values: tuple[ValueCount, ...]


def csv_values(path: Path, column: str, limit: int) -> ValueCounts:
    """The most frequent values of a column of a CSV file, ``limit`` at the most.

    Raises:
        NoTable: it can't be read as CSV.
        RequestError: there is no such column.
    """
    with open_csv(path) as (header, lines):
        place = column_place(header, column)
        cells = (shortened(line[place]) if place < len(line) else "" for line in lines)
        return _counted(column, (({text or None: 1}) for text in cells), limit)


def parquet_values(path: Path, column: str, limit: int) -> ValueCounts:
    """The most frequent values of a column of a Parquet file, ``limit`` at the most.

    Raises:
        NoTable: it can't be read as Parquet, or pyarrow is not installed.
        RequestError: there is no such column, or it holds what can't be compared.
    """
    with open_parquet(path) as file:
        column_place(file.schema_arrow.names, column)
        type_ = comparable(file.schema_arrow.field(column))

        def batches() -> Iterator[dict[Cell, int]]:
            for batch in file.iter_batches(batch_size=_BATCH, columns=[column]):
                pairs = batch[column].cast(type_).value_counts()
                yield {cell(pair["values"].as_py()): pair["counts"].as_py() for pair in pairs}

        return _counted(column, batches(), limit)


def _counted(column: str, several: Iterable[dict[Cell, int]], limit: int) -> ValueCounts:
    counts: Counter[Cell] = Counter()
    for some in several:
        counts.update(some)
        if len(counts) > MOST:
            return ValueCounts(column, counts.total(), counts[None], None, ())
    rows, missing = counts.total(), counts.pop(None, 0)
    values = tuple(ValueCount(*pair) for pair in counts.most_common(limit))
    return ValueCounts(column, rows, missing, len(counts), values)
