"""Runs side by side, as a viewer gets them.

Rows are what runs have in common by name: a parameter, a metric of one artifact of one task, an artifact, a task.
Every row has a cell for each run, in the order in which the runs were given; the first one is the base that the others
are compared with. What stands in two tasks, or in two turns of a loop, stands in two rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from barograph.states import State
from barograph.store.records import Kind, Link, Run, Task
from barograph.views.metrics import ConfusionMatrix, RocPoint, Scalar

Counts: TypeAlias = tuple[tuple[int | float | None, ...], ...]
"""Rows of a confusion matrix."""


@dataclass(frozen=True)
class RunHead:
    """A compared run."""

    id: str
    name: str
    pipeline: str
    experiment: str
    state: State
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None


@dataclass(frozen=True)
class Given:
    """A value that a run has; it may be null, which is not the same as having none."""

    value: Any


@dataclass(frozen=True)
class TurnItem:
    """What a turn of a loop is for.

    Attributes:
        name: what the loop goes over; ``item`` where that has no name.
    """

    name: str
    value: Any


@dataclass(frozen=True)
class RunRecord:
    """A run, its tasks, and what they took and made.

    Attributes:
        turns: what each turn of its loops is for, by the turn's path.
    """

    run: Run
    tasks: Sequence[Task]
    links: Sequence[Link]
    turns: Mapping[str, TurnItem] = field(default_factory=dict)


@dataclass(frozen=True)
class ValueRow:
    """A parameter, or an output, of the pipeline.

    Attributes:
        cells: None for a run that has none of this name.
    """

    name: str
    cells: tuple[Given | None, ...]
    differs: bool


class Direction(StrEnum):
    """Which values of a metric are better."""

    LOWER = "LOWER"
    HIGHER = "HIGHER"


@dataclass(frozen=True)
class MetricRow:
    """A metric: ``key`` of the artifact that the task at ``task`` made as ``artifact``.

    Attributes:
        direction: by the metric's name: a loss, an error or a time is better lower, all else higher.
        cells: None for a run that has no such metric.
        deltas: what is to be added to the base's number to get the run's; None where one of them has none.
        best: places of the runs with the best number; none where all have the same.
    """

    task: str
    artifact: str
    key: str
    direction: Direction
    cells: tuple[Scalar | None, ...]
    deltas: tuple[int | float | None, ...]
    best: tuple[int, ...]
    differs: bool


@dataclass(frozen=True)
class TurnRow:
    """A turn of a loop in which something was measured, or that holds one.

    Attributes:
        cells: what it is for in each run; None for a run of which that is not known.
    """

    path: str
    cells: tuple[TurnItem | None, ...]


@dataclass(frozen=True)
class MatrixRow:
    """A confusion matrix.

    Attributes:
        slice: the part of the data that it is of; empty for all.
        cells: None for a run that has no such matrix.
        deltas: the run's counts less the base's, in the order of the base's labels; None where the labels are not
            the same ones.
    """

    task: str
    artifact: str
    slice: str
    cells: tuple[ConfusionMatrix | None, ...]
    deltas: tuple[Counts | None, ...]


@dataclass(frozen=True)
class CurveRow:
    """A ROC curve.

    Attributes:
        slice: the part of the data that it is of; empty for all.
        cells: its points in each run; none where the run has no such curve.
    """

    task: str
    artifact: str
    slice: str
    cells: tuple[tuple[RocPoint, ...], ...]


@dataclass(frozen=True)
class Made:
    """An artifact of a run."""

    id: str
    digest: str
    size: int | None
    media_type: str
    uri: str


@dataclass(frozen=True)
class ArtifactRow:
    """What the task at ``task`` made as ``key``.

    Attributes:
        cells: the artifacts of each run, several where it is a list; none where the run has not made it.
        same: whether all runs have it, with the same content.
    """

    task: str
    key: str
    type: str
    cells: tuple[tuple[Made, ...], ...]
    same: bool


@dataclass(frozen=True)
class TaskCell:
    """A task in one run.

    Attributes:
        seconds: how long it ran; None where it did not, as when it was taken from the cache.
        execution: id of the task whose execution its outputs come from; empty where it has none.
        same: whether its outputs, parameters and the content of artifacts, are the base's; None where one has none.
        differences: how what it was made of differs from the base's, in words; empty where it does not.
    """

    id: str
    state: State
    seconds: float | None
    cached: bool
    execution: str
    same: bool | None
    fingerprint: str
    error: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class TaskRow:
    """A task that does something.

    Attributes:
        cells: None for a run that has no such task.
        shared: whether all runs have it, with outputs of the same execution.
    """

    path: str
    kind: Kind
    cells: tuple[TaskCell | None, ...]
    shared: bool


@dataclass(frozen=True)
class Comparison:
    """Runs side by side."""

    runs: tuple[RunHead, ...]
    parameters: tuple[ValueRow, ...]
    outputs: tuple[ValueRow, ...]
    metrics: tuple[MetricRow, ...]
    matrices: tuple[MatrixRow, ...]
    curves: tuple[CurveRow, ...]
    artifacts: tuple[ArtifactRow, ...]
    tasks: tuple[TaskRow, ...]
    turns: tuple[TurnRow, ...]
