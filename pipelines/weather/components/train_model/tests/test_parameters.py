"""Parameters are checked before anything is done."""

import pytest
from train_model.errors import ParameterError
from train_model.parameters import Parameters


@pytest.mark.parametrize(
    "change", [{"epochs": 0}, {"batch_size": -1}, {"learning_rate": 0.0}, {"learning_rate": float("nan")}]
)
def test_a_number_out_of_range_is_named(change: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match=next(iter(change))):
        Parameters(**change)  # type: ignore[arg-type]
