"""Placeholders in commands."""

import json
from typing import Any

import pytest

from barograph.ir.placeholders import expand, unsupported

INPUT: dict[str, Any] = {
    "inputs": {
        "parameterValues": {"text": "it's {{fine}}", "ratio": 0.5, "table": {"a": [1]}},
        "artifacts": {"data": {"artifacts": [{"uri": "/store/data", "metadata": {"n": 1}}]}},
    },
    "outputs": {
        "parameters": {"said": {"outputFile": "/scratch/said"}},
        "artifacts": {"model": {"artifacts": [{"uri": "gs://b/model", "custom_path": "/scratch/model"}]}},
    },
}


def path_of(artifact: Any) -> str:
    return str(artifact.get("custom_path") or artifact["uri"])


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("{{$.inputs.parameters['text']}}", "it's {{fine}}"),
        ("--ratio={{$.inputs.parameters['ratio']}}", "--ratio=0.5"),
        ('{{$.inputs.parameters["table"]}}', '{"a": [1]}'),
        ("{{$.inputs.artifacts['data'].path}}/x", "/store/data/x"),
        ("{{$.inputs.artifacts['data'].metadata}}", '{"n": 1}'),
        ("{{$.outputs.artifacts['model'].uri}}", "gs://b/model"),
        ("{{$.outputs.artifacts['model'].path}}", "/scratch/model"),
        ("{{$.outputs.parameters['said'].output_file}}", "/scratch/said"),
        ("{{$.inputs.parameters['ratio']}}:{{$.inputs.parameters['ratio']}}", "0.5:0.5"),
        ("${NOT_OURS} {{ jinja }}", "${NOT_OURS} {{ jinja }}"),
    ],
)
def test_a_placeholder_is_replaced_by_what_it_stands_for(word: str, expected: str) -> None:
    assert unsupported(word) is None
    assert expand(word, INPUT, path_of) == expected


def test_the_bare_placeholder_is_the_whole_executor_input() -> None:
    assert json.loads(expand("{{$}}", INPUT, path_of)) == INPUT


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        expand("{{$.inputs.parameters['nothing']}}", INPUT, path_of)


@pytest.mark.parametrize(
    ("word", "feature"),
    [
        ('{"Concat": ["a", "b"]}', "dsl.ConcatPlaceholder"),
        ('{"IfPresent": {"InputName": "a"}}', "dsl.IfPresentPlaceholder"),
        ("{{$.pipeline_job_name}}", "the placeholder {{$.pipeline_job_name}}"),
    ],
)
def test_what_cant_be_expanded_is_named(word: str, feature: str) -> None:
    assert unsupported(word) == feature
