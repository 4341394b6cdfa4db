"""A PostgreSQL server of the tests' own, made from the binaries of this machine, and fresh databases."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from barograph.home import Home

_SERVER = """
options="-k '$PWD' -c listen_addresses= -c fsync=off -c timezone=Asia/Kolkata"
if initdb --pgdata=data --username=app --auth=trust --encoding=UTF8 --no-locale --no-sync >log 2>&1 &&
    pg_ctl --pgdata=data --log=log --options="$options" --wait start >>log 2>&1
then echo ready; read -r end
else cat log
fi
pg_ctl --pgdata=data --mode=immediate stop >>log 2>&1
rm -rf "$PWD"
"""
"""Ends, and removes everything, when its input ends: with the test process, however that ends.

Its time zone is one that shows where a time was not turned into UTC.
"""


class Postgres:
    """A server that nobody else can reach: it listens on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = (f"test_{number}" for number in count())
        self._engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of an empty database, which is dropped after the block."""
        name = next(self._names)
        with self._engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        try:
            yield self._url(name).render_as_string(hide_password=False)
        finally:
            with self._engine.connect() as connection:
                connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))

    def close(self) -> None:
        """Close the server's own connection."""
        self._engine.dispose()

    def _url(self, name: str) -> sa.URL:
        return sa.URL.create("postgresql+psycopg", username="app", database=name, query={"host": str(self._folder)})


@contextmanager
def serving() -> Iterator[Postgres]:
    """A server, for as long as the block lasts. Skips the test where none can be had."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="bgp-", dir="/tmp"))  # a socket's path must be short
    owner = "postgres" if os.getuid() == 0 else None  # it refuses to run as root
    if owner:
        shutil.chown(folder, owner, owner)
    process = subprocess.Popen(
        ["sh", "-c", _SERVER],
        cwd=folder,
        env={"PATH": f"{binaries}:{os.environ['PATH']}"},
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # an interruption is for the tests; the server ends after them
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first == "ready\n", first + process.stdout.read()
        server = Postgres(folder)
        yield server
        server.close()


def _binaries() -> Path | None:
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    # Debian keeps them off the path, a folder for each version.
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), default=None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests."""
    with serving() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        yield Home(tmp_path).database_url
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as url:
            yield url
