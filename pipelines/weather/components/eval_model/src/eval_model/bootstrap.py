"""What figures would have been on other photos of the same kind: the bootstrap.

A test split is one draw of photos from all that could have been taken. Drawing as many from it, with replacement,
again and again, shows how much a figure owes to that draw (Efron and Tibshirani, An Introduction to the Bootstrap,
1993). All figures here depend on nothing but how often each class was taken for which. So photos that are alike in
that are counted as one *cell*, and a draw of photos is a draw of the cells' counts from a multinomial distribution:
the same thing, at a cost that does not grow with the photos.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
"""Draws that an interval rests on."""

_SEED = 0
"""Always the same, so that the same predictions have the same intervals."""
_AT_A_TIME = 1000


@dataclass(frozen=True)
class Cells:
    """Photos of a split, counted by their class and what they were taken for.

    Attributes:
        photos: (cells,) how many there are of each kind; none is 0.
        kinds: (cells, columns) numbers of classes: the true one, then one for each model that was asked.
    """

    photos: NDArray[np.int64]
    kinds: NDArray[np.int64]

    def draws(self) -> Iterator[NDArray[np.int64]]:
        """``RESAMPLES`` draws of as many photos, some at a time: (draws, cells) counts."""
        total = int(self.photos.sum())
        random = np.random.default_rng(_SEED)
        for start in range(0, RESAMPLES, _AT_A_TIME):
            yield random.multinomial(total, self.photos / total, size=min(_AT_A_TIME, RESAMPLES - start))


def count_cells(true: NDArray[np.int64], *predicted: NDArray[np.int64]) -> Cells:
    """Cells of a split, from the (photos,) numbers of the true classes and of those that each model predicted."""
    kinds, photos = np.unique(np.column_stack([true, *predicted]), axis=0, return_counts=True)
    return Cells(photos, kinds)


@dataclass(frozen=True)
class Scores:
    """Figures of many draws.

    Attributes:
        f1: (draws, classes); NaN where a draw has no photo of the class.
        photos: (draws, classes) of the class.
        right: (draws,) photos that were recognised.
    """

    f1: NDArray[np.float64]
    photos: NDArray[np.int64]
    right: NDArray[np.int64]

    @property
    def weighted_f1(self) -> NDArray[np.float64]:
        """(draws,)"""
        weighted: NDArray[np.float64] = np.nansum(self.f1 * self.photos, axis=1) / self.photos.sum(axis=1)
        return weighted

    @property
    def macro_f1(self) -> NDArray[np.float64]:
        """(draws,)"""
        mean: NDArray[np.float64] = np.nanmean(self.f1, axis=1)
        return mean

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """(draws,)"""
        share: NDArray[np.float64] = self.right / self.photos.sum(axis=1)
        return share


def score(draws: NDArray[np.int64], kinds: NDArray[np.int64], classes: int, model: int = 0) -> Scores:
    """Figures of draws.

    Args:
        draws: (draws, cells) counts of photos.
        kinds: of the cells.
        classes: how many there are.
        model: which of those that were asked.
    """
    true, predicted = kinds[:, 0], kinds[:, 1 + model]
    own, taken = np.eye(classes, dtype=np.int64)[true], np.eye(classes, dtype=np.int64)[predicted]  # (cells, classes)
    photos, named, hits = draws @ own, draws @ taken, draws @ (own * taken)
    f1 = np.divide(2 * hits, photos + named, out=np.full(photos.shape, np.nan), where=photos > 0)
    return Scores(f1, photos, hits.sum(axis=1))
