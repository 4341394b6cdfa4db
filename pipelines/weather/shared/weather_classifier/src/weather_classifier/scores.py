"""A classifier's scores for photos."""

from collections.abc import Callable

import torch
from torch import nn
from weather_splits import Split

from weather_classifier.checkpoint import Checkpoint
from weather_classifier.errors import ClassifierError
from weather_classifier.stream import BATCH, run_network


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
    *,
    shorter_side: int | None = None,
    batch_size: int = BATCH,
    report: Callable[[str], None] = print,
) -> torch.Tensor:
    """Scores of every photo of a split; see ``run_network`` for what it takes and raises.

    Returns:
        (photos, classes) float32; photos in the order of ``split.entries``, classes in that of the checkpoint.

    Raises:
        ClassifierError: the split has no photo.
    """
    if not len(split):
        raise ClassifierError(f"the split {split.directory.name} has no photo; give more photos or a larger ratio")
    network = Scores(checkpoint.network).eval()
    return run_network(
        network,
        checkpoint.preprocess(),
        split,
        device,
        shorter_side=shorter_side,
        batch_size=batch_size,
        report=report,
    )
