"""What runs after a failure, and what the run becomes."""

from typing import Any

import pytest
from kfp import dsl
from kfp.dsl import PipelineTaskFinalStatus

from barograph.engine.runtime import StatusWords
from barograph.states import State
from tests.conformance.components import say
from tests.conftest import IMAGE, Outcome, Workspace, component


@component
def fail(message: str) -> str:
    raise SystemExit(message)


@component
def close(status: PipelineTaskFinalStatus, note: str = "") -> str:
    return f"{note}{status.pipeline_task_name} {status.state} {status.error_code} {status.error_message}"


@dsl.container_component
def see(status: PipelineTaskFinalStatus, said: dsl.OutputPath(dict)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
    script = 'printf "%s" "$0" > "$1"; : "$2"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=["{{$}}", said, status])


@dsl.pipeline(name="guarded")
def guarded(good: bool) -> None:
    with dsl.ExitHandler(close(note="closed: "), name="body"):
        with dsl.If(good == False):  # noqa: E712
            fail(message="error: no photos")
        say(text="in the body")
    say(text="outside")


def body_of(outcome: Outcome) -> str:
    """The path of the task that the exit handler is around."""
    [path] = [path for path in outcome.tasks if path.startswith("exit-handler") and "." not in path]
    return path


@pytest.mark.parametrize(
    ("good", "words", "body", "said"),
    [
        (True, StatusWords.KUBEFLOW, "SUCCEEDED", "COMPLETE None None"),
        (True, StatusWords.VERTEX, "SUCCEEDED", "SUCCEEDED None None"),
        (False, StatusWords.KUBEFLOW, "FAILED", "FAILED 1 "),
        (False, StatusWords.VERTEX, "FAILED", "FAILED 1 "),
    ],
)
def test_an_exit_task_runs_however_its_body_ended_and_is_told(
    workspace: Workspace, good: bool, words: StatusWords, body: str, said: str
) -> None:
    outcome = workspace.run(guarded, {"good": good}, final_status=words)
    path = body_of(outcome)
    assert outcome.states[path] == body
    assert outcome.states["close"] == "SUCCEEDED"
    assert outcome.tasks["close"].outputs["Output"].startswith(f"closed: {path} {said}")
    assert outcome.run.state.value == body
    assert outcome.tasks["say-2"].outputs == {"Output": "outside"}


def test_a_final_status_is_a_struct_with_the_runs_names_and_the_error(workspace: Workspace) -> None:
    @dsl.pipeline(name="watched")
    def pipeline(good: bool) -> None:
        with dsl.ExitHandler(see()):
            with dsl.If(good == False):  # noqa: E712
                fail(message="error: no photos")
            say(text="")

    for good in (True, False):
        outcome = workspace.run(pipeline, {"good": good}, name=f"run {good}")
        [status] = outcome.tasks["see"].outputs["said"]["inputs"]["parameterValues"].values()
        assert status["state"] == ("COMPLETE" if good else "FAILED")
        assert status["pipelineTaskName"] == body_of(outcome)
        assert status["pipelineJobName"] == f"run {good}"
        assert status["pipelineJobUuid"] == outcome.run.id
        assert status["pipelineJobResourceName"] == f"watched-{outcome.run.id[:8]}"
        if good:
            assert status["error"] == {}
        else:
            assert status["error"]["code"] == 1
            assert "condition-" in status["error"]["message"]


def test_a_final_status_names_what_failed_in_the_body(workspace: Workspace) -> None:
    @dsl.pipeline(name="watched")
    def pipeline() -> None:
        with dsl.ExitHandler(close()):
            fail(message="error: no photos")

    outcome = workspace.run(pipeline)
    said = outcome.tasks["close"].outputs["Output"]
    assert "fail" in said.rpartition("FAILED 1 ")[2]


def test_an_exit_task_runs_last(workspace: Workspace) -> None:
    @dsl.container_component
    def slow(file: str) -> dsl.ContainerSpec:
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'sleep 0.3; echo "body" >> "$0"'], args=[file])

    @dsl.container_component
    def quick_failure(file: str) -> dsl.ContainerSpec:
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'echo "failed" >> "$0"; exit 3'], args=[file])

    @dsl.container_component
    def leave(file: str) -> dsl.ContainerSpec:
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'echo "exit" >> "$0"'], args=[file])

    @dsl.pipeline(name="ordered")
    def pipeline(file: str) -> None:
        with dsl.ExitHandler(leave(file=file)):
            slow(file=file)
            quick_failure(file=file)

    file = workspace.path / "order"
    outcome = workspace.run(pipeline, {"file": str(file)}, parallelism=2)
    assert file.read_text().split() == ["failed", "body", "exit"]
    assert outcome.run.state is State.FAILED


def test_an_exit_task_that_fails_fails_the_run(workspace: Workspace) -> None:
    @dsl.pipeline(name="failing")
    def pipeline() -> None:
        with dsl.ExitHandler(fail(message="error: can't close")):
            say(text="well")

    outcome = workspace.run(pipeline)
    assert outcome.states[body_of(outcome)] == "SUCCEEDED"
    assert outcome.states["fail"] == "FAILED"
    assert outcome.run.state is State.FAILED
    assert outcome.run.error == "task fail failed"


@pytest.mark.parametrize("good", [True, False])
def test_a_pipeline_is_an_exit_task(workspace: Workspace, good: bool) -> None:
    @component
    def take(status: dict, note: str) -> str:
        return f"{note}{status['pipelineTaskName']} {status['state']}"

    @dsl.pipeline(name="closing")
    def closing(status: PipelineTaskFinalStatus, note: str = "") -> None:
        take(note=note, status=status)
        say(text="closed")

    @dsl.pipeline(name="guarded")
    def pipeline(good: bool) -> None:
        with dsl.ExitHandler(closing(note="note: ")):
            with dsl.If(good == False):  # noqa: E712
                fail(message="error: no")
            say(text="body")

    outcome = workspace.run(pipeline, {"good": good})
    assert outcome.states["closing"] == outcome.states["closing.say"] == "SUCCEEDED"
    word = "COMPLETE" if good else "FAILED"
    assert outcome.tasks["closing.take"].outputs == {"Output": f"note: {body_of(outcome)} {word}"}
    assert outcome.run.state is (State.SUCCEEDED if good else State.FAILED)


@pytest.mark.parametrize(("good", "expected"), [(True, "rain"), (False, "by default")])
def test_a_task_that_ignores_failures_takes_its_default_for_what_was_not_made(
    workspace: Workspace, good: bool, expected: str
) -> None:
    @component
    def maybe(good: bool) -> str:
        if not good:
            raise SystemExit("error: no")
        return "rain"

    @component
    def greet(text: str = "by default") -> str:
        return text

    @dsl.pipeline(name="ignoring")
    def pipeline(good: bool) -> None:
        greeted = greet(text=maybe(good=good).output).ignore_upstream_failure()
        say(text=greeted.output)

    outcome = workspace.run(pipeline, {"good": good})
    assert outcome.tasks["say"].outputs == {"Output": expected}
    assert outcome.run.state is (State.SUCCEEDED if good else State.FAILED)


def test_a_task_that_ignores_failures_runs_after_one_that_was_skipped(workspace: Workspace) -> None:
    @component
    def greet(text: str = "by default") -> str:
        return text

    @dsl.pipeline(name="ignoring")
    def pipeline() -> None:
        skipped = say(text=fail(message="error: no").output)
        greet(text=skipped.output).ignore_upstream_failure()

    outcome = workspace.run(pipeline)
    assert outcome.states == {"fail": "FAILED", "say": "SKIPPED", "greet": "SUCCEEDED"}


def test_exit_handlers_in_pipelines_of_a_pipeline_with_one(workspace: Workspace) -> None:
    @dsl.pipeline(name="inner")
    def inner() -> None:
        with dsl.ExitHandler(close(note="inner: "), name="inside"):
            fail(message="error: no")

    @dsl.pipeline(name="outer")
    def pipeline() -> None:
        with dsl.ExitHandler(close(note="outer: "), name="outside"):
            inner()
            say(text="beside")

    outcome = workspace.run(pipeline)
    body = body_of(outcome)
    inside = f"{body}.inner"
    assert outcome.states[inside] == "FAILED"
    assert outcome.states[f"{body}.say"] == "SUCCEEDED"
    assert outcome.tasks[f"{inside}.close"].outputs["Output"].startswith("inner: exit-handler-1 FAILED")
    assert outcome.tasks["close"].outputs["Output"].startswith(f"outer: {body} FAILED")
    assert outcome.run.state is State.FAILED


def test_two_exit_handlers_beside_each_other_each_hear_of_their_own_body(workspace: Workspace) -> None:
    @dsl.pipeline(name="beside")
    def pipeline() -> None:
        with dsl.ExitHandler(close(note="first: ")):
            say(text="well")
        with dsl.ExitHandler(close(note="second: ")):
            fail(message="error: no")

    outcome = workspace.run(pipeline)
    assert outcome.tasks["close"].outputs["Output"].startswith("first: exit-handler-1 COMPLETE")
    assert outcome.tasks["close-2"].outputs["Output"].startswith("second: exit-handler-2 FAILED")
    assert outcome.run.state is State.FAILED


def test_independent_branches_go_on_after_a_failure(workspace: Workspace) -> None:
    @dsl.pipeline(name="branches")
    def pipeline() -> None:
        broken = fail(message="error: no")
        after = say(text=broken.output)
        say(text=after.output)
        first = say(text="rain")
        second = say(text=f"more {first.output}")
        say(text=second.output).after(broken)

    outcome = workspace.run(pipeline, parallelism=1)
    assert outcome.states == {
        "fail": "FAILED",
        "say": "SKIPPED",
        "say-2": "SKIPPED",
        "say-3": "SUCCEEDED",
        "say-4": "SUCCEEDED",
        "say-5": "SKIPPED",
    }
    assert [outcome.tasks[name].error for name in ("say", "say-2", "say-5")] == [
        "fail failed",
        "say was skipped",
        "fail failed",
    ]
    assert outcome.run.state is State.FAILED
    assert outcome.run.error == "task fail failed"


def test_an_exit_task_is_never_taken_from_the_cache_of_another_outcome(workspace: Workspace) -> None:
    workspace.run(guarded, {"good": True})
    outcome = workspace.run(guarded, {"good": False})
    assert outcome.states["close"] == "SUCCEEDED"
    said: Any = outcome.tasks["close"].outputs["Output"]
    assert "FAILED" in said
