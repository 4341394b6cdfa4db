"""The KFP component function that evaluates, called as KFP's executor calls it."""

import base64
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from kfp.dsl import HTML, Artifact, ClassificationMetrics, Dataset, Metrics, Model
from PIL import Image
from weather_classifier import stream
from weather_splits import Split

from weather.components.eval_model.component import eval_model


@dataclass
class Evaluated:
    """The outputs of an evaluation."""

    metrics: Metrics
    matrix: ClassificationMetrics
    predictions: Dataset
    plot: Artifact
    report: HTML

    def contents(self) -> list[bytes]:
        return [Path(artifact.path).read_bytes() for artifact in (self.predictions, self.plot, self.report)]


def call(split: Path, model: Path, out: Path, batch_size: int = 4) -> Evaluated:
    out.mkdir()
    made = Evaluated(
        Metrics(uri=str(out / "metrics")),
        ClassificationMetrics(uri=str(out / "matrix")),
        Dataset(uri=str(out / "predictions")),
        Artifact(uri=str(out / "plot")),
        HTML(uri=str(out / "report")),
    )
    eval_model.python_func(
        test_split=Dataset(uri=str(split)),
        torch_model=Model(uri=str(model)),
        device="cpu",
        batch_size=batch_size,
        eval_metrics=made.metrics,
        confusion_matrix=made.matrix,
        predictions=made.predictions,
        reliability_plot=made.plot,
        report=made.report,
    )
    return made


def test_metrics_matrix_predictions_and_report_belong_together(
    make_split: Callable[..., Split], checkpoint: Callable[..., Path], tmp_path: Path
) -> None:
    split, model = make_split({"dew": 4, "rain": 5}).directory, checkpoint("dew", "rain", "snow", "glaze")
    made = call(split, model, tmp_path / "one")
    metrics, confusion = made.metrics.metadata, made.matrix.metadata["confusionMatrix"]
    assert metrics["test_photos"] == 9
    assert not [name for name in metrics if "second" in name or "time" in name]
    assert {"f1_dew_low", "f1_dew_high", "expected_calibration_error", "log_loss"} <= set(metrics)
    assert [entry["displayName"] for entry in confusion["annotationSpecs"]] == ["dew", "rain", "snow", "glaze"]
    assert [sum(row["row"]) for row in confusion["rows"]] == [4, 5, 0, 0]
    html = Path(made.report.path).read_text(encoding="utf-8")
    assert f"{metrics['weighted_f1']:.3f}" in html
    assert made.predictions.metadata == {
        "kind": "predictions",
        "photos": 9,
        "mime_type": "application/vnd.apache.parquet",
    }
    rows = pq.read_table(made.predictions.path).to_pylist()
    assert [row["name"] for row in rows] == [entry.name for entry in Split.open(split).entries]
    pairs = Counter((row["true"], row["predicted"]) for row in rows)
    classes = ["dew", "rain", "snow", "glaze"]
    for true, counts in zip(classes, confusion["rows"], strict=True):
        assert counts["row"] == [pairs[true, predicted] for predicted in classes]
    shown = {base64.b64encode(row["thumbnail"]).decode() for row in rows if row["true"] != row["predicted"]}
    assert set(re.findall('data:image/jpeg;base64,([^"]+)', html)) == shown != set()
    assert made.plot.metadata == {"mime_type": "image/png"}
    with Image.open(made.plot.path) as plot:
        assert plot.format == "PNG"


def test_everything_comes_out_the_same_whatever_the_number_of_threads(
    make_split: Callable[..., Split],
    checkpoint: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    split, model = make_split({"dew": 4, "rain": 5, "snow": 3}).directory, checkpoint("dew", "rain", "snow")
    made = []
    for cores, batch_size in ((1, 4), (3, 4), (1, 5)):
        monkeypatch.setattr(stream, "cores", lambda cores=cores: cores)
        made.append(call(split, model, tmp_path / f"{cores}-{batch_size}", batch_size))
    one_thread, three_threads, other_batches = made
    assert one_thread.contents() == three_threads.contents()
    assert one_thread.metrics.metadata == three_threads.metrics.metadata
    # Another size of the batches is another order of sums.
    assert one_thread.metrics.metadata == pytest.approx(other_batches.metrics.metadata)


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
