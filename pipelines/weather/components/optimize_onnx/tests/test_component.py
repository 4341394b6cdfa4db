"""The KFP component functions, called as KFP's executor calls it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from kfp.dsl import Dataset, Metrics, Model
from kfp.dsl.base_component import BaseComponent
from weather_splits import Split

from weather.components.optimize_onnx.component import optimize_onnx, quantize_onnx


def call(
    models: Path,
    split: Path,
    out: Path,
    onnx_model: str = "with_transform",
    torch_model: str = "torch_model",
    **more: float,
) -> tuple[Model, Metrics]:
    optimized, parity = Model(uri=str(out)), Metrics(uri=str(out) + "_parity")
    optimize_onnx.python_func(
        onnx_with_transform_model=Model(uri=str(models / onnx_model), metadata={"model": "mobilenet_v3_small"}),
        torch_model=Model(uri=str(models / torch_model)),
        test_split=Dataset(uri=str(split)),
        optimized_model=optimized,
        parity=parity,
        **more,
    )
    return optimized, parity


def test_the_optimised_model_is_smaller_and_gives_the_same_scores(
    models: Path, make_split: Callable[..., Split], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    split = make_split({"dew": 4, "rain": 4}).directory
    optimized, parity = call(models, split, tmp_path / "one", photos=5)
    metrics = parity.metadata
    assert metrics["max_abs_score_difference"] < metrics["tolerance"] == 1e-4
    assert (metrics["equal_predictions"], metrics["photos"]) == (1, 5)
    assert optimized.metadata["nodes_after"] < optimized.metadata["nodes_before"]
    assert optimized.metadata["model"] == "mobilenet_v3_small"
    # Time is told in the log and in the metadata, and nowhere that has to be the same twice.
    assert optimized.metadata["latency_ms_after"] > 0
    assert "ms after" in capsys.readouterr().out
    assert not [name for name in metrics if "ms" in name.split("_")]

    before, after = (ort.InferenceSession(str(file)) for file in (models / "with_transform", tmp_path / "one"))
    assert after.get_modelmeta().custom_metadata_map == before.get_modelmeta().custom_metadata_map
    image = np.random.default_rng(1).integers(0, 256, (2, 301, 222, 3), dtype=np.uint8)
    scores = [session.run(["scores"], {"image": image})[0] for session in (before, after)]
    assert np.abs(scores[0] - scores[1]).max() < 1e-5

    again, other = call(models, split, tmp_path / "two", photos=5)
    assert Path(again.path).read_bytes() == Path(optimized.path).read_bytes()
    assert other.metadata == metrics


def test_all_photos_are_compared_unless_told(models: Path, make_split: Callable[..., Split], tmp_path: Path) -> None:
    _, parity = call(models, make_split({"dew": 4, "rain": 3}).directory, tmp_path / "one")
    assert parity.metadata["photos"] == 7


def test_the_file_has_no_layout_of_this_machines_cpu(
    models: Path, make_split: Callable[..., Split], tmp_path: Path
) -> None:
    call(models, make_split({"dew": 1}).directory, tmp_path / "one")
    domains = {node.domain for node in onnx.load(tmp_path / "one").graph.node}
    assert domains <= {"", "com.microsoft"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"torch_model": "stranger"}, "the optimised model does not do what the PyTorch model does"),
        ({"torch_model": "other_classes"}, "know different classes"),
        ({"onnx_model": "onnx_model"}, "does not take photos as they are"),
        ({"onnx_model": "torch_model"}, "ONNX Runtime can't load .*torch_model"),
        ({"onnx_model": "none"}, "ONNX Runtime can't load .*none"),
        ({"tolerance": 0.0}, "tolerance is 0"),
        ({"photos": -1}, "photos is -1; it must be 0"),
    ],
)
def test_what_does_not_fit_ends_the_task_with_one_message(
    change: dict[str, object], message: str, models: Path, make_split: Callable[..., Split], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match=f"^error: .*{message}"):
        call(models, make_split({"dew": 2}).directory, tmp_path / "out", **change)  # type: ignore[arg-type]


def test_an_empty_split_is_refused(models: Path, make_split: Callable[..., Split], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^error: the split split has no photo"):
        call(models, make_split({}).directory, tmp_path / "out")


def call_quantize(
    models: Path, train: Path, test: Path, out: Path, onnx_model: str = "with_transform", photos: int = 6
) -> tuple[Model, Metrics]:
    quantized, quantization = Model(uri=str(out)), Metrics(uri=str(out) + "_quantization")
    quantize_onnx.python_func(
        onnx_with_transform_model=Model(uri=str(models / onnx_model), metadata={"model": "mobilenet_v3_small"}),
        train_split=Dataset(uri=str(train)),
        test_split=Dataset(uri=str(test)),
        quantized_model=quantized,
        quantization=quantization,
        photos=photos,
    )
    return quantized, quantization


def test_the_quantised_model_is_measured_against_the_float_model_on_all_test_photos(
    models: Path, make_split: Callable[..., Split], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train = make_split({"dew": 4, "rain": 4}, "train").directory
    test = make_split({"dew": 3, "snow": 2}, "test", start=50).directory
    quantized, quantization = call_quantize(models, train, test, tmp_path / "one")
    metrics = quantization.metadata
    assert (metrics["photos"], metrics["calibration_photos"]) == (5, 6)
    assert metrics["weighted_f1_loss"] == metrics["weighted_f1_float"] - metrics["weighted_f1_int8"]
    assert 0 < metrics["max_abs_score_difference"] < 0.5
    assert metrics["size_ratio"] == (tmp_path / "one").stat().st_size / (models / "with_transform").stat().st_size < 0.5
    # Time is told in the log and in the metadata, and nowhere that has to be the same twice.
    assert quantized.metadata["speed_up"] > 0
    assert quantized.metadata["model"] == "mobilenet_v3_small"
    assert "times as fast" in capsys.readouterr().out
    assert not [name for name in metrics if {"ms", "speed"} & set(name.split("_"))]

    again, other = call_quantize(models, train, test, tmp_path / "two")
    assert Path(again.path).read_bytes() == Path(quantized.path).read_bytes()
    assert other.metadata == metrics


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"photos": 0}, "photos is 0; it must be at least 1"),
        ({"onnx_model": "onnx_model"}, "does not take photos as they are"),
        ({"onnx_model": "none"}, "ONNX Runtime can't load .*none"),
        ({"onnx_model": "with_other_classes"}, "the ONNX model and the split train know different classes; give both"),
    ],
)
def test_what_can_not_be_quantised_ends_the_task_with_one_message(
    change: dict[str, object], message: str, models: Path, make_split: Callable[..., Split], tmp_path: Path
) -> None:
    train, test = make_split({"dew": 2}, "train").directory, make_split({"dew": 2}, "test").directory
    with pytest.raises(SystemExit, match=f"^error: .*{message}"):
        call_quantize(models, train, test, tmp_path / "out", **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("empty", ["train", "test"])
def test_quantising_by_an_empty_split_is_refused(
    empty: str, models: Path, make_split: Callable[..., Split], tmp_path: Path
) -> None:
    splits = [make_split({} if name == empty else {"dew": 1}, name).directory for name in ("train", "test")]
    with pytest.raises(SystemExit, match=f"^error: the split {empty} has no photo; give more photos"):
        call_quantize(models, splits[0], splits[1], tmp_path / "out")


@pytest.mark.parametrize("component", [optimize_onnx, quantize_onnx])
def test_parameters_are_described_for_the_forms_of_a_ui(component: BaseComponent) -> None:
    assert component.component_spec.inputs
    assert component.component_spec.description
