"""Pipelines in pipelines: what goes in, and what comes out, however deep."""

from pathlib import Path
from typing import NamedTuple

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from barograph.ir.values import Value
from barograph.states import State
from barograph.store.records import Kind
from tests.conformance.components import read, say
from tests.conftest import Workspace, component


@component
def write(text: str, data: Output[Dataset]) -> int:
    with open(data.path, "w") as file:
        file.write(text)
    return len(text)


@component
def copy(data: Input[Dataset], copied: Output[Dataset]) -> None:
    with open(data.path) as source, open(copied.path, "w") as target:
        target.write(f"{source.read()}!")


@component
def see(text: str = "by default", number: int = None, data: Input[Dataset] = None) -> str:  # type: ignore[assignment]
    return f"{text} {number} {data is not None}"


class Made(NamedTuple):
    """What the pipelines below give."""

    length: int
    data: Dataset
    copied: Dataset


@dsl.pipeline(name="bottom")
def bottom(text: str, data: Input[Dataset]) -> Made:
    made = write(text=text)
    copied = copy(data=data)
    return Made(made.outputs["Output"], made.outputs["data"], copied.outputs["copied"])


@dsl.pipeline(name="middle")
def middle(text: str, data: Input[Dataset]) -> Made:
    made = bottom(text=text, data=data)
    again = copy(data=made.outputs["copied"])
    return Made(made.outputs["length"], made.outputs["data"], again.outputs["copied"])


def test_parameters_and_artifacts_go_down_three_pipelines_and_up_again(workspace: Workspace) -> None:
    @component
    def count(number: int) -> int:
        return number + 1

    @dsl.pipeline(name="top")
    def top(text: str) -> None:
        first = write(text="first")
        made = middle(text=text, data=first.outputs["data"])
        read(data=made.outputs["data"])
        read(data=made.outputs["copied"])
        count(number=made.outputs["length"])

    outcome = workspace.run(top, {"text": "rain"})
    assert outcome.tasks["read"].outputs == {"Output": "rain"}
    assert outcome.tasks["read-2"].outputs == {"Output": "first!!"}
    assert outcome.tasks["count"].outputs == {"Output": 5}
    assert [outcome.tasks[path].kind for path in ("middle", "middle.bottom", "middle.bottom.write")] == [
        Kind.DAG,
        Kind.DAG,
        Kind.RUNTIME,
    ]
    assert outcome.tasks["middle"].outputs == {"length": 4}
    deep = outcome.artifact("middle.bottom.write", "data")
    assert outcome.artifact("middle.bottom", "data") == outcome.artifact("middle", "data") == deep
    assert Path(deep.uri).read_text() == "rain"


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, "by default None False"), ({"text": "rain"}, "rain None False"), ({"number": 0}, "by default 0 False")],
)
def test_optional_inputs_that_are_not_given_are_null_all_the_way_down(
    workspace: Workspace, given: dict[str, Value], expected: str
) -> None:
    @dsl.pipeline(name="inner")
    def inner(text: str = None, number: int = None, data: Input[Dataset] = None) -> str:  # type: ignore[assignment]
        return see(text=text, number=number, data=data).output  # type: ignore[no-any-return]

    @dsl.pipeline(name="between")
    def between(text: str = None, number: int = None) -> str:  # type: ignore[assignment]
        return inner(text=text, number=number).output  # type: ignore[no-any-return]

    @dsl.pipeline(name="outer")
    def outer(text: str = None, number: int = None) -> None:  # type: ignore[assignment]
        say(text=between(text=text, number=number).output)

    assert workspace.run(outer, given).tasks["say"].outputs == {"Output": expected}


def test_an_inner_pipelines_defaults_count_where_nothing_is_given(workspace: Workspace) -> None:
    @dsl.pipeline(name="inner")
    def inner(text: str = "inner", number: int = 3) -> str:
        return see(text=text, number=number).output  # type: ignore[no-any-return]

    @dsl.pipeline(name="outer")
    def outer(text: str = "outer") -> None:
        inner()
        inner(text=text)
        inner(number=0)

    outcome = workspace.run(outer)
    said = [outcome.tasks[f"inner{n}"].outputs["Output"] for n in ("", "-2", "-3")]
    assert said == ["inner 3 False", "outer 3 False", "inner 0 False"]


def test_an_optional_artifact_goes_down_where_it_is_given(workspace: Workspace) -> None:
    @dsl.pipeline(name="inner")
    def inner(data: Input[Dataset] = None) -> str:
        return see(data=data).output  # type: ignore[no-any-return]

    @dsl.pipeline(name="outer")
    def outer() -> None:
        inner()
        inner(data=write(text="rain").outputs["data"])

    outcome = workspace.run(outer)
    assert outcome.tasks["inner"].outputs == {"Output": "by default None False"}
    assert outcome.tasks["inner-2"].outputs == {"Output": "by default None True"}


def test_a_pipeline_in_a_loop_in_a_condition(workspace: Workspace) -> None:
    @component
    def join(texts: list[str]) -> str:
        return " ".join(texts)

    @dsl.pipeline(name="inner")
    def inner(text: str) -> str:
        made = write(text=text)
        return read(data=copy(data=made.outputs["data"]).outputs["copied"]).output  # type: ignore[no-any-return]

    @dsl.pipeline(name="outer")
    def outer(go: bool, texts: list[str]) -> None:
        with dsl.If(go == True):  # noqa: E712
            with dsl.ParallelFor(texts) as text:
                made = inner(text=text)
            join(texts=dsl.Collected(made.output))

    outcome = workspace.run(outer, {"go": True, "texts": ["rain", "snow"]})
    [joined] = [task for path, task in outcome.tasks.items() if path.endswith(".join")]
    assert joined.outputs == {"Output": "rain! snow!"}
    skipped = workspace.run(outer, {"go": False, "texts": ["rain"]})
    assert list(skipped.states.values()) == ["SKIPPED"]
    assert skipped.run.state is State.SUCCEEDED


def test_a_pipeline_in_which_a_task_fails_fails_and_what_needs_it_is_skipped(workspace: Workspace) -> None:
    @component
    def fail() -> str:
        raise SystemExit("error: no")

    @dsl.pipeline(name="inner")
    def inner() -> str:
        say(text="beside")
        return fail().output  # type: ignore[no-any-return]

    @dsl.pipeline(name="outer")
    def outer() -> None:
        say(text=inner().output)

    outcome = workspace.run(outer)
    assert outcome.states == {"inner": "FAILED", "inner.fail": "FAILED", "inner.say": "SUCCEEDED", "say": "SKIPPED"}
    assert outcome.run.error == "task inner failed"


def test_the_same_pipeline_twice_keeps_its_tasks_apart(workspace: Workspace) -> None:
    @dsl.pipeline(name="inner")
    def inner(text: str) -> Dataset:
        return write(text=text).outputs["data"]

    @dsl.pipeline(name="outer")
    def outer() -> None:
        read(data=inner(text="rain").output)
        read(data=inner(text="snow").output)

    outcome = workspace.run(outer)
    assert [outcome.tasks[name].outputs["Output"] for name in ("read", "read-2")] == ["rain", "snow"]
    assert outcome.artifact("inner.write", "data").uri != outcome.artifact("inner-2.write", "data").uri
