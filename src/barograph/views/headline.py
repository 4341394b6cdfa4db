"""Which of a run's metrics people look at first, and whether it became worse. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from barograph.store.records import TURN, Metric
from barograph.views.compare import direction
from barograph.views.comparison import Direction

_TELLING = tuple(
    map(
        re.compile,
        (
            # Where classes differ in size, accuracy says more of the large ones.
            r"^((macro|micro|weighted)_)?f1(_(macro|micro|weighted|score))?$",
            r"^accuracy$",
            r"^(roc_)?auc$",
            r"^(val_)?loss$",
            # How well a model does on what it learned from says least.
            r"^(?!.*train).*(accuracy|f1|auc|score|r2)",
            r"^(?!.*train).*(loss|error)",
            r"accuracy|f1|auc|score|r2",
            r"loss|error",
        ),
    )
)
"""Names of metrics, those that tell most first. ``keyMetric`` in the UI's ``runs/columns.ts`` chooses by the same."""
_SEEN = 4
"""Digits of a number that people are shown: what differs behind them is no difference."""


class Name(NamedTuple):
    """A metric of a run. Of a task in a loop it is the best of its turns', whose numbers its path leaves out."""

    task: str
    artifact: str
    key: str


def rank(key: str) -> int:
    """How soon people look at a metric of this name: 0 for at first."""
    return next((place for place, telling in enumerate(_TELLING) if telling.search(key.lower())), len(_TELLING))


def numbers(metrics: Iterable[Metric]) -> dict[Name, float]:
    """A run's metrics."""
    found: dict[Name, float] = {}
    for each in metrics:
        name = Name(TURN.sub("", each.path), each.artifact, each.key)
        known = found.get(name)
        better = min if direction(each.key) is Direction.LOWER else max
        found[name] = each.value if known is None else better(known, each.value)
    return found


def headline(of_runs: Sequence[Mapping[Name, float]]) -> Name | None:
    """The metric of these runs that is looked at first; of equals that which most of them have. None without any."""
    counts = Counter(name for of_run in of_runs for name in of_run)
    return min(counts, key=lambda name: (rank(name.key), -counts[name], name), default=None)


def is_worse(key: str, value: float, base: float) -> bool:
    """Whether a metric's value is worse than it was, as far as that is seen."""
    now, before = (float(f"{each:.{_SEEN}g}") for each in (value, base))
    return now > before if direction(key) is Direction.LOWER else now < before
