"""The losses of a training as a picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from train_model.epochs import Epoch


def plot_losses(epochs: Sequence[Epoch], best: Epoch, path: Path) -> None:
    """Write a PNG image with the losses and accuracies of each epoch; the same numbers give the same bytes.

    Args:
        epochs: at least one, in order.
        best: the one that was kept, which is marked.
        path: file to write, whatever its name ends in.
    """
    figure = Figure(figsize=(9, 4), dpi=120, layout="constrained")
    losses, accuracies = figure.subplots(1, 2)
    numbers = [epoch.number for epoch in epochs]
    curves = {
        losses: ("cross entropy", "lower is better", "train_loss", "validation_loss"),
        accuracies: ("accuracy", "higher is better", "train_accuracy", "validation_accuracy"),
    }
    for axes, (title, hint, train, validation) in curves.items():
        # One epoch is one point, which a line alone would not show.
        style = {"marker": "o", "markersize": 3 if len(epochs) <= 40 else 0}
        axes.plot(numbers, [getattr(epoch, train) for epoch in epochs], color="#9a6a00", label="training", **style)
        axes.plot(
            numbers, [getattr(epoch, validation) for epoch in epochs], color="#1f5fa8", label="validation", **style
        )
        axes.axvline(best.number, color="#777777", linestyle=":", label=f"kept: epoch {best.number}")
        axes.set(title=f"{title} ({hint})", xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.25)
        axes.legend()
    # Without its own name and version in the file, which matplotlib would write there.
    figure.savefig(path, format="png", metadata={"Software": None})
