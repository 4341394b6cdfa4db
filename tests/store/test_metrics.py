"""The numbers that runs can be sorted by."""

import math
from pathlib import Path

import pytest

from barograph.states import State
from barograph.store import Artifact, Link, Task, open_store
from barograph.store.database import open_database
from barograph.store.listing import Query
from barograph.store.records import Kind, Role, Run, TaskChange
from barograph.store.runs import Runs
from barograph.store.store import SqlStore, new_id, now


def add(store: SqlStore, name: str, **metrics: object) -> None:
    """A run of that name whose task ``eval`` made these metrics."""
    run = Run(new_id(), name, "Default", "weather", "root: {}", {}, "/artifacts", now())
    store.add_run(run)
    task = Task(new_id(), run.id, "eval", now(), Kind.RUNTIME, State.SUCCEEDED)
    artifact = Artifact(new_id(), "m", "system.Metrics", "/m", "sha256:00", None, "", metrics, now())
    store.write([TaskChange(task, True, (Link(task.id, Role.OUTPUT, "m", 0, artifact),))])


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/record.db"


def test_runs_are_sorted_by_a_metric_and_those_without_it_come_last(url: str) -> None:
    store = open_store(url)
    for name, value in (("b", 0.5), ("d", 0.1), ("a", 0.9)):
        add(store, name, f1=value)
    add(store, "c")
    runs = Runs(open_database(url))
    for field in ("metric:f1", "metric:eval/m/f1"):
        seen, after = [], None
        while True:
            page = runs.page(Query(sort=field, descending=True, limit=1, after=after))
            seen += [run.name for run in page.items]
            if (after := page.end) is None:
                break
        assert seen == ["a", "b", "d", "c"]
        assert page.total == 4


def test_what_is_no_finite_number_is_kept_and_not_sorted_by(url: str) -> None:
    store = open_store(url)
    add(store, "odd", loss=math.nan, gain=-math.inf, huge=10**400, large=2**70, good=True, word="x", fine=1)
    runs = Runs(open_database(url))
    (run,) = runs.page(Query()).items
    assert {metric.key: metric.value for metric in runs.metrics([run.id])} == {"large": 2.0**70, "fine": 1.0}
    (task,) = store.tasks(run.id)
    kept = store.links([task.id])[0].artifact.metadata
    assert (kept["loss"], kept["gain"], kept["huge"]) == ("NaN", "-Infinity", 10**400)
