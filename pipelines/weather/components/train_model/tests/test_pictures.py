"""Pictures come back as they were kept, and no larger than asked for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from train_model.pictures import Pictures, shrink

SIDES = st.integers(1, 120)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * 1000 + width).integers(0, 256, (height, width, 3), dtype=np.uint8)


@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=8))
def test_they_come_back_as_they_were_kept(sizes: list[tuple[int, int]]) -> None:
    pictures = [noise(*size) for size in sizes]
    with Pictures() as kept:
        for picture in pictures:
            kept.keep([kept.prepare(picture)])
        assert len(kept) == len(pictures)
        for number, picture in enumerate(pictures):
            assert np.array_equal(kept[number], picture)


def test_more_can_be_kept_after_some_were_looked_at() -> None:
    with Pictures() as kept:
        kept.keep([noise(3, 4)])
        assert kept[0].shape == (3, 4, 3)
        kept.keep([noise(5, 6)])
        assert np.array_equal(kept[1], noise(5, 6))


@given(SIDES, SIDES, st.integers(1, 60))
def test_the_shorter_side_is_as_asked_for_and_the_longer_one_at_most_twice_as_long(
    height: int, width: int, side: int
) -> None:
    shrunk = shrink(noise(height, width), side)
    assert min(shrunk.shape[:2]) == min(height, width, side)
    assert max(shrunk.shape[:2]) <= 2 * min(shrunk.shape[:2])


def test_of_a_panorama_the_middle_is_kept() -> None:
    panorama = np.zeros((10, 100, 3), dtype=np.uint8)
    panorama[:, 45:55] = 255
    shrunk = shrink(panorama, 10)
    assert shrunk.shape == (10, 20, 3)
    assert shrunk[:, 5:15].min() == 255
    assert shrunk[:, :5].max() == shrunk[:, 15:].max() == 0
