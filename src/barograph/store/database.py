"""The database: SQLite or PostgreSQL, at the newest schema."""

import json
import math
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from barograph.errors import ConfigurationError, RequestError, StoreError
from barograph.home import Home

SCHEMA_VERSION = "0004"
"""The newest migration: a database at this version is used as it is, without importing alembic."""

_PATIENCE = 30
"""Seconds that SQLite waits for another process that writes."""


class Database:
    """Transactions with a database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def transaction(self, write: bool = False) -> Iterator[sa.Connection]:
        """One transaction; what the database refuses becomes one of Barograph's errors.

        Args:
            write: whether what is read first must still hold when it is written to.

        Raises:
            RequestError: it can't keep or compare a value, such as text with a character that is none.
            StoreError: it can't be used.
        """
        try:
            with self._engine.begin() as connection:
                if write and connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
            raise  # a bug here, not the user's disk or file
        except (sa.exc.DataError, UnicodeEncodeError, OverflowError) as error:
            reason = str(error.orig if isinstance(error, sa.exc.DataError) else error).splitlines()[0]
            raise RequestError(f"a value is none that the record can keep: {reason}") from error
        except sa.exc.DatabaseError as error:
            place = self._engine.url.render_as_string(hide_password=True)
            raise StoreError(f"the database {place} can't be used: {error.orig}") from error

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @property
    def is_serial(self) -> bool:
        """Whether transactions that write come one after another, as in SQLite."""
        return self.kind == "sqlite"

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def make_home(home: Home) -> None:
    """Make the home's folder, if it is not there.

    Raises:
        StoreError: it can't be made.
    """
    try:
        home.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the home {home.path} can't be made: {error.strerror or error}") from error


def open_database(url: str) -> Database:
    """The database at ``url`` (``sqlite:///...``, ``postgresql+psycopg://...``), made or migrated as needed.

    Raises:
        ConfigurationError: the address can't be understood, or its driver is not installed.
        StoreError: the database can't be opened, or is newer than this Barograph.
    """
    try:
        engine = sa.create_engine(url, json_serializer=_write_json, hide_parameters=True)
    except sa.exc.ArgumentError as error:
        raise ConfigurationError(f"the database's address can't be understood: {error}") from error
    except ImportError as error:
        raise ConfigurationError(
            f"the database needs a package that is not installed ({error.name}); "
            'for PostgreSQL: pip install "barograph[postgresql]", and an address postgresql+psycopg://...'
        ) from error
    if url.startswith("sqlite"):
        sa.event.listen(engine, "connect", _configure_sqlite)
    database = Database(engine)
    try:
        _bring_up(database)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up(database: Database) -> None:
    with database.transaction() as connection:
        version = _version(connection)
    if version != SCHEMA_VERSION:
        from barograph.store.migrate import migrate

        with database.transaction() as connection:
            migrate(connection, version)


def _write_json(value: Any) -> str:
    """JSON, with the texts that protojson has for numbers that JSON has none for."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value))


def _finite(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
    return value


def _configure_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # WAL: a reader (the UI, `barograph show`) never waits for a running pipeline, nor it for a reader.
    connection.execute(f"PRAGMA busy_timeout = {1000 * _PATIENCE}")
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_wal(connection: sqlite3.Connection) -> None:
    # Of all statements this one does not wait while another process opens or closes the file.
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def insert_missing(connection: sa.Connection, table: sa.Table) -> Any:
    """Inserts a row unless one with its primary or unique key is there; safe against another process doing the same."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    return insert(table).on_conflict_do_nothing()


def parts(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """``ids``, some at a time: a statement takes a limited number of values."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


class Seconds(FunctionElement[float]):
    """How long it is from one time to another, in a statement."""

    name = "seconds"
    type = sa.Double()
    inherit_cache = True


@compiles(Seconds)
def _seconds(element: Seconds, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM {end} - {start}) AS DOUBLE PRECISION)"


@compiles(Seconds, "sqlite")
def _seconds_in_sqlite(element: Seconds, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(each, **options) for each in element.clauses)
    return f"(julianday({end}) - julianday({start})) * 86400"
