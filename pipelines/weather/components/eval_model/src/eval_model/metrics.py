"""Scores and true classes in, figures out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from eval_model.intervals import Interval, MeanIntervals, f1_interval, mean_intervals


@dataclass(frozen=True)
class ClassFigures:
    """How well one class is recognised; all shares lie between 0 and 1.

    Attributes:
        name: of the class.
        photos: of this class in the split (its support).
        predicted: photos that the model took for this class.
        precision: share of those it took for this class that are; 0 where it took none.
        recall: share of this class's photos that it found; 0 where there are none.
        f1: harmonic mean of both.
        f1_interval: where it lies with 95 % confidence; None where there are no photos.
    """

    name: str
    photos: int
    predicted: int
    precision: float
    recall: float
    f1: float
    f1_interval: Interval | None


@dataclass(frozen=True)
class Figures:
    """How well a classifier does on a split.

    Attributes:
        photos: how many there were.
        accuracy: share of photos whose class has the highest score.
        weighted_precision, weighted_recall, weighted_f1: means over classes, each weighing as many photos as it has.
        macro_f1: mean over the classes that have photos, each weighing the same.
        intervals: where these lie with 95 % confidence.
        classes: every class of the model, in its order.
        matrix: photos by true class (row) and predicted class (column), in the order of ``classes``.
    """

    photos: int
    accuracy: float
    weighted_precision: float
    weighted_recall: float
    weighted_f1: float
    macro_f1: float
    intervals: MeanIntervals
    classes: tuple[ClassFigures, ...]
    matrix: tuple[tuple[int, ...], ...]

    def metrics(self) -> dict[str, float]:
        """All figures by name, with the ends of their intervals; of a class without photos there is no F1."""
        means = {
            "weighted_f1": (self.weighted_f1, self.intervals.weighted_f1),
            "accuracy": (self.accuracy, self.intervals.accuracy),
            "macro_f1": (self.macro_f1, self.intervals.macro_f1),
        }
        of_classes = {f"f1_{each.name}": (each.f1, each.f1_interval) for each in self.classes if each.photos}
        return {
            **_with_ends(means),
            "weighted_precision": self.weighted_precision,
            "weighted_recall": self.weighted_recall,
            **_with_ends(of_classes),
            "test_photos": float(self.photos),
        }


def _with_ends(figures: Mapping[str, tuple[float, Interval | None]]) -> dict[str, float]:
    named: dict[str, float] = {}
    for name, (figure, interval) in figures.items():
        named[name] = figure
        if interval:
            named |= {f"{name}_low": interval.low, f"{name}_high": interval.high}
    return named


def evaluate(true: NDArray[np.int64], predicted: NDArray[np.int64], classes: Sequence[str]) -> Figures:
    """Figures of predictions.

    Args:
        true: (photos,) numbers of the true classes; at least one photo.
        predicted: (photos,) numbers of the predicted classes.
        classes: names by number, also of classes that neither has.
    """
    numbers = np.arange(len(classes))
    precision, recall, f1, support = precision_recall_fscore_support(
        true, predicted, labels=numbers, average=None, zero_division=0
    )
    weighted = precision_recall_fscore_support(true, predicted, labels=numbers, average="weighted", zero_division=0)
    matrix = confusion_matrix(true, predicted, labels=numbers)
    return Figures(
        photos=len(true),
        accuracy=float(np.mean(true == predicted)),
        weighted_precision=float(weighted[0]),
        weighted_recall=float(weighted[1]),
        weighted_f1=float(weighted[2]),
        macro_f1=float(f1[support > 0].mean()),
        intervals=mean_intervals(true, predicted, len(classes)),
        classes=tuple(
            ClassFigures(
                name=name,
                photos=int(support[number]),
                predicted=int(matrix[:, number].sum()),
                precision=float(precision[number]),
                recall=float(recall[number]),
                f1=float(f1[number]),
                f1_interval=_f1_interval(matrix, number),
            )
            for number, name in enumerate(classes)
        ),
        matrix=tuple(tuple(int(count) for count in row) for row in matrix),
    )


def _f1_interval(matrix: NDArray[np.int64], number: int) -> Interval | None:
    photos = int(matrix[number].sum())
    return f1_interval(int(matrix[number, number]), photos, int(matrix[:, number].sum())) if photos else None
