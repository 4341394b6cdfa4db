"""The whole of a training, from two splits to a classifier."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torchvision
from weather_classifier.backbones import build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint
from weather_classifier.device import choose_device, make_deterministic
from weather_classifier.preprocess import Preprocess
from weather_classifier.weights import LoadedWeights, load_weights
from weather_splits import Split

from train_model.features import check_splits, extract_features
from train_model.head import TrainedHead, train_head
from train_model.parameters import Parameters


@dataclass(frozen=True)
class Training:
    """A training that is done.

    Attributes:
        checkpoint: the classifier, on the CPU.
        head: its head's history.
        weights: what its trunk started from.
        parameters: what was asked for.
        device: where the trunk ran.
    """

    checkpoint: Checkpoint
    head: TrainedHead
    weights: LoadedWeights
    parameters: Parameters
    device: str

    def metrics(self) -> dict[str, float]:
        """Figures of the epoch that was kept and of the last one."""
        best, last = self.head.best, self.head.epochs[-1]
        return {
            "train_accuracy": best.train_accuracy,
            "train_loss": best.train_loss,
            "validation_accuracy": best.validation_accuracy,
            "validation_loss": best.validation_loss,
            "best_epoch": float(best.number),
            "epochs": float(last.number),
            "last_train_accuracy": last.train_accuracy,
            "last_train_loss": last.train_loss,
            "last_validation_accuracy": last.validation_accuracy,
            "last_validation_loss": last.validation_loss,
        }

    def metadata(self) -> dict[str, Any]:
        """What is recorded of every form of the model."""
        return {
            "framework": "pytorch",
            "framework_version": torch.__version__,
            "torchvision_version": torchvision.__version__,
            "model": self.checkpoint.model,
            "classes": list(self.checkpoint.classes),
            "image_size": self.checkpoint.preprocessing.image_size,
            "random_seed": self.parameters.random_seed,
            "weights": self.parameters.weights,
            "weights_sha256": self.weights.sha256,
            "weights_loaded": len(self.weights.loaded),
            "weights_missing": len(self.weights.missing),
            "weights_unused": len(self.weights.unused),
            "best_epoch": self.checkpoint.best_epoch,
            "device": self.device,
        }


def train(train_split: Path, validation_split: Path, parameters: Parameters) -> Training:
    """Train a classifier.

    Args:
        train_split: folder of the split to learn from.
        validation_split: folder of the split that decides which epoch is kept.
        parameters: everything else.

    Raises:
        TrainModelError: the splits do not belong together, or the loss is no number.
        ClassifierError: the model, its weights or the device can't be had, or a photo can't be decoded.
        SplitError: a folder is not a split, or is damaged.
    """
    start = time.perf_counter()
    device = choose_device(parameters.device)
    make_deterministic(parameters.random_seed)
    backbone = find_backbone(parameters.model)
    training, validation = Split.open(train_split), Split.open(validation_split)
    check_splits(training, validation)
    classes = training.classes
    _say(
        f"{backbone.name} on {device.type}: {len(training)} photos to train on, {len(validation)} to validate, "
        f"{len(classes)} classes"
    )
    classifier = build_classifier(backbone, len(classes))
    weights = load_weights(classifier.trunk, backbone, parameters.weights)
    _say(weights.describe())
    preprocess = Preprocess(backbone.preprocessing).eval()
    train_features = extract_features(classifier.trunk, preprocess, training, device, _say)
    validation_features = extract_features(classifier.trunk, preprocess, validation, device, _say)
    _say(f"features after {time.perf_counter() - start:.1f} s")
    head = train_head(classifier.head, train_features, validation_features, parameters, _say)
    _say(f"kept epoch {head.best.number}, trained after {time.perf_counter() - start:.1f} s")
    classifier.head = head.head
    checkpoint = Checkpoint(
        network=classifier.cpu().eval(),
        model=backbone.name,
        classes=classes,
        preprocessing=backbone.preprocessing,
        seed=parameters.random_seed,
        best_epoch=head.best.number,
        weights_sha256=weights.sha256,
    )
    return Training(checkpoint, head, weights, parameters, device.type)


def _say(line: str) -> None:
    print(line, flush=True)
