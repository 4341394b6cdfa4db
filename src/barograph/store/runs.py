"""Lists of runs, and what is done to runs apart from running them."""

import re
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from barograph.errors import NotFoundError, StateError
from barograph.states import State
from barograph.store import models
from barograph.store.database import Database, Seconds, parts
from barograph.store.listing import Fields, Page, Query, read_page
from barograph.store.records import Metric, Run
from barograph.store.run_values import holding, is_value, sorting
from barograph.store.store import SqlStore, read_run, select_runs

_TABLE, _GROUP = models.runs, models.experiments.alias()
FIELDS: Fields = {
    name: _TABLE.c[name]
    for name in (
        "id",
        "name",
        "description",
        "pipeline",
        "state",
        "archived",
        "created_at",
        "started_at",
        "finished_at",
        "experiment_id",
        "recurring_run_id",
        "pipeline_id",
        "version_id",
    )
} | {
    # A run that nothing scheduled was to start at once.
    "scheduled_at": sa.func.coalesce(_TABLE.c.scheduled_at, _TABLE.c.created_at),
    # There is one, and it has no name.
    "namespace": sa.literal(""),
    "experiment": sa.select(_GROUP.c.name)
    .where(_GROUP.c.id == _TABLE.c.experiment_id)
    .correlate(_TABLE)
    .scalar_subquery(),
    "seconds": Seconds(_TABLE.c.started_at, _TABLE.c.finished_at),
}
_RECENT = 500
_WAITS = sa.and_(_TABLE.c.managed, _TABLE.c.state == State.PENDING)


class Runs:
    """Runs as lists show them. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: Query) -> Page[Run]:
        """The runs that ``query`` asks for, without their ``spec``; see ``FIELDS`` and ``run_values``."""
        rows = select_runs()
        by = sorting(query.sort, rows) if is_value(query.sort) else None
        of_values = [each for each in query.filters if is_value(each.field)]
        within = sa.and_(sa.true(), *(_TABLE.c.id.in_(holding(each)) for each in of_values))
        rest = replace(query, filters=tuple(each for each in query.filters if each not in of_values))
        with self._database.transaction() as connection:
            return read_page(connection, _TABLE, rows, FIELDS, rest, read_run, within, by)

    def specs(self, digests: Sequence[str]) -> dict[str, str]:
        """The compiled pipelines' texts with these digests."""
        spec = models.specs.c
        query = sa.select(spec.digest, spec.text).where(spec.digest.in_(sa.bindparam("digests", expanding=True)))
        with self._database.transaction() as connection:
            rows = [row for part in parts(digests) for row in connection.execute(query, {"digests": part})]
        return {row.digest: row.text for row in rows}

    def state(self, id_: str) -> State:
        """The state of the run with this id.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.transaction() as connection:
            found = connection.execute(sa.select(_TABLE.c.state).where(_TABLE.c.id == id_)).scalar()
        if found is None:
            raise NotFoundError(f"no run has the id {id_!r}")
        return State(found)

    def metrics(self, run_ids: Sequence[str]) -> list[Metric]:
        """The numbers that tasks of these runs put into ``system.Metrics`` artifacts."""
        metric = models.metrics
        query = metric.select().where(metric.c.run_id.in_(sa.bindparam("ids", expanding=True)))
        with self._database.transaction() as connection:
            return [
                Metric(*row)
                for part in parts(run_ids)
                for row in connection.execute(query.order_by(*metric.primary_key), {"ids": part})
            ]

    def waiting(self, limit: int) -> list[str]:
        """Ids of runs that a server is to start, the oldest first."""
        query = sa.select(_TABLE.c.id).where(_WAITS).order_by(_TABLE.c.created_at).limit(limit)
        with self._database.transaction() as connection:
            return list(connection.execute(query).scalars())

    def count_waiting(self) -> int:
        """How many there are."""
        query = sa.select(sa.func.count()).select_from(_TABLE).where(_WAITS)
        with self._database.transaction() as connection:
            return int(connection.execute(query).scalar_one())

    def count_by_state(self) -> dict[str, int]:
        """How many runs are in each state."""
        query = sa.select(_TABLE.c.state, sa.func.count().label("count")).group_by(_TABLE.c.state)
        with self._database.transaction() as connection:
            return {state: number for state, number in connection.execute(query).tuples()}  # noqa: C416

    def last_good(self, run: Run) -> Run | None:
        """The newest run of the same pipeline that was made before ``run`` and succeeded, without its ``spec``.

        One of the same experiment, if there is any; none that was put aside.
        """
        good = _TABLE.c
        query = (
            select_runs()
            .where(good.pipeline == run.pipeline, good.state == State.SUCCEEDED, sa.not_(good.archived))
            .where(good.created_at < run.created_at)
            .order_by(good.created_at.desc(), good.id.desc())
            .limit(1)
        )
        with self._database.transaction() as connection:
            for each in (query.where(good.experiment_id == run.experiment_id), query):
                for found in connection.execute(each).mappings():
                    return read_run(found)
        return None

    def newest_of_pipelines(self, pipelines: int, runs: int) -> list[list[Run]]:
        """The newest runs of each of the pipelines that were run last, without their ``spec``.

        Args:
            pipelines: how many of them at the most, that which was run last ahead.
            runs: how many of each at the most, the oldest first. None that was put aside.
        """
        seen = sa.not_(_TABLE.c.archived)
        newest = _TABLE.c.created_at.desc(), _TABLE.c.id.desc()
        # Of the pipelines of the last runs: to go over all runs there are would take long.
        recent = sa.select(_TABLE.c.pipeline).where(seen).order_by(*newest).limit(_RECENT)
        with self._database.transaction() as connection:
            names = list(dict.fromkeys(connection.execute(recent).scalars()))[:pipelines]
            found = []
            for name in names:
                query = select_runs().where(_TABLE.c.pipeline == name, seen).order_by(*newest).limit(runs)
                found.append([read_run(row) for row in connection.execute(query).mappings()][::-1])
        return found

    def archive(self, id_: str, archived: bool) -> Run:
        """Put a run aside, or take it back.

        Raises:
            NotFoundError: there is none with this id.
            StateError: it is to be taken back, and its experiment is archived.
        """
        run = SqlStore(self._database).get_run(id_)
        experiment = models.experiments.c
        aside = sa.select(experiment.archived).where(experiment.id == run.experiment_id)
        with self._database.transaction() as connection:
            if not archived and connection.execute(aside).scalar():
                raise StateError(
                    f"run {run.name!r} is of the archived experiment {run.experiment!r}: take that back first"
                )
            connection.execute(_TABLE.update().where(_TABLE.c.id == id_).values(archived=archived))
        return run

    def delete(self, id_: str) -> list[str]:
        """Remove a run that has ended, with its tasks and with the artifacts that no other run's task took or made.

        Returns:
            The addresses of those artifacts, less what another artifact is part of; their content is still there.

        Raises:
            NotFoundError: there is none with this id.
            StateError: it has not ended.
        """
        run = SqlStore(self._database).get_run(id_)
        if not run.state.ended:
            raise StateError(f"run {run.name!r} has not ended; terminate it first")
        link, task, artifact = models.links, models.tasks, models.artifacts
        touched = sa.select(link.c.artifact_id).join(task, task.c.id == link.c.task_id).where(task.c.run_id == id_)
        with self._database.transaction(write=True) as connection:
            ids = sorted({row[0] for row in connection.execute(touched)})
            connection.execute(_TABLE.delete().where(_TABLE.c.id == id_))
            gone: list[str] = []
            for part in parts(ids):
                lonely = artifact.c.id.in_(part) & ~sa.exists().where(link.c.artifact_id == artifact.c.id)
                gone += connection.execute(sa.select(artifact.c.uri).where(lonely)).scalars()
                connection.execute(artifact.delete().where(lonely))
            return _unused(connection, gone)


def _unused(connection: sa.Connection, addresses: Sequence[str]) -> list[str]:
    """Those of ``addresses`` at which, and below which, no artifact is."""
    uri = models.artifacts.c.uri
    # Of a whole run at a time: its tasks' folders are in one.
    around = sorted({address.rsplit("/", 3)[0] for address in addresses})
    used: set[str] = set()
    for part in parts(around, 50):
        near = sa.or_(*(uri.startswith(f"{folder}/", autoescape=True) for folder in part))
        for found in connection.execute(sa.select(uri).where(near)).scalars():
            used |= {found, *(found[: slash.start()] for slash in re.finditer("/", found))}
    return [address for address in addresses if address not in used]
