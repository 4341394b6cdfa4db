"""How sure a classifier is and how often it is right, as a picture."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from eval_model.calibration import BINS, Calibration


def plot_reliability(calibration: Calibration, path: Path) -> None:
    """Write a PNG image with a reliability diagram and how many photos are behind it; the same figures give the same
    bytes.

    Args:
        calibration: what it shows.
        path: file to write, whatever its name ends in.
    """
    figure = Figure(figsize=(6, 6.6), dpi=120, layout="constrained")
    shares, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bins = [each for each in calibration.bins if each.photos]
    left, width = [each.low for each in bins], 1 / BINS
    bar = {"width": width, "align": "edge", "edgecolor": "white"}
    shares.bar(left, [each.right for each in bins], color="#7fabd8", label="how often it is right", **bar)
    ends = [
        [each.right - each.right_interval.low for each in bins],
        [each.right_interval.high - each.right for each in bins],
    ]
    shares.errorbar(
        [each.score for each in bins],
        [each.right for each in bins],
        yerr=np.maximum(ends, 0),
        fmt="o",
        color="#123a66",
        markersize=4,
        capsize=3,
        label="95 % confidence",
    )
    shares.plot([0, 1], [0, 1], color="#9a3a00", linestyle="--", label="how sure it is")
    shares.set(
        title=f"expected calibration error {calibration.expected_error:.3f} (lower is better)",
        ylabel="share of photos that are right",
        xlim=(0, 1),
        ylim=(0, 1.02),
    )
    # Above the axes, where it covers no bar.
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    counts.bar(left, [each.photos for each in bins], color="#777777", **bar)
    counts.set(xlabel="how sure it is (score of the class it names)", ylabel="photos")
    for axes in (shares, counts):
        axes.grid(alpha=0.25)
        axes.set_axisbelow(True)
    # Without its own name and version in the file, which matplotlib would write there.
    figure.savefig(path, format="png", metadata={"Software": None})
