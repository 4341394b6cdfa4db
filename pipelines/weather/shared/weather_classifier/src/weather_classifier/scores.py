"""A classifier's scores for photos."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import nn
from weather_splits import Split

from weather_classifier.checkpoint import Checkpoint
from weather_classifier.decode import RgbImage
from weather_classifier.errors import ClassifierError
from weather_classifier.stream import BATCH, run_batches

T = TypeVar("T")


class Scores(nn.Module):
    """A classifier with softmax: (N, 3, size, size) preprocessed photos -> (N, classes) scores that sum to 1."""

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(N, 3, size, size) -> (N, classes)."""
        return torch.softmax(self.classifier(images), dim=1)


def split_scores(
    checkpoint: Checkpoint,
    split: Split,
    device: torch.device,
    look: Callable[[RgbImage], T],
    *,
    batch_size: int = BATCH,
    report: Callable[[str], None] = print,
) -> Iterator[tuple[torch.Tensor, list[T]]]:
    """Scores of the photos of a split, batch by batch; see ``run_batches`` for what it takes and raises.

    Photos are decoded at full size.

    Returns:
        For each batch its (N, classes) float32 scores, classes in the order of the checkpoint, and what ``look``
        made of each of the N photos; photos come in the order of ``split.entries``.

    Raises:
        ClassifierError: the split has no photo.
    """
    if not len(split):
        raise ClassifierError(f"the split {split.directory.name} has no photo; give more photos or a larger ratio")
    network = Scores(checkpoint.network).eval()
    return run_batches(network, checkpoint.preprocess(), split, device, look, batch_size=batch_size, report=report)
