"""Which photos are taken from a split."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from optimize_onnx.sample import sample_rows


@given(st.integers(0, 3000), st.integers(1, 300))
def test_the_sample_is_spread_evenly(photos: int, count: int) -> None:
    rows = sample_rows(photos, count)
    assert len(rows) == min(photos, count)
    assert list(rows) == sorted(set(rows))
    assert all(0 <= row < photos for row in rows)
    gaps = {after - before for before, after in pairwise(rows)}
    assert len(gaps) <= 2
    assert not gaps or max(gaps) - min(gaps) <= 1


@given(st.integers(0, 3000))
def test_none_is_left_out_unless_told(photos: int) -> None:
    assert sample_rows(photos, 0) == tuple(range(photos))
