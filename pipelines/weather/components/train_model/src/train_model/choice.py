"""Which of several trainings is the best, by their validation photos. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from train_model.errors import TrainModelError

CHOSEN_BY = "calibrated_validation_loss"
"""The loss says more of few photos than how many are right; calibrated, it does not punish for smoothed labels."""

_SHOWN = (CHOSEN_BY, "validation_accuracy", "best_epoch")


@dataclass(frozen=True)
class Ranked:
    """A training among others.

    Attributes:
        number: which one, counted from 0.
        configuration: what it was given.
        figures: its metrics.
    """

    number: int
    configuration: Mapping[str, object]
    figures: Mapping[str, float]


def rank_trainings(
    metrics: Sequence[Mapping[str, float]], configurations: Sequence[Mapping[str, object]]
) -> list[Ranked]:
    """Trainings, the best first; of those that are equal, the first one comes first.

    Raises:
        TrainModelError: there is none, not one for each configuration, or one without a validation loss.
    """
    if not metrics or len(metrics) != len(configurations):
        raise TrainModelError(
            f"there are {len(metrics)} trainings of {len(configurations)} configurations; give at least one "
            "configuration, and the same ones as were trained"
        )
    if lacking := [str(number) for number, each in enumerate(metrics) if CHOSEN_BY not in each]:
        raise TrainModelError(
            f"training {', '.join(lacking)} has no {CHOSEN_BY}; give the train_metrics of train_model"
        )
    ranked = [
        Ranked(number, configuration, figures)
        for number, (configuration, figures) in enumerate(zip(configurations, metrics, strict=True))
    ]
    return sorted(ranked, key=lambda each: each.figures[CHOSEN_BY])


def ranking_table(ranked: Sequence[Ranked]) -> str:
    """The ranking as Markdown: only what differs between the configurations, and how good each was."""
    names = sorted({name for each in ranked for name in each.configuration})
    differing = [name for name in names if len({_text(each, name) for each in ranked}) > 1]
    head = ["configuration", *differing, *(name.replace("_", " ") for name in _SHOWN)]
    lines = [f"| {' | '.join(head)} |", f"|{'-|' * (1 + len(differing))}{'-:|' * len(_SHOWN)}"]
    for each in ranked:
        cells = [str(each.number), *(_text(each, name) for name in differing)]
        figures = [f"{each.figures[name]:.4g}" if name in each.figures else "" for name in _SHOWN]
        lines.append(f"| {' | '.join(cells + figures)} |")
    title = "# The trainings, the best first\n\nBy their validation photos; no test photo had a say in it.\n"
    return "\n".join([title, *lines, ""])


def _text(each: Ranked, name: str) -> str:
    value = each.configuration.get(name, "")
    return value if isinstance(value, str) else json.dumps(value)
