"""Conditions: which branch is taken, what the rest of the pipeline sees of it, and what can't be decided."""

from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

from barograph.states import State
from barograph.store.records import Kind
from tests.conformance.components import read, say, write
from tests.conformance.edits import edited, task
from tests.conftest import Outcome, Workspace, component


@component
def whole(value: int) -> int:
    return value


@component
def real(value: float) -> float:
    return value


@component
def flag(value: bool) -> bool:
    return value


def said(outcome: Outcome) -> list[str]:
    """What the tasks that ran gave, in the order of their paths."""
    return [str(task.outputs["Output"]) for _, task in sorted(outcome.tasks.items()) if "Output" in task.outputs]


@dsl.pipeline(name="weather")
def weather(word: str, number: int) -> None:
    with dsl.If(word == "rain"):
        say(text="wet")
    with dsl.Elif(word == "snow"):
        with dsl.If(number > 3):
            say(text="deep")
        with dsl.Else():
            say(text="shallow")
    with dsl.Elif(number == 0):
        say(text="nothing")
    with dsl.Else():
        say(text="other")


@pytest.mark.parametrize(
    ("word", "number", "expected"),
    [
        ("rain", 0, ["wet"]),
        ("snow", 4, ["deep"]),
        ("snow", 3, ["shallow"]),
        ("hail", 0, ["nothing"]),
        ("hail", 1, ["other"]),
    ],
)
def test_one_branch_is_taken(workspace: Workspace, word: str, number: int, expected: list[str]) -> None:
    outcome = workspace.run(weather, {"word": word, "number": number})
    assert said(outcome) == expected
    assert outcome.run.state is State.SUCCEEDED


def test_a_branch_that_is_not_taken_is_skipped_with_its_condition_and_nothing_in_it_recorded(
    workspace: Workspace,
) -> None:
    outcome = workspace.run(weather, {"word": "rain", "number": 1})
    branches = {path: task for path, task in outcome.tasks.items() if path.count(".") == 1}
    taken = [path for path, task in branches.items() if task.state is State.SUCCEEDED]
    assert len(taken) == 1
    assert outcome.tasks[f"{taken[0]}.say"].outputs == {"Output": "wet"}
    for path, branch in branches.items():
        assert branch.kind is Kind.CONDITION
        if path not in taken:
            assert branch.state is State.SKIPPED
            assert branch.error.startswith("its condition is false: ")
            assert "pipelinechannel" not in branch.error
    assert [path for path in outcome.tasks if path.count(".") > 1] == [f"{taken[0]}.say"]


AWKWARD = [
    "it's",
    'a "quoted" word',
    "back\\slash",
    "C:\\new\\table",
    "both ' and \"",
    "line\nbreak",
    "été",
    "雨",
    "🌧",
    "",
    " ",
    "true",
    "1",
    "' || true || '",
    "{{$.inputs}}",
    "a" * 5000,
]


@pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
def test_text_that_comes_from_a_parameter_is_compared_as_it_is(workspace: Workspace, text: str) -> None:
    @dsl.pipeline(name="comparing")
    def pipeline(one: str, other: str) -> None:
        with dsl.If(one == other):
            say(text="same")
        with dsl.Else():
            say(text="different")

    assert said(workspace.run(pipeline, {"one": text, "other": text})) == ["same"]
    assert said(workspace.run(pipeline, {"one": text, "other": f"{text} "})) == ["different"]


# The SDK writes a constant into the expression without escaping it, so not every text can be written there.
@pytest.mark.parametrize("text", ["été", "雨 🌧", 'a "quoted" word', "", "a && b || !c", "(x)"])
def test_text_that_is_written_in_the_pipeline_is_compared_as_it_is(workspace: Workspace, text: str) -> None:
    @dsl.pipeline(name="comparing")
    def pipeline(word: str) -> None:
        with dsl.If(word == text):
            say(text="same")
        with dsl.Else():
            say(text="different")

    assert said(workspace.run(pipeline, {"word": text})) == ["same"]
    assert said(workspace.run(pipeline, {"word": f"{text}x"})) == ["different"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(4, ["!=3", "2.5<", "<5", ">3", ">=4"]), (3, ["2.5<", "<5", "<=3", "==3"]), (-1, ["!=3", "<5", "<=3"])],
)
def test_whole_numbers_are_compared_with_whole_numbers_and_others(
    workspace: Workspace, value: int, expected: list[str]
) -> None:
    @dsl.pipeline(name="comparing")
    def pipeline(value: int) -> None:
        number = whole(value=value).output
        for condition, word in (
            (number == 3, "==3"),
            (number != 3, "!=3"),
            (number > 3, ">3"),
            (number >= 4, ">=4"),
            (number < 5, "<5"),
            (number <= 3, "<=3"),
            (number > 2.5, "2.5<"),
        ):
            with dsl.If(condition):
                say(text=word)

    outcome = workspace.run(pipeline, {"value": value})
    assert sorted(word for word in said(outcome) if word != str(value)) == sorted(expected)


@pytest.mark.parametrize(("value", "expected"), [(2.0, "two"), (2.5, "more"), (1e-7, "less"), (1e20, "more")])
def test_numbers_are_compared(workspace: Workspace, value: float, expected: str) -> None:
    @dsl.pipeline(name="comparing")
    def pipeline(value: float) -> None:
        number = real(value=value).output
        with dsl.If(number == 2):
            say(text="two")
        with dsl.Elif(number > 2.25):
            say(text="more")
        with dsl.Else():
            say(text="less")

    assert expected in said(workspace.run(pipeline, {"value": value}))


@pytest.mark.parametrize("value", [True, False])
def test_true_and_false_are_compared(workspace: Workspace, value: bool) -> None:
    @dsl.pipeline(name="comparing")
    def pipeline(value: bool) -> None:
        with dsl.If(flag(value=value).output == True):  # noqa: E712
            say(text="yes")
        with dsl.Else():
            say(text="no")

    outcome = workspace.run(pipeline, {"value": value})
    assert sorted(said(outcome)) == sorted(["yes" if value else "no", str(value)])


@pytest.mark.parametrize(("one", "other", "expected"), [(1, 2, "less"), (2, 2, "same"), (10, 9, "more")])
def test_the_outputs_of_two_tasks_are_compared(workspace: Workspace, one: int, other: int, expected: str) -> None:
    @dsl.pipeline(name="comparing")
    def pipeline(one: int, other: int) -> None:
        left, right = whole(value=one), whole(value=other)
        with dsl.If(left.output < right.output):
            say(text="less")
        with dsl.Elif(left.output == right.output):
            say(text="same")
        with dsl.Else():
            say(text="more")

    assert expected in said(workspace.run(pipeline, {"one": one, "other": other}))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("inputs.parameter_values['pipelinechannel--gone'] == 'rain'", "pipelinechannel--gone"),
        ("int(inputs.parameter_values['pipelinechannel--word']) > 3", "fails"),
        ("inputs.parameter_values['pipelinechannel--word']", "neither true nor false"),
    ],
)
def test_a_condition_that_cant_be_decided_fails_its_task(workspace: Workspace, expression: str, words: str) -> None:
    @dsl.pipeline(name="undecided")
    def pipeline(word: str) -> None:
        with dsl.If(word == "rain", name="undecided"):
            say(text="wet")
        say(text="beside")

    def change(document: dict[str, Any]) -> None:
        [name] = [name for name in document["root"]["dag"]["tasks"] if name.startswith("condition")]
        task(document, name)["triggerPolicy"]["condition"] = expression

    outcome = workspace.run(edited(workspace, pipeline, change), {"word": "rain"})
    [branch] = [path for path in outcome.tasks if path.startswith("condition")]
    assert outcome.tasks[branch].state is State.FAILED
    assert words in outcome.tasks[branch].error
    assert expression in outcome.tasks[branch].error
    assert outcome.run.state is State.FAILED
    assert "SUCCEEDED" in outcome.states.values()


def test_tasks_that_need_a_skipped_branch_are_skipped_and_the_run_succeeds(workspace: Workspace) -> None:
    @dsl.pipeline(name="dependents")
    def pipeline(word: str) -> None:
        with dsl.If(word == "rain"):
            say(text="wet")
        after = say(text="after")
        say(text=after.output)
        say(text="beside")

    # The SDK refuses a task outside a branch that comes after one inside.
    def wait(document: dict[str, Any]) -> None:
        task(document, "say-2")["dependentTasks"] = ["condition-1"]

    outcome = workspace.run(edited(workspace, pipeline, wait), {"word": "snow"})
    assert outcome.run.state is State.SUCCEEDED
    assert outcome.states == {"condition-1": "SKIPPED", "say-2": "SKIPPED", "say-3": "SKIPPED", "say-4": "SUCCEEDED"}
    assert outcome.tasks["say-2"].error == "condition-1 was skipped"
    assert outcome.tasks["say-3"].error == "say-2 was skipped"


@pytest.mark.parametrize("word", ["rain", "snow", "hail"])
def test_the_parameter_of_the_branch_that_was_taken_goes_on(workspace: Workspace, word: str) -> None:
    @dsl.pipeline(name="inner")
    def inner(word: str) -> str:
        with dsl.If(word == "rain"):
            one = say(text="wet")
        with dsl.Elif(word == "snow"):
            two = say(text="white")
        with dsl.Else():
            three = say(text="hard")
        return dsl.OneOf(one.output, two.output, three.output)  # type: ignore[no-any-return]

    @dsl.pipeline(name="outer")
    def pipeline(word: str) -> None:
        say(text=inner(word=word).output)

    outcome = workspace.run(pipeline, {"word": word})
    assert outcome.tasks["say"].outputs == {"Output": {"rain": "wet", "snow": "white", "hail": "hard"}[word]}


@pytest.mark.parametrize("word", ["rain", "snow"])
def test_the_artifact_of_the_branch_that_was_taken_goes_on(workspace: Workspace, word: str) -> None:
    @dsl.pipeline(name="branches")
    def pipeline(word: str) -> None:
        with dsl.If(word == "rain"):
            one = write(text="wet")
        with dsl.Else():
            two = write(text="white")
        read(data=dsl.OneOf(one.outputs["data"], two.outputs["data"]))

    outcome = workspace.run(pipeline, {"word": word})
    assert outcome.tasks["read"].outputs == {"Output": {"rain": "wet", "snow": "white"}[word]}
    [taken] = [link.artifact for link in outcome.links if link.task_id == outcome.tasks["read"].id]
    assert Path(taken.uri).exists()


def test_a_branch_in_which_a_task_fails_fails_the_run(workspace: Workspace) -> None:
    @component
    def fail() -> str:
        raise SystemExit("error: no")

    @dsl.pipeline(name="failing")
    def pipeline(word: str) -> None:
        with dsl.If(word == "rain"):
            one = fail()
        with dsl.Else():
            two = say(text="white")
        say(text=dsl.OneOf(one.output, two.output))

    outcome = workspace.run(pipeline, {"word": "rain"})
    assert outcome.run.state is State.FAILED
    assert outcome.states["say-2"] == "SKIPPED"


def test_parts_of_an_item_are_selected(workspace: Workspace) -> None:
    @component
    def see(place: str, count: str, more: str) -> str:
        return f"{place} {count} {more}"

    items = [{"place": "it's", "count": 3, "more": {"a": [1, 2.5]}}, {"place": "雨", "count": 4, "more": {}}]

    @dsl.pipeline(name="selecting")
    def pipeline() -> None:
        with dsl.ParallelFor(items) as item:
            see(place=item.place, count=item.count, more=item.more)

    assert said(workspace.run(pipeline)) == ['it\'s 3 {"a":[1,2.5]}', "雨 4 {}"]


def test_parts_of_an_item_keep_their_type(workspace: Workspace) -> None:
    @dsl.pipeline(name="selecting")
    def pipeline(items: list[dict[str, int]]) -> None:
        with dsl.ParallelFor(items) as item, dsl.If(item.count > 3):
            whole(value=item.count)

    outcome = workspace.run(pipeline, {"items": [{"count": 3}, {"count": 4}]})
    assert [task.outputs for path, task in outcome.tasks.items() if path.endswith(".whole")] == [{"Output": 4}]


def test_a_part_that_is_not_there_fails_its_task(workspace: Workspace) -> None:
    @dsl.pipeline(name="selecting")
    def pipeline(items: list[dict]) -> None:
        with dsl.ParallelFor(items) as item:
            say(text=item.place)

    outcome = workspace.run(pipeline, {"items": [{"place": "Kew"}, {"spot": "Kew"}]})
    assert outcome.run.state is State.FAILED
    assert [outcome.tasks[path].state for path in sorted(outcome.tasks) if path.endswith(".say")] == [
        State.SUCCEEDED,
        State.FAILED,
    ]
    [failed] = [task for path, task in outcome.tasks.items() if path.endswith(".say") and task.error]
    assert "parameter 'text' of task 'say'" in failed.error
