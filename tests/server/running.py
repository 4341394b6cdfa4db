"""Pipelines that the tests of the server run, and waiting for them."""

import json
from pathlib import Path
from typing import Any

import yaml
from kfp import dsl
from kfp.dsl import Dataset, Input, Metrics, Output

from tests.conftest import component
from tests.server.conftest import Server
from tests.waiting import wait_until

RUNS = "/apis/v2beta1/runs"


@component
def measure(count: int, text: str, data: Output[Dataset], metrics: Output[Metrics]) -> str:
    print(f"measuring {count} {text}")
    with open(data.path, "w") as file:
        file.write(text * count)
    metrics.log_metric("count", count)
    return text.upper()


@component
def weigh(data: Input[Dataset], turn: int) -> int:
    with open(data.path) as file:
        return len(file.read()) * turn


@component
def check(file: str) -> str:
    from pathlib import Path

    if not Path(file).exists():
        raise SystemExit("the file is not there")
    return "it is"


@component
def rest(file: str) -> None:
    import time
    from pathlib import Path

    print("resting", flush=True)
    while not Path(file).exists():
        time.sleep(0.05)
    print("rested", flush=True)


@dsl.pipeline(name="measuring")
def measuring(count: int = 3, text: str = "rain") -> None:
    """One task, with an artifact, a metric and a parameter."""
    measure(count=count, text=text)


@dsl.pipeline(name="weighing")
def weighing(text: str = "rain") -> None:
    """A task, and a loop over one that takes what it made."""
    made = measure(count=2, text=text)
    with dsl.ParallelFor([1, 3], name="turns") as turn:
        weigh(data=made.outputs["data"], turn=turn)


@dsl.pipeline(name="checking")
def checking(file: str) -> None:
    """Fails while there is no such file; the first of its tasks never does."""
    check(file=file).after(measure(count=1, text="first"))


@dsl.pipeline(name="resting")
def resting(file: str) -> None:
    """Goes on until there is such a file."""
    rest(file=file)


def compiled(server: Server, pipeline: Any) -> Path:
    """The file of a compiled pipeline."""
    return server.workspace.compile(pipeline, f"{pipeline.name}.yaml")


def spec(server: Server, pipeline: Any) -> dict[str, Any]:
    """A compiled pipeline as a request holds it."""
    found: dict[str, Any] = yaml.safe_load(compiled(server, pipeline).read_text())
    return found


def start(server: Server, pipeline: Any, name: str, **parameters: Any) -> str:
    """Start a run over plain HTTP; gives its id."""
    body = {"display_name": name, "pipeline_spec": spec(server, pipeline), "runtime_config": {"parameters": parameters}}
    return str(server.post(RUNS, body)["run_id"])


def where(key: str, operation: str | int, value: Any) -> str:
    """A filter with one predicate."""
    kind = "stringValues" if isinstance(value, list) else "stringValue"
    given = {"values": value} if isinstance(value, list) else value
    return json.dumps({"predicates": [{"key": key, "operation": operation, kind: given}]})


def get(server: Server, run_id: str) -> Any:
    """A run as it is now."""
    return server.get(f"{RUNS}/{run_id}")


def ended(server: Server, run_id: str) -> Any:
    """A run, once it has ended."""
    wait_until(lambda: get(server, run_id)["state"] in ("SUCCEEDED", "FAILED"))
    return get(server, run_id)


def begun(server: Server, run_id: str, task: str) -> None:
    """Wait until a task's command prints something."""
    log = f"/apis/v1alpha1/runs/{run_id}/nodes/{task}/log"
    wait_until(lambda: "resting" in server.http.get(log).text)
