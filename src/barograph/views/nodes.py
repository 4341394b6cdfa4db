"""The nodes and edges of a graph, as a viewer gets them; ``graph.py`` says what is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from barograph.states import State
from barograph.store.records import Kind
from barograph.views.metrics import Scalar


@dataclass(frozen=True)
class Turns:
    """The turns of a loop.

    Attributes:
        begun: how many have begun.
        total: how many there will be; None where that is not known yet.
        states: how many of them are in each state.
        failed: numbers of turns that failed, the first few.
        folded: whether what is in them is drawn once for all.
    """

    begun: int
    total: int | None
    states: Mapping[State, int]
    failed: tuple[int, ...]
    folded: bool


@dataclass(frozen=True)
class TaskNode:
    """A task, or a turn of a loop.

    Attributes:
        path: as in the record; in a folded loop, without the turn's number.
        parent: path of the group that it is in; empty at the root.
        name: what people are to call it: its label, if its pipeline gives it one.
        state: None in a pipeline that is not run. What the record does not have yet is PENDING, what it will never
            have is as its group ended.
        cached: whether all it did was taken from the cache.
        condition: on what it runs, with the names of tasks and parameters; empty where it runs in any case.
        item: what a turn of a loop is for.
        id: of the record's task; empty where there is none, or where the node stands for the tasks of several turns.
        cached_from: id of the task whose outputs stand in for this one's.
        attempts: how many have begun.
        error: its first line.
        states: how many tasks stand in each state: of a group, those in it that do something; of a task in a folded
            loop, its own in each turn.
        turns: of a loop.
    """

    path: str
    parent: str
    name: str
    kind: Kind
    component: str
    state: State | None
    cached: bool = False
    condition: str = ""
    item: Any = None
    id: str = ""
    cached_from: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    error: str = ""
    states: Mapping[State, int] = field(default_factory=dict)
    turns: Turns | None = None


@dataclass(frozen=True)
class ArtifactNode:
    """An output artifact of a task, or an artifact that comes from outside.

    Attributes:
        id: ``path:name`` of the task's output; ``:name`` of an input of the pipeline.
        parent: path of the group that it is in; empty at the root.
        producer: path of the task that makes it; empty where it comes from outside.
        type: its schema title, such as ``system.Model``.
        is_list: whether it is a list of artifacts.
        made: how many artifacts there are: 0 before it is made, several of a list and in a folded loop.
        artifact_id: of the record's artifact; as all that follows, only where there is exactly one.
        scalars: the first few short plain values of its metadata.
        exports: paths of the groups that hand it on, the innermost first.
    """

    id: str
    parent: str
    producer: str
    name: str
    type: str
    is_list: bool = False
    made: int = 0
    artifact_id: str = ""
    uri: str = ""
    digest: str = ""
    size: int | None = None
    media_type: str = ""
    scalars: Mapping[str, Scalar] = field(default_factory=dict)
    exports: tuple[str, ...] = ()


class EdgeKind(StrEnum):
    """What connects two nodes: a task's output, a task's input, an artifact's place in a list, and where no artifact
    connects two tasks, parameters or their order alone."""

    OUTPUT = "OUTPUT"
    INPUT = "INPUT"
    ITEM = "ITEM"
    PARAMETER = "PARAMETER"
    ORDER = "ORDER"


@dataclass(frozen=True)
class Edge:
    """An edge between nodes, given by path or id.

    Attributes:
        labels: the inputs that it ends in, or the outputs that it comes from where those have a better name.
    """

    source: str
    target: str
    kind: EdgeKind
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """A run, or a group of one.

    Attributes:
        within: path of the group; empty for the whole run. The parent of its own node, and of the lists that it hands
            on, is outside.
        tasks: a group before what is in it, otherwise each after what it waits for.
    """

    within: str
    tasks: tuple[TaskNode, ...]
    artifacts: tuple[ArtifactNode, ...]
    edges: tuple[Edge, ...]
