"""Reading compiled pipelines, and refusing what is none or can't be run."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from kfp import compiler, dsl
from kfp.dsl import Dataset, Input, Output

from barograph.errors import PipelineError
from barograph.ir import build, parse_spec, read_spec
from barograph.ir.graph import MISSING, ComponentInput, Container, TaskOutput
from tests.conftest import component


@component
def make(text: str, count: int, data: Output[Dataset], ratio: float = 0.5) -> str:
    """Make it.

    Args:
        text: What to make it of.
    """
    return text


@component
def use(data: Input[Dataset], text: str) -> None:
    pass


@dsl.pipeline(name="two-tasks", description="Makes and uses.")
def two_tasks(text: str, count: int = 3) -> None:
    made = make(text=text, count=count).set_cpu_limit("2").set_memory_limit("4G")
    use(data=made.outputs["data"], text=made.outputs["Output"]).set_caching_options(False)


def compiled(pipeline: Any, folder: Path) -> str:
    file = folder / "pipeline.yaml"
    compiler.Compiler().compile(pipeline, str(file))
    return file.read_text()


def test_a_compiled_pipeline_becomes_a_graph(tmp_path: Path) -> None:
    pipeline = build(parse_spec(compiled(two_tasks, tmp_path)))
    assert (pipeline.name, pipeline.description) == ("two-tasks", "Makes and uses.")
    assert list(pipeline.dag.tasks) == ["make", "use"]
    made, used = pipeline.dag.tasks["make"], pipeline.dag.tasks["use"]
    assert made.parameters == {"text": ComponentInput("text"), "count": ComponentInput("count")}
    assert used.artifacts == {"data": TaskOutput("make", "data")}
    assert used.upstream == ("make",)
    assert (made.cache, used.cache) == (True, False)
    assert isinstance(made.component.body, Container)
    assert made.component.body.image == "probe:test"
    assert made.component.body.resources.cpu_limit == "2"
    assert made.component.body.resources.memory_limit == "4G"
    assert made.component.input_parameters["ratio"].default == 0.5
    assert made.component.input_parameters["text"].description == "What to make it of."
    inputs = pipeline.root.input_parameters
    assert inputs["text"].default is MISSING
    assert (inputs["count"].default, type(inputs["count"].default)) == (3, int)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "holds no compiled pipeline"),
        ("just text", "holds no compiled pipeline"),
        ("[1, 2]", "holds no compiled pipeline"),
        ("a: [", "not valid YAML"),
        ("a: 1", "it has no `root`"),
        ("root: {}", "the pipeline has no name"),
        ("root: {}\npipelineInfo: {name: x}\nnonsense: 1", "nonsense"),
        ("root: {dag: {tasks: 7}}\npipelineInfo: {name: x}", "no compiled pipeline that KFP 2 knows"),
        ("root: {}\n---\nroot: {}", "holds 2 pipelines"),
        ("root: {}\npipelineInfo: {name: x}\nroot: {}", "it.yaml: line 3 has the key 'root' a second time"),
        ("[" * 100_000, "it.yaml: is nested more than 100 levels deep"),
        ('{"root":' * 100_000, "it.yaml: is nested more than 100 levels deep"),
    ],
)
def test_what_is_no_compiled_pipeline_is_refused(content: str, words: str) -> None:
    with pytest.raises(PipelineError, match=words):
        parse_spec(content, "it.yaml")


def test_a_missing_file_and_a_binary_file_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"none\.yaml: there is no such file"):
        read_spec(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PipelineError, match=r"binary\.yaml: can't be read"):
        read_spec(tmp_path / "binary.yaml")


def _set(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for key in path[:-1]:
            document = document.setdefault(key, {})
        document[path[-1]] = value

    return change


_TASKS = ("root", "dag", "tasks")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_set(*_TASKS, "make", "dependentTasks", value=["use"]), "wait for each other"),
        (_set(*_TASKS, "make", "dependentTasks", value=["ghost"]), "comes after 'ghost', which is not in 'root'"),
        (_set(*_TASKS, "make", "componentRef", "name", value="ghost"), "the component 'ghost', which is not defined"),
        (_set("components", "comp-make", "executorLabel", value="ghost"), "the executor 'ghost', which is not defined"),
        (_set(*_TASKS, "make", "inputs", "parameters", value={}), "parameter 'count' of task 'make' is required"),
        (
            _set(
                *_TASKS, "use", "inputs", "artifacts", "ghost", value={"taskOutputArtifact": {"producerTask": "make"}}
            ),
            "its component has no such input",
        ),
        (
            _set(*_TASKS, "make", "inputs", "parameters", "text", value={"componentInputParameter": "ghost"}),
            "comes from the input 'ghost', which 'root' does not have",
        ),
        (
            _set(
                *_TASKS, "use", "inputs", "artifacts", "data", "taskOutputArtifact", "outputArtifactKey", value="ghost"
            ),
            "the output 'ghost' of 'make', which has none such",
        ),
        (_set("deploymentSpec", "executors", "exec-use", value={"importer": {}}), "has no address"),
        (_set("deploymentSpec", "executors", "exec-use", value={"customJob": {}}), "of the kind 'customJob'"),
        (_set(*_TASKS, "make", "triggerPolicy", value={"condition": "1 +"}), "a condition that can't be read"),
        (
            _set(*_TASKS, "make", "parameterIterator", value={"items": {"raw": "3"}, "itemInput": "count"}),
            "the items of its loop are no list",
        ),
        (
            _set(*_TASKS, "make", "parameterIterator", value={"items": {"inputParameter": "x"}, "itemInput": "count"}),
            "loops over its input 'x', which it does not have",
        ),
        (
            _set(
                *_TASKS,
                "make",
                "parameterIterator",
                value={"items": {"raw": "[" * 10_000 + "]" * 10_000}, "itemInput": "count"},
            ),
            "what it loops over is nested more than 100 levels deep",
        ),
        (_set("deploymentSpec", "executors", value=7), "the pipeline's deploymentSpec is none that KFP 2 knows"),
        (_set("deploymentSpec", "executors", "exec-use", value={"container": {}}), "is a container without an image"),
        (
            _set("deploymentSpec", "executors", "exec-use", "container", "command", value=[1]),
            "the pipeline's deploymentSpec is none that KFP 2 knows",
        ),
        (
            _set("deploymentSpec", "executors", "exec-use", "container", "env", value=[{"value": "x"}]),
            "'exec-use' has an environment variable without a name",
        ),
        (
            _set("components", "comp-make", "inputDefinitions", "parameters", "x", value={"parameterType": 99}),
            "'x' of 'comp-make' has the type 99, which KFP does not have",
        ),
        (_set("pipelineInfo", "name", value="../../etc"), "the pipeline has the name '../../etc'"),
        (_set(*_TASKS, "..", value={}), "a task in 'root' has the name '..'"),
        (
            _set("components", "comp-make", "outputDefinitions", "artifacts", "a/b", value={}),
            "an output of 'comp-make' has the name 'a/b'",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], None], words: str, tmp_path: Path
) -> None:
    document = yaml.safe_load(compiled(two_tasks, tmp_path))
    change(document)
    with pytest.raises(PipelineError, match=words):
        build(parse_spec(yaml.safe_dump(document)))


def test_a_placeholder_that_kfp_does_not_have_is_refused(tmp_path: Path) -> None:
    document = yaml.safe_load(compiled(two_tasks, tmp_path))
    document["deploymentSpec"]["executors"]["exec-use"]["container"]["args"] = ["{{$.inputs.nonsense['x']}}"]
    with pytest.raises(PipelineError, match="component 'comp-use' uses the placeholder"):
        build(parse_spec(yaml.safe_dump(document)))


def _nested(levels: int, tasks: int = 1) -> str:
    """A pipeline in a pipeline in a pipeline ..., each with as many tasks; the innermost are containers."""
    components: dict[str, Any] = {"level-1": {"executorLabel": "run"}}
    for level in range(2, levels + 1):
        inner = {f"task-{number}": {"componentRef": {"name": f"level-{level - 1}"}} for number in range(tasks)}
        components[f"level-{level}"] = {"dag": {"tasks": inner}}
    return yaml.safe_dump(
        {
            "pipelineInfo": {"name": "nested"},
            "root": components.pop(f"level-{levels}"),
            "components": components,
            "deploymentSpec": {"executors": {"run": {"container": {"image": "x"}}}},
        }
    )


def test_pipelines_in_pipelines_are_read_as_deep_as_allowed_and_no_deeper() -> None:
    [(path, _)] = build(parse_spec(_nested(50))).containers()
    assert path == ".".join(["task-0"] * 49)
    for levels in (51, 5000):
        with pytest.raises(PipelineError, match="pipelines in pipelines more than 50 levels deep"):
            build(parse_spec(_nested(levels)))


def test_pipelines_that_multiply_are_refused_before_they_are_written_out() -> None:
    assert len(list(build(parse_spec(_nested(4, tasks=10))).containers())) == 1000
    with pytest.raises(PipelineError, match="more than 100,000 tasks and inputs"):
        build(parse_spec(_nested(45, tasks=10)))


def test_a_component_that_contains_itself_is_refused_with_the_way() -> None:
    document = yaml.safe_load(_nested(5))
    document["components"]["level-2"]["dag"]["tasks"]["task-0"]["componentRef"]["name"] = "level-3"
    with pytest.raises(PipelineError, match="level-3 > level-2"):
        build(parse_spec(yaml.safe_dump(document)))
    document["components"]["level-2"]["dag"]["tasks"]["task-0"]["componentRef"]["name"] = "level-2"
    with pytest.raises(PipelineError, match="component 'level-2' contains itself: level-2 > level-2"):
        build(parse_spec(yaml.safe_dump(document)))


_ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_anything_anywhere_in_a_pipeline_is_read_or_refused(data: st.DataObject) -> None:
    document = yaml.safe_load(_nested(3, tasks=2))
    document["root"]["inputDefinitions"] = {"parameters": {"text": {"parameterType": "STRING", "defaultValue": "x"}}}
    place = document
    while isinstance(place, dict) and place:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or data.draw(st.booleans()):
            place[key] = data.draw(_ANYTHING)
            break
        place = place[key]
    with suppress(PipelineError):
        build(parse_spec(json.dumps(document)))
