"""Lists of artifacts and of who took and made them, and what goes with a run: in SQLite and in PostgreSQL."""

from collections.abc import Iterator

import pytest

from barograph.errors import NotFoundError, StateError
from barograph.states import State
from barograph.store import open_store
from barograph.store.artifacts import Artifacts
from barograph.store.listing import Operation, Predicate, Query
from barograph.store.records import Kind, Role
from barograph.store.runs import FIELDS, Runs
from barograph.store.store import SqlStore
from tests.store.recorded import add_run, add_task, artifact

BY_ID = Query(sort="id")


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    store = open_store(database_url)
    yield store
    store.database.close()


def test_artifacts_are_got_and_listed(store: SqlStore) -> None:
    model, data = artifact("model", type_="system.Model"), artifact("data")
    add_task(store, add_run(store, "run"), "train", made=(model, data))
    artifacts = Artifacts(store.database)
    assert artifacts.get(model.id) == model
    models = Query((Predicate("type", Operation.EQUALS, "system.Model"),))
    assert (artifacts.page(models).items, artifacts.page(Query()).total) == ([model], 2)
    with pytest.raises(NotFoundError):
        artifacts.get(model.id[:8])


def test_uses_are_found_by_artifact_task_and_run(store: SqlStore) -> None:
    data = artifact("data")
    first, second = add_run(store, "first"), add_run(store, "second")
    prep = add_task(store, first, "prep", made=(data,))
    train = add_task(store, first, "train", took=(data,))
    cached = add_task(store, second, "prep", made=(data,), state=State.CACHED)
    artifacts = Artifacts(store.database)
    uses = artifacts.uses(BY_ID, artifact_ids=[data.id]).items
    assert {(use.task_id, use.role, use.run_id, use.path) for use in uses} == {
        (prep.id, Role.OUTPUT, first.id, "prep"),
        (train.id, Role.INPUT, first.id, "train"),
        (cached.id, Role.OUTPUT, second.id, "prep"),
    }
    assert [use.id for use in uses] == sorted(use.id for use in uses)
    assert [use.task_id for use in artifacts.uses(BY_ID, task_ids=[train.id]).items] == [train.id]
    assert [use.task_id for use in artifacts.uses(BY_ID, [data.id], run_ids=[second.id]).items] == [cached.id]
    page = artifacts.uses(Query(sort="id", limit=2), [data.id])
    rest = artifacts.uses(Query(sort="id", limit=2, after=page.end), [data.id])
    assert ([*page.items, *rest.items], page.total, rest.end) == (uses, 3, None)


def test_what_made_an_artifact_is_the_task_that_did_not_only_hand_it_on(store: SqlStore) -> None:
    data = artifact("data")
    first, second = add_run(store, "first"), add_run(store, "second")
    add_task(store, first, "inner", Kind.DAG, made=(data,))
    add_task(store, first, "inner.prep", made=(data,))
    add_task(store, first, "train", took=(data,))
    add_task(store, second, "train", took=(data,))
    makers = Artifacts(store.database).makers([data.id], [first.id, second.id])
    assert makers == {(first.id, data.id): "inner.prep"}


def test_a_removed_run_leaves_what_others_have_and_where_others_are(store: SqlStore) -> None:
    own, shared = artifact("own", "/a/w/r/t/1/own"), artifact("shared", "/a/w/r/t/1/shared")
    same, folder = artifact("same", "/a/w/r/t/2/same"), artifact("folder", "/a/w/r/t/3/folder")
    first, second = add_run(store, "first"), add_run(store, "second")
    add_task(store, first, "prep", made=(own, shared, same, folder))
    inside = artifact("inside", "/a/w/r/t/3/folder/file%_")
    add_task(store, second, "prep", made=(shared, artifact("same", same.uri), inside))
    runs, artifacts = Runs(store.database), Artifacts(store.database)
    assert runs.delete(first.id) == [own.uri]
    with pytest.raises(NotFoundError):
        store.get_run(first.id)
    with pytest.raises(NotFoundError):
        artifacts.get(own.id)
    assert artifacts.get(shared.id) == shared
    assert sorted(runs.delete(second.id)) == sorted([shared.uri, same.uri, inside.uri])


def test_a_run_that_goes_on_is_not_removed(store: SqlStore) -> None:
    run = add_run(store, "run", State.RUNNING)
    with pytest.raises(StateError):
        Runs(store.database).delete(run.id)


def test_texts_are_found_by_digest(store: SqlStore) -> None:
    runs = Runs(store.database)
    digests = [store.get_run(add_run(store, name).id).spec_digest for name in ("first", "second")]
    assert runs.specs(digests) == {digests[0]: "root: first", digests[1]: "root: second"}
    assert runs.specs([]) == {}


def test_runs_are_sorted_and_filtered_by_all_fields(store: SqlStore) -> None:
    run = add_run(store, "run")
    runs = Runs(store.database)
    for name in FIELDS:
        assert [each.id for each in runs.page(Query(sort=name)).items] == [run.id]
    scheduled = Query((Predicate("scheduled_at", Operation.EQUALS, run.created_at),))
    assert runs.page(scheduled).total == 1
    assert runs.page(Query((Predicate("namespace", Operation.EQUALS, "kubeflow"),))).total == 0
