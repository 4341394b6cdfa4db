"""An evaluation as one HTML page that needs nothing else: no network, no other file, no script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval_model.metrics import Figures
from eval_model.predictions import Prediction

SHOWN = 200
"""Mistakes that a report shows at most; it has a few kilobytes for each."""


@dataclass(frozen=True)
class Confusion:
    """How often a class was taken for another.

    Attributes:
        true, predicted: names of the classes.
        photos: how many.
        share: of the photos of the true class.
    """

    true: str
    predicted: str
    photos: int
    share: float


def rank_confusions(figures: Figures) -> list[Confusion]:
    """All confusions, the most frequent first; of equals the one that takes the larger share of its class."""
    names = [figure.name for figure in figures.classes]
    found = [
        Confusion(true.name, names[column], count, count / true.photos)
        for true, row in zip(figures.classes, figures.matrix, strict=True)
        for column, count in enumerate(row)
        if count and names[column] != true.name
    ]
    return sorted(found, key=lambda confusion: (-confusion.photos, -confusion.share, confusion.true))


def render_report(
    figures: Figures, mistakes: Sequence[Prediction], pictures: Mapping[str, str], facts: Mapping[str, str]
) -> str:
    """The page.

    Args:
        figures: what it shows.
        mistakes: all of them, in the order to show them.
        pictures: addresses of the pictures of those mistakes that are to be shown, by the photo's name.
        facts: what to say about the model, by what to call it.
    """
    environment = Environment(
        loader=PackageLoader("eval_model"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = [mistake for mistake in mistakes if mistake.name in pictures]
    return environment.get_template("report.html.j2").render(
        figures=figures,
        confusions=rank_confusions(figures)[:5],
        shown=shown,
        mistakes=len(mistakes),
        pictures=pictures,
        facts=facts,
    )
