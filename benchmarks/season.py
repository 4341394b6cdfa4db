"""Runs that are hard to show: of a pipeline with a large graph, as the KFP SDK compiles it, and one with a long log.

They are made straight in the record, as if they had been run.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import shapes
from kfp import dsl
from kfp.dsl import Dataset, Input, Metrics, Model, Output
from many import SPEC

from barograph.engine.scopes import kind_of
from barograph.home import Home
from barograph.ir import Container, Dag, Task, build, parse_spec
from barograph.ir.graph import Constant
from barograph.states import State
from barograph.store import Artifact, Link, Run, open_store
from barograph.store import Task as Recorded
from barograph.store.records import Kind, Role, TaskChange
from barograph.store.store import new_id

SENSORS = "abcdefgh"
LOGGED = "step-0"
"""The task whose log is long."""
LAST_WORD = "checkpoint-sealed"
"""Stands once in that log, at its end."""
YELLOW = "\x1b[33mWARNING\x1b[0m"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def gather(found: Output[Dataset]) -> None:
    pass


def prepare(source: Input[Dataset], name: str, data: Output[Dataset]) -> None:
    pass


def measure(data: Input[Dataset], sensor: str, found: Output[Dataset]) -> None:
    pass


def join(
    a: Input[Dataset],
    b: Input[Dataset],
    c: Input[Dataset],
    d: Input[Dataset],
    e: Input[Dataset],
    f: Input[Dataset],
    g: Input[Dataset],
    h: Input[Dataset],
    joined: Output[Dataset],
) -> float:
    return 1.0


def train(data: Input[Dataset], rate: float, model: Output[Model]) -> None:
    pass


def evaluate(model: Input[Model], data: Input[Dataset], metrics: Output[Metrics]) -> None:
    pass


def publish(data: Input[Dataset]) -> None:
    pass


def season(tasks: int, turns: int) -> shapes.Spec:
    """A pipeline of so many tasks, turns and groups counted: a fan-out of sub-pipelines, each with a fan-out, a loop
    of ``turns`` turns and a condition in it."""
    parts = (gather, prepare, measure, join, train, evaluate, publish)
    make: dict[Any, Any] = {part: dsl.component(part, base_image="python:3.11") for part in parts}

    def region(source: Input[Dataset], name: str) -> Dataset:
        data = make[prepare](source=source, name=name).outputs["data"]
        found = {sensor: make[measure](data=data, sensor=sensor).outputs["found"] for sensor in SENSORS}
        joined = make[join](**found)
        with dsl.ParallelFor([round(0.01 * turn, 2) for turn in range(turns)]) as rate:
            model = make[train](data=joined.outputs["joined"], rate=rate).outputs["model"]
            make[evaluate](model=model, data=data)
        with dsl.If(joined.outputs["Output"] > 0.5):
            make[publish](data=joined.outputs["joined"])
        return joined.outputs["joined"]

    inner = dsl.pipeline(region)

    def whole() -> None:
        source = make[gather]().outputs["found"]
        number = (tasks - 10) // (14 + 3 * turns)
        regions = [inner(source=source, name=f"region {each}").output for each in range(number)]
        joined = [
            make[join](**{sensor: some[place % len(some)] for place, sensor in enumerate(SENSORS)})
            for some in (regions[at : at + len(SENSORS)] for at in range(0, number, len(SENSORS)))
        ]
        for _ in range(tasks - 1 - number * (14 + 3 * turns) - len(joined)):
            make[publish](data=joined[-1].outputs["joined"])

    return shapes.compiled(dsl.pipeline(name=f"season-{tasks}")(whole))


def record(home: Home, name: str, make: Callable[[], str], log: int = 0) -> str:
    """The id of the run of this name in the home, which is made if there is none: each task has succeeded.

    Args:
        home: where.
        name: the run's.
        make: gives the pipeline's text.
        log: bytes of each task's log.
    """
    home.path.mkdir(parents=True, exist_ok=True)
    store = open_store(home.database_url)
    try:
        for run in store.runs():
            if run.name == name:
                return run.id
        spec, id_ = make(), new_id()
        pipeline = build(parse_spec(spec, name))
        changes = [_recorded(home, id_, number, *found) for number, found in enumerate(_tasks(pipeline.dag, ""))]
        end = BEGIN + timedelta(seconds=len(changes) + 10)
        run = Run(id_, name, "Seasons", pipeline.name, spec, {}, str(home.artifacts), BEGIN)
        store.add_run(run)
        store.write(changes)
        store.update_run(run.into(State.SUCCEEDED, end, started_at=BEGIN, finished_at=end))
        for change in changes if log else ():
            _write_log(Path(change.task.log), log)
        return id_
    finally:
        store.database.close()


def logged(home: Home, size: int) -> str:
    """The id of a run whose task ``LOGGED`` has printed so many bytes."""
    return record(home, f"{size:,} bytes of log", lambda: SPEC, size)


def drawn(home: Home, tasks: int, turns: int) -> str:
    """The id of a run of so many tasks."""
    return record(home, f"{tasks:,} tasks", lambda: json.dumps(season(tasks, turns)))


def _tasks(dag: Dag, prefix: str) -> Iterator[tuple[str, Kind, Task]]:
    """Everything that is recorded of a run of a DAG, by its path."""
    for spec in dag.tasks.values():
        path, body = prefix + spec.name, spec.component.body
        yield path, kind_of(spec), spec
        if not isinstance(body, Dag):
            continue
        if spec.iterator is None:
            yield from _tasks(body, f"{path}.")
            continue
        assert isinstance(spec.iterator.items, Constant)
        assert isinstance(spec.iterator.items.value, list)
        for turn in range(len(spec.iterator.items.value)):
            yield f"{path}[{turn}]", Kind.ITERATION, spec
            yield from _tasks(body, f"{path}[{turn}].")


def _recorded(home: Home, run: str, number: int, path: str, kind: Kind, spec: Task) -> TaskChange:
    begin = BEGIN + timedelta(seconds=number)
    times: dict[str, Any] = {"created_at": begin, "started_at": begin, "finished_at": begin + timedelta(seconds=9)}
    task = Recorded(new_id(), run, path, kind=kind, state=State.SUCCEEDED, **times)
    if not isinstance(spec.component.body, Container):
        return TaskChange(task, is_new=True)
    task = Recorded(task.id, run, path, state=State.SUCCEEDED, exit_code=0, log=str(home.log(run, path)), **times)
    links = [
        Link(task.id, Role.OUTPUT, name, 0, _artifact(home, task, name, declared.schema_title))
        for name, declared in spec.component.output_artifacts.items()
    ]
    return TaskChange(task, is_new=True, links=tuple(links))


def _artifact(home: Home, task: Recorded, name: str, type_: str) -> Artifact:
    metadata: dict[str, dict[str, Any]] = {
        "system.Dataset": {"photos": 5489},
        "system.Metrics": {"accuracy": 0.845, "loss": 0.31},
    }
    return Artifact(
        id=new_id(),
        name=name,
        type=type_,
        uri=f"{home.artifacts}/{task.run_id}/{task.path}/{name}",
        digest=f"sha256:{task.id.replace('-', '') * 2}",
        size=None if type_ == "system.Metrics" else 5_900_000,
        media_type="",
        metadata=metadata.get(type_, {}),
        created_at=task.created_at,
    )


def _write_log(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as log:
        for second in count():
            log.write(_second(second).encode())
            if log.tell() >= size:
                break
        log.write(f"{LAST_WORD}\n".encode())


def _second(number: int) -> str:
    """What a task prints in a second, some of it in colour."""
    time, loss = f"{BEGIN + timedelta(seconds=number):%FT%T}", 1 / (number + 1)
    return "".join(
        f"{time}.{step:03} {'INFO' if step % 50 else YELLOW} train: step {number}{step:03} loss {loss:.6f} photos/s 9\n"
        for step in range(1000)
    )
