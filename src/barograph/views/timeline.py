"""When the tasks of a run ran, and which of them the run's length is due to. Pure."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import Any

from barograph.states import State
from barograph.store.records import Kind, Task, seconds_between
from barograph.views.nodes import EdgeKind, Graph, TaskNode


@dataclass(frozen=True)
class Try:
    """One attempt at a task."""

    started_at: datetime | None
    finished_at: datetime | None
    error: str


@dataclass(frozen=True)
class Row:
    """A task's bar.

    Attributes:
        parent: path of the group that it is in; empty at the root.
        ready_at: when all that it waits for had ended; from then to ``started_at`` it waited for a free place.
        prepared_at: when what it runs in was made, where that had to be done after ``started_at``; None elsewhere.
        seconds: from its start to its end; None where it has not both.
        tries: its attempts, the last one included; none of a group.
        critical: whether it is on the critical path.
        saved: seconds that the executions took whose outputs were taken from the cache, of a group those of all that
            is in it; None where none were.
    """

    path: str
    parent: str
    name: str
    kind: Kind
    state: State | None
    ready_at: datetime | None
    prepared_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    tries: tuple[Try, ...]
    critical: bool
    saved: float | None


@dataclass(frozen=True)
class Timeline:
    """The bars of a run.

    Attributes:
        rows: in the graph's order: a group before what is in it.
        critical: paths of the tasks of which each started when the one before it had ended, up to the last to end.
        saved: seconds that the cache saved in all, in folded loops too.
    """

    started_at: datetime | None
    finished_at: datetime | None
    rows: tuple[Row, ...]
    critical: tuple[str, ...]
    saved: float


def timeline(
    graph: Graph,
    tasks: Sequence[Task],
    origins: Sequence[Task] = (),
    made: Mapping[str, datetime] = MappingProxyType({}),
) -> Timeline:
    """The bars of a run, and its critical path.

    The critical path is found from its end: before the task that ended last comes that one which ended last of all
    it waited for, and so on. In a loop of which only so many turns run at a time, a turn waits for the one that
    ended last before it. A folded loop is one step.

    Args:
        graph: the run's graph; each of its nodes gets a bar.
        tasks: the run's tasks.
        origins: the tasks whose outputs others of the run took from the cache, for what that saved.
        made: when the environments were made that are there, by their digests.
    """
    blockers = _Blockers(graph)
    critical = blockers.path()
    on_it = set(critical)
    records = {task.id: task for task in tasks}
    took = {task.id: seconds_between(task.started_at, task.finished_at) or 0.0 for task in origins}
    saved = _saved(graph, tasks, took)
    rows = []
    for node in graph.tasks:
        record = records.get(node.id)
        rows.append(
            Row(
                path=node.path,
                parent=node.parent,
                name=node.name,
                kind=node.kind,
                state=node.state,
                ready_at=blockers.gone(node.path, record.created_at) if record else None,
                prepared_at=_prepared(record, made) if record else None,
                started_at=node.started_at,
                finished_at=node.finished_at,
                seconds=seconds_between(node.started_at, node.finished_at),
                tries=_tries(record) if record else (),
                critical=node.path in on_it,
                saved=saved.get(node.path),
            )
        )
    return Timeline(
        min((row.started_at for row in rows if row.started_at), default=None),
        max((row.finished_at for row in rows if row.finished_at), default=None),
        tuple(rows),
        critical,
        sum(took.get(task.cached_from or "", 0.0) for task in tasks),
    )


def _saved(graph: Graph, tasks: Sequence[Task], took: Mapping[str, float]) -> dict[str, float]:
    """What the cache saved at each of the graph's nodes, and in each group. A folded loop's turns are drawn as one."""
    parents = {node.path: node.parent for node in graph.tasks}
    folded = [node.path for node in graph.tasks if node.turns is not None and node.turns.folded]
    found: dict[str, float] = defaultdict(float)
    for task in tasks:
        seconds = took.get(task.cached_from or "")
        if seconds is None:
            continue
        path = task.path
        for loop in folded:
            if path.startswith(f"{loop}["):
                path = loop + path[len(loop) :].partition("]")[2]
        while path in parents:
            found[path] += seconds
            path = parents[path]
    return found


def _prepared(task: Task, made: Mapping[str, datetime]) -> datetime | None:
    attempts = _tries(task)
    start = attempts[0].started_at if attempts else None
    at = made.get(task.environment)
    ended = task.finished_at if task.state.ended else None
    return at if at and start and start < at and (ended is None or at < ended) else None


class _Blockers:
    """What each task of a graph waits for."""

    def __init__(self, graph: Graph) -> None:
        self._nodes = {node.path: node for node in graph.tasks}
        self._inside: dict[str, list[str]] = defaultdict(list)
        for node in graph.tasks:
            self._inside[node.parent].append(node.path)
        makers = {artifact.id: artifact.producer for artifact in graph.artifacts}
        self._sources: dict[str, dict[str, None]] = defaultdict(dict)
        for edge in graph.edges:
            source = makers.get(edge.source, edge.source)
            if edge.kind not in (EdgeKind.OUTPUT, EdgeKind.ITEM) and source in self._nodes:
                self._sources[edge.target][source] = None
        self._ends = {
            node.path: sorted((turn.finished_at, turn.path) for turn in self._turns(node) if turn.finished_at)
            for node in graph.tasks
            if node.turns is not None and not node.turns.folded
        }

    def gone(self, path: str, since: datetime) -> datetime | None:
        """When all that the task at ``path`` waits for had ended, ``since`` at the earliest; None if it has not."""
        ended = [self._nodes[each].finished_at for each in self.before(path)]
        return max([since, *(time for time in ended if time)]) if all(ended) else None

    def before(self, path: str) -> Iterator[str]:
        """What the task at ``path``, or a group that it is in, waits for; of a turn, the turn that ended before it."""
        return chain.from_iterable(self._before(each) for each in self._with_groups(path))

    def path(self) -> tuple[str, ...]:
        """The critical path, from its beginning."""
        found: dict[str, None] = {}
        task = self._last(self._steps(self._top()))
        while task is not None:
            found[task] = None
            task = self._last(path for path in self._steps(self.before(task)) if path not in found)
        return tuple(found)[::-1]

    def _before(self, path: str) -> Iterator[str]:
        yield from self._sources.get(path, ())
        node = self._nodes[path]
        if node.parent in self._ends and node.started_at is not None:
            ends = self._ends[node.parent]
            place = bisect_right(ends, node.started_at, key=lambda end: end[0])
            yield from (turn for _, turn in ends[max(0, place - 1) : place] if turn != path)

    def _turns(self, loop: TaskNode) -> Iterator[TaskNode]:
        return (self._nodes[path] for path in self._inside.get(loop.path, ()))

    def _with_groups(self, path: str) -> Iterator[str]:
        while path in self._nodes:
            yield path
            path = self._nodes[path].parent

    def _top(self) -> list[str]:
        return [path for path, node in self._nodes.items() if node.parent not in self._nodes]

    def _steps(self, paths: Iterable[str]) -> Iterator[str]:
        """The tasks that the path can go through: these, or what is in them."""
        for path in paths:
            turns = self._nodes[path].turns
            inside = self._inside.get(path)
            if inside and not (turns is not None and turns.folded):
                yield from self._steps(inside)
            else:
                yield path

    def _last(self, paths: Iterable[str]) -> str | None:
        """That which ended last, or has not ended yet."""
        begun = [node for path in paths if (node := self._nodes[path]).started_at or node.cached]
        last = max(begun, key=lambda node: node.finished_at.timestamp() if node.finished_at else math.inf, default=None)
        return last.path if last else None


def _tries(task: Task) -> tuple[Try, ...]:
    if not task.log:
        return ()
    return (*map(_try, task.attempts), Try(task.started_at, task.finished_at, task.error))


def _try(attempt: Mapping[str, Any]) -> Try:
    started, finished = (
        datetime.fromisoformat(time) if (time := attempt.get(key)) else None for key in ("started_at", "finished_at")
    )
    return Try(started, finished, str(attempt.get("error", "")))
