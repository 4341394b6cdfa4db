"""What a server has recorded, and recording what no run made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from barograph.artifacts.content import read_content
from barograph.engine.liveness import held
from barograph.states import State
from barograph.store import Artifact, Run, open_store
from barograph.store.records import Kind
from barograph.store.store import SqlStore, new_id, now
from tests.server.conftest import Server
from tests.store.recorded import add_run, add_task


@contextmanager
def record(server: Server) -> Iterator[SqlStore]:
    """The record of a server."""
    store = open_store(server.workspace.config.database_url)
    try:
        yield store
    finally:
        store.database.close()


def artifact_at(path: Path, type_: str = "system.Artifact", **metadata: Any) -> Artifact:
    """An artifact with what is at ``path``, not recorded yet."""
    content = read_content(path, type_, metadata)
    return Artifact(
        new_id(), path.name, type_, str(path), content.digest, content.size, content.media_type, metadata, now()
    )


def kept(
    server: Server, path: Path, type_: str = "system.Artifact", kind: Kind = Kind.RUNTIME, **metadata: Any
) -> Artifact:
    """An artifact that a task of a run has recorded, with what is at ``path``."""
    artifact = artifact_at(path, type_, **metadata)
    with record(server) as store:
        add_task(store, add_run(store, f"made {path.name}"), "make", kind, made=(artifact,))
    return artifact


def folder(server: Server) -> Path:
    """A new folder among a server's artifacts."""
    made = server.workspace.config.home.artifacts / new_id()
    made.mkdir(parents=True)
    return made


@contextmanager
def going_on(server: Server, store: SqlStore, name: str, **more: Any) -> Iterator[Run]:
    """A run that goes on in this process; one without a process the server would soon find and end."""
    id_ = new_id()
    with held(server.workspace.config.home, id_):
        yield add_run(store, name, State.RUNNING, id=id_, **more)


def ended_run(server: Server, store: SqlStore, name: str, **more: Any) -> Run:
    """A run that has ended, with the events that tell so."""
    with going_on(server, store, name, **more) as run:
        ended = run.into(State.SUCCEEDED, run.created_at)
        store.update_run(ended)
        return ended
