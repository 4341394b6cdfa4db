"""What happens in all runs, as a record that is read from somewhere on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from barograph.states import State
from barograph.store import models
from barograph.store.database import Database
from barograph.store.records import Kind

_EVENT, _RUN, _TASK = models.events.c, models.runs.c, models.tasks.c


@dataclass(frozen=True)
class RunNow:
    """A run as it stands when the record is read."""

    name: str
    pipeline: str
    experiment_id: str
    started_at: datetime | None
    finished_at: datetime | None
    error: str


@dataclass(frozen=True)
class TaskNow:
    """A task as it stands when the record is read."""

    id: str
    kind: Kind
    started_at: datetime | None
    finished_at: datetime | None
    error: str
    cached_from: str | None


@dataclass(frozen=True)
class Happening:
    """A change of state, with what is known of its run and its task when the record is read.

    Attributes:
        path: of the task; empty where the run itself changed.
        task: None where the run itself changed.
    """

    id: int
    run_id: str
    path: str
    state: State
    at: datetime
    run: RunNow
    task: TaskNow | None


class Events:
    """The events of all runs. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, run_id: str = "") -> int:
        """The id of the newest event, of a run or of all; 0 where there is none."""
        query = sa.select(sa.func.max(_EVENT.id))
        if run_id:
            query = query.where(_EVENT.run_id == run_id)
        with self._database.transaction() as connection:
            return connection.execute(query).scalar() or 0

    def after(
        self, id_: int, limit: int = 1000, *, until: int | None = None, run_id: str = "", runs_only: bool = False
    ) -> list[Happening]:
        """What happened after the event with this id, in order.

        Args:
            id_: 0 for all.
            limit: how many at the most.
            until: the last that is wanted.
            run_id: of which run; of all where it is empty.
            runs_only: whether events of tasks are left out.
        """
        query = _SELECT.where(_EVENT.id > id_).order_by(_EVENT.id).limit(limit)
        if until is not None:
            query = query.where(_EVENT.id <= until)
        if run_id:
            query = query.where(_EVENT.run_id == run_id)
        if runs_only:
            query = query.where(_EVENT.path == "")
        with self._database.transaction() as connection:
            return [_read(row) for row in connection.execute(query)]


_OF_EVENT = (_EVENT.id, _EVENT.run_id, _EVENT.path, _EVENT.state, _EVENT.at)
_OF_RUN = (_RUN.name, _RUN.pipeline, _RUN.experiment_id, _RUN.started_at, _RUN.finished_at, _RUN.error)
_OF_TASK = (_TASK.id, _TASK.kind, _TASK.started_at, _TASK.finished_at, _TASK.error, _TASK.cached_from)
_SELECT = (
    sa.select(*_OF_EVENT, *_OF_RUN, *_OF_TASK)
    .select_from(models.events)
    .join(models.runs, _RUN.id == _EVENT.run_id)
    .outerjoin(models.tasks, (_TASK.run_id == _EVENT.run_id) & (_TASK.path == _EVENT.path))
)


def _read(row: Any) -> Happening:
    (id_, run_id, path, state, at), run, task = row[:5], row[5:11], row[11:]
    now = TaskNow(task[0], Kind(task[1]), *task[2:]) if task[0] else None
    return Happening(id_, run_id, path, State(state), at, RunNow(*run), now)
