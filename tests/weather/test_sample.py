import hashlib
import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from weather.sample import SampleError, folder, write_sample
from weather.sample.camera import photo
from weather.sample.folder import FEWEST, MARKER, counts
from weather.sample.scenes import SCENES

CLASSES = ["dew", "fogsmog", "frost", "glaze", "hail", "lightning", "rain", "rainbow", "rime", "sandstorm", "snow"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample") / "photos"
    assert write_sample(directory, seed=3, photos=77)
    return directory


def digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*.jpg"))
    }


def test_a_sample_has_eleven_classes_of_unequal_size(sample: Path) -> None:
    found = Counter(path.parent.name for path in sample.rglob("*.jpg"))
    assert sorted(found) == CLASSES
    assert found.total() == 77
    assert dict(found) == counts(77)
    assert max(found.values()) > min(found.values())


def test_a_sample_has_the_oddities_of_real_sets(sample: Path) -> None:
    kinds, longest = set(), set()
    for path in sample.rglob("*.jpg"):
        with Image.open(path) as image:
            image.load()
            kinds.add((image.format, image.mode))
            longest.add(max(image.size))
    assert {("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P")} <= kinds
    assert {"GIF", "BMP"} <= {kind for kind, _ in kinds}
    assert (min(longest), max(longest)) == (120, 1600)


def test_a_full_sample_has_exact_copies_within_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "photo", lambda rng, scene, number: f"{number} {rng.random()}".encode())
    monkeypatch.setattr(folder, "ProcessPoolExecutor", lambda *_, **__: ThreadPoolExecutor(2))
    write_sample(tmp_path / "sample")
    found = digests(tmp_path / "sample")
    assert len(found) == 440
    classes: dict[str, set[str]] = {}
    for name, digest in found.items():
        classes.setdefault(digest, set()).add(name.split("/")[0])
    assert all(len(labels) == 1 for labels in classes.values())
    assert 10 <= len(found) - len(classes) <= 44


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(sample: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "again", seed=3, photos=77)
    assert digests(tmp_path / "again") == digests(sample)
    write_sample(tmp_path / "other", seed=4, photos=55)
    assert not set(digests(tmp_path / "other").values()) & set(digests(sample).values())


def test_a_sample_that_is_there_is_left_alone(sample: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in sample.rglob("*")}
    assert not write_sample(sample, seed=3, photos=77)
    assert {path: path.stat().st_mtime_ns for path in sample.rglob("*")} == before


def test_the_marker_is_hidden_and_nothing_else_lies_beside_the_classes(sample: Path) -> None:
    assert sorted(path.name for path in sample.iterdir()) == sorted([MARKER, *CLASSES])
    assert MARKER.startswith(".")
    assert [path.name for path in sample.parent.iterdir()] == [sample.name]


def test_a_sample_of_other_parameters_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def draw(made: Path, seed: int, photos: int) -> None:
        drawn.append((seed, photos))
        made.mkdir()
        (made / "photo.jpg").write_text(f"{seed} {photos}")

    monkeypatch.setattr(folder, "_draw", draw)
    target = tmp_path / "deep" / "sample"
    for seed, photos in ((0, 100), (0, 100), (1, 100), (1, 101)):
        write_sample(target, seed, photos)
    assert drawn == [(0, 100), (1, 100), (1, 101)]
    assert (target / "photo.jpg").read_text() == "1 101"
    assert [path.name for path in target.parent.iterdir()] == ["sample"]


def test_an_interrupted_sample_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(made: Path, seed: int, photos: int) -> None:
        made.mkdir()
        (made / "half.jpg").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "_draw", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path / "sample")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_someone_elses_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.jpg").write_text("mine")
    with pytest.raises(SampleError, match="is no sample"):
        write_sample(tmp_path)
    assert (tmp_path / "mine.jpg").read_text() == "mine"


def test_too_few_photos_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match=f"at least {FEWEST} photos"):
        write_sample(tmp_path / "sample", photos=FEWEST - 1)


@pytest.mark.parametrize("label", CLASSES)
def test_each_scene_can_be_painted_small_and_narrow(label: str) -> None:
    for size in ((120, 90), (68, 120), (40, 40)):
        picture = SCENES[label](np.random.default_rng(5), size)
        assert picture.shape == (size[1], size[0], 3)
        assert np.isfinite(picture).all()
        assert picture.std() > 0.01


def test_a_photo_is_drawn_from_its_random_numbers_only() -> None:
    first, second = (photo(np.random.default_rng(1), SCENES["rain"], 0) for _ in range(2))
    assert first == second
    with Image.open(io.BytesIO(first)) as image:
        assert image.format == "JPEG"
