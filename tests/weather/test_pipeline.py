"""The weather pipeline, run as a user runs it: in real environments, on sample photos."""

import hashlib
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kfp import components
from PIL import Image

from tests.weather.conftest import Checkout, Ran

CACHED = ["prep-data", "train-model", "eval-model", "optimize-onnx", "gate-model"]
ALWAYS = ["fingerprint-source", "find-baseline", "condition-1.promote-model"]
"""They look at what is outside of the run, or change it."""
INTEGERS = "condition-2.quantize-onnx/quantized_model"
ALL_RAN = dict.fromkeys((*CACHED, *ALWAYS), "SUCCEEDED") | {"condition-2": "SKIPPED"}
ALL_CACHED = ALL_RAN | dict.fromkeys(CACHED, "CACHED")


@pytest.fixture(scope="module")
def checkout(checkouts: Callable[[str], Checkout]) -> Checkout:
    return checkouts("checkout")


@pytest.fixture(scope="module")
def first(checkout: Checkout) -> tuple[Ran, dict[str, dict[str, object]]]:
    """The first run and its artifacts."""
    ran = checkout.run()
    assert ran.ended.returncode == 0, ran.ended.stdout + ran.ended.stderr
    return ran, ran.artifacts()


First = tuple[Ran, dict[str, dict[str, object]]]


def test_the_pipeline_runs_from_photos_to_an_optimised_model(first: First) -> None:
    ran, artifacts = first
    assert ran.states == ALL_RAN
    metrics = artifacts["eval-model/eval_metrics"]["metadata"]
    assert isinstance(metrics, dict)
    assert 0 <= metrics["weighted_f1"] <= 1
    assert "weighted_f1" in ran.ended.stdout
    expected = {
        "prep-data/train_split": "inode/directory",
        "prep-data/val_split": "inode/directory",
        "prep-data/test_split": "inode/directory",
        "train-model/history": "text/csv",
        "train-model/loss_plot": "image/png",
        "eval-model/predictions": "application/vnd.apache.parquet",
        "eval-model/report": "text/html",
    }
    assert {name: artifacts[name]["media_type"] for name in expected} == expected
    for name in ("torch_model", "onnx_model", "onnx_with_transform_model"):
        assert artifacts[f"train-model/{name}"]["size"]
    assert artifacts["optimize-onnx/optimized_model"]["size"]
    with Image.open(str(artifacts["train-model/loss_plot"]["uri"])) as plot:
        assert plot.format == "PNG"


def test_results_are_exported_as_files_that_programs_open(checkout: Checkout, first: First) -> None:
    checkout.call("barograph", "artifacts", "last", "--export", "results")
    exported = {str(path.relative_to(checkout.path / "results")) for path in checkout.path.glob("results/*/*.*")}
    assert exported >= {
        "train-model/torch_model.pt",
        "train-model/onnx_model.onnx",
        "train-model/history.csv",
        "train-model/loss_plot.png",
        "optimize-onnx/optimized_model.onnx",
        "eval-model/predictions.parquet",
        "eval-model/report.html",
        "eval-model/eval_metrics.metadata.json",
    }


def test_a_second_run_is_wholly_cached(checkout: Checkout, first: First) -> None:
    assert checkout.run().states == ALL_CACHED


def test_running_everything_again_makes_the_same_bytes(checkout: Checkout, first: First) -> None:
    again = checkout.run("--no-cache")
    assert again.states == ALL_RAN
    made = again.artifacts()
    assert {name: a["digest"] for name, a in made.items()} == {name: a["digest"] for name, a in first[1].items()}


def test_another_seed_makes_another_split_and_another_model(checkout: Checkout, first: First) -> None:
    made = checkout.run(random_seed=7).artifacts()
    for name in ("prep-data/train_split", "train-model/torch_model", "train-model/onnx_model"):
        assert made[name]["digest"] != first[1][name]["digest"]


def test_an_edited_component_runs_again_and_no_other(checkout: Checkout, first: First) -> None:
    source = checkout.path / "pipelines/weather/components/eval_model/src/eval_model/__init__.py"
    source.write_text(source.read_text() + "\n# edited\n")
    assert checkout.run().states == ALL_CACHED | {"eval-model": "SUCCEEDED", "gate-model": "SUCCEEDED"}
    assert checkout.run().states == ALL_CACHED


def test_another_photo_runs_everything_after_the_fingerprint(checkout: Checkout, first: First) -> None:
    some = next((checkout.sample / "rain").iterdir())
    with Image.open(some) as photo:
        photo.convert("RGB").rotate(7).save(checkout.sample / "rain" / "another.png")
    assert checkout.run().states == ALL_RAN
    (checkout.sample / "rain" / "another.png").unlink()
    assert checkout.run().states == ALL_CACHED


def test_the_same_photos_in_another_place_are_not_trained_on_again(
    checkout: Checkout, first: First, tmp_path: Path
) -> None:
    shutil.copytree(checkout.sample, tmp_path / "moved")
    assert checkout.run(data_uri=tmp_path / "moved").states == ALL_CACHED | {"prep-data": "SUCCEEDED"}


def test_a_model_is_handed_on_and_not_a_second_time(checkout: Checkout, first: First, tmp_path: Path) -> None:
    handed = checkout.run(destination=tmp_path / "models")
    assert handed.states == ALL_CACHED
    current = json.loads((tmp_path / "models" / "current.json").read_text())
    made = (tmp_path / "models" / current["onnx_model"]["file"]).read_bytes()
    assert f"sha256:{hashlib.sha256(made).hexdigest()}" == first[1]["optimize-onnx/optimized_model"]["digest"]
    again = checkout.run(destination=tmp_path / "models")
    assert again.states["gate-model"] == "SUCCEEDED"
    assert again.states["condition-1"] == "SKIPPED"
    assert "the new model is the baseline" in Path(str(again.artifacts()["gate-model/reasons"]["uri"])).read_text()


def test_a_model_in_integers_is_made_where_it_is_asked_for(checkout: Checkout, first: First) -> None:
    ran = checkout.run(quantize=True)
    assert ran.states == {name: state for name, state in ALL_CACHED.items() if name != "condition-2"} | {
        "condition-2.quantize-onnx": "SUCCEEDED"
    }
    sizes = [int(str(ran.artifacts()[name]["size"])) for name in (INTEGERS, "train-model/onnx_with_transform_model")]
    assert sizes[0] < 0.5 * sizes[1]


def test_a_search_trains_each_configuration_and_tests_the_best(checkout: Checkout, first: First) -> None:
    rates = (0.01, 0.0001)
    configurations = [{"learning_rate": rate, "label_smoothing": 0.1, "class_weights": "none"} for rate in rates]
    ran = checkout.run("--pipeline", "search", configurations=json.dumps(configurations))
    assert ran.ended.returncode == 0, ran.ended.stdout + ran.ended.stderr
    made = ran.artifacts()
    losses = [
        made[f"for-loop-1[{turn}].train-model/train_metrics"]["metadata"]["calibrated_validation_loss"]
        for turn in range(len(rates))
    ]
    chosen = losses.index(min(losses))
    assert made["choose-model/choice"]["metadata"]["chosen"] == chosen
    best = made[f"for-loop-1[{chosen}].train-model/torch_model"]
    assert made["choose-model/torch_model"]["digest"] == best["digest"]
    assert [name for name in made if name.startswith("eval-model")]


def test_the_model_classifies_a_photo_with_the_line_of_the_docs(checkout: Checkout, first: First) -> None:
    docs = (Path(__file__).parents[2] / "README.md").read_text()
    line = next(line for line in docs.splitlines() if line.startswith("python -c"))
    photo = sorted((checkout.sample / "rain").iterdir())[0]
    model = str(first[1]["optimize-onnx/optimized_model"]["uri"])
    words = [
        model if word == "model.onnx" else str(photo) if word == "photo.jpg" else word for word in shlex.split(line)
    ]
    said = subprocess.run([sys.executable, *words[1:]], check=True, capture_output=True, text=True).stdout
    scores, classes = zip(*(row.split() for row in said.splitlines()), strict=True)
    assert len(scores) == 3
    assert sorted(scores, reverse=True) == list(scores)
    assert set(classes) < {folder.name for folder in checkout.sample.iterdir()}


def _ratios(photos: Path) -> dict[str, object]:
    return {"train_ratio": 0.7, "val_ratio": 0.2, "test_ratio": 0.2}


def _empty(photos: Path) -> dict[str, object]:
    shutil.rmtree(photos)
    photos.mkdir()
    return {}


def _missing(photos: Path) -> dict[str, object]:
    return {"data_uri": photos / "not-there"}


def _text_file(photos: Path) -> dict[str, object]:
    (photos / "rain" / "notes.jpg").write_text("these are notes, not a photo")
    return {}


def _truncated(photos: Path) -> dict[str, object]:
    whole = photos / "snow" / "whole.jpg"
    Image.effect_noise((400, 300), 60).convert("RGB").save(whole)
    (photos / "snow" / "torn.jpg").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return {}


def _single(photos: Path) -> dict[str, object]:
    for photo in sorted((photos / "dew").iterdir())[1:]:
        photo.unlink()
    return {}


def _unknown_model(photos: Path) -> dict[str, object]:
    return {"model": "resnet999"}


def _missing_weights(photos: Path) -> dict[str, object]:
    return {"weights": photos / "weights.pth"}


@pytest.mark.parametrize(
    ("spoil", "task", "words"),
    [
        (_ratios, "prep-data", ["0.7", "0.2", "sum"]),
        (_empty, "fingerprint-source", ["photos"]),
        (_missing, "fingerprint-source", ["not-there"]),
        (_text_file, "prep-data", ["rain/notes.jpg"]),
        (_truncated, "prep-data", ["snow/torn.jpg"]),
        (_single, "prep-data", ["dew"]),
        (_unknown_model, "train-model", ["resnet999", "mobilenet_v3_small"]),
        (_missing_weights, "train-model", ["weights.pth"]),
    ],
)
def test_bad_input_is_a_clear_error_before_any_training(
    checkout: Checkout,
    first: First,
    tmp_path: Path,
    spoil: Callable[[Path], dict[str, object]],
    task: str,
    words: list[str],
) -> None:
    photos = tmp_path / "photos"
    shutil.copytree(checkout.sample, photos)
    parameters = {"data_uri": photos} | spoil(photos)
    ran = checkout.run(**parameters)
    assert ran.ended.returncode == 1
    assert ran.states[task] == "FAILED"
    assert set(ran.states.values()) <= {"SUCCEEDED", "CACHED", "SKIPPED", "FAILED"}
    said = ran.ended.stdout.rpartition(f"{task} failed:")[2]
    assert "error: " in said
    for word in words:
        assert word in said
    assert "Traceback" not in said
    assert len(ran.ended.stdout.splitlines()) < 60


def test_bad_input_lost_nothing_that_was_there_before(checkout: Checkout, first: First) -> None:
    assert checkout.run().states == ALL_CACHED


def test_the_compiled_file_is_what_the_sdk_reads(checkout: Checkout) -> None:
    compiled = checkout.call("weather", "compile", "-o", "weather.yaml")
    assert compiled.returncode == 0, compiled.stderr
    loaded = components.load_component_from_file(str(checkout.path / "weather.yaml"))
    assert loaded.pipeline_spec.pipeline_info.name == "weather"
    assert set(loaded.pipeline_spec.root.dag.tasks) == {name.split(".")[0] for name in ALL_RAN}


def test_images_and_pipeline_root_come_from_the_environment(checkout: Checkout) -> None:
    variables = {"EVAL_MODEL_DOCKER_URI": "example.test/eval_model:7", "STAGING_BUCKET": "gs://staging"}
    checkout.call("weather", "compile", "-o", "cloud.yaml", **variables)
    text = (checkout.path / "cloud.yaml").read_text()
    assert "image: example.test/eval_model:7" in text
    assert "image: weather-train-model:" in text
    assert "defaultPipelineRoot: gs://staging" in text


def test_a_dotenv_file_is_read(checkout: Checkout) -> None:
    (checkout.path / ".env").write_text("TRAIN_MODEL_DOCKER_URI=example.test/train_model:1\n")
    checkout.call("weather", "compile", "-o", "dotenv.yaml")
    (checkout.path / ".env").unlink()
    assert "image: example.test/train_model:1" in (checkout.path / "dotenv.yaml").read_text()


def test_uploading_without_a_repository_names_the_variable(checkout: Checkout) -> None:
    ended = checkout.call("weather", "upload")
    assert ended.returncode == 2
    assert "KFP_REPOSITORY is not set" in ended.stderr
