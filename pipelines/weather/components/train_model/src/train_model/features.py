"""Photos in, features out: the frozen trunk runs once over each photo, however many epochs follow."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from weather_classifier.backbones import Trunk
from weather_classifier.decode import RgbImage
from weather_classifier.inference import for_inference
from weather_classifier.preprocess import Preprocess
from weather_classifier.stream import run_batches
from weather_splits import Split

from train_model.errors import SplitMismatchError
from train_model.pictures import Pictures


@dataclass(frozen=True)
class Features:
    """What a trunk made of a split's photos.

    Attributes:
        values: (photos, features) float32, on the CPU.
        labels: (photos,) int64, numbers of the classes.
    """

    values: torch.Tensor
    labels: torch.Tensor


def check_splits(train: Split, validation: Split) -> None:
    """Make sure that two splits can be trained with.

    Raises:
        SplitMismatchError: they have other classes, fewer than two of them, or no photos.
    """
    if train.classes != validation.classes:
        odd = ", ".join(sorted(set(train.classes) ^ set(validation.classes)))
        raise SplitMismatchError(
            f"the training and validation splits know different classes ({odd}); use splits of one preparation"
        )
    if len(train.classes) < 2:
        raise SplitMismatchError(f"there is nothing to tell apart: the only class is {', '.join(train.classes)}")
    for split, name in ((train, "training"), (validation, "validation")):
        if not len(split):
            raise SplitMismatchError(f"the {name} split has no photo; give more photos or a larger ratio")


def extract_features(
    trunk: Trunk,
    preprocess: Preprocess,
    split: Split,
    device: torch.device,
    report: Callable[[str], None],
    pictures: Pictures | None = None,
) -> Features:
    """Run a trunk over every photo of a split.

    Photos are decoded only as large as preprocessing needs them. Batches have a size of their own, so that features
    do not depend on how the head is trained.

    Args:
        pictures: where the photos are kept as they were decoded, in their order; None keeps none.

    Raises:
        PhotoError: a photo can't be decoded.
        SplitError: the split is damaged.
    """
    values, faster = [], for_inference(trunk)
    side = preprocess.preprocessing.resize_size
    look = pictures.prepare if pictures is not None else _nothing
    for outputs, looks in run_batches(faster, preprocess, split, device, look, shorter_side=side, report=report):
        values.append(outputs)
        if pictures is not None:
            pictures.keep(looks)
    numbers = {label: number for number, label in enumerate(split.classes)}
    return Features(torch.cat(values), torch.tensor([numbers[entry.label] for entry in split.entries]))


def _nothing(image: RgbImage) -> RgbImage:
    return image[:0]
