"""The photos to test on."""

from pathlib import Path

from weather_classifier.checkpoint import Checkpoint
from weather_splits import Split

from eval_model.errors import EvalModelError, UnknownClassError


def open_split(folder: Path, checkpoint: Checkpoint, batch_size: int) -> Split:
    """A split that a classifier can be tested on.

    Args:
        folder: of the split.
        checkpoint: the classifier.
        batch_size: how many photos are to go through it at once.

    Raises:
        UnknownClassError: the split has a class that the classifier does not know.
        EvalModelError: ``batch_size`` is less than 1.
        SplitError: the folder is not a split.
    """
    if batch_size < 1:
        raise EvalModelError(f"batch_size is {batch_size}; it must be at least 1")
    split = Split.open(folder)
    unknown = sorted(set(split.classes) - set(checkpoint.classes))
    if unknown:
        raise UnknownClassError(
            f"the test split has classes that the model does not know: {', '.join(unknown)}; it knows "
            f"{', '.join(checkpoint.classes)}; train on photos of all of them"
        )
    return split
