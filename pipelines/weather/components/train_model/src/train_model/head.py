"""Trains the head on kept features.

On one core of the CPU, wherever the trunk ran: an epoch takes milliseconds there, and its sums have one order
whatever the machine.
"""

import contextlib
import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from train_model.errors import DivergedError
from train_model.features import Features
from train_model.parameters import Parameters

WEIGHT_DECAY = 0.5
"""AdamW multiplies it with the learning rate. Between 0.1 and 1 hardly matters on the photos at hand."""

WARM_UP = 0.1
"""Part of all steps in which the learning rate rises."""

_REPORTED_EPOCHS = 10


@dataclass(frozen=True)
class Epoch:
    """How good a head is after an epoch, in evaluation mode.

    Attributes:
        number: counted from 1.
        train_loss, validation_loss: mean cross entropy, in nats.
        train_accuracy, validation_accuracy: share of photos whose class has the highest score.
    """

    number: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float


@dataclass(frozen=True)
class TrainedHead:
    """A head and its history.

    Attributes:
        head: as it was after its best epoch, the one with the lowest validation loss.
        epochs: all of them, in order.
    """

    head: nn.Linear
    epochs: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The epoch that was kept; of several that are equal, the first."""
        return min(self.epochs, key=lambda epoch: epoch.validation_loss)


def step_size(step: int, steps: int) -> float:
    """The part of the learning rate to use in a step: up in a line, then down along a cosine to nothing.

    Args:
        step: counted from 0.
        steps: of the whole training.
    """
    rising = max(1, round(WARM_UP * steps))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch use one thread; how many there are decides the order of sums, and so their last bits."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@one_thread()
def train_head(
    head: nn.Linear, train: Features, validation: Features, parameters: Parameters, report: Callable[[str], None]
) -> TrainedHead:
    """Train a head.

    Args:
        head: as it starts; left as it is.
        train: what it learns from.
        validation: what decides which epoch is kept.
        parameters: epochs, batch size, learning rate and seed.
        report: told about some of the epochs.

    Raises:
        DivergedError: the loss became infinite or no number at all.
    """
    # One factor for all features brings those of any backbone to one size, so that one learning rate suits them
    # all. A factor for each would blow up features that hardly vary, and does worse.
    scale = train.values.square().mean().sqrt().clamp(min=1e-12)
    head = copy.deepcopy(head)
    optimizer = torch.optim.AdamW(head.parameters(), lr=parameters.learning_rate, weight_decay=WEIGHT_DECAY)
    steps = parameters.epochs * math.ceil(len(train.labels) / parameters.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: step_size(step, steps))
    order = torch.Generator().manual_seed(parameters.random_seed)
    train, validation = _scaled(train, scale), _scaled(validation, scale)
    epochs: list[Epoch] = []
    best = copy.deepcopy(head)
    for number in range(1, parameters.epochs + 1):
        shuffled = torch.randperm(len(train.labels), generator=order)
        for batch in torch.split(shuffled, parameters.batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(head(train.values[batch]), train.labels[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        epoch = Epoch(number, *_loss_and_accuracy(head, train), *_loss_and_accuracy(head, validation))
        if not math.isfinite(epoch.train_loss + epoch.validation_loss):
            raise DivergedError(
                f"the loss is {epoch.train_loss} after epoch {number}; give a learning_rate smaller than "
                f"{parameters.learning_rate}, or other weights"
            )
        if all(epoch.validation_loss < other.validation_loss for other in epochs):
            best = copy.deepcopy(head)
        epochs.append(epoch)
        if number % math.ceil(parameters.epochs / _REPORTED_EPOCHS) == 0 or number == parameters.epochs:
            report(_line(epoch, parameters.epochs))
    with torch.no_grad():
        # What it learned for scaled features, for the features as they come.
        best.weight.div_(scale)
    return TrainedHead(best, tuple(epochs))


def _scaled(features: Features, scale: torch.Tensor) -> Features:
    return Features(features.values / scale, features.labels)


@torch.no_grad()
def _loss_and_accuracy(head: nn.Linear, features: Features) -> tuple[float, float]:
    logits = head(features.values)
    right = logits.argmax(dim=1) == features.labels
    return float(F.cross_entropy(logits, features.labels)), float(right.double().mean())


def _line(epoch: Epoch, epochs: int) -> str:
    return (
        f"epoch {epoch.number}/{epochs}: loss {epoch.train_loss:.4f}, accuracy {epoch.train_accuracy:.3f}; "
        f"validation loss {epoch.validation_loss:.4f}, accuracy {epoch.validation_accuracy:.3f}"
    )
