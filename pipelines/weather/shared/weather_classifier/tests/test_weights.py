"""What a trunk can start from, and what is said when it can't."""

import hashlib
import os
from pathlib import Path

import pytest
import torch
from weather_classifier.backbones import Classifier, build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint, save_checkpoint
from weather_classifier.errors import WeightsError
from weather_classifier.weights import load_weights

SMALL = find_backbone("mobilenet_v3_small")


def network(seed: int) -> Classifier:
    torch.manual_seed(seed)
    return build_classifier(SMALL, 3)


@pytest.fixture
def trunk_file(tmp_path: Path) -> Path:
    path = tmp_path / "trunk.pth"
    torch.save(network(1).trunk.network.state_dict(), path)
    return path


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_the_weights_of_a_trunk_are_loaded(trunk_file: Path, prefix: str) -> None:
    trunk = network(2).trunk
    loaded = load_weights(trunk, SMALL, f"{prefix}{trunk_file}")
    assert same(trunk, network(1).trunk)
    assert (len(loaded.loaded), loaded.missing, loaded.unused) == (len(trunk.state_dict()), (), ())
    assert loaded.sha256 == hashlib.sha256(trunk_file.read_bytes()).hexdigest()
    assert loaded.sha256 in loaded.describe()


def test_of_a_whole_network_the_head_is_not_used(tmp_path: Path) -> None:
    state = {**network(1).trunk.network.state_dict(), "classifier.3.weight": torch.zeros(1000, 1024)}
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "full.pth")
    trunk = network(2).trunk
    loaded = load_weights(trunk, SMALL, str(tmp_path / "full.pth"))
    assert loaded.unused == ("classifier.3.weight",)
    assert "classifier.3.weight" in loaded.describe()
    assert same(trunk, network(1).trunk)


def test_a_checkpoint_of_our_own_can_be_started_from(tmp_path: Path) -> None:
    checkpoint = Checkpoint(network(1), SMALL.name, ("a", "b", "c"), SMALL.preprocessing(), 1, 1, "")
    save_checkpoint(checkpoint, tmp_path / "model")
    trunk = network(2).trunk
    loaded = load_weights(trunk, SMALL, str(tmp_path / "model"))
    assert same(trunk, network(1).trunk)
    assert loaded.unused == ("scaling.centre", "scaling.factor", "head.weight", "head.bias")


def test_what_a_file_does_not_have_is_recorded(tmp_path: Path) -> None:
    state = network(1).trunk.network.state_dict()
    del state["features.0.0.weight"]
    torch.save(state, tmp_path / "part.pth")
    assert load_weights(network(2).trunk, SMALL, str(tmp_path / "part.pth")).missing == ("features.0.0.weight",)


def test_none_leaves_the_trunk_as_the_seed_made_it() -> None:
    trunk = network(1).trunk
    loaded = load_weights(trunk, SMALL, "none")
    assert same(trunk, network(1).trunk)
    assert (loaded.sha256, loaded.loaded) == ("", ())
    assert "no pretrained weights" in loaded.describe()


def test_another_shape_is_an_error_that_names_the_tensor(trunk_file: Path, tmp_path: Path) -> None:
    state = torch.load(trunk_file, weights_only=True)
    state["features.0.0.weight"] = torch.zeros(8, 3, 3, 3)
    torch.save(state, tmp_path / "odd.pth")
    with pytest.raises(
        WeightsError, match=r"features\.0\.0\.weight has shape \(8, 3, 3, 3\), .* needs \(16, 3, 3, 3\)"
    ):
        load_weights(network(2).trunk, SMALL, str(tmp_path / "odd.pth"))


def test_weights_of_another_network_are_refused(trunk_file: Path) -> None:
    resnet = find_backbone("resnet18")
    with pytest.raises(WeightsError, match=r"none of its \d+ tensors .* belongs to resnet18"):
        load_weights(build_classifier(resnet, 3).trunk, resnet, str(trunk_file))


def test_a_missing_file_is_named_with_its_whole_path() -> None:
    with pytest.raises(WeightsError, match=r"'no/such\.pth': there is no such file \(/.*/no/such\.pth\)"):
        load_weights(network(1).trunk, SMALL, "no/such.pth")


def test_an_address_that_can_not_be_read_is_an_error() -> None:
    with pytest.raises(WeightsError, match=r"'no-such-scheme://x/y' can't be read: .*no-such-scheme"):
        load_weights(network(1).trunk, SMALL, "no-such-scheme://x/y")


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("exit 1",)


@pytest.mark.parametrize(
    "content",
    [b"", b"words", {"a": Harmful()}, [1, 2], {"a": 1}, {}],
    ids=["nothing", "words", "code", "a list", "a number", "no tensors"],
)
def test_what_is_no_state_dict_is_refused_and_not_run(content: object, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(WeightsError, match=r"weights\.pth' is no state dict"):
        load_weights(network(1).trunk, SMALL, str(path))


def test_imagenet_weights_come_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    torch.save(network(1).trunk.network.state_dict(), folder / "mobilenet_v3_small-047dcff4.pth")
    trunk = network(2).trunk
    assert load_weights(trunk, SMALL, "imagenet").sha256
    assert same(trunk, network(1).trunk)


def test_a_failed_download_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(WeightsError) as caught:
        load_weights(network(1).trunk, SMALL, "imagenet")
    message = str(caught.value)
    for part in ("mobilenet_v3_small-047dcff4.pth", str(tmp_path / "hub" / "checkpoints"), "TORCH_HOME", "to none"):
        assert part in message
