"""Whose run it is, and what becomes of a run whose process has ended."""

from pathlib import Path

import pytest

from barograph.engine.liveness import INTERRUPTED, Held, held, settle_interrupted
from barograph.home import Home
from barograph.states import State
from barograph.store import Run, open_store
from barograph.store.store import SqlStore, new_id, now


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def store(home: Home) -> SqlStore:
    return open_store(home.database_url)


def a_run(store: SqlStore) -> Run:
    run = Run(new_id(), "run", "Default", "pipeline", "{}", {}, "/artifacts", now(), state=State.RUNNING)
    store.add_run(run)
    return run


def test_a_run_without_a_process_is_recorded_as_interrupted(home: Home, store: SqlStore) -> None:
    run = a_run(store)
    settle_interrupted(home, store)
    found = store.find_run(run.id)
    assert (found.state, found.error) == (State.FAILED, INTERRUPTED)


def test_a_run_with_a_process_is_left_alone_and_refused_to_another(home: Home, store: SqlStore) -> None:
    run = a_run(store)
    with held(home, run.id):
        settle_interrupted(home, store)
        with pytest.raises(Held, match="another process runs"), held(home, run.id):
            pass
    assert store.find_run(run.id).state is State.RUNNING


def test_a_run_that_ends_while_it_is_looked_at_keeps_its_end(
    home: Home, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run(store)
    seen = store.unfinished_runs()
    store.update_run(run.into(State.SUCCEEDED, now(), finished_at=now()))
    monkeypatch.setattr(store, "unfinished_runs", lambda: seen)
    settle_interrupted(home, store)
    assert store.find_run(run.id).state is State.SUCCEEDED
