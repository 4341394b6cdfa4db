"""Pipelines that are submitted in tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kfp import compiler, dsl
from kfp.dsl import Dataset, Input, Metrics, Model, Output

from tests.conftest import component

PLATFORM = """
---
platforms:
  kubernetes:
    deploymentSpec:
      executors:
        exec-train-model:
          secretAsEnv:
          - secretName: keys
            keyToEnv:
            - secretKey: api
              envVar: API_KEY
"""
"""What `kfp-kubernetes` writes behind a pipeline for ``use_secret_as_env``."""


@component
def prep_data(uri: str, split: Output[Dataset]) -> int:
    with open(split.path, "w") as file:
        file.write(uri)
    return len(uri)


@component
def train_model(split: Input[Dataset], epochs: int, model: Output[Model], metrics: Output[Metrics]) -> str:
    with open(split.path) as file:
        print(file.read())
    if epochs < 1:
        raise SystemExit("error: no epochs")
    metrics.log_metric("epochs", epochs)
    return "trained"


@component
def say(text: str) -> str:
    print(text)
    return text


@dsl.pipeline(name="inner")
def inner(text: str) -> str:
    output: str = say(text=text).output
    return output


@dsl.pipeline(name="training")
def training(data_uri: str, epochs: int = 3, rate: float = 0.5, quick: bool = False, sizes: list = [1, 2]) -> None:  # noqa: B006
    data = prep_data(uri=data_uri)
    trained = train_model(split=data.outputs["split"], epochs=epochs)
    say(text=trained.outputs["Output"])
    say(text="again")
    inner(text="within")
    with dsl.If(quick == True, name="quickly"):  # noqa: E712
        say(text="quick")


def compiled(pipeline: Callable[..., Any], folder: Path) -> str:
    """The text that the SDK compiles a pipeline to."""
    file = folder / "compiled.yaml"
    compiler.Compiler().compile(pipeline, str(file))
    return file.read_text()
