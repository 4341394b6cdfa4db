"""Where artifacts come from and what came of them: in a real record, and in any made-up one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl
from kfp.dsl import Dataset, Input, Model, Output

from barograph.errors import NotFoundError
from barograph.states import State
from barograph.store import Artifact, Link, Run, Task
from barograph.store.database import open_database
from barograph.store.lineage import SqlLineage
from barograph.store.records import Kind, Role
from barograph.views.lineage import Lineage, Relation, lineage
from tests.conftest import Outcome, Workspace, component
from tests.views.pipelines import NOON


@component
def prepare(size: int, data: Output[Dataset]) -> None:
    with open(data.path, "w") as file:
        file.write("x" * size)


@component
def train(data: Input[Dataset], epochs: int, model: Output[Model]) -> None:
    with open(data.path) as source, open(model.path, "w") as file:
        file.write(f"{source.read()} {epochs}")


@dsl.pipeline
def inner(data: Input[Dataset], epochs: int) -> Model:
    return train(data=data, epochs=epochs).outputs["model"]


@dsl.pipeline(name="weather")
def weather(epochs: int = 1) -> None:
    inner(data=prepare(size=3).outputs["data"], epochs=epochs)


def record_of(workspace: Workspace) -> SqlLineage:
    return SqlLineage(open_database(workspace.config.home.database_url))


def of(workspace: Workspace, artifact: Artifact, **options: int) -> Lineage:
    return lineage(artifact, record_of(workspace), **options)


def edges(found: Lineage, *outcomes: Outcome) -> set[tuple[str, str, Relation]]:
    """Edges by the names of artifacts, and of tasks with the number of their run."""
    names = {artifact.id: artifact.name for artifact in found.artifacts}
    for number, outcome in enumerate(outcomes, 1):
        names |= {task.id: f"{path} {number}" for path, task in outcome.tasks.items()}
    return {(names[edge.source], names[edge.target], edge.relation) for edge in found.edges}


def test_an_artifact_is_followed_to_what_it_comes_from_and_what_came_of_it(workspace: Workspace) -> None:
    outcome = workspace.run(weather)
    data, model = outcome.artifact("prepare", "data"), outcome.artifact("inner.train", "model")
    expected = {
        ("prepare 1", "data", Relation.MADE),
        ("data", "inner.train 1", Relation.TOOK),
        ("inner.train 1", "model", Relation.MADE),
    }
    down, up = of(workspace, data), of(workspace, model)
    assert edges(down, outcome) == edges(up, outcome) == expected
    assert {artifact.name: artifact.depth for artifact in up.artifacts} == {"model": 0, "data": -1}
    assert {artifact.name: artifact.depth for artifact in down.artifacts} == {"data": 0, "model": 1}
    assert {task.path: task.depth for task in up.tasks} == {"inner.train": -1, "prepare": -2}
    assert [run.name for run in up.runs] == [outcome.run.name]
    assert (up.root, up.open) == (model.id, ())


def test_a_run_that_took_it_from_the_cache_reuses_it_and_what_it_made_of_it_is_downstream(workspace: Workspace) -> None:
    first, second = workspace.run(weather), workspace.run(weather, {"epochs": 2})
    found = of(workspace, first.artifact("prepare", "data"))
    assert second.states["prepare"] == "CACHED"
    assert edges(found, first, second) == {
        ("prepare 1", "data", Relation.MADE),
        ("prepare 2", "data", Relation.REUSED),
        ("data", "inner.train 1", Relation.TOOK),
        ("data", "inner.train 2", Relation.TOOK),
        ("inner.train 1", "model", Relation.MADE),
        ("inner.train 2", "model", Relation.MADE),
    }
    # The way up from what the second run made leads to the execution that made the data, in the first one.
    up = of(workspace, second.artifact("inner.train", "model"))
    assert ("prepare 1", "data", Relation.MADE) in edges(up, first, second)
    assert [run.id for run in up.runs] == [first.run.id, second.run.id]


def test_the_same_bytes_made_elsewhere_are_found_with_their_makers(workspace: Workspace) -> None:
    first, second = workspace.run(weather), workspace.run(weather, cache=False)
    found = of(workspace, first.artifact("prepare", "data"))
    other = second.artifact("prepare", "data")
    assert ("data", "data", Relation.SAME) in edges(found, first, second)
    assert ("prepare 2", "data", Relation.MADE) in edges(found, first, second)
    assert next(artifact.depth for artifact in found.artifacts if artifact.id == other.id) == 0


def test_the_walk_ends_at_its_depth_and_says_where_it_would_go_on(workspace: Workspace) -> None:
    outcome = workspace.run(weather)
    data, model = outcome.artifact("prepare", "data"), outcome.artifact("inner.train", "model")
    found = of(workspace, model, depth=1)
    assert {task.path for task in found.tasks} == {"inner.train"}
    assert found.open == (data.id,)
    assert of(workspace, model, depth=0).open == (model.id,)


def test_an_artifact_goes_by_its_id_or_the_beginning_of_it(workspace: Workspace) -> None:
    outcome = workspace.run(weather)
    record, data = record_of(workspace), outcome.artifact("prepare", "data")
    assert record.find_artifact(data.id) == record.find_artifact(data.id[:13]) == data
    with pytest.raises(NotFoundError, match="no artifact has the id 'x%'"):
        record.find_artifact("x%")
    with pytest.raises(NotFoundError, match="fits several artifacts"):
        record.find_artifact("")


@dataclass
class Made:
    """A record in memory, of anything."""

    artifacts: list[Artifact] = field(default_factory=list)
    all_tasks: list[Task] = field(default_factory=list)
    all_links: list[Link] = field(default_factory=list)

    def links_of(self, artifact_ids: Sequence[str]) -> list[Link]:
        return [link for link in self.all_links if link.artifact.id in artifact_ids]

    def links(self, task_ids: Sequence[str]) -> list[Link]:
        return [link for link in self.all_links if link.task_id in task_ids]

    def tasks(self, task_ids: Sequence[str]) -> list[Task]:
        return [task for task in self.all_tasks if task.id in task_ids]

    def runs(self, run_ids: Sequence[str]) -> list[Run]:
        return [Run(id_, id_, "Default", "p", "", {}, "", NOON) for id_ in run_ids]

    def alike(self, digest: str, limit: int) -> list[Artifact]:
        return [artifact for artifact in self.artifacts if artifact.digest == digest][:limit]


@st.composite
def records(draw: st.DrawFn) -> Made:
    """Records in which tasks take and make any artifacts, in circles too."""
    made = Made()
    for number in range(draw(st.integers(1, 6))):
        digest = draw(st.sampled_from(["a", "b"]))
        made.artifacts.append(Artifact(f"a{number}", "x", "system.Artifact", "", digest, 1, "", {}, NOON))
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from([Kind.RUNTIME, Kind.IMPORTER, Kind.DAG]))
        state = draw(st.sampled_from([State.SUCCEEDED, State.CACHED, State.FAILED]))
        run = draw(st.sampled_from(["r1", "r2"]))
        made.all_tasks.append(Task(f"t{number}", run, f"t{number}", NOON, kind, state))
        for role in Role:
            for position, artifact in enumerate(draw(st.lists(st.sampled_from(made.artifacts), max_size=2))):
                made.all_links.append(Link(f"t{number}", role, "key", position, artifact))
    return made


@given(records(), st.integers(0, 4), st.integers(1, 12))
def test_any_lineage_is_whole_and_within_its_limits(record: Made, depth: int, limit: int) -> None:
    root = record.artifacts[0]
    found = lineage(root, record, depth, limit)
    artifacts, tasks = [each.id for each in found.artifacts], [each.id for each in found.tasks]
    assert artifacts[0] == root.id
    assert len({*artifacts, *tasks}) == len(artifacts) + len(tasks) <= limit
    assert {end for edge in found.edges for end in (edge.source, edge.target)} <= {*artifacts, *tasks}
    assert {run.id for run in found.runs} == {task.run_id for task in found.tasks}
    depths = [each.depth for each in found.artifacts] + [each.depth for each in found.tasks]
    assert max(map(abs, depths)) <= max(depth, 1)
    assert set(found.open) <= set(artifacts)
    assert all(task.kind is not Kind.DAG for task in found.tasks)


@given(records())
def test_what_comes_from_an_artifact_has_it_in_its_own_lineage(record: Made) -> None:
    root = record.artifacts[0]
    record.all_tasks = [replace(task, state=State.SUCCEEDED) for task in record.all_tasks]
    for artifact in lineage(root, record).artifacts:
        if artifact.depth > 0:
            back = lineage(next(each for each in record.artifacts if each.id == artifact.id), record)
            assert root.id in {each.id for each in back.artifacts}
