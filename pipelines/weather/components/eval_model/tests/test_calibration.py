"""Calibration is what Guo et al. define, and its sentences are counts of photos."""

import numpy as np
import pytest
from eval_model.calibration import BINS, calibrate
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss


def scored(highest: list[float], right: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Photos of two classes with such highest scores, which are of class 0 if they are right."""
    scores = np.array([[score, 1 - score] for score in highest], dtype=np.float32)
    return scores, np.array([0 if each else 1 for each in right])


def random_photos(seed: int, photos: int) -> tuple[np.ndarray, np.ndarray]:
    """Photos whose classes are drawn as their scores say."""
    random = np.random.default_rng(seed)
    scores = random.dirichlet([0.3] * 5, photos).astype(np.float32)
    return scores, (random.random(photos)[:, None] > scores.cumsum(axis=1)).sum(axis=1).clip(0, 4)


def test_the_error_is_the_mean_distance_within_bins() -> None:
    found = calibrate(*scored([0.9, 0.9, 0.9, 0.9, 0.6, 0.6], [True, True, True, False, True, False]))
    assert found.expected_error == pytest.approx((4 * abs(0.9 - 0.75) + 2 * abs(0.6 - 0.5)) / 6)
    assert [(each.photos, each.right) for each in found.bins if each.photos] == [(2, 0.5), (4, 0.75)]
    assert found.score == pytest.approx(0.8)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.metrics() == {
        "expected_calibration_error": found.expected_error,
        "log_loss": found.log_loss,
    }


def test_scores_at_the_ends_have_a_bin() -> None:
    found = calibrate(np.array([[1, 0], [0.5, 0.5]], dtype=np.float32), np.array([1, 0]))
    assert found.bins[-1].photos == 1
    assert sum(each.photos for each in found.bins) == 2
    assert np.isfinite(found.log_loss)


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), photos=st.integers(1, 300))
def test_figures_fit_together(seed: int, photos: int) -> None:
    scores, true = random_photos(seed, photos)
    found = calibrate(scores, true)
    assert len(found.bins) == BINS
    assert sum(each.photos for each in found.bins) == photos
    assert sum(each.photos * each.right for each in found.bins) == pytest.approx(found.accuracy * photos)
    assert sum(each.photos * each.score for each in found.bins) == pytest.approx(found.score * photos)
    assert abs(found.score - found.accuracy) - 1e-9 <= found.expected_error <= 1
    assert all(each.low < each.score <= each.high + 1e-7 for each in found.bins if each.photos)
    assert found.log_loss == pytest.approx(log_loss(true, scores, labels=range(5)), rel=1e-4)
    assert [each.answered for each in found.trusted] == sorted((each.answered for each in found.trusted), reverse=True)
    assert found.trusted[0].answered == 1
    assert found.trusted[0].right == pytest.approx(found.accuracy)
    if found.level:
        assert 0 <= found.level.right <= found.level.photos <= photos
    assert calibrate(scores, true) == found


def test_scores_that_are_right_show_no_more_error_than_chance_makes() -> None:
    found = calibrate(*random_photos(1, 3000))
    assert found.expected_error == pytest.approx(found.error_by_chance, rel=0.5)
    assert found.accuracy_interval.low < found.score < found.accuracy_interval.high


def test_a_level_is_told_only_of_enough_photos() -> None:
    told = calibrate(*scored([0.92] * 25 + [0.7] * 50, [True] * 20 + [False] * 5 + [True] * 50)).level
    assert told is not None
    assert (told.score, told.photos, told.right) == (0.9, 25, 20)
    lower = calibrate(*scored([0.92] * 19 + [0.7] * 50, [True] * 69)).level
    assert lower is not None
    assert (lower.score, lower.photos) == (0.7, 50)
    assert calibrate(*scored([0.99] * 100, [True] * 100)).level is None


def test_where_no_score_is_high_enough_there_is_no_share() -> None:
    found = calibrate(*scored([0.6] * 3, [True] * 3)).trusted
    assert [(each.answered, each.right) for each in found][-1] == (0, None)
