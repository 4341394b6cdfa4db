"""Whether a new model takes the place of the baseline, and why. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from eval_model.comparison import Comparison
from eval_model.errors import EvalModelError
from eval_model.intervals import CONFIDENCE

_TOLD = 3
"""Classes that a note names."""


class Outcome(StrEnum):
    """What happens to the new model."""

    PROMOTE = "promote"
    KEEP = "keep"


@dataclass(frozen=True)
class Decision:
    """An outcome and its reasons.

    Attributes:
        outcome: what happens.
        headline: that in a few words.
        reasons: sentences, the most important first.
        comparison: what it rests on; None where there was nothing to compare.
    """

    outcome: Outcome
    headline: str
    reasons: tuple[str, ...]
    comparison: Comparison | None = None

    def note(self) -> str:
        """All of it as Markdown."""
        return "\n".join([f"# {self.headline}", "", *self._table(), *(f"- {reason}" for reason in self.reasons), ""])

    def _table(self) -> list[str]:
        found = self.comparison
        if found is None:
            return []
        rows = {"new model": f"{found.new:.3f}", "baseline": f"{found.baseline:.3f}", "difference": _difference(found)}
        return [
            f"| | weighted F1 on {found.photos} photos |",
            "|-|-|",
            *(f"| {k} | {v} |" for k, v in rows.items()),
            "",
        ]


WITHOUT_BASELINE = Decision(
    Outcome.PROMOTE,
    "Promote: there is no model to compare with",
    ("The new model was not compared with any other. Its figures are those of the evaluation.",),
)
SAME_MODEL = Decision(
    Outcome.KEEP,
    "Keep: the new model is the baseline",
    ("Both are the same file, byte for byte, so there is nothing to promote.",),
)


def check_margin(margin: float) -> None:
    """Make sure that a margin can be met.

    Raises:
        EvalModelError: it is no number from -1 to 1.
    """
    if not -1 <= margin <= 1:
        raise EvalModelError(f"margin is {margin}; it is a difference of weighted F1, from -1 to 1, such as 0.01")


def decide(comparison: Comparison, margin: float, seeds: tuple[int, int]) -> Decision:
    """Promote the new model if its weighted F1 is higher by more than the margin.

    Args:
        comparison: of the new model with the baseline.
        margin: from -1 to 1; with 0, any improvement will do.
        seeds: random seeds of the new model and of the baseline.
    """
    difference, sure = comparison.difference, comparison.probability
    better = difference > margin
    reasons = [
        f"The new model's weighted F1 is {_by(difference)}; {_needed(margin)}.",
        f"How sure it is that the new model is better, judging by {_photos(comparison.photos)}: {_percent(sure)}.",
    ]
    if better and sure < CONFIDENCE:
        reasons.append(
            f"That is less than the usual {_percent(CONFIDENCE)}: the difference may be chance. A larger margin "
            "promotes less often by chance."
        )
    reasons.append(
        f"Right with the new model only: {_photos(comparison.only_new)}; with the baseline only: "
        f"{comparison.only_baseline}."
    )
    fallen = sorted(
        (each for each in comparison.classes if each.new < each.baseline), key=lambda each: each.new - each.baseline
    )
    if fallen:
        named = ", ".join(
            f"{each.name} {each.baseline:.3f} → {each.new:.3f} ({_photos(each.photos)})" for each in fallen[:_TOLD]
        )
        others = f" and {len(fallen) - _TOLD} more" if len(fallen) > _TOLD else ""
        reasons.append(f"Classes with a lower F1 than before: {named}{others}.")
    if seeds[0] != seeds[1]:
        reasons.append(
            f"Be careful: the baseline was trained with random seed {seeds[1]}, the new model with {seeds[0]}. The "
            "seed decides which photos are tested on, so the baseline may have been trained on some of these, and "
            "look better than it is."
        )
    if better:
        headline = "the new model is better" if difference > 0 else "the new model is good enough"
        return Decision(Outcome.PROMOTE, f"Promote: {headline}", tuple(reasons), comparison)
    headline = "the new model is not better by enough" if difference > 0 else "the new model is not better"
    return Decision(Outcome.KEEP, f"Keep the baseline: {headline}", tuple(reasons), comparison)


def _difference(found: Comparison) -> str:
    ends = found.interval
    between = f", and between {ends.low:+.3f} and {ends.high:+.3f} with 95 % confidence" if ends else ""
    return f"{found.difference:+.3f}{between}".replace("-", "−")


def _by(difference: float) -> str:
    if difference == 0:
        return "the same as the baseline's"
    return f"{'higher' if difference > 0 else 'lower'} by {abs(difference):.3f}"


def _needed(margin: float) -> str:
    if margin < 0:
        return f"it may be lower by less than {-margin:.3f}"
    return f"it has to be higher by more than {margin:.3f}" if margin else "it has to be higher"


def _percent(share: float) -> str:
    # No number of draws makes anything certain.
    if share > 0.999:
        return "more than 99.9 %"
    return "less than 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"


def _photos(count: int) -> str:
    return f"{count} photo{'' if count == 1 else 's'}"
