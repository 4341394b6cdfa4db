"""What the record says of a run that has ended, as conformance and kill tests ask it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from barograph.ir import build
from barograph.ir.graph import Dag, TaskOutput
from barograph.ir.spec import parse_spec
from barograph.states import State
from barograph.store import Link, Run, Store, Task
from barograph.store.records import Artifact, Kind, Role

LEAVES = (Kind.RUNTIME, Kind.IMPORTER)
"""The kinds of tasks that do something themselves."""


@dataclass(frozen=True)
class RootOutputs:
    """The outputs of a whole pipeline."""

    parameters: dict[str, Any]
    artifacts: dict[str, list[Artifact]]

    def text(self, name: str) -> list[str]:
        """The texts of an output artifact's files; there may be several."""
        return [Path(artifact.uri).read_text(encoding="utf-8") for artifact in self.artifacts.get(name, [])]


@dataclass(frozen=True)
class Outcome:
    """A run, and what the record says of it."""

    run: Run
    tasks: dict[str, Task]
    links: list[Link]

    @cached_property
    def leaves(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.kind in LEAVES]

    def paths(self, *states: State, leaves: bool = False) -> set[str]:
        """The paths of tasks in these states."""
        return {task.path for task in (self.leaves if leaves else self.tasks.values()) if task.state in states}

    def children(self, path: str) -> list[Task]:
        """The tasks right inside the task at ``path``."""
        prefix = f"{path}."
        return [
            task for task in self.tasks.values() if task.path.startswith(prefix) and "." not in task.path[len(prefix) :]
        ]


def read_outcome(store: Store, reference: str) -> Outcome:
    """What the record says of a run."""
    run = store.find_run(reference)
    tasks = store.tasks(run.id)
    return Outcome(run, {task.path: task for task in tasks}, store.links([task.id for task in tasks]))


def root_outputs(run: Run, store: Store) -> RootOutputs:
    """The outputs of the pipeline that ``run`` ran, from those of its tasks; what no task made is left out."""
    dag = build(parse_spec(run.spec)).root.body
    assert isinstance(dag, Dag)
    tasks = {task.path: task for task in store.tasks(run.id)}
    links = store.links([task.id for task in tasks.values() if "." not in task.path])

    def made(source: TaskOutput) -> Task | None:
        task = tasks.get(source.task)
        return task if task and task.state.has_outputs else None

    parameters: dict[str, Any] = {}
    for name, sources in dag.output_parameters.items():
        for source in sources:
            task = made(source)
            if task and source.key in task.outputs:
                parameters.setdefault(name, task.outputs[source.key])
    artifacts: dict[str, list[Artifact]] = {}
    for name, sources in dag.output_artifacts.items():
        for source in sources:
            task = made(source)
            found = [
                link.artifact
                for link in links
                if task and (link.task_id, link.role, link.key) == (task.id, Role.OUTPUT, source.key)
            ]
            if found:
                artifacts.setdefault(name, found)
    return RootOutputs(parameters, artifacts)
