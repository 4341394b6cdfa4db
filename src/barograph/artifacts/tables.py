"""Tables: CSV, and Parquet where pyarrow is installed. The first rows of one; ``rows.py`` finds others."""

import csv
import io
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeAlias

Cell: TypeAlias = str | int | float | bool | None

PARQUET = "application/vnd.apache.parquet"
COLUMNS = 500
"""Columns that are given."""
_CSV = ("text/csv", "text/tab-separated-values")
_LONGEST = 1000
"""Characters of a cell that are given."""
_BATCH, _BYTES = 20, 16_000_000
_BUFFER = 1 << 18
_UNCOUNTABLE = 2**53
"""From here on, a reader of JSON may take a number for the next one."""
_DELIMITERS = ",;\t|"
_LONGEST_LINE = 1 << 20


class NoTable(ValueError):
    """The file is no such table, or can't be read here; the message says why."""


@dataclass(frozen=True)
class Column:
    """A column: its name, and what its values are; empty where that can't be told."""

    name: str
    type: str


@dataclass(frozen=True)
class Table:
    """The first rows of a table.

    Attributes:
        total: how many rows there are in all; None where nobody has counted them.
        left_out: columns that are there too, after those that are given.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int | None
    left_out: int = 0


def is_csv(media_type: str) -> bool:
    """Whether files of this media type are CSV, or the like."""
    return media_type in _CSV


def is_parquet(path: Path, media_type: str) -> bool:
    """Whether the file at ``path`` is Parquet: its media type may not tell."""
    if media_type == PARQUET:
        return True
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def read_csv(text: str, whole: bool, limit: int) -> Table:
    """The first ``limit`` rows of CSV, whose first line names the columns. Pure.

    Args:
        text: what the file begins with.
        whole: whether that is all of it; else its last line may be torn, and does not count.
        limit: how many rows.

    Raises:
        NoTable: it can't be read as CSV.
    """
    if not whole:
        text = text[: text.rfind("\n") + 1]
    text = text.removeprefix("\ufeff")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        header = next(reader, [])
        rows = list(itertools.islice(reader, limit))
        total = len(rows) + sum(1 for _ in reader) if whole else None
    except csv.Error as error:
        raise NoTable(f"it can't be read as CSV: {error}") from None
    if not header:
        raise NoTable("it is empty")
    wide = [row[:COLUMNS] for row in rows]
    names = header[:COLUMNS]
    types = [type_of([row[place] for row in wide if place < len(row)]) for place in range(len(names))]
    return Table(
        tuple(Column(name, type_) for name, type_ in zip(names, types, strict=True)),
        tuple(tuple(shortened(text) for text in row) for row in wide),
        total,
        len(header) - len(names),
    )


def read_parquet(path: Path, limit: int) -> Table:
    """The first ``limit`` rows of a Parquet file. What a column of bytes holds, such as images, is not read.

    Raises:
        NoTable: it is none, or pyarrow is not installed.
    """
    with open_parquet(path) as file:
        fields = list(file.schema_arrow)[:COLUMNS]
        read = [field.name for field in fields if "binary" not in str(field.type)]
        rows: list[dict[str, Any]] = [{} for _ in range(0 if read else min(limit, file.metadata.num_rows))]
        size = 0
        for batch in file.iter_batches(batch_size=_BATCH, columns=read) if read else ():
            rows += batch.to_pylist()
            size += batch.nbytes
            if len(rows) >= limit or size > _BYTES:
                break
        return Table(
            tuple(Column(field.name, str(field.type)) for field in fields),
            tuple(tuple(cell(row.get(field.name)) for field in fields) for row in rows[:limit]),
            file.metadata.num_rows,
            len(file.schema_arrow) - len(fields),
        )


@contextmanager
def open_parquet(path: Path) -> Iterator[Any]:
    """The ``pyarrow.parquet.ParquetFile`` at ``path``; what goes wrong with it is said as ``NoTable``.

    Raises:
        NoTable: it is none, or pyarrow is not installed.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise NoTable('to look into Parquet files: pip install "barograph[parquet]"') from None
    try:
        # With a buffer, a column is read piece by piece.
        with parquet.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER) as file:
            if len(set(file.schema_arrow.names)) < len(file.schema_arrow.names):
                raise NoTable("two of its columns have the same name")
            yield file
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise NoTable(f"it can't be read as Parquet: {str(error).splitlines()[0][:200]}") from None


@contextmanager
def open_csv(path: Path) -> Iterator[tuple[list[str], Iterator[list[str]]]]:
    """The first line of the CSV file at ``path``, which names the columns, and an iterator over the others.

    Raises:
        NoTable: it is none.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            delimiter = _delimiter(file.readline(_LONGEST_LINE))
            file.seek(0)
            lines = csv.reader(file, delimiter=delimiter)
            header = next(lines, [])
            if not header:
                raise NoTable("it is empty")
            yield header, (line for line in lines if line)
    except (csv.Error, OSError) as error:
        raise NoTable(f"it can't be read as CSV: {error}") from None


def _delimiter(beginning: str) -> str:
    """What stands between the columns' names, by which CSV files differ."""
    names = re.sub(r'"[^"]*"', "", beginning.partition("\n")[0])
    return max(_DELIMITERS, key=names.count)


def cell(value: Any) -> Cell:
    """A value as JSON has it: a number that it has none for, a time, a list, ... is text."""
    match value:
        case None | bool():
            return value
        case float() if math.isfinite(value):
            return value
        case int() if abs(value) < _UNCOUNTABLE:
            return value
        case datetime() | date() | time():
            return value.isoformat()
    return shortened(str(value))


def shortened(text: str) -> str:
    """As much of a cell's text as is given."""
    return text[:_LONGEST]


def type_of(cells: Sequence[str]) -> str:
    """What all of these are that are not empty: ``integer``, ``number``, ``boolean`` or ``text``."""
    given = [cell.strip() for cell in cells if cell.strip()]
    if not given:
        return ""
    for name, fits in (("integer", int), ("number", float)):
        try:
            for cell in given:
                fits(cell)
        except ValueError:
            continue
        return name
    return "boolean" if all(cell.lower() in ("true", "false") for cell in given) else "text"
