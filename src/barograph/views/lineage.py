"""Where an artifact comes from and what came of it, across runs. Pure, but for what it asks of the record.

The walk goes from artifacts over the tasks that made or took them to further artifacts, breadth first, both ways in
turn. Tasks are those that do something; the groups that hand an artifact on are passed over. A task that was taken
from the cache made nothing: its outputs are another's, REUSED; the way up leads through the execution that made them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from barograph.states import State
from barograph.store.records import DOERS, Artifact, Kind, Link, Role, Run, Task

_MOST_ALIKE = 20


class Links(Protocol):
    """What a walk asks of the record: each method for many at once, in any order; what is not there is left out."""

    def links_of(self, artifact_ids: Sequence[str]) -> list[Link]:
        """Every place that these artifacts have among the inputs and outputs of tasks."""

    def links(self, task_ids: Sequence[str]) -> list[Link]:
        """The artifacts that these tasks took and made."""

    def tasks(self, task_ids: Sequence[str]) -> list[Task]:
        """The tasks with these ids; their ``ingredients`` may be left out."""

    def runs(self, run_ids: Sequence[str]) -> list[Run]:
        """The runs with these ids; their ``spec`` may be left out."""

    def alike(self, digest: str, limit: int) -> list[Artifact]:
        """Artifacts with this content, newest first."""


class Relation(StrEnum):
    """What an edge says: the task made the artifact; it took another task's as its own from the cache; the task took
    the artifact; both artifacts are the same bytes."""

    MADE = "MADE"
    REUSED = "REUSED"
    TOOK = "TOOK"
    SAME = "SAME"


@dataclass(frozen=True)
class LineageArtifact:
    """An artifact.

    Attributes:
        depth: how many tasks are between it and the one that is asked about; negative for what that comes from.
    """

    id: str
    name: str
    type: str
    uri: str
    digest: str
    size: int | None
    media_type: str
    created_at: datetime
    depth: int


@dataclass(frozen=True)
class LineageTask:
    """A task.

    Attributes:
        depth: as that of the artifacts on its far side.
    """

    id: str
    run_id: str
    path: str
    kind: Kind
    state: State
    finished_at: datetime | None
    depth: int


@dataclass(frozen=True)
class LineageRun:
    """A run that tasks of the lineage are of."""

    id: str
    name: str
    pipeline: str
    experiment: str
    state: State
    created_at: datetime


@dataclass(frozen=True)
class LineageEdge:
    """An edge from what was there first, by ids.

    Attributes:
        keys: the outputs, or the inputs, that the artifact is.
    """

    source: str
    target: str
    relation: Relation
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Lineage:
    """What an artifact comes from, and what came of it.

    Attributes:
        root: id of the artifact that is asked about; it is the first of ``artifacts``.
        open: ids of artifacts at which the walk stopped, for its depth or its size, though there is more behind them.
    """

    root: str
    artifacts: tuple[LineageArtifact, ...]
    tasks: tuple[LineageTask, ...]
    edges: tuple[LineageEdge, ...]
    runs: tuple[LineageRun, ...]
    open: tuple[str, ...]


def lineage(artifact: Artifact, record: Links, depth: int = 10, limit: int = 1000) -> Lineage:
    """The lineage of ``artifact``.

    Besides what is found on the way up and down, it has the tasks of other runs that took this artifact from the
    cache, and the newest artifacts of the same content with the tasks that made them.

    Args:
        artifact: what is asked about.
        record: what is asked.
        depth: how many tasks to go over, each way.
        limit: how many artifacts and tasks to find at the most.
    """
    walk = _Walk(artifact, record, limit)
    up, down = [artifact.id], [artifact.id]
    for step in range(1, depth + 1):
        up = walk.up(up, -step)
        down = walk.down(down, step)
    walk.stop(up, Role.OUTPUT)
    walk.stop(down, Role.INPUT)
    walk.reused(artifact)
    walk.alike(artifact)
    return walk.found(artifact.id)


class _Walk:
    def __init__(self, artifact: Artifact, record: Links, limit: int) -> None:
        self._record = record
        self._limit = limit
        self._artifacts: dict[str, LineageArtifact] = {}
        self._tasks: dict[str, LineageTask] = {}
        self._edges: dict[tuple[str, str, Relation], dict[str, None]] = {}
        self._open: dict[str, None] = {}
        self._passed = {(artifact.id, -1), (artifact.id, 1)}  # the artifacts that were come to, each way
        self._see(artifact, 0)

    def up(self, artifacts: Sequence[str], depth: int) -> list[str]:
        """Go from these artifacts over the tasks that made them; gives the artifacts that those took."""
        links = self._links_of(artifacts, Role.OUTPUT)
        tasks = self._doers(links)
        original = {link.artifact.id for link in links if link.task_id in tasks and not _is_cached(tasks[link.task_id])}
        # Where the run that made it is gone, a task that took it from the cache knows as much.
        makers = [
            link
            for link in links
            if link.task_id in tasks and (link.artifact.id not in original or not _is_cached(tasks[link.task_id]))
        ]
        return self._over(makers, tasks, Role.INPUT, depth)

    def down(self, artifacts: Sequence[str], depth: int) -> list[str]:
        """Go from these artifacts over the tasks that took them; gives the artifacts that those made."""
        links = self._links_of(artifacts, Role.INPUT)
        tasks = self._doers(links)
        return self._over([link for link in links if link.task_id in tasks], tasks, Role.OUTPUT, depth)

    def reused(self, artifact: Artifact) -> None:
        """Add the tasks that took ``artifact`` from the cache."""
        links = self._links_of([artifact.id], Role.OUTPUT)
        tasks = self._doers(links)
        for link in links:
            if link.task_id in tasks:
                self._join(link, tasks[link.task_id], -1)

    def alike(self, artifact: Artifact) -> None:
        """Add the artifacts of the same content, and what made them."""
        others = [each for each in self._record.alike(artifact.digest, _MOST_ALIKE + 1) if each.id != artifact.id]
        seen = [other for other in others[:_MOST_ALIKE] if self._see(other, 0)]
        for other in seen:
            self._edge(artifact.id, other.id, Relation.SAME, "")
        links = self._links_of([other.id for other in seen], Role.OUTPUT)
        tasks = self._doers(links)
        for link in links:
            if link.task_id in tasks and not _is_cached(tasks[link.task_id]):
                self._join(link, tasks[link.task_id], -1)

    def stop(self, artifacts: Sequence[str], role: Role) -> None:
        """Note those of these artifacts behind which there is more."""
        self._open.update({link.artifact.id: None for link in self._links_of(artifacts, role)})

    def found(self, root: str) -> Lineage:
        """What was found."""
        runs = self._record.runs(list(dict.fromkeys(task.run_id for task in self._tasks.values())))
        heads = (
            LineageRun(run.id, run.name, run.pipeline, run.experiment, run.state, run.created_at)
            for run in sorted(runs, key=lambda run: (run.created_at, run.id))
        )
        edges = (LineageEdge(*ends, tuple(filter(None, keys))) for ends, keys in self._edges.items())
        artifacts, tasks = tuple(self._artifacts.values()), tuple(self._tasks.values())
        return Lineage(root, artifacts, tasks, tuple(edges), tuple(heads), tuple(self._open))

    def _over(self, near: Sequence[Link], tasks: Mapping[str, Task], far: Role, depth: int) -> list[str]:
        """Go over tasks, from the artifacts at the ``near`` side to those at the ``far`` side."""
        passed = []
        for link in near:
            if self._join(link, tasks[link.task_id], depth):
                passed.append(link.task_id)
            else:
                self._open[link.artifact.id] = None
        following: dict[str, None] = {}
        for link in _of_role(self._record.links(list(dict.fromkeys(passed))), far):
            if self._see(link.artifact, depth):
                self._join(link, tasks[link.task_id], depth)
                following[link.artifact.id] = None
            else:
                self._open.update({each.artifact.id: None for each in near if each.task_id == link.task_id})
        way = 1 if depth > 0 else -1
        new = [each for each in following if (each, way) not in self._passed]
        self._passed.update((each, way) for each in new)
        return new

    def _links_of(self, artifacts: Sequence[str], role: Role) -> list[Link]:
        return _of_role(self._record.links_of(artifacts), role) if artifacts else []

    def _doers(self, links: Sequence[Link]) -> dict[str, Task]:
        ids = list(dict.fromkeys(link.task_id for link in links))
        return {task.id: task for task in self._record.tasks(ids) if task.kind in DOERS} if ids else {}

    def _join(self, link: Link, task: Task, depth: int) -> bool:
        """Add an edge between a task and an artifact that is there; false where there is no room for the task."""
        if task.id not in self._tasks:
            if self._is_full():
                return False
            self._tasks[task.id] = LineageTask(
                task.id, task.run_id, task.path, task.kind, task.state, task.finished_at, depth
            )
        if link.role is Role.INPUT:
            self._edge(link.artifact.id, task.id, Relation.TOOK, link.key)
        else:
            self._edge(task.id, link.artifact.id, Relation.REUSED if _is_cached(task) else Relation.MADE, link.key)
        return True

    def _see(self, artifact: Artifact, depth: int) -> bool:
        """Add an artifact; false where there is no room for it."""
        if artifact.id not in self._artifacts:
            if self._artifacts and self._is_full():
                return False
            self._artifacts[artifact.id] = LineageArtifact(
                artifact.id,
                artifact.name,
                artifact.type,
                artifact.uri,
                artifact.digest,
                artifact.size,
                artifact.media_type,
                artifact.created_at,
                depth,
            )
        return True

    def _edge(self, source: str, target: str, relation: Relation, key: str) -> None:
        self._edges.setdefault((source, target, relation), {})[key] = None

    def _is_full(self) -> bool:
        return len(self._artifacts) + len(self._tasks) >= self._limit


def _of_role(links: Iterable[Link], role: Role) -> list[Link]:
    return [link for link in links if link.role is role]


def _is_cached(task: Task) -> bool:
    return task.state is State.CACHED
