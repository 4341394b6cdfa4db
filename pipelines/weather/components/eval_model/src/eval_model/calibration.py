"""Whether a classifier's scores mean what they say. Pure.

A score of 0.9 is right if nine of ten photos with that score are put into their class. Neural networks are usually
too sure of themselves (Guo et al., On Calibration of Modern Neural Networks, ICML 2017).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval_model.intervals import Interval, share_interval

BINS = 15

_LEVELS = (0.9, 0.8, 0.7, 0.6, 0.5)
_AROUND = 0.05
_ENOUGH = 20
"""Photos below which a share says nothing."""
_LEAST_SCORES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
_SIMULATED = 200
_SEED = 0


@dataclass(frozen=True)
class Bin:
    """Photos whose highest score lies in a range.

    Attributes:
        low, high: the range; its lower end is not part of it.
        photos: how many.
        score: mean of their highest scores; 0 where there are none.
        right: share of them that were put into their class; 0 where there are none.
        right_interval: where that lies with 95 % confidence; from 0 to 1 where there are none.
    """

    low: float
    high: float
    photos: int
    score: float
    right: float
    right_interval: Interval


@dataclass(frozen=True)
class Level:
    """Photos about which the classifier was about so sure.

    Attributes:
        score: how sure, in round figures.
        photos: how many were within 0.05 of it.
        right: how many of them were put into their class.
    """

    score: float
    photos: int
    right: int


@dataclass(frozen=True)
class Trusted:
    """What comes of it if only answers of some score are taken, and a person looks at the other photos.

    Attributes:
        least: the score.
        answered: share of the photos that have it.
        right: share of these that were put into their class; None where there are none.
    """

    least: float
    answered: float
    right: float | None


@dataclass(frozen=True)
class Calibration:
    """How far a classifier's scores can be taken at their word.

    Attributes:
        score: mean of the highest scores: how sure it is.
        accuracy: how often it is right.
        accuracy_interval: where that lies with 95 % confidence.
        expected_error: expected calibration error: the mean distance of both within the bins, weighted by photos.
        error_by_chance: what that would be, on average, if the scores were exactly right; with few photos it is far
            from 0.
        log_loss: mean of the negative logarithm of the true class's score (negative log likelihood).
        bins: ``BINS`` of equal width from 0 to 1.
        level: one to tell of; None where there are too few photos at any.
        trusted: with rising scores.
    """

    score: float
    accuracy: float
    accuracy_interval: Interval
    expected_error: float
    error_by_chance: float
    log_loss: float
    bins: tuple[Bin, ...]
    level: Level | None
    trusted: tuple[Trusted, ...]

    def metrics(self) -> dict[str, float]:
        """Figures by name; of both, less is better."""
        return {"expected_calibration_error": self.expected_error, "log_loss": self.log_loss}


def calibrate(scores: NDArray[np.float32], true: NDArray[np.int64]) -> Calibration:
    """How far scores can be taken at their word.

    Args:
        scores: (photos, classes), each row with the sum 1; at least one photo.
        true: (photos,) numbers of the true classes.
    """
    highest = scores.max(axis=1).astype(np.float64)
    right = scores.argmax(axis=1) == true
    bins = _bins(highest, right)
    # Softmax can round to 0, whose logarithm no mean survives.
    of_true = np.maximum(scores[np.arange(len(true)), true], np.finfo(scores.dtype).eps).astype(np.float64)
    return Calibration(
        score=float(highest.mean()),
        accuracy=float(right.mean()),
        accuracy_interval=share_interval(int(right.sum()), len(true)),
        expected_error=sum(each.photos * abs(each.score - each.right) for each in bins) / len(true),
        error_by_chance=_error_by_chance(highest),
        log_loss=float(-np.log(of_true).mean()),
        bins=bins,
        level=_level(highest, right),
        trusted=tuple(_trusted(highest, right, least) for least in _LEAST_SCORES),
    )


def _bin_numbers(highest: NDArray[np.float64]) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = np.clip(np.ceil(highest * BINS).astype(np.int64) - 1, 0, BINS - 1)
    return numbers


def _bins(highest: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    numbers = _bin_numbers(highest)
    photos = np.bincount(numbers, minlength=BINS)
    hits = np.bincount(numbers[right], minlength=BINS)
    scores = np.bincount(numbers, highest, BINS) / np.maximum(photos, 1)
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            photos=count,
            score=float(scores[number]),
            right=hit / count if count else 0.0,
            right_interval=share_interval(hit, count) if count else Interval(0.0, 1.0),
        )
        for number, (count, hit) in enumerate(zip(photos.tolist(), hits.tolist(), strict=True))
    )


def _error_by_chance(highest: NDArray[np.float64]) -> float:
    """Mean calibration error of answers that are right exactly as often as their scores say (Bröcker and Smith,
    Increasing the Reliability of Reliability Diagrams, 2007)."""
    numbers, random = _bin_numbers(highest), np.random.default_rng(_SEED)
    errors = [
        float(np.abs(np.bincount(numbers, highest - (random.random(len(highest)) < highest), BINS)).sum())
        for _ in range(_SIMULATED)
    ]
    return float(np.mean(errors)) / len(highest)


def _level(highest: NDArray[np.float64], right: NDArray[np.bool_]) -> Level | None:
    for score in _LEVELS:
        about = np.abs(highest - score) <= _AROUND
        if about.sum() >= _ENOUGH:
            return Level(score, int(about.sum()), int(right[about].sum()))
    return None


def _trusted(highest: NDArray[np.float64], right: NDArray[np.bool_], least: float) -> Trusted:
    answered = highest >= least
    return Trusted(least, float(answered.mean()), float(right[answered].mean()) if answered.any() else None)
