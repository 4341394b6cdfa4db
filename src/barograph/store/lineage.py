"""What lineage asks of the record: which tasks took and made which artifacts, in all runs."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from barograph.errors import NotFoundError
from barograph.store import models
from barograph.store.database import Database, parts
from barograph.store.records import Artifact, Link, Run, Task
from barograph.store.store import read_links, read_run, read_task, select_runs

_ARTIFACT, _LINK, _TASK = models.artifacts, models.links.c, models.tasks.c


class SqlLineage:
    """The record, asked for many artifacts, tasks or runs at once (``Links`` in ``views/lineage.py``)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_artifact(self, reference: str) -> Artifact:
        """The artifact whose id is ``reference``, or begins with it.

        Raises:
            NotFoundError: there is none, or more than one.
        """
        query = _ARTIFACT.select().where(_ARTIFACT.c.id.startswith(reference, autoescape=True)).limit(10)
        with self._database.transaction() as connection:
            found = [Artifact(*row) for row in connection.execute(query)]
        match [artifact for artifact in found if artifact.id == reference] or found:
            case [artifact]:
                return artifact
            case []:
                raise NotFoundError(f"no artifact has the id {reference!r}; `barograph artifacts RUN --json` tells ids")
            case several:
                ids = ", ".join(artifact.id[:13] for artifact in several)
                raise NotFoundError(f"{reference!r} fits several artifacts ({ids}); give more of the id")

    def links_of(self, artifact_ids: Sequence[str]) -> list[Link]:
        """Every place that these artifacts have among the inputs and outputs of tasks."""
        return read_links(self._database, _LINK.artifact_id, artifact_ids)

    def links(self, task_ids: Sequence[str]) -> list[Link]:
        """The artifacts that these tasks took and made."""
        return read_links(self._database, _LINK.task_id, task_ids)

    def tasks(self, task_ids: Sequence[str]) -> list[Task]:
        """The tasks with these ids, without their ``ingredients``."""
        columns = [column for column in _TASK if column.name != "ingredients"]
        return [read_task(row) for row in self._rows(sa.select(*columns), _TASK.id, task_ids)]

    def runs(self, run_ids: Sequence[str]) -> list[Run]:
        """The runs with these ids, without their ``spec``."""
        return [read_run(row) for row in self._rows(select_runs(), models.runs.c.id, run_ids)]

    def alike(self, digest: str, limit: int) -> list[Artifact]:
        """Artifacts with this content, newest first."""
        query = _ARTIFACT.select().where(_ARTIFACT.c.digest == digest).order_by(_ARTIFACT.c.created_at.desc())
        with self._database.transaction() as connection:
            return [Artifact(*row) for row in connection.execute(query.limit(limit))]

    def _rows(self, query: sa.Select[Any], column: "sa.ColumnElement[str]", ids: Sequence[str]) -> Iterator[Any]:
        query = query.where(column.in_(sa.bindparam("ids", expanding=True)))
        with self._database.transaction() as connection:
            for part in parts(ids):
                yield from connection.execute(query, {"ids": part}).mappings()
