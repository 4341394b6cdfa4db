"""The head learns, keeps its best epoch, and does the same every time."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from train_model.errors import DivergedError
from train_model.features import Features
from train_model.head import step_size, train_head
from train_model.parameters import Parameters


def clusters(seed: int, photos: int = 120, spread: float = 0.4, size: float = 1.0) -> Features:
    """Features of three classes that lie around three points."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(photos) % 3
    noise = torch.randn(photos, 8, generator=generator)
    return Features(size * (torch.eye(8)[labels] + spread * noise), labels)


def start() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(8, 3)


def quiet(line: str) -> None:
    pass


@pytest.mark.parametrize("size", [0.01, 1.0, 100.0])
def test_it_learns_whatever_the_size_of_the_features(size: float) -> None:
    parameters = Parameters(epochs=30, learning_rate=0.05, batch_size=16)
    validation = clusters(2, spread=0.2, size=size)
    trained = train_head(start(), clusters(1, spread=0.2, size=size), validation, parameters, quiet)
    assert trained.best.validation_accuracy > 0.95
    # The head that comes back works on features as they are.
    accuracy = (trained.head(validation.values).argmax(dim=1) == validation.labels).double().mean()
    assert float(accuracy) == pytest.approx(trained.best.validation_accuracy)


def test_the_epoch_with_the_lowest_validation_loss_is_kept() -> None:
    # Few photos and no pattern: it learns them by heart, and gets worse at others.
    train, validation = clusters(1, photos=12, spread=9), clusters(2, spread=9)
    trained = train_head(start(), train, validation, Parameters(epochs=40, learning_rate=0.1, batch_size=4), quiet)
    losses = [epoch.validation_loss for epoch in trained.epochs]
    assert trained.best.validation_loss == min(losses) < losses[-1]
    with torch.no_grad():
        loss = nn.functional.cross_entropy(trained.head(validation.values), validation.labels)
    assert float(loss) == pytest.approx(min(losses), rel=1e-4)


def test_the_same_seed_gives_the_same_head_and_another_gives_another() -> None:
    heads = [
        train_head(start(), clusters(1), clusters(2), Parameters(random_seed=seed, epochs=3), quiet).head
        for seed in (1, 1, 2)
    ]
    assert torch.equal(heads[0].weight, heads[1].weight)
    assert not torch.equal(heads[0].weight, heads[2].weight)


def test_the_number_of_threads_makes_no_difference() -> None:
    train, validation = clusters(1, photos=3000), clusters(2)
    before, heads = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            heads.append(train_head(start(), train, validation, Parameters(epochs=2, batch_size=3000), quiet).head)
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert torch.equal(heads[0].weight, heads[1].weight)


def test_the_head_that_was_given_is_left_as_it_is() -> None:
    head = start()
    train_head(head, clusters(1), clusters(2), Parameters(epochs=1), quiet)
    assert torch.equal(head.weight, start().weight)


def test_a_hundred_epochs_are_reported_in_ten_lines() -> None:
    lines: list[str] = []
    train_head(start(), clusters(1), clusters(2), Parameters(epochs=100), lines.append)
    assert len(lines) == 10
    assert lines[-1].startswith("epoch 100/100: loss ")


def test_a_loss_that_is_no_number_is_an_error() -> None:
    broken = Features(torch.full((6, 8), float("inf")), torch.zeros(6, dtype=torch.int64))
    with pytest.raises(DivergedError, match="learning_rate"):
        train_head(start(), broken, clusters(2), Parameters(epochs=1), quiet)


@given(st.integers(1, 500))
def test_the_learning_rate_rises_then_falls(steps: int) -> None:
    sizes = [step_size(step, steps) for step in range(steps)]
    assert max(sizes) == 1
    peak = sizes.index(1)
    assert sizes[: peak + 1] == sorted(sizes[: peak + 1])
    assert sizes[peak:] == sorted(sizes[peak:], reverse=True)
    assert all(0 < size <= 1 for size in sizes)
