"""The KFP component function, called as KFP's executor calls it: what it writes, and that it writes it twice alike."""

import contextlib
import csv
import io
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from kfp.dsl import Artifact, Dataset, Metrics, Model
from PIL import Image
from weather_classifier.checkpoint import load_checkpoint
from weather_classifier.decode import decode
from weather_classifier.scores import Scores
from weather_splits import Photo, Split, SplitWriter

from weather.components.train_model.component import train_model

KINDS = {
    "train_metrics": Metrics,
    "history": Dataset,
    "loss_plot": Artifact,
    "torch_model": Model,
    "onnx_model": Model,
    "onnx_with_transform_model": Model,
}
MODELS = ("torch_model", "onnx_model", "onnx_with_transform_model")


def call(train: Path, validation: Path, out: Path, **change: object) -> tuple[dict[str, dict[str, Any]], str]:
    """Metadata of every output, and the log."""
    outputs = {name: kind(name=name, uri=str(out / name)) for name, kind in KINDS.items()}
    parameters = {
        "model": "mobilenet_v3_small",
        "weights": "none",
        "epochs": 2,
        "random_seed": 7,
        "batch_size": 8,
        "learning_rate": 0.005,
        "image_size": 0,
        "class_weights": "none",
        "label_smoothing": 0.1,
        "train_layers": "head",
        "augmentation": "mixing",
        "precision": "full",
        "patience": 0,
        "device": "cpu",
    }
    log = io.StringIO()
    with contextlib.redirect_stdout(log):
        train_model.python_func(
            train_split=Dataset(uri=str(train)),
            val_split=Dataset(uri=str(validation)),
            **(parameters | change),
            **outputs,
        )
    return {name: dict(output.metadata) for name, output in outputs.items()}, log.getvalue()


def picture(label: str, number: int) -> bytes:
    image = Image.new("RGB", (48, 40), {"dew": (40, 160, 60), "rain": (60, 70, 120)}[label])
    image.paste((number * 37 % 256, number * 11 % 256, number * 5 % 256), (number % 20, 4, number % 20 + 8, 12))
    content = io.BytesIO()
    image.save(content, "JPEG")
    return content.getvalue()


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("splits")
    for name, start, count in (("train", 0, 8), ("validation", 50, 3)):
        with SplitWriter(folder / name, ["dew", "rain", "snow"]) as writer:
            for label in ("dew", "rain"):
                for number in range(start, start + count):
                    writer.add(Photo(f"{label}/{number:03d}.jpg", label, picture(label, number)))
    return {name: folder / name for name in ("train", "validation")}


@pytest.fixture(scope="module")
def first(splits: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    out = tmp_path_factory.mktemp("first")
    metadata, log = call(splits["train"], splits["validation"], out)
    return out, metadata, log


def test_another_process_and_folder_give_the_same_bytes(
    first: tuple[Path, dict[str, Any], str], splits: Mapping[str, Path], tmp_path: Path
) -> None:
    out, metadata, _ = first
    command = [sys.executable, __file__, str(splits["train"]), str(splits["validation"]), str(tmp_path)]
    again = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert again == metadata
    for name in ("history", "loss_plot", *MODELS):
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes(), name


def test_metrics_are_numbers_of_the_training_and_hold_no_time(first: tuple[Path, dict[str, Any], str]) -> None:
    metrics = first[1]["train_metrics"]
    assert {"train_accuracy", "train_loss", "validation_accuracy", "validation_loss", "best_epoch"} <= set(metrics)
    assert all(isinstance(value, float) for value in metrics.values())
    assert not [name for name in metrics if "second" in name or "time" in name]
    assert metrics["epochs"] == 2


def test_the_history_is_a_table_that_agrees_with_the_metrics(first: tuple[Path, dict[str, Any], str]) -> None:
    out, metadata, _ = first
    metrics = metadata["train_metrics"]
    assert metadata["history"] == {"kind": "history", "best_epoch": metrics["best_epoch"], "mime_type": "text/csv"}
    with (out / "history").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    best = rows[int(metrics["best_epoch"]) - 1]
    assert float(best["val_loss"]) == metrics["validation_loss"]
    assert float(best["val_accuracy"]) == metrics["validation_accuracy"]
    assert float(best["train_loss"]) == metrics["train_loss"]
    assert float(rows[-1]["train_accuracy"]) == metrics["last_train_accuracy"]


def test_the_loss_plot_opens_as_an_image(first: tuple[Path, dict[str, Any], str]) -> None:
    out, metadata, _ = first
    with Image.open(out / "loss_plot") as image:
        image.load()
        assert image.format == "PNG"
    assert metadata["loss_plot"] == {"mime_type": "image/png"}


def test_every_form_of_the_model_says_what_it_is(first: tuple[Path, dict[str, Any], str]) -> None:
    _, metadata, _ = first
    for name in MODELS:
        described = metadata[name]
        assert described["framework"] == ("pytorch" if name == "torch_model" else "onnx")
        assert described["classes"] == ["dew", "rain", "snow"]
        assert (described["model"], described["random_seed"], described["weights"]) == ("mobilenet_v3_small", 7, "none")
        assert described["framework_version"]
        assert described["weights_sha256"] == ""
        json.dumps(described)


def test_the_onnx_models_hold_nothing_of_this_machine(first: tuple[Path, dict[str, Any], str]) -> None:
    out, _, _ = first
    for name in ("onnx_model", "onnx_with_transform_model"):
        model = onnx.load(out / name)
        content = (out / name).read_bytes()
        for trace in (b"site-packages", str(Path.cwd()).encode(), b"stack_trace", b"pkg.torch"):
            assert trace not in content
        properties = {entry.key: entry.value for entry in model.metadata_props}
        assert json.loads(properties["classes"]) == ["dew", "rain", "snow"]
        assert properties["image_size"] == "224"
        assert len(model.opset_import) == 1


@pytest.fixture(scope="module")
def tuned(splits: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    out = tmp_path_factory.mktemp("tuned")
    metadata, log = call(splits["train"], splits["validation"], out, train_layers="last:2", epochs=1, image_size=64)
    return out, metadata, log


def test_more_than_the_head_is_trained_where_it_is_asked_for(
    first: tuple[Path, dict[str, Any], str], tuned: tuple[Path, dict[str, Any], str]
) -> None:
    one, other = (load_checkpoint(out / "torch_model").network.trunk.state_dict() for out, _, _ in (first, tuned))
    changed = {name.split(".")[2] for name in one if not torch.equal(one[name], other[name])}
    assert changed == {"11", "12"}
    assert tuned[1]["torch_model"]["train_layers"] == "last:2"
    assert tuned[1]["train_metrics"]["epochs"] == 1


@pytest.mark.parametrize("training", ["first", "tuned"])
def test_the_onnx_models_give_the_scores_of_pytorch(
    training: str, splits: Mapping[str, Path], request: pytest.FixtureRequest
) -> None:
    out, _, _ = request.getfixturevalue(training)
    checkpoint = load_checkpoint(out / "torch_model")
    network, preprocess = Scores(checkpoint.network).eval(), checkpoint.preprocess()
    plain, whole = (ort.InferenceSession(str(out / name)) for name in ("onnx_model", "onnx_with_transform_model"))
    assert [(entry.name, entry.type) for entry in whole.get_inputs()] == [("image", "tensor(uint8)")]
    random = np.random.default_rng(1)
    images = [decode(photo.image, photo.name)[None] for photo in Split.open(splits["validation"]).photos()]
    images += [random.integers(0, 256, shape, dtype=np.uint8) for shape in [(3, 300, 421, 3), (1, 900, 300, 3)]]
    for image in images:
        with torch.inference_mode():
            prepared = preprocess(torch.from_numpy(image))
            expected = network(prepared).numpy()
        assert np.abs(whole.run(["scores"], {"image": image})[0] - expected).max() < 1e-5
        assert np.abs(plain.run(["scores"], {"input": prepared.numpy()})[0] - expected).max() < 1e-5


def test_the_log_tells_of_progress_and_of_nothing_else(first: tuple[Path, dict[str, Any], str]) -> None:
    lines = first[2].splitlines()
    assert lines[0] == "mobilenet_v3_small on cpu: 16 photos to train on, 6 to validate, 3 classes"
    assert any("images/s" in line for line in lines)
    assert any(line.startswith("epoch 2/2: loss ") for line in lines)
    assert len(lines) < 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "vgg99"}, "error: model 'vgg99' is unknown; give one of"),
        ({"weights": "/none.pth"}, r"error: weights '/none\.pth': there is no such file"),
        ({"epochs": 0}, "error: epochs is 0"),
    ],
)
def test_a_users_mistake_ends_the_task_with_one_message(
    change: dict[str, object], message: str, splits: Mapping[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match=f"^{message}"):
        call(splits["train"], splits["validation"], tmp_path, **change)


def test_parameters_are_described_for_the_forms_of_a_ui() -> None:
    assert train_model.component_spec.inputs
    assert train_model.component_spec.description


if __name__ == "__main__":
    print(json.dumps(call(*map(Path, sys.argv[1:]))[0]))
