"""A large record, made straight in the database: what a team has after years."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table

from barograph.store import models
from barograph.store.database import Database
from barograph.store.run_values import parameter_rows

RUNS_AT_A_TIME = 1000
SPEC = """\
components:
  comp-step: {executorLabel: exec-step}
deploymentSpec:
  executors:
    exec-step: {container: {image: 'python:3.11', command: ['true']}}
pipelineInfo: {name: forecast-0}
root:
  dag:
    tasks:
      step-0: {componentRef: {name: comp-step}, taskInfo: {name: step-0}}
schemaVersion: 2.1.0
sdkVersion: kfp-2.17.0
"""
STATES = ("SUCCEEDED",) * 8 + ("FAILED", "CANCELED")
COMMAND = ["python3", "-m", "kfp.dsl.executor_main", "--component_module_path", "x.py"]


def fill(database: Database, runs: int, tasks: int) -> list[str]:
    """Record so many runs with so many tasks each; gives the runs' ids. The same record every time."""
    draw = random.Random(0)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    with database.transaction() as connection:
        experiments = [
            {"id": _id(draw), "name": f"experiment {number}", "created_at": begin, "last_run_created_at": begin}
            for number in range(50)
        ]
        connection.execute(models.experiments.insert(), experiments)
        connection.execute(models.specs.insert(), {"digest": "sha256:" + "0" * 64, "text": SPEC})
    ids: list[str] = []
    while len(ids) < runs:
        count = min(RUNS_AT_A_TIME, runs - len(ids))
        with database.transaction() as connection:
            for _ in range(count):
                number = len(ids)
                ids.append(_id(draw))
                experiment = experiments[number % len(experiments)]["id"]
                _add(connection, draw, ids[-1], number, experiment, begin + timedelta(minutes=10 * number), tasks)
            _flush(connection)
    return ids


_rows: dict[Table, list[dict[str, Any]]] = {}
_TABLES = (
    models.runs,
    models.parameters,
    models.tasks,
    models.artifacts,
    models.links,
    models.events,
    models.metrics,
)
"""In the order in which rows may name each other."""


def _flush(connection: Connection) -> None:
    for table in _TABLES:
        if rows := _rows.pop(table, []):
            connection.execute(table.insert(), rows)


def _put(table: Table, **row: Any) -> None:
    _rows.setdefault(table, []).append(row)


def _id(draw: random.Random) -> str:
    text = f"{draw.getrandbits(128):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _add(
    _: Connection, draw: random.Random, run: str, number: int, experiment: Any, time: datetime, tasks: int
) -> None:
    state, end = draw.choice(STATES), time + timedelta(minutes=8)
    parameters = {"seed": number, "learning_rate": draw.random(), "farm": f"farm-{number % 97}"}
    for row in parameter_rows(run, parameters):
        _put(models.parameters, **row)
    _put(
        models.runs,
        id=run,
        name=f"forecast {number}",
        experiment_id=experiment,
        pipeline=f"forecast-{number % 40}",
        spec_digest="sha256:" + "0" * 64,
        parameters=parameters,
        pipeline_root="/artifacts",
        options={},
        outputs={},
        state=state,
        error="" if state == "SUCCEEDED" else f"task step-{tasks - 1} failed",
        created_at=time,
        started_at=time,
        finished_at=end,
        state_history=[["PENDING", time.isoformat()], ["RUNNING", time.isoformat()], [state, end.isoformat()]],
    )
    _put(models.events, run_id=run, path="", state=state, at=end)
    for place in range(tasks):
        _add_task(draw, run, place, tasks, time, state if place == tasks - 1 else "SUCCEEDED")


def _add_task(draw: random.Random, run: str, place: int, tasks: int, time: datetime, state: str) -> None:
    task, path = _id(draw), f"step-{place}"
    begin, end = time + timedelta(seconds=40 * place), time + timedelta(seconds=40 * place + 39)
    digest = f"sha256:{draw.getrandbits(256):064x}"
    _put(
        models.tasks,
        id=task,
        run_id=run,
        path=path,
        state=state,
        fingerprint=digest,
        ingredients={"command": COMMAND, "args": ["--executor_input", "{{$}}"], "parameters": {"seed": place}},
        environment="sha256:" + "1" * 64,
        parameters={"seed": place},
        outputs={"Output": place},
        attempts=[],
        exit_code=0,
        error="",
        log=f"/logs/{run}/{path}.log",
        created_at=time,
        started_at=begin,
        finished_at=end,
    )
    _put(models.events, run_id=run, path=path, state=state, at=end)
    if place < tasks - 2:
        return
    artifact, metrics = _id(draw), place == tasks - 1
    values = {"f1": draw.random(), "loss": draw.random()} if metrics else {"framework": "onnx"}
    _put(
        models.artifacts,
        id=artifact,
        name="metrics" if metrics else "model",
        type="system.Metrics" if metrics else "system.Model",
        uri=f"/artifacts/{run}/{path}",
        digest=f"sha256:{draw.getrandbits(256):064x}",
        size=None if metrics else 4_000_000,
        media_type="",
        metadata=values,
        created_at=end,
    )
    name = "metrics" if metrics else "model"
    _put(models.links, task_id=task, role="OUTPUT", key=name, position=0, artifact_id=artifact)
    for key, value in values.items() if metrics else ():
        _put(models.metrics, run_id=run, path=path, artifact=name, key=key, value=value)
