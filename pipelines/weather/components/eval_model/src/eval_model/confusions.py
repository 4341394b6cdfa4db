"""Which classes are taken for which, and the photos behind that. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval_model.metrics import Figures
from eval_model.predictions import Prediction

SHOWN = 200
"""Mistakes that a report shows at most; it has a few kilobytes for each."""
SHOWN_OF_ONE = 12
"""Mistakes of one confusion that it shows at most, so that a frequent one leaves room for others."""


@dataclass(frozen=True)
class Confusion:
    """How often a class was taken for another.

    Attributes:
        true, predicted: names of the classes.
        photos: how many.
        of: how many photos the true class has.
    """

    true: str
    predicted: str
    photos: int
    of: int

    @property
    def share(self) -> float:
        """Of the photos of the true class."""
        return self.photos / self.of


@dataclass(frozen=True)
class Mistakes:
    """The photos of a confusion.

    Attributes:
        confusion: which.
        shown: some of them, those that the classifier was surest of first; at least one.
    """

    confusion: Confusion
    shown: tuple[Prediction, ...]


def rank_confusions(figures: Figures) -> list[Confusion]:
    """All confusions, the most frequent first; of equals the one that takes the larger share of its class."""
    names = [figure.name for figure in figures.classes]
    found = [
        Confusion(true.name, names[column], count, true.photos)
        for true, row in zip(figures.classes, figures.matrix, strict=True)
        for column, count in enumerate(row)
        if count and names[column] != true.name
    ]
    return sorted(found, key=lambda confusion: (-confusion.photos, -confusion.share, confusion.true))


def show_mistakes(confusions: Sequence[Confusion], mistakes: Sequence[Prediction]) -> list[Mistakes]:
    """The mistakes to show, by confusion; at most ``SHOWN_OF_ONE`` of each and ``SHOWN`` in all.

    Args:
        confusions: in the order in which they get their share of the room.
        mistakes: those that the classifier was surest of first.
    """
    by_confusion: dict[tuple[str, str], list[Prediction]] = {}
    for mistake in mistakes:
        by_confusion.setdefault((mistake.true, mistake.predicted), []).append(mistake)
    groups: list[Mistakes] = []
    room = SHOWN
    for confusion in confusions:
        some = by_confusion[confusion.true, confusion.predicted][: min(SHOWN_OF_ONE, room)]
        if some:
            groups.append(Mistakes(confusion, tuple(some)))
            room -= len(some)
    return groups
