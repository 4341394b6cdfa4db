"""Training the weather model as the pipeline's component does."""

import time
from pathlib import Path
from typing import Any

import torch
from train_model.parameters import Parameters
from train_model.training import train
from weather_classifier.decode import RgbImage
from weather_classifier.scores import split_scores
from weather_splits import Split


def ours(splits: Path, weights: Path, **chosen: Any) -> dict[str, Any]:
    """Train and test.

    Args:
        splits: folder of the splits ``train``, ``validation`` and ``test``.
        weights: file of the trunk's weights.
        chosen: other fields of ``Parameters``.

    Returns:
        seconds (of training, with the validation after each epoch), decoded (photos until then), features (MB that
        those of all these photos take), and the numbers of the true and the predicted classes of the test photos.
    """
    parameters = Parameters(weights=str(weights), device="cpu", **chosen)
    begun = time.perf_counter()
    training = train(splits / "train", splits / "validation", parameters)
    seconds = time.perf_counter() - begun
    photos = sum(len(Split.open(splits / name)) for name in ("train", "validation"))
    test = Split.open(splits / "test")
    checkpoint = training.checkpoint
    batches = split_scores(checkpoint, test, torch.device("cpu"), _nothing)
    predicted = torch.cat([scores.argmax(dim=1) for scores, _ in batches])
    true = [checkpoint.classes.index(entry.label) for entry in test.entries]
    return {
        "seconds": seconds,
        "decoded": photos,
        "features": 4 * photos * checkpoint.network.head.in_features / 1e6,
        "true": true,
        "predicted": predicted.tolist(),
    }


def _nothing(image: RgbImage) -> None:
    return
