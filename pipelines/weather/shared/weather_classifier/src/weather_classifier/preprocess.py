"""Preprocessing: RGB of any size in, what a network takes out.

This is its one definition. Training, evaluation and the PyTorch side of every comparison run ``Preprocess``; the
ONNX model holds the same steps as a graph (``train_model.onnx_preprocessing``), and tests hold the two together.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Preprocessing:
    """How photos are prepared for a network; every backbone's pretrained weights name their own.

    Attributes:
        resize_size: pixels a side of the photo's centred square after resizing.
        image_size: pixels a side of what is cut from its centre, which is what the network sees.
        mean, std: of red, green and blue over ImageNet, on a scale from 0 to 1.
    """

    resize_size: int
    image_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @property
    def margin(self) -> int:
        """Pixels that are cut off at the top and at the left of the resized square."""
        return (self.resize_size - self.image_size) // 2


class Preprocess(nn.Module):
    """Centred square, antialiased bilinear resize, centre crop, normalisation.

    Resizing the shorter side, then cutting from the centre, as torchvision's transforms do, would resize much that
    is thrown away right after: a third of an ordinary photo, nearly all of a panorama. Taking the centred square
    first gives the same picture to within half a pixel of the source, in one fixed size.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.preprocessing = preprocessing
        # Pixels stay on their scale from 0 to 255; dividing each of them by 255 first would only cost a pass.
        self.register_buffer("mean", 255 * torch.tensor(preprocessing.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(preprocessing.std).view(1, 3, 1, 1), persistent=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Prepare photos of one size.

        Args:
            image: (N, height, width, 3) uint8 RGB.

        Returns:
            (N, 3, image_size, image_size) float32.
        """
        size, start = self.preprocessing.resize_size, self.preprocessing.margin
        end = start + self.preprocessing.image_size
        height, width = image.shape[1:3]
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        square = image[:, top : top + side, left : left + side]  # (N, side, side, 3)
        # Plane by plane, resizing takes half as long as pixel by pixel, which is how photos are decoded; and bytes are
        # quicker to bring into planes than floats.
        planes = square.permute(0, 3, 1, 2).contiguous().float()
        resized = F.interpolate(planes, size=(size, size), mode="bilinear", align_corners=False, antialias=True)
        return self.normalise(resized[:, :, start:end, start:end])

    def normalise(self, planes: torch.Tensor) -> torch.Tensor:
        """Photos of any size, (N, 3, height, width) from 0 to 255, as the network takes them."""
        return planes.sub(self.mean).div_(self.std)
