import errno
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from prep_data.errors import ClassError, NoSpaceError, PhotoError, PrepDataError, SourceChangedError
from prep_data.fingerprint import fingerprint_source
from prep_data.local import LocalFolder
from prep_data.snapshot import Snapshot, prepare
from prep_data.source import SourceFile
from prep_data.split import SPLITS, Ratios
from weather_splits import Split, SplitWriter

RATIOS = Ratios(0.6, 0.2, 0.2)
REAL_PHOTOS = Path(__file__).parents[6] / "shared" / "data" / "weather"


def run(folder: Path, out: Path, seed: int = 7, fingerprint: str = "", group_near_duplicates: bool = False) -> Snapshot:
    out.mkdir()
    taken = fingerprint or fingerprint_source(str(folder))
    directories = {split: out / split for split in SPLITS}
    return prepare(str(folder), taken, RATIOS, seed, directories, group_near_duplicates)


def digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*.parquet"))
    }


def test_the_splits_hold_every_photo_once_byte_for_byte(
    folder: Path, contents: dict[str, bytes], tmp_path: Path
) -> None:
    run(folder, tmp_path / "out")
    photos = [photo for split in SPLITS for photo in Split.open(tmp_path / "out" / split).photos()]
    assert {photo.name: photo.image for photo in photos} == contents
    assert len(photos) == len(contents)
    assert {photo.name: photo.label for photo in photos}["snow/north/2.jpg"] == "snow"
    assert Split.open(tmp_path / "out" / "test").classes == ("dew", "rain", "snow")


def test_the_same_source_and_seed_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "one")
    run(folder, tmp_path / "two")
    run(folder, tmp_path / "other-seed", seed=8)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one") != digests(tmp_path / "other-seed")


@pytest.fixture
def alike(tmp_path: Path, make_scene: Callable[..., bytes]) -> Path:
    """A folder of scenes, each of which is there twice, the second time with other bytes; one in another class."""
    root = tmp_path / "alike"
    for label, first in (("rain", 0), ("snow", 100)):
        (root / label).mkdir(parents=True)
        for number in range(first, first + 10):
            (root / label / f"{number}.jpg").write_bytes(make_scene(number))
            (root / label / f"{number}-again.webp").write_bytes(make_scene(number, "WEBP", size=(300, 225)))
    (root / "snow" / "0-wrong.png").write_bytes(make_scene(0, "PNG", size=(200, 150)))
    return root


@pytest.mark.parametrize("group_near_duplicates", [False, True])
def test_the_same_source_gives_the_same_bytes_whatever_the_number_of_threads(
    alike: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group_near_duplicates: bool
) -> None:
    made = []
    for readers in (1, 7):
        monkeypatch.setattr(os, "cpu_count", lambda readers=readers: readers)
        out = tmp_path / f"{readers}"
        snapshot = run(alike, out, group_near_duplicates=group_near_duplicates)
        made.append((digests(out), snapshot.near_duplicates_page, snapshot.metrics()))
    assert made[0] == made[1]


def test_photos_that_look_alike_are_counted_told_and_shown(
    alike: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        snapshot = run(alike, tmp_path / "out")
    metrics = snapshot.metrics()
    assert (metrics["photos"], metrics["duplicates"], metrics["near_duplicates"]) == (41, 0, 41)
    training = {entry.name for entry in Split.open(tmp_path / "out" / "train").entries}
    tested = {entry.name for entry in Split.open(tmp_path / "out" / "test").entries}
    scenes = {name.rpartition("/")[2].rpartition(".")[0].partition("-")[0] for name in training}
    expected = [name for name in tested if name.rpartition("/")[2].rpartition(".")[0].partition("-")[0] in scenes]
    assert metrics["near_duplicates_train_test"] == len(expected) > 0
    assert f"of the test photos {len(expected)} look like a training photo" in caplog.text
    assert "1 group stands in more than one class" in caplog.text
    assert all(name in snapshot.near_duplicates_page for name in expected)


def test_photos_that_look_alike_can_be_made_to_share_a_split(alike: Path, tmp_path: Path) -> None:
    snapshot = run(alike, tmp_path / "out", group_near_duplicates=True)
    metrics = snapshot.metrics()
    assert metrics["near_duplicates"] == 41
    assert metrics["near_duplicates_train_test"] == metrics["near_duplicates_train_validation"] == 0
    for group in snapshot.near_duplicates.groups:
        assert len({snapshot.near_duplicates.splits[photo.name] for photo in group}) == 1


def test_nothing_of_where_photos_lie_is_in_the_page(alike: Path, tmp_path: Path) -> None:
    before = run(alike, tmp_path / "one").near_duplicates_page
    assert before == run(alike.rename(tmp_path / "moved"), tmp_path / "two").near_duplicates_page


def test_metrics_count_photos_by_split_and_class(folder: Path, tmp_path: Path) -> None:
    snapshot = run(folder, tmp_path / "out")
    metrics = snapshot.metrics()
    assert (metrics["photos"], metrics["classes"], metrics["duplicates"]) == (19, 3, 1)
    assert metrics["train"] + metrics["validation"] + metrics["test"] == 19
    assert sum(metrics[f"{split}/rain"] for split in SPLITS) == 6
    for split in SPLITS:
        assert metrics[split] == len(Split.open(tmp_path / "out" / split)) == snapshot.metadata(split)["photos"]


def test_bad_files_are_all_named_and_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    (folder / "rain" / "notes.txt").write_text("not a photo")
    whole = (folder / "rain" / "1.jpg").read_bytes()
    (folder / "rain" / "1.jpg").write_bytes(whole[: len(whole) - 20])
    with pytest.raises(PhotoError) as raised:
        run(folder, tmp_path / "out")
    assert "rain/1.jpg is incomplete or damaged" in str(raised.value)
    assert "rain/notes.txt is no image" in str(raised.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_class_that_is_too_small_leaves_nothing(
    folder: Path, tmp_path: Path, make_photo: Callable[..., bytes]
) -> None:
    (folder / "hail").mkdir()
    (folder / "hail" / "1.jpg").write_bytes(make_photo(999))
    with pytest.raises(ClassError, match="'hail' has 1 photo"):
        run(folder, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_source_that_changed_since_its_fingerprint_is_refused(
    folder: Path, tmp_path: Path, make_photo: Callable[..., bytes]
) -> None:
    taken = fingerprint_source(str(folder))
    (folder / "rain" / "0.jpg").write_bytes(make_photo(999))
    with pytest.raises(SourceChangedError, match=r"the source changed while it was read .*run again"):
        run(folder, tmp_path / "out", fingerprint=taken)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_photo_added_while_the_source_is_read_is_noticed(
    folder: Path, tmp_path: Path, make_photo: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = fingerprint_source(str(folder))
    read = LocalFolder.read

    def read_while_another_writes(self: LocalFolder, file: SourceFile) -> bytes:
        (folder / "rain" / "new.jpg").write_bytes(make_photo(999))
        return read(self, file)

    monkeypatch.setattr(LocalFolder, "read", read_while_another_writes)
    with pytest.raises(SourceChangedError, match="the source changed while it was read"):
        run(folder, tmp_path / "out", fingerprint=taken)


def test_the_same_photo_in_two_classes_is_warned_of_and_kept_together(
    folder: Path, contents: dict[str, bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "snow" / "wrong.jpg").write_bytes(contents["rain/0.jpg"])
    with caplog.at_level(logging.WARNING):
        snapshot = run(folder, tmp_path / "out")
    assert "rain/0.jpg, snow/wrong.jpg" in caplog.text
    assert snapshot.conflicts == (("rain/0.jpg", "snow/wrong.jpg"),)
    homes = [
        split
        for split in SPLITS
        for entry in Split.open(tmp_path / "out" / split).entries
        if entry.name in ("rain/0.jpg", "snow/wrong.jpg")
    ]
    assert len(homes) == 2
    assert len(set(homes)) == 1


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_full_disk_is_told_in_one_line_and_leaves_no_split(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    write_index = SplitWriter._write_index

    def full(self: SplitWriter) -> None:
        if self.directory.name == SPLITS[failing]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_index(self)

    monkeypatch.setattr(SplitWriter, "_write_index", full)
    with pytest.raises(NoSpaceError, match="no space left on the disk"):
        run(folder, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_no_temporary_file_outlives_a_run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    run(folder, tmp_path / "out")
    (folder / "rain" / "notes.txt").write_text("not a photo")
    with pytest.raises(PrepDataError):
        run(folder, tmp_path / "failed")
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not REAL_PHOTOS.is_dir(), reason="the real photos (../shared/data/weather) are not here")
def test_real_photos_are_split_with_copies_together(tmp_path: Path) -> None:
    snapshot = run(REAL_PHOTOS, tmp_path / "out", seed=42)
    splits = [Split.open(tmp_path / "out" / split) for split in SPLITS]
    contents = [{entry.sha256 for entry in split.entries} for split in splits]
    assert sum(len(split) for split in splits) == snapshot.metrics()["photos"] == 2590
    assert snapshot.duplicates > 0
    metrics = snapshot.metrics()
    assert 80 < metrics["near_duplicates"] < 130
    assert metrics["near_duplicates_train_test"] > 0
    assert [[photo.name for photo in group] for group in snapshot.near_duplicates.conflicts()] == [
        ["fogsmog/4283.jpg", "sandstorm/2964.jpg"]
    ]
    assert not contents[0] & contents[1]
    assert not contents[0] & contents[2]
    assert not contents[1] & contents[2]
