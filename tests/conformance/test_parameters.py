"""Parameters: every type on every way, from the command line to the task, and between tasks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Model

from barograph.errors import ParameterError
from barograph.states import State
from tests.conformance.edits import edited, task
from tests.conftest import IMAGE, Workspace, component

AWKWARD = 'it\'s "quoted" \\ back\nnext line $HOME $(HOME) `id` é 雨 🌧 {{$.x}} %s'


@component
def show(text: str, whole: int, number: float, flag: bool, items: list, table: dict) -> str:
    return repr((text, whole, number, flag, items, sorted(table.items())))


@component
def spell(text: str) -> str:
    return repr(text)


ITEMS = [1, "a", {}, [2.5]]
TABLE = {"a": {"b": 3}, "é": False}
SHOWN = repr((AWKWARD, 7, 0.25, True, ITEMS, sorted(TABLE.items())))


def test_every_type_comes_through_constants(workspace: Workspace) -> None:
    @dsl.pipeline(name="constants")
    def pipeline() -> None:
        show(text=AWKWARD, whole=7, number=0.25, flag=True, items=ITEMS, table=TABLE)

    assert workspace.run(pipeline).tasks["show"].outputs == {"Output": SHOWN}


def test_every_type_comes_through_defaults(workspace: Workspace) -> None:
    # The SDK repeats a default in a comment, where a line break would end the comment.
    one_line = AWKWARD.replace("\n", " ")

    @dsl.pipeline(name="defaults")
    def pipeline(
        text: str = one_line,
        whole: int = 7,
        number: float = 0.25,
        flag: bool = True,
        items: list = ITEMS,
        table: dict = TABLE,
    ) -> None:
        show(text=text, whole=whole, number=number, flag=flag, items=items, table=table)

    outcome = workspace.run(pipeline)
    assert outcome.tasks["show"].outputs == {"Output": SHOWN.replace("\\n", " ")}
    assert outcome.run.parameters["items"] == ITEMS


def test_every_type_comes_through_the_runs_parameters(workspace: Workspace) -> None:
    @dsl.pipeline(name="parameters")
    def pipeline(text: str, whole: int, number: float, flag: bool, items: list, table: dict) -> None:
        show(text=text, whole=whole, number=number, flag=flag, items=items, table=table)

    given = {
        "text": AWKWARD,
        "whole": 7,
        "number": 0.25,
        "flag": True,
        "items": [*ITEMS, None],
        "table": TABLE | {"null": None},
    }
    shown = repr((AWKWARD, 7, 0.25, True, [*ITEMS, None], sorted([*TABLE.items(), ("null", None)])))
    assert workspace.run(pipeline, given).tasks["show"].outputs == {"Output": shown}  # type: ignore[arg-type]


def test_every_type_comes_through_the_outputs_of_a_task(workspace: Workspace) -> None:
    @component
    def make(
        text: str,
    ) -> NamedTuple("Made", text=str, whole=int, number=float, flag=bool, items=list, table=dict):  # type: ignore[valid-type]
        return (text, 7, 0.25, True, [1, "a", {}, [2.5]], {"a": {"b": 3}, "é": False})

    @dsl.pipeline(name="outputs")
    def pipeline(text: str) -> None:
        made = make(text=text)
        show(**{key: made.outputs[key] for key in ("text", "whole", "number", "flag", "items", "table")})

    assert workspace.run(pipeline, {"text": AWKWARD}).tasks["show"].outputs == {"Output": SHOWN}


@pytest.mark.parametrize(
    ("type_", "items"),
    [
        (str, [AWKWARD, ""]),
        (int, [7, 0, -3]),
        (float, [0.25, 2.0]),
        (bool, [True, False]),
        (list, [[1, "a"], []]),
        (dict, [{"a": {"b": 3}}, {}]),
    ],
)
def test_every_type_comes_through_a_loop(workspace: Workspace, type_: type, items: list[Any]) -> None:
    @dsl.container_component
    def see(item: type_, said: dsl.OutputPath(dict)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        script = 'printf "%s" "$0" > "$1"; : "$2"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=["{{$}}", said, item])

    @dsl.pipeline(name="loop")
    def pipeline(items: list[type_]) -> None:  # type: ignore[valid-type]
        with dsl.ParallelFor(items) as item:
            see(item=item)

    outcome = workspace.run(pipeline, {"items": items})
    seen = [task.outputs["said"] for path, task in sorted(outcome.tasks.items()) if path.endswith(".see")]
    values = [one["inputs"]["parameterValues"]["item"] for one in seen]
    assert values == items
    assert [type(value) for value in values] == [int if item == 2.0 else type(item) for item in items]


def test_a_whole_number_is_an_int_in_json_yaml_and_python(workspace: Workspace) -> None:
    @component
    def kinds(whole: int, number: float, items: list) -> str:
        return f"{whole!r} {number!r} {items!r}"

    @dsl.pipeline(name="numbers")
    def pipeline(whole: int = 3, number: float = 2.0, items: list = [1.0, 2.5, {"a": 4.0}]) -> None:  # noqa: B006
        kinds(whole=whole, number=number, items=items)

    outcome = workspace.run(pipeline)
    assert outcome.tasks["kinds"].outputs == {"Output": "3 2 [1, 2.5, {'a': 4}]"}
    assert json.dumps(outcome.tasks["kinds"].parameters["items"]) == '[1, 2.5, {"a": 4}]'


def test_null_is_no_value_for_an_optional_input(workspace: Workspace) -> None:
    @component
    def see(text: str = None, whole: int = 4) -> str:  # type: ignore[assignment]
        return repr((text, whole))

    @dsl.pipeline(name="nulls")
    def pipeline(text: str = None, whole: int = None) -> None:  # type: ignore[assignment]
        see(text=text, whole=whole)

    for given in ({}, {"text": None, "whole": None}):
        outcome = workspace.run(pipeline, given)  # type: ignore[arg-type]
        assert outcome.tasks["see"].outputs == {"Output": "(None, 4)"}
        assert outcome.run.parameters == {"text": None, "whole": None}


def test_null_for_a_required_input_fails_the_task(workspace: Workspace) -> None:
    @dsl.pipeline(name="nulls")
    def pipeline(text: str = None) -> None:  # type: ignore[assignment]
        spell(text=text)

    outcome = workspace.run(pipeline)
    assert outcome.states == {"spell": "FAILED"}
    assert outcome.tasks["spell"].error == "parameter 'text' of task 'spell' is required, and was given null"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("text", 3, "text"),
        ("text", True, "text"),
        ("whole", 2.5, "a whole number"),
        ("whole", "3", "a whole number"),
        ("whole", True, "a whole number"),
        ("number", "0.5", "a number"),
        ("flag", 1, "true or false"),
        ("flag", "true", "true or false"),
        ("items", {"a": 1}, "a JSON list"),
        ("items", "[1]", "a JSON list"),
        ("table", [1], "a JSON object"),
        ("text", None, "text"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_by_name(workspace: Workspace, name: str, value: Any, expected: str) -> None:
    @dsl.pipeline(name="typed")
    def pipeline(text: str, whole: int, number: float, flag: bool, items: list, table: dict) -> None:
        show(text=text, whole=whole, number=number, flag=flag, items=items, table=table)

    good = {"text": "", "whole": 1, "number": 1, "flag": False, "items": [], "table": {}}
    with pytest.raises(ParameterError, match=f"parameter '{name}': expected {expected} "):
        workspace.run(pipeline, good | {name: value})  # type: ignore[arg-type]
    assert workspace.store.runs() == []


def test_a_parameter_that_is_missing_is_refused_by_name(workspace: Workspace) -> None:
    @dsl.pipeline(name="missing")
    def pipeline(text: str) -> None:
        spell(text=text)

    with pytest.raises(ParameterError, match=r"parameter 'text' \(STRING\) needs a value"):
        workspace.run(pipeline)


def test_a_whole_number_written_as_a_double_is_taken_for_an_integer(workspace: Workspace) -> None:
    @component
    def see(whole: int) -> str:
        return repr(whole)

    @dsl.pipeline(name="doubles")
    def pipeline(whole: int) -> None:
        see(whole=whole)

    assert workspace.run(pipeline, {"whole": 3.0}).tasks["see"].outputs == {"Output": "3"}


def test_only_a_parameters_literals_are_taken(workspace: Workspace) -> None:
    @dsl.pipeline(name="literals")
    def pipeline(weather: str = "rain") -> None:
        spell(text=weather)

    def only(document: dict[str, Any]) -> None:
        document["root"]["inputDefinitions"]["parameters"]["weather"]["literals"] = ["rain", "snow"]

    file = edited(workspace, pipeline, only)
    assert workspace.run(file, {"weather": "snow"}).run.state is State.SUCCEEDED
    with pytest.raises(ParameterError, match="parameter 'weather': 'sleet' is not one of 'rain', 'snow'"):
        workspace.run(file, {"weather": "sleet"})


def test_literals_of_a_component_are_checked_when_its_task_begins(workspace: Workspace) -> None:
    @dsl.pipeline(name="literals")
    def pipeline(weather: str) -> None:
        spell(text=weather)

    def only(document: dict[str, Any]) -> None:
        document["components"]["comp-spell"]["inputDefinitions"]["parameters"]["text"]["literals"] = ["rain"]

    outcome = workspace.run(edited(workspace, pipeline, only), {"weather": "sleet"})
    assert outcome.states == {"spell": "FAILED"}
    assert "'sleet' is not one of 'rain'" in outcome.tasks["spell"].error


def _taken_as(component: str, name: str, type_: str) -> Callable[[dict[str, Any]], None]:
    """The SDK only joins an output and an input of the same type; the backend checks the value."""

    def change(document: dict[str, Any]) -> None:
        document["components"][f"comp-{component}"]["inputDefinitions"]["parameters"][name]["parameterType"] = type_

    return change


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [(int, 3, "3"), (float, 0.5, "0.5"), (bool, True, "true"), (dict, {"a": [1, 2.5]}, '{"a":[1,2.5]}')],
)
def test_text_takes_the_json_of_anything_between_tasks(
    workspace: Workspace, type_: type, value: Any, expected: str
) -> None:
    @dsl.container_component
    def make(value: type_, made: dsl.OutputPath(type_)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'printf "%s" "$0" > "$1"'], args=[value, made])

    @dsl.container_component
    def see(text: type_, said: dsl.OutputPath(dict)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        script = 'printf "%s" "$0" > "$1"; : "$2"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=["{{$}}", said, text])

    @dsl.pipeline(name="lenient")
    def pipeline() -> None:
        see(text=make(value=value).outputs["made"])

    outcome = workspace.run(edited(workspace, pipeline, _taken_as("see", "text", "STRING")))
    assert outcome.tasks["make"].outputs == {"made": value}
    assert outcome.tasks["see"].outputs["said"]["inputs"]["parameterValues"] == {"text": expected}


def test_an_output_of_another_type_than_the_input_fails_the_task_that_takes_it(workspace: Workspace) -> None:
    @component
    def words() -> str:
        return "three"

    @dsl.pipeline(name="strict")
    def pipeline() -> None:
        spell(text=words().output)

    outcome = workspace.run(edited(workspace, pipeline, _taken_as("spell", "text", "NUMBER_INTEGER")))
    assert outcome.states == {"words": "SUCCEEDED", "spell": "FAILED"}
    assert outcome.tasks["spell"].error.startswith("parameter 'text': expected a whole number")


# Artifacts that a run is given


def test_a_pipeline_takes_artifacts_by_address(workspace: Workspace) -> None:
    @component
    def read(data: Input[Dataset]) -> str:
        with open(data.path) as file:
            return file.read()

    @dsl.pipeline(name="given")
    def pipeline(data: Input[Dataset]) -> None:
        read(data=data)

    file = workspace.path / "rain.txt"
    file.write_text("drops")
    outcome = workspace.run(pipeline, artifacts={"data": str(file)})
    assert outcome.tasks["read"].outputs == {"Output": "drops"}
    [taken] = outcome.links
    assert (taken.key, taken.artifact.type, taken.artifact.uri) == ("data", "system.Dataset", str(file))


def test_artifacts_that_do_not_fit_are_refused_by_name(workspace: Workspace) -> None:
    @component
    def read(model: Input[Model]) -> None:
        pass

    @dsl.pipeline(name="given")
    def pipeline(model: Input[Model]) -> None:
        read(model=model)

    here = str(workspace.path)
    for artifacts, words in (
        ({}, r"takes the artifact 'model' \(system.Model\)"),
        ({"model": here, "data": here}, "takes no artifact 'data'; it takes: model"),
        ({"model": f"{here}/gone"}, f"there is nothing at {here}/gone"),
    ):
        with pytest.raises(ParameterError, match=words):
            workspace.run(pipeline, artifacts=artifacts)
    assert workspace.store.runs() == []


# Facts about the run


def test_constants_hold_facts_about_the_run_and_the_task(workspace: Workspace) -> None:
    @component
    def see(facts: dict) -> dict:
        return facts

    places = {
        "job": dsl.PIPELINE_JOB_NAME_PLACEHOLDER,
        "resource": dsl.PIPELINE_JOB_RESOURCE_NAME_PLACEHOLDER,
        "id": dsl.PIPELINE_JOB_ID_PLACEHOLDER,
        "task": dsl.PIPELINE_TASK_NAME_PLACEHOLDER,
        "task_id": dsl.PIPELINE_TASK_ID_PLACEHOLDER,
        "created": dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER,
        "scheduled": dsl.PIPELINE_JOB_SCHEDULE_TIME_UTC_PLACEHOLDER,
        "root": dsl.PIPELINE_ROOT_PLACEHOLDER,
    }

    @dsl.pipeline(name="Some Facts")
    def pipeline() -> None:
        see(facts={**places, "among": [f"run {dsl.PIPELINE_JOB_ID_PLACEHOLDER} of it"]})

    outcome = workspace.run(pipeline, name="monday's")
    run, facts = outcome.run, outcome.tasks["see"].outputs["Output"]
    assert facts["job"] == "monday's"
    assert facts["id"] == run.id
    assert facts["resource"].startswith("some-facts-")
    assert facts["task"] == "see"
    assert facts["task_id"] == outcome.tasks["see"].id
    assert facts["root"] == run.pipeline_root
    assert facts["among"] == [f"run {run.id} of it"]
    for time in (facts["created"], facts["scheduled"]):
        assert datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) == run.created_at.astimezone(
            UTC
        ).replace(microsecond=0)


def test_a_task_in_a_loop_has_a_name_and_an_id_of_its_own(workspace: Workspace) -> None:
    @component
    def see(name: str, id: str) -> str:
        return f"{name} {id}"

    @dsl.pipeline(name="turns")
    def pipeline() -> None:
        with dsl.ParallelFor([1, 2]):
            see(name=dsl.PIPELINE_TASK_NAME_PLACEHOLDER, id=dsl.PIPELINE_TASK_ID_PLACEHOLDER)

    outcome = workspace.run(pipeline)
    seen = [task for path, task in outcome.tasks.items() if path.endswith(".see")]
    assert [task.outputs["Output"] for task in seen] == [f"see {task.id}" for task in seen]
    assert len({task.id for task in seen}) == 2


def test_commands_hold_facts_about_the_run(workspace: Workspace) -> None:
    @dsl.container_component
    def see(said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        words = [dsl.PIPELINE_JOB_NAME_PLACEHOLDER, f"id={dsl.PIPELINE_JOB_ID_PLACEHOLDER}"]
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'printf "%s %s" "$1" "$2" > "$0"', said], args=words)

    @dsl.pipeline(name="facts")
    def pipeline() -> None:
        see()

    outcome = workspace.run(pipeline, name="monday")
    assert outcome.tasks["see"].outputs == {"said": f"monday id={outcome.run.id}"}


def test_tasks_share_files_in_the_workspace(workspace: Workspace) -> None:
    @component
    def leave(folder: str) -> None:
        with open(f"{folder}/note.txt", "w") as file:
            file.write("rain")

    @component
    def find(folder: str) -> str:
        with open(f"{folder}/note.txt") as file:
            return file.read()

    @dsl.pipeline(name="sharing", pipeline_config=dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size="1Gi")))
    def pipeline() -> None:
        left = leave(folder=dsl.WORKSPACE_PATH_PLACEHOLDER)
        find(folder=f"{dsl.WORKSPACE_PATH_PLACEHOLDER}/.").after(left)

    outcome = workspace.run(pipeline)
    assert outcome.tasks["find"].outputs == {"Output": "rain"}
    folder = Path(outcome.tasks["leave"].parameters["folder"])
    assert folder.is_relative_to(workspace.config.home.path)


def test_a_text_is_made_of_other_inputs(workspace: Workspace) -> None:
    @component
    def whole() -> int:
        return 3

    @dsl.pipeline(name="texts")
    def pipeline(place: str) -> None:
        spell(text=f"{whole().output} drops of rain in {place}, {place}!")

    outcome = workspace.run(pipeline, {"place": 'Kew\'s "garden" {{$.pipeline_job_uuid}}'})
    said = outcome.tasks["spell"].outputs["Output"]
    place = 'Kew\'s "garden" {{$.pipeline_job_uuid}}'
    assert said == repr(f"3 drops of rain in {place}, {place}!")


def test_the_keys_of_a_table_hold_facts_about_the_run(workspace: Workspace) -> None:
    @component
    def see(table: dict) -> dict:
        return table

    @dsl.pipeline(name="keys")
    def pipeline() -> None:
        see(table={f"run {dsl.PIPELINE_JOB_ID_PLACEHOLDER}": [{dsl.PIPELINE_TASK_NAME_PLACEHOLDER: 1}]})

    outcome = workspace.run(pipeline)
    assert outcome.tasks["see"].outputs == {"Output": {f"run {outcome.run.id}": [{"see": 1}]}}


def test_a_constant_for_an_input_that_the_component_does_not_take_is_left_out(workspace: Workspace) -> None:
    @dsl.pipeline(name="spare")
    def pipeline() -> None:
        spell(text="rain")

    def add(document: dict[str, Any]) -> None:
        task(document, "spell")["inputs"]["parameters"]["spare"] = {"runtimeValue": {"constant": "x"}}

    assert workspace.run(edited(workspace, pipeline, add)).tasks["spell"].outputs == {"Output": "'rain'"}
