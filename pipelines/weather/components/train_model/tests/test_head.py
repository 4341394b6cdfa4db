"""The head learns, keeps its best epoch, and does the same every time."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from train_model.epochs import class_weights, step_size
from train_model.errors import DivergedError
from train_model.features import Features
from train_model.head import train_head
from train_model.parameters import Parameters


def clusters(seed: int, photos: int = 120, spread: float = 0.4) -> Features:
    """Features of three classes that lie around three points."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(photos) % 3
    noise = torch.randn(photos, 8, generator=generator)
    return Features(torch.eye(8)[labels] + spread * noise, labels)


def start() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(8, 3)


def quiet(line: str) -> None:
    pass


def test_it_learns() -> None:
    parameters = Parameters(epochs=30, learning_rate=0.05, batch_size=16)
    validation = clusters(2, spread=0.2)
    head, trained = train_head(start(), clusters(1, spread=0.2), validation, parameters, quiet)
    assert trained.best.validation_accuracy > 0.95
    accuracy = (head(validation.values).argmax(dim=1) == validation.labels).double().mean()
    assert float(accuracy) == pytest.approx(trained.best.validation_accuracy)


def test_the_epoch_with_the_lowest_validation_loss_is_kept() -> None:
    # Few photos and no pattern: it learns them by heart, and gets worse at others.
    train, validation = clusters(1, photos=12, spread=9), clusters(2, spread=9)
    parameters = Parameters(epochs=40, learning_rate=0.1, batch_size=4, label_smoothing=0)
    head, trained = train_head(start(), train, validation, parameters, quiet)
    losses = [epoch.validation_loss for epoch in trained.epochs]
    assert trained.best.validation_loss == min(losses) < losses[-1]
    with torch.no_grad():
        loss = nn.functional.cross_entropy(head(validation.values), validation.labels)
    assert float(loss) == pytest.approx(min(losses), rel=1e-4)


def test_training_ends_when_it_has_been_no_better_for_as_long_as_patience_lasts() -> None:
    train, validation = clusters(1, photos=12, spread=9), clusters(2, spread=9)
    lines: list[str] = []
    parameters = Parameters(epochs=40, learning_rate=0.1, batch_size=4, patience=3)
    _, trained = train_head(start(), train, validation, parameters, lines.append)
    assert len(trained.epochs) == trained.best.number + 3 < 40
    assert "none was better" in lines[-1]


def test_a_rare_class_is_found_once_all_classes_count_alike() -> None:
    torch.manual_seed(3)
    labels = torch.tensor([0] * 190 + [1] * 10)
    features = Features(torch.randn(200, 8) + labels[:, None] * 0.7, labels)
    found = {}
    for weights in ("none", "balanced"):
        parameters = Parameters(epochs=30, learning_rate=0.02, class_weights=weights, label_smoothing=0)
        head, _ = train_head(nn.Linear(8, 2), features, features, parameters, quiet)
        found[weights] = int((head(features.values).argmax(dim=1)[labels == 1] == 1).sum())
    assert found["balanced"] > found["none"]


def test_smoothing_makes_it_less_certain() -> None:
    certain = {}
    for smoothing in (0.0, 0.3):
        parameters = Parameters(epochs=30, learning_rate=0.05, label_smoothing=smoothing)
        head, _ = train_head(start(), clusters(1), clusters(2), parameters, quiet)
        scores = torch.softmax(head(clusters(2).values).detach(), dim=1)
        certain[smoothing] = float(scores.amax(dim=1).mean())
    assert certain[0.3] < certain[0.0]


@given(st.lists(st.integers(0, 4), min_size=1))
def test_with_class_weights_all_classes_that_there_are_count_alike(labels: list[int]) -> None:
    weights = class_weights(torch.tensor(labels), 6)
    sums = {label: float(weights[label]) * labels.count(label) for label in set(labels)}
    assert len(weights) == 6
    assert all(total == pytest.approx(len(labels) / len(sums)) for total in sums.values())
    assert all(weights[label] == 0 for label in set(range(6)) - set(labels))


def test_the_same_seed_gives_the_same_head_and_another_gives_another() -> None:
    heads = [
        train_head(start(), clusters(1), clusters(2), Parameters(random_seed=seed, epochs=3), quiet)[0]
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
            heads.append(train_head(start(), train, validation, Parameters(epochs=2, batch_size=3000), quiet)[0])
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
