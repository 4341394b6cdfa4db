"""A run's tasks as a tree, in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from barograph.errors import NotFoundError
from barograph.states import State
from barograph.store import open_store
from barograph.store.listing import Operation, Predicate, Query
from barograph.store.records import Kind
from barograph.store.run_tasks import RunTasks
from barograph.store.store import SqlStore, new_id
from tests.store.recorded import add_run, add_task


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    store = open_store(database_url)
    yield store
    store.database.close()


def test_the_run_is_the_root_of_its_tasks(store: SqlStore) -> None:
    run = add_run(store, "first", error="none", outputs={"f1": 0.9})
    other = add_run(store, "second")
    add_task(store, other, "train")
    train = add_task(store, run, "train", ingredients={"source": "..."}, attempts=({"error": "once"},), exit_code=0)
    tasks = RunTasks(store.database, run.id)
    root, found = tasks.all()
    assert (root.id, root.path, root.kind, root.state) == (run.id, "", Kind.DAG, State.SUCCEEDED)
    assert (root.parameters, root.outputs, root.error) == (run.parameters, run.outputs, run.error)
    assert (root.created_at, root.attempts, root.exit_code) == (run.created_at, (), None)
    assert found == replace(train, ingredients={})
    assert tasks.get(run.id) == root
    assert tasks.get(train.id) == found
    with pytest.raises(NotFoundError):
        tasks.get(other.id)
    assert [task.id for task in RunTasks(store.database, new_id()).all()] == []


def test_places_tell_what_is_in_what_even_where_names_have_dots(store: SqlStore) -> None:
    run = add_run(store, "run")
    made = {
        path: add_task(store, run, path, kind).id
        for path, kind in (
            ("v1.2", Kind.DAG),
            ("v1.2.train", Kind.RUNTIME),
            ("v1", Kind.RUNTIME),
            ("loop", Kind.LOOP),
            ("loop[10]", Kind.ITERATION),
            ("loop[10].inner", Kind.LOOP),
            ("loop[10].inner[0]", Kind.ITERATION),
            ("loop[10].inner[0].print", Kind.RUNTIME),
        )
    }
    places = RunTasks(store.database, run.id).places()
    paths = {id_: path for path, id_ in made.items()} | {run.id: ""}
    assert {place.path: (paths.get(place.parent), place.name, place.turn) for place in places.values()} == {
        "": (None, "root", None),
        "v1.2": ("", "v1.2", None),
        "v1.2.train": ("v1.2", "train", None),
        "v1": ("", "v1", None),
        "loop": ("", "loop", None),
        "loop[10]": ("loop", "loop", 10),
        "loop[10].inner": ("loop[10]", "inner", None),
        "loop[10].inner[0]": ("loop[10].inner", "inner", 0),
        "loop[10].inner[0].print": ("loop[10].inner[0]", "print", None),
    }
    assert [paths[child] for child in places[run.id].children] == ["v1.2", "v1", "loop"]


def test_pages_follow_each_other_and_may_be_of_some_only(store: SqlStore) -> None:
    run = add_run(store, "run")
    ids = [run.id, *(add_task(store, run, f"task-{number}").id for number in range(4))]
    tasks = RunTasks(store.database, run.id)
    seen, after = [], None
    while True:
        page = tasks.page(Query(limit=2, after=after))
        seen += [task.id for task in page.items]
        if (after := page.end) is None:
            break
    assert (seen, page.total) == (ids, 5)
    failed = Query((Predicate("state", Operation.EQUALS, "FAILED"),))
    assert tasks.page(failed).total == 0
    assert [task.id for task in tasks.page(Query(descending=True), ids[1:3]).items] == ids[2:0:-1]
    assert tasks.page(Query(), []).items == []


def test_events_are_of_all_tasks_or_of_some(store: SqlStore) -> None:
    run = add_run(store, "run")
    for name in ("a", "b"):
        add_task(store, run, name)
    tasks = RunTasks(store.database, run.id)
    assert [event.path for event in tasks.events()] == ["", "a", "b"]
    assert [(event.path, event.state) for event in tasks.events(["b"])] == [("b", State.SUCCEEDED)]
