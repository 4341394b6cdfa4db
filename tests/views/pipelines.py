"""Pipelines and records of runs, made up; and what must hold of every graph."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import strategies as st

from barograph.engine.scopes import kind_of
from barograph.ir.graph import (
    ArtifactSource,
    ArtifactSpec,
    Component,
    ComponentInput,
    Constant,
    Container,
    Dag,
    ParameterSource,
    ParameterSpec,
    Pipeline,
    TaskOutput,
)
from barograph.ir.graph import (
    Iterator as Loop,
)
from barograph.ir.graph import Task as TaskSpec
from barograph.ir.values import ParameterType
from barograph.states import State
from barograph.store import Artifact, Link, Task
from barograph.store.records import Kind, Role
from barograph.views.nodes import Graph

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

_PARAMETER = ParameterSpec(ParameterType.STRING, optional=True)
_DATA = ArtifactSpec("system.Dataset", optional=True)
_INPUTS = {"input_parameters": {"text": _PARAMETER}, "input_artifacts": {"data": _DATA}}
_OUTPUTS = {"output_parameters": {"Output": _PARAMETER}, "output_artifacts": {"out": _DATA}}

_ITEMS: st.SearchStrategy[Constant | ComponentInput | None] = st.sampled_from(
    [None, Constant([1, 2]), ComponentInput("text")]
)


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Pipelines of tasks, sub-pipelines, conditions and loops, in each other, whose components all take a ``text`` and
    ``data``, and give an ``Output`` and ``out``."""
    return Pipeline("made-up", "", Component("root", draw(_dags(2)), **_INPUTS, **_OUTPUTS))  # type: ignore[arg-type]


@st.composite
def _dags(draw: st.DrawFn, depth: int) -> Dag:
    tasks: dict[str, TaskSpec] = {}
    for number in range(draw(st.integers(1, 3))):
        name = f"t{number}"
        is_group = depth > 0 and draw(st.booleans())
        body = draw(_dags(depth - 1)) if is_group else Container("image")
        text: ParameterSource = draw(_sources(tasks, "Output", "text"))
        data: ArtifactSource = draw(_sources(tasks, "out", "data"))
        items = draw(_ITEMS) if is_group else None
        before = {each.task for each in (text, data) if isinstance(each, TaskOutput)}
        before |= draw(st.sets(st.sampled_from(sorted(tasks)), max_size=2)) if tasks else set()
        tasks[name] = TaskSpec(
            name,
            Component(f"comp-{name}", body, **_INPUTS, **_OUTPUTS),  # type: ignore[arg-type]
            {"text": text},
            {"data": data},
            tuple(sorted(before)),
            True,
            condition=draw(st.sampled_from(["", "inputs.parameter_values['text'] == 'a'"])) if is_group else "",
            iterator=Loop(items, "item") if items is not None else None,
        )
    makers = draw(st.lists(st.sampled_from(sorted(tasks)), min_size=1, max_size=2, unique=True))
    outputs = {key: tuple(TaskOutput(maker, key) for maker in makers) for key in ("Output", "out")}
    return Dag(tasks, {"Output": outputs["Output"]}, {"out": outputs["out"]})


def _sources(tasks: dict[str, TaskSpec], output: str, given: str) -> st.SearchStrategy:
    return st.sampled_from([ComponentInput(given), *(TaskOutput(name, output) for name in tasks)])


@dataclass
class Recorded:
    """What the record has of a made-up run."""

    tasks: list[Task] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def groups(self) -> list[str]:
        return [task.path for task in self.tasks if task.kind is not Kind.RUNTIME]


@st.composite
def recorded(draw: st.DrawFn, pipeline: Pipeline) -> Recorded:
    """Records of runs of ``pipeline`` that came some of the way."""
    found = Recorded()

    def put(path: str, kind: Kind) -> State:
        state = draw(st.sampled_from(list(State)))
        task = Task(path, "run", path, NOON, kind, state)
        found.tasks.append(task)
        if state.has_outputs:
            artifact = Artifact(f"{path}/out", "out", "system.Dataset", "", "sha256:0", 1, "", {}, NOON)
            found.links.append(Link(path, Role.OUTPUT, "out", 0, artifact))
        return state

    def run(dag: Dag, prefix: str) -> None:
        for spec in dag.tasks.values():
            path = prefix + spec.name
            state = put(path, kind_of(spec))
            if isinstance(spec.component.body, Dag) and state not in (State.PENDING, State.SKIPPED):
                if spec.iterator is None:
                    run(spec.component.body, f"{path}.")
                for number in range(draw(st.integers(0, 3))) if spec.iterator else ():
                    put(f"{path}[{number}]", Kind.ITERATION)
                    run(spec.component.body, f"{path}[{number}].")

    run(pipeline.dag, "")
    return found


def check(graph: Graph) -> None:
    """What holds of every graph."""
    paths, ids = [node.path for node in graph.tasks], [node.id for node in graph.artifacts]
    assert len({*paths, *ids}) == len(paths) + len(ids)
    assert all({edge.source, edge.target} <= {*paths, *ids} for edge in graph.edges)
    assert all(edge.source != edge.target for edge in graph.edges)
    assert len({(edge.source, edge.target, edge.kind) for edge in graph.edges}) == len(graph.edges)
    assert all(node.parent in _before(paths, node.path) or node.path == graph.within for node in graph.tasks)
    beside = {node.parent for node in graph.tasks if node.path == graph.within}
    assert all(node.parent in {*paths, *beside, ""} for node in graph.artifacts)
    assert all(node.producer in {*paths, ""} for node in graph.artifacts)


def _before(paths: list[str], path: str) -> Iterator[str]:
    yield ""
    yield from paths[: paths.index(path)]
