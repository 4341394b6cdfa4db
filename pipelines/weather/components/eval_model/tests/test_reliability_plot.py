"""The plot is an image, and the same every time."""

from pathlib import Path

import numpy as np
from eval_model.calibration import calibrate
from eval_model.reliability_plot import plot_reliability
from PIL import Image


def test_the_same_figures_give_the_same_image(tmp_path: Path) -> None:
    scores = np.array([[0.9, 0.1], [0.6, 0.4], [1, 0]], dtype=np.float32)
    calibration = calibrate(scores, np.array([0, 1, 0]))
    for name in ("one", "two"):
        plot_reliability(calibration, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with Image.open(tmp_path / "one") as image:
        image.load()
        assert image.format == "PNG"
        assert "Software" not in image.info
