"""What the record has of a run, found by path. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from barograph.states import State
from barograph.store.records import Artifact, Kind, Link, Role, Task
from barograph.views.metrics import scalars
from barograph.views.nodes import ArtifactNode

_SCALARS = 6
_LONGEST = 80
"""Characters of a text that a node tells."""


class Recorded:
    """Tasks and links of a run, indexed."""

    def __init__(self, tasks: Sequence[Task], links: Sequence[Link]) -> None:
        self._tasks = {task.path: task for task in tasks}
        self._turns: dict[str, list[tuple[int, Task]]] = defaultdict(list)
        for task in tasks:
            if task.kind is Kind.ITERATION:
                loop, _, number = task.path.removesuffix("]").rpartition("[")
                self._turns[loop].append((int(number), task))
        self._links: dict[tuple[str, Role, str], list[Artifact]] = defaultdict(list)
        for link in sorted(links, key=lambda link: link.position):
            self._links[link.task_id, link.role, link.key].append(link.artifact)

    def tasks(self, paths: Iterable[str]) -> list[Task]:
        """Those of these tasks that are recorded."""
        return [self._tasks[path] for path in paths if path in self._tasks]

    def turns(self, loops: Iterable[str]) -> list[tuple[int, Task]]:
        """The turns of the loops at these paths, with their numbers, in order."""
        return [turn for loop in loops for turn in sorted(self._turns.get(loop, ()), key=lambda turn: turn[0])]

    def artifacts(self, tasks: Iterable[Task], role: Role, key: str) -> list[Artifact]:
        """The artifacts that these tasks took or made under a name."""
        return [artifact for task in tasks for artifact in self._links.get((task.id, role, key), ())]


def together(states: Iterable[State]) -> State:
    """The state of several tasks as one."""
    found = set(states)
    if len(found) == 1:
        return found.pop()
    for state in (State.FAILED, State.CANCELING, State.CANCELED):
        if state in found:
            return state
    return State.SUCCEEDED if all(state.ended for state in found) else State.RUNNING


def unrecorded(group: State | None) -> State | None:
    """The state of a task that is not in the record, by that of the group it is in."""
    if group is None or not group.ended:
        return None if group is None else State.PENDING
    return State.CANCELED if group is State.CANCELED else State.SKIPPED


def all_cached(states: Counter[State]) -> bool:
    """Whether, of tasks in these states, all that did something were taken from the cache."""
    return bool(states[State.CACHED]) and not states.keys() - {State.CACHED, State.SKIPPED}


def facts(record: Task) -> dict[str, Any]:
    """What a node tells of the task that it stands for."""
    return {
        "state": record.state,
        "cached": record.state is State.CACHED,
        "id": record.id,
        "cached_from": record.cached_from,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "attempts": len(record.attempts) + bool(record.log),
        "error": record.error.partition("\n")[0],
    }


def filled(node: ArtifactNode, artifacts: Sequence[Artifact]) -> ArtifactNode:
    """``node`` with what is there of it."""
    if len(artifacts) != 1:
        return replace(node, made=len(artifacts))
    (artifact,) = artifacts
    plain = [(name, value) for name, value in scalars(artifact.metadata).items() if len(str(value)) <= _LONGEST]
    return replace(
        node,
        made=1,
        artifact_id=artifact.id,
        type=artifact.type,
        uri=artifact.uri,
        digest=artifact.digest,
        size=artifact.size,
        media_type=artifact.media_type,
        scalars=dict(plain[:_SCALARS]),
    )
