"""The KFP component that evaluates; the work is in the ``eval_model`` package."""

from kfp import dsl
from kfp.dsl import HTML, ClassificationMetrics, Dataset, Input, Metrics, Model, Output

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
    report: Output[HTML],
) -> None:
    """Measure how well a classifier does on photos that it never saw, and show those it got wrong.

    Args:
        test_split: Photos to test on.
        torch_model: The classifier, from train_model.
        device: auto, cpu, cuda or mps.
        batch_size: Photos that go through the network at once.
        eval_metrics: Accuracy; precision, recall and F1 weighted by class size; F1 of each class.
        confusion_matrix: How many photos of each class were taken for which.
        predictions: What each photo was taken for, as a Parquet table in the order of the split: name, true, predicted,
            score (of the predicted class), true_score, thumbnail (a small JPEG). Its metadata say that it is such a
            table (kind: predictions) and how many photos are in it (photos).
        report: All of it as a page to look at, with the photos that it got wrong.
    """
    from pathlib import Path

    from eval_model.errors import EvalModelError
    from eval_model.evaluation import evaluate_checkpoint
    from weather_classifier.errors import ClassifierError
    from weather_splits import SplitError

    try:
        evaluation = evaluate_checkpoint(
            Path(test_split.path), Path(torch_model.path), device, batch_size, Path(predictions.path)
        )
    except (EvalModelError, ClassifierError, SplitError) as error:
        raise SystemExit(f"error: {error}") from None
    figures = evaluation.figures
    for name, value in figures.metrics().items():
        eval_metrics.log_metric(name, value)
    confusion_matrix.log_confusion_matrix(
        [figure.name for figure in figures.classes], [list(row) for row in figures.matrix]
    )
    predictions.metadata.update(
        {"kind": "predictions", "photos": figures.photos, "mime_type": "application/vnd.apache.parquet"}
    )
    Path(report.path).write_text(evaluation.report, encoding="utf-8")
