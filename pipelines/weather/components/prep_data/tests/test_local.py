import os
from collections.abc import Callable
from pathlib import Path

import pytest
from prep_data.errors import ParameterError, SourceChangedError, SourceError
from prep_data.fingerprint import fingerprint_source
from prep_data.source import open_source


def names(folder: Path) -> list[str]:
    return [file.name for file in open_source(str(folder)).files()]


def test_a_folder_is_listed_sorted_with_deeper_folders_in_the_name(folder: Path, contents: dict[str, bytes]) -> None:
    files = open_source(str(folder)).files()
    assert [file.name for file in files] == sorted(contents)
    assert {file.name: file.label for file in files}["snow/north/0.jpg"] == "snow"
    assert [file.size for file in files] == [len(contents[name]) for name in sorted(contents)]


def test_hidden_files_and_litter_are_ignored(folder: Path, contents: dict[str, bytes]) -> None:
    (folder / ".sample.json").write_text("{}")
    (folder / ".cache").mkdir()
    (folder / ".cache" / "1.jpg").write_text("x")
    (folder / "rain" / ".DS_Store").write_text("x")
    (folder / "rain" / "Thumbs.db").write_text("x")
    assert names(folder) == sorted(contents)


def test_a_file_uri_and_a_home_folder_are_sources(
    folder: Path, contents: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    assert len(open_source(f"file://{folder}").files()) == len(contents)
    assert len(open_source("~/photos").files()) == len(contents)


def test_a_source_that_is_itself_a_link_is_followed(folder: Path, contents: dict[str, bytes]) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert names(link) == sorted(contents)


def test_a_link_to_a_photo_inside_the_source_is_a_photo(folder: Path) -> None:
    (folder / "rain" / "again.jpg").symlink_to(folder / "rain" / "1.jpg")
    assert "rain/again.jpg" in names(folder)


def test_a_link_out_of_the_source_is_refused(folder: Path) -> None:
    outside = folder.parent / "secret.jpg"
    outside.write_bytes(b"x")
    (folder / "rain" / "link.jpg").symlink_to(outside)
    with pytest.raises(SourceError, match=r"rain/link\.jpg is a link that leads out of the source"):
        names(folder)


def test_a_link_to_a_folder_of_a_like_name_outside_is_refused(folder: Path) -> None:
    (folder.parent / "photos-of-others").mkdir()
    (folder / "hail").symlink_to(folder.parent / "photos-of-others")
    with pytest.raises(SourceError, match="hail is a link that leads out of the source"):
        names(folder)


def test_a_link_in_a_circle_is_refused(folder: Path) -> None:
    (folder / "rain" / "up").symlink_to(folder)
    with pytest.raises(SourceError, match="rain/up is a link to another folder"):
        names(folder)


def test_a_link_to_nothing_is_refused(folder: Path) -> None:
    (folder / "rain" / "gone.jpg").symlink_to(folder / "rain" / "nothing.jpg")
    with pytest.raises(SourceError, match=r"rain/gone\.jpg is a link to nothing"):
        names(folder)


def test_a_pipe_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "rain" / "pipe")
    with pytest.raises(SourceError, match="rain/pipe is no regular file"):
        names(folder)


def test_a_name_that_is_not_unicode_is_refused(folder: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(folder / "rain") + b"/\xff.jpg")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has no such names")
    with pytest.raises(SourceError, match="not valid Unicode"):
        names(folder)


@pytest.mark.parametrize(
    ("data_uri", "message"),
    [
        ("photos", "relative path"),
        ("./photos", "relative path"),
        ("", "is empty"),
        ("https://example.org/photos", "https:// is not supported"),
        ("~nobody-of-that-name/photos", "home directory"),
    ],
)
def test_what_can_be_no_source_is_refused(data_uri: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        open_source(data_uri)


def test_a_missing_folder_a_file_and_an_empty_folder_are_named(folder: Path) -> None:
    (folder.parent / "empty").mkdir()
    for path, message in (
        (folder / "nowhere", "nowhere does not exist"),
        (folder / "rain" / "1.jpg", r"1\.jpg is a file"),
        (folder.parent / "empty", "is empty"),
        (folder / "rain", "lies directly in the source"),
    ):
        with pytest.raises(SourceError, match=message):
            names(path)


def test_a_file_that_changed_or_went_after_the_listing_is_a_change(folder: Path) -> None:
    source = open_source(str(folder))
    first, second, *_ = source.files()
    (folder / first.name).write_bytes(b"longer than it was" * 1000)
    (folder / second.name).unlink()
    for file in (first, second):
        with pytest.raises(SourceChangedError, match=file.name):
            source.read(file)


def test_the_fingerprint_depends_on_names_and_contents_only(
    folder: Path, contents: dict[str, bytes], tmp_path: Path, make_photo: Callable[..., bytes]
) -> None:
    before = fingerprint_source(str(folder))
    assert before.startswith("sha256:")
    os.utime(folder / "rain" / "1.jpg", (1, 1))
    elsewhere = tmp_path / "elsewhere"
    folder.rename(elsewhere)
    assert fingerprint_source(str(elsewhere)) == before

    photo = elsewhere / "rain" / "1.jpg"
    photo.write_bytes(contents["rain/2.jpg"])
    replaced = fingerprint_source(str(elsewhere))
    photo.rename(elsewhere / "rain" / "renamed.jpg")
    renamed = fingerprint_source(str(elsewhere))
    (elsewhere / "rain" / "new.jpg").write_bytes(make_photo(999))
    assert len({before, replaced, renamed, fingerprint_source(str(elsewhere))}) == 4


def test_the_fingerprint_notices_a_change_that_keeps_size_and_time(folder: Path, contents: dict[str, bytes]) -> None:
    before = fingerprint_source(str(folder))
    photo = folder / "dew" / "1.jpg"
    status = photo.stat()
    photo.write_bytes(contents["dew/2.jpg"])
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert photo.stat().st_size == status.st_size
    assert fingerprint_source(str(folder)) != before
