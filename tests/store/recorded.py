"""A record with runs, tasks and artifacts in it, made without running anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from barograph.states import State
from barograph.store import Artifact, Link, Run, Task
from barograph.store.records import Event, Kind, Role, TaskChange
from barograph.store.store import SqlStore, new_id

_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def add_run(store: SqlStore, name: str, state: State = State.SUCCEEDED, **more: Any) -> Run:
    """Record a run."""
    run = Run(new_id(), name, "Default", "weather", f"root: {name}", {"seed": 42}, "/artifacts", _TIME, state=state)
    run = replace(run, **more)
    store.add_run(run)
    return run


def add_task(
    store: SqlStore,
    run: Run,
    path: str,
    kind: Kind = Kind.RUNTIME,
    *,
    made: tuple[Artifact, ...] = (),
    took: tuple[Artifact, ...] = (),
    **more: Any,
) -> Task:
    """Record a task of ``run``, some milliseconds after those before, with the artifacts that it made and took."""
    number = len(store.tasks(run.id)) + 1
    task = Task(new_id(), run.id, path, _TIME + timedelta(milliseconds=number), kind, State.SUCCEEDED)
    task = replace(task, **more)
    links = [Link(task.id, Role.OUTPUT, artifact.name, 0, artifact) for artifact in made]
    links += [Link(task.id, Role.INPUT, artifact.name, 0, artifact) for artifact in took]
    store.write([TaskChange(task, True, tuple(links))], [Event(run.id, path, task.state, task.created_at)])
    return task


def artifact(name: str, uri: str = "", type_: str = "system.Dataset") -> Artifact:
    """An artifact that is not recorded yet."""
    return Artifact(new_id(), name, type_, uri or f"/artifacts/{name}", "sha256:00", 3, "text/plain", {}, _TIME)
