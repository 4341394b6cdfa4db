"""Curves keep what a chart shows of them: their ends, their lows and their highs."""

import math
from pathlib import Path

import pyarrow as arrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from barograph.artifacts.series import Thinned, csv_curves, parquet_curves
from barograph.errors import RequestError

values = st.lists(st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0]), max_size=300)


def thinned(most: int, ys: list[float]) -> list[tuple[float, float]]:
    curve = Thinned(most)
    for number, y in enumerate(ys):
        curve.add(number / 2, y)
    assert curve.added == len(ys)
    return [(point.x, point.y) for point in curve.points()]


@given(st.integers(4, 60), values)
def test_a_curve_keeps_its_ends_its_lowest_and_its_highest_point(most: int, ys: list[float]) -> None:
    points = [(number / 2, y) for number, y in enumerate(ys)]
    kept = thinned(most, ys)
    assert len(kept) <= most
    assert set(kept) <= set(points)
    assert kept == sorted(kept)
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        assert min(y for _, y in kept) == min(ys)
        assert max(y for _, y in kept) == max(ys)


@given(st.integers(2, 30).map(lambda half: 2 * half), values)
def test_a_short_curve_stays_as_it_is(most: int, ys: list[float]) -> None:
    ys = ys[:most]
    assert thinned(most, ys) == [(number / 2, y) for number, y in enumerate(ys)]


@given(st.integers(4, 60), st.integers(1, 5000))
def test_a_long_curve_has_about_half_as_many_points_as_it_may_have_or_more(most: int, count: int) -> None:
    kept = thinned(most, [math.sin(number / 9) for number in range(count)])
    assert len(kept) >= min(count, most // 2 - 2)


def test_columns_of_csv_are_curves_and_what_is_no_number_is_missing(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("epoch,loss,note\n1,0.5,a\n2,nan,b\n3,,\n4,0.25\n,0.1,c\n")
    found = csv_curves(tmp_path / "t", "epoch", ["loss", "note"], 10)
    loss, note = found.series
    assert (found.x, found.total) == ("epoch", 5)
    assert (loss.name, loss.x, loss.y, loss.missing) == ("loss", (1.0, 4.0), (0.5, 0.25), 3)
    assert (note.name, note.x, note.missing) == ("note", (), 5)


def test_columns_of_parquet_are_curves(tmp_path: Path) -> None:
    count = 20_000
    columns = {
        "step": list(range(count)),
        "loss": arrow.array([float(number % 97) for number in range(count)], arrow.float32()),
        "gaps": [None if number % 2 else number for number in range(count)],
        "word": ["a"] * count,
    }
    parquet.write_table(arrow.table(columns), tmp_path / "t", row_group_size=3000)
    found = parquet_curves(tmp_path / "t", "step", ["loss", "gaps", "step"], 100)
    loss, gaps, step = found.series
    assert found.total == count
    assert all(len(each.x) == len(each.y) <= 100 for each in found.series)
    assert (min(loss.y), max(loss.y), loss.x[0], loss.x[-1]) == (0, 96, 0, count - 1)
    assert (gaps.missing, step.x) == (count // 2, step.y)
    with pytest.raises(RequestError, match="the column 'word' holds string, which are no numbers"):
        parquet_curves(tmp_path / "t", "step", ["word"], 100)
    with pytest.raises(RequestError, match="the table has no column 'none'; it has step, loss, gaps, word"):
        parquet_curves(tmp_path / "t", "none", ["loss"], 100)
