"""A run's tasks as a tree. The run itself is its root: a task whose id is the run's, and whose path is empty."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.errors import NotFoundError
from barograph.states import State
from barograph.store import models
from barograph.store.database import Database
from barograph.store.listing import Page, Query, read_page
from barograph.store.records import DOERS, TURN, Event, Kind, Task
from barograph.store.store import read_task

_TASK, _RUN = models.tasks.c, models.runs.c
_COLUMNS = [column for column in models.tasks.columns if column.name != "ingredients"]
FIELDS = ("id", "state", "fingerprint", "created_at", "started_at", "finished_at")


@dataclass(frozen=True)
class Place:
    """Where a task is in its run.

    Attributes:
        path: empty for the root.
        parent: id of the task that it is in; empty for the root.
        name: as the pipeline calls it; a turn's is its loop's.
        turn: which turn of a loop it is; None for what is none.
        children: ids of the tasks in it.
    """

    path: str
    parent: str
    name: str
    turn: int | None
    children: Sequence[str]


class RunTasks:
    """The tasks of one run, with its root and without their ``ingredients``. Every method is one transaction."""

    def __init__(self, database: Database, run_id: str) -> None:
        self._database = database
        self._run_id = run_id

    def all(self, limit: int | None = None) -> list[Task]:
        """All of them, or the first, the root first of all, in the order in which they were recorded."""
        rows = self._rows()
        query = rows.select().order_by(rows.c.path != "", rows.c.created_at, rows.c.path).limit(limit)
        with self._database.transaction() as connection:
            return [read_task(row) for row in connection.execute(query).mappings()]

    def get(self, id_: str) -> Task:
        """The one with this id.

        Raises:
            NotFoundError: there is none.
        """
        rows = self._rows()
        with self._database.transaction() as connection:
            row = connection.execute(rows.select().where(rows.c.id == id_)).mappings().first()
        if row is None:
            raise NotFoundError(f"the run with the id {self._run_id!r} has no task with the id {id_!r}")
        return read_task(row)

    def count(self) -> int:
        """How many there are."""
        query = sa.select(sa.func.count()).select_from(models.tasks).where(_TASK.run_id == self._run_id)
        with self._database.transaction() as connection:
            return 1 + int(connection.execute(query).scalar_one())

    def page(self, query: Query, among: Sequence[str] | None = None) -> Page[Task]:
        """Those that ``query`` asks for, ``among`` these ids if they are given; see ``FIELDS``."""
        rows = self._rows()
        fields = {name: rows.c[name] for name in FIELDS}
        within = None if among is None else rows.c.id.in_(among)
        with self._database.transaction() as connection:
            return read_page(connection, rows, rows.select(), fields, query, read_task, within)

    def events(self, paths: Sequence[str] | None = None) -> list[Event]:
        """What happened to all of them, or to those at these paths, in order."""
        event = models.events.c
        query = models.events.select().where(event.run_id == self._run_id).order_by(event.id)
        if paths is not None:
            query = query.where(event.path.in_(paths))
        with self._database.transaction() as connection:
            rows = connection.execute(query).mappings().all()
        return [Event(**{**row, "state": State(row["state"])}) for row in rows]

    def places(self) -> dict[str, Place]:
        """Where each of them is, by their ids."""
        query = sa.select(_TASK.id, _TASK.path, _TASK.kind).where(_TASK.run_id == self._run_id)
        with self._database.transaction() as connection:
            rows = connection.execute(query.order_by(_TASK.created_at, _TASK.path)).all()
        return places(self._run_id, {path: (id_, Kind(kind)) for id_, path, kind in rows})

    def _rows(self) -> sa.Subquery:
        root: dict[str, sa.ColumnElement[Any]] = {
            "run_id": _RUN.id,
            "path": sa.literal(""),
            "kind": sa.literal(Kind.DAG.value),
            "fingerprint": sa.literal(""),
            "environment": sa.literal(""),
            "cached_from": sa.null(),
            "cache_note": sa.literal(""),
            "attempts": sa.literal([], sa.JSON),
            "exit_code": sa.null(),
            "log": sa.literal(""),
        }
        names = [column.name for column in _COLUMNS]
        of_run = [(root[name] if name in root else _RUN[name]).label(name) for name in names]
        tasks = sa.select(*_COLUMNS).where(_TASK.run_id == self._run_id)
        return sa.union_all(tasks, sa.select(*of_run).where(_RUN.id == self._run_id)).subquery()


def places(run_id: str, tasks: Mapping[str, tuple[str, Kind]]) -> dict[str, Place]:
    """Where tasks, given by path with their ids and kinds, are in a run, by their ids. Pure."""
    groups = {path: id_ for path, (id_, kind) in tasks.items() if kind not in DOERS}
    parents = {path: _parent(path, groups) for path in tasks}
    children: dict[str, list[str]] = defaultdict(list)
    for path, (id_, _) in tasks.items():
        children[groups.get(parents[path], run_id)].append(id_)
    found = {run_id: Place("", "", "root", None, children[run_id])}
    for path, (id_, kind) in tasks.items():
        loop, _, number = path.removesuffix("]").rpartition("[") if kind is Kind.ITERATION else (path, "", "")
        around = parents.get(loop, "")
        name = loop.removeprefix(f"{around}." if around else "")
        turn = int(number) if number else None
        found[id_] = Place(path, groups.get(parents[path], run_id), name, turn, children[id_])
    return found


def scope(path: str) -> str:
    """Where a task is in its pipeline: as its path, but from ``root`` on, and alike for all turns of loops."""
    return f"root.{TURN.sub('', path)}" if path else "root"


def _parent(path: str, groups: Mapping[str, str]) -> str:
    loop = path.rpartition("[")[0]
    if path.endswith("]") and loop in groups:
        return loop
    # A name may have dots: what is around it is the longest beginning that is a group.
    while "." in path:
        path = path.rpartition(".")[0]
        if path in groups:
            return path
    return ""
