"""Components that several files here run."""

from kfp.dsl import Dataset, Input, Output

from tests.conftest import component


@component
def read(data: Input[Dataset]) -> str:
    with open(data.path) as file:
        return file.read()


@component
def say(text: str) -> str:
    return text


@component
def write(text: str, data: Output[Dataset]) -> None:
    with open(data.path, "w") as file:
        file.write(text)
