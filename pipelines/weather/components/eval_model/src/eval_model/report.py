"""An evaluation as one HTML page that needs nothing else: no network, no other file, no script."""

from collections.abc import Mapping, Sequence
from math import log

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval_model.bootstrap import RESAMPLES
from eval_model.calibration import BINS, Calibration
from eval_model.confusions import Confusion, Mistakes
from eval_model.metrics import Figures

RANKED = 15
"""Confusions that are told of by name."""


def render_report(
    figures: Figures,
    calibration: Calibration,
    confusions: Sequence[Confusion],
    mistakes: Sequence[Mistakes],
    pictures: Mapping[str, str],
    facts: Mapping[str, str],
) -> str:
    """The page.

    Args:
        figures: how well the classifier does.
        calibration: how far its scores can be taken at their word.
        confusions: all of them, in the order to tell of them.
        mistakes: those that are to be shown, in the order of ``confusions``.
        pictures: addresses of their pictures, by the photo's name.
        facts: what to say about the model, by what to call it.
    """
    environment = Environment(
        loader=PackageLoader("eval_model"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        figures=figures,
        calibration=calibration,
        confusions=confusions[:RANKED],
        more_confusions=len(confusions[RANKED:]),
        # A heading for each photo would be a page of headings.
        groups=[each for each in mistakes if each.confusion.photos > 1],
        single=[each for each in mistakes if each.confusion.photos == 1],
        shown=sum(len(each.shown) for each in mistakes),
        wrong=sum(confusion.photos for confusion in confusions),
        pictures=pictures,
        facts=facts,
        most=max(each.photos for each in calibration.bins),
        guess=log(len(figures.classes)),
        resamples=RESAMPLES,
        bins=BINS,
    )
