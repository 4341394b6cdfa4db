"""Trains the head on kept features.

On one core of the CPU, wherever the trunk ran: an epoch takes milliseconds there, and its sums have one order
whatever the machine.
"""

import contextlib
import copy
import math
from collections.abc import Callable, Iterator

import torch
from torch import nn
from torch.nn import functional as F

from train_model.epochs import Epoch, Progress, class_weights, loss_and_accuracy, step_size
from train_model.features import Features
from train_model.parameters import Parameters

WEIGHT_DECAY = 2.0
"""AdamW multiplies it with the learning rate. Between 1 and 4 hardly matters on the photos at hand."""


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch use one thread; how many there are decides the order of sums, and so their last bits."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@one_thread()
def train_head(
    head: nn.Linear, train: Features, validation: Features, parameters: Parameters, report: Callable[[str], None]
) -> tuple[nn.Linear, Progress]:
    """Train a head.

    Args:
        head: as it starts; left as it is.
        train: what it learns from, scaled.
        validation: what decides which epoch is kept, scaled alike.
        parameters: epochs, batch size, learning rate, seed, class weights, label smoothing and patience.
        report: told about some of the epochs.

    Returns:
        the head as it was after its best epoch, and all epochs.

    Raises:
        DivergedError: the loss became infinite or no number at all.
    """
    head = copy.deepcopy(head)
    best = copy.deepcopy(head)
    optimizer = torch.optim.AdamW(head.parameters(), lr=parameters.learning_rate, weight_decay=WEIGHT_DECAY)
    steps = parameters.epochs * math.ceil(len(train.labels) / parameters.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: step_size(step, steps))
    order = torch.Generator().manual_seed(parameters.random_seed)
    weights = class_weights(train.labels, head.out_features) if parameters.class_weights == "balanced" else None
    progress = Progress(parameters, report)
    for number in progress.numbers():
        shuffled = torch.randperm(len(train.labels), generator=order)
        for batch in torch.split(shuffled, parameters.batch_size):
            optimizer.zero_grad()
            logits, labels = head(train.values[batch]), train.labels[batch]
            loss = F.cross_entropy(logits, labels, weights, label_smoothing=parameters.label_smoothing)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            figures = [loss_and_accuracy(head(split.values), split.labels) for split in (train, validation)]
        if progress.add(Epoch(number, *figures[0], *figures[1])):
            best = copy.deepcopy(head)
    return best, progress
