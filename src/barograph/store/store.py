"""The record of runs, in a database through SQLAlchemy."""

import hashlib
import sqlite3
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa

from barograph.errors import NotFoundError, StoreError
from barograph.states import State
from barograph.store import models
from barograph.store.records import Artifact, Kind, Link, Role, Run, Task, TaskChange

SCHEMA_VERSION = "0002"
"""The newest migration: a database at this version is used as it is, without importing alembic."""


class Store(Protocol):
    """What the engine and the doors ask of the record. Every method is one transaction."""

    def add_run(self, run: Run) -> None:
        """Record a new run; its experiment is made if there is none of that name."""

    def update_run(self, run: Run) -> None:
        """Record a run's state, times, outputs and error."""

    def write(self, changes: Collection[TaskChange]) -> None:
        """Record new and changed tasks, with the artifacts they took and made; all of it or nothing."""

    def runs(self, limit: int = 100) -> list[Run]:
        """Runs, newest first, without their ``spec``."""

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
        """Runs that have not ended, by what the record says."""


def open_store(url: str) -> "SqlStore":
    """The record in the database at ``url`` (``sqlite:///...``, ``postgresql+...``), made or migrated as needed.

    Raises:
        StoreError: the database can't be opened, or is newer than this Barograph.
    """
    engine = sa.create_engine(url)
    if url.startswith("sqlite"):
        sa.event.listen(engine, "connect", _configure_sqlite)
    store = SqlStore(engine)
    with store.transaction() as connection:
        version = _version(connection)
    if version != SCHEMA_VERSION:
        from barograph.store.migrate import migrate

        with store.transaction() as connection:
            migrate(connection, version)
    return store


def _configure_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # WAL: a reader (the UI, `barograph show`) never waits for a running pipeline, nor it for a reader.
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def new_id() -> str:
    """A fresh id for a run, task or artifact: a UUID, as KFP's are."""
    return str(uuid.uuid4())


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class SqlStore:
    """A ``Store`` in a database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction; what the database refuses becomes a ``StoreError``."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
            raise  # a bug here, not the user's disk or file
        except sa.exc.DatabaseError as error:
            place = self._engine.url.render_as_string(hide_password=True)
            raise StoreError(f"the database {place} can't be used: {error.orig}") from error

    def add_run(self, run: Run) -> None:
        digest = "sha256:" + hashlib.sha256(run.spec.encode()).hexdigest()
        with self.transaction() as connection:
            connection.execute(_insert_missing(connection, models.specs), {"digest": digest, "text": run.spec})
            connection.execute(
                _insert_missing(connection, models.experiments),
                {"id": new_id(), "name": run.experiment, "created_at": run.created_at},
            )
            experiment = sa.select(models.experiments.c.id).where(models.experiments.c.name == run.experiment)
            row = _row(run)
            del row["experiment"], row["spec"]
            connection.execute(
                models.runs.insert().values(
                    **row, spec_digest=digest, experiment_id=connection.execute(experiment).scalar_one()
                )
            )

    def update_run(self, run: Run) -> None:
        changed = {key: getattr(run, key) for key in ("state", "error", "outputs", "started_at", "finished_at")}
        with self.transaction() as connection:
            connection.execute(models.runs.update().where(models.runs.c.id == run.id).values(**changed))

    def write(self, changes: Collection[TaskChange]) -> None:
        new = [_row(change.task) for change in changes if change.is_new]
        old = [_row(change.task) for change in changes if not change.is_new]
        again = [change.task.id for change in changes if change.again]
        links = [link for change in changes for link in change.links]
        artifacts = {link.artifact.id: _row(link.artifact) for link in links}
        with self.transaction() as connection:
            if new:
                connection.execute(models.tasks.insert(), new)
            if old:
                update = models.tasks.update().where(models.tasks.c.id == sa.bindparam("task_id"))
                values: dict[str, Any] = {key: sa.bindparam(key) for key in old[0] if key != "id"}
                rows = [{("task_id" if key == "id" else key): value for key, value in row.items()} for row in old]
                connection.execute(update.values(values), rows)
            for part in _parts(again):
                connection.execute(models.links.delete().where(models.links.c.task_id.in_(part)))
            if artifacts:
                connection.execute(_insert_missing(connection, models.artifacts), list(artifacts.values()))
            if links:
                connection.execute(models.links.insert(), [_link_row(link) for link in links])

    def runs(self, limit: int = 100) -> list[Run]:
        query = _select_runs(sa.literal("").label("spec")).order_by(models.runs.c.created_at.desc()).limit(limit)
        return self._runs(query)

    def unfinished_runs(self) -> list[Run]:
        ended = [state for state in State if state.ended]
        query = _select_runs(sa.literal("").label("spec")).where(models.runs.c.state.not_in(ended))
        return self._runs(query)

    def find_run(self, reference: str) -> Run:
        query = _select_runs(models.specs.c.text.label("spec")).order_by(models.runs.c.created_at.desc()).limit(10)
        if reference != "last":
            begins = models.runs.c.id.startswith(reference, autoescape=True)
            query = query.where(begins | (models.runs.c.name == reference))
        found = self._runs(query)
        if reference == "last":
            found = found[:1]
        exact = [run for run in found if run.id == reference]
        match exact or found:
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
        link, artifact = models.links.c, models.artifacts
        query = (
            sa.select(link.task_id, link.role, link.key, link.position, *artifact.c)
            .join(artifact, artifact.c.id == link.artifact_id)
            .where(link.task_id.in_(sa.bindparam("ids", expanding=True)))
            .order_by(link.task_id, link.role, link.key, link.position)
        )
        with self.transaction() as connection:
            return [
                Link(row.task_id, Role(row.role), row.key, row.position, Artifact(*row[4:]))
                for part in _parts(task_ids)
                for row in connection.execute(query, {"ids": part})
            ]

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
        query = (
            sa.select(*artifact.c)
            .join(models.links, link.artifact_id == artifact.c.id)
            .join(models.tasks, task.id == link.task_id)
            .where(artifact.c.uri == uri, artifact.c.type == type_)
            .where(task.kind == Kind.IMPORTER, link.role == Role.OUTPUT)
            .distinct()
            .order_by(artifact.c.created_at.desc())
            .limit(10)
        )
        with self.transaction() as connection:
            return [Artifact(*row) for row in connection.execute(query)]

    def forget_cached(self, before: datetime | None) -> list[Task]:
        task = models.tasks.c
        chosen = [task.fingerprint != "", task.state == State.SUCCEEDED]
        if before is not None:
            chosen.append(task.finished_at < before)
        found = self._tasks(models.tasks.select().where(*chosen))
        with self.transaction() as connection:
            connection.execute(models.tasks.update().where(*chosen).values(fingerprint=""))
        return found

    def _runs(self, query: sa.Select[Any]) -> list[Run]:
        with self.transaction() as connection:
            return [Run(**_state(row)) for row in connection.execute(query).mappings()]

    def _tasks(self, query: sa.Select[Any]) -> list[Task]:
        with self.transaction() as connection:
            return [Task(**_state(row)) for row in connection.execute(query).mappings()]


def _row(record: Run | Task | Artifact) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _link_row(link: Link) -> dict[str, Any]:
    row = {field.name: getattr(link, field.name) for field in fields(link) if field.name != "artifact"}
    return row | {"artifact_id": link.artifact.id}


def _state(row: Any) -> dict[str, Any]:
    values = {**row, "state": State(row["state"])}
    if "kind" in values:
        values |= {"kind": Kind(row["kind"]), "attempts": tuple(row["attempts"])}
    return values


def _select_runs(spec: Any) -> sa.Select[Any]:
    columns = [models.runs.c[f.name] for f in fields(Run) if f.name not in ("experiment", "spec")]
    return (
        sa.select(models.experiments.c.name.label("experiment"), spec, *columns)
        .join(models.experiments, models.experiments.c.id == models.runs.c.experiment_id)
        .join(models.specs, models.specs.c.digest == models.runs.c.spec_digest)
    )


def _insert_missing(connection: sa.Connection, table: sa.Table) -> Any:
    """Inserts a row unless one with its primary or unique key is there; safe against another process doing the same."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    return insert(table).on_conflict_do_nothing()


def _parts(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    # A statement takes a limited number of values.
    return (ids[start : start + size] for start in range(0, len(ids), size))
