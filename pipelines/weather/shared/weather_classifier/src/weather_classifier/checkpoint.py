"""A trained classifier as a file.

The file is what ``torch.save`` makes of one dictionary of tensors, texts and numbers: the state dict, and all that
is needed to rebuild the network and its preprocessing with no download. The same classifier gives the same bytes.
"""

import io
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from weather_classifier.backbones import Classifier, build_classifier, find_backbone
from weather_classifier.errors import CheckpointError
from weather_classifier.preprocess import Preprocess, Preprocessing

FORMAT = "weather-classifier/2"
TRUNK = "trunk.network."
"""What the names of a trunk's tensors begin with in a classifier's state dict; then come torchvision's own."""


@dataclass(frozen=True)
class Checkpoint:
    """A classifier and what it was made from.

    Attributes:
        network: in evaluation mode, on the CPU when it was loaded.
        model: name of its backbone.
        classes: in the order of its outputs.
        preprocessing: what comes before it.
        seed: random seed of the training.
        best_epoch: epoch whose weights these are, counted from 1.
        weights_sha256: of the file that the trunk started from; empty where there was none.
    """

    network: Classifier
    model: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    seed: int
    best_epoch: int
    weights_sha256: str

    def preprocess(self) -> Preprocess:
        """The preprocessing as a module."""
        return Preprocess(self.preprocessing).eval()


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write a classifier to a file."""
    # The file also holds how tensors lie in memory, which is no part of a classifier.
    state = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in checkpoint.network.state_dict().items()
    }
    content = io.BytesIO()
    # Into memory first: given a path, torch.save would write the file's name into the file.
    torch.save(
        {
            "format": FORMAT,
            "model": checkpoint.model,
            "classes": list(checkpoint.classes),
            "preprocessing": asdict(checkpoint.preprocessing),
            "seed": checkpoint.seed,
            "best_epoch": checkpoint.best_epoch,
            "weights_sha256": checkpoint.weights_sha256,
            "state_dict": state,
        },
        content,
    )
    path.write_bytes(content.getvalue())


def load_checkpoint(path: Path | str) -> Checkpoint:
    """Rebuild a classifier from its file; nothing is downloaded and no code in the file is run.

    Raises:
        CheckpointError: the file is missing or is not a checkpoint.
        ModelError: its backbone is one that this version does not know.
    """
    try:
        loaded: Any = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} is missing; give the torch_model of a training run") from error
    # The unpickler raises whatever the bytes make it raise.
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise CheckpointError(f"{path} is not a checkpoint: PyTorch can't load it safely ({reason})") from error
    if not isinstance(loaded, dict) or loaded.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} is not a checkpoint of the format {FORMAT}; give the torch_model of a training run"
        )
    network = build_classifier(find_backbone(loaded["model"]), len(loaded["classes"]))
    network.load_state_dict(loaded["state_dict"])
    return Checkpoint(
        network=network,
        model=loaded["model"],
        classes=tuple(loaded["classes"]),
        preprocessing=Preprocessing(**loaded["preprocessing"]),
        seed=loaded["seed"],
        best_epoch=loaded["best_epoch"],
        weights_sha256=loaded["weights_sha256"],
    )
