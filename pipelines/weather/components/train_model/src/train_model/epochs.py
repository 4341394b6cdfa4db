"""Training, epoch by epoch: how large its steps are, how good each epoch is, which is the best and when it ends."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from train_model.errors import DivergedError
from train_model.parameters import Parameters

WARM_UP = 0.1
"""Part of all steps in which the learning rate rises."""

_REPORTED_EPOCHS = 10


@dataclass(frozen=True)
class Epoch:
    """How good a network is after an epoch, in evaluation mode.

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


def class_weights(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """What a photo of each class counts so that all classes together count alike.

    Args:
        labels: (photos,) numbers of classes.
        classes: how many there are.

    Returns:
        (classes,) float32; a photo counts 1 on average, a class without photos nothing.
    """
    counts = torch.bincount(labels, minlength=classes)
    present = counts > 0
    return torch.where(present, len(labels) / (present.sum() * counts.clamp(min=1)), 0.0).float()


def loss_and_accuracy(logits: torch.Tensor, labels: torch.Tensor) -> tuple[float, float]:
    """Mean cross entropy of (photos, classes) logits, in nats, and the share of photos that are right."""
    right = logits.argmax(dim=1) == labels
    return float(F.cross_entropy(logits, labels)), float(right.double().mean())


class Progress:
    """The epochs of a training so far, and whether there is to be another one.

    Attributes:
        epochs: in order.
    """

    def __init__(self, parameters: Parameters, report: Callable[[str], None]) -> None:
        self.epochs: list[Epoch] = []
        self._parameters = parameters
        self._report = report

    @property
    def best(self) -> Epoch:
        """The one with the smallest validation loss; of several that are equal, the first."""
        return min(self.epochs, key=lambda epoch: epoch.validation_loss)

    def numbers(self) -> Iterator[int]:
        """The number of each epoch, from 1 on, as long as training goes on; each must be added before the next."""
        every = math.ceil(self._parameters.epochs / _REPORTED_EPOCHS)
        for number in range(1, self._parameters.epochs + 1):
            yield number
            if number % every == 0 or number == self._parameters.epochs:
                self._report(self._line(self.epochs[-1]))
            if self._parameters.patience and number - self.best.number >= self._parameters.patience:
                self._report(f"ended after epoch {number}: none was better than epoch {self.best.number} since")
                return

    def add(self, epoch: Epoch) -> bool:
        """Note an epoch that is done; whether it is the best so far.

        Raises:
            DivergedError: a loss became infinite or no number at all.
        """
        if not math.isfinite(epoch.train_loss + epoch.validation_loss):
            raise DivergedError(
                f"the loss is {epoch.train_loss} after epoch {epoch.number}; give a learning_rate smaller than "
                f"{self._parameters.learning_rate}, or other weights"
            )
        self.epochs.append(epoch)
        return self.best is epoch

    def _line(self, epoch: Epoch) -> str:
        return (
            f"epoch {epoch.number}/{self._parameters.epochs}: loss {epoch.train_loss:.4f}, accuracy "
            f"{epoch.train_accuracy:.3f}; validation loss {epoch.validation_loss:.4f}, accuracy "
            f"{epoch.validation_accuracy:.3f}"
        )
