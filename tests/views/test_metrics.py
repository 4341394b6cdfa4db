"""What metrics artifacts hold, written by the SDK's own classes and by hostile hands."""

import json
import math
from dataclasses import asdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from kfp.dsl import ClassificationMetrics, Metrics, SlicedClassificationMetrics

from barograph.views.metrics import RocPoint, is_metrics, read_metrics

WEATHER = ["dew", "fog", "snow"]
COUNTS = [[5, 1, 0], [0, 7, 2], [1, 0, 4]]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    [
        *("confusionMatrix", "annotationSpecs", "displayName", "rows", "row", "evaluationSlices", "slice"),
        *("confidenceMetrics", "recall", "falsePositiveRate", "confidenceThreshold", "sliceClassificationMetrics"),
        "x",
    ]
)
almost = st.recursive(
    json_values, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)


def test_scalars_are_those_that_were_logged_in_their_order() -> None:
    metrics = Metrics()
    metrics.log_metric("loss", 0.25)
    metrics.log_metric("accuracy", 1)
    metrics.log_metric("best", "resnet")
    metrics.metadata |= {"history": [1, 2], "nothing": None, "_kfp_workspace": True}
    found = read_metrics(metrics.metadata)
    assert list(found.scalars.items()) == [("loss", 0.25), ("accuracy", 1), ("best", "resnet")]
    assert (found.confusion_matrix, found.roc, found.slices) == (None, (), ())


def test_what_is_no_number_in_json_is_text() -> None:
    metrics = Metrics()
    for name, value in (("a", math.nan), ("b", math.inf), ("c", -math.inf)):
        metrics.log_metric(name, value)
    assert read_metrics(metrics.metadata).scalars == {"a": "NaN", "b": "Infinity", "c": "-Infinity"}


def test_a_confusion_matrix_has_all_its_classes_and_its_sums() -> None:
    metrics = ClassificationMetrics()
    metrics.log_confusion_matrix(WEATHER, COUNTS)
    matrix = read_metrics(metrics.metadata).confusion_matrix
    assert matrix is not None
    assert matrix.labels == tuple(WEATHER)
    assert [list(row) for row in matrix.counts] == COUNTS
    assert (matrix.total, matrix.accuracy) == (20, 16 / 20)


def test_rows_and_cells_that_were_logged_one_by_one_are_read() -> None:
    metrics = ClassificationMetrics()
    metrics.set_confusion_matrix_categories(["dew", "fog"])
    metrics.log_confusion_matrix_row("dew", [3, 1])
    metrics.log_confusion_matrix_cell("fog", "dew", 2)
    matrix = read_metrics(metrics.metadata).confusion_matrix
    assert matrix is not None
    assert matrix.counts == ((3, 1), (2, 0))


def test_a_roc_curve_begins_with_an_infinite_threshold() -> None:
    metrics = ClassificationMetrics()
    metrics.log_roc_curve([0.0, 0.5, 1.0], [0.0, 0.9, 1.0], [math.inf, 0.5, 0.0])
    said = RocPoint(0.0, 0.0, None), RocPoint(0.5, 0.9, 0.5), RocPoint(1.0, 1.0, 0.0)
    assert read_metrics(metrics.metadata).roc == said
    # So it is after protocol buffers had it in their hands.
    metrics.metadata["confidenceMetrics"][0]["confidenceThreshold"] = "Infinity"
    assert read_metrics(metrics.metadata).roc == said


def test_each_slice_has_its_own_matrix() -> None:
    metrics = SlicedClassificationMetrics()
    metrics._sliced_metrics = {}  # which the SDK (2.17) forgets
    for name, count in (("day", 3), ("night", 4)):
        metrics.set_confusion_matrix_categories(name, ["dew", "fog"])
        metrics.log_confusion_matrix_row(name, "dew", [count, 1])
    day, night = read_metrics(metrics.metadata).slices
    assert (day.name, night.name) == ("day", "night")
    assert day.confusion_matrix is not None
    assert night.confusion_matrix is not None
    assert (day.confusion_matrix.counts[0], night.confusion_matrix.counts[0]) == ((3, 1), (4, 1))


def test_a_class_without_a_name_and_one_without_counts_are_not_lost() -> None:
    rows: list[dict[str, Any]] = [{"row": [1, "x", 2]}, {"row": [0, 4]}]
    found = read_metrics({"confusionMatrix": {"annotationSpecs": [{"displayName": "dew"}, {}], "rows": rows}})
    assert found.confusion_matrix is not None
    assert found.confusion_matrix.labels == ("dew", "1", "2")
    assert found.confusion_matrix.counts == ((1, None, 2), (0, 4, None), (None, None, None))
    assert found.confusion_matrix.total == 7


def test_only_metrics_hold_metrics() -> None:
    assert is_metrics("system.Metrics")
    assert is_metrics("system.SlicedClassificationMetrics")
    assert is_metrics("google.ClassificationMetrics")
    assert not is_metrics("system.Model")


@given(st.dictionaries(keys, almost, max_size=4))
def test_broken_metadata_raises_nothing_and_gives_what_json_can_say(metadata: dict[str, Any]) -> None:
    found = read_metrics(metadata)
    json.dumps(asdict(found), allow_nan=False)
    for matrix in (found.confusion_matrix, *(each.confusion_matrix for each in found.slices)):
        if matrix is not None:
            assert {len(matrix.labels)} == {len(matrix.counts), *map(len, matrix.counts)}
