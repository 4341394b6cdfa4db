"""The record of recurring runs."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from barograph.errors import NotFoundError
from barograph.states import State
from barograph.store import models
from barograph.store.database import Database
from barograph.store.listing import Fields, Page, Query, read_page
from barograph.store.records import RecurringRun
from barograph.store.store import find_or_add_experiment, keep_spec

_TABLE = models.recurring_runs
FIELDS: Fields = {
    name: _TABLE.c[name]
    for name in (
        "id",
        "name",
        "description",
        "created_at",
        "updated_at",
        "experiment_id",
        "pipeline_id",
        "version_id",
        "enabled",
        "max_concurrency",
    )
}


class RecurringRuns:
    """What recurring runs there are. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, recurring: RecurringRun) -> None:
        """Keep a new recurring run; its experiment is made if there is none of that name."""
        row = {name: value for name, value in vars(recurring).items() if name not in ("experiment", "spec")}
        with self._database.transaction(write=True) as connection:
            row["spec_digest"] = keep_spec(connection, recurring.spec) if recurring.spec else None
            row["experiment_id"] = find_or_add_experiment(connection, recurring.experiment, recurring.created_at)
            connection.execute(_TABLE.insert().values(row))

    def get(self, id_: str) -> RecurringRun:
        """The recurring run with this id.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.transaction() as connection:
            row = connection.execute(_select().where(_TABLE.c.id == id_)).mappings().first()
        if row is None:
            raise NotFoundError(f"no recurring run has the id {id_!r}; `barograph recurring-run list`")
        return _read(row)

    def find(self, reference: str) -> RecurringRun:
        """The recurring run whose id is ``reference``, or begins with it, or whose name it is.

        Raises:
            NotFoundError: there is none, or more than one.
        """
        begins = _TABLE.c.id.startswith(reference, autoescape=True)
        with self._database.transaction() as connection:
            query = _select().where(begins | (_TABLE.c.name == reference)).limit(2)
            found = [_read(row) for row in connection.execute(query).mappings()]
        if len(found) == 1:
            return found[0]
        said = "several recurring runs go" if found else "no recurring run goes"
        raise NotFoundError(f"{said} by {reference!r}; `barograph recurring-run list` lists them")

    def page(self, query: Query, experiment_id: str = "") -> Page[RecurringRun]:
        """The recurring runs that ``query`` asks for (see ``FIELDS``), of one experiment or of all."""
        within = _TABLE.c.experiment_id == experiment_id if experiment_id else None
        with self._database.transaction() as connection:
            return read_page(connection, _TABLE, _select(), FIELDS, query, _read, within=within)

    def enabled(self) -> list[RecurringRun]:
        """All that are to start runs."""
        with self._database.transaction() as connection:
            return [_read(row) for row in connection.execute(_select().where(_TABLE.c.enabled)).mappings()]

    def update(self, id_: str, **changes: Any) -> None:
        """Record that it is enabled, or not."""
        with self._database.transaction() as connection:
            connection.execute(_TABLE.update().where(_TABLE.c.id == id_).values(changes))

    def note_start(self, id_: str, index: int, at: datetime, error: str) -> None:
        """Record that its run number ``index``, for the time ``at``, was started, or why not; never one before that."""
        chosen = _TABLE.update().where(_TABLE.c.id == id_, _TABLE.c.started < index)
        with self._database.transaction() as connection:
            connection.execute(chosen.values(started=index, last_scheduled_at=at, error=error))

    def active(self, id_: str) -> int:
        """How many of its runs have not ended."""
        run, ended = models.runs.c, [state for state in State if state.ended]
        query = sa.select(sa.func.count()).where(run.recurring_run_id == id_, run.state.not_in(ended))
        with self._database.transaction() as connection:
            return int(connection.execute(query).scalar_one())

    def delete(self, id_: str) -> None:
        """Remove a recurring run. The runs that it started stay.

        Raises:
            NotFoundError: there is none with this id.
        """
        self.get(id_)
        with self._database.transaction() as connection:
            connection.execute(_TABLE.delete().where(_TABLE.c.id == id_))


def _select() -> sa.Select[Any]:
    experiment, spec = models.experiments, models.specs
    columns = [column for column in _TABLE.c if column.name != "spec_digest"]
    return (
        sa.select(experiment.c.name.label("experiment"), sa.func.coalesce(spec.c.text, "").label("spec"), *columns)
        .select_from(_TABLE)
        .join(experiment, experiment.c.id == _TABLE.c.experiment_id)
        .outerjoin(spec, spec.c.digest == _TABLE.c.spec_digest)
    )


def _read(row: Any) -> RecurringRun:
    return RecurringRun(**row)
