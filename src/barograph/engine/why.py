"""Why a task was or was not taken from the cache, by the record."""

from dataclasses import dataclass

from barograph.engine.explain import nearest
from barograph.errors import NotFoundError
from barograph.states import State
from barograph.store import Run, Store, Task
from barograph.store.records import Kind


@dataclass(frozen=True)
class Why:
    """Why a task was or was not taken from the cache.

    Attributes:
        other: the execution that was taken, or the earlier one that comes nearest; None where there is none.
        run: the run of ``other``.
        differences: how the task differs from ``other``, a sentence each.
    """

    state: State
    reason: str
    other: Task | None = None
    run: Run | None = None
    differences: tuple[str, ...] = ()


def why(store: Store, run: Run, task: Task) -> Why:
    """Why a task of ``run`` was or was not taken from the cache."""
    if task.kind is not Kind.RUNTIME:
        return Why(task.state, "only a task that runs a command can be taken from the cache")
    if task.state is State.CACHED and task.cached_from:
        try:
            origin = store.find_task(task.cached_from)
            return Why(task.state, "taken from the cache", origin, store.get_run(origin.run_id))
        except NotFoundError:
            return Why(task.state, "taken from the cache; the run in which it was executed was deleted")
    if not task.ingredients:
        return Why(task.state, task.error.split("\n")[0] or "its turn has not come")
    found = nearest(task, store.nearest(run.pipeline, task.path, task.created_at))
    if found is None:
        return Why(task.state, task.cache_note or "no earlier execution was looked for")
    other, differences = found
    return Why(task.state, task.cache_note, other, store.get_run(other.run_id), tuple(differences))
