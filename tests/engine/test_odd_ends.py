"""Runs that are stopped, taken up again, or odd in other ways: what the record says of them must be true."""

import os
import threading
from pathlib import Path

import yaml
from kfp import dsl
from kfp.dsl import Artifact, Input, Output

from barograph.config import Config
from barograph.engine.again import earlier
from barograph.engine.cancellation import Cancellation
from barograph.engine.events import Event, TaskChanged
from barograph.engine.request import Options, Request
from barograph.engine.run import execute
from barograph.executors.process import ProcessExecutor
from barograph.ir import build, read_spec
from barograph.ir.values import Value
from barograph.states import State
from tests.conftest import IMAGE, Heard, Outcome, Workspace, component


@dsl.container_component
def obey(gate: str) -> dsl.ContainerSpec:
    """Ends well when it is asked to end."""
    script = 'trap "exit 0" TERM; sleep 1000 & echo up > "$0"; wait'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[gate])


@component
def say(text: str) -> str:
    return text


def retried(
    workspace: Workspace, pipeline: Path, parameters: dict[str, Value], cancellation: Cancellation, heard: Heard
) -> Outcome:
    """Take the newest run up again."""
    config: Config = workspace.config
    store, spec = workspace.store, read_spec(pipeline)
    graph = build(spec)
    before = earlier(store.find_run("last"), graph, store)
    request = Request(graph, spec.text, parameters, Options(parallelism=1))
    run = execute(request, config.home, store, ProcessExecutor(config), heard, cancellation, before)
    return workspace.outcome(run.id)


def test_a_canceled_run_is_canceled_even_where_what_ran_ended_well(workspace: Workspace) -> None:
    @dsl.pipeline(name="obeying")
    def obeying(gate: str) -> None:
        say(text="after").after(obey(gate=gate))

    gate = workspace.path / "gate"
    os.mkfifo(gate)
    cancellation = Cancellation()

    def cancel() -> None:
        gate.read_text()
        cancellation.request()

    thread = threading.Thread(target=cancel)
    thread.start()
    outcome = workspace.run(obeying, {"gate": str(gate)}, cancellation=cancellation)
    thread.join()
    assert outcome.run.state is State.CANCELED
    assert outcome.states == {"obey": "SUCCEEDED", "say": "CANCELED"}


def test_a_run_that_is_canceled_before_it_begins_is_canceled(workspace: Workspace) -> None:
    @dsl.pipeline(name="saying")
    def saying() -> None:
        say(text="rain")

    cancellation = Cancellation()
    cancellation.request()
    outcome = workspace.run(saying, cancellation=cancellation)
    assert outcome.run.state is State.CANCELED
    assert outcome.states == {"say": "CANCELED"}


def test_a_task_that_ends_well_after_its_time_has_failed(workspace: Workspace) -> None:
    @dsl.pipeline(name="late")
    def late(gate: str) -> None:
        obey(gate=gate)

    file = workspace.compile(late)
    platform = {"deploymentSpec": {"executors": {"exec-obey": {"activeDeadlineSeconds": "1"}}}}
    file.write_text(file.read_text() + "---\n" + yaml.safe_dump({"platforms": {"kubernetes": platform}}))
    outcome = workspace.run(file, {"gate": "/dev/null"})
    assert outcome.states == {"obey": "FAILED"}
    assert outcome.tasks["obey"].error == "it took longer than the 1 s that its pipeline allows"


def test_what_a_retry_keeps_of_older_code_is_not_taken_for_the_newer_codes(workspace: Workspace) -> None:
    @component
    def answer() -> int:
        from probe import ANSWER

        return ANSWER

    @component
    def need(file: str, number: int) -> int:
        open(file).close()
        return number

    @dsl.pipeline(name="answers")
    def answers(file: str) -> None:
        need(file=file, number=answer().output)

    file = workspace.path / "file"
    pipeline = workspace.compile(answers)
    assert workspace.run(pipeline, {"file": str(file)}).states == {"answer": "SUCCEEDED", "need": "FAILED"}
    source = workspace.path / "probe" / "src" / "probe" / "__init__.py"
    source.write_text(source.read_text().replace("42", "43"))
    file.touch()
    again = retried(workspace, pipeline, {"file": str(file)}, Cancellation(), Heard())
    assert again.tasks["need"].outputs == {"Output": 42}
    fresh = workspace.run(pipeline, {"file": str(file)})
    assert fresh.states == {"answer": "SUCCEEDED", "need": "SUCCEEDED"}
    assert fresh.tasks["need"].outputs == {"Output": 43}


def test_canceling_a_retry_loses_no_turn_that_had_ended_well(workspace: Workspace) -> None:
    @component
    def need(file: str, number: int) -> int:
        if number < 8:
            open(file).close()
        return number

    @dsl.pipeline(name="turns")
    def turns(file: str) -> None:
        with dsl.ParallelFor(list(range(20))) as number:
            need(file=file, number=number)

    pipeline = workspace.compile(turns)
    first = workspace.run(pipeline, {"file": "/nowhere"}, parallelism=1)
    good = {path: task for path, task in first.tasks.items() if path.endswith("need") and task.state.has_outputs}
    assert len(good) == 12
    cancellation = Cancellation()

    def cancel(event: Event) -> None:
        if isinstance(event, TaskChanged) and event.task.state is State.RUNNING and event.task.path.endswith("need"):
            cancellation.request()

    canceled = retried(workspace, pipeline, {"file": "/nowhere"}, cancellation, Heard(cancel))
    assert canceled.run.state is State.CANCELED
    assert {path: canceled.tasks[path] for path in good} == good


def test_an_artifact_elsewhere_is_identified_by_its_address(workspace: Workspace) -> None:
    @component
    def point(version: str, model: Output[Artifact]) -> None:
        model.uri = f"bq://project.models.{version}"

    @component
    def use(model: Input[Artifact]) -> str:
        return str(model.uri)

    @dsl.pipeline(name="pointing")
    def pointing(version: str) -> None:
        use(model=point(version=version).outputs["model"])

    workspace.run(pointing, {"version": "1"})
    assert workspace.run(pointing, {"version": "2"}).tasks["use"].outputs == {"Output": "bq://project.models.2"}


def test_a_text_made_of_an_output_that_was_not_given_falls_back_to_the_default(workspace: Workspace) -> None:
    @component
    def fail() -> str:
        raise SystemExit("error: no")

    @component
    def greet(text: str = "nobody") -> str:
        return text

    @dsl.pipeline(name="falling-back")
    def falling_back() -> None:
        greet(text=f"hello {fail().output}").ignore_upstream_failure()

    outcome = workspace.run(falling_back)
    assert outcome.tasks["greet"].outputs == {"Output": "nobody"}
    assert outcome.run.state is State.FAILED


def test_an_error_from_below_fails_its_task_and_ends_the_run(workspace: Workspace) -> None:
    @dsl.pipeline(name="saying")
    def saying(text: str) -> None:
        say(text=text)

    # A volume's name with a NUL can't be a folder's: the error comes from below, where nobody expects it.
    file = workspace.compile(saying)
    mount = {"pvcMount": [{"componentInputParameter": "text", "mountPath": "/x"}]}
    platform = {"deploymentSpec": {"executors": {"exec-say": mount}}}
    file.write_text(file.read_text() + "---\n" + yaml.safe_dump({"platforms": {"kubernetes": platform}}))
    outcome = workspace.run(file, {"text": "a\0b"})
    assert outcome.states == {"say": "FAILED"}
    assert "internal error" in outcome.tasks["say"].error
