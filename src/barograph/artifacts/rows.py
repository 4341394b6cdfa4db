"""The rows of a table that somebody asks for: those with certain values, in some order, a page of them.

A file is read through in small pieces. Of Parquet, only the columns that are compared are, and then what the page
shows; a file is never held as a whole.
"""

import base64
import functools
import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barograph.artifacts.tables import COLUMNS, Cell, Column, cell, open_csv, open_parquet, shortened, type_of
from barograph.errors import RequestError

SORTABLE = 100_000
"""Rows of a sorted table that can be paged through: as many are remembered while it is read."""
LARGEST_PICTURE = 1 << 16
_BATCH, _FEW = 1 << 13, 32


@dataclass(frozen=True)
class Wanted:
    """Which rows of a table are wanted.

    Attributes:
        equals: columns, and the values that they must have, as text; all of it must hold.
        sort: the column that they are sorted by; rows without a value come last. Empty for the table's own order.
        after: how many to leave out.
        limit: how many at the most.
    """

    equals: Sequence[tuple[str, str]] = ()
    sort: str = ""
    descending: bool = False
    after: int = 0
    limit: int = 60

    @property
    def end(self) -> int:
        """Where the page ends, if there are as many rows."""
        return self.after + self.limit


@dataclass(frozen=True)
class Rows:
    """Rows of a table.

    Attributes:
        columns: names and types; in CSV the types are those of the values that are given.
        rows: a picture (JPEG, PNG, WebP) among the bytes of Parquet is a ``data:`` address, other bytes are None.
        total: how many rows match.
        next: what to leave out for those that follow; None where none do.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    next: int | None


def csv_rows(path: Path, wanted: Wanted) -> Rows:
    """The rows of a CSV file that are wanted. Values are compared as text, and sorted as numbers where they are some.

    Raises:
        NoTable: it can't be read as CSV.
        RequestError: there is no such column, or the page is too far down in a sorted table.
    """
    with open_csv(path) as (header, lines):
        equals = [(column_place(header, name), value) for name, value in wanted.equals]
        sort = column_place(header, wanted.sort) if wanted.sort else None
        count = _Counted(line for line in lines if all(_at(line, place) == value for place, value in equals))
        if sort is None:
            page = [line for number, line in enumerate(count) if wanted.after <= number < wanted.end]
        else:
            _check_end(wanted)
            page = _sorted(count, sort, wanted)[wanted.after :]
    width = min(len(header), COLUMNS)
    rows = tuple(tuple(shortened(_at(line, place)) for place in range(width)) for line in page)
    types = [type_of([row[place] for row in rows]) for place in range(width)]
    return _rows([Column(*each) for each in zip(header, types, strict=False)], rows, count.total, wanted)


def parquet_rows(path: Path, wanted: Wanted) -> Rows:
    """The rows of a Parquet file that are wanted. Values are compared as what they are.

    Raises:
        NoTable: it can't be read as Parquet, or pyarrow is not installed.
        RequestError: there is no such column, it can't be compared or has no such value, or the page is too far down in
            a sorted table.
    """
    with open_parquet(path) as file:
        fields = {field.name: field for field in file.schema_arrow}
        for name in (*(name for name, _ in wanted.equals), *([wanted.sort] if wanted.sort else [])):
            column_place(file.schema_arrow.names, name)
        total, numbers = _matching(file, wanted, fields)
        shown = list(fields.values())[:COLUMNS]
        found = _values(file, numbers, shown)
    rows = tuple(tuple(found[number].get(field.name) for field in shown) for number in numbers)
    return _rows([Column(field.name, str(field.type)) for field in shown], rows, total, wanted)


def _rows(columns: Sequence[Column], rows: tuple[tuple[Cell, ...], ...], total: int, wanted: Wanted) -> Rows:
    end = wanted.after + len(rows)
    return Rows(tuple(columns), rows, total, end if rows and end < total else None)


def column_place(names: Sequence[str], name: str) -> int:
    """Where the column of this name is.

    Raises:
        RequestError: there is none.
    """
    if name not in names:
        raise RequestError(f"the table has no column {name!r}; it has {', '.join(names)}")
    return names.index(name)


def _check_end(wanted: Wanted) -> None:
    if wanted.end > SORTABLE:
        raise RequestError(f"of a sorted table, the first {SORTABLE} rows are given: narrow it down, or leave out sort")


class _Counted:
    """Lines, and how many there were."""

    def __init__(self, lines: Iterator[list[str]]) -> None:
        self._lines = lines
        self.total = 0

    def __iter__(self) -> Iterator[list[str]]:
        for line in self._lines:
            self.total += 1
            yield line


def _at(line: Sequence[str], place: int) -> str:
    return line[place] if place < len(line) else ""


def _sorted(lines: _Counted, place: int, wanted: Wanted) -> list[list[str]]:
    """The lines up to the end of the page."""
    if wanted.descending:
        return heapq.nlargest(wanted.end, lines, lambda line: _key(_at(line, place), False))
    return heapq.nsmallest(wanted.end, lines, lambda line: _key(_at(line, place), True))


def _key(text: str, empty_is_large: bool) -> tuple[bool, bool, float, str]:
    """What to sort a cell by: numbers come before text."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    empty = not text.strip()
    is_text = math.isnan(number)
    return empty is empty_is_large, is_text, 0.0 if is_text else number, text if is_text else ""


def _matching(file: Any, wanted: Wanted, fields: Mapping[str, Any]) -> tuple[int, Sequence[int]]:
    """How many rows match, and the numbers of those on the page."""
    total: int = file.metadata.num_rows
    if not wanted.equals and not wanted.sort:
        return total, range(min(wanted.after, total), min(wanted.end, total))
    hits = _hits(file, [(name, _value(fields[name], value)) for name, value in wanted.equals], wanted.sort, fields)
    if wanted.sort:
        _check_end(wanted)
        return _first(hits, wanted)
    total, page = 0, []
    for found in hits:
        start, end = (max(0, place - total) for place in (wanted.after, wanted.end))
        page += found["row"][start:end].to_pylist()
        total += found.num_rows
    return total, page


def _hits(file: Any, equals: Sequence[tuple[str, Any]], sort: str, fields: Mapping[str, Any]) -> Iterator[Any]:
    """The numbers of the rows that match (``row``), and what they are sorted by (``key``), some at a time."""
    import pyarrow as arrow
    from pyarrow import compute

    seen = 0
    names = list(dict.fromkeys([*(name for name, _ in equals), *([sort] if sort else [])]))
    for batch in file.iter_batches(batch_size=_BATCH, columns=names):
        rows = arrow.array(range(seen, seen + batch.num_rows), arrow.int64())
        seen += batch.num_rows
        found = arrow.table({"row": rows, "key": batch[sort].cast(comparable(fields[sort])) if sort else rows})
        masks = [compute.equal(batch[name].cast(value.type), value) for name, value in equals]
        yield found.filter(functools.reduce(compute.and_, masks)) if masks else found


def _first(hits: Iterator[Any], wanted: Wanted) -> tuple[int, Sequence[int]]:
    """How many rows match, and the numbers of those on the page, sorted."""
    import pyarrow as arrow
    from pyarrow import compute

    order = [("key", "descending" if wanted.descending else "ascending"), ("row", "ascending")]

    def first(several: Sequence[Any]) -> Any:
        table = arrow.concat_tables(several)
        return table.take(compute.sort_indices(table, sort_keys=order)[: wanted.end])

    total, kept, rows = 0, [], 0
    for found in hits:
        total += found.num_rows
        rows += found.num_rows
        kept.append(found)
        if rows > 2 * wanted.end + _BATCH:
            kept = [first(kept)]
            rows = wanted.end
    return total, first(kept)["row"][wanted.after :].to_pylist() if kept else []


def comparable(field: Any) -> Any:
    """The type that values of a column are compared as.

    Raises:
        RequestError: they can't be.
    """
    from pyarrow import types

    type_ = field.type.value_type if types.is_dictionary(field.type) else field.type
    if types.is_nested(type_) or "binary" in str(type_):
        raise RequestError(f"the column {field.name!r} holds {field.type}, which can't be compared")
    return type_


def _value(field: Any, text: str) -> Any:
    """``text`` as a value of a column."""
    import pyarrow as arrow

    type_ = comparable(field)
    try:
        return arrow.scalar(text).cast(type_)
    except arrow.ArrowException:
        raise RequestError(f"the column {field.name!r} holds {type_}, and {text!r} is none") from None


def _values(file: Any, numbers: Sequence[int], fields: Sequence[Any]) -> dict[int, dict[str, Cell]]:
    """What the rows with these numbers show, by column."""
    found: dict[int, dict[str, Cell]] = {number: {} for number in numbers}
    start = 0
    for group in range(file.num_row_groups):
        about = file.metadata.row_group(group)
        here = sorted(number - start for number in found if start <= number < start + about.num_rows)
        names = [field.name for field in fields if _is_shown(field, about)]
        seen = 0
        for batch in file.iter_batches(batch_size=_FEW, row_groups=[group], columns=names) if here and names else ():
            places = [place - seen for place in here if seen <= place < seen + batch.num_rows]
            if places:
                cells = {name: _cells(batch[name], places) for name in names}
                for at, place in enumerate(places):
                    found[start + seen + place] = {name: column[at] for name, column in cells.items()}
            seen += batch.num_rows
            if seen > here[-1]:
                break
        start += about.num_rows
    return found


def _is_shown(field: Any, about: Any) -> bool:
    """Whether a column is read: not one of bytes within other values, or of photos in full."""
    from pyarrow import types

    if "binary" not in str(field.type):
        return True
    columns = (about.column(place) for place in range(about.num_columns))
    size = sum(column.total_uncompressed_size for column in columns if column.path_in_schema == field.name)
    return not types.is_nested(field.type) and size <= LARGEST_PICTURE * about.num_rows


def _cells(column: Any, places: Sequence[int]) -> list[Cell]:
    from pyarrow import types

    if types.is_nested(column.type):
        small = [column[place : place + 1].nbytes <= LARGEST_PICTURE for place in places]
        return [cell(column[place].as_py()) if fits else None for place, fits in zip(places, small, strict=True)]
    values = (column[place].as_py() for place in places)
    return [_picture(value) if isinstance(value, bytes) else cell(value) for value in values]


def _picture(data: bytes) -> str | None:
    """The ``data:`` address of a picture; None where it is none, or a large one."""
    if len(data) > LARGEST_PICTURE:
        return None
    types = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
    found = next((name for sign, name in types.items() if data.startswith(sign)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = "webp"
    return f"data:image/{found};base64,{base64.b64encode(data).decode()}" if found else None
