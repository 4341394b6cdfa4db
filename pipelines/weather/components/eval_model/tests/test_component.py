"""The KFP component function, called as KFP's executor calls it."""

import base64
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import torch
from kfp.dsl import HTML, ClassificationMetrics, Dataset, Metrics, Model
from weather_classifier.backbones import build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint, save_checkpoint
from weather_splits import Split

from weather.components.eval_model.component import eval_model


@pytest.fixture
def checkpoint(tmp_path: Path) -> Callable[..., Path]:
    """Writes an untrained classifier of so many classes."""

    def write(*classes: str) -> Path:
        torch.manual_seed(1)
        backbone = find_backbone("mobilenet_v3_small")
        network = build_classifier(backbone, len(classes))
        save_checkpoint(
            Checkpoint(network, backbone.name, classes, backbone.preprocessing, 1, 1, ""), tmp_path / "model"
        )
        return tmp_path / "model"

    return write


def call(
    split: Path, model: Path, out: Path, batch_size: int = 4
) -> tuple[Metrics, ClassificationMetrics, Dataset, HTML]:
    out.mkdir()
    metrics, matrix = Metrics(uri=str(out / "m")), ClassificationMetrics(uri=str(out / "c"))
    predictions, report = Dataset(uri=str(out / "predictions")), HTML(uri=str(out / "report"))
    eval_model.python_func(
        test_split=Dataset(uri=str(split)),
        torch_model=Model(uri=str(model)),
        device="cpu",
        batch_size=batch_size,
        eval_metrics=metrics,
        confusion_matrix=matrix,
        predictions=predictions,
        report=report,
    )
    return metrics, matrix, predictions, report


def test_metrics_matrix_predictions_and_report_belong_together_and_come_out_the_same_twice(
    make_split: Callable[..., Split], checkpoint: Callable[..., Path], tmp_path: Path
) -> None:
    split, model = make_split({"dew": 4, "rain": 5}).directory, checkpoint("dew", "rain", "snow", "glaze")
    metrics, matrix, predictions, report = call(split, model, tmp_path / "one")
    assert metrics.metadata["test_photos"] == 9
    assert not [name for name in metrics.metadata if "second" in name or "time" in name]
    confusion = matrix.metadata["confusionMatrix"]
    assert [entry["displayName"] for entry in confusion["annotationSpecs"]] == ["dew", "rain", "snow", "glaze"]
    assert [sum(row["row"]) for row in confusion["rows"]] == [4, 5, 0, 0]
    html = Path(report.path).read_text(encoding="utf-8")
    assert f"{metrics.metadata['weighted_f1']:.3f}" in html
    assert predictions.metadata == {
        "kind": "predictions",
        "photos": 9,
        "mime_type": "application/vnd.apache.parquet",
    }
    rows = pq.read_table(predictions.path).to_pylist()
    assert [row["name"] for row in rows] == [entry.name for entry in Split.open(split).entries]
    pairs = Counter((row["true"], row["predicted"]) for row in rows)
    classes = ["dew", "rain", "snow", "glaze"]
    for true, counts in zip(classes, confusion["rows"], strict=True):
        assert counts["row"] == [pairs[true, predicted] for predicted in classes]
    shown = {base64.b64encode(row["thumbnail"]).decode() for row in rows if row["true"] != row["predicted"]}
    assert set(re.findall('data:image/jpeg;base64,([^"]+)', html)) == shown != set()
    again, _, _, other = call(split, model, tmp_path / "two", batch_size=3)
    assert again.metadata == metrics.metadata
    assert Path(other.path).read_text(encoding="utf-8") == html
    _, _, same, _ = call(split, model, tmp_path / "three")
    assert Path(same.path).read_bytes() == Path(predictions.path).read_bytes()


def test_a_users_mistake_ends_the_task_with_one_message(
    make_split: Callable[..., Split], checkpoint: Callable[..., Path], tmp_path: Path
) -> None:
    split, empty = make_split({"dew": 1}).directory, make_split({}, "empty").directory
    with pytest.raises(SystemExit, match=r"^error: the test split has classes that the model does not know: snow; "):
        call(split, checkpoint("dew", "rain"), tmp_path / "one")
    model = checkpoint("dew", "rain", "snow")
    with pytest.raises(SystemExit, match=r"^error: the split empty has no photo"):
        call(empty, model, tmp_path / "two")
    with pytest.raises(SystemExit, match=r"^error: batch_size is 0"):
        call(split, model, tmp_path / "three", batch_size=0)
    with pytest.raises(SystemExit, match=r"^error: .* is not a split"):
        call(tmp_path, model, tmp_path / "four")
    with pytest.raises(SystemExit, match=r"^error: .*index\.parquet is not a checkpoint"):
        call(split, split / "index.parquet", tmp_path / "five")


def test_parameters_are_described_for_the_forms_of_a_ui() -> None:
    assert eval_model.component_spec.inputs
    assert eval_model.component_spec.description
