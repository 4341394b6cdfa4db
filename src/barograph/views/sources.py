"""Where a task's inputs really come from: through the groups (sub-pipelines, conditions, turns) between. Pure.

A group hands on what it is given and what is made in it; it makes nothing itself. So an input's source is the task
that made it, wherever that is. Only a loop makes something: lists of what its turns made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from barograph.ir.graph import (
    ArtifactSource,
    ComponentInput,
    Dag,
    FinalStatus,
    ParameterSource,
    Selected,
    Task,
    TaskOutput,
)


@dataclass(frozen=True)
class Source:
    """An output of a task.

    Attributes:
        path: of the task; empty where it is an input of the pipeline.
        key: the output's name; empty where it is how the task ended.
    """

    path: str
    key: str


Sources: TypeAlias = tuple[Source, ...]
"""Several where one of them is made (``dsl.OneOf``); none where the value is written in the pipeline."""


@dataclass(frozen=True)
class Inputs:
    """Where the inputs of a task come from, by name."""

    parameters: Mapping[str, Sources] = field(default_factory=dict)
    artifacts: Mapping[str, Sources] = field(default_factory=dict)


def root(dag_inputs: Iterable[str], artifacts: Iterable[str]) -> Inputs:
    """The inputs of a pipeline, which come from outside."""
    return Inputs({name: (Source("", name),) for name in dag_inputs}, {name: (Source("", name),) for name in artifacts})


class Resolver:
    """Finds sources in one pipeline; each output of a group is looked for once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, bool], Sources] = {}

    def inputs(self, task: Task, dag: Dag, prefix: str, given: Inputs) -> Inputs:
        """Where the inputs of ``task`` come from.

        Args:
            dag: the DAG that it is in.
            prefix: what the paths of that DAG's tasks begin with.
            given: the inputs of that DAG.
        """
        parameters = {key: self._parameter(each, dag, prefix, given) for key, each in task.parameters.items()}
        artifacts = {key: self._artifact(each, dag, prefix, given) for key, each in task.artifacts.items()}
        return Inputs(parameters, artifacts)

    def artifacts(self, dag: Dag, prefix: str, outputs: Iterable[TaskOutput]) -> Sources:
        """What really makes these output artifacts of tasks in ``dag``."""
        return tuple(source for output in outputs for source in self._made(output, dag, prefix, True))

    def _parameter(self, source: ParameterSource, dag: Dag, prefix: str, given: Inputs) -> Sources:
        match source:
            case ComponentInput(name):
                return given.parameters.get(name, ())
            case TaskOutput() as output:
                return self._made(output, dag, prefix, False)
            case FinalStatus(task):
                return (Source(prefix + task, ""),)
            case Selected(inner):
                return self._parameter(inner, dag, prefix, given)
        return ()

    def _artifact(self, source: ArtifactSource, dag: Dag, prefix: str, given: Inputs) -> Sources:
        match source:
            case ComponentInput(name):
                return given.artifacts.get(name, ())
            case TaskOutput() as output:
                return self._made(output, dag, prefix, True)

    def _made(self, output: TaskOutput, dag: Dag, prefix: str, artifact: bool) -> Sources:
        task, path = dag.tasks[output.task], prefix + output.task
        body = task.component.body
        if not isinstance(body, Dag) or task.iterator is not None:
            return (Source(path, output.key),)
        place = (path, output.key, artifact)
        if place not in self._found:
            outputs = (body.output_artifacts if artifact else body.output_parameters).get(output.key, ())
            self._found[place] = tuple(
                source for inner in outputs for source in self._made(inner, body, f"{path}.", artifact)
            )
        return self._found[place]
