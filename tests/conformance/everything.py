"""A pipeline whose components take every kind of input, and say in their logs what they were given."""

from typing import Any, NamedTuple

from kfp import dsl
from kfp.dsl import HTML, Dataset, Input, Metrics, Model, Output

from tests.conftest import IMAGE, component

Text: Any = dsl.OutputPath(str)

SAY = "import json, sys; print(json.dumps(sys.orig_argv))"
"""A Python program that prints the words of its command line."""


def say(*words: Any) -> dsl.ContainerSpec:
    """Prints its own command line."""
    return dsl.ContainerSpec(image=IMAGE, command=["python3", "-c", SAY], args=list(words))


@component
def make(
    text: str,
    whole: int,
    number: float,
    flag: bool,
    items: list,
    table: dict,
    data: Output[Dataset],
    model: Output[Model],
    metrics: Output[Metrics],
    page: Output[HTML],
    default_text: str = "a 'default' \"ä\"",
    default_whole: int = 3,
    default_number: float = 0.5,
    default_flag: bool = False,
    default_items: list = [1, {"ä": "'\""}],  # noqa: B006
    default_table: dict = {"b": 1, "a": []},  # noqa: B006
    no_text: str = None,  # type: ignore[assignment]
    no_items: list = None,  # type: ignore[assignment]
    not_wanted: str = None,  # type: ignore[assignment]
) -> NamedTuple("Outputs", text=str, whole=int, number=float, flag=bool, items=list, table=dict):  # type: ignore[valid-type]
    """Takes parameters of every type, given, by default and not at all, and makes outputs of every type."""
    import json
    import sys
    from collections import namedtuple

    print(json.dumps(sys.orig_argv))
    with open(data.path, "w") as file:
        file.write("rain")
    with open(page.path, "w") as file:
        file.write("<p>rain</p>")
    data.metadata.update(text=text, whole=3, number=0.25, flag=True, items=[1, "ä"], table={"a": {"b": 1}})
    metrics.log_metric("loss", 0.5)
    made = namedtuple("made", ["text", "whole", "number", "flag", "items", "table"])
    return made(text, whole, number, flag, items, table)


@component
def take(
    data: Input[Dataset],
    metrics: Input[Metrics],
    several: Input[list[Dataset]],
    texts: list,
    text: str,
    whole: int,
    number: float,
    flag: bool,
    items: list,
    table: dict,
    no_data: Input[Dataset] = None,
) -> None:
    """Takes what other tasks made: one artifact, several, none, and parameters of every type."""
    import json
    import sys

    print(json.dumps(sys.orig_argv))


@component
def length(text: str, data: Output[Dataset]) -> int:
    """One turn of a loop."""
    import json
    import sys

    print(json.dumps(sys.orig_argv))
    with open(data.path, "w") as file:
        file.write(text)
    data.metadata["text"] = text
    return len(text)


@dsl.container_component
def parameters(text: str, whole: int, number: float, flag: bool, items: list, table: dict):  # type: ignore[no-untyped-def]
    """Parameters, each a word and part of one."""
    return say(text, whole, number, flag, items, table, f"--whole={whole} --text={text}")


@dsl.container_component
def texts(whole: int, number: float, flag: bool, items: list, table: dict):  # type: ignore[no-untyped-def]
    """Parameters whose type is made STRING once this is compiled: values of every type become texts."""
    return say(whole, number, flag, items, table, "{{$}}")


@dsl.container_component
def parameters_and_outputs(number: float, table: dict, said: Text):  # type: ignore[no-untyped-def]
    """Words that name parameters and an output: KFP's launcher fills those, where its driver fills others."""
    return dsl.ContainerSpec(
        image=IMAGE,
        command=["python3", "-c", SAY + "; open(sys.argv[1], 'w').write('rain')"],
        args=[said, f"{said} {number} {table}"],
    )


@dsl.container_component
def defaults(text: str = "a default", number: float = 0.5, table: dict = {"b": 1, "a": "ä"}):  # type: ignore[no-untyped-def]  # noqa: B006
    """Parameters that were not given."""
    return say(text, number, table)


@dsl.container_component
def artifacts(data: Input[Dataset]):  # type: ignore[no-untyped-def]
    """An artifact's address and path."""
    return say(data.uri, data.path, f"--data={data.path}:{data.uri}")


@dsl.container_component
def metadata(data: Input[Dataset]):  # type: ignore[no-untyped-def]
    """What is known of an artifact."""
    return say(data.metadata["whole"], data.metadata["items"])


@dsl.container_component
def places(data: Output[Dataset], model: Output[Model], said: Text, count: dsl.OutputPath(int)):  # type: ignore[no-untyped-def, valid-type]
    """Where outputs go."""
    return dsl.ContainerSpec(
        image=IMAGE,
        command=[
            "python3",
            "-c",
            f"{SAY}; open(sys.argv[1], 'w').write('rain'); open(sys.argv[2], 'w').write('3')",
        ],
        args=[said, count, data.path, data.uri, f"--model={model.path}"],
    )


@dsl.container_component
def whole_input(text: str, table: dict, data: Input[Dataset], no_text: str = None, default_whole: int = 3):  # type: ignore[no-untyped-def, assignment]
    """The whole ExecutorInput."""
    return say("{{$}}")


@dsl.container_component
def escaped_input(text: str):  # type: ignore[no-untyped-def]
    """The whole ExecutorInput in a text in JSON."""
    return say('{"input": "{{$.json_escape[1]}}"}')


@dsl.container_component
def present(text: str = None, number: float = 0.5, items: list = None):  # type: ignore[no-untyped-def, assignment]
    """Words that depend on what was given."""
    return say(
        dsl.IfPresentPlaceholder("text", then=["--text", text], else_=["--no-text"]),
        dsl.IfPresentPlaceholder("number", then=["--number", number], else_=["--no-number"]),
        dsl.IfPresentPlaceholder("items", then="--items"),
        "end",
    )


@dsl.container_component
def present_artifact(data: Input[Dataset]):  # type: ignore[no-untyped-def]
    """Words that depend on an artifact."""
    return say(dsl.IfPresentPlaceholder("data", then=["--data", data.path], else_=["--no-data"]))


@dsl.container_component
def joined(text: str, whole: int):  # type: ignore[no-untyped-def]
    """Words that are made of others."""
    return say(dsl.ConcatPlaceholder(["n=", whole, ";", dsl.ConcatPlaceholder([text, "!"])]))


@dsl.container_component
def facts(name: str, resource: str, run: str, task: str, created: str, scheduled: str, both: str):  # type: ignore[no-untyped-def]
    """What a run says of itself, given as parameters."""
    return say(name, resource, run, task, created, scheduled, both)


@dsl.container_component
def facts_in_words():  # type: ignore[no-untyped-def]
    """What a run says of itself, in a command."""
    return say(dsl.PIPELINE_JOB_ID_PLACEHOLDER, dsl.PIPELINE_TASK_NAME_PLACEHOLDER)


@dsl.pipeline(name="inner")
def inner(text: str = None, number: float = 1.5):  # type: ignore[no-untyped-def, assignment]
    """A pipeline that is a task, and hands on what it was not given."""
    present(text=text, number=number)


@dsl.pipeline(name="everything")
def everything(
    text: str,
    whole: int,
    number: float,
    flag: bool,
    items: list,
    table: dict,
    default_number: float = 2.0,
    no_text: str = None,  # type: ignore[assignment]
) -> None:
    """Every kind of input."""
    given = {"text": text, "whole": whole, "number": number, "flag": flag, "items": items, "table": table}
    made = make(**given, no_text=no_text)
    data = made.outputs["data"]
    with dsl.ParallelFor(["rain", "snows"], parallelism=1) as item:
        turn = length(text=item)
    take(
        data=data,
        metrics=made.outputs["metrics"],
        several=dsl.Collected(turn.outputs["data"]),
        texts=dsl.Collected(turn.outputs["Output"]),
        **{name: made.outputs[name] for name in given},
    )
    parameters(**given)
    parameters(**{**given, "number": default_number, "text": f"{whole}, {flag} and {table}"})
    texts(**{name: value for name, value in given.items() if name != "text"})
    inner()
    parameters_and_outputs(number=number, table=made.outputs["table"])
    defaults()
    artifacts(data=data)
    metadata(data=data)
    places()
    whole_input(text=f"{whole} {number} {flag}", table=table, data=data, no_text=no_text)
    escaped_input(text='it\'s "rain"')
    present(text=text, number=number, items=items)
    present(text=no_text)
    present_artifact(data=data)
    joined(text=text, whole=whole)
    facts(
        name=dsl.PIPELINE_JOB_NAME_PLACEHOLDER,
        resource=dsl.PIPELINE_JOB_RESOURCE_NAME_PLACEHOLDER,
        run=dsl.PIPELINE_JOB_ID_PLACEHOLDER,
        task=dsl.PIPELINE_TASK_NAME_PLACEHOLDER,
        created=dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER,
        scheduled=dsl.PIPELINE_JOB_SCHEDULE_TIME_UTC_PLACEHOLDER,
        both=f"{dsl.PIPELINE_JOB_ID_PLACEHOLDER} {dsl.PIPELINE_TASK_NAME_PLACEHOLDER}",
    )
    facts_in_words()
