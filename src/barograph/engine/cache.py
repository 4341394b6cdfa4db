"""Earlier executions whose outputs can stand in for a task's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from barograph.artifacts.files import exists
from barograph.artifacts.uri import is_remote
from barograph.engine.inputs import Bundle
from barograph.engine.request import Options
from barograph.ir.graph import Task as TaskSpec
from barograph.store import Artifact, Link, Store, Task
from barograph.store.records import TURN, Role


@dataclass(frozen=True)
class Hit:
    """An execution whose outputs can be taken."""

    origin: Task
    outputs: Bundle


def look_up(store: Store, fingerprint: str, since: datetime | None = None) -> "Hit | str":
    """The newest execution with this fingerprint (that ended after ``since``) whose outputs are all still there; or
    why there is none, in words.

    Raises:
        ConfigurationError, ArtifactError: whether they are can't be told: they lie in a store that can't be asked.
    """
    reason = "nothing with these inputs and this code was executed before"
    if since is not None:
        reason += ", or it is older than the cache may be"
    for origin in store.cached(fingerprint, since):
        outputs = bundle(origin, store.links([origin.id]))
        gone = vanished(outputs)
        if gone is None:
            return Hit(origin, outputs)
        reason = f"the artifact {gone.name!r} of the earlier execution has vanished: {gone.uri}"
    return reason


def switched_off(options: Options, task: TaskSpec, path: str) -> str:
    """Why the task at ``path`` must run, in words; empty where an earlier execution may stand in for it."""
    if not options.cache:
        return "caching is switched off for this run"
    if {path, TURN.sub("", path)} & options.uncached:
        return "caching is switched off for this task of this run"
    return "" if task.cache else "the pipeline switches caching off for this task"


def bundle(task: Task, links: Sequence[Link]) -> Bundle:
    """What ``task`` made, by the record."""
    artifacts: dict[str, tuple[Artifact, ...]] = {}
    for link in links:
        if link.role is Role.OUTPUT and link.task_id == task.id:
            artifacts[link.key] = (*artifacts.get(link.key, ()), link.artifact)
    return Bundle(task.outputs, artifacts)


def vanished(outputs: Bundle) -> Artifact | None:
    """An artifact of these whose file on this machine, or in an object store, is gone; None where all are there.

    Raises:
        ConfigurationError, ArtifactError: a store can't be asked.
    """
    every = (artifact for several in outputs.artifacts.values() for artifact in several)
    return next((artifact for artifact in every if not _is_there(artifact)), None)


def _is_there(artifact: Artifact) -> bool:
    if artifact.size is None:
        return True
    if is_remote(artifact.uri):
        # A folder that holds nothing has no trace in a store.
        return (artifact.size == 0 and artifact.media_type == "inode/directory") or exists(artifact.uri)
    return "://" in artifact.uri or Path(artifact.uri).exists()
