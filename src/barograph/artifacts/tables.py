"""The first rows of a table: of CSV, and of Parquet where pyarrow is installed."""

import csv
import io
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeAlias

Cell: TypeAlias = str | int | float | bool | None

_LONGEST = 1000
"""Characters of a cell that are given."""
_COLUMNS = 500
_BATCH, _BYTES = 20, 16_000_000
_UNCOUNTABLE = 2**53
"""From here on, a reader of JSON may take a number for the next one."""
_DELIMITERS = ",;\t|"


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
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096], _DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    try:
        reader = csv.reader(io.StringIO(text, newline=""), dialect)
        header = next(reader, [])
        rows = list(itertools.islice(reader, limit))
        total = len(rows) + sum(1 for _ in reader) if whole else None
    except csv.Error as error:
        raise NoTable(f"it can't be read as CSV: {error}") from None
    if not header:
        raise NoTable("it is empty")
    wide = [row[:_COLUMNS] for row in rows]
    names = header[:_COLUMNS]
    types = [_type([row[place] for row in wide if place < len(row)]) for place in range(len(names))]
    return Table(
        tuple(Column(name, type_) for name, type_ in zip(names, types, strict=True)),
        tuple(tuple(cell[:_LONGEST] for cell in row) for row in wide),
        total,
        len(header) - len(names),
    )


def read_parquet(path: Path, limit: int) -> Table:
    """The first ``limit`` rows of a Parquet file. What a column of bytes holds, such as images, is not read.

    Raises:
        NoTable: it is none, or pyarrow is not installed.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise NoTable('to look into Parquet files: pip install "barograph[parquet]"') from None
    try:
        with parquet.ParquetFile(path, pre_buffer=False) as file:
            fields = list(file.schema_arrow)[:_COLUMNS]
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
                tuple(tuple(_cell(row.get(field.name)) for field in fields) for row in rows[:limit]),
                file.metadata.num_rows,
                len(file.schema_arrow) - len(fields),
            )
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise NoTable(f"it can't be read as Parquet: {str(error).splitlines()[0][:200]}") from None


def _cell(value: Any) -> Cell:
    match value:
        case None | bool():
            return value
        case float() if math.isfinite(value):
            return value
        case int() if abs(value) < _UNCOUNTABLE:
            return value
        case datetime() | date() | time():
            return value.isoformat()
    return str(value)[:_LONGEST]


def _type(cells: Sequence[str]) -> str:
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
