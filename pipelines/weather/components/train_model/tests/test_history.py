"""The history has every number as it was."""

import csv
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from train_model.epochs import Epoch
from train_model.history import write_history

numbers = st.floats(allow_nan=False, allow_infinity=False)
epochs = st.builds(Epoch, st.integers(1, 1000), numbers, numbers, numbers, numbers)


@given(st.lists(epochs, max_size=20))
def test_numbers_are_read_back_as_they_were(tmp_path_factory: object, made: list[Epoch]) -> None:
    path = Path(str(tmp_path_factory.getbasetemp())) / "history"  # type: ignore[attr-defined]
    write_history(made, path)
    assert b"\r" not in path.read_bytes()
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [
        Epoch(
            int(row["epoch"]),
            float(row["train_loss"]),
            float(row["train_accuracy"]),
            float(row["val_loss"]),
            float(row["val_accuracy"]),
        )
        for row in rows
    ] == made


def test_the_columns_are_named(tmp_path: Path) -> None:
    write_history([Epoch(1, 0.5, 0.25, 0.75, 0.125)], tmp_path / "history")
    lines = ["epoch,train_loss,val_loss,train_accuracy,val_accuracy", "1,0.5,0.75,0.25,0.125", ""]
    assert (tmp_path / "history").read_text().split("\n") == lines
