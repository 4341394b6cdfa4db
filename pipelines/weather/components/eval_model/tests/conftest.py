"""Small classifiers for the tests of this component."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from weather_classifier.backbones import build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint, save_checkpoint


@pytest.fixture
def checkpoint(tmp_path: Path) -> Callable[..., Path]:
    """Writes an untrained classifier of such classes; another seed makes another one."""

    def write(*classes: str, name: str = "model", seed: int = 1) -> Path:
        torch.manual_seed(seed)
        backbone = find_backbone("mobilenet_v3_small")
        network = build_classifier(backbone, len(classes))
        save_checkpoint(
            Checkpoint(network, backbone.name, classes, backbone.preprocessing(), seed, 1, ""), tmp_path / name
        )
        return tmp_path / name

    return write
