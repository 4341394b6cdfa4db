"""Writing down what a run does, several changes at a time, and telling who listens.

Commits are what a short task costs most, so changes are gathered and written together before the engine waits for
something. A task's outputs and its state are in one transaction all the same: what the record says is always whole.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from barograph.engine.events import Event, Listener, Nobody, RunChanged, TaskChanged
from barograph.engine.inputs import Bundle
from barograph.states import State, advance
from barograph.store import Link, Run, Store, Task
from barograph.store.records import Event as Happened
from barograph.store.records import Role, TaskChange
from barograph.store.store import now

_AT_MOST = 500
"""Changes that are gathered."""


class Recorder:
    """The one writer of a run's record."""

    def __init__(self, run: Run, store: Store, listener: Listener) -> None:
        self.run = run
        self._store = store
        self._listener: Listener = listener
        self._changes: dict[str, TaskChange] = {}
        self._events: list[Happened] = []
        self._fingerprints: set[str] = set()

    def set_run(self, state: State, **changes: Any) -> None:
        """Bring the run to another state, at once."""
        self.flush()
        self.run = self.run.into(advance(self.run.state, state), now(), **changes)
        self._store.update_run(self.run)
        self._tell(RunChanged(self.run))

    def add(self, task: Task, again: bool = False) -> None:
        """Record a new task, or one of an earlier attempt at the run that starts ``again``."""
        if again or task.state is not State.PENDING:
            self._happened(task)
        self._note(TaskChange(task, is_new=not again, again=again))
        self._tell(TaskChanged(task))

    def set_task(
        self, old: Task, state: State, taken: tuple[Link, ...] = (), made: tuple[Link, ...] = (), **changes: Any
    ) -> Task:
        """Bring a task to another state, with the artifacts it took and made."""
        task = replace(old, state=advance(old.state, state), **changes)
        self._happened(task)
        self.change(task, (*taken, *made))
        if state is State.SUCCEEDED and task.fingerprint:
            self._fingerprints.add(task.fingerprint)
        self._tell(TaskChanged(task, made))
        return task

    def change(self, task: Task, links: tuple[Link, ...] = ()) -> None:
        """Record what changed of a task that stays in its state."""
        self._note(TaskChange(task, links=links))

    def settle(self, fingerprint: str) -> None:
        """Have everything in the record that a look-up of ``fingerprint`` must find."""
        if fingerprint in self._fingerprints:
            self.flush()

    def flush(self) -> None:
        """Write down everything that was gathered."""
        changes, self._changes = self._changes, {}
        events, self._events = self._events, []
        self._fingerprints.clear()
        if changes:
            self._store.write(list(changes.values()), events)

    def _tell(self, event: Event) -> None:
        try:
            self._listener.tell(event)
        except OSError:
            # Whoever listens is gone, such as `head` behind a pipe: the run goes on without being told of.
            self._listener = Nobody()

    def _happened(self, task: Task) -> None:
        self._events.append(Happened(task.run_id, task.path, task.state, now()))

    def _note(self, change: TaskChange) -> None:
        before = self._changes.get(change.task.id)
        if before is not None:
            change = TaskChange(
                change.task, before.is_new, (*before.links, *change.links), before.again or change.again
            )
        self._changes[change.task.id] = change
        if len(self._changes) >= _AT_MOST:
            self.flush()


def links_of(task: Task, role: Role, bundle: Bundle) -> tuple[Link, ...]:
    """The artifacts of ``bundle`` as inputs or outputs of ``task``."""
    return tuple(
        Link(task.id, role, key, position, artifact)
        for key, several in bundle.artifacts.items()
        for position, artifact in enumerate(several)
    )


def attempts_of(task: Task) -> tuple[Mapping[str, Any], ...]:
    """The attempts at a task, the last one included, if its command was started in it."""
    if not task.log or task.state.has_outputs:
        return task.attempts
    last = {
        "started_at": task.started_at and task.started_at.isoformat(),
        "finished_at": task.finished_at and task.finished_at.isoformat(),
        "exit_code": task.exit_code,
        "error": task.error,
        "log": task.log,
    }
    return (*task.attempts, last)
