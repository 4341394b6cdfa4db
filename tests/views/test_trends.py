"""How a pipeline does over its last runs, and which metric tells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from barograph.states import State
from barograph.store.records import Metric, Run
from barograph.views.comparison import Direction
from barograph.views.headline import Name, headline, is_worse, numbers, rank
from barograph.views.trends import Trend, trend
from tests.views.pipelines import NOON


def a_run(number: int, state: State = State.SUCCEEDED, experiment: str = "e") -> Run:
    time = NOON + timedelta(hours=number)
    run = Run(str(number), f"run {number}", experiment, "weather", "", {}, "", time, state=state)
    return replace(run, experiment_id=experiment, pipeline_id="p")


def of_values(key: str, *values: float | None, states: dict[int, State] | None = None) -> Trend:
    runs = [a_run(number, (states or {}).get(number, State.SUCCEEDED)) for number in range(len(values))]
    metrics = [Metric(str(number), "eval", "m", key, value) for number, value in enumerate(values) if value is not None]
    return trend(runs, metrics)


def worse(found: Trend) -> list[str]:
    """Of each run that became worse, than which."""
    return [point.base if point.worse else "" for point in found.points]


def test_a_trend_is_of_the_metric_that_people_look_at_first() -> None:
    runs = [a_run(0), a_run(1)]
    metrics = [
        *(Metric(run.id, "train", "m", "epochs", 3) for run in runs),
        *(Metric(run.id, "train", "m", "loss", 0.5) for run in runs),
        *(Metric(run.id, "eval", "m", "accuracy", value) for run, value in zip(runs, (0.5, 0.75), strict=True)),
    ]
    found = trend(runs, metrics)
    assert (found.pipeline, found.pipeline_id) == ("weather", "p")
    assert (found.task, found.artifact, found.key, found.direction) == ("eval", "m", "accuracy", Direction.HIGHER)
    assert [(point.run_id, point.value, point.at) for point in found.points] == [
        ("0", 0.5, NOON),
        ("1", 0.75, NOON + timedelta(hours=1)),
    ]


def test_a_pipeline_without_metrics_has_points_without_values() -> None:
    found = trend([a_run(0, State.FAILED)], [])
    assert (found.key, found.points[0].value, found.points[0].state) == ("", None, State.FAILED)


def test_a_run_that_became_worse_tells_than_which() -> None:
    assert worse(of_values("accuracy", 0.5, 0.75, 0.75, 0.7)) == ["", "", "", "2"]
    found = of_values("val_loss", 0.5, 0.25, 0.75)
    assert worse(found) == ["", "", "1"]
    assert [(point.base, point.before) for point in found.points] == [("", None), ("0", 0.5), ("1", 0.25)]


def test_what_did_not_succeed_is_neither_good_nor_worse() -> None:
    states = {1: State.FAILED, 3: State.RUNNING}
    assert worse(of_values("accuracy", 0.5, 0.9, 0.4, 0.1, None, states=states)) == ["", "", "0", "", ""]


def test_a_run_is_compared_with_one_of_its_own_experiment_if_there_is_any() -> None:
    runs = [a_run(0, experiment="mine"), a_run(1, experiment="yours"), a_run(2, experiment="mine")]
    metrics = [Metric(run.id, "eval", "m", "f1", value) for run, value in zip(runs, (0.9, 0.1, 0.5), strict=True)]
    assert worse(trend(runs, metrics)) == ["", "0", "0"]


def test_of_the_turns_of_a_loop_the_best_counts() -> None:
    metrics = [
        Metric("r", f"for[{turn}].eval", "m", key, value)
        for turn, value in enumerate((0.5, 0.9, 0.7))
        for key in ("accuracy", "loss")
    ]
    assert numbers(metrics) == {Name("for.eval", "m", "accuracy"): 0.9, Name("for.eval", "m", "loss"): 0.5}


def test_of_metrics_that_tell_as_much_the_one_that_most_runs_have_is_shown() -> None:
    one, other = Name("a", "m", "f1"), Name("b", "m", "f1")
    assert headline([{one: 1.0, other: 1.0}, {other: 1.0}]) == other
    assert headline([]) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("f1_macro", "accuracy"),
        ("accuracy", "roc_auc"),
        ("auc", "val_loss"),
        ("loss", "f1_dew"),
        ("validation_accuracy", "validation_loss"),
        ("error", "train_accuracy"),
        ("last_train_accuracy", "train_loss"),
        ("mean_error", "epochs"),
    ],
)
def test_what_tells_more_comes_first(first: str, second: str) -> None:
    assert rank(first) < rank(second)


def test_what_is_not_seen_in_four_digits_is_no_worse() -> None:
    assert not is_worse("accuracy", 0.845123, 0.845149)
    assert is_worse("accuracy", 0.8451, 0.8452)
    assert not is_worse("loss", 0.1, 0.2)
