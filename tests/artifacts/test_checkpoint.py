"""What PyTorch's checkpoints hold, read without PyTorch; and files that only look like some."""

import pickle
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from barograph.artifacts import checkpoint
from barograph.artifacts.checkpoint import CheckpointTensor, NoCheckpoint, is_checkpoint, read_checkpoint


def saved(folder: Path, value: Any) -> Path:
    path = folder / "model.pt"
    torch.save(value, path)
    return path


def archive(folder: Path, content: bytes) -> Path:
    path = folder / "archive.pt"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data.pkl", content)
    return path


class Stranger:
    """A class that who reads the file does not have."""

    def __reduce__(self) -> Any:
        return open, (str(Path("made-by-a-pickle").resolve()), "w")


def test_tensors_and_plain_values_are_told_by_their_names(tmp_path: Path) -> None:
    net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2).half())
    path = saved(
        tmp_path, {"state_dict": net.state_dict(), "epoch": 3, "classes": ["dew", "fog"], "lr": {"start": 0.5}}
    )
    assert is_checkpoint(path)
    found = read_checkpoint(path)
    assert {each.name: each.value for each in found.values} == {"epoch": 3, "classes": ["dew", "fog"], "lr.start": 0.5}
    assert found.tensors[0] == CheckpointTensor("state_dict.0.weight", "float32", (8, 4))
    assert found.tensors[-1] == CheckpointTensor("state_dict.2.bias", "float16", (2,))
    assert (found.tensor_count, found.parameters) == (4, 4 * 8 + 8 + 8 * 2 + 2)


def test_a_whole_network_and_single_tensors_of_any_type_are_understood(tmp_path: Path) -> None:
    assert read_checkpoint(saved(tmp_path, torch.nn.Linear(3, 5))).parameters == 20
    for element in (torch.bfloat16, torch.int64, torch.bool, torch.float64, torch.uint16):
        (tensor,) = read_checkpoint(saved(tmp_path, {"x": torch.zeros(2, 3).to(element)})).tensors
        assert tensor == CheckpointTensor("x", str(element).removeprefix("torch."), (2, 3))


def test_nothing_that_a_checkpoint_names_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = archive(tmp_path, pickle.dumps({"stranger": Stranger(), "epoch": 1}))
    assert [(each.name, each.value) for each in read_checkpoint(path).values] == [("epoch", 1)]
    assert not Path("made-by-a-pickle").exists()


def test_what_holds_itself_is_read_once(tmp_path: Path) -> None:
    endless: dict[str, Any] = {"epoch": 1}
    endless["again"] = endless
    assert [each.name for each in read_checkpoint(archive(tmp_path, pickle.dumps(endless))).values] == ["epoch"]


def test_what_is_no_checkpoint_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "text"
    text.write_text("PK no archive")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("readme.txt", "hello")
    assert not is_checkpoint(text)
    assert not is_checkpoint(tmp_path / "other.zip")
    with pytest.raises(NoCheckpoint, match="BadZipFile"):
        read_checkpoint(text)
    # A text in so many lists that every one of them would be looked at by itself.
    many: Any = ["x", 1, None]
    for _ in range(10):
        many = [many] * 10
    with pytest.raises(NoCheckpoint, match="more parts"):
        read_checkpoint(archive(tmp_path, pickle.dumps(many)))
    monkeypatch.setattr(checkpoint, "LARGEST", 3)
    with pytest.raises(NoCheckpoint, match="more than is read"):
        read_checkpoint(archive(tmp_path, pickle.dumps({"epoch": 1})))


@given(content=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = archive(tmp_path_factory.mktemp("bytes"), pickle.dumps({"a": 1})[:-1] + content)
    with suppress(NoCheckpoint):
        read_checkpoint(path)
