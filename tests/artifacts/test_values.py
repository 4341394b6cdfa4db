"""How often each value stands in a column."""

from collections import Counter
from pathlib import Path

import pyarrow as arrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from barograph.artifacts import values
from barograph.artifacts.values import ValueCount, csv_values, parquet_values
from barograph.errors import RequestError

LABELS = ["dew", "fog", "dew", None, "rime", "dew", "fog"]


def test_classes_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    parquet.write_table(arrow.table({"label": arrow.array(LABELS).dictionary_encode(), "photo": [b"x"] * 7}), path)
    found = parquet_values(path, "label", 2)
    assert (found.rows, found.missing, found.different) == (7, 1, 3)
    assert found.values == (ValueCount("dew", 3), ValueCount("fog", 2))
    with pytest.raises(RequestError, match="can't be compared"):
        parquet_values(path, "photo", 2)
    text = tmp_path / "text"
    text.write_text("label\n" + "".join(f'"{label or ""}"\n' for label in LABELS))
    assert csv_values(text, "label", 2) == found
    with pytest.raises(RequestError, match="no column 'class'"):
        csv_values(text, "class", 2)


def test_a_column_of_too_many_values_tells_no_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST", 3)
    path = tmp_path / "text"
    path.write_text("id\n" + "".join(f"{number}\n" for number in range(9)))
    found = csv_values(path, "id", 10)
    assert (found.different, found.values) == (None, ())


@given(numbers=st.lists(st.integers(0, 5) | st.none(), max_size=40))
def test_every_row_is_counted(numbers: list[int | None], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("values") / "table"
    parquet.write_table(arrow.table({"x": arrow.array(numbers, arrow.int64())}), path)
    found = parquet_values(path, "x", 100)
    assert {each.value: each.count for each in found.values} | {None: found.missing} == {None: 0} | Counter(numbers)
    assert found.rows == len(numbers)
