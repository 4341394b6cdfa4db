"""The networks that can be had: one entry in one table for each.

A classifier is a *trunk*, which turns a photo into features, and a *head*, one linear layer that turns features into
a score for each class. The trunk is torchvision's network without the layers that knew ImageNet's thousand classes,
under torchvision's own names, so that its pretrained weights fit as they are.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torchvision import models

from weather_classifier.errors import ModelError
from weather_classifier.preprocess import Preprocessing


@dataclass(frozen=True)
class Backbone:
    """One of torchvision's classification networks.

    Attributes:
        name: as torchvision has it.
        weights: its default pretrained weights, which also name the preprocessing they were trained with. All are
            used with bilinear interpolation, also the few that were trained with bicubic: one preprocessing for all.
        head: the attribute of the network that holds its last layers.
        kept: how many of these stay in the trunk, because they only bring features into shape.
    """

    name: str
    weights: models.WeightsEnum
    head: str = "classifier"
    kept: int = 0

    @property
    def preprocessing(self) -> Preprocessing:
        """The preprocessing that the pretrained weights were made for."""
        preset = self.weights.transforms()
        return Preprocessing(
            resize_size=preset.resize_size[0],
            image_size=preset.crop_size[0],
            mean=tuple(preset.mean),
            std=tuple(preset.std),
        )


# MobileNetV3 has a hidden layer of its own before the last. It is left out: on the photos at hand, eight-fold cross
# validation gives a weighted F1 of 0.884 with a head of one linear layer and 0.880 to 0.884 with a new hidden layer,
# which takes ten times as long to train; and files of trunk weights do not have it.
BACKBONES = {
    backbone.name: backbone
    for backbone in (
        Backbone("mobilenet_v3_small", models.MobileNet_V3_Small_Weights.DEFAULT),
        Backbone("mobilenet_v3_large", models.MobileNet_V3_Large_Weights.DEFAULT),
        Backbone("resnet18", models.ResNet18_Weights.DEFAULT, head="fc"),
        Backbone("resnet50", models.ResNet50_Weights.DEFAULT, head="fc"),
        Backbone("efficientnet_b0", models.EfficientNet_B0_Weights.DEFAULT),
        Backbone("convnext_tiny", models.ConvNeXt_Tiny_Weights.DEFAULT, kept=2),
    )
}


class Classifier(nn.Module):
    """A trunk and a head.

    Attributes:
        trunk: (N, 3, size, size) preprocessed photos -> (N, features).
        head: (N, features) -> (N, classes), before softmax.
    """

    def __init__(self, trunk: nn.Module, head: nn.Linear) -> None:
        super().__init__()
        self.trunk = trunk
        self.head = head

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(N, 3, size, size) preprocessed photos -> (N, classes) logits."""
        logits: torch.Tensor = self.head(self.trunk(images))
        return logits


def find_backbone(name: str) -> Backbone:
    """The backbone of that name.

    Raises:
        ModelError: there is none; the message lists those there are.
    """
    if name not in BACKBONES:
        raise ModelError(f"model {name!r} is unknown; give one of {', '.join(BACKBONES)}")
    return BACKBONES[name]


def build_classifier(backbone: Backbone, classes: int) -> Classifier:
    """A network with random weights, in evaluation mode; the random seed decides them.

    Args:
        backbone: which trunk.
        classes: how many classes the head tells apart.
    """
    network: Any = models.get_model(backbone.name, weights=None)
    last = getattr(network, backbone.head)
    dropped = last[backbone.kept :] if isinstance(last, nn.Sequential) else last
    features = next(module.in_features for module in dropped.modules() if isinstance(module, nn.Linear))
    setattr(network, backbone.head, last[: backbone.kept] if backbone.kept else nn.Identity())
    for module in network.modules():
        # In place, an activation saves a little memory, and is exported to ONNX as five operations instead of one.
        if getattr(module, "inplace", False):
            module.inplace = False
    return Classifier(network, nn.Linear(features, classes)).eval()
