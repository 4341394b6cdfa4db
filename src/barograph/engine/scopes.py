"""What is being run: DAGs, loops, and tasks whose commands are to be run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from barograph.engine.inputs import Bundle
from barograph.engine.launcher import Places
from barograph.executors.base import Process
from barograph.ir.graph import Container, Dag, Importer
from barograph.ir.graph import Task as TaskSpec
from barograph.ir.values import Value
from barograph.states import State
from barograph.store import Artifact, Task
from barograph.store.records import Kind


@dataclass(eq=False)
class Scope:
    """A DAG that is being run: the root, a task whose component is a DAG, or one turn of a loop.

    Attributes:
        prefix: what the paths of its tasks begin with.
        made: the outputs of the tasks that have ended well.
        begun: tasks whose turn has come.
        left: how many tasks have not ended.
        parent: what it is part of; None for the root.
    """

    dag: Dag
    prefix: str
    inputs: Bundle
    tasks: dict[str, Task]
    parent: "Parent | None"
    states: dict[str, State] = field(default_factory=dict)
    made: dict[str, Bundle] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    left: int = 0


@dataclass(frozen=True)
class TaskOf:
    """The place of a DAG that is a task's component."""

    scope: Scope
    name: str


@dataclass(eq=False)
class Loop:
    """A task that is run once for each of ``items``; at most ``window`` turns are open at a time."""

    scope: Scope
    spec: TaskSpec
    inputs: Bundle
    items: "Sequence[Value | Artifact]"
    window: int
    next: int = 0
    open: int = 0
    made: dict[int, Bundle] = field(default_factory=dict)
    outcomes: set[State] = field(default_factory=set)
    error: str = ""


@dataclass(frozen=True)
class TurnOf:
    """The place of a DAG that is one turn of a loop; ``record`` is the turn's own."""

    loop: Loop
    index: int
    record: Task


Parent: TypeAlias = TaskOf | TurnOf


@dataclass(eq=False)
class Work:
    """A task whose command is to be run, and what has come of it so far.

    Attributes:
        fingerprint: where other tasks of the run with the same one wait for it; empty otherwise.
        action: what is done instead of a command: an import.
        attempt: counted from 1.
        cores: how many it asks for; 0 for no more than its turn.
        memory: bytes it asks for; 0 where it asks for none.
        accelerators: how many it asks for.
        limit: seconds that it may run; 0 for no limit.
    """

    scope: Scope
    spec: TaskSpec
    container: Container | None
    inputs: Bundle
    places: Places
    log: Path
    fingerprint: str = ""
    action: "Callable[[], Bundle] | None" = None
    attempt: int = 1
    cores: float = 0.0
    memory: int = 0
    accelerators: int = 0
    process: Process | None = None
    limit: float = 0.0
    timed_out: bool = False


def kind_of(spec: TaskSpec) -> Kind:
    """What a task is."""
    if spec.iterator is not None:
        return Kind.LOOP
    match spec.component.body:
        case Dag():
            return Kind.CONDITION if spec.condition else Kind.DAG
        case Importer():
            return Kind.IMPORTER
    return Kind.RUNTIME
