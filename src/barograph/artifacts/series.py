"""The columns of a table as curves, with no more points than a chart has room for.

What is left out of a curve never hides a peak: of each piece of it, the lowest and the highest point stay.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from barograph.artifacts.rows import column_place
from barograph.artifacts.tables import open_csv, open_parquet
from barograph.errors import RequestError

_BATCH = 1 << 13

Values: TypeAlias = tuple[float | None, ...]


@dataclass(frozen=True)
class Series:
    """A curve.

    Attributes:
        name: of the column.
        x, y: its points, in the order of the rows.
        missing: rows that have no point, as one of both is no finite number.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    missing: int


@dataclass(frozen=True)
class Curves:
    """Columns of a table over another one.

    Attributes:
        x: the name of that.
        total: how many rows the table has.
    """

    x: str
    series: tuple[Series, ...]
    total: int


def csv_curves(path: Path, x: str, ys: Sequence[str], points: int) -> Curves:
    """Columns of a CSV file as curves, of at most so many points each.

    Raises:
        NoTable: it can't be read as CSV.
        RequestError: there is no such column.
    """
    with open_csv(path) as (header, lines):
        places = [column_place(header, name) for name in (x, *ys)]
        return _curves(x, ys, points, (tuple(_number(line, place) for place in places) for line in lines))


def parquet_curves(path: Path, x: str, ys: Sequence[str], points: int) -> Curves:
    """Columns of a Parquet file as curves, of at most so many points each.

    Raises:
        NoTable: it can't be read as Parquet, or pyarrow is not installed.
        RequestError: there is no such column, or it holds no numbers.
    """
    with open_parquet(path) as file:
        from pyarrow import float64, types

        names = [x, *ys]
        fields = [file.schema_arrow.field(column_place(file.schema_arrow.names, name)) for name in names]
        for field in fields:
            if not (types.is_integer(field.type) or types.is_floating(field.type) or types.is_decimal(field.type)):
                raise RequestError(f"the column {field.name!r} holds {field.type}, which are no numbers")

        def rows() -> Iterator[Values]:
            for batch in file.iter_batches(batch_size=_BATCH, columns=list(dict.fromkeys(names))):
                columns = (batch[name].cast(float64(), safe=False).to_pylist() for name in names)
                yield from zip(*columns, strict=True)

        return _curves(x, ys, points, rows())


def _curves(x: str, ys: Sequence[str], points: int, rows: Iterable[Values]) -> Curves:
    thinned = [Thinned(points) for _ in ys]
    total = 0
    for at, *values in rows:
        total += 1
        for curve, value in zip(thinned, values, strict=True):
            if at is not None and value is not None and math.isfinite(at) and math.isfinite(value):
                curve.add(at, value)
    return Curves(x, tuple(_series(name, curve, total) for name, curve in zip(ys, thinned, strict=True)), total)


def _series(name: str, curve: "Thinned", total: int) -> Series:
    points = curve.points()
    return Series(name, tuple(p.x for p in points), tuple(p.y for p in points), total - curve.added)


class Point(NamedTuple):
    """A point of a curve; ``number`` is its place among all that were added."""

    number: int
    x: float
    y: float


class Thinned:
    """A curve of at most ``most`` points, whatever is added: it remembers no more than these.

    The first and the last point are kept. The others are in buckets of so many each, of which the lowest and the
    highest stay; once there are too many buckets, every two become one.

    Args:
        most: 4 or more.
    """

    def __init__(self, most: int) -> None:
        self.added = 0
        self._ends: list[Point] = []
        self._buckets: list[tuple[Point, Point]] = []
        self._most, self._size = (most - 2) // 2, 2

    def add(self, x: float, y: float) -> None:
        """Add a point."""
        point = Point(self.added, x, y)
        self.added += 1
        if len(self._ends) == 2:
            self._keep(self._ends.pop())
        self._ends.append(point)

    def points(self) -> list[Point]:
        """What is left, in the order in which it was added."""
        return sorted({*self._ends, *(point for bucket in self._buckets for point in bucket)})

    def _keep(self, point: Point) -> None:
        place = (point.number - 1) // self._size
        if place == self._most:
            pairs = zip(self._buckets[::2], [*self._buckets[1::2], self._buckets[-1]], strict=False)
            self._buckets = [_together(*pair) for pair in pairs]
            self._size *= 2
            place = (point.number - 1) // self._size
        if place == len(self._buckets):
            self._buckets.append((point, point))
            return
        low, high = self._buckets[place]
        if point.y < low.y or point.y >= high.y:
            self._buckets[place] = _together((low, high), (point, point))


def _together(before: tuple[Point, Point], after: tuple[Point, Point]) -> tuple[Point, Point]:
    """The lowest and the highest point of two buckets; of equals, the first and the last."""
    low = after[0] if after[0].y < before[0].y else before[0]
    high = after[1] if after[1].y >= before[1].y else before[1]
    return low, high


def _number(line: Sequence[str], place: int) -> float | None:
    try:
        return float(line[place])
    except (ValueError, IndexError):
        return None
