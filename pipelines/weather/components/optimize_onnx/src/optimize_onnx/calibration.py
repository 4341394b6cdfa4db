"""Which values the numbers inside a model take on real photos.

ONNX Runtime's own calibrators hold the tensors of all photos in memory at once, and sum on as many threads as there are
cores. Here one photo is one thread's work, and only its ranges are kept: the same with any number of cores.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from weather_classifier.decode import decode
from weather_classifier.stream import each_batch
from weather_splits import Photo, Split

from optimize_onnx.optimization import open_session
from optimize_onnx.sample import sampled

OUTSIDE = 0.001
"""Share of a photo's values below its range, and the same above.

With the extremes themselves, steps are so wide that more predictions change.
"""

Ranges = Mapping[str, tuple[float, float]]
"""Smallest and largest value of tensors, by name; 0 always lies within."""


def calibrate(model: onnx.ModelProto, tensors: Sequence[str], split: Split, count: int, folder: Path) -> Ranges:
    """The ranges of tensors: the widest that any photo needs, a few outermost values of each photo aside.

    Args:
        model: takes photos as ``image``.
        tensors: float tensors inside it.
        split: whose photos.
        count: photos to look at, at most, evenly spread over the split.
        folder: to keep a file in while this runs.

    Raises:
        OnnxModelError: ONNX Runtime can't load the model.
        PhotoError: a photo can't be decoded.
        SplitError: the split is damaged.
    """
    file = folder / "looked_into.onnx"
    file.write_bytes(_with_outputs(model, tensors).SerializeToString())
    session = open_session(file, threads=1)

    def look(photos: list[Photo]) -> NDArray[np.float32]:
        (photo,) = photos
        image = decode(photo.image, photo.name)[np.newaxis]
        return np.stack([inner_range(values) for values in session.run(list(tensors), {"image": image})])

    ranges = np.stack(list(each_batch(sampled(split, count), look, batch_size=1)))  # (photos, tensors, 2)
    low, high = ranges[..., 0].min(axis=0), ranges[..., 1].max(axis=0)
    return {
        name: (min(0.0, float(least)), max(0.0, float(most)))
        for name, least, most in zip(tensors, low, high, strict=True)
    }


def inner_range(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The (2,) values that ``OUTSIDE`` of all values lie below and above."""
    flat = values.ravel()
    outside = int(OUTSIDE * flat.size)
    ends = [outside, flat.size - 1 - outside]
    return np.partition(flat, ends)[ends]


def _with_outputs(model: onnx.ModelProto, tensors: Sequence[str]) -> onnx.ModelProto:
    looked_into = onnx.ModelProto()
    looked_into.CopyFrom(model)
    del looked_into.graph.output[:]
    looked_into.graph.output.extend(
        onnx.helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, None) for tensor in tensors
    )
    return looked_into
