"""The record of runs, in a database through SQLAlchemy."""

import hashlib
import math
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa

from barograph.errors import ConflictError, NotFoundError
from barograph.states import State
from barograph.store import models
from barograph.store.database import Database, insert_missing, open_database, parts
from barograph.store.records import Artifact, Event, Kind, Link, Metric, Role, Run, Task, TaskChange
from barograph.store.run_values import parameter_rows

NO_SPEC: sa.ColumnElement[str] = sa.literal("").label("spec")
"""Stands for a run's text where nobody reads it."""


class Store(Protocol):
    """What the engine and the doors ask of the record. Every method is one transaction."""

    def add_run(self, run: Run) -> None:
        """Record a new run; its experiment is made if there is none of that name.

        Raises:
            ConflictError: there is a run with this id.
        """

    def update_run(self, run: Run) -> None:
        """Record a run's state, times, outputs and error, and the event that this is."""

    def reopen(self, run: Run) -> None:
        """Record that a run that had ended, or has never begun, is taken up; nobody has asked it to end yet."""

    def request_cancel(self, run_id: str) -> bool:
        """Ask whoever runs a run to end it; whether it had not ended yet."""

    def cancel_requested(self, run_id: str) -> bool:
        """Whether somebody asked for the end of a run."""

    def write(self, changes: Collection[TaskChange], events: Collection[Event] = ()) -> None:
        """Record new and changed tasks, with the artifacts they took and made, and events; all of it or nothing."""

    def runs(self, limit: int = 100) -> list[Run]:
        """Runs, newest first, without their ``spec``."""

    def get_run(self, run_id: str) -> Run:
        """The run with this id, with its ``spec``.

        Raises:
            NotFoundError: there is none.
        """

    def find_run(self, reference: str) -> Run:
        """The run whose id is ``reference``, or begins with it, or whose name it is; ``last`` is the newest.

        Raises:
            NotFoundError: there is none, or more than one.
        """

    def tasks(self, run_id: str) -> list[Task]:
        """The run's tasks in the order in which they were recorded."""

    def find_task(self, task_id: str) -> Task:
        """The task of this id.

        Raises:
            NotFoundError: there is none.
        """

    def links(self, task_ids: Sequence[str]) -> list[Link]:
        """The artifacts that these tasks took and made."""

    def cached(self, fingerprint: str, since: datetime | None = None) -> list[Task]:
        """Tasks that ran and succeeded with this fingerprint (after ``since``), newest first, at most ten."""

    def nearest(self, pipeline: str, path: str, before: datetime) -> list[Task]:
        """Tasks of this path that ran and succeeded in runs of this pipeline, newest first, at most ten."""

    def imported(self, uri: str, type_: str) -> list[Artifact]:
        """Artifacts of this type with this address that an importer recorded, newest first, at most ten."""

    def forget_cached(self, before: datetime | None) -> list[Task]:
        """Let no later task take its outputs from executions that ended before then, or from any; gives them."""

    def unfinished_runs(self) -> list[Run]:
        """Runs that some process should be running: they have not ended, and do not wait for a server."""


def open_store(url: str) -> "SqlStore":
    """The record in the database at ``url``; see ``open_database``."""
    return SqlStore(open_database(url))


def new_id() -> str:
    """A fresh id for a run, task or artifact: a UUID, as KFP's are."""
    return str(uuid.uuid4())


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class SqlStore:
    """A ``Store`` in a database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add_run(self, run: Run) -> None:
        with self.database.transaction(write=True) as connection:
            digest = keep_spec(connection, run.spec)
            experiment_id = find_or_add_experiment(connection, run.experiment, run.created_at)
            row = _row(run)
            del row["experiment"], row["spec"]
            row |= {"spec_digest": digest, "experiment_id": experiment_id}
            insert = insert_missing(connection, models.runs).returning(models.runs.c.id)
            if connection.execute(insert, row).first() is None:
                raise ConflictError(f"there is a run with the id {run.id!r} already")
            if parameters := parameter_rows(run.id, run.parameters):
                connection.execute(models.parameters.insert(), parameters)
            experiment = models.experiments
            newest = {"last_run_created_at": run.created_at}
            connection.execute(experiment.update().where(experiment.c.id == experiment_id).values(newest))
            _tell(connection, [Event(run.id, "", run.state, run.created_at)])

    def update_run(self, run: Run) -> None:
        self._update(run, ("state", "error", "outputs", "started_at", "finished_at", "state_history"))

    def reopen(self, run: Run) -> None:
        self._update(
            run, ("state", "error", "started_at", "finished_at", "state_history", "cancel_requested", "managed")
        )

    def _update(self, run: Run, names: Iterable[str]) -> None:
        row = _row(run)
        with self.database.transaction() as connection:
            update = models.runs.update().where(models.runs.c.id == run.id)
            connection.execute(update.values({name: row[name] for name in names}))
            _tell(connection, [Event(run.id, "", run.state, run.state_history[-1][1])])

    def request_cancel(self, run_id: str) -> bool:
        run, ended = models.runs.c, [state for state in State if state.ended]
        # What runs it says CANCELING itself, once it has heard; a list shows it at once.
        shown = sa.case((run.state == State.RUNNING, State.CANCELING), else_=run.state)
        update = models.runs.update().where(run.id == run_id, run.state.not_in(ended))
        with self.database.transaction() as connection:
            return connection.execute(update.values(cancel_requested=True, state=shown)).rowcount > 0

    def cancel_requested(self, run_id: str) -> bool:
        query = sa.select(models.runs.c.cancel_requested).where(models.runs.c.id == run_id)
        with self.database.transaction() as connection:
            return bool(connection.execute(query).scalar())

    def write(self, changes: Collection[TaskChange], events: Collection[Event] = ()) -> None:
        new = [_row(change.task) for change in changes if change.is_new]
        old = [_row(change.task) for change in changes if not change.is_new]
        again = [change.task for change in changes if change.again]
        links = [link for change in changes for link in change.links]
        artifacts = {link.artifact.id: _row(link.artifact) for link in links}
        numbers = [_row(number) for change in changes for number in metrics_of(change.task, change.links)]
        with self.database.transaction() as connection:
            if new:
                connection.execute(models.tasks.insert(), new)
            if old:
                update = models.tasks.update().where(models.tasks.c.id == sa.bindparam("task_id"))
                values: dict[str, Any] = {key: sa.bindparam(key) for key in old[0] if key != "id"}
                rows = [{("task_id" if key == "id" else key): value for key, value in row.items()} for row in old]
                connection.execute(update.values(values), rows)
            _forget(connection, again)
            if artifacts:
                connection.execute(insert_missing(connection, models.artifacts), list(artifacts.values()))
            if links:
                connection.execute(models.links.insert(), [_link_row(link) for link in links])
            if numbers:
                connection.execute(models.metrics.insert(), numbers)
            _tell(connection, events)

    def runs(self, limit: int = 100) -> list[Run]:
        query = select_runs().order_by(models.runs.c.created_at.desc()).limit(limit)
        return self._runs(query)

    def unfinished_runs(self) -> list[Run]:
        ended = [state for state in State if state.ended]
        waits = sa.and_(models.runs.c.managed, models.runs.c.state == State.PENDING)
        query = select_runs().where(models.runs.c.state.not_in(ended), sa.not_(waits))
        return self._runs(query)

    def get_run(self, run_id: str) -> Run:
        query = select_runs(models.specs.c.text.label("spec")).where(models.runs.c.id == run_id)
        for run in self._runs(query):
            return run
        raise NotFoundError(f"no run has the id {run_id!r}")

    def find_run(self, reference: str) -> Run:
        query = select_runs(models.specs.c.text.label("spec")).order_by(models.runs.c.created_at.desc())
        if reference == "last":
            found = self._runs(query.limit(1))
        else:
            found = self._runs(query.where(models.runs.c.id == reference))
            if not found:
                begins = models.runs.c.id.startswith(reference, autoescape=True)
                found = self._runs(query.where(begins | (models.runs.c.name == reference)).limit(10))
        match found:
            case [run]:
                return run
            case []:
                raise NotFoundError(f"no run goes by {reference!r}; `barograph runs` lists them")
            case several:
                ids = ", ".join(run.id[:8] for run in several)
                raise NotFoundError(f"{reference!r} fits several runs ({ids}); give more of the id")

    def tasks(self, run_id: str) -> list[Task]:
        query = models.tasks.select().where(models.tasks.c.run_id == run_id)
        return self._tasks(query.order_by(models.tasks.c.created_at, models.tasks.c.path))

    def find_task(self, task_id: str) -> Task:
        for task in self._tasks(models.tasks.select().where(models.tasks.c.id == task_id)):
            return task
        raise NotFoundError(f"no task has the id {task_id!r}")

    def links(self, task_ids: Sequence[str]) -> list[Link]:
        return read_links(self.database, models.links.c.task_id, task_ids)

    def cached(self, fingerprint: str, since: datetime | None = None) -> list[Task]:
        task = models.tasks.c
        query = models.tasks.select().where(task.fingerprint == fingerprint, task.state == State.SUCCEEDED)
        if since is not None:
            query = query.where(task.finished_at >= since)
        return self._tasks(query.order_by(task.finished_at.desc()).limit(10))

    def nearest(self, pipeline: str, path: str, before: datetime) -> list[Task]:
        task, run = models.tasks.c, models.runs
        query = (
            models.tasks.select()
            .join(run, run.c.id == task.run_id)
            .where(run.c.pipeline == pipeline, task.path == path, task.state == State.SUCCEEDED)
            .where(task.fingerprint != "", task.finished_at < before)
        )
        return self._tasks(query.order_by(task.finished_at.desc()).limit(10))

    def imported(self, uri: str, type_: str) -> list[Artifact]:
        task, link, artifact = models.tasks.c, models.links.c, models.artifacts
        imports = (
            sa.select(link.artifact_id)
            .join(models.tasks, task.id == link.task_id)
            .where(task.kind == Kind.IMPORTER, link.role == Role.OUTPUT)
        )
        query = (
            sa.select(*artifact.c)
            .where(artifact.c.uri == uri, artifact.c.type == type_, artifact.c.id.in_(imports))
            .order_by(artifact.c.created_at.desc())
            .limit(10)
        )
        with self.database.transaction() as connection:
            return [Artifact(*row) for row in connection.execute(query)]

    def forget_cached(self, before: datetime | None) -> list[Task]:
        task = models.tasks.c
        chosen = [task.fingerprint != "", task.state == State.SUCCEEDED]
        if before is not None:
            chosen.append(task.finished_at < before)
        found = self._tasks(models.tasks.select().where(*chosen))
        with self.database.transaction() as connection:
            connection.execute(models.tasks.update().where(*chosen).values(fingerprint=""))
        return found

    def _runs(self, query: sa.Select[Any]) -> list[Run]:
        with self.database.transaction() as connection:
            return [read_run(row) for row in connection.execute(query).mappings()]

    def _tasks(self, query: sa.Select[Any]) -> list[Task]:
        with self.database.transaction() as connection:
            return [read_task(row) for row in connection.execute(query).mappings()]


def read_links(database: Database, column: sa.ColumnElement[str], ids: Sequence[str]) -> list[Link]:
    """The links whose ``column`` is one of ``ids``, with their artifacts."""
    link, artifact = models.links.c, models.artifacts
    query = (
        sa.select(link.task_id, link.role, link.key, link.position, *artifact.c)
        .join(artifact, artifact.c.id == link.artifact_id)
        .where(column.in_(sa.bindparam("ids", expanding=True)))
        .order_by(link.task_id, link.role, link.key, link.position)
    )
    with database.transaction() as connection:
        return [
            Link(row.task_id, Role(row.role), row.key, row.position, Artifact(*row[4:]))
            for part in parts(ids)
            for row in connection.execute(query, {"ids": part})
        ]


def keep_spec(connection: sa.Connection, text: str) -> str:
    """Keep a compiled pipeline's text, once; gives its digest."""
    digest = spec_digest(text)
    connection.execute(insert_missing(connection, models.specs), {"digest": digest, "text": text})
    return digest


def spec_digest(text: str) -> str:
    """The digest by which the record knows a compiled pipeline's text: ``sha256:...``."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def find_or_add_experiment(connection: sa.Connection, name: str, time: datetime) -> str:
    """The id of the experiment of this name, which is made if there is none, and stays until the transaction ends."""
    row = {"id": new_id(), "name": name, "created_at": time}
    query = sa.select(models.experiments.c.id).where(models.experiments.c.name == name)
    while True:
        connection.execute(insert_missing(connection, models.experiments), row)
        found = connection.execute(query.with_for_update(read=True, key_share=True)).scalar()
        if found is not None:  # else it was deleted in between
            return str(found)


def metrics_of(task: Task, links: Iterable[Link]) -> list[Metric]:
    """The finite numbers among the metadata of the ``system.Metrics`` artifacts that a task made."""
    return [
        Metric(task.run_id, task.path, link.key, key, float(value))
        for link in links
        if link.role is Role.OUTPUT and link.artifact.type == "system.Metrics" and link.position == 0
        for key, value in link.artifact.metadata.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value)
    ]


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float is as large as
        return False


def _tell(connection: sa.Connection, events: Collection[Event]) -> None:
    if events:
        rows = [{name: value for name, value in _row(event).items() if name != "id"} for event in events]
        connection.execute(models.events.insert(), rows)


def _forget(connection: sa.Connection, tasks: Sequence[Task]) -> None:
    """Drop what the record has of earlier attempts at these tasks."""
    for part in parts([task.id for task in tasks]):
        connection.execute(models.links.delete().where(models.links.c.task_id.in_(part)))
    metric = models.metrics.c
    for part in parts([task.path for task in tasks]):
        chosen = models.metrics.delete().where(metric.run_id == tasks[0].run_id, metric.path.in_(part))
        connection.execute(chosen)


def _row(record: Run | Task | Artifact | Event | Metric) -> dict[str, Any]:
    row = {field.name: getattr(record, field.name) for field in fields(record)}
    if isinstance(record, Run):
        row["state_history"] = [[state, at.isoformat()] for state, at in record.state_history]
    return row


def _link_row(link: Link) -> dict[str, Any]:
    row = {field.name: getattr(link, field.name) for field in fields(link) if field.name != "artifact"}
    return row | {"artifact_id": link.artifact.id}


def read_run(row: Any) -> Run:
    """The run in a row of ``select_runs``."""
    return Run(**_state(row))


def read_task(row: Any) -> Task:
    """The task in a row of its table."""
    return Task(**_state(row))


def _state(row: Any) -> dict[str, Any]:
    values = {**row, "state": State(row["state"])}
    if "kind" in values:
        values |= {"kind": Kind(row["kind"]), "attempts": tuple(row["attempts"])}
    if "state_history" in values:
        history = ((State(state), datetime.fromisoformat(at)) for state, at in row["state_history"])
        values["state_history"] = tuple(history)
    return values


def select_runs(spec: sa.ColumnElement[str] = NO_SPEC) -> sa.Select[Any]:
    """All runs, with ``spec`` as their text."""
    columns = [models.runs.c[f.name] for f in fields(Run) if f.name not in ("experiment", "spec")]
    query = sa.select(models.experiments.c.name.label("experiment"), spec, *columns).select_from(models.runs)
    # An outer join, although every run has one: else SQLite may begin with the experiments, and sort all runs.
    query = query.outerjoin(models.experiments, models.experiments.c.id == models.runs.c.experiment_id)
    return query if spec is NO_SPEC else query.join(models.specs, models.specs.c.digest == models.runs.c.spec_digest)
