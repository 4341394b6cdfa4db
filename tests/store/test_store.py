"""The record, in SQLite and in PostgreSQL."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from barograph.errors import ConflictError, NotFoundError, StoreError
from barograph.home import Home
from barograph.states import State
from barograph.store import Artifact, Link, Run, Store, Task, models, open_store
from barograph.store.database import SCHEMA_VERSION
from barograph.store.migrate import config
from barograph.store.records import Kind, Role, TaskChange
from barograph.store.store import new_id, now


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = open_store(database_url)
    yield store
    store.database.close()


def a_run(**changes: object) -> Run:
    run = Run(new_id(), "a run", "Default", "weather", "root: {}", {"seed": 42}, "/artifacts", now())
    return replace(run, **changes)  # type: ignore[arg-type]


def an_artifact() -> Artifact:
    return Artifact(new_id(), "model", "system.Model", "/m", "sha256:00", 3, "text/plain", {"f1": 0.9}, now())


def test_what_was_recorded_is_given_back(store: Store) -> None:
    run = a_run(experiment="Seeds")
    store.add_run(run)
    assert store.find_run(run.id) == run
    ended = run.into(State.FAILED, now(), error="task a failed", started_at=now(), finished_at=now())
    store.update_run(ended)
    assert store.find_run(run.id) == ended


def test_a_task_is_given_back_with_its_artifacts(store: Store) -> None:
    run = a_run()
    store.add_run(run)
    producer, consumer = (Task(new_id(), run.id, path, now()) for path in ("a", "b"))
    store.write([TaskChange(producer, is_new=True), TaskChange(consumer, is_new=True)])
    artifact = an_artifact()
    made = Link(producer.id, Role.OUTPUT, "model", 0, artifact)
    taken = Link(consumer.id, Role.INPUT, "data", 0, artifact)
    ended = replace(producer, state=State.SUCCEEDED, outputs={"n": 1}, finished_at=now())
    store.write([TaskChange(ended, links=(made,)), TaskChange(consumer, links=(taken,))])
    assert store.tasks(run.id) == [ended, consumer]
    assert store.find_task(producer.id) == ended
    assert sorted(store.links([producer.id, consumer.id]), key=lambda k: k.role) == [taken, made]


def test_a_task_that_starts_again_loses_what_it_took_and_made(store: Store) -> None:
    run = a_run()
    store.add_run(run)
    task = Task(new_id(), run.id, "a", now())
    made = Link(task.id, Role.OUTPUT, "model", 0, an_artifact())
    store.write([TaskChange(replace(task, state=State.FAILED), is_new=True, links=(made,))])
    store.write([TaskChange(task, again=True)])
    assert store.tasks(run.id) == [task]
    assert store.links([task.id]) == []


def test_runs_are_found_by_id_beginning_name_and_last(store: Store) -> None:
    first, second = a_run(id="aaaa-1", name="first"), a_run(id="aabb-2", name="second")
    store.add_run(first)
    store.add_run(second)
    assert store.find_run("aaaa") == first
    assert store.find_run("second") == second
    assert store.find_run("last") == second
    assert [run.id for run in store.runs()] == ["aabb-2", "aaaa-1"]
    for reference, words in (("aa", "fits several runs"), ("zz", "no run goes by 'zz'"), ("a%", "no run goes by")):
        with pytest.raises(NotFoundError, match=words):
            store.find_run(reference)


def test_a_run_is_recorded_once(store: Store) -> None:
    run = a_run()
    store.add_run(run)
    with pytest.raises(ConflictError, match="already"):
        store.add_run(replace(run, name="another"))
    assert store.runs() == [replace(run, spec="")]


def test_times_are_given_back_in_utc(store: Store) -> None:
    run = a_run(scheduled_at=datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    store.add_run(run)
    [found] = store.runs()
    assert (found.created_at.tzinfo, found.scheduled_at) == (UTC, datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def test_artifacts_that_were_imported_are_found_by_address_and_type_newest_first(store: Store) -> None:
    run = a_run()
    store.add_run(run)
    artifacts = [an_artifact() for _ in range(3)]
    kinds = [Kind.IMPORTER, Kind.IMPORTER, Kind.RUNTIME]
    for number, (kind, artifact) in enumerate(zip(kinds, artifacts, strict=True)):
        task = Task(new_id(), run.id, str(number), now(), kind, State.SUCCEEDED)
        store.write([TaskChange(task, is_new=True, links=(Link(task.id, Role.OUTPUT, "model", 0, artifact),))])
    again = Task(new_id(), run.id, "again", now(), Kind.IMPORTER, State.SUCCEEDED)
    store.write([TaskChange(again, is_new=True, links=(Link(again.id, Role.OUTPUT, "model", 0, artifacts[0]),))])
    assert store.imported("/m", "system.Model") == [artifacts[1], artifacts[0]]
    assert store.imported("/m", "system.Dataset") == []


def test_only_executions_that_succeeded_are_found_for_the_cache_newest_first(store: Store) -> None:
    run = a_run()
    store.add_run(run)
    tasks = [
        Task(new_id(), run.id, str(i), now(), state=state, fingerprint="sha256:f", finished_at=now())
        for i, state in enumerate([State.SUCCEEDED, State.FAILED, State.CACHED, State.SUCCEEDED])
    ]
    store.write([TaskChange(task, is_new=True) for task in tasks])
    assert store.cached("sha256:f") == [tasks[3], tasks[0]]
    assert store.cached("sha256:other") == []


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


def test_a_pipelines_text_is_kept_once_however_often_it_runs(store: Store, engine: sa.Engine) -> None:
    for _ in range(3):
        store.add_run(a_run())
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(models.specs)).scalar() == 1


@pytest.mark.usefixtures("store")
def test_migrations_make_exactly_the_tables_of_the_models(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), models.metadata) == []


def test_the_schema_version_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == SCHEMA_VERSION


@pytest.mark.usefixtures("store")
def test_a_database_from_a_newer_barograph_is_left_alone(database_url: str, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="made by a newer one"):
        open_store(database_url)


def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "barograph.db").write_text("these are words, not a database, and there are enough of them to be read")
    with pytest.raises(StoreError, match="can't be used"):
        open_store(Home(tmp_path).database_url)


def test_several_may_open_a_new_database_at_once(database_url: str) -> None:
    failures: list[Exception] = []
    barrier = threading.Barrier(4)

    def open_and_add() -> None:
        barrier.wait()
        try:
            store = open_store(database_url)
            store.add_run(a_run())
            store.database.close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=open_and_add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    store = open_store(database_url)
    assert len(store.runs()) == 4
    store.database.close()


def test_a_homes_path_may_have_what_means_something_in_an_address(tmp_path: Path) -> None:
    home = Home(tmp_path / "a?b%20c#d")
    home.path.mkdir()
    open_store(home.database_url).add_run(a_run())
    assert {file.name for file in home.path.iterdir()} >= {"barograph.db"}
    assert [file.name for file in tmp_path.iterdir()] == [home.path.name]
