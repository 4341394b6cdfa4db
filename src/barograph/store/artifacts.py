"""Lists of artifacts, and of which tasks took and made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.errors import NotFoundError
from barograph.states import State
from barograph.store import models
from barograph.store.database import Database, parts
from barograph.store.listing import Fields, Page, Query, read_page
from barograph.store.records import DOERS, Artifact, Kind, Role, Run
from barograph.store.store import read_run, select_runs

_TABLE = models.artifacts
_LINK, _TASK = models.links.c, models.tasks.c
FIELDS: Fields = {name: _TABLE.c[name] for name in ("id", "name", "type", "uri", "digest", "created_at")}
_SLASH = sa.literal("/")
_USES = (
    sa.select(
        (_LINK.task_id + _SLASH + _LINK.role + _SLASH + _LINK.key + _SLASH + sa.cast(_LINK.position, sa.Text)).label(
            "id"
        ),
        *models.links.c,
        _TASK.run_id,
        _TASK.path,
    )
    .join(models.tasks, _TASK.id == _LINK.task_id)
    .subquery()
)
USE_FIELDS: Fields = {name: _USES.c[name] for name in ("id", "artifact_id", "task_id", "run_id", "role", "key")}


@dataclass(frozen=True)
class Use:
    """That a task took or made an artifact.

    Attributes:
        id: of this, and of nothing else.
        path: the task's.
        key: the name of the input or output, and ``position`` the place in it where it is a list.
    """

    id: str
    artifact_id: str
    task_id: str
    run_id: str
    path: str
    role: Role
    key: str
    position: int


class Artifacts:
    """The artifacts of all runs. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, id_: str) -> Artifact:
        """The artifact with this id.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.transaction() as connection:
            row = connection.execute(_TABLE.select().where(_TABLE.c.id == id_)).mappings().first()
        if row is None:
            raise NotFoundError(f"no artifact has the id {id_!r}")
        return Artifact(**row)

    def page(self, query: Query) -> Page[Artifact]:
        """The artifacts that ``query`` asks for; see ``FIELDS``."""
        with self._database.transaction() as connection:
            return read_page(connection, _TABLE, _TABLE.select(), FIELDS, query, lambda row: Artifact(**row))

    def uses(
        self,
        query: Query,
        artifact_ids: Sequence[str] = (),
        task_ids: Sequence[str] = (),
        run_ids: Sequence[str] = (),
    ) -> Page[Use]:
        """Which tasks took and made which artifacts, as far as ``query`` asks for it; see ``USE_FIELDS``.

        Args:
            query: which ones.
            artifact_ids: of these artifacts; of all if empty, as with what follows.
            task_ids: by these tasks.
            run_ids: in these runs.
        """
        given = {"artifact_id": artifact_ids, "task_id": task_ids, "run_id": run_ids}
        within = sa.and_(sa.true(), *(_USES.c[name].in_(ids) for name, ids in given.items() if ids))
        with self._database.transaction() as connection:
            return read_page(connection, _USES, _USES.select(), USE_FIELDS, query, _use, within)

    def makers(self, artifact_ids: Sequence[str], run_ids: Sequence[str]) -> dict[tuple[str, str], str]:
        """The paths of the tasks in these runs that made these artifacts, by the ids of run and artifact.

        Those that only hand an artifact on, groups of tasks, are none.
        """
        made = (
            sa.select(_TASK.run_id, _LINK.artifact_id, _TASK.path)
            .join(models.tasks, _TASK.id == _LINK.task_id)
            .where(_LINK.role == Role.OUTPUT, _TASK.kind.in_(DOERS))
            .where(_LINK.artifact_id.in_(sa.bindparam("ids", expanding=True)), _TASK.run_id.in_(run_ids))
            .order_by(_TASK.created_at.desc())
        )
        with self._database.transaction() as connection:
            return {
                (run_id, artifact_id): path
                for part in parts(artifact_ids)
                for run_id, artifact_id, path in connection.execute(made, {"ids": part})
            }

    def made_in(self, artifact_id: str) -> list[Run]:
        """The runs in which a command made this artifact, without their ``spec``."""
        made = (
            sa.select(_TASK.run_id)
            .join(models.links, _LINK.task_id == _TASK.id)
            .where(_LINK.artifact_id == artifact_id, _LINK.role == Role.OUTPUT)
            .where(_TASK.kind == Kind.RUNTIME, _TASK.state == State.SUCCEEDED)
        )
        with self._database.transaction() as connection:
            rows = connection.execute(select_runs().where(models.runs.c.id.in_(made))).mappings()
            return [read_run(row) for row in rows]


def _use(row: Any) -> Use:
    return Use(**{**row, "role": Role(row["role"])})
