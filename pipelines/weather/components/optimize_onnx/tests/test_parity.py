"""When a difference is too much."""

import pytest
from optimize_onnx.errors import ParityError
from optimize_onnx.parity import Parity


@pytest.mark.parametrize("difference", [2e-4, float("nan")])
def test_a_difference_over_the_tolerance_is_an_error_with_the_numbers(difference: float) -> None:
    with pytest.raises(ParityError, match=r"over 128 photos scores differ by up to .*tolerance of 0\.0001, and 96\.9%"):
        Parity(128, difference, 0.969).check(1e-4)
    Parity(128, 1e-4, 1.0).check(1e-4)
