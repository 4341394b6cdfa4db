"""Pipelines of a given shape and size, as the KFP SDK compiles them.

Small ones are compiled; large ones are made from a small one's text, since the SDK takes long for many tasks.
"""

import copy
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from kfp import compiler, dsl

Spec = dict[str, Any]


def noop(x: int) -> int:
    return x


def nap(x: int, seconds: float = 2.0) -> int:
    import time

    time.sleep(seconds)
    return x


def independent(count: int, function: Callable[..., int] = noop, pinned: bool = True) -> Spec:
    """``count`` tasks that do not wait for each other.

    Args:
        count: how many.
        function: what each does.
        pinned: whether tasks install the SDK, as they do unless told otherwise.
    """
    spec = _chain_of_two(function, pinned)
    first, _ = spec["root"]["dag"]["tasks"].values()
    return _with_tasks(spec, [_task(first, function, number, constant=number) for number in range(count)])


def chain(count: int, function: Callable[..., int] = noop, pinned: bool = True) -> Spec:
    """``count`` tasks, each of which takes what the one before made."""
    spec = _chain_of_two(function, pinned)
    first, second = spec["root"]["dag"]["tasks"].values()
    following = [_task(second, function, number, upstream=number - 1) for number in range(1, count)]
    return _with_tasks(spec, [_task(first, function, 0, constant=0), *following])


def loop(count: int, parallelism: int = 0, function: Callable[..., int] = noop, pinned: bool = True) -> Spec:
    """One task in a loop of ``count`` turns, at most ``parallelism`` at a time."""
    component = _component(function, pinned)

    def body() -> None:
        with dsl.ParallelFor(list(range(count)), parallelism=parallelism or None) as item:
            component(x=item).set_caching_options(True)

    return compiled(dsl.pipeline(name="loop")(body))


def write(spec: Spec, file: Path) -> Path:
    """The pipeline as a file."""
    file.write_text(json.dumps(spec), encoding="utf-8")
    return file


def _component(function: Callable[..., int], pinned: bool) -> Any:
    return dsl.component(function, base_image="python:3.11", install_kfp_package=pinned)


def _chain_of_two(function: Callable[..., int], pinned: bool) -> Spec:
    component = _component(function, pinned)

    def body() -> None:
        component(x=component(x=0).output)

    return compiled(dsl.pipeline(name="tasks")(body))


def compiled(pipeline: Any) -> Spec:
    """A pipeline of the SDK's, as it compiles it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pipeline.yaml"
        compiler.Compiler().compile(pipeline, str(file))
        spec: Spec = yaml.safe_load(file.read_text(encoding="utf-8"))
        return spec


def _name(function: Callable[..., int], number: int) -> str:
    return f"{function.__name__}-{number}"


def _task(
    task: Spec,
    function: Callable[..., int],
    number: int,
    constant: int | None = None,
    upstream: int | None = None,
) -> Spec:
    task = copy.deepcopy(task)
    task["taskInfo"]["name"] = _name(function, number)
    if constant is not None:
        task["inputs"]["parameters"]["x"] = {"runtimeValue": {"constant": constant}}
    if upstream is not None:
        producer = _name(function, upstream)
        task["dependentTasks"] = [producer]
        task["inputs"]["parameters"]["x"]["taskOutputParameter"]["producerTask"] = producer
    return task


def _with_tasks(spec: Spec, tasks: list[Spec]) -> Spec:
    dag = {"tasks": {task["taskInfo"]["name"]: task for task in tasks}}
    return {**spec, "root": {**spec["root"], "dag": dag}}
