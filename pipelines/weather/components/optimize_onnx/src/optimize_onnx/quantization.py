"""A model in 8-bit integers."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.calibrate import TensorsData, save_tensors_data
from weather_splits import Split

from optimize_onnx.calibration import Ranges, calibrate
from optimize_onnx.errors import OnnxModelError
from optimize_onnx.optimization import tidy
from optimize_onnx.quantized_nodes import quantized_nodes


def quantize(model: onnx.ModelProto, split: Split, count: int) -> onnx.ModelProto:
    """The model with its convolutions in 8-bit integers, as pairs of QuantizeLinear and DequantizeLinear.

    Args:
        model: takes photos as ``image``; from train_model, not optimised: fused operations can't be quantised.
        split: photos to calibrate on.
        count: how many, at most, evenly spread over the split.

    Returns:
        A model with the same inputs, outputs and metadata; the same bytes for the same model and photos.

    Raises:
        OnnxModelError: there is nothing in it to quantise.
        PhotoError: a photo can't be decoded.
        SplitError: the split is damaged.
    """
    nodes = quantized_nodes(model.graph)
    if not nodes:
        raise OnnxModelError(
            "the ONNX model has no convolution to quantise; give the onnx_with_transform_model of a training run"
        )
    tensors = list(dict.fromkeys(tensor for node in nodes for tensor in (node.input[0], node.output[0])))
    with tempfile.TemporaryDirectory() as folder:
        ranges = calibrate(model, tensors, split, count, Path(folder))
        result = _quantize(model, [node.name for node in nodes], ranges, Path(folder))
    result.producer_name, result.producer_version = model.producer_name, model.producer_version
    onnx.helper.set_model_props(result, {entry.key: entry.value for entry in model.metadata_props})
    # Shapes of what is in between: ONNX Runtime works them out for itself.
    result.graph.ClearField("value_info")
    tidy(result)
    return result


def _quantize(model: onnx.ModelProto, nodes: list[str], ranges: Ranges, folder: Path) -> onnx.ModelProto:
    prepared, cache, quantized = folder / "prepared.onnx", folder / "ranges.json", folder / "quantized.onnx"
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    # Or else it asks for its own preparation, which only folds what the exporter has folded already.
    onnx.helper.set_model_props(copy, {"onnx.quant.pre_process": "onnxruntime.quant"})
    prepared.write_bytes(copy.SerializeToString())
    pairs = {name: (np.float32(low), np.float32(high)) for name, (low, high) in ranges.items()}
    save_tensors_data(TensorsData(CalibrationMethod.MinMax, pairs), cache)
    quantize_static(
        prepared,
        quantized,
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        # Seven bits for weights: with eight, sums can overflow on a CPU without VNNI (ONNX Runtime's documentation of
        # quantization), and a model would give other scores on another machine.
        reduce_range=True,
        nodes_to_quantize=nodes,
        calibrate_method=CalibrationMethod.MinMax,
        calibration_cache_path=cache,
    )
    return onnx.load(quantized)
