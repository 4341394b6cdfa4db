"""Promoted models are kept whole, under names of their own, and one file says which is the current one."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from eval_model.current import check_address, keep, read_current
from eval_model.errors import DestinationError
from weather_classifier.files import read_bytes

from tests.emulators import amazon, google, new_bucket

__all__ = ["amazon", "google"]


@pytest.fixture(params=["path", "file", "google", "amazon"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address of each kind, at which there is nothing yet."""
    if request.param in ("path", "file"):
        return f"{'file://' if request.param == 'file' else ''}{tmp_path}/models/weather"
    return f"{new_bucket(request.getfixturevalue(request.param), monkeypatch).uri}/weather"


def test_what_is_kept_is_read_back_and_a_newer_one_takes_its_place(folder: str) -> None:
    assert read_current(folder) is None
    first = keep(folder, b"onnx one", b"torch one")
    assert read_current(folder) == first
    second = keep(folder, b"onnx two", b"torch two")
    assert read_current(folder) == second != first
    for model, number in ((first, b"one"), (second, b"two")):
        assert read_bytes(f"{folder}/{model.onnx_model.file}") == b"onnx " + number
        assert read_bytes(f"{folder}/{model.torch_model.file}") == b"torch " + number


def test_current_json_says_what_a_reader_needs(tmp_path: Path) -> None:
    model = keep(str(tmp_path), b"onnx", b"torch")
    written = json.loads((tmp_path / "current.json").read_text())
    assert list(written) == ["format", "onnx_model", "torch_model"]
    assert written["onnx_model"] == {
        "file": model.onnx_model.file,
        "sha256": hashlib.sha256(b"onnx").hexdigest(),
        "size": 4,
    }
    assert model.onnx_model.file == f"model-{model.onnx_model.sha256[:16]}.onnx"
    assert (tmp_path / Path(model.torch_model.file).with_suffix(".json")).read_bytes() == model.content()


def test_an_earlier_model_comes_back_by_copying_one_file(tmp_path: Path) -> None:
    first = keep(str(tmp_path), b"onnx one", b"torch one")
    keep(str(tmp_path), b"onnx two", b"torch two")
    earlier = tmp_path / Path(first.torch_model.file).with_suffix(".json")
    (tmp_path / "current.json").write_bytes(earlier.read_bytes())
    assert read_current(str(tmp_path)) == first


def test_the_current_model_is_not_written_again(tmp_path: Path) -> None:
    keep(str(tmp_path), b"onnx", b"torch")
    for file in tmp_path.iterdir():
        file.chmod(0o400)
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    keep(str(tmp_path), b"onnx", b"torch")
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("writes", range(4))
def test_a_promotion_that_breaks_off_leaves_the_current_model_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    first = keep(str(tmp_path), b"onnx one", b"torch one")
    files = set(tmp_path.iterdir())
    done: list[int] = []

    def sync(descriptor: int) -> None:
        if len(done) == writes:
            raise OSError("no space left")
        done.append(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(DestinationError, match=r"can't be written: no space left"):
        keep(str(tmp_path), b"onnx two", b"torch two")
    assert read_current(str(tmp_path)) == first
    left = {file.name for file in set(tmp_path.iterdir()) - files}
    assert len(left) == writes
    assert not [name for name in left if name.startswith(".")]
    monkeypatch.undo()
    assert read_current(str(tmp_path)) != keep(str(tmp_path), b"onnx two", b"torch two")


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[1]", '{"format": "another"}', '{"format": "weather-current/1", "onnx_model": 1, "torch_model": 2}'],
)
def test_what_is_no_current_json_is_refused_and_not_replaced(tmp_path: Path, content: str) -> None:
    (tmp_path / "current.json").write_text(content)
    with pytest.raises(DestinationError, match=r"current\.json is not of the format weather-current/1"):
        keep(str(tmp_path), b"onnx", b"torch")
    assert [file.name for file in tmp_path.iterdir()] == ["current.json"]


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    model = keep(str(tmp_path), b"onnx", b"torch")
    file = tmp_path / "current.json"
    file.write_text(file.read_text().replace(model.torch_model.file, "../other.pt"))
    with pytest.raises(DestinationError, match=r"\.\./other\.pt is no file's name"):
        read_current(str(tmp_path))


def test_an_address_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DestinationError, match=rf"^{tmp_path}/file/model-\w+\.onnx can't be written: "):
        keep(f"{tmp_path}/file", b"onnx", b"torch")
    with pytest.raises(DestinationError, match=r"^no-such-scheme://x/current\.json can't be read: .*no-such-scheme"):
        keep("no-such-scheme://x", b"onnx", b"torch")


def test_a_relative_path_is_refused() -> None:
    with pytest.raises(DestinationError, match="destination 'models' is a relative path"):
        check_address("destination", "models")
    assert check_address("destination", "gs://bucket/models/") == "gs://bucket/models"
