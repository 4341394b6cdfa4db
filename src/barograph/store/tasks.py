"""Single tasks, and what is followed of them while they run."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from barograph.errors import NotFoundError
from barograph.states import State
from barograph.store import models
from barograph.store.database import Database, parts
from barograph.store.records import DOERS, Run, Task
from barograph.store.store import read_task

_TASK = models.tasks.c
_DOES = _TASK.kind.in_(DOERS)


class Tasks:
    """Tasks of runs. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, run: Run, reference: str) -> Task:
        """The task of ``run`` whose id or path, such as ``for-loop-1[0].print``, is ``reference``.

        Raises:
            NotFoundError: it has none.
        """
        query = models.tasks.select().where(_TASK.run_id == run.id)
        with self._database.transaction() as connection:
            for condition in (_TASK.path == reference, _TASK.id == reference):
                if row := connection.execute(query.where(condition)).mappings().first():
                    return read_task(row)
        raise NotFoundError(f"run {run.name!r} has no task with the id or path {reference!r}")

    def of(self, run_id: str) -> list[Task]:
        """A run's tasks in the order in which they were recorded, without their ``ingredients``."""
        query = self._plain().where(_TASK.run_id == run_id).order_by(_TASK.created_at, _TASK.path)
        with self._database.transaction() as connection:
            return [read_task(row) for row in connection.execute(query).mappings()]

    def now(self, ids: Collection[str]) -> dict[str, Task]:
        """These tasks as they stand, by id, without what they took and made; one that is gone is left out."""
        empty = {name: sa.literal({}, sa.JSON).label(name) for name in ("ingredients", "parameters", "outputs")}
        columns: list[sa.ColumnElement[Any]] = [empty.get(column.name, column) for column in _TASK]
        query = sa.select(*columns).where(_TASK.id.in_(sa.bindparam("ids", expanding=True)))
        with self._database.transaction() as connection:
            rows = [row for part in parts(sorted(ids)) for row in connection.execute(query, {"ids": part}).mappings()]
        return {row["id"]: read_task(row) for row in rows}

    def states(self, run_id: str) -> dict[State, int]:
        """How many of a run's tasks that do something are in each state; groups of tasks don't count."""
        return self.states_of([run_id]).get(run_id, {})

    def states_of(self, run_ids: Sequence[str]) -> dict[str, dict[State, int]]:
        """The same of several runs, by their ids."""
        query = (
            sa.select(_TASK.run_id, _TASK.state, sa.func.count())
            .where(_TASK.run_id.in_(sa.bindparam("ids", expanding=True)), _DOES)
            .group_by(_TASK.run_id, _TASK.state)
        )
        found: dict[str, dict[State, int]] = defaultdict(dict)
        with self._database.transaction() as connection:
            for part in parts(run_ids):
                for run_id, state, number in connection.execute(query, {"ids": part}).tuples():
                    found[run_id][State(state)] = number
        return dict(found)

    def failed(self, run_id: str, limit: int) -> list[Task]:
        """The tasks of a run that failed themselves, the first one ahead, without their ``ingredients``."""
        query = self._plain().where(_TASK.run_id == run_id, _TASK.state == State.FAILED, _DOES)
        query = query.order_by(_TASK.finished_at, _TASK.path).limit(limit)
        with self._database.transaction() as connection:
            return [read_task(row) for row in connection.execute(query).mappings()]

    def _plain(self) -> sa.Select[Any]:
        empty = sa.literal({}, sa.JSON).label("ingredients")
        return sa.select(*(empty if column.name == "ingredients" else column for column in _TASK))
