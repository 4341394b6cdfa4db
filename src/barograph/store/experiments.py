"""The record of experiments."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from barograph.errors import ConflictError, NotFoundError, RequestError, StateError
from barograph.store import models
from barograph.store.database import Database
from barograph.store.listing import Fields, Page, Query, read_page
from barograph.store.records import Experiment
from barograph.store.store import new_id, now

DEFAULT = "Default"
"""The experiment of runs that name none. It is always there."""

_LONGEST = 128
"""Characters of a name, as in KFP (``backend/src/apiserver/model/experiment.go``)."""
_TABLE = models.experiments
FIELDS: Fields = {
    "id": _TABLE.c.id,
    "name": _TABLE.c.name,
    "description": _TABLE.c.description,
    "created_at": _TABLE.c.created_at,
    "last_run_created_at": _TABLE.c.last_run_created_at,
    "archived": _TABLE.c.archived,
}


class Experiments:
    """What experiments there are. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, description: str = "") -> Experiment:
        """A new experiment.

        Raises:
            RequestError: the name is none that can be printed, or too long.
            ConflictError: there is one of this name.
        """
        if not name.strip() or not name.isprintable() or len(name) > _LONGEST:
            raise RequestError(f"an experiment needs a name that can be printed, of up to {_LONGEST} characters")
        experiment = Experiment(new_id(), name, now(), description)
        try:
            with self._database.transaction() as connection:
                connection.execute(_TABLE.insert().values(vars(experiment)))
        except sa.exc.IntegrityError:
            raise ConflictError(f"there is an experiment {name!r} already; choose another name") from None
        return experiment

    def default(self) -> Experiment:
        """The experiment of runs that name none, made if it is not there yet."""
        try:
            return self.named(DEFAULT)
        except NotFoundError:
            pass
        try:
            return self.add(DEFAULT, "Runs that name no experiment.")
        except ConflictError:  # by another process in the meantime
            return self.named(DEFAULT)

    def get(self, id_: str) -> Experiment:
        """The experiment with this id.

        Raises:
            NotFoundError: there is none.
        """
        return self._find(_TABLE.c.id == id_, f"no experiment has the id {id_!r}")

    def named(self, name: str) -> Experiment:
        """The experiment of this name.

        Raises:
            NotFoundError: there is none.
        """
        return self._find(_TABLE.c.name == name, f"there is no experiment {name!r}; `barograph experiment list`")

    def page(self, query: Query) -> Page[Experiment]:
        """The experiments that ``query`` asks for; see ``FIELDS``."""
        with self._database.transaction() as connection:
            return read_page(connection, _TABLE, _TABLE.select(), FIELDS, query, _read)

    def archive(self, id_: str) -> Experiment:
        """Put an experiment aside, with all its runs; its recurring runs start nothing more."""
        experiment = self.get(id_)
        runs, recurring = models.runs, models.recurring_runs
        with self._database.transaction() as connection:
            connection.execute(_TABLE.update().where(_TABLE.c.id == id_).values(archived=True))
            connection.execute(runs.update().where(runs.c.experiment_id == id_).values(archived=True))
            connection.execute(recurring.update().where(recurring.c.experiment_id == id_).values(enabled=False))
        return replace(experiment, archived=True)

    def unarchive(self, id_: str) -> Experiment:
        """Take an experiment back. Its runs stay archived, its recurring runs disabled."""
        experiment = self.get(id_)
        with self._database.transaction() as connection:
            connection.execute(_TABLE.update().where(_TABLE.c.id == id_).values(archived=False))
        return replace(experiment, archived=False)

    def delete(self, id_: str) -> None:
        """Remove an experiment. Its runs and recurring runs stay (as in KFP), in the default one.

        Raises:
            NotFoundError: there is none with this id.
            StateError: it is the default one.
        """
        if self.get(id_).name == DEFAULT:
            raise StateError(f"the experiment {DEFAULT!r} can't be deleted: runs that name none belong to it")
        default = self.default()
        with self._database.transaction() as connection:
            # From here on no run becomes its own.
            connection.execute(_TABLE.select().where(_TABLE.c.id == id_).with_for_update())
            for table in (models.runs, models.recurring_runs):
                moved = table.update().where(table.c.experiment_id == id_)
                connection.execute(moved.values(experiment_id=default.id))
            connection.execute(_TABLE.delete().where(_TABLE.c.id == id_))

    def _find(self, condition: sa.ColumnElement[bool], otherwise: str) -> Experiment:
        with self._database.transaction() as connection:
            row = connection.execute(_TABLE.select().where(condition)).mappings().first()
        if row is None:
            raise NotFoundError(otherwise)
        return _read(row)


def _read(row: Any) -> Experiment:
    return Experiment(**row)
