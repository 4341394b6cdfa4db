"""A pipeline as an immutable graph: components, and tasks that connect them.

Names follow the proto (``api/v2alpha1/pipeline_spec.proto``); a component reference is replaced by the component
itself, and everything is checked once, here, so that what runs a graph need not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from barograph.ir.values import ParameterType, Value


class _Missing:
    """The default of a parameter that has none; ``None`` is a value that a default can have."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@dataclass(frozen=True)
class ParameterSpec:
    """An input or output parameter of a component."""

    type: ParameterType
    default: "Value | _Missing" = MISSING
    optional: bool = False
    description: str = ""
    literals: tuple[Value, ...] = ()


@dataclass(frozen=True)
class ArtifactSpec:
    """An input or output artifact of a component.

    Attributes:
        schema_title: such as ``system.Model``.
        metadata: what the component's definition says of it before it runs.
    """

    schema_title: str
    schema_version: str = "0.0.1"
    is_list: bool = False
    optional: bool = False
    description: str = ""
    metadata: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Resources:
    """What a task asks of the machine, as written: ``2``, ``500m``, ``4G``; empty where it asks for nothing."""

    cpu_limit: str = ""
    memory_limit: str = ""
    accelerator_type: str = ""
    accelerator_count: str = ""


@dataclass(frozen=True)
class Container:
    """An executor that runs a command in an image (``PipelineContainerSpec``)."""

    image: str
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    resources: Resources = Resources()


@dataclass(frozen=True)
class Constant:
    """A parameter's value written in the pipeline."""

    value: Value


@dataclass(frozen=True)
class ComponentInput:
    """An input of the component that the task is in."""

    name: str


@dataclass(frozen=True)
class TaskOutput:
    """An output of another task in the same DAG."""

    task: str
    key: str


ParameterSource: TypeAlias = Constant | ComponentInput | TaskOutput
ArtifactSource: TypeAlias = ComponentInput | TaskOutput


@dataclass(frozen=True)
class Task:
    """A component's place in a DAG (``PipelineTaskSpec``).

    Attributes:
        upstream: names of the tasks that must end before this one starts.
        cache: whether an earlier execution's outputs may stand in for this one's.
    """

    name: str
    component: "Component"
    parameters: Mapping[str, ParameterSource]
    artifacts: Mapping[str, ArtifactSource]
    upstream: tuple[str, ...]
    cache: bool


@dataclass(frozen=True)
class Dag:
    """Tasks and which of their outputs are the component's own (``DagSpec``)."""

    tasks: Mapping[str, Task]
    output_parameters: Mapping[str, TaskOutput] = field(default_factory=dict)
    output_artifacts: Mapping[str, TaskOutput] = field(default_factory=dict)


@dataclass(frozen=True)
class Component:
    """Typed inputs and outputs, and how they come about: a container or a DAG (``ComponentSpec``)."""

    name: str
    body: Container | Dag
    input_parameters: Mapping[str, ParameterSpec] = field(default_factory=dict)
    input_artifacts: Mapping[str, ArtifactSpec] = field(default_factory=dict)
    output_parameters: Mapping[str, ParameterSpec] = field(default_factory=dict)
    output_artifacts: Mapping[str, ArtifactSpec] = field(default_factory=dict)


@dataclass(frozen=True)
class Pipeline:
    """A whole pipeline: its name and the component at its root, whose body is a DAG."""

    name: str
    description: str
    root: Component
    sdk_version: str = ""

    @property
    def dag(self) -> Dag:
        """The DAG at the root."""
        assert isinstance(self.root.body, Dag)
        return self.root.body

    def containers(self) -> Iterator[tuple[str, Container]]:
        """Each container with the dotted name of its task, in the order of definition."""
        return _containers(self.dag, "")


def _containers(dag: Dag, prefix: str) -> Iterator[tuple[str, Container]]:
    for task in dag.tasks.values():
        match task.component.body:
            case Container() as container:
                yield prefix + task.name, container
            case Dag() as inner:
                yield from _containers(inner, f"{prefix}{task.name}.")
