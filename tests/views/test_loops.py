"""What loops measured: of real runs, and of made-up ones."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl
from kfp.dsl import ClassificationMetrics, Dataset, Metrics, Output

from barograph.ir import build, parse_spec
from barograph.ir.values import Value
from barograph.states import State
from barograph.store.records import Kind
from barograph.views.compare import compare
from barograph.views.comparison import Direction, RunRecord, TurnItem
from barograph.views.loops import Loop, loops, turn_items
from tests.conftest import Outcome, Workspace, component
from tests.views.pipelines import pipelines, recorded


@component
def measure(rate: float, width: int, metrics: Output[Metrics], matrix: Output[ClassificationMetrics]) -> None:
    if rate > 1:
        raise SystemExit("error: too large a rate")
    metrics.log_metric("loss", rate * width)
    matrix.log_confusion_matrix(["dew", "fog"], [[1, 2], [3, 4]])


@component
def note(history: Output[Dataset]) -> None:
    with open(history.path, "w") as file:
        file.write("epoch,loss\n1,2\n")
    history.metadata["kind"] = "history"


@dsl.pipeline(name="search")
def search(rates: list[float]) -> None:
    with dsl.ParallelFor(rates) as rate:
        with dsl.ParallelFor([{"width": 1}, {"width": 2}]) as setting:
            measure(rate=rate, width=setting.width)
        note()


def loops_of(outcome: Outcome) -> dict[tuple[str, ...], Loop]:
    pipeline = build(parse_spec(outcome.run.spec))
    return {loop.items: loop for loop in loops(pipeline, list(outcome.tasks.values()), outcome.links)}


def test_a_search_is_a_table_with_a_row_for_each_turn(workspace: Workspace) -> None:
    found = loops_of(workspace.run(search, {"rates": [0.5, 2.0, 0.25]}))
    outer, inner = found["rates",], found["rates", "item"]
    assert [(metric.task, metric.artifact, metric.key) for metric in inner.metrics] == [("measure", "metrics", "loss")]
    assert inner.metrics[0].direction is Direction.LOWER
    assert [[item and item.value for item in turn.items] for turn in inner.turns] == [
        [0.5, {"width": 1}],
        [0.5, {"width": 2}],
        [2.0, {"width": 1}],
        [2.0, {"width": 2}],
        [0.25, {"width": 1}],
        [0.25, {"width": 2}],
    ]
    assert [turn.cells for turn in inner.turns] == [(0.5,), (1.0,), (None,), (None,), (0.25,), (0.5,)]
    assert inner.turns[2].state is State.FAILED
    assert [(made.task, made.key) for made in inner.turns[0].artifacts] == [
        ("measure", "matrix"),
        ("measure", "metrics"),
    ]
    assert all(turn.seconds is not None for turn in inner.turns)
    # What is measured in a turn of the outer loop, but not in the inner one, is in a table of its own.
    assert [[made.key for made in turn.artifacts] for turn in outer.turns] == [["history"]] * 3


def test_runs_are_compared_with_what_their_turns_are_for(workspace: Workspace) -> None:
    searched: list[dict[str, Value]] = [{"rates": [0.5]}, {"rates": [0.25, 0.75]}]
    outcomes = [workspace.run(search, parameters) for parameters in searched]
    records = [
        RunRecord(each.run, tasks, each.links, turn_items(build(parse_spec(each.run.spec)), tasks))
        for each in outcomes
        if (tasks := list(each.tasks.values()))
    ]
    items = {row.path: row.cells for row in compare(records).turns}
    (first,) = [path for path in items if path.endswith("[0]") and path.count("[") == 1]
    assert items[first] == (TurnItem("rates", 0.5), TurnItem("rates", 0.25))
    assert items[first.replace("[0]", "[1]")] == (None, TurnItem("rates", 0.75))
    assert (TurnItem("item", {"width": 2}),) * 2 in items.values()


@given(st.data())
def test_every_turn_is_in_one_table_at_the_most(data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    run = data.draw(recorded(pipeline))
    measured = [replace(link.artifact, type="system.Metrics", metadata={"loss": 1}) for link in run.links]
    links = [replace(link, artifact=artifact) for link, artifact in zip(run.links, measured, strict=True)]
    found = loops(pipeline, run.tasks, links)
    paths = [turn.path for loop in found for turn in loop.turns]
    assert len(set(paths)) == len(paths)
    assert all(len(turn.cells) == len(loop.metrics) for loop in found for turn in loop.turns)
    assert all(len(turn.items) == len(loop.items) for loop in found for turn in loop.turns)


@given(st.data())
def test_asked_for_all_loops_every_turn_is_in_one_table(data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    run = data.draw(recorded(pipeline))
    found = loops(pipeline, run.tasks, run.links, measured=False)
    paths = [turn.path for loop in found for turn in loop.turns]
    assert sorted(paths) == sorted(task.path for task in run.tasks if task.kind is Kind.ITERATION)
