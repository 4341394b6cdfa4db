"""What the launcher does around a command: its words and variables, and the outputs that it leaves."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Metrics, Model, Output

from barograph.states import State
from tests.conformance.components import write
from tests.conformance.edits import container, edited
from tests.conftest import IMAGE, Workspace, component

Text: Any = dsl.OutputPath(str)
Whole: Any = dsl.OutputPath(int)
SAID = dsl.PIPELINE_TASK_EXECUTOR_OUTPUT_PATH_PLACEHOLDER


def shell(script: str, *args: Any) -> dsl.ContainerSpec:
    """A shell script, whose arguments are $1, $2, ..."""
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-ec", script, "sh"], args=list(args))


def show(words: list[Any], into: Any) -> dsl.ContainerSpec:
    """Writes the words that it gets to a file, as JSON."""
    script = "import json, sys; open(sys.argv[1], 'w').write(json.dumps(sys.argv[2:]))"
    return dsl.ContainerSpec(image=IMAGE, command=["python3", "-c", script, into], args=words)


# Outputs


def test_the_executor_output_wins_over_a_parameters_file(workspace: Workspace) -> None:
    @dsl.container_component
    def twice(said: Text, other: Text) -> dsl.ContainerSpec:
        return shell(
            'printf "from the file" > "$1"; printf "from the file" > "$2"; mkdir -p "$(dirname "$3")"; '
            'printf \'{"parameterValues": {"said": "from the executor output"}}\' > "$3"',
            said,
            other,
            SAID,
        )

    @dsl.pipeline(name="twice")
    def pipeline() -> None:
        twice()

    outputs = workspace.run(pipeline).tasks["twice"].outputs
    assert outputs == {"said": "from the executor output", "other": "from the file"}


def test_a_parameters_file_is_read_by_the_parameters_type(workspace: Workspace) -> None:
    @dsl.container_component
    def several(
        text: Text,
        whole: Whole,
        number: dsl.OutputPath(float),  # type: ignore[valid-type]
        flag: dsl.OutputPath(bool),  # type: ignore[valid-type]
        items: dsl.OutputPath(list),  # type: ignore[valid-type]
        table: dsl.OutputPath(dict),  # type: ignore[valid-type]
    ) -> dsl.ContainerSpec:
        return shell(
            'printf 3 > "$1"; printf 3.0 > "$2"; printf 0.5 > "$3"; printf True > "$4"; '
            'printf \'[1, "a"]\' > "$5"; printf \'{"a": null}\' > "$6"',
            *(text, whole, number, flag, items, table),
        )

    @dsl.pipeline(name="several")
    def pipeline() -> None:
        several()

    outputs = workspace.run(pipeline).tasks["several"].outputs
    assert outputs == {
        "text": "3",
        "whole": 3,
        "number": 0.5,
        "flag": True,
        "items": [1, "a"],
        "table": {"a": None},
    }
    assert isinstance(outputs["whole"], int)


def test_an_output_parameter_of_another_type_fails_the_task(workspace: Workspace) -> None:
    @dsl.container_component
    def count(number: Whole) -> dsl.ContainerSpec:
        return shell('printf many > "$1"', number)

    @dsl.pipeline(name="counting")
    def pipeline() -> None:
        count()

    outcome = workspace.run(pipeline)
    assert outcome.run.state is State.FAILED
    assert outcome.tasks["count"].error == "its output 'number': expected a whole number (NUMBER_INTEGER), got 'many'"


def test_a_parameters_file_that_was_not_written_fails_the_task(workspace: Workspace) -> None:
    @dsl.container_component
    def half(said: Text, unsaid: Text) -> dsl.ContainerSpec:
        return shell('printf one > "$1"; echo "$2"', said, unsaid)

    @dsl.pipeline(name="halves")
    def pipeline() -> None:
        half()

    outcome = workspace.run(pipeline)
    assert outcome.states == {"half": "FAILED"}
    assert outcome.tasks["half"].error == "it ended without giving its output 'unsaid'"


def test_an_artifacts_file_that_was_not_written_is_a_warning(workspace: Workspace) -> None:
    @dsl.container_component
    def forget(data: Output[Dataset], kept: Output[Dataset]) -> dsl.ContainerSpec:
        return shell('mkdir -p "$(dirname "$2")"; echo rain > "$2"', data.path, kept.path)

    @dsl.pipeline(name="forgetful")
    def pipeline() -> None:
        forget()

    outcome = workspace.run(pipeline)
    assert outcome.run.state is State.SUCCEEDED
    assert outcome.artifact("forget", "data").size is None
    warnings = [line for line in outcome.log("forget").splitlines() if line.startswith("[barograph] warning")]
    assert len(warnings) == 1
    assert "'data' was not written" in warnings[0]


def test_a_command_gives_an_artifacts_metadata_in_the_executor_output(workspace: Workspace) -> None:
    @dsl.container_component
    def measure(metrics: Output[Metrics], data: Output[Dataset]) -> dsl.ContainerSpec:
        said = {
            "artifacts": {
                "metrics": {"artifacts": [{"metadata": {"accuracy": 0.75, "epochs": 3}}]},
                "data": {"artifacts": [{"metadata": {"rows": 2}}]},
            }
        }
        script = 'mkdir -p "$(dirname "$1")"; printf "%s" "$2" > "$1"; echo rain > "$3"; echo "$4" > /dev/null'
        return shell(script, SAID, json.dumps(said), data.path, metrics.path)

    @dsl.pipeline(name="measuring")
    def pipeline() -> None:
        measure()

    outcome = workspace.run(pipeline)
    assert outcome.artifact("measure", "metrics").metadata == {"accuracy": 0.75, "epochs": 3}
    data = outcome.artifact("measure", "data")
    assert data.metadata == {"rows": 2}
    assert Path(data.uri).read_text() == "rain\n"
    assert "warning" not in outcome.log("measure")


def test_an_executor_output_that_is_no_json_fails_the_task(workspace: Workspace) -> None:
    @dsl.container_component
    def garble(said: Text) -> dsl.ContainerSpec:
        return shell('printf x > "$1"; mkdir -p "$(dirname "$2")"; printf "{" > "$2"', said, SAID)

    @dsl.pipeline(name="garbled")
    def pipeline() -> None:
        garble()

    assert "its executor output can't be read" in workspace.run(pipeline).tasks["garble"].error


def test_the_executor_output_is_no_artifact(workspace: Workspace) -> None:
    @dsl.pipeline(name="writing")
    def pipeline() -> None:
        write(text="rain")

    outcome = workspace.run(pipeline)
    assert [file.name for file in Path(outcome.artifact("write", "data").uri).parent.iterdir()] == ["data"]


def test_an_artifact_with_a_custom_path_is_copied_to_where_artifacts_are_kept(workspace: Workspace) -> None:
    @component
    def elsewhere(path: str, data: Output[Dataset]) -> None:
        with open(path, "w") as file:
            file.write("rain")
        data.custom_path = path
        data.metadata["made"] = "elsewhere"

    @component
    def read(data: Input[Dataset]) -> str:
        with open(data.path) as file:
            return file.read() + data.metadata["made"]  # type: ignore[no-any-return]

    @dsl.pipeline(name="custom")
    def pipeline(path: str) -> None:
        read(data=elsewhere(path=path).outputs["data"])

    path = workspace.path / "elsewhere.txt"
    outcome = workspace.run(pipeline, {"path": str(path)})
    made = outcome.artifact("elsewhere", "data")
    assert made.uri != str(path)
    assert Path(made.uri).read_text() == "rain"
    path.unlink()
    assert outcome.tasks["read"].outputs == {"Output": "rainelsewhere"}


def test_artifacts_that_a_function_returns_are_its_outputs(workspace: Workspace) -> None:
    @component
    def make(text: str) -> Dataset:
        data = Dataset(uri=dsl.get_uri(suffix="rain.txt"), metadata={"length": len(text)})
        with open(data.path, "w") as file:
            file.write(text)
        return data

    @component
    def read(data: Dataset) -> str:
        with open(data.path) as file:
            return f"{file.read()} {data.metadata['length']}"

    @dsl.pipeline(name="pythonic")
    def pipeline() -> None:
        read(data=make(text="rain").output)

    outcome = workspace.run(pipeline)
    assert outcome.tasks["read"].outputs == {"Output": "rain 4"}
    assert Path(outcome.artifact("make", "Output").uri).name == "rain.txt"


def test_a_file_that_is_embedded_in_a_component_is_there_when_it_runs(workspace: Workspace) -> None:
    folder = workspace.path / "embedded"
    folder.mkdir()
    (folder / "rain.txt").write_text("drops")

    @dsl.component(base_image=IMAGE, install_kfp_package=False, embedded_artifact_path=str(folder))
    def read(config: dsl.EmbeddedInput[Dataset], name: str) -> str:
        import os

        with open(os.path.join(config.path, name)) as file:
            return file.read()

    @dsl.pipeline(name="embedding")
    def pipeline() -> None:
        read(name="rain.txt")

    file = workspace.compile(pipeline)
    (folder / "rain.txt").unlink()
    assert workspace.run(file).tasks["read"].outputs == {"Output": "drops"}


# Words


def test_words_are_concatenated_of_texts_parameters_and_artifacts(workspace: Workspace) -> None:
    @dsl.container_component
    def joined(count: int, data: Input[Dataset], said: dsl.OutputPath(list)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show(
            [
                dsl.ConcatPlaceholder(["n=", count, ";"]),
                dsl.ConcatPlaceholder(["uri=", data.uri]),
                dsl.ConcatPlaceholder(["a", dsl.ConcatPlaceholder([count, count]), '"b"']),
            ],
            said,
        )

    @dsl.pipeline(name="joining")
    def pipeline(count: int) -> None:
        joined(count=count, data=write(text="rain").outputs["data"])

    outcome = workspace.run(pipeline, {"count": 3})
    uri = outcome.artifact("write", "data").uri
    assert outcome.tasks["joined"].outputs == {"said": ["n=3;", f"uri={uri}", 'a33"b"']}


@pytest.mark.parametrize(
    ("given", "words"),
    [({"name": "rain"}, ["--name", "rain", "named-rain", "end"]), ({}, ["--nobody", "unnamed", "end"])],
)
def test_words_depend_on_whether_a_parameter_is_present(
    workspace: Workspace, given: dict[str, Any], words: list[str]
) -> None:
    @dsl.container_component
    def ask(said: dsl.OutputPath(list), name: str = None) -> dsl.ContainerSpec:  # type: ignore[valid-type, assignment]
        named = dsl.IfPresentPlaceholder("name", then=dsl.ConcatPlaceholder(["named-", name]), else_="unnamed")
        return show(
            [dsl.IfPresentPlaceholder("name", then=["--name", name], else_=["--nobody"]), named, "end"],
            said,
        )

    @dsl.pipeline(name="asking")
    def pipeline() -> None:
        ask(**given)

    assert workspace.run(pipeline).tasks["ask"].outputs == {"said": words}


def test_a_default_does_not_count_as_present(workspace: Workspace) -> None:
    @dsl.container_component
    def ask(said: dsl.OutputPath(list), name: str = "nobody") -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show([dsl.IfPresentPlaceholder("name", then=["--name", name], else_=["--no-name"])], said)

    @dsl.pipeline(name="asking")
    def pipeline(name: str = None) -> None:  # type: ignore[assignment]
        ask()
        ask(name=name)
        ask(name="nobody")

    outcome = workspace.run(pipeline)
    assert outcome.states["ask-3"] == "SUCCEEDED"  # and not CACHED
    assert [task.outputs["said"] for _, task in sorted(outcome.tasks.items())] == [
        ["--no-name"],
        ["--no-name"],
        ["--name", "nobody"],
    ]


@pytest.mark.parametrize("given", [True, False])
def test_words_depend_on_whether_an_artifact_is_present(workspace: Workspace, given: bool) -> None:
    @dsl.container_component
    def ask(said: dsl.OutputPath(list), data: Input[Dataset] = None) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show([dsl.IfPresentPlaceholder("data", then=["--data", data.path], else_=["--no-data"])], said)

    @dsl.pipeline(name="asking")
    def pipeline() -> None:
        if given:
            ask(data=write(text="rain").outputs["data"])
        else:
            ask()

    outcome = workspace.run(pipeline)
    expected = ["--data", outcome.artifact("write", "data").uri] if given else ["--no-data"]
    assert outcome.tasks["ask"].outputs == {"said": expected}


def test_a_word_names_an_artifacts_metadata(workspace: Workspace) -> None:
    @component
    def describe(data: Output[Dataset]) -> None:
        data.metadata["rows"] = 12
        data.metadata["where"] = "it's here"

    @dsl.container_component
    def read(data: Input[Dataset], said: dsl.OutputPath(list)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show([data.metadata["rows"], data.metadata["where"], data.metadata], said)

    @dsl.pipeline(name="metadata")
    def pipeline() -> None:
        read(data=describe().outputs["data"])

    said = workspace.run(pipeline).tasks["read"].outputs["said"]
    assert said[:2] == ["12", "it's here"]
    assert json.loads(said[2]) == {"rows": 12, "where": "it's here"}


def test_values_are_never_read_for_placeholders(workspace: Workspace) -> None:
    @dsl.container_component
    def echo(text: str, said: dsl.OutputPath(list)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show([text], said)

    @dsl.pipeline(name="echoing")
    def pipeline(text: str) -> None:
        echo(text=text)

    text = "{{$.inputs.parameters['said']}} {\"Concat\": [1]} $(HOME) $$ `id`"
    assert workspace.run(pipeline, {"text": text}).tasks["echo"].outputs == {"said": [text]}


def test_a_default_stands_in_for_what_a_command_names_and_was_not_given(workspace: Workspace) -> None:
    @dsl.container_component
    def greet(said: dsl.OutputPath(list), name: str = "nobody", count: int = 2) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show([name, count], said)

    @dsl.pipeline(name="greeting")
    def pipeline() -> None:
        greet()

    assert workspace.run(pipeline).tasks["greet"].outputs == {"said": ["nobody", "2"]}


# Environment variables


def test_variables_refer_to_those_before_them(workspace: Workspace) -> None:
    @dsl.container_component
    def variables(said: Text) -> dsl.ContainerSpec:
        return shell('printf "%s|%s|%s|%s" "$A" "$B" "$C" "$D" > "$1"', said)

    @dsl.pipeline(name="variables")
    def pipeline() -> None:
        asked = variables()
        asked.set_env_variable("A", "rain")
        asked.set_env_variable("B", "$(A) and $(A)")
        asked.set_env_variable("C", "$$(A) $(NOBODY)")
        asked.set_env_variable("D", "$(E)")
        asked.set_env_variable("E", "later")

    assert workspace.run(pipeline).tasks["variables"].outputs == {"said": "rain|rain and rain|$(A) $(NOBODY)|$(E)"}


def test_words_refer_to_variables(workspace: Workspace) -> None:
    @dsl.container_component
    def greet(said: dsl.OutputPath(list)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show(["$(NAME)", "a $(NAME) b", "$(NOBODY)", "$$"], said)

    @dsl.pipeline(name="greeting")
    def pipeline() -> None:
        greet().set_env_variable("NAME", "rain")

    assert workspace.run(pipeline).tasks["greet"].outputs == {"said": ["rain", "a rain b", "$(NOBODY)", "$$"]}


def test_a_variable_holds_an_input(workspace: Workspace) -> None:
    @dsl.container_component
    def variables(count: int, said: Text) -> dsl.ContainerSpec:
        return shell('printf "%s" "$COUNT" > "$1"; : "$2"', said, count)

    @dsl.pipeline(name="variables")
    def pipeline(count: int) -> None:
        variables(count=count)

    def name_it(document: dict[str, Any]) -> None:
        value = "n={{$.inputs.parameters['count']}}"
        container(document, "variables")["env"] = [{"name": "COUNT", "value": value}]

    file = edited(workspace, pipeline, name_it)
    assert workspace.run(file, {"count": 3}).tasks["variables"].outputs == {"said": "n=3"}


# Inputs


def test_optional_inputs_that_are_not_given_are_none(workspace: Workspace) -> None:
    @component
    def see(text: str = None, number: int = None, data: Input[Dataset] = None, model: Input[Model] = None) -> list:  # type: ignore[assignment]
        return [text, number, data is None, model is None]

    @dsl.pipeline(name="seeing")
    def pipeline() -> None:
        see(data=write(text="rain").outputs["data"])

    assert workspace.run(pipeline).tasks["see"].outputs == {"Output": [None, None, False, True]}


def test_a_component_takes_a_list_of_artifacts(workspace: Workspace) -> None:
    @component
    def read(data: Input[list[Dataset]]) -> str:
        texts = []
        for one in data:
            with open(one.path) as file:
                texts.append(file.read())
        return " ".join(texts)

    @dsl.container_component
    def paths(data: Input[list[Dataset]], said: dsl.OutputPath(list)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        return show(["{{$.inputs.artifacts['data']}}"], said)

    @dsl.pipeline(name="lists")
    def pipeline() -> None:
        with dsl.ParallelFor(["rain", "snow"], parallelism=1) as text:
            made = write(text=text)
        read(data=dsl.Collected(made.outputs["data"]))
        paths(data=dsl.Collected(made.outputs["data"]))

    outcome = workspace.run(pipeline)
    assert outcome.tasks["read"].outputs == {"Output": "rain snow"}
    [listed] = outcome.tasks["paths"].outputs["said"]
    uris = [outcome.artifact(f"for-loop-2[{i}].write", "data").uri for i in (0, 1)]
    assert [one["uri"] for one in json.loads(listed)] == uris


def test_a_containerized_python_component_runs_from_its_image(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `kfp component build` leaves kfp_config.ini beside the component's source, in the image's working directory.
    project = workspace.path / "probe"
    (project / "components.py").write_text("def double(number: int) -> int:\n    return 2 * number\n")
    (project / "kfp_config.ini").write_text("[Components]\ndouble = components.py\n")
    monkeypatch.syspath_prepend(str(project))
    from components import double  # type: ignore[import-not-found]

    sys.modules.pop("components")
    doubled = dsl.component(base_image="python:3.11", target_image=IMAGE)(double)

    @dsl.pipeline(name="containerized")
    def pipeline() -> None:
        doubled(number=21)

    outcome = workspace.run(pipeline)
    assert outcome.tasks["double"].outputs == {"Output": 42}
