"""Training the weather model the way a tutorial does it.

As https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html has it ("ConvNet as fixed feature
extractor"), with MobileNetV3-Small, the transforms that its weights were made for, and Adam. Every photo is decoded,
prepared and run through the frozen network in every epoch.
"""

import copy
import os
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

BATCH = 64
LEARNING_RATE = 0.001

_TRANSFORM = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)


def network(classes: int, weights: Path) -> nn.Module:
    """MobileNetV3-Small with a trunk that stays as it is and a new last layer.

    All layers of its own after the trunk are replaced by one, because files of trunk weights do not have them.
    """
    made: nn.Module = models.mobilenet_v3_small()
    made.load_state_dict(torch.load(weights, weights_only=True), strict=False)
    for parameter in made.parameters():
        parameter.requires_grad = False
    made.classifier = nn.Linear(576, classes)
    return made


def plain(photos: Path, weights: Path, epochs: int, seed: int) -> dict[str, Any]:
    """Train and test.

    Args:
        photos: folder of the folders ``train``, ``validation`` and ``test``, each with one folder a class.
        weights: file of the trunk's weights.

    Returns:
        seconds (of training, with the validation after each epoch), decoded (photos until then), and the numbers of the
        true and the predicted classes of the test photos.
    """
    begun = time.perf_counter()
    torch.manual_seed(seed)
    training, validation = _loader(photos / "train", shuffle=True), _loader(photos / "validation")
    model = network(len(training.dataset.classes), weights)  # type: ignore[attr-defined]
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam([each for each in model.parameters() if each.requires_grad], lr=LEARNING_RATE)
    best, best_right = copy.deepcopy(model.state_dict()), -1
    for _ in range(epochs):
        model.train()
        for inputs, labels in training:
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()
        true, predicted = _predicted(model, validation)
        right = int((true == predicted).sum())
        if right > best_right:
            best, best_right = copy.deepcopy(model.state_dict()), right
    model.load_state_dict(best)
    seconds = time.perf_counter() - begun
    true, predicted = _predicted(model, _loader(photos / "test"))
    return {
        "seconds": seconds,
        "decoded": epochs * (len(training.dataset) + len(validation.dataset)),  # type: ignore[arg-type]
        "true": true.tolist(),
        "predicted": predicted.tolist(),
    }


def _loader(folder: Path, shuffle: bool = False) -> DataLoader[Any]:
    photos = datasets.ImageFolder(folder, _TRANSFORM, allow_empty=True)
    return DataLoader(photos, batch_size=BATCH, shuffle=shuffle, num_workers=os.cpu_count() or 1)


@torch.no_grad()
def _predicted(model: nn.Module, loader: DataLoader[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """(photos,) numbers of the true classes and of those with the highest score."""
    model.eval()
    pairs = [(labels, model(inputs).argmax(dim=1)) for inputs, labels in loader]
    true, predicted = zip(*pairs, strict=True)
    return torch.cat(true), torch.cat(predicted)
