"""Two models are compared on the same photos, and a decision says what that came to."""

import math

import numpy as np
import pytest
from eval_model.comparison import Comparison, compare
from eval_model.decision import SAME_MODEL, WITHOUT_BASELINE, Outcome, check_margin, decide
from eval_model.errors import EvalModelError
from eval_model.intervals import Interval
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

CLASSES = ["dew", "rain", "snow"]
TRUE = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2] * 10)


def worse(every: int) -> np.ndarray:
    """Predictions of which one in so many is wrong."""
    predicted = TRUE.copy()
    predicted[::every] = (predicted[::every] + 1) % 3
    return predicted


def found(difference: float = 0.02, probability: float = 0.97) -> Comparison:
    return Comparison(90, 0.8 + difference, 0.8, Interval(-0.01, 0.05), probability, 5, 3, ())


def test_the_figures_are_those_of_each_model_alone() -> None:
    new, baseline = worse(7), worse(4)
    compared = compare(TRUE, new, baseline, CLASSES)
    assert compared.new == pytest.approx(f1_score(TRUE, new, average="weighted"))
    assert compared.baseline == pytest.approx(f1_score(TRUE, baseline, average="weighted"))
    assert compared.interval is not None
    assert compared.interval.low < compared.difference < compared.interval.high
    assert compared.only_new == int(((new == TRUE) & (baseline != TRUE)).sum())
    assert [change.photos for change in compared.classes] == [30, 40, 20]
    assert compared.metrics()["difference"] == pytest.approx(compared.new - compared.baseline)
    assert all(isinstance(value, float) for value in compared.metrics().values())


def test_a_model_that_is_right_wherever_the_other_is_is_surely_better() -> None:
    baseline = worse(4)
    new = np.where(np.arange(len(TRUE)) < 45, TRUE, baseline)
    assert compare(TRUE, new, baseline, CLASSES).probability > 0.99


def test_pairing_tells_a_difference_that_two_intervals_would_hide() -> None:
    # Both have the same 20 hard photos; five more of them are right with the new one.
    baseline, new = TRUE.copy(), TRUE.copy()
    baseline[:20] = new[:15] = (TRUE[0] + 1) % 3
    compared = compare(TRUE, new, baseline, CLASSES)
    assert compared.interval is not None
    assert compared.interval.low > 0
    assert compared.interval.high - compared.interval.low < 0.15


def test_models_that_agree_about_every_photo_do_not_differ() -> None:
    compared = compare(TRUE, worse(5), worse(5), CLASSES)
    assert (compared.difference, compared.interval, compared.probability) == (0, None, 0.5)
    assert "difference_low" not in compared.metrics()


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=40))
def test_swapping_the_models_turns_everything_round(triples: list[tuple[int, int, int]]) -> None:
    true, one, other = np.array(triples).T
    there, back = compare(true, one, other, CLASSES), compare(true, other, one, CLASSES)
    assert there.difference == pytest.approx(-back.difference)
    assert (there.only_new, there.only_baseline) == (back.only_baseline, back.only_new)
    # The draws are not the same ones, as the cells come in another order.
    assert there.probability + back.probability == pytest.approx(1, abs=0.03)
    assert there == compare(true, one, other, CLASSES)


@given(difference=st.floats(-1, 1), margin=st.floats(-1, 1))
def test_a_model_is_promoted_exactly_if_it_is_better_by_more_than_the_margin(difference: float, margin: float) -> None:
    comparison = found(difference)
    outcome = decide(comparison, margin, (1, 1)).outcome
    assert outcome == (Outcome.PROMOTE if comparison.difference > margin else Outcome.KEEP)


def test_a_note_says_what_was_found_and_what_was_asked_for() -> None:
    note = decide(found(0.02, 0.97), 0.01, (1, 1)).note()
    assert note.startswith("# Promote: the new model is better\n\n| | weighted F1 on 90 photos |\n|-|-|\n")
    assert "| difference | +0.020, and between −0.010 and +0.050 with 95 % confidence |" in note
    assert "- The new model's weighted F1 is higher by 0.020; it has to be higher by more than 0.010.\n" in note
    assert "judging by 90 photos: 97.0 %." in note
    assert "chance" not in note
    assert "seed" not in note


@pytest.mark.parametrize(
    ("difference", "margin", "headline"),
    [
        (0.02, 0.03, "Keep the baseline: the new model is not better by enough"),
        (-0.02, 0, "Keep the baseline: the new model is not better"),
        (0, 0, "Keep the baseline: the new model is not better"),
        (-0.02, -0.05, "Promote: the new model is good enough"),
    ],
)
def test_headlines(difference: float, margin: float, headline: str) -> None:
    assert decide(found(difference), margin, (1, 1)).headline == headline


def test_a_note_warns_of_chance_and_of_photos_that_the_baseline_may_know() -> None:
    reasons = " ".join(decide(found(probability=0.8), 0, (1, 2)).reasons)
    assert "less than the usual 95.0 %: the difference may be chance" in reasons
    assert "trained with random seed 2, the new model with 1" in reasons
    assert "more than 99.9 %" in " ".join(decide(found(probability=1), 0, (1, 1)).reasons)


def test_a_note_names_the_classes_that_fell_most() -> None:
    baseline = worse(50)
    new = np.where(TRUE == 2, 0, baseline)
    reasons = decide(compare(TRUE, new, baseline, CLASSES), 0, (1, 1)).reasons
    assert any(reason.startswith("Classes with a lower F1 than before: snow ") for reason in reasons)


def test_notes_without_a_comparison_are_a_headline_and_a_reason() -> None:
    for decision in (WITHOUT_BASELINE, SAME_MODEL):
        assert decision.note() == f"# {decision.headline}\n\n- {decision.reasons[0]}\n"


@pytest.mark.parametrize("margin", [1.5, -2, math.nan, math.inf])
def test_a_margin_that_no_difference_can_have_is_refused(margin: float) -> None:
    with pytest.raises(EvalModelError, match=f"^margin is {margin};"):
        check_margin(margin)
