"""Parameters are checked before anything is done."""

import pytest
from train_model.errors import ParameterError
from train_model.parameters import Parameters


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 0},
        {"batch_size": -1},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"image_size": 32},
        {"class_weights": "fair"},
        {"label_smoothing": 1.0},
        {"label_smoothing": float("nan")},
        {"patience": -1},
        {"train_layers": "last"},
        {"train_layers": "last:0"},
        {"train_layers": "trunk"},
        {"augmentation": "much"},
        {"precision": "half"},
    ],
)
def test_a_value_out_of_range_is_named(change: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match=next(iter(change))):
        Parameters(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize(("train_layers", "blocks"), [("head", 0), ("last:3", 3), ("all", None)])
def test_the_layers_to_train_are_so_many_blocks(train_layers: str, blocks: int | None) -> None:
    assert Parameters(train_layers=train_layers).blocks == blocks
