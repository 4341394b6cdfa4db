"""How well a model and its quantised self do on the same photos."""

from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from weather_classifier.decode import decode
from weather_classifier.stream import each_batch
from weather_splits import Photo, Split


@dataclass(frozen=True)
class Agreement:
    """How two models compare on a split.

    Attributes:
        photos: how many there were.
        float_f1, quantized_f1: weighted F1 of each.
        max_difference: largest absolute difference of any score of any photo.
        equal_predictions: share of photos for which both name the same class.
    """

    photos: int
    float_f1: float
    quantized_f1: float
    max_difference: float
    equal_predictions: float


def ask_both(before: ort.InferenceSession, after: ort.InferenceSession, split: Split) -> Agreement:
    """Compare a model and its quantised self on all photos of a split.

    Args:
        before, after: take photos as ``image``, classes in the order of the split; one thread each, so that sums have
            one order.
        split: has photos.

    Raises:
        PhotoError: a photo can't be decoded.
        SplitError: the split is damaged.
    """

    def ask(photos: list[Photo]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        (photo,) = photos
        feed = {"image": decode(photo.image, photo.name)[np.newaxis]}
        return before.run(["scores"], feed)[0], after.run(["scores"], feed)[0]

    pairs = list(each_batch(split.photos(), ask, batch_size=1))
    old, new = (np.concatenate(scores) for scores in zip(*pairs, strict=True))  # (photos, classes) each
    return agreement(np.array([split.classes.index(entry.label) for entry in split.entries]), old, new)


def agreement(true: NDArray[np.int64], old: NDArray[np.float32], new: NDArray[np.float32]) -> Agreement:
    """Compare scores.

    Args:
        true: (photos,) numbers of the true classes; at least one photo.
        old, new: (photos, classes) scores of the float and of the quantised model.
    """
    return Agreement(
        photos=len(true),
        float_f1=weighted_f1(true, old.argmax(axis=1)),
        quantized_f1=weighted_f1(true, new.argmax(axis=1)),
        max_difference=float(np.abs(old - new).max()),
        equal_predictions=float(np.mean(old.argmax(axis=1) == new.argmax(axis=1))),
    )


def weighted_f1(true: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Mean of the F1 of classes, each weighing as many photos as it has; as eval_model has it.

    Args:
        true: (photos,) numbers of the true classes; at least one photo.
        predicted: (photos,) numbers of the predicted classes.
    """
    classes = int(max(true.max(), predicted.max())) + 1
    support = np.bincount(true, minlength=classes)
    right = np.bincount(true[true == predicted], minlength=classes)
    # F1 is 2 right / (photos + predicted); a class with neither has no weight.
    either = np.maximum(support + np.bincount(predicted, minlength=classes), 1)
    return float((support * 2 * right / either).sum() / support.sum())
