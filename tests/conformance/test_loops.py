"""Loops: what they are over, how many turns are open at a time, and what is collected of them."""

from pathlib import Path
from typing import Any

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from barograph.engine.events import Event, TaskChanged
from barograph.states import State
from barograph.store.records import Kind, Role
from tests.conformance.components import say, write
from tests.conformance.edits import edited
from tests.conftest import IMAGE, Heard, Outcome, Workspace, component


@component
def twice(number: int) -> int:
    return 2 * number


@component
def total(numbers: list[int]) -> int:
    return sum(numbers)


@component
def keep(values: list) -> list:
    return values


@component
def copy(data: Input[Dataset], copied: Output[Dataset]) -> None:
    with open(data.path) as source, open(copied.path, "w") as target:
        target.write(f"{source.read()}!")


@component
def read_all(data: Input[list[Dataset]]) -> list:
    texts = []
    for one in data or []:  # KFP's executor makes None of no artifacts
        with open(one.path) as file:
            texts.append(file.read())
    return texts


@component
def fail_at(number: int, bad: int) -> int:
    if number == bad:
        raise SystemExit(f"error: {number} is bad")
    return number


def outputs(outcome: Outcome, name: str) -> list[Any]:
    """What the tasks of this name gave, in the order of their turns."""
    found = {path: task for path, task in outcome.tasks.items() if path.rpartition(".")[2] == name}
    return [found[path].outputs["Output"] for path in sorted(found)]


def test_a_loop_over_items_that_are_written_in_the_pipeline(workspace: Workspace) -> None:
    @dsl.pipeline(name="raw")
    def pipeline() -> None:
        with dsl.ParallelFor(["rain", "it's", "雨", "{{$.x}}"]) as text:
            say(text=text)

    outcome = workspace.run(pipeline)
    assert outputs(outcome, "say") == ["rain", "it's", "雨", "{{$.x}}"]
    kinds = {path: task.kind for path, task in outcome.tasks.items() if "[0]" in path or "[" not in path}
    assert list(kinds.values()) == [Kind.LOOP, Kind.ITERATION, Kind.RUNTIME]


def test_a_loop_over_a_parameter(workspace: Workspace) -> None:
    @dsl.pipeline(name="parameter")
    def pipeline(numbers: list[int]) -> None:
        with dsl.ParallelFor(numbers) as number:
            twice(number=number)

    outcome = workspace.run(pipeline, {"numbers": [3, 1, 2]})
    assert outputs(outcome, "twice") == [6, 2, 4]


def test_a_loop_over_the_output_of_a_task(workspace: Workspace) -> None:
    @component
    def count(number: int) -> list[int]:
        return list(range(number))

    @dsl.pipeline(name="output")
    def pipeline() -> None:
        with dsl.ParallelFor(count(number=3).output) as number:
            twice(number=number)

    assert outputs(workspace.run(pipeline), "twice") == [0, 2, 4]


@dsl.pipeline(name="texts")
def texts(texts: list[str]) -> None:
    with dsl.ParallelFor(texts) as text:
        say(text=text)


def _as_text(document: dict[str, Any]) -> None:
    # The SDK loops over lists only; the backend takes a list's JSON too.
    document["root"]["inputDefinitions"]["parameters"]["texts"]["parameterType"] = "STRING"
    inputs = document["components"]["comp-for-loop-1"]["inputDefinitions"]["parameters"]
    inputs["pipelinechannel--texts"]["parameterType"] = "STRING"


def test_a_loop_over_the_json_of_a_list(workspace: Workspace) -> None:
    outcome = workspace.run(edited(workspace, texts, _as_text), {"texts": '["a", "雨"]'})
    assert outputs(outcome, "say") == ["a", "雨"]


@pytest.mark.parametrize("text", ["rain", '{"a": 1}', ""])
def test_a_loop_over_what_is_no_list_fails(workspace: Workspace, text: str) -> None:
    outcome = workspace.run(edited(workspace, texts, _as_text), {"texts": text})
    assert outcome.states == {"for-loop-1": "FAILED"}
    assert outcome.run.state is State.FAILED
    assert f"which is no list: {text}" in outcome.tasks["for-loop-1"].error


def test_a_loop_over_artifacts(workspace: Workspace) -> None:
    @dsl.pipeline(name="several")
    def several() -> list[Dataset]:
        with dsl.ParallelFor(["rain", "snow", "hail"]) as text:
            made = write(text=text)
        return dsl.Collected(made.outputs["data"])  # type: ignore[no-any-return]

    @dsl.pipeline(name="artifacts")
    def pipeline() -> None:
        with dsl.ParallelFor(several().output) as one:
            copied = copy(data=one)
        read_all(data=dsl.Collected(copied.outputs["copied"]))

    outcome = workspace.run(pipeline)
    assert outcome.tasks["read-all"].outputs == {"Output": ["rain!", "snow!", "hail!"]}
    assert outcome.run.state is State.SUCCEEDED


def test_loops_in_loops(workspace: Workspace) -> None:
    @component
    def join(a: str, b: int) -> str:
        return f"{a}{b}"

    @dsl.pipeline(name="nested")
    def pipeline(letters: list[str], numbers: list[int]) -> None:
        with dsl.ParallelFor(letters) as letter, dsl.ParallelFor(numbers) as number:
            join(a=letter, b=number)

    outcome = workspace.run(pipeline, {"letters": ["a", "b"], "numbers": [1, 2, 3]})
    assert outputs(outcome, "join") == ["a1", "a2", "a3", "b1", "b2", "b3"]


def test_a_loop_in_a_loop_over_the_same_parameter(workspace: Workspace) -> None:
    # The SDK gives the items of both loops the same name, so that the inner one's are seen in it.
    @dsl.pipeline(name="squares")
    def pipeline(numbers: list[int]) -> None:
        with dsl.ParallelFor(numbers) as one:
            twice(number=one)
            with dsl.ParallelFor(numbers) as other:
                made = fail_at(number=other, bad=0)
        keep(values=dsl.Collected(made.output))

    outcome = workspace.run(pipeline, {"numbers": [1, 2]})
    assert outputs(outcome, "twice") == [2, 4]
    assert outcome.tasks["keep"].outputs == {"Output": [[1, 2], [1, 2]]}


def test_a_loop_over_the_items_of_a_loop(workspace: Workspace) -> None:
    @dsl.pipeline(name="rows")
    def pipeline(rows: list[list[int]]) -> None:
        with dsl.ParallelFor(rows) as row, dsl.ParallelFor(row) as number:
            twice(number=number)

    assert outputs(workspace.run(pipeline, {"rows": [[1], [], [2, 3]]}), "twice") == [2, 4, 6]


def test_an_empty_loop_collects_nothing_and_succeeds(workspace: Workspace) -> None:
    @dsl.pipeline(name="empty")
    def pipeline(numbers: list[int]) -> None:
        with dsl.ParallelFor(numbers) as number:
            made = twice(number=number)
            data = write(text="rain")
        total(numbers=dsl.Collected(made.output))
        read_all(data=dsl.Collected(data.outputs["data"]))

    outcome = workspace.run(pipeline, {"numbers": []})
    assert outcome.run.state is State.SUCCEEDED
    assert outcome.tasks["total"].outputs == {"Output": 0}
    assert outcome.tasks["read-all"].parameters == {}
    assert outcome.states["read-all"] == "SUCCEEDED"
    assert outcome.tasks["read-all"].outputs == {"Output": []}


@pytest.mark.parametrize("limit", [1, 2])
def test_no_more_turns_are_open_than_the_loop_allows(workspace: Workspace, limit: int) -> None:
    @dsl.pipeline(name="limited")
    def pipeline() -> None:
        with dsl.ParallelFor([1, 2, 3, 4, 5], parallelism=limit) as number:
            first = twice(number=number)
            twice(number=first.output)

    open_: set[str] = set()
    most = 0

    def count(event: Event) -> None:
        nonlocal most
        if isinstance(event, TaskChanged) and event.task.kind is Kind.ITERATION:
            (open_.discard if event.task.state.ended else open_.add)(event.task.path)
            most = max(most, len(open_))

    outcome = workspace.run(pipeline, heard=Heard(count), parallelism=8)
    assert most == limit
    assert outputs(outcome, "twice-2") == [4, 8, 12, 16, 20]


def test_turns_run_beside_each_other(workspace: Workspace) -> None:
    @dsl.container_component
    def meet(number: int, folder: str) -> dsl.ContainerSpec:
        # Each turn ends only when all three have begun.
        script = 'touch "$1/$0"; while [ "$(ls "$1" | wc -l)" -lt 3 ]; do sleep 0.02; done'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[number, folder])

    @dsl.pipeline(name="meeting")
    def pipeline(folder: str) -> None:
        with dsl.ParallelFor([1, 2, 3]) as number:
            meet(number=number, folder=folder)

    folder = workspace.path / "meeting"
    folder.mkdir()
    assert workspace.run(pipeline, {"folder": str(folder)}, parallelism=3).run.state is State.SUCCEEDED


def test_parameters_are_collected_in_the_order_of_the_items(workspace: Workspace) -> None:
    @dsl.container_component
    def wait(number: int, made: dsl.OutputPath(int)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        # The first ends last.
        script = 'sleep 0.$((3 - $0)); printf "$0" > "$1"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[number, made])

    @dsl.pipeline(name="collecting")
    def pipeline() -> None:
        with dsl.ParallelFor([1, 2, 3]) as number:
            made = wait(number=number)
        keep(values=dsl.Collected(made.outputs["made"]))

    outcome = workspace.run(pipeline, parallelism=3)
    assert outcome.tasks["keep"].outputs == {"Output": [1, 2, 3]}


def test_artifacts_are_collected_in_the_order_of_the_items(workspace: Workspace) -> None:
    @dsl.pipeline(name="collecting")
    def pipeline() -> None:
        with dsl.ParallelFor(["rain", "snow", "hail"]) as text:
            made = write(text=text)
        read_all(data=dsl.Collected(made.outputs["data"]))

    outcome = workspace.run(pipeline)
    assert outcome.tasks["read-all"].outputs == {"Output": ["rain", "snow", "hail"]}
    id = outcome.tasks["read-all"].id
    taken = [link for link in outcome.links if link.task_id == id and link.role is Role.INPUT]
    assert [Path(link.artifact.uri).read_text() for link in sorted(taken, key=lambda link: link.position)] == [
        "rain",
        "snow",
        "hail",
    ]


def test_what_loops_in_loops_made_is_collected_in_lists_of_lists(workspace: Workspace) -> None:
    @component
    def rows(values: list[list[int]]) -> list:
        return values

    @dsl.pipeline(name="nested")
    def pipeline() -> None:
        with dsl.ParallelFor([1, 2]) as one:
            twice(number=one)
            with dsl.ParallelFor([10, 20, 30]) as other:
                made = twice(number=other)
        rows(values=dsl.Collected(made.output))

    assert workspace.run(pipeline).tasks["rows"].outputs == {"Output": [[20, 40, 60], [20, 40, 60]]}


def test_artifacts_of_loops_in_loops_are_collected_in_one_list(workspace: Workspace) -> None:
    @dsl.pipeline(name="nested")
    def pipeline() -> None:
        with dsl.ParallelFor(["a", "b"]) as one:
            say(text=one)
            with dsl.ParallelFor(["c", "d"]) as other:
                made = write(text=other)
        read_all(data=dsl.Collected(made.outputs["data"]))

    assert workspace.run(pipeline).tasks["read-all"].outputs == {"Output": ["c", "d", "c", "d"]}


def test_producers_that_were_skipped_leave_no_hole(workspace: Workspace) -> None:
    @dsl.pipeline(name="holes")
    def pipeline() -> None:
        with dsl.ParallelFor([1, 2, 3, 4]) as number, dsl.If(number > 2):
            made = twice(number=number)
        total(numbers=dsl.Collected(made.output))

    outcome = workspace.run(pipeline)
    assert outcome.run.state is State.SUCCEEDED
    assert outcome.tasks["total"].parameters == {"numbers": [6, 8]}


def test_a_turn_that_fails_fails_the_loop_and_leaves_the_others(workspace: Workspace) -> None:
    @dsl.pipeline(name="failing")
    def pipeline() -> None:
        with dsl.ParallelFor([1, 2, 3]) as number:
            made = fail_at(number=number, bad=2)
            twice(number=made.output)
        total(numbers=dsl.Collected(made.output))
        say(text="beside")

    outcome = workspace.run(pipeline)
    assert outcome.run.state is State.FAILED
    [loop] = [path for path, task in outcome.tasks.items() if task.kind is Kind.LOOP]
    assert outcome.states[loop] == "FAILED"
    assert [outcome.states[f"{loop}[{i}]"] for i in range(3)] == ["SUCCEEDED", "FAILED", "SUCCEEDED"]
    assert [outcome.states[f"{loop}[{i}].twice"] for i in range(3)] == ["SUCCEEDED", "SKIPPED", "SUCCEEDED"]
    assert outcome.states["total"] == "SKIPPED"
    assert outcome.states["say"] == "SUCCEEDED"
    assert outcome.run.error == f"task {loop} failed"


def test_an_early_failure_does_not_keep_later_turns_from_being_opened(workspace: Workspace) -> None:
    @dsl.pipeline(name="failing")
    def pipeline() -> None:
        with dsl.ParallelFor([1, 2, 3], parallelism=1) as number:
            fail_at(number=number, bad=1)

    outcome = workspace.run(pipeline)
    states = [state for path, state in sorted(outcome.states.items()) if path.endswith(".fail-at")]
    assert states == ["FAILED", "SUCCEEDED", "SUCCEEDED"]


def test_a_second_run_of_a_loop_runs_only_what_is_new(workspace: Workspace) -> None:
    @dsl.pipeline(name="cached")
    def pipeline(numbers: list[int]) -> None:
        with dsl.ParallelFor(numbers) as number:
            made = twice(number=number)
        total(numbers=dsl.Collected(made.output))

    workspace.run(pipeline, {"numbers": [1, 2]})
    outcome = workspace.run(pipeline, {"numbers": [2, 3, 1]})
    states = [state for path, state in sorted(outcome.states.items()) if path.endswith(".twice")]
    assert states == ["CACHED", "SUCCEEDED", "CACHED"]
    assert outcome.tasks["total"].outputs == {"Output": 12}


def test_a_component_is_looped_over_without_a_dag_around_it(workspace: Workspace) -> None:
    @dsl.pipeline(name="plain")
    def pipeline(numbers: list[int]) -> None:
        made = twice(number=0)
        keep(values=[]).after(made)

    def loop(document: dict[str, Any]) -> None:
        tasks = document["root"]["dag"]["tasks"]
        tasks["twice"]["inputs"] = {"parameters": {"numbers": {"componentInputParameter": "numbers"}}}
        tasks["twice"]["parameterIterator"] = {"itemInput": "number", "items": {"inputParameter": "numbers"}}
        taken = {"taskOutputParameter": {"outputParameterKey": "Output", "producerTask": "twice"}}
        tasks["keep"]["inputs"]["parameters"]["values"] = taken

    outcome = workspace.run(edited(workspace, pipeline, loop), {"numbers": [1, 2]})
    assert outcome.tasks["keep"].outputs == {"Output": [2, 4]}


def test_a_loop_of_two_hundred_turns(workspace: Workspace) -> None:
    @dsl.container_component
    def echo(number: int, made: dsl.OutputPath(int)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'printf "$0" > "$1"'], args=[number, made])

    @dsl.pipeline(name="many")
    def pipeline(numbers: list[int]) -> None:
        with dsl.ParallelFor(numbers) as number:
            made = echo(number=number)
        total(numbers=dsl.Collected(made.outputs["made"]))

    outcome = workspace.run(pipeline, {"numbers": list(range(200))})
    assert outcome.run.state is State.SUCCEEDED
    assert outcome.tasks["total"].outputs == {"Output": 199 * 100}
    assert len(outcome.tasks) == 402
