"""A classifier survives its file, and the file is the same every time."""

from pathlib import Path

import pytest
import torch
from weather_classifier.backbones import build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from weather_classifier.errors import CheckpointError


def make(seed: int) -> Checkpoint:
    torch.manual_seed(seed)
    backbone = find_backbone("mobilenet_v3_small")
    return Checkpoint(
        build_classifier(backbone, 2), backbone.name, ("rain", "snow"), backbone.preprocessing(), seed, 3, "abc"
    )


def test_what_was_saved_is_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", "/nowhere")
    saved = make(1)
    save_checkpoint(saved, tmp_path / "model")
    loaded = load_checkpoint(tmp_path / "model")
    for field in ("model", "classes", "preprocessing", "seed", "best_epoch", "weights_sha256"):
        assert getattr(loaded, field) == getattr(saved, field)
    image = torch.zeros(1, 3, 32, 32)
    assert torch.equal(loaded.network(image), saved.network(image))
    assert not loaded.network.training


def test_the_file_does_not_depend_on_its_name_or_on_how_tensors_lie_in_memory(tmp_path: Path) -> None:
    save_checkpoint(make(1), tmp_path / "one")
    other = make(1)
    other.network.to(memory_format=torch.channels_last)
    (tmp_path / "folder").mkdir()
    save_checkpoint(other, tmp_path / "folder" / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "folder" / "two").read_bytes()


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is missing"):
        load_checkpoint(tmp_path / "none")
    (tmp_path / "words").write_text("words")
    with pytest.raises(CheckpointError, match="is not a checkpoint"):
        load_checkpoint(tmp_path / "words")
    torch.save({"a": torch.zeros(1)}, tmp_path / "other")
    with pytest.raises(CheckpointError, match="is not a checkpoint of the format"):
        load_checkpoint(tmp_path / "other")
