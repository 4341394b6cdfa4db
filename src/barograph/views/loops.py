"""What the loops of a run measured, turn by turn: how a search over settings is read. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from barograph.ir.graph import ComponentInput, Dag, Pipeline, without_channel
from barograph.ir.graph import Task as TaskSpec
from barograph.states import State
from barograph.store.records import TURN, Artifact, Kind, Link, Task, seconds_between
from barograph.views.compare import direction, outputs
from barograph.views.comparison import Direction, TurnItem
from barograph.views.metrics import Scalar, is_metrics, scalars

_IN_TURN = re.compile(r"(.*\[\d+\])\.(.+)")
"""The path of the innermost turn that a task is in, and the rest of the task's path."""
_ITEM = "-loop-item"
"""What KFP's compiler puts behind the names of what a loop goes over."""


@dataclass(frozen=True)
class LoopMetric:
    """A metric: ``key`` of the artifact that the task at ``task``, a path inside the loop, made as ``artifact``.

    Attributes:
        direction: which values are better, by the metric's name.
    """

    task: str
    artifact: str
    key: str
    direction: Direction


@dataclass(frozen=True)
class TurnArtifact:
    """What the task at ``task``, a path inside the loop, made in a turn to be looked at: metrics, or a history."""

    task: str
    key: str
    id: str
    type: str


@dataclass(frozen=True)
class LoopTurn:
    """A turn of a loop.

    Attributes:
        path: as in the record.
        seconds: how long it took; None while it is not over.
        items: what it is for, one for each of the loop's ``items``; None where that is an artifact, or not recorded.
        cells: one for each of the loop's ``metrics``; None where it has none of this name.
    """

    path: str
    state: State
    seconds: float | None
    items: tuple[TurnItem | None, ...]
    cells: tuple[Scalar | None, ...]
    artifacts: tuple[TurnArtifact, ...]


@dataclass(frozen=True)
class Loop:
    """A loop; one that is in the turns of others stands for all of their turns.

    Attributes:
        path: without the numbers of turns.
        items: what the loops that it is in, and itself last, go over; ``item`` where that has no name.
        turns: in order.
    """

    path: str
    items: tuple[str, ...]
    metrics: tuple[LoopMetric, ...]
    turns: tuple[LoopTurn, ...]


def loops(
    pipeline: Pipeline, tasks: Sequence[Task], links: Sequence[Link], *, measured: bool = True
) -> tuple[Loop, ...]:
    """The loops of a run, each with all of its turns; with ``measured``, only those that measured something."""
    names, items = {path: _name(spec) for path, spec in _loops(pipeline.dag)}, turn_items(pipeline, tasks)
    made = _made(tasks, links)
    turns: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.kind is Kind.ITERATION:
            turns[_loop(task.path)].append(task)
    found = []
    for path, of_loop in turns.items():
        metrics = tuple(dict.fromkeys(metric for turn in of_loop for metric in made[turn.path].scalars))
        if not measured or metrics or any(made[turn.path].artifacts for turn in of_loop):
            around = [loop for loop in names if path == loop or path.startswith(f"{loop}.")]
            rows = (_turn(turn, metrics, made[turn.path], items) for turn in sorted(of_loop, key=_number))
            found.append(Loop(path, tuple(names[loop] for loop in around), metrics, tuple(rows)))
    return tuple(found)


def turn_items(pipeline: Pipeline, tasks: Sequence[Task]) -> dict[str, TurnItem]:
    """What each turn of a run's loops is for, by its path; turns over artifacts are left out."""
    inputs = {path: (_name(spec), spec.iterator.item) for path, spec in _loops(pipeline.dag) if spec.iterator}
    turns = ((task, *inputs.get(_loop(task.path), ("", ""))) for task in tasks if task.kind is Kind.ITERATION)
    return {turn.path: TurnItem(name, turn.parameters[key]) for turn, name, key in turns if key in turn.parameters}


class _Made(NamedTuple):
    scalars: dict[LoopMetric, Scalar]
    artifacts: list[TurnArtifact]


def _made(tasks: Sequence[Task], links: Sequence[Link]) -> Mapping[str, _Made]:
    """What was made in each turn, by its path."""
    made: dict[str, _Made] = defaultdict(lambda: _Made({}, []))
    for place, several in outputs(tasks, links).items():
        if (found := _IN_TURN.fullmatch(place.task)) is None:
            continue
        turn, task = found.groups()
        for number, artifact in enumerate(several):
            key = f"{place.key}[{number}]" if number else place.key
            if is_metrics(artifact.type) or artifact.metadata.get("kind") == "history":
                made[turn].artifacts.append(TurnArtifact(task, key, artifact.id, artifact.type))
            for name, value in _scalars(artifact).items():
                made[turn].scalars[LoopMetric(task, key, name, direction(name))] = value
    return made


def _scalars(artifact: Artifact) -> dict[str, Scalar]:
    return scalars(artifact.metadata) if is_metrics(artifact.type) else {}


def _turn(turn: Task, metrics: Sequence[LoopMetric], made: _Made, items: Mapping[str, TurnItem]) -> LoopTurn:
    ends = [place.end() for place in TURN.finditer(turn.path)]
    return LoopTurn(
        path=turn.path,
        state=turn.state,
        seconds=seconds_between(turn.started_at, turn.finished_at),
        items=tuple(items.get(turn.path[:end]) for end in ends),
        cells=tuple(made.scalars.get(metric) for metric in metrics),
        artifacts=tuple(made.artifacts),
    )


def _loops(dag: Dag, prefix: str = "") -> Iterator[tuple[str, TaskSpec]]:
    """The loops of a DAG with their paths, the outer ones first."""
    for name, spec in dag.tasks.items():
        if isinstance(spec.component.body, Dag):
            if spec.iterator is not None:
                yield prefix + name, spec
            yield from _loops(spec.component.body, f"{prefix}{name}.")


def _name(spec: TaskSpec) -> str:
    items: Any = spec.iterator and spec.iterator.items
    return without_channel(items.name).removesuffix(_ITEM) if isinstance(items, ComponentInput) else "item"


def _loop(path: str) -> str:
    return TURN.sub("", path)


def _number(turn: Task) -> tuple[int, ...]:
    return tuple(int(number[1:-1]) for number in TURN.findall(turn.path))
