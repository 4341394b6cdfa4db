"""Draws of counted photos are draws of photos, and their figures are those that sklearn finds."""

import numpy as np
import pytest
from eval_model.bootstrap import RESAMPLES, count_cells, score
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

CLASSES = 4
PAIRS = st.lists(st.tuples(*[st.integers(0, CLASSES - 1)] * 3), min_size=1, max_size=40)


def columns(pairs: list[tuple[int, int, int]]) -> list[np.ndarray]:
    return list(np.array(pairs, dtype=np.int64).T)


@given(PAIRS)
def test_cells_count_every_photo_once(pairs: list[tuple[int, int, int]]) -> None:
    cells = count_cells(*columns(pairs))
    assert cells.photos.min() > 0
    counted = [
        tuple(kind) for kind, photos in zip(cells.kinds.tolist(), cells.photos, strict=True) for _ in range(photos)
    ]
    assert sorted(counted) == sorted(pairs)


@given(PAIRS)
def test_figures_of_counts_are_those_of_the_photos(pairs: list[tuple[int, int, int]]) -> None:
    true, *models = columns(pairs)
    cells = count_cells(true, *models)
    for model, predicted in enumerate(models):
        found = score(cells.photos[None], cells.kinds, CLASSES, model)
        present = np.unique(true)
        assert found.weighted_f1[0] == pytest.approx(f1_score(true, predicted, average="weighted", zero_division=0))
        assert found.macro_f1[0] == pytest.approx(
            f1_score(true, predicted, labels=present, average="macro", zero_division=0)
        )
        assert found.accuracy[0] == pytest.approx(accuracy_score(true, predicted))
        assert np.isnan(found.f1[0]).tolist() == [number not in present for number in range(CLASSES)]


def test_draws_have_as_many_photos_as_there_are_and_are_the_same_every_time() -> None:
    random = np.random.default_rng(3)
    cells = count_cells(random.integers(0, 4, 200), random.integers(0, 4, 200))
    draws, again = (np.concatenate(list(cells.draws())) for _ in range(2))
    assert draws.shape == (RESAMPLES, len(cells.photos))
    assert (draws.sum(axis=1) == 200).all()
    assert (draws == again).all()
    # Each cell comes as often as it should: 10,000 draws leave about a hundredth of a standard deviation.
    assert draws.mean(axis=0) == pytest.approx(cells.photos, abs=0.25)
    assert draws.var(axis=0) == pytest.approx(cells.photos * (1 - cells.photos / 200), rel=0.1)
