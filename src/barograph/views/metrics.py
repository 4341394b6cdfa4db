"""What the metadata of ``system.Metrics`` and its kin hold, as KFP's SDK writes it. Pure.

The SDK (``kfp/dsl/types/artifact_types.py``) checks little of what a component logs, and a component may write
metadata without it: whatever can be read is given, the rest is left out, and nothing raises.
"""

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

Scalar: TypeAlias = int | float | bool | str
"""A metric's value. What JSON has no number for is text, as in KFP's messages: ``NaN``, ``Infinity``, ``-Infinity``."""

_UNCOUNTABLE = 2**53
"""From here on, a double does not tell a number from the next."""
_KINDS = ("Metrics", "ClassificationMetrics", "SlicedClassificationMetrics")


@dataclass(frozen=True)
class ConfusionMatrix:
    """How often each class was taken for which.

    Attributes:
        labels: the classes; one that the metadata does not name goes by its number.
        counts: a row for each true class, a column for each predicted one; None where no number stands.
        total: the sum of all counts.
        accuracy: the share of the diagonal in it; None where the total is 0.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int | float | None, ...], ...]
    total: int | float
    accuracy: float | None


@dataclass(frozen=True)
class RocPoint:
    """A point of a ROC curve.

    Attributes:
        threshold: None where it is infinite or absent: nothing, or everything, passes it.
    """

    fpr: float
    tpr: float
    threshold: float | None


@dataclass(frozen=True)
class Slice:
    """The metrics of a part of the data."""

    name: str
    confusion_matrix: ConfusionMatrix | None
    roc: tuple[RocPoint, ...]


@dataclass(frozen=True)
class Metrics:
    """What an artifact's metadata hold.

    Attributes:
        scalars: by name, in the order in which they were logged.
        roc: the points of the ROC curve, in the order in which they were logged.
    """

    scalars: Mapping[str, Scalar]
    confusion_matrix: ConfusionMatrix | None
    roc: tuple[RocPoint, ...]
    slices: tuple[Slice, ...]


def is_metrics(type_: str) -> bool:
    """Whether artifacts of this type, such as ``system.Metrics``, hold metrics."""
    return type_.rpartition(".")[2] in _KINDS


def read_metrics(metadata: Mapping[str, Any]) -> Metrics:
    """The metrics in an artifact's metadata."""
    slices = [
        Slice(str(each.get("slice", "")), _matrix(found), _roc(found))
        for each in _mappings(metadata.get("evaluationSlices"))
        if isinstance(found := each.get("sliceClassificationMetrics"), Mapping)
    ]
    return Metrics(scalars(metadata), _matrix(metadata), _roc(metadata), tuple(slices))


def scalars(metadata: Mapping[str, Any]) -> dict[str, Scalar]:
    """The plain values in an artifact's metadata, without those that KFP keeps there for itself."""
    return {
        name: _speakable(value)
        for name, value in metadata.items()
        if isinstance(value, int | float | str) and not name.startswith("_kfp")
    }


def _speakable(value: Scalar) -> Scalar:
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _matrix(metadata: Mapping[str, Any]) -> ConfusionMatrix | None:
    found = metadata.get("confusionMatrix")
    if not isinstance(found, Mapping):
        return None
    names = [spec.get("displayName") for spec in _mappings(found.get("annotationSpecs"))]
    rows = [row if isinstance(row := each.get("row"), list) else [] for each in _mappings(found.get("rows"))]
    # A class that has counts but no name, or a name but no counts, is there all the same.
    size = max([len(names), len(rows), *map(len, rows)])
    if not size:
        return None
    labels = [str(name) if name is not None else str(place) for place, name in enumerate(names)]
    labels += [str(place) for place in range(len(names), size)]
    rows += [[]] * (size - len(rows))
    counts = tuple(tuple(_count(row[place]) if place < len(row) else None for place in range(size)) for row in rows)
    total = sum(count or 0 for row in counts for count in row)
    right = sum(counts[place][place] or 0 for place in range(size))
    return ConfusionMatrix(tuple(labels), counts, total, right / total if total else None)


def _count(value: Any) -> int | float | None:
    number = _number(value)
    if number is None or not 0 <= number < _UNCOUNTABLE:
        return None
    return int(number) if number.is_integer() else number


def _roc(metadata: Mapping[str, Any]) -> tuple[RocPoint, ...]:
    points = []
    for point in _mappings(metadata.get("confidenceMetrics")):
        fpr, tpr = _number(point.get("falsePositiveRate")), _number(point.get("recall"))
        threshold = _number(point.get("confidenceThreshold"))
        if fpr is None or tpr is None or not (math.isfinite(fpr) and math.isfinite(tpr)):
            continue
        # scikit-learn begins a curve with an infinite threshold, for which JSON has no number.
        points.append(RocPoint(fpr, tpr, threshold if threshold is not None and math.isfinite(threshold) else None))
    return tuple(points)


def _mappings(value: Any) -> Iterable[Mapping[str, Any]]:
    return (each if isinstance(each, Mapping) else {} for each in value) if isinstance(value, list) else ()


def _number(value: Any) -> float | None:
    """A number, also one that is written as text, as protocol buffers write the infinite ones."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            return float(value)
    return None
