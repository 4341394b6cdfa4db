"""The KFP components that evaluate, compare and promote; the work is in the ``eval_model`` package."""

from typing import NamedTuple

from kfp import dsl
from kfp.dsl import HTML, Artifact, ClassificationMetrics, Dataset, Input, Markdown, Metrics, Model, Output

from weather.images import image


@dsl.component(base_image=image("eval_model"), install_kfp_package=False)
def eval_model(
    test_split: Input[Dataset],
    torch_model: Input[Model],
    device: str,
    batch_size: int,
    eval_metrics: Output[Metrics],
    confusion_matrix: Output[ClassificationMetrics],
    predictions: Output[Dataset],
    reliability_plot: Output[Artifact],
    report: Output[HTML],
) -> None:
    """Measure how well a classifier does on photos that it never saw, and show those it got wrong.

    Args:
        test_split: Photos to test on.
        torch_model: The classifier, from train_model.
        device: auto, cpu, cuda or mps.
        batch_size: Photos that go through the network at once.
        eval_metrics: Accuracy; macro F1; precision, recall and F1 weighted by class size; F1 of each class. Names that
            end in _low and _high are the ends of their 95 % confidence intervals. Then the expected calibration error
            and the log loss, of which less is better.
        confusion_matrix: How many photos of each class were taken for which.
        predictions: What each photo was taken for, as a Parquet table in the order of the split: name, true, predicted,
            score (of the predicted class), true_score, thumbnail (a small JPEG). Its metadata say that it is such a
            table (kind: predictions) and how many photos are in it (photos).
        reliability_plot: How often the classifier is right by how sure it is, as a picture (PNG).
        report: All of it as a page to look at, with the photos that it got wrong.
    """
    from pathlib import Path

    from eval_model.errors import EvalModelError
    from eval_model.evaluation import evaluate_checkpoint
    from eval_model.reliability_plot import plot_reliability
    from weather_classifier.errors import ClassifierError
    from weather_splits import SplitError

    try:
        evaluation = evaluate_checkpoint(
            Path(test_split.path), Path(torch_model.path), device, batch_size, Path(predictions.path)
        )
    except (EvalModelError, ClassifierError, SplitError) as error:
        raise SystemExit(f"error: {error}") from None
    figures = evaluation.figures
    for name, value in {**figures.metrics(), **evaluation.calibration.metrics()}.items():
        eval_metrics.log_metric(name, value)
    confusion_matrix.log_confusion_matrix(
        [figure.name for figure in figures.classes], [list(row) for row in figures.matrix]
    )
    predictions.metadata.update(
        {"kind": "predictions", "photos": figures.photos, "mime_type": "application/vnd.apache.parquet"}
    )
    plot_reliability(evaluation.calibration, Path(reliability_plot.path))
    reliability_plot.metadata["mime_type"] = "image/png"
    Path(report.path).write_text(evaluation.report, encoding="utf-8")


@dsl.component(base_image=image("eval_model"), install_kfp_package=False)
def find_baseline(baseline_uri: str, destination: str) -> NamedTuple("Baseline", [("uri", str), ("sha256", str)]):  # type: ignore[valid-type]
    """Say which model a new one has to beat right now. Never take this from a cache: another run may have promoted one.

    Args:
        baseline_uri: A whole path, gs:// or s3:// address of a checkpoint, or of where promoted models are kept, whose
            current one it is. Empty: the current one at destination. none: no model.
        destination: Where promoted models are kept. It may be empty, and there may be none there yet.

    Returns:
        uri: Address of its checkpoint; empty where there is none.
        sha256: Of the checkpoint; empty where there is none.
    """
    from eval_model.baseline import find_baseline as find
    from eval_model.errors import EvalModelError

    try:
        baseline = find(baseline_uri, destination)
    except EvalModelError as error:
        raise SystemExit(f"error: {error}") from None
    print(f"the baseline is {baseline.uri}" if baseline.uri else "there is no baseline", flush=True)
    return (baseline.uri, baseline.sha256)


@dsl.component(base_image=image("eval_model"), install_kfp_package=False)
def gate_model(
    test_split: Input[Dataset],
    torch_model: Input[Model],
    baseline_uri: str,
    baseline_sha256: str,
    margin: float,
    device: str,
    batch_size: int,
    comparison: Output[Metrics],
    reasons: Output[Markdown],
) -> NamedTuple("Gate", [("decision", str)]):  # type: ignore[valid-type]
    """Decide whether a new classifier takes the place of the one it is compared with, on the same photos.

    Args:
        test_split: Photos to compare both on.
        torch_model: The new classifier, from train_model.
        baseline_uri: Address of the other one, the baseline, from find_baseline; empty for none.
        baseline_sha256: Of the baseline, from find_baseline.
        margin: The new one must have a weighted F1 that is higher by more than this. 0 takes any improvement; below 0,
            it may be a little worse.
        device: auto, cpu, cuda or mps.
        batch_size: Photos that go through the new network at once.
        comparison: Weighted F1 of both, their difference with the ends of its 95 % confidence interval, and how sure it
            is that the new one is better. Nothing where there was nothing to compare.
        reasons: The decision and its reasons, as Markdown.

    Returns:
        decision: promote or keep.
    """
    from pathlib import Path

    from eval_model.baseline import Baseline
    from eval_model.errors import EvalModelError
    from eval_model.gate import gate
    from weather_classifier.errors import ClassifierError
    from weather_splits import SplitError

    baseline = Baseline(baseline_uri, baseline_sha256)
    try:
        decided = gate(Path(test_split.path), Path(torch_model.path), baseline, margin, device, batch_size)
    except (EvalModelError, ClassifierError, SplitError) as error:
        raise SystemExit(f"error: {error}") from None
    if decided.comparison:
        for name, value in decided.comparison.metrics().items():
            comparison.log_metric(name, value)
    Path(reasons.path).write_text(decided.note(), encoding="utf-8")
    print(decided.headline, *decided.reasons, sep="\n", flush=True)
    return (decided.outcome.value,)


@dsl.component(base_image=image("eval_model"), install_kfp_package=False)
def promote_model(
    onnx_model: Input[Model],
    torch_model: Input[Model],
    destination: str,
    promoted_model: Output[Model],
) -> None:
    """Hand a model on to those who use it. Never take this from a cache: what it writes is not all in its outputs.

    Args:
        onnx_model: The model to use, from optimize_onnx.
        torch_model: The checkpoint that it was made from, which the next new model is compared with.
        destination: A whole path, gs:// or s3:// address of a folder to keep both in. Files there are named by their
            content and never changed; current.json, which is written last, names those to use. Empty: nowhere.
        promoted_model: The model to use, as an artifact. Its metadata say where it was copied to (promoted_to).
    """
    from pathlib import Path

    from eval_model.errors import EvalModelError
    from eval_model.promotion import promote

    try:
        recorded = promote(Path(onnx_model.path), Path(torch_model.path), destination, Path(promoted_model.path))
    except EvalModelError as error:
        raise SystemExit(f"error: {error}") from None
    promoted_model.metadata.update({**onnx_model.metadata, **recorded})
