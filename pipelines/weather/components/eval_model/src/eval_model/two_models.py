"""What two classifiers take the same photos for."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from weather_classifier.checkpoint import Checkpoint, load_checkpoint
from weather_classifier.decode import RgbImage
from weather_classifier.device import choose_device, make_deterministic, to_device
from weather_classifier.errors import ClassifierError
from weather_classifier.scores import Scores, split_scores
from weather_splits import Split

from eval_model.baseline import NONE, Baseline, read_baseline
from eval_model.errors import BaselineError
from eval_model.photos import open_split


@dataclass(frozen=True)
class Answers:
    """What a new classifier and the baseline take photos for.

    Attributes:
        classes: names by number.
        true: (photos,) numbers of the true classes.
        new, baseline: (photos,) numbers of the classes that each predicted.
        seeds: random seeds of the new one and of the baseline.
    """

    classes: tuple[str, ...]
    true: NDArray[np.int64]
    new: NDArray[np.int64]
    baseline: NDArray[np.int64]
    seeds: tuple[int, int]


def ask_both(test_split: Path, checkpoint_file: Path, baseline: Baseline, device: str, batch_size: int) -> Answers:
    """Ask both about every photo, each of which is decoded once.

    Args:
        test_split: folder of the split.
        checkpoint_file: the new classifier.
        baseline: the older one.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        batch_size: photos that go through the new network at once; through the other they go one by one.

    Raises:
        BaselineError: the baseline can't be had, or knows other classes.
        UnknownClassError: the split has a class that the classifiers do not know.
        EvalModelError: ``batch_size`` is less than 1.
        ClassifierError: the checkpoint or the device can't be had, or a photo can't be decoded.
        SplitError: the folder is not a split, or is damaged.
    """
    chosen = choose_device(device)
    new, old = load_checkpoint(checkpoint_file), _load(baseline)
    make_deterministic(new.seed)
    _check_classes(new, old, baseline.uri)
    split = open_split(test_split, new, batch_size)
    true = np.array([new.classes.index(entry.label) for entry in split.entries])
    return Answers(new.classes, true, *_predictions(new, old, split, chosen, batch_size), (new.seed, old.seed))


def _load(baseline: Baseline) -> Checkpoint:
    content = read_baseline(baseline)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "baseline"
        file.write_bytes(content)
        try:
            return load_checkpoint(file)
        except ClassifierError as error:
            reason = str(error).replace(str(file), "it")
            raise BaselineError(
                f"the baseline {baseline.uri} can't be compared with: {reason}; set baseline_uri to another model, or "
                f"to {NONE} to promote without a comparison"
            ) from error


def _check_classes(new: Checkpoint, old: Checkpoint, uri: str) -> None:
    differences = {
        "only the new model knows": sorted(set(new.classes) - set(old.classes)),
        "only the baseline knows": sorted(set(old.classes) - set(new.classes)),
    }
    told = "; ".join(f"{who} {', '.join(names)}" for who, names in differences.items() if names)
    if told:
        raise BaselineError(
            f"the baseline {uri} knows other classes, so the two can't be compared: {told}; set baseline_uri to a "
            f"model of the same classes, or to {NONE} to promote without a comparison"
        )


def _predictions(
    new: Checkpoint, old: Checkpoint, split: Split, device: torch.device, batch_size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What each takes every photo for, as numbers of the new one's classes; each photo is decoded once."""
    preprocess, network = old.preprocess(), Scores(old.network).eval()
    network.to(device).to(memory_format=torch.channels_last)
    numbers = [new.classes.index(name) for name in old.classes]

    def ask_old(image: RgbImage) -> int:
        prepared = preprocess(torch.from_numpy(image).unsqueeze(0))
        scores: torch.Tensor = network(to_device(prepared, device))
        return numbers[int(scores.argmax())]

    of_new: list[int] = []
    of_old: list[int] = []
    for scores, olds in split_scores(new, split, device, ask_old, batch_size=batch_size, report=_say):
        of_new += scores.argmax(dim=1).tolist()
        of_old += olds
    return np.array(of_new), np.array(of_old)


def _say(line: str) -> None:
    print(line, flush=True)
