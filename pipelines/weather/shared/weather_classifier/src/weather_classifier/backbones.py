"""The networks that can be had: one entry in one table for each.

A classifier is a *trunk*, which turns a photo into features, a *scaling*, which brings features of all kinds to one
size, and a *head*, one linear layer that turns them into a score for each class. The trunk is torchvision's network
without the layers that knew ImageNet's thousand classes, under torchvision's own names, so that its pretrained weights
fit as they are.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.fx import GraphModule
from torchvision import models
from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

from weather_classifier.errors import ModelError
from weather_classifier.preprocess import Preprocessing

_LEAST_VARIATION = 0.05
_LEAST_VARIANCE = 1e-6

LAST = "last"
"""What a trunk calls the features that the network itself would go on with."""


@dataclass(frozen=True)
class Backbone:
    """One of torchvision's classification networks.

    Attributes:
        name: as torchvision has it.
        weights: its default pretrained weights, which also name the preprocessing they were trained with. All are
            used with bilinear interpolation, also the few that were trained with bicubic: one preprocessing for all.
        scales: its last layer of each size of picture but the smallest, from the largest size on.
        stages: what holds its blocks, in order.
        head: the attribute of the network that holds its last layers.
        kept: how many of these stay in the trunk, because they only bring features into shape.
    """

    name: str
    weights: models.WeightsEnum
    scales: tuple[str, ...]
    stages: tuple[str, ...] = ("features",)
    head: str = "classifier"
    kept: int = 0

    def preprocessing(self, image_size: int = 0) -> Preprocessing:
        """The preprocessing that the pretrained weights were made for.

        Args:
            image_size: pixels a side that the network is to see instead; 0 is what the weights were made for.
        """
        preset = self.weights.transforms()
        size = image_size or preset.crop_size[0]
        return Preprocessing(
            resize_size=round(preset.resize_size[0] * size / preset.crop_size[0]),
            image_size=size,
            mean=tuple(preset.mean),
            std=tuple(preset.std),
        )

    def last_parameters(self, trunk: "Trunk", blocks: int | None = None) -> list[str]:
        """Names of the parameters of a trunk's last blocks, as its network has them, in order.

        Args:
            trunk: of a classifier with this backbone.
            blocks: how many; None is the whole trunk.

        Raises:
            ModelError: it does not have so many blocks.
        """
        names = [name for name, _ in trunk.network.named_parameters()]
        if blocks is None:
            return names
        if blocks == 0:
            return []
        present = [
            f"{stage}.{name}."
            for stage in self.stages
            for name, _ in trunk.network.get_submodule(stage).named_children()
        ]
        if blocks > len(present):
            raise ModelError(f"{self.name} has {len(present)} blocks, not {blocks}; give a smaller number, or all")
        first = next(number for number, name in enumerate(names) if name.startswith(present[-blocks]))
        return names[first:]


_RESNET = ("layer1", "layer2", "layer3")

# MobileNetV3 has a hidden layer of its own before the last. It is left out: on the photos at hand, eight-fold cross
# validation gives a weighted F1 of 0.884 with a head of one linear layer and 0.880 to 0.884 with a new hidden layer,
# which takes ten times as long to train; and files of trunk weights do not have it.
BACKBONES = {
    backbone.name: backbone
    for backbone in (
        Backbone(
            "mobilenet_v3_small",
            models.MobileNet_V3_Small_Weights.DEFAULT,
            ("features.0", "features.1", "features.3", "features.8"),
        ),
        Backbone(
            "mobilenet_v3_large",
            models.MobileNet_V3_Large_Weights.DEFAULT,
            ("features.1", "features.3", "features.6", "features.12"),
        ),
        Backbone("resnet18", models.ResNet18_Weights.DEFAULT, _RESNET, (*_RESNET, "layer4"), head="fc"),
        Backbone("resnet50", models.ResNet50_Weights.DEFAULT, _RESNET, (*_RESNET, "layer4"), head="fc"),
        Backbone(
            "efficientnet_b0",
            models.EfficientNet_B0_Weights.DEFAULT,
            ("features.1", "features.2", "features.3", "features.5"),
        ),
        Backbone(
            "convnext_tiny",
            models.ConvNeXt_Tiny_Weights.DEFAULT,
            ("features.1", "features.3", "features.5"),
            kept=2,
        ),
    )
}


class Trunk(nn.Module):
    """What the network makes of a photo, and what it saw on the way there.

    The weather is in a photo's light and texture as much as in its things: how bright, how grey and how rough it is at
    each scale says more of fog and frost than a network made to tell a thousand things apart passes on to its end. So
    the mean and the standard deviation of every channel of each scale stand beside the last features. On the photos at
    hand, eight-fold cross validation gives a weighted F1 of 0.893 with them and 0.871 without, with the same head; and
    they cost next to nothing.

    Attributes:
        network: (N, 3, size, size) preprocessed photos -> the channels of each scale, and the last features.
        sizes: how many features there are of each kind, in their order.
    """

    def __init__(self, network: nn.Module, scales: tuple[str, ...]) -> None:
        super().__init__()
        # What the network does last is what its head would have taken; with no head it is what it gives.
        extractor = create_feature_extractor(
            network.eval(), {**{each: each for each in scales}, _output(network): LAST}
        )
        # Only its graph: the extractor itself has one for each mode, and a copy of it is in the mode of training.
        self.network: nn.Module = GraphModule(extractor, extractor.graph)
        self.scales = scales
        with torch.no_grad():
            self.sizes = tuple(part.shape[1] for part in self.eval()._parts(torch.zeros(1, 3, 64, 64)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(N, 3, size, size) preprocessed photos -> (N, features)."""
        return torch.cat(self._parts(images), dim=1)

    def _parts(self, images: torch.Tensor) -> list[torch.Tensor]:
        nodes = self.network(images)
        parts = []
        for scale in self.scales:
            channels = nodes[scale]  # (N, C, height, width)
            mean = channels.mean(dim=(2, 3))
            # The mean of squares without the square of the mean: to centre them first takes a copy of all channels.
            # What is lost to rounding is about as much as the smallest variance, which keeps the gradient of the root
            # finite where a channel is the same everywhere.
            variance = ((channels * channels).mean(dim=(2, 3)) - mean * mean).clamp(min=0)
            parts += [mean, (variance + _LEAST_VARIANCE).sqrt()]
        return [*parts, nodes[LAST]]


def _output(network: nn.Module) -> str:
    """The name of the last thing that a network does."""
    name: str = get_graph_node_names(network)[1][-1]
    return name


class Scaling(nn.Module):
    """Centres every feature, and brings those of each kind to one size: one learning rate suits them all.

    A factor for each feature would blow up those that hardly vary, and does worse.
    """

    centre: torch.Tensor
    factor: torch.Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(features))
        self.register_buffer("factor", torch.ones(features))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(N, features) -> (N, features)."""
        return (features - self.centre) * self.factor

    @torch.no_grad()
    def fit(self, features: torch.Tensor, sizes: tuple[int, ...]) -> None:
        """Choose centre and factors by photos.

        Args:
            features: (photos, features) of the trunk.
            sizes: how many there are of each kind; all kinds together come to a mean square of 1.
        """
        self.centre.copy_(features.mean(dim=0))
        kinds = zip(
            torch.split(features, list(sizes), 1), torch.split(features - self.centre, list(sizes), 1), strict=True
        )
        self.factor.copy_(torch.cat([_factor(own, centred).expand(own.shape[1]) for own, centred in kinds]))


def _factor(features: torch.Tensor, centred: torch.Tensor) -> torch.Tensor:
    """What brings features of a kind to a mean square of 1.

    Features that hardly vary beside their size, as those of an untrained network, are left smaller: what varies in them
    is mostly rounding, which differs from one program to another.
    """
    least = _LEAST_VARIATION * features.square().mean().sqrt()
    return torch.maximum(centred.square().mean().sqrt(), least).clamp(min=1e-12).reciprocal()


class Classifier(nn.Module):
    """A trunk, a scaling and a head.

    Attributes:
        trunk: (N, 3, size, size) preprocessed photos -> (N, features).
        scaling: (N, features) -> (N, features).
        head: (N, features) -> (N, classes), before softmax.
    """

    def __init__(self, trunk: Trunk, head: nn.Linear) -> None:
        super().__init__()
        self.trunk = trunk
        self.scaling = Scaling(head.in_features)
        self.head = head

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(N, 3, size, size) preprocessed photos -> (N, classes) logits."""
        logits: torch.Tensor = self.head(self.scaling(self.trunk(images)))
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
    setattr(network, backbone.head, last[: backbone.kept] if backbone.kept else nn.Identity())
    for module in network.modules():
        # In place, an activation saves a little memory, and is exported to ONNX as five operations instead of one.
        if getattr(module, "inplace", False):
            module.inplace = False
    trunk = Trunk(network, backbone.scales)
    return Classifier(trunk, nn.Linear(sum(trunk.sizes), classes)).eval()
