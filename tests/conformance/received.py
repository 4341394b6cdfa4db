"""What components receive, as goldens hold it: the words of their command line, and the ExecutorInput among them."""

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from kfp import compiler

from tests.conformance.everything import everything
from weather.pipeline import weather

GOLDENS = Path(__file__).parent / "goldens"
WEATHER = GOLDENS / "weather.yaml"
"""The weather pipeline as it was when its golden was made, so that it can be changed where there is no Go."""

WHOLE = "{{$}}"
ESCAPED = '{"input": "{{$.json_escape[1]}}"}'
LONG = 100
"""Characters from which on a word that is as its pipeline has it is not repeated in a golden."""

Received = dict[str, Any]


def _compiled(pipeline: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pipeline.yaml"
        compiler.Compiler().compile(pipeline, str(file))
        spec: dict[str, Any] = next(yaml.safe_load_all(file.read_text(encoding="utf-8")))
        return spec


def freeze() -> None:
    """Keep the weather pipeline as it is now."""
    compiler.Compiler().compile(weather, str(WEATHER))


def _everything() -> dict[str, Any]:
    spec = _compiled(everything)
    # The SDK lets no task give a number to what takes a text; the specification does.
    for parameter in spec["components"]["comp-texts"]["inputDefinitions"]["parameters"].values():
        parameter["parameterType"] = "STRING"
    return spec


def _weather() -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load(WEATHER.read_text(encoding="utf-8"))
    return spec


SPECS: Mapping[str, Callable[[], dict[str, Any]]] = {"everything": _everything, "weather": _weather}
"""The pipelines that have goldens."""


def with_names_for(spec: Mapping[str, Any], path: str, received: Received) -> Received:
    """What the task at ``path`` received, as a golden holds it: the message by itself, its placeholder where it stood
    among the words, and long words that are as the pipeline has them by their places there."""
    if "words" not in received:
        return received
    container = _container(spec, path)
    written = {word: f"{part}[{i}]" for part in ("command", "args") for i, word in enumerate(container.get(part, ()))}
    words, message = [], received.get("executor_input")
    for word in received["words"]:
        if word.startswith('{"inputs"'):
            message, word = json.loads(word), WHOLE
        elif word.startswith('{"input": "{\\"'):
            message, word = json.loads(json.loads(word)["input"]), ESCAPED
        words.append(f"as written: {written[word]}" if len(word) > LONG and word in written else word)
    return {"words": words, "executor_input": message} if {WHOLE, ESCAPED} & {*words} else {"words": words}


def _container(spec: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    component = spec["root"]
    for name in re.sub(r"\[\d+\]", "", path).split("."):
        component = spec["components"][component["dag"]["tasks"][name]["componentRef"]["name"]]
    container: Mapping[str, Any] = spec["deploymentSpec"]["executors"][component["executorLabel"]]["container"]
    return container
