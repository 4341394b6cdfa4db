"""Which run is the last good one before another, in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from barograph.states import State
from barograph.store import Run, open_store
from barograph.store.runs import Runs
from barograph.store.store import SqlStore
from tests.store.recorded import add_run


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    store = open_store(database_url)
    yield store
    store.database.close()


def at(store: SqlStore, hour: int, name: str, experiment: str = "sweeps", **more: Any) -> Run:
    created = datetime(2026, 1, 1, hour, tzinfo=UTC)
    run = add_run(store, name, created_at=created, experiment=experiment, **more)
    return store.get_run(run.id)


def before(store: SqlStore, run: Run) -> str | None:
    found = Runs(store.database).last_good(run)
    return found.name if found else None


def test_it_is_the_newest_that_succeeded_before_it(store: SqlStore) -> None:
    first, second = at(store, 1, "first"), at(store, 2, "second")
    failed = at(store, 3, "failed", state=State.FAILED)
    third = at(store, 4, "third", state=State.RUNNING)
    assert before(store, first) is None
    assert before(store, second) == "first"
    assert before(store, failed) == before(store, third) == "second"


def test_it_is_of_the_same_pipeline_and_not_put_aside(store: SqlStore) -> None:
    at(store, 1, "first")
    at(store, 2, "another pipeline's", pipeline="news")
    at(store, 3, "put aside", archived=True)
    assert before(store, at(store, 4, "second")) == "first"


def test_one_of_the_same_experiment_is_preferred_to_a_newer_one(store: SqlStore) -> None:
    at(store, 1, "first")
    at(store, 2, "elsewhere", experiment="others")
    assert before(store, at(store, 3, "second")) == "first"
    assert before(store, at(store, 4, "alone", experiment="new")) == "second"
