"""The preprocessing as ONNX, and a model that takes photos as they are.

Written as a graph by hand, because the exporter has no antialiased resizing for sizes that are not known yet. It
follows ``weather_classifier.preprocess.Preprocess`` step by step; tests hold the two together.
"""

import numpy as np
import onnx
from onnx import compose, numpy_helper, parser
from weather_classifier.checkpoint import Checkpoint
from weather_classifier.preprocess import Preprocessing

from train_model.onnx_network import INPUT, OPSET, SCORES, describe

IMAGE = "image"
_PREPARED = "prepared"

_GRAPH = """
<ir_version: {ir_version}, opset_import: ["" : {opset}]>
preprocessing (uint8[batch, height, width, 3] image) => (float[batch, 3, {size}, {size}] prepared)
<int64[1] one = {{1}}, int64[1] two = {{2}}, int64[2] sides = {{1, 2}},
 int64[2] resized_size = {{{resize}, {resize}}}, int64[2] crop_from = {{{start}, {start}}},
 int64[2] crop_to = {{{end}, {end}}}, int64[2] rows_and_columns = {{2, 3}}>
{{
    height_and_width = Shape <start = 1, end = 3> (image)
    side = ReduceMin <keepdims = 1> (height_and_width)
    left_over = Sub (height_and_width, side)
    square_from = Div (left_over, two)
    square_to = Add (square_from, side)
    square = Slice (image, square_from, square_to, sides)
    pixels = Cast <to = 1> (square)
    planes = Transpose <perm = [0, 3, 1, 2]> (pixels)
    resized = Resize <mode = "linear", antialias = 1, axes = [2, 3],
                      coordinate_transformation_mode = "half_pixel"> (planes, , , resized_size)
    cropped = Slice (resized, crop_from, crop_to, rows_and_columns)
    centred = Sub (cropped, mean)
    prepared = Div (centred, std)
}}
"""


def preprocessing_graph(preprocessing: Preprocessing, ir_version: int) -> onnx.ModelProto:
    """The preprocessing as a model of its own.

    Its input ``image`` is (batch, height, width, 3) uint8 RGB, its output (batch, 3, image_size, image_size)
    float32.

    Args:
        preprocessing: sizes and statistics.
        ir_version: of the network that it is to be joined with.
    """
    start = preprocessing.margin
    model: onnx.ModelProto = parser.parse_model(
        _GRAPH.format(
            ir_version=ir_version,
            opset=OPSET,
            size=preprocessing.image_size,
            resize=preprocessing.resize_size,
            start=start,
            end=start + preprocessing.image_size,
        )
    )
    for name in ("mean", "std"):
        # As Preprocess has them, to the last bit: the product is taken in 32 bits.
        values = np.float32(255) * np.array(getattr(preprocessing, name), dtype=np.float32)
        model.graph.initializer.append(numpy_helper.from_array(values.reshape(1, 3, 1, 1), name))
    return model


def with_preprocessing(network: onnx.ModelProto, checkpoint: Checkpoint) -> onnx.ModelProto:
    """Join the preprocessing and a network.

    Args:
        network: from ``export_network``.
        checkpoint: what it was made from.

    Returns:
        A model whose input ``image`` is (batch, height, width, 3) uint8 RGB of any size, and whose output ``scores``
        is (batch, classes) float32.
    """
    preprocessing = preprocessing_graph(checkpoint.preprocessing, network.ir_version)
    model: onnx.ModelProto = compose.merge_models(
        compose.add_prefix(preprocessing, "preprocessing/", rename_inputs=False),
        network,
        io_map=[(f"preprocessing/{_PREPARED}", INPUT)],
        outputs=[SCORES],
        name="classifier_with_preprocessing",
    )
    # Joining lists the operator set of each part.
    del model.opset_import[1:]
    describe(model, checkpoint)
    onnx.checker.check_model(model, full_check=True)
    return model
