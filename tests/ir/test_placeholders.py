"""Placeholders in commands."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.ir.placeholders import (
    Context,
    check,
    env_expand,
    expand_text,
    expand_vars,
    expand_words,
)

INPUT: dict[str, Any] = {
    "inputs": {
        "parameterValues": {
            "text": "it's {{fine}}",
            "ratio": 0.5,
            "tiny": 1e-7,
            "count": 3.0,
            "big": 12345678901234567890,
            "flag": True,
            "off": False,
            "zero": 0,
            "empty": "",
            "table": {"a": [1]},
            "null": None,
            "sly": "{{$.inputs.parameters['text']}} {{$}}",
        },
        "artifacts": {
            "data": {"artifacts": [{"name": "the data", "uri": "/store/data", "metadata": {"n": 1, "a.b-c ]": "x"}}]},
            "many": {"artifacts": [{"uri": "/store/1"}, {"uri": "/store/2"}]},
            "none": {"artifacts": []},
        },
    },
    "outputs": {
        "parameters": {"said": {"outputFile": "/scratch/said"}},
        "artifacts": {"model": {"artifacts": [{"uri": "gs://b/model", "custom_path": "/scratch/model"}]}},
        "outputFile": "/scratch/executor_output.json",
    },
}


def path_of(artifact: Any) -> str:
    return str(artifact.get("custom_path") or artifact["uri"])


CONTEXT = Context(
    INPUT,
    path_of,
    defaults={"size": 32, "text": "unused", "null": "unused"},
    runtime={"pipeline_job_name": "run 1", "pipeline_root": "gs://root", "workspace_path": "/kfp-workspace"},
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("{{$.inputs.parameters['text']}}", "it's {{fine}}"),
        ("--ratio={{$.inputs.parameters['ratio']}}", "--ratio=0.5"),
        ("{{$.inputs.parameters['tiny']}}", "0.0000001"),
        ("{{$.inputs.parameters['count']}}", "3"),
        ("{{$.inputs.parameters['big']}}", "12345678901234567890"),
        ("{{$.inputs.parameters['flag']}}", "true"),
        ('{{$.inputs.parameters["table"]}}', '{"a":[1]}'),
        ("[{{$.inputs.parameters['null']}}]", "[]"),
        ("{{$.inputs.parameters['size']}}", "32"),
        ("{{$.inputs.artifacts['data'].uri}}", "/store/data"),
        ("{{$.inputs.artifacts['data'].path}}/x", "/store/data/x"),
        ("{{$.inputs.artifacts['data'].name}}", "the data"),
        ("{{$.inputs.artifacts['data'].metadata}}", '{"n": 1, "a.b-c ]": "x"}'),
        ("{{$.inputs.artifacts['data'].metadata['n']}}", "1"),
        ("{{$.inputs.artifacts['data'].metadata['a.b-c ]']}}", "x"),
        ("{{$.inputs.artifacts['data'].properties['n']}}", "1"),
        ("{{$.inputs.artifacts['many'].uri}}", "/store/1"),
        ("{{$.inputs.artifacts['many']}}", '[{"uri": "/store/1"}, {"uri": "/store/2"}]'),
        ("{{$.outputs.artifacts['model'].uri}}", "gs://b/model"),
        ("{{$.outputs.artifacts['model'].path}}", "/scratch/model"),
        ("{{$.outputs.artifacts['model'].metadata}}", "{}"),
        ("{{$.outputs.parameters['said'].output_file}}", "/scratch/said"),
        ("{{$.outputs.output_file}}", "/scratch/executor_output.json"),
        ("{{$.outputs.output_metadata_uri}}", "/scratch/executor_output.json"),
        ("{{$.pipeline_job_name}} in {{$.pipeline_root}}", "run 1 in gs://root"),
        ("{{$.workspace_path}}/cache", "/kfp-workspace/cache"),
        ("{{$.inputs.parameters['ratio']}}:{{$.inputs.parameters['ratio']}}", "0.5:0.5"),
        ("{{$.inputs.parameters['table'].json_escape[0]}}", None),
        ("{{$.inputs.parameters['table']}}{{$.inputs.artifacts['data'].metadata.json_escape[1]}}", None),
    ],
)
def test_a_placeholder_is_replaced_by_what_it_stands_for(word: str, expected: str | None) -> None:
    assert check(word) is None
    if expected is not None:
        assert expand_text(word, CONTEXT) == expected
        assert expand_words([word], CONTEXT) == (expected,)


def test_the_bare_placeholder_is_the_whole_executor_input_with_defaults() -> None:
    assert json.loads(expand_text("{{$}}", replace(CONTEXT, defaults={}))) == INPUT
    with_default = json.loads(expand_text("{{$}}", CONTEXT))
    assert with_default["inputs"]["parameterValues"] == {**INPUT["inputs"]["parameterValues"], "size": 32}
    assert with_default["outputs"] == INPUT["outputs"]
    assert "size" not in INPUT["inputs"]["parameterValues"]


def test_an_escaped_placeholder_fits_into_json() -> None:
    once = json.loads(expand_text('{"input": "{{$.json_escape[1]}}"}', CONTEXT))
    assert once["input"] == expand_text("{{$}}", CONTEXT)
    assert expand_text("{{$.inputs.parameters['table'].json_escape[1]}}", CONTEXT) == '{\\"a\\":[1]}'
    assert expand_text("{{$.inputs.parameters['table'].json_escape[2]}}", CONTEXT) == '{\\\\\\"a\\\\\\":[1]}'


def test_a_value_is_not_read_for_placeholders_again() -> None:
    assert expand_text("{{$.inputs.parameters['sly']}}", CONTEXT) == INPUT["inputs"]["parameterValues"]["sly"]


@pytest.mark.parametrize(
    "word",
    [
        "${NOT_OURS} {{ jinja }}",
        "{{$.Values.image}} {{ $.inputs }} {{$x}} {{$",
        'template = """{{$.Release.Name}}"""\nrows = {"{{$": 1}',
        '{"Concat": "no list"}',
        '{"Concat": ["a"], "more": 1}',
        '{"IfPresent": {"Then": ["a"]}}',
        '{"IfPresent": {"InputName": "text", "Then": [1]}}',
        '{"IfPresent": {"InputName": "text", "Then": "a"}, "more": 1}',
        '{"IfPresent": {"InputName": "text", "Then": "a", "More": 1}}',
        '{"Concat": ["broken"',
        '{"Concatenate": ["a"]}',
        '{"a": {"Concat": ["b"]}}',
        "[" * 100_000,
        "",
    ],
)
def test_the_users_own_text_stays_as_it_is(word: str) -> None:
    assert check(word) is None
    assert expand_words([word], CONTEXT) == (word,)


@given(st.text(alphabet="{}$.[]'\"a\\ (\n"))
def test_text_made_of_the_same_marks_stays_as_it_is(text: str) -> None:
    if "{{$}}" not in text:
        assert expand_words([text], CONTEXT) == (text,)


@given(st.text(), st.text(), st.text())
def test_any_value_stands_between_its_neighbours(before: str, value: str, after: str) -> None:
    context = Context({"inputs": {"parameterValues": {"x": value}}}, path_of)
    if "{" not in before + after and "}" not in before + after:
        assert expand_text(f"{before}{{{{$.inputs.parameters['x']}}}}{after}", context) == before + value + after


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("{{$.inputs.parameters['missing']}}", "missing"),
        ("{{$.inputs.artifacts['missing'].uri}}", "missing"),
        ("{{$.inputs.artifacts['none'].path}}", "none"),
        ("{{$.inputs.artifacts['data'].metadata['missing']}}", "missing"),
        ("{{$.outputs.parameters['missing'].output_file}}", "missing"),
        ("{{$.pipeline_job_uuid}}", "pipeline_job_uuid"),
    ],
)
def test_a_name_that_is_not_there_is_a_key_error(word: str, name: str) -> None:
    with pytest.raises(KeyError) as caught:
        expand_text(word, CONTEXT)
    assert caught.value.args == (name,)


@pytest.mark.parametrize(
    "placeholder",
    [
        "{{$.inputs.artifacts['data'].colour}}",
        "{{$.inputs.parameters['text'].uri}}",
        "{{$.inputs.parameters[text]}}",
        "{{$.outputs.parameters['said']}}",
        "{{$.pipeline_job_colour}}",
        "{{$.json_escape}}",
    ],
)
def test_what_kfp_would_not_understand_is_named(placeholder: str) -> None:
    assert check(f"--x={placeholder}{{{{$}}}}") == f"the placeholder {placeholder}"
    assert check(json.dumps({"Concat": ["a", placeholder]})) == f"the placeholder {placeholder}"
    assert expand_text(placeholder, CONTEXT) == placeholder


def present(name: str, then: Any, otherwise: Any = None) -> dict[str, Any]:
    return {"IfPresent": {"InputName": name, "Then": then, **({"Else": otherwise} if otherwise is not None else {})}}


TEXT = "{{$.inputs.parameters['text']}}"


@pytest.mark.parametrize(
    ("structure", "words"),
    [
        ({"Concat": ["a-", TEXT, "{{$.outputs.artifacts['model'].uri}}"]}, ["a-it's {{fine}}gs://b/model"]),
        ({"Concat": []}, [""]),
        ({"Concat": ["a", {"Concat": ["b", {"Concat": ["c"]}]}, "d"]}, ["abcd"]),
        (present("text", ["--text", TEXT]), ["--text", "it's {{fine}}"]),
        (present("text", TEXT), ["it's {{fine}}"]),
        (present("missing", ["--x", "{{$.inputs.parameters['missing']}}"]), []),
        (present("missing", "x", ["no", "x"]), ["no", "x"]),
        (present("missing", "x", "no"), ["no"]),
        (present("null", "x", "no"), ["no"]),
        (present("off", "x", "no"), ["x"]),
        (present("zero", "x", "no"), ["x"]),
        (present("empty", "x", "no"), ["x"]),
        (present("size", "given", "left to its default"), ["left to its default"]),
        (present("data", ["{{$.inputs.artifacts['data'].path}}"], ["no"]), ["/store/data"]),
        (present("none", ["an empty list"], ["no"]), ["an empty list"]),
        (present("model", "an output"), ["an output"]),
        (present("text", ["a", present("missing", "b", {"Concat": ["c", TEXT]}), "d"]), ["a", "cit's {{fine}}", "d"]),
        (present("missing", [], present("text", ["a", "b"])), ["a", "b"]),
        ({"Concat": ["a", present("missing", "b"), present("text", "c"), "d"]}, ["acd"]),
    ],
)
def test_a_structured_placeholder_makes_words(structure: dict[str, Any], words: list[str]) -> None:
    word = json.dumps(structure)
    assert check(word) is None
    assert expand_words(["before", word, "after"], CONTEXT) == ("before", *words, "after")


def test_a_structure_in_a_value_or_in_plain_text_is_text() -> None:
    structure = json.dumps({"Concat": ["a", "b"]})
    context = Context({"inputs": {"parameterValues": {"x": structure}}}, path_of)
    assert expand_words(["{{$.inputs.parameters['x']}}"], context) == (structure,)
    assert expand_text(structure, context) == structure


def test_the_sdks_own_placeholders_are_understood() -> None:
    from kfp import dsl

    data, text, sink = (
        dsl.placeholders.InputPathPlaceholder("data"),
        dsl.placeholders.InputValuePlaceholder("text"),
        dsl.placeholders.OutputParameterPlaceholder("said"),
    )
    made = [
        dsl.ConcatPlaceholder(["--in=", data, dsl.IfPresentPlaceholder("missing", text, "!")]),
        dsl.IfPresentPlaceholder("text", [text, dsl.ConcatPlaceholder([sink, "x"])], [data]),
        dsl.placeholders.InputListOfArtifactsPlaceholder("many"),
        dsl.placeholders.InputMetadataPlaceholder("data")["n"],
        dsl.PIPELINE_JOB_NAME_PLACEHOLDER,
    ]
    words = [word if isinstance(word, str) else word._to_string() for word in made]
    assert expand_words(words, CONTEXT) == (
        "--in=/store/data!",
        "it's {{fine}}",
        "/scratch/saidx",
        json.dumps(INPUT["inputs"]["artifacts"]["many"]["artifacts"]),
        "1",
        "run 1",
    )
    every = [getattr(dsl, name) for name in dir(dsl) if name.endswith("_PLACEHOLDER")]
    assert len(every) >= 11
    assert [word for word in every if check(word)] == []
    assert [word for word in every if expand_text(word, replace(CONTEXT, runtime=AnyKey())) == word] == []


class AnyKey(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("$(HOME)/x", "/root/x"),
        ("$(HOME)$(HOME)", "/root/root"),
        ("$$(HOME)", "$(HOME)"),
        ("$$$(HOME)", "$/root"),
        ("$$", "$"),
        ("$(UNKNOWN) $HOME ${HOME} $(", "$(UNKNOWN) $HOME ${HOME} $("),
        ("$(SLY)", "$(HOME)"),
        ("dir=$(mktemp -d)", "dir=$(mktemp -d)"),
        ("costs 5$", "costs 5$"),
    ],
)
def test_variables_expand_as_in_kubernetes(word: str, expected: str) -> None:
    assert expand_vars(word, {"HOME": "/root", "SLY": "$(HOME)"}) == expected


def test_a_variable_sees_those_before_it() -> None:
    env = [("B", "$(A)"), ("A", "1"), ("C", "$(A)-$$(A)"), ("D", "$(C)"), ("A", "$(A)2")]
    assert env_expand(env) == {"A": "12", "B": "$(A)", "C": "1-$(A)", "D": "1-$(A)"}
