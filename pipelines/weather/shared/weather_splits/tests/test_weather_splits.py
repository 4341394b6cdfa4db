import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weather_splits import DamagedSplitError, Photo, Split, SplitError, SplitWriter

CLASSES = ("rain", "snow", "dew")


def photos(count: int, size: int = 10) -> list[Photo]:
    return [
        Photo(f"{label}/{number:03d}.jpg", label, bytes([number % 256]) * size)
        for label in ("rain", "snow")
        for number in range(count // 2)
    ]


def write(directory: Path, content: list[Photo], **limits: int) -> Split:
    with SplitWriter(directory, CLASSES, **limits) as writer:
        for photo in content:
            writer.add(photo)
    return Split.open(directory)


def files(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


def test_what_is_written_is_read_back_in_order(tmp_path: Path) -> None:
    content = photos(150)
    split = write(tmp_path / "split", content)
    assert list(split.photos()) == content
    assert len(split) == 150
    assert [(entry.name, entry.label, entry.sha256, entry.size) for entry in split.entries] == [
        (photo.name, photo.label, photo.sha256, photo.size) for photo in content
    ]


@settings(max_examples=30)
@given(
    images=st.dictionaries(st.text(min_size=1).map(lambda name: f"rain/{name}"), st.binary(), max_size=20),
    row_group_photos=st.integers(1, 5),
    row_group_bytes=st.integers(1, 50),
    shard_bytes=st.integers(1, 100),
)
def test_any_photos_come_back_whatever_the_limits(
    tmp_path_factory: pytest.TempPathFactory,
    images: dict[str, bytes],
    row_group_photos: int,
    row_group_bytes: int,
    shard_bytes: int,
) -> None:
    content = [Photo(name, "rain", images[name]) for name in sorted(images)]
    split = write(
        tmp_path_factory.mktemp("any") / "split",
        content,
        row_group_photos=row_group_photos,
        row_group_bytes=row_group_bytes,
        shard_bytes=shard_bytes,
    )
    assert list(split.photos()) == content


def test_classes_are_sorted_and_kept_even_without_photos(tmp_path: Path) -> None:
    assert write(tmp_path / "split", photos(4)).classes == ("dew", "rain", "snow")


def test_an_empty_split_is_a_split(tmp_path: Path) -> None:
    split = write(tmp_path / "split", [])
    assert len(split) == 0
    assert list(split.photos()) == []
    assert split.classes == ("dew", "rain", "snow")


def test_the_same_photos_give_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "one", photos(150))
    write(tmp_path / "two", photos(150))
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_shards_and_row_groups_end_at_their_limits(tmp_path: Path) -> None:
    split = write(tmp_path / "split", photos(20, size=10), row_group_photos=2, shard_bytes=70)
    assert sorted(files(split.directory)) == [
        "index.parquet",
        "shard-00000.parquet",
        "shard-00001.parquet",
        "shard-00002.parquet",
    ]
    with pq.ParquetFile(split.directory / "shard-00000.parquet") as shard:
        groups = [shard.metadata.row_group(group).num_rows for group in range(shard.num_row_groups)]
    assert groups == [2, 2, 2, 1]
    assert [(entry.shard, entry.row) for entry in split.entries][6:9] == [(0, 6), (1, 0), (1, 1)]


def test_a_row_group_of_large_photos_ends_before_it_has_all_its_rows(tmp_path: Path) -> None:
    split = write(tmp_path / "split", photos(8, size=10), row_group_bytes=20)
    with pq.ParquetFile(split.directory / "shard-00000.parquet") as shard:
        assert shard.num_row_groups == 4


def test_another_reader_of_parquet_sees_the_documented_columns(tmp_path: Path) -> None:
    split = write(tmp_path / "split", photos(4))
    index = pq.read_table(split.directory / "index.parquet")
    shard = pq.read_table(split.directory / "shard-00000.parquet")
    assert index.column_names == ["name", "class", "sha256", "size", "shard", "row"]
    assert index.schema.metadata[b"classes"] == b'["dew", "rain", "snow"]'
    assert shard.column_names == ["name", "class", "sha256", "size", "image"]
    assert shard.schema.field("image").type == pa.large_binary()


def test_an_unknown_class_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SplitError, match=r"hail/1\.jpg: class 'hail'"):
        write(tmp_path / "split", [Photo("hail/1.jpg", "hail", b"")])


@pytest.mark.parametrize("second", ["rain/1.jpg", "rain/0.jpg"])
def test_names_that_are_not_sorted_and_unique_are_refused(tmp_path: Path, second: str) -> None:
    content = [Photo("rain/1.jpg", "rain", b""), Photo(second, "rain", b"")]
    with pytest.raises(SplitError, match=second):
        write(tmp_path / "split", content)


def test_a_class_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SplitError, match="twice"):
        SplitWriter(tmp_path / "split", ["rain", "rain"])


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    content = [Photo("rain/1.jpg", "rain", b"photo"), Photo("rain/2.jpg", "hail", b"photo")]
    with pytest.raises(SplitError):
        write(tmp_path / "split", content, row_group_photos=1)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(SplitError, match="exists already"):
        SplitWriter(tmp_path, CLASSES)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_a_folder_without_an_index_is_not_a_split(tmp_path: Path) -> None:
    with pytest.raises(SplitError, match=r"no index\.parquet"):
        Split.open(tmp_path)


def test_a_file_that_is_no_parquet_is_not_an_index(tmp_path: Path) -> None:
    (tmp_path / "index.parquet").write_text("not parquet")
    with pytest.raises(SplitError, match="is not the index"):
        Split.open(tmp_path)


def test_parquet_of_something_else_is_not_an_index(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "index.parquet")
    with pytest.raises(SplitError, match="is not the index"):
        Split.open(tmp_path)


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    split = write(tmp_path / "split", photos(4))
    (split.directory / "shard-00000.parquet").unlink()
    with pytest.raises(DamagedSplitError, match=r"shard-00000\.parquet"):
        list(split.photos())


def test_a_photo_whose_bytes_changed_is_named(tmp_path: Path) -> None:
    split = write(tmp_path / "split", [Photo("rain/1.jpg", "rain", b"the original bytes")])
    shard = split.directory / "shard-00000.parquet"
    shard.write_bytes(shard.read_bytes().replace(b"the original bytes", b"some other bytes!!"))
    with pytest.raises(DamagedSplitError, match=r"rain/1\.jpg"):
        list(split.photos())


def test_a_shard_of_another_split_is_noticed(tmp_path: Path) -> None:
    split = write(tmp_path / "split", photos(4))
    other = write(tmp_path / "other", photos(8))
    (split.directory / "shard-00000.parquet").write_bytes((other.directory / "shard-00000.parquet").read_bytes())
    with pytest.raises(DamagedSplitError, match="index"):
        list(split.photos())


def test_a_shard_that_lacks_rows_is_noticed(tmp_path: Path) -> None:
    split = write(tmp_path / "split", photos(4))
    short = write(tmp_path / "short", photos(4)[:3])
    (split.directory / "shard-00000.parquet").write_bytes((short.directory / "shard-00000.parquet").read_bytes())
    with pytest.raises(DamagedSplitError, match=r"snow/001\.jpg"):
        list(split.photos())
