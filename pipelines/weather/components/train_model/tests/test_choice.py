"""The best training is found by its validation photos, and what differed is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from train_model.choice import CHOSEN_BY, rank_trainings, ranking_table
from train_model.errors import TrainModelError

LOSSES = st.floats(0, 10, allow_nan=False)


@given(st.lists(LOSSES, min_size=1, max_size=8))
def test_the_smallest_validation_loss_comes_first_and_of_equal_ones_the_first(losses: list[float]) -> None:
    ranked = rank_trainings([{CHOSEN_BY: loss} for loss in losses], [{}] * len(losses))
    assert ranked[0].number == losses.index(min(losses))
    assert [each.figures[CHOSEN_BY] for each in ranked] == sorted(losses)


def test_the_ranking_tells_only_what_differs() -> None:
    configurations = [{"rate": 0.1, "weights": "none"}, {"rate": 0.2, "weights": "none"}]
    ranked = rank_trainings([{CHOSEN_BY: 0.5, "validation_accuracy": 0.9}, {CHOSEN_BY: 0.4}], configurations)
    lines = ranking_table(ranked).splitlines()
    assert "| configuration | rate | calibrated validation loss | validation accuracy | best epoch |" in lines
    assert lines[-2:] == ["| 1 | 0.2 | 0.4 |  |  |", "| 0 | 0.1 | 0.5 | 0.9 |  |"]


@pytest.mark.parametrize(
    ("metrics", "configurations", "message"),
    [
        ([], [], "at least one"),
        ([{CHOSEN_BY: 1.0}], [{}, {}], "1 trainings of 2 configurations"),
        ([{CHOSEN_BY: 1.0}, {"loss": 1.0}], [{}, {}], "training 1 has no"),
    ],
)
def test_what_can_not_be_ranked_is_refused(
    metrics: list[dict[str, float]], configurations: list[dict[str, object]], message: str
) -> None:
    with pytest.raises(TrainModelError, match=message):
        rank_trainings(metrics, configurations)
