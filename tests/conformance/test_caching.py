"""When an earlier execution stands in for a task, when not, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

from barograph.engine.fingerprint import fingerprint, ingredients
from barograph.engine.inputs import Bundle
from barograph.ir.graph import ArtifactSpec, Component, Container, ParameterSpec, Task
from barograph.ir.values import ParameterType
from barograph.states import State
from barograph.store import Artifact
from tests.conformance.components import read, say, write
from tests.conftest import IMAGE, Workspace

# Whole runs


@dsl.container_component
def count(counter: str, said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
    """Leaves a mark each time it really runs."""
    script = 'echo x >> "$0"; sleep 0.1; printf said > "$1"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[counter, said])


@dsl.pipeline(name="saying")
def saying(text: str = "rain") -> None:
    read(data=write(text=text).outputs["data"])


def test_the_first_time_the_note_says_that_nothing_like_it_was_executed(workspace: Workspace) -> None:
    first = workspace.run(saying)
    assert {task.cache_note for task in first.tasks.values()} == {
        "nothing with these inputs and this code was executed before"
    }
    second = workspace.run(saying)
    assert set(second.states.values()) == {"CACHED"}
    assert {task.cache_note for task in second.tasks.values()} == {""}
    assert second.tasks["read"].fingerprint == first.tasks["read"].fingerprint
    assert second.tasks["read"].cached_from == first.tasks["read"].id


def test_another_pipelines_execution_stands_in_too(workspace: Workspace) -> None:
    @dsl.pipeline(name="other")
    def other() -> None:
        write(text="rain")

    workspace.run(saying)
    assert workspace.run(other).states == {"write": "CACHED"}


def test_a_run_can_do_without_the_cache(workspace: Workspace) -> None:
    workspace.run(saying)
    outcome = workspace.run(saying, cache=False)
    assert set(outcome.states.values()) == {"SUCCEEDED"}
    assert {task.cache_note for task in outcome.tasks.values()} == {"caching is switched off for this run"}
    # What it made stands in for later ones.
    assert workspace.run(saying).tasks["write"].cached_from == outcome.tasks["write"].id


def test_a_run_can_do_without_the_cache_for_one_task(workspace: Workspace) -> None:
    workspace.run(saying)
    outcome = workspace.run(saying, uncached=frozenset({"write"}))
    assert outcome.states == {"write": "SUCCEEDED", "read": "CACHED"}
    assert outcome.tasks["write"].cache_note == "caching is switched off for this task of this run"


def test_a_pipeline_can_switch_it_off_for_a_task(workspace: Workspace) -> None:
    @dsl.pipeline(name="uncached")
    def pipeline() -> None:
        say(text="rain").set_caching_options(False)

    workspace.run(pipeline)
    outcome = workspace.run(pipeline)
    assert outcome.states == {"say": "SUCCEEDED"}
    assert outcome.tasks["say"].cache_note == "the pipeline switches caching off for this task"


@pytest.mark.parametrize(("age", "state"), [(timedelta(hours=1), "CACHED"), (timedelta(0), "SUCCEEDED")])
def test_an_execution_can_be_too_old(workspace: Workspace, age: timedelta, state: str) -> None:
    workspace.run(saying)
    outcome = workspace.run(saying, max_age=age)
    assert set(outcome.states.values()) == {state}
    if state == "SUCCEEDED":
        assert outcome.tasks["write"].cache_note.endswith(", or it is older than the cache may be")


def test_the_note_names_an_artifact_that_has_vanished(workspace: Workspace) -> None:
    gone = Path(workspace.run(saying).artifact("write", "data").uri)
    gone.unlink()
    outcome = workspace.run(saying)
    assert outcome.states == {"write": "SUCCEEDED", "read": "CACHED"}
    note = outcome.tasks["write"].cache_note
    assert note == f"the artifact 'data' of the earlier execution has vanished: {gone}"


def test_an_older_execution_stands_in_where_the_newest_has_lost_its_artifact(workspace: Workspace) -> None:
    first = workspace.run(saying)
    second = workspace.run(saying, cache=False)
    Path(second.artifact("write", "data").uri).unlink()
    assert workspace.run(saying).tasks["write"].cached_from == first.tasks["write"].id


def test_two_tasks_that_are_the_same_run_once(workspace: Workspace) -> None:
    @dsl.pipeline(name="twins")
    def pipeline(counter: str) -> None:
        for _ in range(3):
            count(counter=counter)

    counter = workspace.path / "counter"
    outcome = workspace.run(pipeline, {"counter": str(counter)}, parallelism=4)
    assert counter.read_text() == "x\n"
    assert sorted(outcome.states.values()) == ["CACHED", "CACHED", "SUCCEEDED"]
    [origin] = [task.id for task in outcome.tasks.values() if task.state is State.SUCCEEDED]
    assert {task.cached_from for task in outcome.tasks.values()} == {None, origin}
    assert all(task.outputs == {"said": "said"} for task in outcome.tasks.values())


def test_two_tasks_that_are_the_same_both_run_without_the_cache(workspace: Workspace) -> None:
    @dsl.pipeline(name="twins")
    def pipeline(counter: str) -> None:
        for _ in range(2):
            count(counter=counter)

    counter = workspace.path / "counter"
    workspace.run(pipeline, {"counter": str(counter)}, cache=False, parallelism=2)
    assert counter.read_text() == "x\nx\n"


def test_a_failure_stands_in_for_nothing(workspace: Workspace) -> None:
    @dsl.container_component
    def fail_once(counter: str) -> dsl.ContainerSpec:
        script = '[ -e "$0" ] || { touch "$0"; exit 1; }'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[counter])

    @dsl.pipeline(name="twins")
    def pipeline(counter: str) -> None:
        for _ in range(2):
            fail_once(counter=counter)

    outcome = workspace.run(pipeline, {"counter": str(workspace.path / "counter")}, parallelism=2)
    assert sorted(outcome.states.values()) == ["FAILED", "SUCCEEDED"]


def test_a_key_of_its_own_stands_for_everything_else(workspace: Workspace) -> None:
    @dsl.pipeline(name="keyed")
    def keyed(text: str) -> None:
        say(text=text).set_caching_options(True, cache_key="forecast")

    @dsl.pipeline(name="keyed")
    def keyed_otherwise(text: str) -> None:
        say(text=text).set_caching_options(True, cache_key="observation")

    first = workspace.run(keyed, {"text": "rain"})
    second = workspace.run(keyed, {"text": "snow"})
    assert second.tasks["say"].state is State.CACHED
    assert second.tasks["say"].outputs == first.tasks["say"].outputs == {"Output": "rain"}
    assert workspace.run(keyed_otherwise, {"text": "snow"}).tasks["say"].outputs == {"Output": "snow"}


def test_a_key_of_its_own_counts_within_its_pipeline(workspace: Workspace) -> None:
    @dsl.pipeline(name="weather")
    def weather() -> None:
        say(text="rain").set_caching_options(True, cache_key="latest")

    @dsl.pipeline(name="news")
    def news() -> None:
        say(text="none").set_caching_options(True, cache_key="latest")

    workspace.run(weather)
    assert workspace.run(news).tasks["say"].outputs == {"Output": "none"}


@dsl.pipeline(name="inner")
def inner(text: str) -> str:
    return say(text=say(text=text).set_caching_options(False).output).output  # type: ignore[no-any-return]


@dsl.pipeline(name="outer")
def outer() -> None:
    inner(text="rain")


def test_tasks_of_a_pipeline_in_a_pipeline_are_cached_as_each_says(workspace: Workspace) -> None:
    workspace.run(outer)
    assert workspace.run(outer).states == {"inner": "SUCCEEDED", "inner.say": "SUCCEEDED", "inner.say-2": "CACHED"}


def test_the_cache_is_switched_off_for_all_tasks_however_deep(workspace: Workspace) -> None:
    workspace.run(outer)
    assert workspace.run(outer, cache=False).states["inner.say-2"] == "SUCCEEDED"
    assert workspace.run(outer, uncached=frozenset({"inner.say-2"})).states["inner.say-2"] == "SUCCEEDED"


def test_facts_about_the_run_in_a_command_count_and_others_do_not(workspace: Workspace) -> None:
    @dsl.container_component
    def see(said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        words = [dsl.PIPELINE_JOB_NAME_PLACEHOLDER, said]
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'printf "$0" > "$1"'], args=words)

    @dsl.pipeline(name="facts")
    def pipeline() -> None:
        see()

    workspace.run(pipeline, name="monday")
    assert workspace.run(pipeline, name="monday").states == {"see": "CACHED"}
    assert workspace.run(pipeline, name="tuesday").tasks["see"].outputs == {"said": "tuesday"}


# What a fingerprint is made of

TEXT = ParameterSpec(ParameterType.STRING)
CONTAINER = Container("probe:test", ("sh", "-c", "x"), ("a",), (("LEVEL", "debug"),), label="exec-see")
COMPONENT = Component(
    "comp-see",
    CONTAINER,
    {"text": TEXT},
    {"data": ArtifactSpec("system.Dataset")},
    {"said": TEXT},
    {"model": ArtifactSpec("system.Model")},
)
TASK = Task("see", COMPONENT, {}, {}, (), cache=True)
DATA = Artifact(
    "id-1",
    "data",
    "system.Dataset",
    "/a/data",
    "sha256:1",
    3,
    "text/plain",
    {"rows": 1},
    datetime(2026, 1, 1, tzinfo=UTC),
)


def key(
    task: Task = TASK,
    container: Container = CONTAINER,
    environment: str = "sha256:env",
    parameters: dict[str, Any] | None = None,
    data: tuple[Artifact, ...] = (DATA,),
    runtime: dict[str, str] | None = None,
) -> str:
    inputs = Bundle({"text": "rain"} if parameters is None else parameters, {"data": data})
    return fingerprint(ingredients("pipeline", task, container, environment, inputs, runtime or {}))


@pytest.mark.parametrize(
    "changed",
    [
        {"container": replace(CONTAINER, command=("sh", "-c", "y"))},
        {"container": replace(CONTAINER, args=("b",))},
        {"container": replace(CONTAINER, args=())},
        {"container": replace(CONTAINER, env=(("LEVEL", "info"),))},
        {"container": replace(CONTAINER, env=())},
        {"environment": "sha256:other"},
        {"parameters": {"text": "snow"}},
        {"parameters": {}},
        {"parameters": {"text": None}},
        {"data": (replace(DATA, digest="sha256:2"),)},
        {"data": (replace(DATA, type="system.Artifact"),)},
        {"data": (replace(DATA, metadata={"rows": 2}),)},
        {"data": (DATA, DATA)},
        {"data": ()},
        {"task": replace(TASK, component=replace(COMPONENT, output_parameters={}))},
        {
            "task": replace(
                TASK, component=replace(COMPONENT, output_parameters={"said": ParameterSpec(ParameterType.LIST)})
            )
        },
        {
            "task": replace(
                TASK, component=replace(COMPONENT, output_artifacts={"model": ArtifactSpec("system.Metrics")})
            )
        },
        {"task": replace(TASK, component=replace(COMPONENT, output_artifacts={"other": ArtifactSpec("system.Model")}))},
        {"task": replace(TASK, cache_key="mine")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_fingerprint_sees(changed: dict[str, Any]) -> None:
    assert key(**changed) != key()


@pytest.mark.parametrize(
    "changed",
    [
        {"data": (replace(DATA, id="id-2", uri="/b/data", name="other", created_at=datetime.now(UTC)),)},
        {"task": replace(TASK, name="see-2")},
        {"container": replace(CONTAINER, label="exec-see-2")},
        {"container": replace(CONTAINER, image="probe:other")},
        {"runtime": {"pipeline_job_name": "monday"}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_fingerprint_does_not_see(changed: dict[str, Any]) -> None:
    assert key(**changed) == key()


@pytest.mark.parametrize("where", ["command", "args", "env"])
def test_a_fingerprint_sees_the_facts_that_are_named(where: str) -> None:
    word = "run {{$.pipeline_job_name}}"
    changes: dict[str, Any] = {where: (("RUN", word),) if where == "env" else (word,)}
    named = replace(CONTAINER, **changes)
    both = [key(container=named, runtime={"pipeline_job_name": name}) for name in ("monday", "tuesday")]
    assert both[0] != both[1]


def test_one_and_one_point_nought_and_true_are_not_the_same() -> None:
    assert len({key(parameters={"text": value}) for value in (1, True, "1", [1], "true", None)}) == 6


def test_the_order_of_names_does_not_count_and_that_of_artifacts_does() -> None:
    assert key(parameters={"a": 1, "b": 2}) == key(parameters={"b": 2, "a": 1})
    other = replace(DATA, digest="sha256:2")
    assert key(data=(DATA, other)) != key(data=(other, DATA))
