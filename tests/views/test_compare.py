"""Runs side by side: real ones, and made-up ones."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl
from kfp.dsl import ClassificationMetrics, Dataset, Metrics, Output

from barograph.states import State
from barograph.store import Artifact, Link, Run, Task
from barograph.store.records import Role
from barograph.views.compare import compare, direction
from barograph.views.comparison import Direction, Given, MetricRow, RunRecord
from tests.conftest import Outcome, Workspace, component
from tests.views.pipelines import NOON


@component
def prepare(size: int, data: Output[Dataset]) -> None:
    with open(data.path, "w") as file:
        file.write("x" * size)


@component
def train(epochs: int, metrics: Output[Metrics]) -> None:
    metrics.log_metric("loss", 1 / epochs)
    metrics.log_metric("accuracy", epochs / 10)
    metrics.log_metric("framework", "none")


@component
def evaluate(
    epochs: int, metrics: Output[Metrics], matrix: Output[ClassificationMetrics], curve: Output[ClassificationMetrics]
) -> None:
    metrics.log_metric("accuracy", epochs / 20)
    matrix.log_confusion_matrix(["dew", "fog"], [[epochs, 1], [2, 5]])
    curve.log_roc_curve([0.0, 1.0], [0.0, 1.0], [float("inf"), 0.0])


@dsl.pipeline(name="weather")
def weather(epochs: int = 2, size: int = 3) -> None:
    prepare(size=size)
    train(epochs=epochs)
    evaluate(epochs=epochs)


def record(outcome: Outcome) -> RunRecord:
    return RunRecord(outcome.run, list(outcome.tasks.values()), outcome.links)


def test_two_real_runs_side_by_side(workspace: Workspace) -> None:
    first, second = workspace.run(weather), workspace.run(weather, {"epochs": 4})
    found = compare([record(first), record(second)])
    assert [head.id for head in found.runs] == [first.run.id, second.run.id]
    assert {row.name: (row.cells, row.differs) for row in found.parameters} == {
        "epochs": ((Given(2), Given(4)), True),
        "size": ((Given(3), Given(3)), False),
    }
    metrics = {(row.task, row.artifact, row.key): row for row in found.metrics}
    # Two tasks log an accuracy: neither hides the other.
    assert metrics["train", "metrics", "accuracy"].cells == (0.2, 0.4)
    assert metrics["evaluate", "metrics", "accuracy"].cells == (0.1, 0.2)
    loss = metrics["train", "metrics", "loss"]
    assert (loss.direction, loss.cells, loss.deltas, loss.best) == (Direction.LOWER, (0.5, 0.25), (0.0, -0.25), (1,))
    word = metrics["train", "metrics", "framework"]
    assert (word.cells, word.deltas, word.best, word.differs) == (("none", "none"), (None, None), (), False)
    (matrix,) = found.matrices
    assert (matrix.task, matrix.artifact) == ("evaluate", "matrix")
    assert matrix.deltas == (((0, 0), (0, 0)), ((2, 0), (0, 0)))
    (curve,) = found.curves
    assert [cell[0].threshold for cell in curve.cells] == [None, None]


def test_what_was_shared_through_the_cache_and_why_not_what_was_not(workspace: Workspace) -> None:
    first, second = workspace.run(weather), workspace.run(weather, {"epochs": 4})
    third = workspace.run(weather)
    found = compare([record(first), record(second), record(third)])
    tasks = {row.path: row for row in found.tasks}
    assert (tasks["prepare"].shared, tasks["train"].shared) == (True, False)
    base, other, again = tasks["train"].cells
    assert base is not None
    assert other is not None
    assert again is not None
    assert (base.cached, other.cached, again.cached) == (False, False, True)
    assert base.execution == again.execution == base.id != other.execution
    assert (base.differences, again.differences) == ((), ())
    assert other.differences == ("parameter 'epochs': 2 -> 4",)
    assert base.seconds is not None
    assert again.seconds is None
    artifacts = {(row.task, row.key): row for row in found.artifacts}
    assert artifacts["prepare", "data"].same
    assert not artifacts["train", "metrics"].same
    assert artifacts["prepare", "data"].type == "system.Dataset"
    assert [made.id for (made,) in artifacts["prepare", "data"].cells] == [first.artifact("prepare", "data").id] * 3


def test_what_runs_anew_may_have_the_same_result_or_another(workspace: Workspace) -> None:
    first, anew = workspace.run(weather), workspace.run(weather, {"epochs": 4}, cache=False)
    tasks = {row.path: row for row in compare([record(first), record(anew)]).tasks}
    for path, same in (("prepare", True), ("train", False)):
        base, other = tasks[path].cells
        assert base is not None
        assert other is not None
        assert base.execution != other.execution
        assert (base.same, other.same) == (True, same)


def test_each_turn_of_a_loop_has_rows_of_its_own(workspace: Workspace) -> None:
    @dsl.pipeline(name="sweep")
    def sweep(epochs: list[int]) -> None:
        with dsl.ParallelFor(epochs) as each:
            train(epochs=each)

    short, long = workspace.run(sweep, {"epochs": [1, 2]}), workspace.run(sweep, {"epochs": [1, 3, 4]})
    found = compare([record(short), record(long)])
    rows = {row.task: row for row in found.metrics if row.key == "loss"}
    assert len(rows) == 3
    first, second, third = (rows[path] for path in sorted(rows))
    assert (first.cells, first.differs) == ((1.0, 1.0), False)
    assert (second.cells, second.best) == ((0.5, 1 / 3), (1,))
    assert (third.cells, third.deltas) == ((None, 0.25), (None, None))
    assert {row.task for row in found.artifacts} == set(rows)  # and none of the groups


def run_of(tag: str, parameters: dict[str, Any], metadata: dict[str, Any], type_: str = "system.Metrics") -> RunRecord:
    run = Run(tag, tag, "Default", "p", "", parameters, "", NOON)
    task = Task(f"{tag}-task", tag, "task", NOON, state=State.SUCCEEDED)
    artifact = Artifact(f"{tag}-artifact", "made", type_, "", "sha256:0", None, "", metadata, NOON)
    return RunRecord(run, [task], [Link(task.id, Role.OUTPUT, "made", 0, artifact)])


def test_a_parameter_that_is_missing_is_not_one_that_is_null() -> None:
    runs = [run_of("a", {"x": None, "y": 1}, {}), run_of("b", {"y": True}, {})]
    rows = {row.name: row for row in compare(runs).parameters}
    assert (rows["x"].cells, rows["x"].differs) == ((Given(None), None), True)
    assert rows["y"].differs  # 1 is not true


def test_matrices_are_subtracted_class_by_class_and_not_place_by_place() -> None:
    def matrix(labels: str, *rows: list[int]) -> dict[str, Any]:
        specs = [{"displayName": label} for label in labels]
        return {"confusionMatrix": {"annotationSpecs": specs, "rows": [{"row": row} for row in rows]}}

    kind = "system.ClassificationMetrics"
    base = run_of("a", {}, matrix("ab", [1, 2], [3, 4]), kind)
    turned = run_of("b", {}, matrix("ba", [5, 3], [2, 2]), kind)
    other = run_of("c", {}, matrix("abc", [1, 0, 0], [0, 1, 0], [0, 0, 1]), kind)
    (row,) = compare([base, turned, other]).matrices
    assert row.deltas == (((0, 0), (0, 0)), ((1, 0), (0, 1)), None)
    twice = run_of("d", {}, matrix("aa", [1, 2], [3, 4]), kind)
    assert compare([twice, twice]).matrices[0].deltas[1] == ((0, 0), (0, 0))


def test_slices_stand_in_rows_of_their_own() -> None:
    confusion = {"annotationSpecs": [{"displayName": "a"}], "rows": [{"row": [1]}]}
    slices = [
        {"slice": each, "sliceClassificationMetrics": {"confusionMatrix": confusion}} for each in ("day", "night")
    ]
    run = run_of("a", {}, {"evaluationSlices": slices}, "system.SlicedClassificationMetrics")
    assert [(row.artifact, row.slice) for row in compare([run]).matrices] == [("made", "day"), ("made", "night")]


@pytest.mark.parametrize("name", ["loss", "val_loss", "valLoss", "RMSE", "p99-latency", "seconds", "train.error"])
def test_losses_errors_and_times_are_better_lower(name: str) -> None:
    assert direction(name) is Direction.LOWER


@pytest.mark.parametrize("name", ["accuracy", "f1", "lossless_share", "weightedRecall", "terrors"])
def test_all_else_is_better_higher(name: str) -> None:
    assert direction(name) is Direction.HIGHER


values = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a"]) | st.lists(st.integers(), max_size=2)
)
numbers = st.floats() | st.integers() | st.just(10**400)


@st.composite
def made_up(draw: st.DrawFn, tag: str) -> RunRecord:
    names = st.sampled_from(["x", "y", "loss"])
    run = run_of(tag, draw(st.dictionaries(names, values)), draw(st.dictionaries(names, numbers | values)))
    task = replace(
        run.tasks[0],
        cached_from=draw(st.sampled_from([None, "origin"])),
        state=draw(st.sampled_from(list(State))),
        ingredients={"parameters": draw(st.dictionaries(names, values))},
    )
    return replace(run, tasks=[task])


@given(made_up("a"), made_up("b"))
def test_a_comparison_is_the_same_seen_from_the_other_side(a: RunRecord, b: RunRecord) -> None:
    here, there = compare([a, b]), compare([b, a])
    assert _turned(here.parameters) == _straight(there.parameters)
    assert _turned(here.metrics) == _straight(there.metrics)
    assert _turned(here.artifacts) == _straight(there.artifacts)
    assert {(row.path, row.shared) for row in here.tasks} == {(row.path, row.shared) for row in there.tasks}
    before = {(row.task, row.artifact, row.key): row for row in here.metrics}
    for row in there.metrics:
        other = before[row.task, row.artifact, row.key]
        assert (row.differs, row.direction) == (other.differs, other.direction)
        assert sorted(row.best) == sorted(1 - place for place in other.best)
        assert _negated(row) == other.deltas[1]
    why = [len(found.tasks[0].cells[1].differences) for found in (here, there) if found.tasks[0].cells[1]]
    assert len(set(why)) == 1


def _turned(rows: Any) -> dict[Any, Any]:
    return {_name(row): (row.cells[::-1], _verdict(row)) for row in rows}


def _straight(rows: Any) -> dict[Any, Any]:
    return {_name(row): (row.cells, _verdict(row)) for row in rows}


def _name(row: Any) -> Any:
    return [getattr(row, key, None) for key in ("name", "task", "artifact", "key")].__repr__()


def _verdict(row: Any) -> bool:
    return bool(getattr(row, "differs", None) or getattr(row, "same", None))


def _negated(row: MetricRow) -> int | float | None:
    return None if row.deltas[1] is None else -row.deltas[1]


@given(st.lists(st.sampled_from("abc").flatmap(made_up), min_size=1, max_size=4))
def test_every_row_has_a_cell_for_every_run(runs: list[RunRecord]) -> None:
    found = compare(runs)
    for rows in (found.parameters, found.metrics, found.artifacts, found.tasks):
        assert all(len(row.cells) == len(runs) for row in rows)


def test_nothing_compared_is_nothing() -> None:
    assert compare([]).runs == ()
