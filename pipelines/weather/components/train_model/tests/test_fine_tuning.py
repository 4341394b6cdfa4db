"""More than the head learns: only what was asked for, the better for it, and the same on any number of cores."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from train_model import fine_tuning
from train_model.epochs import Progress, loss_and_accuracy
from train_model.fine_tuning import Material, fine_tune
from train_model.parameters import Parameters
from train_model.pictures import Pictures
from weather_classifier.backbones import Classifier, build_classifier, find_backbone
from weather_classifier.errors import ModelError
from weather_classifier.preprocess import Preprocess

BACKBONE = find_backbone("mobilenet_v3_small")
PREPROCESS = Preprocess(BACKBONE.preprocessing(64)).eval()
CPU = torch.device("cpu")
PHOTOS, VALIDATION = 24, 8


@pytest.fixture(scope="module")
def material() -> Iterator[Material]:
    """Two classes: stripes that lie and stripes that stand, in any two colours."""
    random = np.random.default_rng(0)

    def stripes(number: int) -> np.ndarray:
        colours = random.integers(0, 256, (2, 3), dtype=np.uint8)
        lying = colours[np.broadcast_to((np.arange(80) // 8 % 2)[:, None], (80, 80))]
        return lying if number % 2 else lying.transpose(1, 0, 2)

    with Pictures() as pictures, Pictures() as validation:
        pictures.keep(map(stripes, range(PHOTOS)))
        validation.keep(map(stripes, range(VALIDATION)))
        yield Material(pictures, torch.arange(PHOTOS) % 2, validation, torch.arange(VALIDATION) % 2)


def classifier() -> Classifier:
    torch.manual_seed(1)
    return build_classifier(BACKBONE, 2)


def tuned(material: Material, **change: object) -> tuple[Classifier, torch.Tensor, Progress]:
    given = {"epochs": 2, "batch_size": 12, "train_layers": "all", "image_size": 64} | change
    parameters = Parameters(**given)  # type: ignore[arg-type]
    network = classifier()
    trained = BACKBONE.last_parameters(network.trunk, parameters.blocks)
    return fine_tune(network, trained, material, PREPROCESS, parameters, CPU, lambda line: None)


def changed(network: Classifier) -> set[str]:
    """The names of the parameters that are no longer as they were."""
    before = dict(classifier().named_parameters())
    return {name for name, value in network.named_parameters() if not torch.equal(value, before[name])}


def test_it_learns_and_keeps_its_best_epoch(material: Material) -> None:
    network, logits, progress = tuned(material, epochs=12, augmentation="none", learning_rate=0.02)
    assert progress.epochs[-1].train_loss < progress.epochs[0].train_loss
    assert progress.best.validation_loss == min(epoch.validation_loss for epoch in progress.epochs)
    loss, accuracy = loss_and_accuracy(logits, material.validation_labels)
    assert (loss, accuracy) == (progress.best.validation_loss, progress.best.validation_accuracy)
    pictures = [torch.from_numpy(material.validation[number]).unsqueeze(0) for number in range(VALIDATION)]
    with torch.no_grad():
        assert torch.allclose(network(torch.cat([PREPROCESS(each) for each in pictures])), logits, atol=1e-4)


@pytest.mark.parametrize("blocks", [1, 2])
def test_of_the_trunk_only_its_last_blocks_are_trained(material: Material, blocks: int) -> None:
    network, _, _ = tuned(material, train_layers=f"last:{blocks}")
    names = {name.removeprefix("trunk.network.") for name in changed(network)}
    stages = {".".join(name.split(".")[:2]) for name in names if name.startswith("features.")}
    assert stages == {f"features.{number}" for number in range(13 - blocks, 13)}
    assert {"head.weight", "head.bias"} <= names


def test_all_of_it_can_be_trained(material: Material) -> None:
    network, _, _ = tuned(material)
    assert changed(network) == {name for name, _ in network.named_parameters()}


def test_more_blocks_than_there_are_are_refused() -> None:
    with pytest.raises(ModelError, match="has 13 blocks, not 14"):
        BACKBONE.last_parameters(classifier().trunk, 14)


@pytest.mark.parametrize(("augmentation", "precision"), [("none", "full"), ("mixing", "full"), ("mixing", "mixed")])
def test_the_number_of_cores_changes_no_bit(
    material: Material, augmentation: str, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for cores in (1, 3):
        monkeypatch.setattr(fine_tuning, "cores", lambda cores=cores: cores)
        network, logits, progress = tuned(material, augmentation=augmentation, precision=precision)
        made.append((network.state_dict(), logits, progress.epochs))
    (one, one_logits, one_epochs), (three, three_logits, three_epochs) = made
    assert torch.equal(one_logits, three_logits)
    assert one_epochs == three_epochs
    assert all(torch.equal(one[name], three[name]) for name in one)


def test_mixed_precision_learns_nearly_the_same(material: Material) -> None:
    (full, _, exact), (mixed, logits, rounded) = (
        tuned(material, epochs=6, augmentation="none", learning_rate=0.02, precision=each) for each in ("full", "mixed")
    )
    assert not torch.equal(full.head.weight, mixed.head.weight)
    assert mixed.head.weight.dtype == logits.dtype == torch.float32
    assert rounded.best.validation_loss == pytest.approx(exact.best.validation_loss, abs=0.02)


def test_another_seed_gives_another_network(material: Material) -> None:
    one, other = (tuned(material, random_seed=seed)[0].head.weight for seed in (1, -2))
    assert not torch.equal(one, other)


def test_what_it_is_given_stays_as_it_is(material: Material) -> None:
    network = classifier()
    trained = BACKBONE.last_parameters(network.trunk)
    parameters = Parameters(epochs=1, train_layers="all", image_size=64)
    fine_tune(network, trained, material, PREPROCESS, parameters, CPU, lambda line: None)
    assert not changed(network)
