"""Intervals hold the figure, shrink with more photos, and do not pretend to know what few photos can't tell."""

import numpy as np
import pytest
from eval_model.intervals import f1_interval, mean_intervals, percentiles, share_interval
from hypothesis import given, settings
from hypothesis import strategies as st

SOME_RIGHT = [0, 0, 0, 0, 1, 1, 1, 2], [0, 0, 1, 0, 1, 1, 2, 2]


def arrays(times: int = 1) -> tuple[np.ndarray, np.ndarray]:
    true, predicted = SOME_RIGHT
    return np.array(true * times), np.array(predicted * times)


@given(hits=st.integers(0, 100), misses=st.integers(0, 100), others=st.integers(0, 100))
def test_the_interval_of_a_class_holds_its_f1_and_is_never_a_point(hits: int, misses: int, others: int) -> None:
    if not hits + misses:
        return
    found = f1_interval(hits, hits + misses, hits + others)
    assert 0 <= found.low < found.high <= 1
    assert found.low - 1e-12 <= 2 * hits / (2 * hits + misses + others) <= found.high + 1e-12


def test_no_mistake_among_few_photos_proves_little() -> None:
    assert f1_interval(4, 4, 4).low == pytest.approx(0.676, abs=0.001)
    assert f1_interval(400, 400, 400).low == pytest.approx(0.995, abs=0.001)


def test_wilsons_interval_is_that_of_the_literature() -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
    for hits, count, low, high in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)]:
        found = share_interval(hits, count)
        assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert share_interval(29, 29).low == pytest.approx(0.8830, abs=5e-5)


def test_means_lie_in_their_intervals_which_are_the_same_every_time_and_in_any_order() -> None:
    true, predicted = arrays(10)
    found = mean_intervals(true, predicted, 4)
    assert found == mean_intervals(true[::-1], predicted[::-1], 4)
    assert found.accuracy is not None
    assert found.accuracy.low < np.mean(true == predicted) < found.accuracy.high
    # Of a share of 0.75 among 80 photos, the normal approximation tells the same.
    assert found.accuracy.high - found.accuracy.low == pytest.approx(2 * 1.96 * np.sqrt(0.75 * 0.25 / 80), rel=0.07)


def test_more_photos_of_the_same_kind_make_intervals_narrower() -> None:
    few, many = mean_intervals(*arrays(10), 4), mean_intervals(*arrays(90), 4)
    for name in ("weighted_f1", "macro_f1", "accuracy"):
        narrow, wide = getattr(many, name), getattr(few, name)
        assert (narrow.high - narrow.low) * 3 == pytest.approx(wide.high - wide.low, rel=0.15)


@pytest.mark.parametrize("predicted", [[0, 1, 2], [1, 2, 0]], ids=["all right", "all wrong"])
def test_where_no_draw_differs_no_interval_is_told(predicted: list[int]) -> None:
    found = mean_intervals(np.array([0, 1, 2] * 5), np.array(predicted * 5), 3)
    assert (found.weighted_f1, found.macro_f1, found.accuracy) == (None, None, None)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
def test_intervals_are_numbers_from_0_to_1(pairs: list[tuple[int, int]]) -> None:
    true, predicted = np.array(pairs).T
    for found in vars(mean_intervals(true, predicted, 3)).values():
        assert found is None or 0 <= found.low <= found.high <= 1


def test_percentiles_leave_out_as_much_at_each_end() -> None:
    found = percentiles(np.arange(1001) / 1000)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.025), pytest.approx(0.975))
