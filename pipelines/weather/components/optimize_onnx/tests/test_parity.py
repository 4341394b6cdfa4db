"""What is compared, and when it is too much."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimize_onnx.errors import ParityError
from optimize_onnx.parity import Parity, sample_rows


@given(st.integers(0, 3000), st.integers(1, 300))
def test_the_sample_is_spread_evenly(photos: int, count: int) -> None:
    rows = sample_rows(photos, count)
    assert len(rows) == min(photos, count)
    assert list(rows) == sorted(set(rows))
    assert all(0 <= row < photos for row in rows)
    gaps = {after - before for before, after in pairwise(rows)}
    assert len(gaps) <= 2
    assert not gaps or max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize("difference", [2e-4, float("nan")])
def test_a_difference_over_the_tolerance_is_an_error_with_the_numbers(difference: float) -> None:
    with pytest.raises(ParityError, match=r"over 128 photos scores differ by up to .*tolerance of 0\.0001, and 96\.9%"):
        Parity(128, difference, 0.969).check(1e-4)
    Parity(128, 1e-4, 1.0).check(1e-4)
