"""Models for the tests of this component."""

from pathlib import Path

import pytest
import torch
from train_model.onnx_network import export_network
from train_model.onnx_preprocessing import with_preprocessing
from weather_classifier.backbones import build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint, save_checkpoint

CLASSES = ("dew", "rain", "snow")


def classifier(seed: int, classes: tuple[str, ...] = CLASSES) -> Checkpoint:
    torch.manual_seed(seed)
    backbone = find_backbone("mobilenet_v3_small")
    network = build_classifier(backbone, len(classes))
    # Strong enough for scores to differ from photo to photo.
    torch.nn.init.normal_(network.head.weight, std=2)
    return Checkpoint(network, backbone.name, classes, backbone.preprocessing(), seed, 1, "")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a PyTorch model, the ONNX models made from it, and PyTorch models that it was not made from."""
    folder = tmp_path_factory.mktemp("models")
    checkpoint = classifier(1)
    save_checkpoint(checkpoint, folder / "torch_model")
    save_checkpoint(classifier(2), folder / "stranger")
    save_checkpoint(classifier(1, ("a", "b", "c")), folder / "other_classes")
    network = export_network(checkpoint)
    (folder / "onnx_model").write_bytes(network.SerializeToString())
    (folder / "with_transform").write_bytes(with_preprocessing(network, checkpoint).SerializeToString())
    strange = with_preprocessing(network, classifier(1, ("a", "b", "c")))
    (folder / "with_other_classes").write_bytes(strange.SerializeToString())
    return folder
