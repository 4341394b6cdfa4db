"""Figures are those of the predictions, also for classes that nobody has."""

import numpy as np
import pytest
from eval_model.metrics import evaluate
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

CLASSES = ["dew", "rain", "snow", "glaze"]


def numbers(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_figures_of_a_small_case() -> None:
    figures = evaluate(numbers([0, 0, 1, 1, 2]), numbers([0, 1, 1, 1, 0]), CLASSES)
    assert figures.matrix == ((1, 1, 0, 0), (0, 2, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0))
    assert figures.accuracy == pytest.approx(3 / 5)
    assert [figure.f1 for figure in figures.classes] == pytest.approx([0.5, 0.8, 0, 0])
    assert figures.weighted_f1 == pytest.approx((2 * 0.5 + 2 * 0.8 + 1 * 0) / 5)
    # Of glaze there is no photo: it has no F1, and does not pull the mean of the others down.
    assert figures.macro_f1 == pytest.approx((0.5 + 0.8 + 0) / 3)
    metrics = figures.metrics()
    ends = ("", "_low", "_high")
    classes = {f"f1_{name}{end}" for name in ("dew", "rain", "snow") for end in ends}
    assert classes == {name for name in metrics if name.startswith("f1_")}
    assert {f"{name}{end}" for name in ("weighted_f1", "accuracy", "macro_f1") for end in ends} <= set(metrics)
    assert metrics["test_photos"] == 5
    assert all(isinstance(value, float) for value in metrics.values())


def test_means_without_an_interval_have_no_ends() -> None:
    metrics = evaluate(numbers([0, 1]), numbers([0, 1]), CLASSES).metrics()
    assert metrics["weighted_f1"] == 1
    assert "weighted_f1_low" not in metrics
    assert "f1_dew_low" in metrics


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=50))
def test_figures_fit_together(pairs: list[tuple[int, int]]) -> None:
    true, predicted = numbers([pair[0] for pair in pairs]), numbers([pair[1] for pair in pairs])
    figures = evaluate(true, predicted, CLASSES)
    assert sum(map(sum, figures.matrix)) == figures.photos == len(pairs)
    assert sum(figures.matrix[number][number] for number in range(4)) == pytest.approx(figures.accuracy * len(pairs))
    assert figures.weighted_recall == pytest.approx(figures.accuracy)
    assert figures.weighted_f1 == pytest.approx(f1_score(true, predicted, average="weighted", zero_division=0))
    for number, figure in enumerate(figures.classes):
        assert figure.photos == sum(figures.matrix[number])
        assert figure.predicted == sum(row[number] for row in figures.matrix)
        assert (figure.f1_interval is None) == (figure.photos == 0)
