"""What becomes 8-bit integers, by which ranges, and how that is measured."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import parser
from optimize_onnx.agreement import agreement, weighted_f1
from optimize_onnx.calibration import calibrate, inner_range
from optimize_onnx.errors import OnnxModelError
from optimize_onnx.quantization import quantize
from optimize_onnx.quantized_nodes import pooled_scales, quantized_nodes
from sklearn.metrics import f1_score
from weather_classifier.decode import decode
from weather_splits import Split

QUANTISE = """
import sys
from pathlib import Path
import onnx
from optimize_onnx.quantization import quantize
from weather_splits import Split
model = quantize(onnx.load(sys.argv[1]), Split.open(sys.argv[2]), 6)
Path(sys.argv[3]).write_bytes(model.SerializeToString(deterministic=True))
"""


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_the_weighted_f1_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    true, predicted = np.array(pairs).T
    expected = f1_score(true, predicted, average="weighted", zero_division=0)
    assert weighted_f1(true, predicted) == pytest.approx(expected)


def test_the_agreement_counts_photos_whose_class_changed() -> None:
    old = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]], dtype=np.float32)
    new = np.array([[0.8, 0.2], [0.3, 0.7], [0.2, 0.8], [0.3, 0.7]], dtype=np.float32)
    result = agreement(np.array([0, 0, 1, 1]), old, new)
    assert (result.photos, result.equal_predictions, result.float_f1) == (4, 0.75, 1.0)
    assert result.max_difference == pytest.approx(0.3)
    assert 0 < result.quantized_f1 < 1


def test_a_range_leaves_out_a_few_of_the_outermost_values() -> None:
    values = np.random.default_rng(1).permutation(np.arange(10_000, dtype=np.float32)).reshape(10, 10, 100)
    assert inner_range(values).tolist() == [10, 9989]
    assert inner_range(np.array([3, 1, 2], dtype=np.float32)).tolist() == [1, 3]


def test_ranges_are_the_widest_of_any_photo_and_hold_zero(
    models: Path, make_split: Callable[..., Split], tmp_path: Path
) -> None:
    model, split = onnx.load(models / "with_transform"), make_split({"dew": 2, "snow": 2})
    ranges = calibrate(model, ["preprocessing/pixels", "scores"], split, 4, tmp_path)
    expected = [inner_range(decode(photo.image, photo.name).astype(np.float32)) for photo in split.photos()]
    assert ranges["preprocessing/pixels"] == (0, max(high for _, high in expected))
    assert ranges["scores"][0] == 0 < ranges["scores"][1] <= 1


def test_only_dense_convolutions_after_the_early_scales_become_integers(models: Path) -> None:
    graph = onnx.load(models / "with_transform").graph
    scales = pooled_scales(graph)
    assert len(scales) == 4
    nodes = quantized_nodes(graph)
    made = [output for node in graph.node for output in node.output]
    assert min(made.index(node.output[0]) for node in nodes) > made.index(scales[2])
    assert {node.op_type for node in nodes} == {"Conv", "Relu"}
    assert all(attribute.i == 1 for node in nodes for attribute in node.attribute if attribute.name == "group")


def test_a_model_with_one_scale_has_nothing_early() -> None:
    graph = parser.parse_graph("""
        tiny (float[1, 1, 8, 8] image) => (float[1, 1, 8, 8] scores)
        <float[1, 1, 1, 1] first = {1}, float[1, 1, 1, 1] second = {1}> {
            one = Conv (image, first)
            two = Relu (one)
            three = HardSwish (two)
            scores = Conv (three, second)
        }
    """)
    assert [node.output[0] for node in quantized_nodes(graph)] == ["one", "two", "scores"]


def test_the_integer_model_is_used_like_the_float_model_and_agrees_with_it(
    models: Path, make_split: Callable[..., Split]
) -> None:
    split = make_split({"dew": 4, "rain": 4, "snow": 4})
    model = onnx.load(models / "with_transform")
    quantized = quantize(model, split, 12)
    before, after = (ort.InferenceSession(each.SerializeToString()) for each in (model, quantized))
    assert after.get_modelmeta().custom_metadata_map == before.get_modelmeta().custom_metadata_map
    assert [entry.type for entry in after.get_inputs()] == ["tensor(uint8)"]
    assert [entry.name for entry in after.get_outputs()] == ["scores"]
    assert [(entry.domain, entry.version) for entry in quantized.opset_import] == [
        (entry.domain, entry.version) for entry in model.opset_import
    ]
    assert {"QuantizeLinear", "DequantizeLinear", "Conv", "Softmax"} <= {node.op_type for node in quantized.graph.node}
    assert quantized.ByteSize() < model.ByteSize() / 2
    onnx.checker.check_model(quantized, full_check=True)

    for image in [decode(photo.image, photo.name)[np.newaxis] for photo in split.photos()]:
        scores = [session.run(["scores"], {"image": image})[0] for session in (before, after)]
        assert np.abs(scores[0] - scores[1]).max() < 0.2
    image = np.random.default_rng(1).integers(0, 256, (2, 301, 222, 3), dtype=np.uint8)
    assert after.run(["scores"], {"image": image})[0].shape == (2, 3)


def test_another_process_gives_the_same_bytes_and_none_of_this_machine(
    models: Path, make_split: Callable[..., Split], tmp_path: Path
) -> None:
    split = make_split({"dew": 4, "rain": 4})
    ours = quantize(onnx.load(models / "with_transform"), split, 6).SerializeToString(deterministic=True)
    theirs = tmp_path / "theirs"
    arguments = [str(models / "with_transform"), str(split.directory), str(theirs)]
    # Another seed gives sets and mappings of names another order.
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    run = subprocess.run(
        [sys.executable, "-c", QUANTISE, *arguments], check=True, capture_output=True, text=True, env=environment
    )
    assert theirs.read_bytes() == ours
    assert not run.stdout
    assert "pre-processing" not in run.stderr
    for trace in (str(tmp_path).encode(), b"site-packages", b"/tmp/"):
        assert trace not in ours


def test_a_model_without_convolutions_is_refused(make_split: Callable[..., Split]) -> None:
    model = parser.parse_model("""
        <ir_version: 10, opset_import: ["" : 20]>
        none (uint8[1, h, w, 3] image) => (float[1, h, w, 3] scores) { scores = Cast <to = 1> (image) }
    """)
    onnx.helper.set_model_props(model, {"classes": json.dumps(["dew", "rain", "snow"])})
    with pytest.raises(OnnxModelError, match="no convolution to quantise; give the onnx_with_transform_model"):
        quantize(model, make_split({"dew": 1}), 1)
