"""Bringing databases of earlier versions to the newest schema."""

import json
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from barograph.states import State
from barograph.store import open_store
from barograph.store.database import open_database
from barograph.store.listing import Operation, Predicate, Query
from barograph.store.migrate import config
from barograph.store.runs import Runs

RUN = "11111111-1111-1111-1111-111111111111"
TASK = "22222222-2222-2222-2222-222222222222"
ARTIFACT = "33333333-3333-3333-3333-333333333333"
TIME = "2026-01-02 03:04:05.000000"


def at_version(url: str, version: str) -> None:
    """Make a database as that version of Barograph made it."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, version)
    engine.dispose()


def fill(url: str) -> None:
    """A run with one task that made metrics."""
    metrics = json.dumps({"f1": 0.9, "photos": 440, "note": "text", "good": True})
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table, row in (
            ("experiments", {"id": "e", "name": "Seeds", "created_at": TIME}),
            ("specs", {"digest": "sha256:00", "text": "root: {}"}),
            (
                "runs",
                {
                    "id": RUN,
                    "name": "first",
                    "experiment_id": "e",
                    "pipeline": "weather",
                    "spec_digest": "sha256:00",
                    "parameters": '{"seed": 42}',
                    "pipeline_root": "/artifacts",
                    "state": "SUCCEEDED",
                    "error": "",
                    "created_at": TIME,
                },
            ),
            (
                "tasks",
                {
                    "id": TASK,
                    "run_id": RUN,
                    "path": "eval",
                    "state": "SUCCEEDED",
                    "fingerprint": "sha256:01",
                    "ingredients": "{}",
                    "environment": "",
                    "parameters": "{}",
                    "outputs": "{}",
                    "error": "",
                    "log": "",
                    "created_at": TIME,
                },
            ),
            (
                "artifacts",
                {
                    "id": ARTIFACT,
                    "name": "metrics",
                    "type": "system.Metrics",
                    "uri": "/m",
                    "digest": "sha256:02",
                    "media_type": "",
                    "metadata": metrics,
                    "created_at": TIME,
                },
            ),
            (
                "links",
                {"task_id": TASK, "role": "OUTPUT", "key": "metrics", "position": 0, "artifact_id": ARTIFACT},
            ),
        ):
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    engine.dispose()


def test_a_record_of_every_earlier_schema_is_read_on(tmp_path: Path) -> None:
    for version in ("0001", "0002", "0003"):
        url = f"sqlite:///{tmp_path}/{version}.db"
        at_version(url, version)
        fill(url)
        store = open_store(url)
        run = store.find_run("first")
        assert (run.id, run.experiment, run.state) == (RUN, "Seeds", State.SUCCEEDED)
        assert (run.managed, run.archived, run.state_history) == (False, False, ())
        assert [task.path for task in store.tasks(RUN)] == ["eval"]
        assert store.links([TASK])[0].artifact.metadata["f1"] == 0.9


def test_the_numbers_of_earlier_runs_can_be_sorted_by(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    at_version(url, "0002")
    fill(url)
    metrics = Runs(open_database(url)).metrics([RUN])
    assert {(metric.path, metric.artifact, metric.key): metric.value for metric in metrics} == {
        ("eval", "metrics", "f1"): 0.9,
        ("eval", "metrics", "photos"): 440,
    }


def test_the_parameters_of_earlier_runs_can_be_sorted_by(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    at_version(url, "0003")
    fill(url)
    seed = Predicate("param:seed", Operation.GREATER_THAN_EQUALS, "42")
    page = Runs(open_database(url)).page(Query((seed,), "param:seed"))
    assert [run.id for run in page.items] == [RUN]
