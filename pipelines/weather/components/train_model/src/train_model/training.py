"""The whole of a training, from two splits to a classifier."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torchvision
from weather_classifier.backbones import Classifier, build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint
from weather_classifier.device import choose_device, make_deterministic
from weather_classifier.preprocess import Preprocess
from weather_classifier.weights import LoadedWeights, load_weights
from weather_splits import Split

from train_model.epochs import Progress, loss_and_accuracy
from train_model.features import Features, check_splits, extract_features
from train_model.fine_tuning import Material, fine_tune
from train_model.head import one_thread, train_head
from train_model.parameters import Parameters
from train_model.pictures import Pictures
from train_model.temperature import cool, fit_temperature

HEAD_EPOCHS = 20
"""How long the head is trained before more than it is."""


@dataclass(frozen=True)
class Training:
    """A training that is done.

    Attributes:
        checkpoint: the classifier, on the CPU.
        progress: its epochs; of the head alone, or of all that was trained if that was more.
        temperature: what its scores were divided by, so that they are as sure as they are right on validation photos.
        calibrated_loss: mean cross entropy of the validation photos then, in nats.
        weights: what its trunk started from.
        parameters: what was asked for.
        device: where the trunk ran.
    """

    checkpoint: Checkpoint
    progress: Progress
    temperature: float
    calibrated_loss: float
    weights: LoadedWeights
    parameters: Parameters
    device: str

    def metrics(self) -> dict[str, float]:
        """Figures of the epoch that was kept and of the last one."""
        best, last = self.progress.best, self.progress.epochs[-1]
        return {
            "train_accuracy": best.train_accuracy,
            "train_loss": best.train_loss,
            "validation_accuracy": best.validation_accuracy,
            "validation_loss": best.validation_loss,
            "calibrated_validation_loss": self.calibrated_loss,
            "temperature": self.temperature,
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
            "class_weights": self.parameters.class_weights,
            "label_smoothing": self.parameters.label_smoothing,
            "train_layers": self.parameters.train_layers,
            "augmentation": self.parameters.augmentation,
            "precision": self.parameters.precision,
            "best_epoch": self.checkpoint.best_epoch,
            "device": self.device,
        }


@one_thread()
def train(train_split: Path, validation_split: Path, parameters: Parameters) -> Training:
    """Train a classifier.

    Sums over all photos are this one thread's; photos go through the network in as many threads as there are cores.

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
    preprocess = Preprocess(backbone.preprocessing(parameters.image_size)).eval()
    trained = backbone.last_parameters(classifier.trunk, parameters.blocks)
    with Pictures(preprocess.preprocessing.resize_size) as pictures, Pictures() as validation_pictures:
        train_features, validation_features = (
            extract_features(classifier.trunk, preprocess, split, device, _say, kept if trained else None)
            for split, kept in ((training, pictures), (validation, validation_pictures))
        )
        _say(f"features after {time.perf_counter() - start:.1f} s")
        classifier.scaling.cpu().fit(train_features.values, classifier.trunk.sizes)
        scaled = _scaled(classifier, validation_features)
        plan = replace(parameters, epochs=HEAD_EPOCHS, patience=0) if trained else parameters
        classifier.head, progress = train_head(classifier.head, _scaled(classifier, train_features), scaled, plan, _say)
        logits = classifier.head(scaled.values).detach()
        if trained:
            _say(f"head trained after {time.perf_counter() - start:.1f} s; {len(trained)} tensors of the trunk follow")
            material = Material(pictures, train_features.labels, validation_pictures, validation_features.labels)
            classifier, logits, progress = fine_tune(
                classifier, trained, material, preprocess, parameters, device, _say
            )
    labels = validation_features.labels
    temperature = fit_temperature(logits, labels)
    cool(classifier.head, temperature)
    calibrated, _ = loss_and_accuracy(logits / temperature, labels)
    _say(f"kept epoch {progress.best.number}, trained after {time.perf_counter() - start:.1f} s")
    checkpoint = Checkpoint(
        network=classifier.cpu().eval(),
        model=backbone.name,
        classes=classes,
        preprocessing=preprocess.preprocessing,
        seed=parameters.random_seed,
        best_epoch=progress.best.number,
        weights_sha256=weights.sha256,
    )
    return Training(checkpoint, progress, temperature, calibrated, weights, parameters, device.type)


@torch.no_grad()
def _scaled(classifier: Classifier, features: Features) -> Features:
    return Features(classifier.scaling(features.values), features.labels)


def _say(line: str) -> None:
    print(line, flush=True)
