"""What a user chooses about a training."""

import math
from dataclasses import dataclass

from train_model.errors import ParameterError


@dataclass(frozen=True)
class Parameters:
    """The parameters of a training, each checked.

    Attributes:
        model: name of the backbone.
        weights: what its trunk starts from: ``imagenet``, ``none`` or the address of a state dict.
        epochs: how many times the head's training goes through the photos.
        random_seed: decides the head's start and the order of the photos.
        batch_size: photos in one step of the head's training.
        learning_rate: largest size of a step; it rises to this and then falls to nothing.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Raises:
        ParameterError: a number is out of range.
    """

    model: str = "mobilenet_v3_small"
    weights: str = "imagenet"
    epochs: int = 10
    random_seed: int = 42
    batch_size: int = 64
    learning_rate: float = 0.005
    device: str = "auto"

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ParameterError(f"learning_rate is {self.learning_rate}; it must be a number above 0")
