"""Files and folders in object stores, through emulators of Google's and of Amazon's."""

import subprocess
import sys
from pathlib import Path

import pytest

from barograph.artifacts import files
from barograph.artifacts.digest import digest_entries, digest_file, digest_folder
from barograph.artifacts.downloads import fetch, keep, place
from barograph.errors import ArtifactError, ConfigurationError
from tests.emulators import Bucket, amazon, bucket, google

__all__ = ["amazon", "bucket", "google"]

# gcsfs sends 50 MB at a time, as bytes; aiohttp would have it otherwise.
pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    names = ("rain.txt", "snow/north.bin", "snow/deep/[1] *?#é.txt", "empty")
    for number, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"" if name == "empty" else name.encode() * (number + 1) * 1000)
    return root


def test_a_file_comes_back_as_it_went(bucket: Bucket, tmp_path: Path) -> None:
    source = tmp_path / "rain.bin"
    source.write_bytes(bytes(range(256)) * 30_000)  # 7.7 MB: more than one request
    uri = f"{bucket.uri}/runs/for-loop-1[0].print/rain.bin"
    files.upload(source, uri)
    files.download(uri, tmp_path / "back")
    assert digest_file(tmp_path / "back") == digest_file(source)
    found = files.look(uri)
    assert found is not None
    assert (found.size, found.is_folder) == (7_680_000, False)


def test_a_folder_comes_back_as_it_went(bucket: Bucket, folder: Path, tmp_path: Path) -> None:
    uri = f"{bucket.uri}/runs/photos"
    files.upload(folder, uri)
    assert len(bucket.contents(uri)) == 4
    files.download(f"{uri}/", tmp_path / "back")
    assert digest_folder(tmp_path / "back") == digest_folder(folder)
    found = files.look(uri)
    assert found is not None
    assert found.is_folder
    files.remove(uri)
    assert not files.exists(uri)
    assert bucket.contents() == {}


def test_what_is_not_there_is_not_found(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("rainbow", b"-")
    for uri in (f"{bucket.uri}/rain", f"{bucket.uri}-of-nobody/rain"):
        assert files.look(uri) is None
        assert not files.exists(uri)
        with pytest.raises(ArtifactError, match=r"there is nothing at .*/rain"):
            files.download(uri, tmp_path / "rain")


def test_a_replaced_added_or_removed_object_is_another_version(bucket: Bucket) -> None:
    versions = set()
    for name, content in (("a", b"1"), ("a", b"2"), ("b", b"2"), ("deep/c", b"3")):
        bucket.put(f"photos/{name}", content)
        versions.add(getattr(files.look(f"{bucket.uri}/photos"), "version", None))
    bucket.remove(f"{bucket.uri}/photos/deep")
    before = getattr(files.look(f"{bucket.uri}/photos"), "version", None)
    assert len(versions) == 4
    assert before in versions
    bucket.put("photos/b", b"2")
    assert getattr(files.look(f"{bucket.uri}/photos"), "version", None) == before  # the same bytes


def test_a_console_s_folder_is_no_file(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("photos/rain", b"drops")
    if bucket.store.scheme == "s3":
        bucket.files.call_s3("put_object", Bucket=bucket.name, Key="photos/", Body=b"")
    files.download(f"{bucket.uri}/photos", tmp_path / "photos")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["rain"]


@pytest.mark.parametrize("name", ["a/../../../etc/x", ".."])
def test_no_name_leads_out_of_a_folder(bucket: Bucket, name: str, tmp_path: Path) -> None:
    if bucket.store.scheme != "s3":
        pytest.skip("the emulator keeps objects in a file system and can't have such a name")
    bucket.files.call_s3("put_object", Bucket=bucket.name, Key=f"photos/{name}", Body=b"-")
    with pytest.raises(ArtifactError, match="can't be a file's on this machine"):
        files.download(f"{bucket.uri}/photos", tmp_path / "in" / "photos")
    with pytest.raises(ArtifactError, match=r"has a part '\.\.'"):
        files.look(f"{bucket.uri}/photos/{name}")


def test_denied_access_is_said_in_one_sentence(bucket: Bucket, tmp_path: Path) -> None:
    uri = bucket.put("photos/rain", b"drops")
    bucket.store.rule = lambda method, path: 403
    (tmp_path / "source").write_bytes(b"drops")
    actions = (
        lambda: files.look(uri),
        lambda: files.exists(uri),
        lambda: files.check_access(bucket.uri),
        lambda: files.download(uri, tmp_path / "rain"),
        lambda: files.upload(tmp_path / "source", uri),
    )
    for action in actions:
        with pytest.raises(ArtifactError, match="access is denied") as caught:
            action()
        assert not isinstance(caught.value, files.Unanswered)
        assert "\n" not in str(caught.value)
        assert "check that this machine may use it" in str(caught.value)


def test_access_to_what_is_not_there_yet_is_checked(bucket: Bucket) -> None:
    files.check_access(bucket.uri)
    files.check_access(f"{bucket.uri}/some/prefix")
    with pytest.raises(ArtifactError, match=f"there is a bucket {bucket.uri}-of-nobody"):
        files.check_access(f"{bucket.uri}-of-nobody/prefix")


def test_a_store_that_does_not_answer_is_told_from_one_that_refuses(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(files.Unanswered, match="can't be reached"):
        files.look(f"{bucket.uri}/rain")


def test_a_missing_package_is_said_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "gcsfs.core", None)
    with pytest.raises(ConfigurationError, match=r'gcsfs is not installed: pip install "barograph\[gcs\]"'):
        files.look("gs://bucket/rain")


def test_nobody_imports_fsspec_who_asks_for_nothing() -> None:
    code = "import sys, barograph.artifacts.downloads; sys.exit('fsspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# Copies


def test_a_copy_is_downloaded_once_and_only_read(bucket: Bucket, tmp_path: Path) -> None:
    uri = bucket.put("data.csv.gz", b"drops")
    (tmp_path / "same").write_bytes(b"drops")
    digest = digest_file(tmp_path / "same")
    copies = [fetch(uri, digest, tmp_path / "downloads") for _ in range(3)]
    assert {copy.name for copy in copies} == {"data.csv.gz"}
    assert copies[0].read_bytes() == b"drops"
    assert copies[0].stat().st_mode & 0o777 == 0o444
    assert len(bucket.downloads()) == 1


def test_a_copy_of_what_was_imported_by_its_version(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("photos/rain", b"drops")
    bucket.put("photos/snow/north", b"flakes")
    found = files.look(f"{bucket.uri}/photos")
    assert found is not None
    copy = fetch(f"{bucket.uri}/photos", found.version, tmp_path)
    assert (copy / "snow" / "north").read_bytes() == b"flakes"


@pytest.mark.parametrize("by_version", [True, False])
def test_what_was_replaced_is_never_taken_for_what_was_recorded(
    bucket: Bucket, by_version: bool, tmp_path: Path
) -> None:
    uri = bucket.put("rain", b"drops")
    (tmp_path / "same").write_bytes(b"drops")
    found = files.look(uri)
    assert found is not None
    digest = found.version if by_version else digest_file(tmp_path / "same")
    bucket.put("rain", b"other")
    with pytest.raises(ArtifactError, match="is not what the record says"):
        fetch(uri, digest, tmp_path / "downloads")
    assert not place(uri, digest, tmp_path / "downloads").exists()
    bucket.put("rain", b"drops")
    assert fetch(uri, digest, tmp_path / "downloads").read_bytes() == b"drops"


def test_a_download_that_is_no_longer_wanted_ends_and_leaves_no_copy(bucket: Bucket, tmp_path: Path) -> None:
    uri = bucket.put("rain", b"drops" * 2_000_000)
    found = files.look(uri)
    assert found is not None
    with pytest.raises(files.Stopped):
        fetch(uri, found.version, tmp_path, lambda: True)
    assert not place(uri, found.version, tmp_path).exists()


def test_a_folder_that_holds_nothing_has_a_copy(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    files.upload(tmp_path / "empty", f"{bucket.uri}/empty")
    copy = fetch(f"{bucket.uri}/empty", digest_entries({}), tmp_path / "downloads")
    assert copy.is_dir()
    assert list(copy.iterdir()) == []


def test_what_was_made_here_is_not_downloaded(bucket: Bucket, folder: Path, tmp_path: Path) -> None:
    digest, uri = digest_folder(folder), f"{bucket.uri}/photos"
    files.upload(folder, uri)
    keep(folder, uri, digest, tmp_path / "downloads")
    assert not folder.exists()
    assert digest_folder(fetch(uri, digest, tmp_path / "downloads")) == digest
    assert bucket.downloads() == []
