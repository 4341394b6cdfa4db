"""The KFP component function, called as KFP's executor calls it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from kfp.dsl import Dataset, Metrics, Model
from train_model.onnx_network import export_network
from train_model.onnx_preprocessing import with_preprocessing
from weather_classifier.backbones import build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint, save_checkpoint
from weather_splits import Split

from weather.components.optimize_onnx.component import optimize_onnx

CLASSES = ("dew", "rain", "snow")


def classifier(seed: int, classes: tuple[str, ...] = CLASSES) -> Checkpoint:
    torch.manual_seed(seed)
    backbone = find_backbone("mobilenet_v3_small")
    network = build_classifier(backbone, len(classes))
    # Strong enough for scores to differ from photo to photo.
    torch.nn.init.normal_(network.head.weight, std=2)
    return Checkpoint(network, backbone.name, classes, backbone.preprocessing, seed, 1, "")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a PyTorch model, the ONNX models made from it, and PyTorch models that it was not made from."""
    folder = tmp_path_factory.mktemp("models")
    checkpoint = classifier(1)
    save_checkpoint(checkpoint, folder / "torch_model")
    save_checkpoint(classifier(2), folder / "stranger")
    save_checkpoint(classifier(1, ("a", "b", "c")), folder / "other_classes")
    network = export_network(checkpoint)
    (folder / "onnx_model").write_bytes(network.SerializeToString())
    (folder / "with_transform").write_bytes(with_preprocessing(network, checkpoint).SerializeToString())
    return folder


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
        ({"photos": 0}, "photos is 0"),
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


def test_parameters_are_described_for_the_forms_of_a_ui() -> None:
    assert optimize_onnx.component_spec.inputs
    assert optimize_onnx.component_spec.description
