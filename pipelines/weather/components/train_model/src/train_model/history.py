"""How a training went, epoch by epoch, as a table."""

import csv
from collections.abc import Iterable
from pathlib import Path

from train_model.epochs import Epoch


def write_history(epochs: Iterable[Epoch], path: Path) -> None:
    """Write a CSV file with a line for each epoch.

    A number is written with as many digits as tell it from the next one: the same epochs give the same bytes, and
    whoever reads them has the same numbers.

    Args:
        epochs: in order.
        path: file to write, whatever its name ends in.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["epoch", "train_loss", "val_loss", "train_accuracy", "val_accuracy"])
        for epoch in epochs:
            losses = (epoch.train_loss, epoch.validation_loss)
            table.writerow([epoch.number, *losses, epoch.train_accuracy, epoch.validation_accuracy])
