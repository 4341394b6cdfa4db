"""What a user chooses about a training."""

import math
import re
from dataclasses import dataclass
from typing import Literal, get_args

from train_model.augmentation import AUGMENTATIONS
from train_model.errors import ParameterError

ClassWeights = Literal["none", "balanced"]
Precision = Literal["full", "mixed"]
IMAGE_SIZES = range(64, 1025)
_TRAIN_LAYERS = re.compile(r"head|all|last:([1-9][0-9]*)")


@dataclass(frozen=True)
class Parameters:
    """The parameters of a training, each checked.

    Attributes:
        model: name of the backbone.
        weights: what its trunk starts from: ``imagenet``, ``none`` or the address of a state dict.
        epochs: how many times training goes through the photos.
        random_seed: decides the head's start, the order of the photos and how they are changed.
        batch_size: photos in one step of training.
        learning_rate: largest size of a step; it rises to this and then falls to nothing.
        image_size: pixels a side of what the network sees of a photo; 0 is what its weights were made for.
        class_weights: ``balanced`` makes all classes count alike in training, however many photos each has; ``none``
            makes all photos count alike.
        label_smoothing: how much of the certainty that a photo is of its class is given to all classes, from 0 on and
            below 1; it makes up for photos that show two kinds of weather.
        train_layers: ``head`` trains a head on the frozen trunk, ``last:N`` also the trunk's last N blocks, ``all`` the
            whole network. The trunk's learning rate is a tenth of the head's.
        augmentation: how photos are changed while more than the head is trained, a name of ``AUGMENTATIONS``.
        precision: of what the network computes while more than the head is trained: ``full`` is 32 bits, ``mixed`` 16
            bits (bfloat16) wherever that hardly matters, which is faster on a GPU. Photos are judged in full precision
            in any case.
        patience: epochs without a smaller validation loss after which training ends; 0 is never.
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
    image_size: int = 0
    class_weights: str = "none"
    label_smoothing: float = 0.1
    train_layers: str = "head"
    augmentation: str = "mixing"
    precision: str = "full"
    patience: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ParameterError(f"learning_rate is {self.learning_rate}; it must be a number above 0")
        if self.image_size and self.image_size not in IMAGE_SIZES:
            raise ParameterError(
                f"image_size is {self.image_size}; it must be from {IMAGE_SIZES[0]} to {IMAGE_SIZES[-1]}, or 0 for "
                "what the weights were made for"
            )
        if self.class_weights not in get_args(ClassWeights):
            raise ParameterError(f"class_weights is {self.class_weights!r}; give {' or '.join(get_args(ClassWeights))}")
        if not 0 <= self.label_smoothing < 1:
            raise ParameterError(f"label_smoothing is {self.label_smoothing}; it must be 0 or more and below 1")
        if not _TRAIN_LAYERS.fullmatch(self.train_layers):
            raise ParameterError(f"train_layers is {self.train_layers!r}; give head, last:N (such as last:3) or all")
        if self.augmentation not in AUGMENTATIONS:
            raise ParameterError(f"augmentation is {self.augmentation!r}; give one of {', '.join(AUGMENTATIONS)}")
        if self.precision not in get_args(Precision):
            raise ParameterError(f"precision is {self.precision!r}; give {' or '.join(get_args(Precision))}")
        if self.patience < 0:
            raise ParameterError(f"patience is {self.patience}; it must be 0 or more")

    @property
    def blocks(self) -> int | None:
        """How many of the trunk's last blocks are trained: 0 is none, None the whole trunk."""
        if self.train_layers == "all":
            return None
        return int(self.train_layers.partition(":")[2] or 0)
