"""A pipeline as an immutable graph: components, and tasks that connect them.

Names follow the proto (``api/v2alpha1/pipeline_spec.proto``); a component reference is replaced by the component
itself, and everything is checked once, here, so that what runs a graph need not.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from barograph.ir.values import ParameterType, Value

if TYPE_CHECKING:
    from barograph.ir.platform import Platforms


CHANNEL = "pipelinechannel--"
"""What KFP's compiler puts before the names of inputs that it makes itself."""

_CONDITION_INPUT = re.compile(r"inputs\.parameter_values\['([^']*)'\]")


def without_channel(name: str) -> str:
    """An input's name as its pipeline has it."""
    return name.removeprefix(CHANNEL)


class Missing:
    """The default of a parameter that has none; ``None`` is a value that a default can have."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


@dataclass(frozen=True)
class ParameterSpec:
    """An input or output parameter of a component."""

    type: ParameterType
    default: "Value | Missing" = MISSING
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
    label: str = ""


@dataclass(frozen=True)
class Constant:
    """A parameter's value written in the pipeline; its text may hold placeholders, such as the run's name."""

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


@dataclass(frozen=True)
class FinalStatus:
    """How another task in the same DAG ended, as a ``PipelineTaskFinalStatus``."""

    task: str


@dataclass(frozen=True)
class Selected:
    """A part of a parameter, picked out by a CEL expression (``parameter_expression_selector``)."""

    source: "Constant | ComponentInput | TaskOutput"
    expression: str


ParameterSource: TypeAlias = Constant | ComponentInput | TaskOutput | FinalStatus | Selected
ArtifactSource: TypeAlias = ComponentInput | TaskOutput


@dataclass(frozen=True)
class Importer:
    """An executor that takes an artifact from an address (``ImporterSpec``).

    Attributes:
        uri: the address, or the importer component's input that holds it.
        reimport: whether an artifact with this address is recorded anew where it is known already.
        metadata: texts in it may hold placeholders.
        to_workspace: whether it is copied into the run's workspace.
    """

    uri: Constant | ComponentInput
    schema_title: str
    reimport: bool = False
    metadata: Mapping[str, Value] = field(default_factory=dict)
    to_workspace: bool = False


@dataclass(frozen=True)
class Iterator:
    """A task that is run once for each item of a list (``ParameterIteratorSpec``, ``ArtifactIteratorSpec``).

    Attributes:
        items: a list, or the task's input that holds one (for artifacts, a list of artifacts).
        item: the name of the component's input that gets the item.
        artifacts: whether the items are artifacts.
        limit: how many iterations may run at a time; 0 for no limit.
    """

    items: "Constant | ComponentInput"
    item: str
    artifacts: bool = False
    limit: int = 0


@dataclass(frozen=True)
class Retry:
    """How often and after how long a failed task is tried again (``RetryPolicy``): ``max_count`` times more, the
    first after ``backoff`` seconds, each later one after ``factor`` times as long, at most ``max_backoff``."""

    max_count: int
    backoff: float = 0.0
    factor: float = 2.0
    max_backoff: float = 3600.0

    def delay(self, attempt: int) -> float:
        """Seconds to wait after the failed ``attempt``, counted from 1."""
        if self.backoff <= 0:
            return 0.0
        try:
            return float(min(self.max_backoff, self.backoff * self.factor ** (attempt - 1)))
        except OverflowError:
            return self.max_backoff


@dataclass(frozen=True)
class Task:
    """A component's place in a DAG (``PipelineTaskSpec``).

    Attributes:
        label: what people are to call it, where that is not its name (``set_display_name``, ``dsl.If(name=...)``).
        upstream: names of the tasks that must end before this one starts.
        cache: whether an earlier execution's outputs may stand in for this one's.
        cache_key: stands for everything else that the fingerprint is made of; empty for the usual one.
        condition: a CEL expression over the task's inputs; empty where it runs in any case.
        always: whether it runs however the tasks before it ended (``ALL_UPSTREAM_TASKS_COMPLETED``).
    """

    name: str
    component: "Component"
    parameters: Mapping[str, ParameterSource]
    artifacts: Mapping[str, ArtifactSource]
    upstream: tuple[str, ...]
    cache: bool
    cache_key: str = ""
    condition: str = ""
    always: bool = False
    iterator: Iterator | None = None
    retry: Retry | None = None
    label: str = ""

    def condition_inputs(self) -> set[str]:
        """The input parameters that the condition asks for."""
        return set(_CONDITION_INPUT.findall(self.condition))

    def told_condition(self, called: Callable[[str], str] = without_channel) -> str:
        """The condition as people read it: ``weather == 'rain'``; ``called`` says what an input is called."""
        return _CONDITION_INPUT.sub(lambda match: called(match[1]), self.condition)


@dataclass(frozen=True)
class Dag:
    """Tasks and which of their outputs are the component's own (``DagSpec``).

    An output can have several sources, of which one is made (``dsl.OneOf``): the first that has outputs counts.
    """

    tasks: Mapping[str, Task]
    output_parameters: Mapping[str, tuple[TaskOutput, ...]] = field(default_factory=dict)
    output_artifacts: Mapping[str, tuple[TaskOutput, ...]] = field(default_factory=dict)

    @cached_property
    def downstream(self) -> Mapping[str, tuple[str, ...]]:
        """The tasks that wait for each task."""
        after: dict[str, list[str]] = {name: [] for name in self.tasks}
        for task in self.tasks.values():
            for up in task.upstream:
                after[up].append(task.name)
        return {name: tuple(names) for name, names in after.items()}


@dataclass(frozen=True)
class Component:
    """Typed inputs and outputs, and how they come about: a container, an importer or a DAG (``ComponentSpec``)."""

    name: str
    body: Container | Dag | Importer
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
    platforms: "Platforms | None" = None

    @property
    def dag(self) -> Dag:
        """The DAG at the root."""
        assert isinstance(self.root.body, Dag)
        return self.root.body

    def containers(self) -> Iterable[tuple[str, Container]]:
        """Each container with the dotted name of its task, in the order of definition."""
        return _containers(self.dag, "")


def _containers(dag: Dag, prefix: str) -> Iterable[tuple[str, Container]]:
    for task in dag.tasks.values():
        match task.component.body:
            case Container() as container:
                yield prefix + task.name, container
            case Dag() as inner:
                yield from _containers(inner, f"{prefix}{task.name}.")
