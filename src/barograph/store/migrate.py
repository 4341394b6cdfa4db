"""Bringing a database to the newest schema, with Alembic."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from barograph.errors import StoreError

_LOCK = 0x6261726F
"""The number of PostgreSQL's lock for migrations: any that nothing else in the database uses."""


def config() -> Config:
    """Alembic's configuration: where the migrations are."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def migrate(connection: sa.Connection, version: str | None) -> None:
    """Apply the migrations that the database has not seen, in the connection's transaction.

    Raises:
        StoreError: the database has a version that is not among the migrations: a newer Barograph made it.
    """
    settings = config()
    if version is not None:
        try:
            ScriptDirectory.from_config(settings).get_revision(version)
        except CommandError as error:
            place = connection.engine.url.render_as_string()
            raise StoreError(
                f"the database {place} has schema {version}, which this version of Barograph does not know: "
                "it was made by a newer one. Upgrade Barograph, or use another home"
            ) from error
    # Of two processes that start on a new database, the second waits here, and finds it done.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
