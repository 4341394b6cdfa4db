"""Augmented photos show the same, in another way, and the same again for the same random numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from train_model.augmentation import Augmentation, augment

STRONG = Augmentation(least=0.3, colour=0.3)
SIDES = st.integers(1, 90)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


@given(SIDES, SIDES, st.integers(0, 2**32), st.floats(0, 0.9))
def test_any_picture_gives_one_of_the_size_asked_for(height: int, width: int, seed: int, colour: float) -> None:
    augmentation = Augmentation(least=0.3, colour=colour)
    made = augment(noise(height, width), augmentation, 32, np.random.default_rng(seed))
    assert made.shape == (3, 32, 32)
    assert made.dtype == torch.float32
    assert 0 <= float(made.min()) <= float(made.max()) <= 255


def test_the_same_random_numbers_give_the_same_and_others_another() -> None:
    picture = noise(60, 80)
    one, again, other = (augment(picture, STRONG, 32, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_with_nothing_allowed_it_is_the_whole_picture_or_its_mirror_image() -> None:
    picture = noise(32, 32)
    plain = torch.from_numpy(picture).permute(2, 0, 1).float()
    seen = set()
    for seed in range(20):
        made = augment(picture, Augmentation(least=1, stretch=1), 32, np.random.default_rng(seed))
        mirrored = torch.equal(made, plain.flip(2))
        assert mirrored or torch.equal(made, plain)
        seen.add(mirrored)
    assert seen == {True, False}


def test_a_part_is_as_large_as_asked_for() -> None:
    rows = np.broadcast_to(np.arange(200, dtype=np.uint8)[:, None, None], (200, 200, 3)).copy()
    for seed in range(20):
        made = augment(rows, Augmentation(least=0.25, stretch=1), 50, np.random.default_rng(seed))
        shown = float(made.max() - made.min())
        assert 90 < shown < 200  # half of the height at least


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_grey_picture_stays_grey(value: int) -> None:
    grey = np.full((40, 40, 3), value, dtype=np.uint8)
    made = augment(grey, STRONG, 16, np.random.default_rng(3))
    assert torch.allclose(made, made.mean(), atol=1e-2)
