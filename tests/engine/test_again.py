"""Taking up runs again: what stays, and what runs anew."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from barograph.engine.again import check_idle, check_resumable, check_retriable, earlier, given_parameters
from barograph.engine.liveness import INTERRUPTED, held
from barograph.engine.request import Request
from barograph.engine.run import execute
from barograph.errors import ConfigurationError
from barograph.executors.process import ProcessExecutor
from barograph.ir import build, parse_spec
from barograph.states import State
from tests.conftest import IMAGE, Heard, Outcome, Workspace, component


@dsl.container_component
def note(text: str, file: str, made: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
    # A line for each time it runs.
    script = 'echo "$0" >> "$1"; mkdir -p "$(dirname "$2")"; printf %s "$0" > "$2"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-ec", script], args=[text, file, made])


@dsl.container_component
def need(text: str, file: str, gate: str) -> dsl.ContainerSpec:
    return dsl.ContainerSpec(
        image=IMAGE, command=["sh", "-ec", 'echo "need $0" >> "$1"; test -e "$2"'], args=[text, file, gate]
    )


@component
def write(text: str, data: Output[Dataset]) -> None:
    with open(data.path, "w") as file:
        file.write(text)


@component
def read(data: Input[Dataset], file: str) -> None:
    with open(data.path) as source, open(file, "a") as target:
        target.write(f"read {source.read()}\n")


def again(workspace: Workspace, reference: str = "last") -> Outcome:
    """Take a run up again, in this process."""
    store = workspace.store
    run = store.find_run(reference)
    pipeline = build(parse_spec(run.spec))
    request = Request(pipeline, run.spec, given_parameters(run))
    executor = ProcessExecutor(workspace.config, dict(os.environ))
    before = earlier(run, pipeline, store)
    ended = execute(request, workspace.config.home, store, executor, Heard(), None, before)
    assert ended.id == run.id
    return workspace.outcome(run.id)


@pytest.fixture
def file(workspace: Workspace) -> Path:
    """Where tasks leave a line each time they run."""
    return workspace.path / "lines"


def ran(file: Path) -> list[str]:
    lines = sorted(file.read_text().split("\n")[:-1])
    file.write_text("")
    return lines


def test_a_retry_runs_what_failed_and_what_follows_and_keeps_the_rest(workspace: Workspace, file: Path) -> None:
    @dsl.pipeline(name="steps")
    def steps(file: str, gate: str) -> None:
        first = note(text="first", file=file).set_caching_options(False)
        second = need(text=first.output, file=file, gate=gate).set_caching_options(False)
        note(text="third", file=file).after(second).set_caching_options(False)

    gate = workspace.path / "gate"
    failed = workspace.run(steps, {"file": str(file), "gate": str(gate)})
    assert failed.states == {"note": "SUCCEEDED", "need": "FAILED", "note-2": "SKIPPED"}
    assert ran(file) == ["first", "need first"]
    gate.touch()
    outcome = again(workspace)
    assert outcome.run.state is State.SUCCEEDED
    assert outcome.run.error == ""
    assert outcome.states == {"note": "SUCCEEDED", "need": "SUCCEEDED", "note-2": "SUCCEEDED"}
    assert ran(file) == ["need first", "third"]
    before, after = failed.tasks["note"], outcome.tasks["note"]
    assert (after.id, after.outputs, after.started_at) == (before.id, before.outputs, before.started_at)


def test_the_turns_of_a_loop_that_ended_well_are_kept(workspace: Workspace, file: Path) -> None:
    @dsl.component(base_image=IMAGE, install_kfp_package=False)
    def count(texts: list) -> int:
        return len(texts)

    @dsl.pipeline(name="turns")
    def turns(file: str, gate: str) -> None:
        with dsl.ParallelFor(["a", "b", "c"]) as item:
            made = note(text=item, file=file)
            with dsl.If(item == "b"):
                need(text=made.output, file=file, gate=gate)
        count(texts=dsl.Collected(made.output))

    gate = workspace.path / "gate"
    failed = workspace.run(turns, {"file": str(file), "gate": str(gate)}, cache=False)
    assert failed.run.state is State.FAILED
    assert ran(file) == ["a", "b", "c", "need b"]
    gate.touch()
    outcome = again(workspace)
    assert outcome.run.state is State.SUCCEEDED, outcome.states
    assert ran(file) == ["need b"]
    assert outcome.tasks["count"].outputs == {"Output": 3}
    assert State.FAILED not in {task.state for task in outcome.tasks.values()}


def test_an_exit_task_runs_again_with_what_it_watches(workspace: Workspace, file: Path) -> None:
    @dsl.pipeline(name="watched")
    def watched(file: str, gate: str) -> None:
        last = note(text="bye", file=file)
        with dsl.ExitHandler(last):
            note(text="kept", file=file)
            need(text="it", file=file, gate=gate)

    gate = workspace.path / "gate"
    failed = workspace.run(watched, {"file": str(file), "gate": str(gate)}, cache=False)
    assert failed.run.state is State.FAILED
    assert ran(file) == ["bye", "kept", "need it"]
    gate.touch()
    outcome = again(workspace)
    assert outcome.run.state is State.SUCCEEDED, outcome.states
    assert ran(file) == ["bye", "need it"]


def test_an_importer_and_artifacts_are_kept(workspace: Workspace, file: Path) -> None:
    (workspace.path / "imported.txt").write_text("rain")

    @dsl.pipeline(name="importing")
    def importing(file: str, gate: str, uri: str) -> None:
        found = dsl.importer(artifact_uri=uri, artifact_class=Dataset, reimport=True)
        first = read(data=found.output, file=file)
        made = write(text="snow")
        need(text="x", file=file, gate=gate).after(first)
        read(data=made.outputs["data"], file=file).after(first)

    gate = workspace.path / "gate"
    given = {"file": str(file), "gate": str(gate), "uri": str(workspace.path / "imported.txt")}
    failed = workspace.run(importing, given, cache=False)  # type: ignore[arg-type]
    assert ran(file) == ["need x", "read rain", "read snow"]
    gate.touch()
    outcome = again(workspace)
    assert outcome.run.state is State.SUCCEEDED, outcome.states
    assert ran(file) == ["need x"]
    assert outcome.artifact("importer", "artifact").id == failed.artifact("importer", "artifact").id
    assert outcome.artifact("write", "data").id == failed.artifact("write", "data").id
    assert len(outcome.links) == len(failed.links)


def test_what_has_vanished_is_made_again_with_what_rests_on_it(workspace: Workspace, file: Path) -> None:
    @dsl.pipeline(name="vanishing")
    def vanishing(file: str, gate: str) -> None:
        made = write(text="snow")
        read(data=made.outputs["data"], file=file)
        need(text="x", file=file, gate=gate)

    gate = workspace.path / "gate"
    failed = workspace.run(vanishing, {"file": str(file), "gate": str(gate)}, cache=False)
    Path(failed.artifact("write", "data").uri).unlink()
    ran(file)
    gate.touch()
    pipeline = build(parse_spec(failed.run.spec))
    assert set(earlier(failed.run, pipeline, workspace.store).kept) == set()
    assert again(workspace).run.state is State.SUCCEEDED


def test_which_run_can_be_taken_up_in_which_way(workspace: Workspace) -> None:
    @dsl.pipeline(name="plain")
    def plain() -> None:
        write(text="snow")

    done = workspace.run(plain).run
    failed = replace(done, state=State.FAILED, error="task a failed")
    interrupted = replace(failed, error=INTERRUPTED)
    canceled = replace(done, state=State.CANCELED)
    running = replace(done, state=State.RUNNING)
    for run in (interrupted, canceled):
        check_resumable(run)
    for run in (failed, interrupted):
        check_retriable(run)
    for check, run, words in (
        (check_resumable, done, "has succeeded"),
        (check_retriable, done, "has succeeded"),
        (check_resumable, failed, "barograph retry"),
        (check_retriable, canceled, "barograph resume"),
        (check_resumable, running, "another process"),
        (check_retriable, running, "another process"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            check(run)
    check_idle(workspace.config.home, failed)
    with held(workspace.config.home, failed.id), pytest.raises(ConfigurationError, match="another process"):
        check_idle(workspace.config.home, failed)
