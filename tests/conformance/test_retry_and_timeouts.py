"""Tasks that are tried again, and tasks and runs that take too long."""

import time
from datetime import datetime
from pathlib import Path

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Output

from barograph.engine.events import TaskChanged
from barograph.ir.graph import Retry
from barograph.states import State
from tests.conformance.components import read, say
from tests.conformance.edits import edited, on_kubernetes
from tests.conftest import IMAGE, Heard, Workspace


@dsl.container_component
def flaky(counter: str, good: int, said: dsl.OutputPath(int), data: Output[Dataset]) -> dsl.ContainerSpec:  # type: ignore[valid-type]
    """Fails until it has been called ``good`` times."""
    script = (
        'echo x >> "$0"; n=$(wc -l < "$0"); echo "attempt $n"; mkdir -p "$(dirname "$3")"; echo "$n" > "$3"; '
        '[ "$n" -ge "$1" ] || exit $((n + 10)); printf "$n" > "$2"'
    )
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[counter, good, said, data.path])


@dsl.pipeline(name="retrying")
def retrying(counter: str, good: int) -> None:
    tried = flaky(counter=counter, good=good).set_retry(3, backoff_duration="0s")
    read(data=tried.outputs["data"])


def test_a_task_is_tried_again_until_it_ends_well(workspace: Workspace) -> None:
    heard = Heard()
    outcome = workspace.run(retrying, {"counter": str(workspace.path / "counter"), "good": 3}, heard=heard)
    task = outcome.tasks["flaky"]
    assert outcome.run.state is task.state is State.SUCCEEDED
    assert (task.exit_code, task.error, task.outputs) == (0, "", {"said": 3})
    assert outcome.tasks["read"].outputs == {"Output": "3\n"}
    # No failure is told on the way.
    states = [
        event.task.state for event in heard.events if isinstance(event, TaskChanged) and event.task.path == "flaky"
    ]
    assert states == [State.PENDING, State.RUNNING, State.SUCCEEDED]


def test_every_attempt_is_recorded_with_its_own_log(workspace: Workspace) -> None:
    outcome = workspace.run(retrying, {"counter": str(workspace.path / "counter"), "good": 3})
    task = outcome.tasks["flaky"]
    assert [(one["exit_code"], one["error"]) for one in task.attempts] == [
        (11, "its command ended with exit code 11"),
        (12, "its command ended with exit code 12"),
    ]
    logs = [*(str(one["log"]) for one in task.attempts), task.log]
    assert [Path(log).read_text() for log in logs] == ["attempt 1\n", "attempt 2\n", "attempt 3\n"]
    times = [datetime.fromisoformat(one[key]) for one in task.attempts for key in ("started_at", "finished_at")]
    assert times == sorted(times)
    assert task.started_at is not None
    assert task.started_at >= times[-1]


def test_what_failed_attempts_left_is_not_kept(workspace: Workspace) -> None:
    outcome = workspace.run(retrying, {"counter": str(workspace.path / "counter"), "good": 3})
    made = Path(outcome.artifact("flaky", "data").uri)
    assert [file.read_text() for file in workspace.config.home.artifacts.rglob("*") if file.is_file()] == ["3\n"]
    assert made.exists()
    assert list((workspace.config.home.path / "work").iterdir()) == []


def test_a_task_that_never_ends_well_fails_after_its_last_attempt(workspace: Workspace) -> None:
    outcome = workspace.run(retrying, {"counter": str(workspace.path / "counter"), "good": 9})
    task = outcome.tasks["flaky"]
    assert outcome.run.state is task.state is State.FAILED
    assert len(task.attempts) == 3
    assert task.exit_code == 14
    assert outcome.log("flaky") == "attempt 4\n"
    assert outcome.states["read"] == "SKIPPED"
    assert (workspace.path / "counter").read_text() == "x\n" * 4


def test_an_output_that_does_not_fit_is_tried_again_too(workspace: Workspace) -> None:
    @dsl.container_component
    def forgetful(counter: str, said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        script = 'if [ -e "$0" ]; then printf said > "$1"; fi; touch "$0"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[counter, said])

    @dsl.pipeline(name="forgetful")
    def pipeline(counter: str) -> None:
        forgetful(counter=counter).set_retry(1)

    task = workspace.run(pipeline, {"counter": str(workspace.path / "counter")}).tasks["forgetful"]
    assert task.outputs == {"said": "said"}
    assert task.attempts[0]["error"] == "it ended without giving its output 'said'"


def test_a_task_waits_before_it_is_tried_again_and_others_go_on(workspace: Workspace) -> None:
    @dsl.pipeline(name="waiting")
    def pipeline(counter: str) -> None:
        flaky(counter=counter, good=3).set_retry(2, backoff_duration="1s", backoff_factor=3)
        say(text="beside")

    def wait(document: dict) -> None:
        # The SDK knows whole seconds only.
        document["root"]["dag"]["tasks"]["flaky"]["retryPolicy"]["backoffDuration"] = "0.100s"

    heard = Heard()
    file = edited(workspace, pipeline, wait)
    outcome = workspace.run(file, {"counter": str(workspace.path / "counter")}, parallelism=1, heard=heard)
    task = outcome.tasks["flaky"]
    starts = [*(datetime.fromisoformat(one["started_at"]) for one in task.attempts), task.started_at]
    ends = [datetime.fromisoformat(one["finished_at"]) for one in task.attempts]
    waits = [(start - end).total_seconds() for start, end in zip(starts[1:], ends, strict=True)]  # type: ignore[operator]
    assert 0.1 <= waits[0] < 0.3 <= waits[1] < 2
    # It takes no place while it waits.
    ended = [event.task.path for event in heard.events if isinstance(event, TaskChanged) and event.task.state.ended]
    assert ended == ["say", "flaky"]


@pytest.mark.parametrize(
    ("retry", "delays"),
    [
        (Retry(4, 1.0), [1, 2, 4, 8]),
        (Retry(4, 1.0, 3.0, 10.0), [1, 3, 9, 10]),
        (Retry(4), [0, 0, 0, 0]),
        (Retry(4, 2.0, 1.0), [2, 2, 2, 2]),
    ],
)
def test_the_time_between_attempts_grows_up_to_a_limit(retry: Retry, delays: list[float]) -> None:
    assert [retry.delay(attempt) for attempt in (1, 2, 3, 4)] == delays
    assert retry.delay(100_000) <= 3600


def test_a_task_in_a_loop_is_tried_again_by_itself(workspace: Workspace) -> None:
    @dsl.pipeline(name="loop")
    def pipeline(folder: str) -> None:
        with dsl.ParallelFor(["a", "b"]) as name:
            flaky(counter=f"{folder}/{name}", good=2).set_retry(1)

    outcome = workspace.run(pipeline, {"folder": str(workspace.path)})
    tried = [task for path, task in outcome.tasks.items() if path.endswith(".flaky")]
    assert [len(task.attempts) for task in tried] == [1, 1]
    assert len({task.log for task in tried}) == 2
    assert outcome.run.state is State.SUCCEEDED


@dsl.container_component
def hang(counter: str) -> dsl.ContainerSpec:
    script = 'echo x >> "$0"; if [ "$(wc -l < "$0")" -lt 2 ]; then sleep 1000; fi'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[counter])


def test_a_task_that_takes_too_long_is_ended_and_fails(workspace: Workspace) -> None:
    @dsl.pipeline(name="hanging")
    def pipeline(counter: str) -> None:
        hang(counter=counter)
        say(text="beside")

    file = edited(workspace, pipeline, platform=on_kubernetes(hang={"activeDeadlineSeconds": "1"}))
    began = time.monotonic()
    outcome = workspace.run(file, {"counter": str(workspace.path / "counter")})
    assert 1 <= time.monotonic() - began < 8
    assert outcome.states == {"hang": "FAILED", "say": "SUCCEEDED"}
    assert outcome.tasks["hang"].error == "it took longer than the 1 s that its pipeline allows"
    assert outcome.run.state is State.FAILED


def test_a_task_that_took_too_long_is_tried_again(workspace: Workspace) -> None:
    @dsl.pipeline(name="hanging")
    def pipeline(counter: str) -> None:
        hang(counter=counter).set_retry(1)

    file = edited(workspace, pipeline, platform=on_kubernetes(hang={"activeDeadlineSeconds": 1}))
    task = workspace.run(file, {"counter": str(workspace.path / "counter")}).tasks["hang"]
    assert task.state is State.SUCCEEDED
    assert task.attempts[0]["error"] == "it took longer than the 1 s that its pipeline allows"


def test_a_run_that_takes_too_long_is_ended_and_fails(workspace: Workspace) -> None:
    @dsl.pipeline(name="hanging", pipeline_config=dsl.PipelineConfig(active_deadline_seconds=1))
    def pipeline(counter: str) -> None:
        say(text="later").after(hang(counter=counter))

    outcome = workspace.run(pipeline, {"counter": str(workspace.path / "counter")})
    assert outcome.run.state is State.FAILED
    assert outcome.run.error == "it took longer than the 1 s that its pipeline allows"
    assert outcome.states == {"hang": "CANCELED", "say": "SKIPPED"}


def test_a_run_that_ends_in_time_is_not_ended(workspace: Workspace) -> None:
    @dsl.pipeline(name="quick", pipeline_config=dsl.PipelineConfig(active_deadline_seconds=600))
    def pipeline() -> None:
        say(text="quick")

    began = time.monotonic()
    assert workspace.run(pipeline).run.state is State.SUCCEEDED
    assert time.monotonic() - began < 60


def test_a_run_that_waits_to_try_a_task_again_is_ended_in_time(workspace: Workspace) -> None:
    @dsl.pipeline(name="waiting", pipeline_config=dsl.PipelineConfig(active_deadline_seconds=1))
    def pipeline(counter: str) -> None:
        flaky(counter=counter, good=2).set_retry(1, backoff_duration="600s")

    began = time.monotonic()
    outcome = workspace.run(pipeline, {"counter": str(workspace.path / "counter")})
    assert time.monotonic() - began < 8
    assert outcome.states == {"flaky": "CANCELED"}
    assert outcome.run.state is State.FAILED
