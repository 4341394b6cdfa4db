"""What a photo might have looked like: the same weather through another lens.

A part of it, mirrored or not, brighter or darker, with more or less contrast and colour. Weather is not where in a
photo something stands, nor how a camera was set; a network that is trained further learns that only if it is shown.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from weather_classifier.decode import RgbImage

_GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""What red, green and blue count for how bright a pixel is (ITU-R BT.601)."""


@dataclass(frozen=True)
class Augmentation:
    """How far from the photo it may go.

    Attributes:
        least: the smallest part of a photo's area that is shown.
        stretch: how many times as wide or as high as it was a part may be shown.
        colour: by which share brightness, contrast and saturation change at most.
        mixing: of the Beta distribution of how much of a second photo shines through a photo, and counts of its class
            (mixup, Zhang et al. 2018, arXiv:1710.09412); 0 is none.
    """

    least: float
    stretch: float = 4 / 3
    colour: float = 0.0
    mixing: float = 0.0


AUGMENTATIONS: dict[str, Augmentation | None] = {
    "none": None,
    "crops": Augmentation(least=0.35),
    "colour": Augmentation(least=0.35, colour=0.2),
    "mixing": Augmentation(least=0.35, colour=0.2, mixing=0.2),
}
"""Each does what the one before it does, and more."""


def augment(picture: RgbImage, augmentation: Augmentation, size: int, random: np.random.Generator) -> torch.Tensor:
    """A picture as it might have been.

    Args:
        picture: (height, width, 3).
        augmentation: how far to go.
        size: pixels a side of the result.
        random: decides all of it.

    Returns:
        (3, size, size) float32, from 0 to 255.
    """
    height, width = picture.shape[:2]
    box = _part(height, width, augmentation, random)
    part = Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR, box=box)
    shown = np.asarray(part, dtype=np.float32)
    if random.random() < 0.5:
        shown = shown[:, ::-1]
    if augmentation.colour:
        shown = _recolour(shown, augmentation.colour, random)
    return torch.from_numpy(np.ascontiguousarray(shown.transpose(2, 0, 1)))


def _part(
    height: int, width: int, augmentation: Augmentation, random: np.random.Generator
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a part, as large and as stretched as it may be."""
    area = height * width * random.uniform(augmentation.least, 1)
    bound = math.log(augmentation.stretch)
    ratio = math.exp(random.uniform(-bound, bound))
    # What would be wider or higher than the photo is as wide or as high as it.
    across, down = min(math.sqrt(area * ratio), width), min(math.sqrt(area / ratio), height)
    left, top = random.uniform(0, width - across), random.uniform(0, height - down)
    return left, top, left + across, top + down


def _recolour(shown: NDArray[np.float32], share: float, random: np.random.Generator) -> NDArray[np.float32]:
    brightness, contrast, saturation = random.uniform(1 - share, 1 + share, 3)
    # All three are sums of a pixel's colours, so one matrix does them.
    matrix = brightness * contrast * (saturation * np.eye(3) + (1 - saturation) * _GREY)
    middle = float(shown.mean(axis=(0, 1)) @ _GREY)
    changed = shown @ matrix.T.astype(np.float32) + np.float32(brightness * (1 - contrast) * middle)
    result: NDArray[np.float32] = changed.clip(0, 255)
    return result
