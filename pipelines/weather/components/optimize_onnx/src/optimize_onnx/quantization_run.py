"""The whole of a quantisation, from an exported model to one in 8-bit integers that was tried on photos."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnxruntime as ort
from weather_splits import Split

from optimize_onnx.agreement import Agreement, ask_both
from optimize_onnx.calibration import OUTSIDE
from optimize_onnx.errors import OnnxModelError, ParameterError
from optimize_onnx.latency import median_latencies
from optimize_onnx.optimization import model_classes, open_session
from optimize_onnx.quantization import quantize
from optimize_onnx.sample import first_photo, open_split


@dataclass(frozen=True)
class Quantization:
    """A quantisation that is done, and what it cost and brought.

    Attributes:
        agreement: how well the model does before and after.
        calibration_photos: how many it was calibrated on.
        size_before, size_after: bytes of both files.
        latency_ms_before, latency_ms_after: median milliseconds for one photo, on this machine, just now.
    """

    agreement: Agreement
    calibration_photos: int
    size_before: int
    size_after: int
    latency_ms_before: float
    latency_ms_after: float

    @property
    def speed_up(self) -> float:
        """How many times as fast the quantised model is; below 1 it is slower."""
        return self.latency_ms_before / self.latency_ms_after

    def metrics(self) -> dict[str, float]:
        """Figures that the same inputs always give; so no latency."""
        return {
            "weighted_f1_float": self.agreement.float_f1,
            "weighted_f1_int8": self.agreement.quantized_f1,
            "weighted_f1_loss": self.agreement.float_f1 - self.agreement.quantized_f1,
            "equal_predictions": self.agreement.equal_predictions,
            "max_abs_score_difference": self.agreement.max_difference,
            "photos": float(self.agreement.photos),
            "calibration_photos": float(self.calibration_photos),
            "size_ratio": self.size_after / self.size_before,
        }

    def metadata(self) -> dict[str, Any]:
        """What is recorded of the quantised model, beyond what was known of the model it came from."""
        return {
            "framework": "onnx",
            "onnxruntime_version": ort.__version__,
            "quantization": "static int8, QDQ, weights by channel in 7 bits",
            "calibration": f"of each photo, all values but {OUTSIDE:.1%} at either end",
            "latency_ms_before": round(self.latency_ms_before, 3),
            "latency_ms_after": round(self.latency_ms_after, 3),
            "speed_up": round(self.speed_up, 3),
        }


def quantize_and_compare(
    onnx_model: Path, train_split: Path, test_split: Path, quantized_model: Path, *, photos: int
) -> Quantization:
    """Quantise a model, and measure on photos that it never saw what that costs and brings.

    Args:
        onnx_model: file of the model with preprocessing inside.
        train_split: folder of the split to calibrate on.
        test_split: folder of the split to compare on.
        quantized_model: file to write.
        photos: how many to calibrate on, at most.

    Raises:
        OptimizeOnnxError: the model, a split or a parameter can't be used.
        ClassifierError: a photo can't be decoded.
        SplitError: a folder is not a split, or is damaged.
    """
    if photos < 1:
        raise ParameterError(f"photos is {photos}; it must be at least 1, and some hundred are good")
    train, test = open_split(train_split), open_split(test_split)
    before = open_session(onnx_model)
    for split in (train, test):
        _check_classes(model_classes(before), split)
    calibration_photos = min(photos, len(train))
    model = quantize(onnx.load(onnx_model), train, photos)
    quantized_model.write_bytes(model.SerializeToString(deterministic=True))
    size_before, size_after = onnx_model.stat().st_size, quantized_model.stat().st_size
    _say(
        f"quantised by {calibration_photos} photos of the training split: "
        f"{size_before / 1e6:.1f} MB became {size_after / 1e6:.1f} MB"
    )
    agreement = ask_both(open_session(onnx_model, threads=1), open_session(quantized_model, threads=1), test)
    _say(
        f"weighted F1 on {agreement.photos} photos: {agreement.float_f1:.4f} before, {agreement.quantized_f1:.4f} "
        f"after; {agreement.equal_predictions:.1%} of predictions are equal"
    )
    photo = first_photo(test)
    latencies = median_latencies((before, open_session(quantized_model)), photo)
    result = Quantization(agreement, calibration_photos, size_before, size_after, *latencies)
    height, width = photo.shape[:2]
    _say(
        f"one photo of {width} x {height}: {latencies[0]:.1f} ms before, {latencies[1]:.1f} ms after, "
        f"{result.speed_up:.2f} times as fast"
    )
    return result


def _check_classes(classes: tuple[str, ...], split: Split) -> None:
    if split.classes != classes:
        raise OnnxModelError(
            f"the ONNX model and the split {split.directory.name} know different classes; give both of one run"
        )


def _say(line: str) -> None:
    print(line, flush=True)
