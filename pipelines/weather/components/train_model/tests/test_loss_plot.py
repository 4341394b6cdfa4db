"""The plot is an image, and the same every time."""

from pathlib import Path

import pytest
from PIL import Image
from train_model.epochs import Epoch
from train_model.loss_plot import plot_losses


@pytest.mark.parametrize("count", [1, 10, 60])
def test_the_plot_is_a_png_that_tells_nothing_of_its_maker(count: int, tmp_path: Path) -> None:
    epochs = [Epoch(number, 1 / number, 0.5, 2 / number, 0.4) for number in range(1, count + 1)]
    for name in ("one", "two"):
        plot_losses(epochs, epochs[0], tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with Image.open(tmp_path / "one") as image:
        image.load()
        assert image.format == "PNG"
        assert image.size == (1080, 480)
        assert set(image.info) <= {"dpi"}
