"""Running pipelines for real: compiled by the SDK, in an environment made by uv, in processes of their own."""

import os
import signal
import threading
from pathlib import Path

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Metrics, Model, Output

from barograph.config import image_name
from barograph.engine.cancellation import Cancellation
from barograph.engine.events import Event, RunChanged, TaskChanged
from barograph.errors import ParameterError
from barograph.states import State
from tests.conftest import IMAGE, Heard, Workspace, component


@component
def say(text: str) -> str:
    return text


@component
def write(text: str, data: Output[Dataset], metrics: Output[Metrics]) -> int:
    with open(data.path, "w") as file:
        file.write(text)
    data.metadata["length"] = len(text)
    metrics.log_metric("length", len(text))
    return len(text)


@component
def copy(data: Input[Dataset], model: Output[Model]) -> None:
    with open(data.path) as source, open(model.path, "w") as target:
        target.write(source.read().upper())


@component
def first_letter(text: str, data: Output[Dataset]) -> None:
    with open(data.path, "w") as file:
        file.write(text[0])


@component
def fail(message: str) -> str:
    raise SystemExit(message)


@dsl.pipeline(name="chain")
def chain(text: str = "hello") -> None:
    made = write(text=text)
    copy(data=made.outputs["data"])


def test_parameters_and_artifacts_reach_the_next_task(workspace: Workspace) -> None:
    outcome = workspace.run(chain, {"text": "rain"})
    assert outcome.run.state is State.SUCCEEDED
    assert outcome.states == {"write": "SUCCEEDED", "copy": "SUCCEEDED"}
    assert Path(outcome.artifact("copy", "model").uri).read_text() == "RAIN"
    assert outcome.tasks["write"].outputs == {"Output": 4}


def test_artifacts_are_recorded_with_type_digest_size_and_metadata(workspace: Workspace) -> None:
    data = workspace.run(chain, {"text": "rain"}).artifact("write", "data")
    assert data.type == "system.Dataset"
    assert data.size == 4
    assert data.media_type == "text/plain"
    assert data.metadata == {"length": 4}
    # printf rain | sha256sum
    assert data.digest == "sha256:319b44c570a417ff3444896cd4aa77f052b6781773fc2f9aa1f1180ac745005c"


def test_metrics_without_a_file_are_identified_by_their_values(workspace: Workspace) -> None:
    first = workspace.run(chain, {"text": "rain"}).artifact("write", "metrics")
    second = workspace.run(chain, {"text": "snow"}).artifact("write", "metrics")
    third = workspace.run(chain, {"text": "hail and rime"}).artifact("write", "metrics")
    assert first.size is None
    assert first.digest == second.digest != third.digest


def test_a_second_run_takes_everything_from_the_cache(workspace: Workspace) -> None:
    first = workspace.run(chain)
    second = workspace.run(chain)
    assert set(second.states.values()) == {"CACHED"}
    assert second.run.state is State.SUCCEEDED
    assert second.tasks["copy"].cached_from == first.tasks["copy"].id
    assert second.artifact("copy", "model") == first.artifact("copy", "model")
    assert second.tasks["write"].outputs == {"Output": 5}


def test_no_cache_runs_everything_again(workspace: Workspace) -> None:
    workspace.run(chain)
    assert set(workspace.run(chain, cache=False).states.values()) == {"SUCCEEDED"}


def test_another_parameter_is_another_execution(workspace: Workspace) -> None:
    workspace.run(chain, {"text": "rain"})
    assert set(workspace.run(chain, {"text": "snow"}).states.values()) == {"SUCCEEDED"}


def test_an_upstream_task_that_makes_the_same_bytes_leaves_what_follows_cached(workspace: Workspace) -> None:
    @dsl.pipeline(name="initial")
    def initial(text: str) -> None:
        made = first_letter(text=text)
        copy(data=made.outputs["data"])

    workspace.run(initial, {"text": "rain"})
    assert workspace.run(initial, {"text": "rime"}).states == {"first-letter": "SUCCEEDED", "copy": "CACHED"}


def test_a_vanished_artifact_is_made_again(workspace: Workspace) -> None:
    first = workspace.run(chain)
    Path(first.artifact("copy", "model").uri).unlink()
    assert workspace.run(chain).states == {"write": "CACHED", "copy": "SUCCEEDED"}


def test_a_task_with_caching_switched_off_always_runs(workspace: Workspace) -> None:
    @dsl.pipeline(name="uncached")
    def uncached() -> None:
        said = say(text="rain").set_caching_options(False)
        write(text=said.output)

    workspace.run(uncached)
    assert workspace.run(uncached).states == {"say": "SUCCEEDED", "write": "CACHED"}


def test_changed_source_of_the_component_project_is_another_environment(workspace: Workspace) -> None:
    @component
    def answer() -> int:
        from probe import ANSWER

        return ANSWER

    @dsl.pipeline(name="answers")
    def answers() -> None:
        answer()

    assert workspace.run(answers).tasks["answer"].outputs == {"Output": 42}
    source = workspace.path / "probe" / "src" / "probe" / "__init__.py"
    source.write_text(source.read_text().replace("42", "43"))
    outcome = workspace.run(answers)
    assert outcome.states == {"answer": "SUCCEEDED"}
    assert outcome.tasks["answer"].outputs == {"Output": 43}


def test_a_failed_task_skips_what_needs_it_and_nothing_else(workspace: Workspace) -> None:
    @dsl.pipeline(name="branches")
    def branches() -> None:
        broken = fail(message="error: no photos")
        write(text=broken.output)
        made = write(text="rain")
        copy(data=made.outputs["data"])

    outcome = workspace.run(branches)
    assert outcome.run.state is State.FAILED
    assert outcome.run.error == "task fail failed"
    assert outcome.states == {"fail": "FAILED", "write": "SKIPPED", "write-2": "SUCCEEDED", "copy": "SUCCEEDED"}
    assert outcome.tasks["write"].error == "fail failed"
    assert outcome.tasks["fail"].exit_code == 1
    assert outcome.log("fail").rstrip().endswith("error: no photos")


def test_a_failed_task_is_not_taken_from_the_cache(workspace: Workspace) -> None:
    @dsl.pipeline(name="failing")
    def failing() -> None:
        fail(message="no")

    workspace.run(failing)
    assert workspace.run(failing).states == {"fail": "FAILED"}


def test_what_a_failed_task_left_is_not_kept(workspace: Workspace) -> None:
    @component
    def half(data: Output[Dataset]) -> None:
        with open(data.path, "w") as file:
            file.write("half of it")
        raise SystemExit("error: the other half is missing")

    @dsl.pipeline(name="halves")
    def halves() -> None:
        half()

    outcome = workspace.run(halves)
    home = workspace.config.home.path
    assert outcome.links == []
    assert [f for f in (home / "artifacts").rglob("*") if f.is_file()] == []
    assert list((home / "work").iterdir()) == []


def test_independent_tasks_run_at_the_same_time(workspace: Workspace) -> None:
    @component
    def meet(mine: str, theirs: str) -> None:
        # Opening a named pipe waits for the other end: each task ends only if the other runs beside it.
        import os

        for path, mode in sorted([(mine, os.O_WRONLY), (theirs, os.O_RDONLY)]):
            os.close(os.open(path, mode))

    a, b = workspace.path / "a", workspace.path / "b"
    os.mkfifo(a)
    os.mkfifo(b)

    @dsl.pipeline(name="meeting")
    def meeting(a: str, b: str) -> None:
        meet(mine=a, theirs=b)
        meet(mine=b, theirs=a)

    outcome = workspace.run(meeting, {"a": str(a), "b": str(b)})
    assert outcome.run.state is State.SUCCEEDED


def test_parallelism_of_one_runs_one_task_at_a_time(workspace: Workspace) -> None:
    @dsl.pipeline(name="several")
    def several() -> None:
        for text in ("rain", "snow", "hail"):
            write(text=text)

    running = 0
    most = 0

    def count(event: Event) -> None:
        nonlocal running, most
        if isinstance(event, TaskChanged):
            running += {State.RUNNING: 1, State.SUCCEEDED: -1}.get(event.task.state, 0)
            most = max(most, running)

    workspace.run(several, heard=Heard(count), parallelism=1)
    assert most == 1


def test_a_pipeline_in_a_pipeline_gives_its_outputs(workspace: Workspace) -> None:
    @dsl.pipeline(name="inner")
    def inner(text: str) -> Model:
        made = write(text=text)
        return copy(data=made.outputs["data"]).outputs["model"]

    @component
    def read(model: Input[Model]) -> str:
        with open(model.path) as file:
            return file.read()

    @dsl.pipeline(name="outer")
    def outer(text: str = "rain") -> None:
        read(model=inner(text=text).output)

    outcome = workspace.run(outer)
    assert outcome.states == {
        "inner": "SUCCEEDED",
        "inner.write": "SUCCEEDED",
        "inner.copy": "SUCCEEDED",
        "read": "SUCCEEDED",
    }
    assert outcome.tasks["read"].outputs == {"Output": "RAIN"}
    again = workspace.run(outer)
    assert again.states["inner.copy"] == again.states["read"] == "CACHED"


def test_a_container_component_gives_its_outputs_in_files(workspace: Workspace) -> None:
    @dsl.container_component
    def shout(text: str, said: dsl.OutputPath(str), data: Output[Dataset]) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        script = 'echo "$0" | tr a-z A-Z | tr -d "\\n" > "$1"; mkdir -p "$2"; echo "$0" > "$2/text"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-ec", script], args=[text, said, data.path])

    @dsl.pipeline(name="shouting")
    def shouting(text: str = "rain") -> None:
        shout(text=text)

    outcome = workspace.run(shouting)
    assert outcome.tasks["shout"].outputs == {"said": "RAIN"}
    assert outcome.artifact("shout", "data").media_type == "inode/directory"


def test_a_missing_output_parameter_fails_the_task(workspace: Workspace) -> None:
    @dsl.container_component
    def silent(said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return dsl.ContainerSpec(image=IMAGE, command=["true"])

    @dsl.pipeline(name="silence")
    def silence() -> None:
        silent()

    outcome = workspace.run(silence)
    assert outcome.states == {"silent": "FAILED"}
    assert outcome.tasks["silent"].error == "it ended without giving its output 'said'"


def test_a_killed_task_says_which_signal_killed_it(workspace: Workspace) -> None:
    @dsl.container_component
    def killed() -> dsl.ContainerSpec:
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", "kill -KILL $$"])

    @dsl.pipeline(name="killing")
    def killing() -> None:
        killed()

    outcome = workspace.run(killing)
    assert outcome.tasks["killed"].exit_code == -signal.SIGKILL
    assert "killed by SIGKILL" in outcome.tasks["killed"].error


def test_a_command_that_is_not_there_fails_its_task_alone(workspace: Workspace) -> None:
    @dsl.container_component
    def missing() -> dsl.ContainerSpec:
        return dsl.ContainerSpec(image=IMAGE, command=["no-such-program"])

    @dsl.pipeline(name="missing")
    def pipeline() -> None:
        missing()
        write(text="rain")

    outcome = workspace.run(pipeline)
    assert outcome.states == {"missing": "FAILED", "write": "SUCCEEDED"}
    assert "'no-such-program' can't be started" in outcome.tasks["missing"].error


def test_whole_numbers_stay_whole(workspace: Workspace) -> None:
    @component
    def kinds(whole: int, numbers: list, table: dict) -> str:
        return repr((whole, numbers, table))

    @dsl.pipeline(name="numbers")
    def numbers(whole: int = 1, numbers: list = [1, 2.5], table: dict = {"a": 3}) -> None:  # noqa: B006
        kinds(whole=whole, numbers=numbers, table=table)

    assert workspace.run(numbers).tasks["kinds"].outputs == {"Output": "(1, [1, 2.5], {'a': 3})"}


def test_an_optional_input_that_is_not_given_takes_its_default(workspace: Workspace) -> None:
    @component
    def greet(name: str = "nobody", data: Input[Dataset] = None) -> str:
        return f"{name} {data}"

    @dsl.pipeline(name="greeting")
    def greeting() -> None:
        greet()

    assert workspace.run(greeting).tasks["greet"].outputs == {"Output": "nobody None"}


def test_the_shells_environment_stays_out_but_for_what_is_passed(workspace: Workspace) -> None:
    @component
    def environment() -> dict:
        import os

        return {key: os.environ.get(key, "") for key in ("STRAY", "WANTED", "AWS_REGION", "SET")}

    @dsl.pipeline(name="environments")
    def environments() -> None:
        environment().set_env_variable("SET", "by the pipeline")

    toml = workspace.path / "barograph.toml"
    toml.write_text(toml.read_text() + '[process]\npass_env = ["WANTED"]\n')
    shell = {"STRAY": "1", "WANTED": "2", "AWS_REGION": "3", "PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    outcome = workspace.run(environments, environ=shell)
    assert outcome.tasks["environment"].outputs["Output"] == {
        "STRAY": "",
        "WANTED": "2",
        "AWS_REGION": "3",
        "SET": "by the pipeline",
    }


def test_cancellation_ends_every_process_and_records_it(workspace: Workspace) -> None:
    @dsl.container_component
    def wait(gate: str) -> dsl.ContainerSpec:
        # A child of its own and a shell that both wait for ever; the pipe tells the test that they run.
        script = 'sleep 1000 & echo "$$ $!" > "$0"; wait'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[gate])

    @dsl.pipeline(name="waiting")
    def waiting(gate: str) -> None:
        write(text="later").after(wait(gate=gate))

    gate = workspace.path / "gate"
    os.mkfifo(gate)
    cancellation = Cancellation()
    pids: list[int] = []

    def cancel_when_it_runs() -> None:
        pids.extend(map(int, gate.read_text().split()))
        cancellation.request()

    thread = threading.Thread(target=cancel_when_it_runs)
    thread.start()
    heard = Heard()
    outcome = workspace.run(waiting, {"gate": str(gate)}, heard=heard, cancellation=cancellation)
    thread.join()
    assert outcome.run.state is State.CANCELED
    assert outcome.states == {"wait": "CANCELED", "write": "SKIPPED"}
    states = [event.run.state for event in heard.events if isinstance(event, RunChanged)]
    assert states == [State.RUNNING, State.CANCELING, State.CANCELED]
    assert len(pids) == 2
    assert not [pid for pid in pids if _alive(pid)]


def test_processes_that_a_task_leaves_behind_end_with_it(workspace: Workspace) -> None:
    @dsl.container_component
    def leave(said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        script = 'sleep 1000 & printf $! > "$0"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[said])

    @dsl.pipeline(name="leaving")
    def leaving() -> None:
        leave()

    outcome = workspace.run(leaving)
    assert not _alive(int(str(outcome.tasks["leave"].outputs["said"])))


def test_a_wrong_parameter_is_refused_before_anything_is_recorded(workspace: Workspace) -> None:
    for parameters, words in (({"tex": "x"}, "no parameter 'tex'"), ({"text": 3}, "'text': expected text")):
        with pytest.raises(ParameterError, match=words):
            workspace.run(chain, parameters)  # type: ignore[arg-type]
    assert workspace.store.runs() == []


def test_a_command_in_an_image_that_nothing_is_known_of_runs_on_this_machine(workspace: Workspace) -> None:
    @dsl.container_component
    def shout(text: str, said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        script = 'printf "$0" | tr a-z A-Z > "$1"'
        return dsl.ContainerSpec(image="alpine", command=["sh", "-ec", script], args=[text, said])

    @dsl.pipeline(name="unknown")
    def unknown() -> None:
        shout(text="rain")

    assert workspace.run(unknown).tasks["shout"].outputs == {"said": "RAIN"}


def test_an_environment_that_cant_be_made_fails_its_task_with_uvs_words(workspace: Workspace) -> None:
    lock = workspace.path / "probe" / "requirements.lock"
    lock.write_text("no-such-package-as-this==9.9.9 --hash=sha256:" + "0" * 64 + "\n")
    outcome = workspace.run(chain)
    assert outcome.states == {"write": "FAILED", "copy": "SKIPPED"}
    assert "no-such-package-as-this" in outcome.tasks["write"].error


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("python", "python"),
        ("python:3.11", "python"),
        ("host:5000/a/b", "host:5000/a/b"),
        ("host:5000/a/b:1@sha256:00", "host:5000/a/b"),
    ],
)
def test_an_image_name_is_its_reference_without_tag_and_digest(reference: str, name: str) -> None:
    assert image_name(reference) == name


def _alive(pid: int) -> bool:
    try:
        # A killed process that nobody has waited for yet is still listed, as a zombie.
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
