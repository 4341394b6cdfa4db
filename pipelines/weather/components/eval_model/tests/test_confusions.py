"""Confusions come with the worst first, and leave room for each other's photos."""

import numpy as np
from eval_model.confusions import SHOWN, SHOWN_OF_ONE, Confusion, rank_confusions, show_mistakes
from eval_model.metrics import evaluate
from eval_model.predictions import Prediction
from hypothesis import given
from hypothesis import strategies as st

CLASSES = ["dew", "rain", "snow", "glaze"]


def wrong(true: str, predicted: str, count: int) -> list[Prediction]:
    return [Prediction(f"{true}/{predicted}{row:03d}.jpg", true, predicted, 0.9, 0.05) for row in range(count)]


def test_confusions_are_ranked_by_how_many_they_are() -> None:
    figures = evaluate(np.array([0, 0, 1, 1, 2]), np.array([1, 1, 1, 2, 1]), CLASSES)
    ranked = [(each.true, each.predicted, each.photos, each.of) for each in rank_confusions(figures)]
    assert ranked == [("dew", "rain", 2, 2), ("snow", "rain", 1, 1), ("rain", "snow", 1, 2)]


def test_photos_are_grouped_by_confusion_and_keep_their_order() -> None:
    confusions = [Confusion("dew", "rain", 2, 4), Confusion("snow", "rain", 1, 4)]
    first, second = wrong("dew", "rain", 2)
    other = wrong("snow", "rain", 1)[0]
    shown = show_mistakes(confusions, [second, other, first])
    assert [(group.confusion, group.shown) for group in shown] == [
        (confusions[0], (second, first)),
        (confusions[1], (other,)),
    ]


@given(st.lists(st.integers(1, 60), max_size=40))
def test_no_more_are_shown_than_there_is_room_for(counts: list[int]) -> None:
    names = [f"class{number:02d}" for number in range(len(counts))]
    confusions = [Confusion(name, "rain", count, 100) for name, count in zip(names, counts, strict=True)]
    mistakes = [each for name, count in zip(names, counts, strict=True) for each in wrong(name, "rain", count)]
    groups = show_mistakes(confusions, mistakes)
    assert all(1 <= len(group.shown) <= SHOWN_OF_ONE for group in groups)
    most = sum(min(count, SHOWN_OF_ONE) for count in counts)
    assert sum(len(group.shown) for group in groups) == min(most, SHOWN)
    assert [group.confusion for group in groups] == confusions[: len(groups)]
