"""The whole of an optimisation, from an exported model to one that is smaller, faster and proven."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnxruntime as ort
from weather_classifier.checkpoint import load_checkpoint

from optimize_onnx.errors import OnnxModelError, ParameterError
from optimize_onnx.latency import median_latencies
from optimize_onnx.optimization import LEVEL, model_classes, open_session, optimize
from optimize_onnx.parity import Parity, compare
from optimize_onnx.sample import first_photo, open_split


@dataclass(frozen=True)
class Optimization:
    """An optimisation that is done, and proven.

    Attributes:
        parity: how close the optimised model is to PyTorch.
        tolerance: how close it had to be.
        nodes_before, nodes_after: operations of the graph.
        latency_ms_before, latency_ms_after: median milliseconds for one photo, on this machine, just now.
    """

    parity: Parity
    tolerance: float
    nodes_before: int
    nodes_after: int
    latency_ms_before: float
    latency_ms_after: float

    def metrics(self) -> dict[str, float]:
        """Figures that the same inputs always give; so no latency."""
        return {
            "max_abs_score_difference": self.parity.max_difference,
            "equal_predictions": self.parity.equal_predictions,
            "photos": float(self.parity.photos),
            "tolerance": self.tolerance,
        }

    def metadata(self) -> dict[str, Any]:
        """What is recorded of the optimised model, beyond what was known of the model it came from."""
        return {
            "framework": "onnx",
            "onnxruntime_version": ort.__version__,
            "optimization_level": LEVEL,
            "nodes_before": self.nodes_before,
            "nodes_after": self.nodes_after,
            "latency_ms_before": round(self.latency_ms_before, 3),
            "latency_ms_after": round(self.latency_ms_after, 3),
        }


def optimize_and_compare(
    onnx_model: Path, torch_model: Path, test_split: Path, optimized_model: Path, *, tolerance: float, photos: int
) -> Optimization:
    """Optimise a model, and make sure that it agrees with PyTorch on photos.

    Args:
        onnx_model: file of the model with preprocessing inside.
        torch_model: file of the checkpoint that it was exported from.
        test_split: folder of the split whose photos are compared.
        optimized_model: file to write.
        tolerance: largest difference that a score may have. Rounding makes about 0.00001 on the photos at hand; a
            preprocessing that is off by so little as half a pixel makes a thousand times as much.
        photos: how many to compare, at most; 0 is all.

    Raises:
        OptimizeOnnxError: a model or a parameter can't be used, or the models do not agree.
        ClassifierError: the checkpoint can't be loaded, or a photo can't be decoded.
        SplitError: the folder is not a split, or is damaged.
    """
    if photos < 0:
        raise ParameterError(f"photos is {photos}; it must be 0, which is all, or a number of photos")
    if not tolerance > 0:
        raise ParameterError(f"tolerance is {tolerance}; it must be above 0")
    checkpoint = load_checkpoint(torch_model)
    split = open_split(test_split)
    before = open_session(onnx_model)
    if model_classes(before) != checkpoint.classes:
        raise OnnxModelError("the ONNX model and the PyTorch model know different classes; give both of one training")
    model = optimize(onnx_model)
    optimized_model.write_bytes(model.SerializeToString(deterministic=True))
    nodes_before, nodes_after = len(onnx.load(onnx_model).graph.node), len(model.graph.node)
    _say(f"optimised: {nodes_before} operations became {nodes_after}")
    parity = compare(open_session(optimized_model, threads=1), checkpoint, split, photos)
    _say(
        f"scores of {parity.photos} photos differ from PyTorch's by up to {parity.max_difference:.2g}; "
        f"{parity.equal_predictions:.1%} of predictions are equal"
    )
    parity.check(tolerance)
    photo = first_photo(split)
    latencies = median_latencies((before, open_session(optimized_model)), photo)
    height, width = photo.shape[:2]
    _say(f"one photo of {width} x {height}: {latencies[0]:.1f} ms before, {latencies[1]:.1f} ms after")
    return Optimization(parity, tolerance, nodes_before, nodes_after, *latencies)


def _say(line: str) -> None:
    print(line, flush=True)
