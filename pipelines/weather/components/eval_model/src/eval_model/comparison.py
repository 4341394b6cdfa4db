"""Two classifiers on the same photos. Pure.

Photos that are hard for one are mostly hard for the other, so their figures vary together from draw to draw. Drawing
photos for both at once (a paired bootstrap: Koehn, Statistical Significance Tests for Machine Translation Evaluation,
EMNLP 2004) tells a smaller difference from chance than two intervals that overlap or do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval_model.bootstrap import count_cells, score
from eval_model.intervals import Interval, percentiles


@dataclass(frozen=True)
class ClassChange:
    """The F1 of a class with each model.

    Attributes:
        name: of the class.
        photos: of it.
        new, baseline: its F1.
    """

    name: str
    photos: int
    new: float
    baseline: float


@dataclass(frozen=True)
class Comparison:
    """A new classifier beside an older one, the baseline, on the same photos.

    Attributes:
        photos: how many.
        new, baseline: weighted F1.
        interval: where the difference lies with 95 % confidence; None where no draw differs, as both are right
            about the same photos.
        probability: how sure it is that the new one has the higher weighted F1.
        only_new, only_baseline: photos that only one of them is right about.
        classes: those that have photos.
    """

    photos: int
    new: float
    baseline: float
    interval: Interval | None
    probability: float
    only_new: int
    only_baseline: int
    classes: tuple[ClassChange, ...]

    @property
    def difference(self) -> float:
        """By how much the new one's weighted F1 is higher."""
        return self.new - self.baseline

    def metrics(self) -> dict[str, float]:
        """Figures by name."""
        ends = {"difference_low": self.interval.low, "difference_high": self.interval.high} if self.interval else {}
        return {
            "difference": self.difference,
            **ends,
            "probability_better": self.probability,
            "new_weighted_f1": self.new,
            "baseline_weighted_f1": self.baseline,
            "only_new_right": float(self.only_new),
            "only_baseline_right": float(self.only_baseline),
            "test_photos": float(self.photos),
        }


def compare(
    true: NDArray[np.int64], new: NDArray[np.int64], baseline: NDArray[np.int64], classes: Sequence[str]
) -> Comparison:
    """Compare predictions.

    Args:
        true: (photos,) numbers of the true classes; at least one photo.
        new, baseline: (photos,) numbers of the classes that each predicted.
        classes: names by number.
    """
    cells, count = count_cells(true, new, baseline), len(classes)
    seen = [score(cells.photos[None], cells.kinds, count, model) for model in (0, 1)]
    differences = np.concatenate(
        [
            score(draws, cells.kinds, count, 0).weighted_f1 - score(draws, cells.kinds, count, 1).weighted_f1
            for draws in cells.draws()
        ]
    )
    photos, (of_new, of_baseline) = seen[0].photos[0], (each.f1[0] for each in seen)
    return Comparison(
        photos=len(true),
        new=float(seen[0].weighted_f1[0]),
        baseline=float(seen[1].weighted_f1[0]),
        interval=percentiles(differences),
        # A draw in which they are equal speaks for neither.
        probability=float((np.sign(differences).mean() + 1) / 2),
        only_new=int(((new == true) & (baseline != true)).sum()),
        only_baseline=int(((baseline == true) & (new != true)).sum()),
        classes=tuple(
            ClassChange(name, int(photos[number]), float(of_new[number]), float(of_baseline[number]))
            for number, name in enumerate(classes)
            if photos[number]
        ),
    )
