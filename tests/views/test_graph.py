"""Graphs of real runs, and of pipelines that were not run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import compiler, dsl
from kfp.dsl import ClassificationMetrics, Dataset, Input, Model, Output

from barograph.errors import NotFoundError
from barograph.ir import build, parse_spec, read_spec
from barograph.ir.graph import Pipeline
from barograph.states import State
from barograph.store import Task
from barograph.store.records import Kind
from barograph.views.graph import pipeline_graph, run_graph
from barograph.views.nodes import ArtifactNode, EdgeKind, Graph, TaskNode
from tests.conftest import Outcome, Workspace, component
from tests.views.pipelines import NOON, Recorded, check, pipelines, recorded


@component
def prepare(size: int, data: Output[Dataset]) -> int:
    with open(data.path, "w") as file:
        file.write("x" * size)
    data.metadata["photos"] = size
    return size


@component
def train(data: Input[Dataset], model: Output[Model], epochs: int = 1) -> float:
    with open(data.path) as source, open(model.path, "w") as file:
        file.write(f"{source.read()} {epochs}")
    return 0.5


@component
def evaluate(data: Input[Dataset], model: Input[Model], matrix: Output[ClassificationMetrics]) -> None:
    matrix.log_confusion_matrix(["dew", "fog"], [[1, 2], [3, 4]])


@component
def say(text: str) -> str:
    return text


@component
def fail_at(number: int, bad: int) -> None:
    if number == bad:
        raise SystemExit("error: bad")


@component
def compare_all(models: Input[list[Model]]) -> int:
    return len(models)


@dsl.pipeline
def training(data: Input[Dataset], epochs: int) -> Model:
    trained = train(data=data, epochs=epochs)
    evaluate(data=data, model=trained.outputs["model"])
    return trained.outputs["model"]


def pipeline_of(function: Any, folder: Path) -> Pipeline:
    file = folder / "compiled.yaml"
    compiler.Compiler().compile(function, str(file))
    return build(read_spec(file))


def graph_of(outcome: Outcome, **options: Any) -> Graph:
    pipeline = build(parse_spec(outcome.run.spec))
    return run_graph(pipeline, list(outcome.tasks.values()), outcome.links, **options)


def edges(graph: Graph, *kinds: EdgeKind) -> set[tuple[str, str]]:
    check(graph)
    return {(edge.source, edge.target) for edge in graph.edges if not kinds or edge.kind in kinds}


def tasks(graph: Graph) -> dict[str, TaskNode]:
    check(graph)
    return {node.path: node for node in graph.tasks}


def artifacts(graph: Graph) -> dict[str, ArtifactNode]:
    check(graph)
    return {node.id: node for node in graph.artifacts}


@dsl.pipeline(name="weather")
def weather(size: int = 3) -> None:
    prepared = prepare(size=size)
    training(data=prepared.outputs["data"], epochs=prepared.outputs["Output"])
    said = say(text="done")
    said.after(prepared)


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[[Any], Graph]:
    return lambda function: pipeline_graph(pipeline_of(function, tmp_path))


def test_tasks_are_called_as_their_pipeline_calls_them(tmp_path: Path) -> None:
    @dsl.pipeline
    def labelled() -> None:
        said = say(text="rain").set_display_name("Say the weather")
        with dsl.If(said.output == "rain", name="when it rains"):
            say(text="umbrella")

    names = {task.path: task.name for task in pipeline_graph(pipeline_of(labelled, tmp_path)).tasks}
    assert names == {"say": "Say the weather", "condition-1": "when it rains", "condition-1.say-2": "say-2"}


def test_a_run_has_its_tasks_and_artifacts_with_what_is_recorded_of_them(workspace: Workspace) -> None:
    outcome = workspace.run(weather)
    graph = graph_of(outcome)
    found = tasks(graph)
    assert found["prepare"].state == "SUCCEEDED"
    assert found["prepare"].id == outcome.tasks["prepare"].id
    assert found["prepare"].component == "comp-prepare"
    assert found["prepare"].started_at is not None
    assert found["prepare"].attempts == 1
    assert found["training"].kind is Kind.DAG
    assert found["training"].states == {"SUCCEEDED": 2}
    assert found["training.train"].parent == "training"
    data = artifacts(graph)["prepare:data"]
    recorded = outcome.artifact("prepare", "data")
    assert (data.type, data.made, data.size, data.scalars) == ("system.Dataset", 1, 3, {"photos": 3})
    assert (data.artifact_id, data.digest, data.uri) == (recorded.id, recorded.digest, recorded.uri)


def test_edges_connect_what_makes_with_what_takes_through_groups(workspace: Workspace) -> None:
    graph = graph_of(workspace.run(weather))
    assert edges(graph, EdgeKind.OUTPUT, EdgeKind.INPUT) == {
        ("prepare", "prepare:data"),
        ("prepare:data", "training.train"),
        ("prepare:data", "training.evaluate"),
        ("training.train", "training.train:model"),
        ("training.train:model", "training.evaluate"),
        ("training.evaluate", "training.evaluate:matrix"),
    }
    # An artifact connects prepare and train already, so that the parameter needs no edge of its own.
    assert edges(graph, EdgeKind.PARAMETER) == set()
    assert edges(graph, EdgeKind.ORDER) == {("prepare", "say")}
    assert artifacts(graph)["training.train:model"].exports == ("training",)


def test_a_pipeline_has_the_same_nodes_before_it_is_run_as_after(workspace: Workspace, tmp_path: Path) -> None:
    pipeline = pipeline_of(weather, tmp_path)
    before, begun = pipeline_graph(pipeline), run_graph(pipeline, (), ())
    after = graph_of(workspace.run(weather))
    assert [node.path for node in before.tasks] == [node.path for node in after.tasks]
    assert edges(before) == edges(after) == edges(begun)
    assert {node.state for node in before.tasks} == {None}
    assert {node.state for node in begun.tasks} == {State.PENDING}
    assert artifacts(before).keys() == artifacts(after).keys()
    assert {node.made for node in before.artifacts} == {0}


def test_where_only_a_parameter_connects_tasks_the_edge_says_which(compiled: Callable[[Any], Graph]) -> None:
    @dsl.pipeline(name="saying")
    def saying(word: str) -> None:
        first = say(text=word)
        say(text=f"{first.output}!")

    (edge,) = compiled(saying).edges
    assert (edge.source, edge.target, edge.kind) == ("say", "say-2", EdgeKind.PARAMETER)
    assert edge.labels == ("Output",)


def test_what_was_taken_from_the_cache_is_marked(workspace: Workspace) -> None:
    workspace.run(weather)
    second = workspace.run(weather)
    found = tasks(graph_of(second))
    assert all(node.cached for node in found.values())
    assert found["training.train"].state == "CACHED"
    assert found["training.train"].cached_from == second.tasks["training.train"].cached_from
    assert artifacts(graph_of(second))["prepare:data"].made == 1


@dsl.pipeline(name="choosing")
def choosing(count: int = 3) -> None:
    said = say(text="heads")
    with dsl.If(said.output == "heads"):
        small = prepare(size=count)
    with dsl.Else():
        big = prepare(size=100)
    chosen = dsl.OneOf(small.outputs["data"], big.outputs["data"])
    train(data=chosen)


def test_a_condition_says_on_what_it_runs_and_the_other_branch_is_skipped(workspace: Workspace) -> None:
    graph = graph_of(workspace.run(choosing))
    found = tasks(graph)
    (branches,) = (path for path, node in found.items() if node.parent == "" and node.kind is Kind.DAG)
    taken, other = (node for node in found.values() if node.parent == branches)
    assert taken.condition == "say.Output == 'heads'"
    assert other.condition == "!(say.Output == 'heads')"
    assert (taken.kind, taken.state, other.state) == (Kind.CONDITION, "SUCCEEDED", "SKIPPED")
    assert found[f"{other.path}.prepare-2"].state == "SKIPPED"  # which the record does not even have
    assert {("say", taken.path), ("say", other.path)} <= edges(graph, EdgeKind.PARAMETER)
    sources = {f"{taken.path}.prepare:data", f"{other.path}.prepare-2:data"}
    assert {(source, "train") for source in sources} <= edges(graph, EdgeKind.INPUT)
    assert [artifacts(graph)[source].made for source in sorted(sources)] == [1, 0]
    assert artifacts(graph)[f"{taken.path}.prepare:data"].exports == (taken.path, branches)


@dsl.pipeline(name="sweeping")
def sweeping(epochs: list[int]) -> None:
    prepared = prepare(size=2)
    with dsl.ParallelFor(epochs) as each:
        trained = train(data=prepared.outputs["data"], epochs=each)
    compare_all(models=dsl.Collected(trained.outputs["model"]))


def test_a_loop_has_its_turns_in_it_and_its_lists_beside_it(workspace: Workspace) -> None:
    graph = graph_of(workspace.run(sweeping, {"epochs": [1, 2]}))
    found = tasks(graph)
    loop = next(node for node in found.values() if node.kind is Kind.LOOP)
    turn = found[f"{loop.path}[1]"]
    assert (turn.kind, turn.parent, turn.item, turn.states) == (Kind.ITERATION, loop.path, 2, {"SUCCEEDED": 1})
    assert loop.turns is not None
    assert (loop.turns.begun, loop.turns.total, loop.turns.folded) == (2, 2, False)
    assert loop.turns.states == {"SUCCEEDED": 2}
    assert found[f"{loop.path}[0].train"].parent == f"{loop.path}[0]"
    (models,) = (node for node in graph.artifacts if node.producer == loop.path)
    assert (models.is_list, models.made, models.artifact_id) == (True, 2, "")
    assert edges(graph, EdgeKind.ITEM) == {(f"{loop.path}[{turn}].train:model", models.id) for turn in (0, 1)}
    assert (models.id, "compare-all") in edges(graph, EdgeKind.INPUT)
    assert ("prepare:data", f"{loop.path}[1].train") in edges(graph, EdgeKind.INPUT)


def test_a_loop_of_many_turns_is_drawn_once_with_the_states_of_all(workspace: Workspace) -> None:
    outcome = workspace.run(sweeping, {"epochs": [1, 2, 3]})
    graph = graph_of(outcome, turns=2)
    found = tasks(graph)
    loop = next(node for node in found.values() if node.kind is Kind.LOOP)
    assert loop.turns is not None
    assert loop.turns.folded
    assert {node.path for node in found.values() if node.parent == loop.path} == {f"{loop.path}.train"}
    inner = found[f"{loop.path}.train"]
    assert (inner.states, inner.state, inner.id) == ({"SUCCEEDED": 3}, "SUCCEEDED", "")
    assert (artifacts(graph)[f"{loop.path}.train:model"].made) == 3
    pairs = edges(graph, EdgeKind.ITEM, EdgeKind.INPUT)
    assert ("prepare:data", f"{loop.path}.train") in pairs
    assert any(source == f"{loop.path}.train:model" for source, _ in pairs)


def test_one_turn_can_be_drawn_alone_with_what_comes_into_it(workspace: Workspace) -> None:
    outcome = workspace.run(sweeping, {"epochs": [1, 2, 3]})
    loop = next(task.path for task in outcome.tasks.values() if task.kind is Kind.LOOP)
    graph = graph_of(outcome, within=f"{loop}[1]", turns=0)
    assert [node.path for node in graph.tasks] == [f"{loop}[1]", f"{loop}[1].train"]
    data = artifacts(graph)["prepare:data"]
    assert (data.producer, data.made, data.size) == ("", 1, 2)
    assert edges(graph) == {
        ("prepare:data", f"{loop}[1].train"),
        (f"{loop}[1].train", f"{loop}[1].train:model"),
    }
    assert graph_of(outcome, within=loop) == graph_of(outcome, within=loop, turns=3)
    with pytest.raises(NotFoundError, match=r"no task 'for-loop-9' that other tasks are in"):
        graph_of(outcome, within="for-loop-9")
    with pytest.raises(NotFoundError):
        graph_of(outcome, within=f"{loop}[3]")


def test_a_loop_that_has_not_begun_shows_what_will_be_in_it(compiled: Callable[[Any], Graph]) -> None:
    found = tasks(compiled(sweeping))
    loop = next(node for node in found.values() if node.kind is Kind.LOOP)
    assert loop.turns is not None
    assert (loop.turns.begun, loop.turns.total, loop.turns.folded) == (0, None, True)
    assert f"{loop.path}.train" in found


def test_loops_in_loops_hand_their_lists_on(workspace: Workspace) -> None:
    @dsl.pipeline(name="nested")
    def nested() -> None:
        with dsl.ParallelFor([1, 2]) as size, dsl.ParallelFor([10, 20]) as epochs:
            trained = train(data=prepare(size=size).outputs["data"], epochs=epochs)
        compare_all(models=dsl.Collected(trained.outputs["model"]))

    outcome = workspace.run(nested)
    graph = graph_of(outcome)
    lists = {node.parent: node for node in graph.artifacts if node.is_list}
    assert sorted(node.made for node in lists.values()) == [2, 2, 4]
    assert (lists[""].id, "compare-all") in edges(graph, EdgeKind.INPUT)
    inner = {node.id for parent, node in lists.items() if parent}
    assert {(each, lists[""].id) for each in inner} <= edges(graph, EdgeKind.ITEM)
    folded = graph_of(outcome, turns=0)
    # The second of two equal ones in a loop is taken from the cache.
    states = {node.name: node.states for node in folded.tasks if node.kind is Kind.RUNTIME and node.parent}
    assert states == {"prepare": {"SUCCEEDED": 2, "CACHED": 2}, "train": {"SUCCEEDED": 4}}


def test_the_turns_that_failed_are_named(workspace: Workspace) -> None:
    @dsl.pipeline(name="failing")
    def failing() -> None:
        with dsl.ParallelFor([0, 1, 2]) as number:
            fail_at(number=number, bad=1)

    outcome = workspace.run(failing)
    loop = next(node for node in graph_of(outcome, turns=0).tasks if node.kind is Kind.LOOP)
    assert loop.turns is not None
    assert loop.turns.failed == (1,)
    assert loop.turns.states == {"SUCCEEDED": 2, "FAILED": 1}
    (inner,) = (node for node in graph_of(outcome, turns=0).tasks if node.parent == loop.path)
    assert (inner.state, inner.states) == ("FAILED", {"SUCCEEDED": 2, "FAILED": 1})
    (broken,) = (node for node in graph_of(outcome).tasks if node.path.endswith("[1].fail-at"))
    assert "exit code 1" in broken.error


def test_an_artifact_from_outside_the_pipeline_is_a_node_without_a_maker(workspace: Workspace) -> None:
    @dsl.pipeline(name="given")
    def given(data: Input[Dataset]) -> None:
        train(data=data)

    (workspace.path / "photos").write_text("photos")
    workspace.compile(given)
    ended = workspace.barograph("run", "pipeline.yaml", "-a", f"data={workspace.path / 'photos'}")
    assert ended.returncode == 0, ended.stderr
    graph = graph_of(workspace.outcome("last"))
    assert edges(graph, EdgeKind.INPUT) == {(":data", "train")}
    data = artifacts(graph)[":data"]
    assert (data.producer, data.type, data.made, data.size) == ("", "system.Dataset", 1, 6)


def test_an_exit_task_comes_after_the_group_whose_end_it_hears_of(compiled: Callable[[Any], Graph]) -> None:
    @component
    def mourn(status: dsl.PipelineTaskFinalStatus) -> None:
        print(status)

    @dsl.pipeline(name="leaving")
    def leaving() -> None:
        with dsl.ExitHandler(mourn()):
            say(text="hello")

    (edge,) = compiled(leaving).edges
    assert (edge.source, edge.target, edge.kind) == ("exit-handler-1", "mourn", EdgeKind.PARAMETER)
    assert edge.labels == ("status",)


@given(st.data())
def test_edges_and_parents_of_any_graph_are_nodes_of_it(data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    run = data.draw(recorded(pipeline))
    turns = data.draw(st.integers(0, 3))
    for within in ("", *run.groups):
        check(run_graph(pipeline, run.tasks, run.links, within=within, turns=turns))
    check(pipeline_graph(pipeline))


@given(st.data())
def test_every_task_of_a_run_is_counted_once_folded_or_not(data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    run = data.draw(recorded(pipeline))
    count = sum(task.kind is Kind.RUNTIME for task in run.tasks)
    for turns in (0, 1, 3):
        graph = run_graph(pipeline, run.tasks, run.links, turns=turns)
        leaves = [node for node in graph.tasks if node.kind is Kind.RUNTIME]
        assert sum(sum(node.states.values()) or bool(node.id) for node in leaves) == count
        made = sum(node.made for node in graph.artifacts if node.producer in {leaf.path for leaf in leaves})
        assert made == sum(task.state.has_outputs for task in run.tasks if task.kind is Kind.RUNTIME)


def test_a_loop_of_ten_thousand_turns_is_a_handful_of_nodes(compiled: Callable[[Any], Graph], tmp_path: Path) -> None:
    pipeline = pipeline_of(sweeping, tmp_path)
    loop = next(node.path for node in pipeline_graph(pipeline).tasks if node.kind is Kind.LOOP)
    run = Recorded([Task("loop", "run", loop, NOON, Kind.LOOP, State.RUNNING)])
    for number in range(10_000):
        turn = f"{loop}[{number}]"
        run.tasks.append(Task(turn, "run", turn, NOON, Kind.ITERATION, State.SUCCEEDED))
        run.tasks.append(Task(f"{turn}.train", "run", f"{turn}.train", NOON, state=State.SUCCEEDED))
    graph = run_graph(pipeline, run.tasks, run.links)
    assert len(graph.tasks) == 4
    found = tasks(graph)[f"{loop}.train"]
    assert found.states == {"SUCCEEDED": 10_000}
    assert len(run_graph(pipeline, run.tasks, run.links, within=f"{loop}[9999]").tasks) == 2
