"""Trains blocks of the trunk along with the head.

A batch is gone through in parts, each part one thread's work from its pictures to its gradients, and the gradients are
added up in the order of the parts: the same bits, however many cores there are. For that the network stays in
evaluation mode: BatchNorm keeps the statistics of the pretrained network, and no photo depends on another.
"""

import copy
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from weather_classifier.backbones import Classifier
from weather_classifier.decode import RgbImage
from weather_classifier.device import to_device
from weather_classifier.preprocess import Preprocess
from weather_classifier.stream import cores

from train_model.augmentation import AUGMENTATIONS, augment
from train_model.epochs import Epoch, Progress, class_weights, loss_and_accuracy, step_size
from train_model.head import WEIGHT_DECAY
from train_model.parameters import Parameters
from train_model.pictures import Pictures

PART = 8
"""Photos whose gradients are one thread's work. It decides which are added first, and so the last bits."""

SHOWN = 7 / 8
"""Pixels a side of augmented photos, as a share of those that the network is for. Parts of photos are shown enlarged:
with this, things look about as large as in a whole photo later (Touvron et al. 2019, arXiv:1906.06423)."""

TRUNK_RATE = 0.1
"""The trunk's learning rate, as a share of the head's: what it knows is to be bent, not to be forgotten."""

HEAD_RATE = 0.4
"""The head's learning rate, as a share of what it was trained with before: it has only to follow the trunk."""

TRUNK_DECAY = 0.05


@dataclass(frozen=True)
class Material:
    """The photos that a network is trained with.

    Attributes:
        pictures: to learn from.
        labels: (photos,) int64, numbers of their classes.
        validation: pictures that decide which epoch is kept, decoded as for evaluation.
        validation_labels: (photos,) int64.
    """

    pictures: Pictures
    labels: torch.Tensor
    validation: Pictures
    validation_labels: torch.Tensor


def fine_tune(
    classifier: Classifier,
    trained: Sequence[str],
    material: Material,
    preprocess: Preprocess,
    parameters: Parameters,
    device: torch.device,
    report: Callable[[str], None],
) -> tuple[Classifier, torch.Tensor, Progress]:
    """Train a classifier further.

    What is kept is a moving average of about the last epoch's networks, which is better than any one of them.

    Args:
        classifier: its head trained on the frozen trunk; left as it is.
        trained: names of the trunk's parameters that are trained, as its network has them.
        material: the photos.
        preprocess: the preprocessing that comes before it.
        parameters: epochs, batch size, learning rate, seed, augmentation and so on.
        device: where the network runs.
        report: told about the epochs.

    Returns:
        the classifier as it was after its best epoch, on the CPU; its (photos, classes) logits for the validation
        photos; and all epochs. An epoch's training loss and accuracy are of the photos as they were shown, while it
        learned from them.

    Raises:
        DivergedError: the loss became infinite or no number at all.
    """
    network = copy.deepcopy(classifier).to(device).to(memory_format=torch.channels_last).eval().requires_grad_(False)
    learning = _Learning(network, material, preprocess, parameters, device)
    optimizer = _optimizer(network, trained, parameters)
    tuned = [each for group in optimizer.param_groups for each in group["params"]]
    photos = len(material.labels)
    per_epoch = math.ceil(photos / parameters.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: step_size(step, parameters.epochs * per_epoch))
    averaging = get_ema_multi_avg_fn(1 - 1 / per_epoch)  # type: ignore[no-untyped-call]
    average = AveragedModel(network, multi_avg_fn=averaging).eval()
    order = torch.Generator().manual_seed(parameters.random_seed)
    best, best_logits = copy.deepcopy(network), torch.empty(0)
    progress = Progress(parameters, report)
    with ThreadPoolExecutor(cores(), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for number in progress.numbers():
            loss, right = 0.0, 0
            for batch in torch.split(torch.randperm(photos, generator=order), parameters.batch_size):
                work = [pool.submit(learning.part, part, number, tuned) for part in torch.split(batch, PART)]
                parts = [each.result() for each in work]
                for index, parameter in enumerate(tuned):
                    parameter.grad = sum((part.gradients[index] for part in parts[1:]), parts[0].gradients[index])
                    parameter.grad /= len(batch)
                optimizer.step()
                schedule.step()
                average.update_parameters(network)
                loss += sum(part.loss for part in parts)
                right += sum(part.right for part in parts)
            numbers = torch.arange(len(material.validation_labels))
            logits = torch.cat(list(pool.map(lambda part: learning.scored(average, part), torch.split(numbers, PART))))
            figures = loss_and_accuracy(logits, material.validation_labels)
            if progress.add(Epoch(number, loss / photos, right / photos, *figures)):
                best.load_state_dict(average.module.state_dict())
                best_logits = logits
    return best.cpu(), best_logits, progress


def _optimizer(network: Classifier, trained: Sequence[str], parameters: Parameters) -> torch.optim.Optimizer:
    named = dict(network.trunk.network.named_parameters())
    trunk = [named[name] for name in trained]
    head = list(network.head.parameters())
    for each in (*trunk, *head):
        each.requires_grad_(True)
    rate = parameters.learning_rate
    # What scales or shifts a channel has no reason to be small.
    weights, shifts = [each for each in trunk if each.ndim > 1], [each for each in trunk if each.ndim == 1]
    groups = [
        {"params": weights, "lr": rate * TRUNK_RATE, "weight_decay": TRUNK_DECAY},
        {"params": shifts, "lr": rate * TRUNK_RATE, "weight_decay": 0.0},
        {"params": head, "lr": rate * HEAD_RATE, "weight_decay": WEIGHT_DECAY},
    ]
    return torch.optim.AdamW([group for group in groups if group["params"]])


@dataclass(frozen=True)
class _Part:
    """What came of a part of a batch; loss and gradients are sums over its photos."""

    loss: float
    right: int
    gradients: tuple[torch.Tensor, ...]


class _Learning:
    """What a network makes of pictures; called in several threads at once."""

    def __init__(
        self,
        network: Classifier,
        material: Material,
        preprocess: Preprocess,
        parameters: Parameters,
        device: torch.device,
    ) -> None:
        self.network = network
        self.material = material
        self.preprocess = preprocess
        self.device = device
        self.seed = parameters.random_seed % 2**64
        self.smoothing = parameters.label_smoothing
        self.is_mixed = parameters.precision == "mixed"
        self.augmentation = AUGMENTATIONS[parameters.augmentation]
        self.classes = network.head.out_features
        balanced = parameters.class_weights == "balanced"
        self.weights = class_weights(material.labels, self.classes).to(device) if balanced else None

    def part(self, numbers: torch.Tensor, epoch: int, tuned: Sequence[nn.Parameter]) -> _Part:
        """Learn from the pictures of these numbers."""
        labels = self.material.labels[numbers]
        images, targets = self._shown(numbers, labels, epoch)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_mixed):
            logits = self.network(images).float()
        loss = F.cross_entropy(
            logits, targets.to(self.device), self.weights, reduction="sum", label_smoothing=self.smoothing
        )
        gradients = torch.autograd.grad(loss, tuned)
        right = logits.argmax(dim=1).cpu() == targets.argmax(dim=1)
        return _Part(loss.item(), int(right.sum()), gradients)

    def _shown(self, numbers: torch.Tensor, labels: torch.Tensor, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(N, 3, side, side) prepared photos and the (N, classes) shares of each class in them."""
        targets = F.one_hot(labels, self.classes).float()
        pictures = [self.material.pictures[number] for number in numbers.tolist()]
        if self.augmentation is None:
            return self._plain(pictures), targets
        size = round(SHOWN * self.preprocess.preprocessing.image_size)
        # Every photo has random numbers of its own: those of a part do not depend on what others drew.
        sources = [np.random.default_rng([self.seed, epoch, number]) for number in numbers.tolist()]
        shown = torch.stack(
            [augment(picture, self.augmentation, size, each) for picture, each in zip(pictures, sources, strict=True)]
        )
        if self.augmentation.mixing:
            share = sources[0].beta(self.augmentation.mixing, self.augmentation.mixing)
            shown = torch.lerp(shown.roll(1, 0), shown, share)
            targets = torch.lerp(targets.roll(1, 0), targets, share)
        return to_device(self.preprocess.normalise(shown), self.device), targets

    def _plain(self, pictures: Sequence[RgbImage]) -> torch.Tensor:
        prepared = [self.preprocess(torch.from_numpy(each).unsqueeze(0)) for each in pictures]
        return to_device(torch.cat(prepared), self.device)

    @torch.inference_mode()
    def scored(self, network: nn.Module, numbers: torch.Tensor) -> torch.Tensor:
        """(N, classes) logits of the validation pictures of these numbers, on the CPU."""
        logits: torch.Tensor = network(self._plain([self.material.validation[each] for each in numbers.tolist()]))
        return logits.float().cpu()
