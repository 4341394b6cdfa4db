"""The rows of a table that are asked for, of CSV and of Parquet, whatever the table's size and shape."""

import base64
import csv
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from barograph.artifacts.rows import LARGEST_PICTURE, SORTABLE, Rows, Wanted, csv_rows, parquet_rows
from barograph.artifacts.tables import NoTable
from barograph.errors import RequestError

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 60
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "

Row = tuple[int | None, float | None, str | None]
rows_ = st.lists(
    st.tuples(
        st.none() | st.integers(-3, 3),
        st.none() | st.sampled_from([math.nan, -1.5, 0.0, 0.25, 7.0]),
        st.none() | st.sampled_from(["", "a", "b", "é,\n"]),
    ),
    max_size=40,
)
asked = st.builds(
    Wanted,
    st.lists(st.sampled_from([("n", "1"), ("n", "-2"), ("x", "0.25"), ("word", "a"), ("word", "")]), max_size=2),
    st.sampled_from(["", "n", "x", "word"]),
    st.booleans(),
    st.integers(0, 10),
    st.integers(1, 10),
)


def write_parquet(path: Path, rows: Sequence[Row], row_group: int = 7) -> Path:
    n, x, word = ([row[place] for row in rows] for place in range(3))
    columns = {"n": arrow.array(n, arrow.int32()), "x": arrow.array(x, arrow.float32()), "word": arrow.array(word)}
    columns["word"] = columns["word"].cast(arrow.string()).dictionary_encode()
    parquet.write_table(arrow.table(columns), path, row_group_size=row_group)
    return path


def matching(rows: Sequence[Row], wanted: Wanted) -> list[Row]:
    """The rows that match, sorted, in the plainest way."""
    types = {"n": int, "x": float, "word": str}
    names = list(types)
    values = [(names.index(name), types[name](value)) for name, value in wanted.equals]
    found = [row for row in rows if all(row[place] == value for place, value in values)]
    if wanted.sort:
        place = names.index(wanted.sort)

        def value(row: Row) -> Any:
            return row[place]

        there = [row for row in found if value(row) is not None and value(row) == value(row)]
        nans = [row for row in found if value(row) != value(row)]
        missing = [row for row in found if value(row) is None]
        found = [*sorted(there, key=value, reverse=wanted.descending), *nans, *missing]
    return found


@given(rows_, asked)
def test_parquet_gives_what_a_plain_search_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], wanted: Wanted
) -> None:
    file = write_parquet(tmp_path_factory.getbasetemp() / "plain.parquet", rows)
    expected = matching(rows, wanted)
    found = parquet_rows(file, wanted)
    page = expected[wanted.after :][: wanted.limit]
    assert [repr(row) for row in found.rows] == [repr(tuple(map(shown, row))) for row in page]
    assert found.total == len(expected)
    follows = bool(page) and wanted.after + len(page) < len(expected)
    assert found.next == (wanted.after + len(page) if follows else None)


def shown(value: Any) -> Any:
    return "nan" if isinstance(value, float) and math.isnan(value) else value


@given(rows_, asked)
def test_csv_gives_what_a_plain_search_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], wanted: Wanted
) -> None:
    written = [tuple("" if value is None else str(value) for value in row) for row in rows]
    file = tmp_path_factory.getbasetemp() / "plain.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, quoting=csv.QUOTE_ALL).writerows([("n", "x", "word"), *written])
    names = ["n", "x", "word"]
    expected = [row for row in written if all(row[names.index(name)] == value for name, value in wanted.equals)]
    found = csv_rows(file, wanted)
    assert found.total == len(expected)
    assert len(found.rows) == len(expected[wanted.after :][: wanted.limit])
    if wanted.sort == "":
        assert list(found.rows) == expected[wanted.after :][: wanted.limit]
        return
    every = csv_rows(file, Wanted(wanted.equals, wanted.sort, wanted.descending, 0, 500)).rows
    assert sorted(every) == sorted(expected)
    assert found.rows == every[wanted.after :][: wanted.limit]
    cells = [row[names.index(wanted.sort)] for row in every]
    numbers = [float(str(cell)) for cell in cells if cell and wanted.sort != "word" and cell != "nan"]
    assert numbers == sorted(numbers, reverse=wanted.descending)
    assert not any(cells[cells.index("") :]) if "" in cells else True


def test_a_page_goes_on_where_the_one_before_it_ended(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "t", [(number, number / 8, "a") for number in range(25)])
    seen: list[Any] = []
    after: int | None = 0
    while after is not None:
        page = parquet_rows(file, Wanted(sort="n", descending=True, after=after, limit=10))
        seen += [row[0] for row in page.rows]
        after = page.next
    assert seen == list(range(24, -1, -1))


def test_the_first_rows_of_a_long_table_are_found_in_all_of_it(tmp_path: Path) -> None:
    numbers = [number * 7919 % 30_011 for number in range(30_000)]
    file = write_parquet(tmp_path / "t", [(number, 0.0, "a") for number in numbers], row_group=4000)
    found = parquet_rows(file, Wanted(sort="n", descending=True, after=5, limit=3))
    assert [row[0] for row in found.rows] == sorted(numbers, reverse=True)[5:8]
    assert (found.total, found.next) == (30_000, 8)
    found = parquet_rows(file, Wanted(equals=[("n", "4321")]))
    assert [row[0] for row in found.rows] == [4321]
    assert parquet_rows(file, Wanted(after=29_998)).next is None


def test_small_pictures_are_given_and_other_bytes_are_not(tmp_path: Path) -> None:
    large = JPEG + b"\0" * LARGEST_PICTURE
    data = [JPEG, PNG, WEBP, b"%PDF-1.7", large, None, b""]
    parquet.write_table(arrow.table({"data": data, "n": list(range(7))}), tmp_path / "t")
    found = parquet_rows(tmp_path / "t", Wanted())
    assert [row[0] for row in found.rows] == [
        *(
            f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
            for kind, picture in (("jpeg", JPEG), ("png", PNG), ("webp", WEBP))
        ),
        *(None, None, None, None),
    ]
    assert [row[1] for row in found.rows] == list(range(7))


def test_pictures_of_rows_that_are_not_given_are_not_read(tmp_path: Path) -> None:
    first, second = JPEG + b"first", JPEG + b"second"
    table = arrow.table({"n": list(range(20)), "data": [first] * 10 + [second] * 10})
    parquet.write_table(table, tmp_path / "t", row_group_size=10, compression="none", use_dictionary=False)
    content = (tmp_path / "t").read_bytes()
    about = parquet.read_metadata(tmp_path / "t").row_group(1).column(1)
    start = about.data_page_offset
    torn = content[:start] + b"\xff" * about.total_compressed_size + content[start + about.total_compressed_size :]
    (tmp_path / "t").write_bytes(torn)
    found = parquet_rows(tmp_path / "t", Wanted(sort="n", limit=10))
    assert (found.total, len(found.rows)) == (20, 10)
    assert {row[1] for row in found.rows} == {f"data:image/jpeg;base64,{base64.b64encode(first).decode()}"}
    with pytest.raises(NoTable):
        parquet_rows(tmp_path / "t", Wanted(equals=[("n", "10")]))


def test_photos_in_full_are_not_read(tmp_path: Path) -> None:
    table = arrow.table({"n": [1, 2], "photo": [JPEG + b"\0" * 2 * LARGEST_PICTURE, JPEG]})
    parquet.write_table(table, tmp_path / "t", compression="none", use_dictionary=False)
    assert parquet_rows(tmp_path / "t", Wanted()).rows == ((1, None), (2, None))


def test_values_of_every_kind_are_compared_as_what_they_are(tmp_path: Path) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    columns = {"flag": [True, False], "at": arrow.array([noon, noon.replace(hour=13)]), "list": [[1, 2], None]}
    parquet.write_table(arrow.table(columns), tmp_path / "t")

    def found(*equals: tuple[str, str]) -> Rows:
        return parquet_rows(tmp_path / "t", Wanted(equals))

    assert found(("flag", "true")).rows == ((True, noon.isoformat(), "[1, 2]"),)
    assert found(("flag", "true"), ("flag", "false")).rows == ()
    assert found(("at", "2026-01-01T13:00:00Z")).total == 1
    assert parquet_rows(tmp_path / "t", Wanted(sort="flag")).rows[0][0] is False


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted([("nothing", "1")]), "the table has no column 'nothing'; it has n, x, word, data"),
        (Wanted(sort="nothing"), "the table has no column 'nothing'; it has n, x, word, data"),
        (Wanted(sort="n", after=SORTABLE), f"of a sorted table, the first {SORTABLE} rows are given"),
        (Wanted([("n", "many")]), "the column 'n' holds int64, and 'many' is none"),
        (Wanted([("data", "x")]), "the column 'data' holds binary, which can't be compared"),
        (Wanted(sort="data"), "the column 'data' holds binary, which can't be compared"),
    ],
)
def test_what_can_not_be_asked_of_a_table_is_said(tmp_path: Path, wanted: Wanted, said: str) -> None:
    columns = {"n": [1], "x": [0.5], "word": ["a"], "data": [b"\0"]}
    parquet.write_table(arrow.table(columns), tmp_path / "t.parquet")
    with pytest.raises(RequestError, match=said.replace("?", r"\?")):
        parquet_rows(tmp_path / "t.parquet", wanted)
    if "column 'n'" not in said and "'data' holds" not in said:
        (tmp_path / "t.csv").write_text("n,x,word,data\n1,0.5,a,\n")
        with pytest.raises(RequestError, match=said):
            csv_rows(tmp_path / "t.csv", wanted)


def test_a_file_that_is_no_table_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "words").write_bytes(b"PAR1 is no table")
    twice = arrow.table([arrow.array([1]), arrow.array([2])], ["n", "n"])
    parquet.write_table(twice, tmp_path / "twice")
    for name in ("empty", "words", "twice"):
        with pytest.raises(NoTable, match="can't be read as Parquet"):
            parquet_rows(tmp_path / name, Wanted())
    with pytest.raises(NoTable, match="it is empty"):
        csv_rows(tmp_path / "empty", Wanted())
    (tmp_path / "long").write_text("n\n" + "x" * 200_000 + "\n")
    with pytest.raises(NoTable, match="can't be read as CSV"):
        csv_rows(tmp_path / "long", Wanted())


def test_csv_of_spreadsheets_is_read(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes("\ufeffepoch;loss\r\n1;0.5\r\n2;0.75\r\n\r\n10;0.25\r\n11;0.1\r\n".encode())
    found = csv_rows(tmp_path / "t", Wanted(sort="epoch", descending=True))
    assert [(column.name, column.type) for column in found.columns] == [("epoch", "integer"), ("loss", "number")]
    assert found.rows == (("11", "0.1"), ("10", "0.25"), ("2", "0.75"), ("1", "0.5"))


def test_a_line_that_is_short_or_long_is_filled_up_or_cut(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("a,b\n1,x\n2\n3,y,z\n")
    assert csv_rows(tmp_path / "t", Wanted()).rows == (("1", "x"), ("2", ""), ("3", "y"))
    assert csv_rows(tmp_path / "t", Wanted([("b", "")])).rows == (("2", ""),)
