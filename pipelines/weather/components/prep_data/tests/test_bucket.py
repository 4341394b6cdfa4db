"""Sources in buckets, on emulators of the real services."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest
from prep_data.errors import ParameterError, SourceChangedError, SourceError
from prep_data.fingerprint import fingerprint_source
from prep_data.snapshot import prepare
from prep_data.source import open_source
from prep_data.split import SPLITS, Ratios

RATIOS = Ratios(0.6, 0.2, 0.2)


@pytest.fixture
def uri(scheme: str, bucket: fsspec.AbstractFileSystem, contents: dict[str, bytes]) -> str:
    for name, content in contents.items():
        bucket.pipe_file(f"weather-photos/set/{name}", content)
    return f"{scheme}://weather-photos/set"


def digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*.parquet"))
    }


def split(data_uri: str, directory: Path, fingerprint: str = "") -> dict[str, str]:
    directory.mkdir()
    taken = fingerprint or fingerprint_source(data_uri)
    prepare(data_uri, taken, RATIOS, 7, {name: directory / name for name in SPLITS})
    return digests(directory)


def test_a_bucket_gives_the_same_splits_as_a_folder(uri: str, folder: Path, tmp_path: Path) -> None:
    from_bucket = split(uri, tmp_path / "from-bucket")
    from_folder = split(str(folder), tmp_path / "from-folder")
    assert len(from_bucket) == 6
    assert from_bucket == from_folder


def test_a_bucket_without_a_prefix_is_a_source(
    scheme: str, bucket: fsspec.AbstractFileSystem, contents: dict[str, bytes], folder: Path, tmp_path: Path
) -> None:
    for name, content in contents.items():
        bucket.pipe_file(f"weather-photos/{name}", content)
    assert split(f"{scheme}://weather-photos/", tmp_path / "a") == split(str(folder), tmp_path / "b")


def test_the_fingerprint_stays_while_nothing_changes(uri: str) -> None:
    assert fingerprint_source(uri) == fingerprint_source(uri)
    assert fingerprint_source(f"{uri}/") == fingerprint_source(uri)


def test_a_replaced_object_changes_the_fingerprint(
    uri: str, bucket: fsspec.AbstractFileSystem, make_photo: Callable[..., bytes]
) -> None:
    before = fingerprint_source(uri)
    bucket.pipe_file("weather-photos/set/rain/0.jpg", make_photo(999))
    assert fingerprint_source(uri) != before


def test_a_new_and_a_removed_object_change_the_fingerprint(
    uri: str, bucket: fsspec.AbstractFileSystem, make_photo: Callable[..., bytes]
) -> None:
    before = fingerprint_source(uri)
    bucket.pipe_file("weather-photos/set/rain/new.jpg", make_photo(999))
    more = fingerprint_source(uri)
    bucket.rm_file("weather-photos/set/rain/0.jpg")
    assert len({before, more, fingerprint_source(uri)}) == 3


def test_a_bucket_that_changed_since_its_fingerprint_is_refused(
    uri: str, bucket: fsspec.AbstractFileSystem, make_photo: Callable[..., bytes], tmp_path: Path
) -> None:
    before = fingerprint_source(uri)
    bucket.pipe_file("weather-photos/set/rain/0.jpg", make_photo(999))
    with pytest.raises(SourceChangedError, match="the source changed while it was read"):
        split(uri, tmp_path / "splits", before)
    assert list((tmp_path / "splits").iterdir()) == []


def test_an_object_added_while_the_bucket_is_read_is_noticed(
    uri: str,
    bucket: fsspec.AbstractFileSystem,
    make_photo: Callable[..., bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prep_data.bucket import Bucket

    taken = fingerprint_source(uri)
    read = Bucket.read

    def read_while_another_writes(self: Bucket, file: object) -> bytes:
        bucket.pipe_file("weather-photos/set/rain/new.jpg", make_photo(999))
        return read(self, file)  # type: ignore[arg-type]

    monkeypatch.setattr(Bucket, "read", read_while_another_writes)
    with pytest.raises(SourceChangedError, match="the source changed while it was read"):
        split(uri, tmp_path / "splits", taken)


def test_an_object_that_vanishes_after_the_listing_is_a_change(uri: str, bucket: fsspec.AbstractFileSystem) -> None:
    source = open_source(uri)
    first = source.files()[0]
    bucket.rm_file(f"weather-photos/set/{first.name}")
    with pytest.raises(SourceChangedError, match=first.name):
        source.read(first)


def test_a_sibling_that_shares_the_prefix_is_not_part_of_the_source(
    uri: str, bucket: fsspec.AbstractFileSystem, make_photo: Callable[..., bytes]
) -> None:
    before = fingerprint_source(uri)
    bucket.pipe_file("weather-photos/set-of-others/hail/1.jpg", make_photo(999))
    assert fingerprint_source(uri) == before


def test_folder_placeholders_hidden_objects_and_litter_are_ignored(uri: str, put_raw: Callable[[str], None]) -> None:
    before = [file.name for file in open_source(uri).files()]
    for name in ("", "rain/", "empty/", ".marker", "rain/.DS_Store", "rain/Thumbs.db", "__MACOSX/rain/1.jpg"):
        put_raw(f"set/{name}")
    assert [file.name for file in open_source(uri).files()] == before


@pytest.mark.parametrize("name", ["rain/../1.jpg", "rain//1.jpg", "/rain/1.jpg", "rain\\1.jpg", "rain/a\tb.jpg"])
def test_an_object_name_that_is_no_path_is_refused(uri: str, put_raw: Callable[[str], None], name: str) -> None:
    put_raw(f"set/{name}")
    with pytest.raises(SourceError, match="rename it"):
        fingerprint_source(uri)


@pytest.mark.parametrize("name", ["rain/a b+c%20#1?x=[y]*.jpg", "rain/\N{SNOWFLAKE}\u0301.jpg"])
def test_odd_but_legal_object_names_are_read(
    uri: str, bucket: fsspec.AbstractFileSystem, make_photo: Callable[..., bytes], name: str
) -> None:
    content = make_photo(999)
    bucket.pipe_file(f"weather-photos/set/{name}", content)
    source = open_source(uri)
    (file,) = [file for file in source.files() if file.name == name]
    assert source.read(file) == content


def test_a_missing_prefix_is_named(uri: str) -> None:
    with pytest.raises(SourceError, match=r"nothing in .*/elsewhere"):
        fingerprint_source(uri.replace("/set", "/elsewhere"))


def test_a_missing_bucket_is_named(scheme: str, bucket: fsspec.AbstractFileSystem) -> None:
    with pytest.raises(SourceError, match=r"no-such-bucket.*check its name"):
        fingerprint_source(f"{scheme}://no-such-bucket/set")


def test_one_object_is_no_source(uri: str) -> None:
    with pytest.raises(SourceError, match="is one object"):
        fingerprint_source(f"{uri}/rain/0.jpg")


def test_a_photo_directly_in_the_prefix_is_refused(uri: str, bucket: fsspec.AbstractFileSystem) -> None:
    bucket.pipe_file("weather-photos/set/loose.jpg", b"x")
    with pytest.raises(SourceError, match=r"'loose\.jpg' lies directly in the source.*rain/loose\.jpg"):
        fingerprint_source(uri)


@pytest.mark.parametrize("data_uri", ["gs://", "s3:///prefix"])
def test_a_uri_without_a_bucket_is_refused(data_uri: str) -> None:
    with pytest.raises(ParameterError, match="names no bucket"):
        open_source(data_uri)
