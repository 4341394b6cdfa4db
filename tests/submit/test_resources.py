"""Cores, memory and accelerators, written as KFP's own compiler writes them."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from google.protobuf import json_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kfp import components, dsl
from kfp.pipeline_spec import pipeline_spec_pb2

from barograph.errors import ConfigurationError, PipelineError
from barograph.ir import build, parse_spec
from barograph.submit.document import Document, container_tasks, read_document, without_cache
from barograph.submit.resources import (
    Accelerator,
    Resources,
    check_cpu,
    check_memory,
    parse_accelerator,
    with_resources,
)
from tests.submit.pipelines import PLATFORM, compiled, say

CPUS = st.sampled_from(["1", "4", "500m", "0.5", "16"])
MEMORIES = st.sampled_from(
    ["8G", "512M", "16Gi", "1000000000", "2Ti", "1500K", "3Ki", "1E", "2P", "5Pi", "7T", "9Ei", "4Mi"]
)
ACCELERATORS = st.builds(Accelerator, st.sampled_from(["NVIDIA_L4", "nvidia.com/gpu", "TPU_V3"]), st.integers(1, 8))


def valid(document: Document) -> Document:
    """The document, if KFP's messages, its SDK and Barograph read it back."""
    spec = json_format.ParseDict(document.pipeline, pipeline_spec_pb2.PipelineSpec())
    json_format.ParseDict(document.platform, pipeline_spec_pb2.PlatformSpec())
    assert json_format.MessageToDict(components.load_component_from_text(document.text).pipeline_spec) == (
        json_format.MessageToDict(spec)
    )
    build(parse_spec(document.text))
    return document


def executors(document: Document, task: str) -> list[dict[str, object]]:
    """The containers of the tasks of this name."""
    found = []
    for component in (document.pipeline["root"], *document.pipeline["components"].values()):
        if called := component.get("dag", {}).get("tasks", {}).get(task):
            label = document.pipeline["components"][called["componentRef"]["name"]]["executorLabel"]
            found.append(document.pipeline["deploymentSpec"]["executors"][label]["container"])
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(CPUS, MEMORIES, ACCELERATORS)
def test_resources_are_written_as_the_sdk_compiles_them(
    tmp_path: Path, cpu: str, memory: str, accelerator: Accelerator
) -> None:
    def plain(text: str = "") -> None:
        say(text=text)

    def equipped(text: str = "") -> None:
        task = say(text=text).set_cpu_limit(cpu).set_memory_limit(memory)
        task.set_accelerator_type(accelerator.type).set_accelerator_limit(accelerator.count)

    document = read_document(compiled(dsl.pipeline(plain, name="one"), tmp_path))
    theirs = read_document(compiled(dsl.pipeline(equipped, name="one"), tmp_path))
    ours = with_resources(document, "say", Resources(cpu, memory, accelerator))
    assert valid(ours).pipeline == theirs.pipeline
    assert yaml.safe_load(ours.text) == theirs.pipeline


def test_only_what_is_asked_for_is_changed(text: str) -> None:
    document = read_document(text)
    assert valid(document).text == text
    once = with_resources(document, "train-model", Resources(memory="8G"))
    twice = valid(with_resources(once, "train-model", Resources(cpu="4")))
    (container,) = executors(twice, "train-model")
    assert container["resources"] == {
        "memoryLimit": 8.0, "resourceMemoryLimit": "8G", "cpuLimit": 4.0, "resourceCpuLimit": "4",
    }  # fmt: skip
    container.pop("resources")
    assert twice.pipeline == document.pipeline


def test_tasks_of_one_name_are_all_meant(text: str) -> None:
    document = read_document(text)
    assert container_tasks(document) == ["prep-data", "say", "say-2", "say-3", "train-model"]
    changed = valid(with_resources(document, "say", Resources("2")))
    equipped = executors(changed, "say")
    assert len(equipped) == 2  # one is in the pipeline within the pipeline
    assert [each["resources"] for each in equipped] == [{"cpuLimit": 2.0, "resourceCpuLimit": "2"}] * 2
    assert all("resources" not in each for each in executors(changed, "say-2"))


def test_a_task_that_shares_its_component_with_another_gets_one_of_its_own(text: str) -> None:
    shared = read_document(text + PLATFORM.replace("exec-train-model", "exec-say"))
    shared.pipeline["root"]["dag"]["tasks"]["say-2"]["componentRef"]["name"] = "comp-say"
    del shared.pipeline["components"]["comp-say-2"], shared.pipeline["deploymentSpec"]["executors"]["exec-say-2"]
    changed = valid(with_resources(Document(shared.pipeline, shared.platform), "say-2", Resources("2")))
    assert [each["resources"] for each in executors(changed, "say-2")] == [{"cpuLimit": 2.0, "resourceCpuLimit": "2"}]
    assert all("resources" not in each for each in executors(changed, "say"))
    named = changed.platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert named["exec-say-2"] == named["exec-say"]
    assert set(parse_spec(changed.text).platform.platforms) == {"kubernetes"}


def test_an_unknown_task_is_answered_with_those_that_there_are(text: str) -> None:
    with pytest.raises(
        PipelineError, match="no task 'train' that runs a container; it has: prep-data, say, say-2, say-3, train"
    ):
        with_resources(read_document(text), "train", Resources("2"))


def test_the_document_that_is_changed_stays_as_it_was(text: str) -> None:
    document = read_document(text)
    before = yaml.safe_dump(document.pipeline)
    with_resources(document, "say-2", Resources("2"))
    without_cache(document)
    assert yaml.safe_dump(document.pipeline) == before


def test_without_the_cache_no_task_at_any_depth_is_cached(text: str) -> None:
    spec = parse_spec(valid(without_cache(read_document(text))).text).pipeline
    dags = [spec.root.dag, *(each.dag for each in spec.components.values() if each.HasField("dag"))]
    tasks = [task for dag in dags for task in dag.tasks.values()]
    assert len(tasks) == 8
    assert not any(task.caching_options.enable_cache for task in tasks)


@given(st.sampled_from(["NVIDIA_L4", "nvidia.com/gpu", "TPU_V3"]), st.integers(1, 999))
def test_an_accelerator_is_read_as_it_is_written(type_: str, count: int) -> None:
    assert parse_accelerator(f"{type_}:{count}") == Accelerator(type_, count)
    assert parse_accelerator(type_) == Accelerator(type_, 1)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_in_words(written: str) -> None:
    for read in (parse_accelerator, check_cpu, check_memory):
        with suppress(ConfigurationError):
            read(written)


@pytest.mark.parametrize("written", ["", "NVIDIA_L4:", "NVIDIA_L4:0", "NVIDIA_L4:x", ":2", "a b"])
def test_what_is_no_accelerator_is_refused(written: str) -> None:
    with pytest.raises(ConfigurationError, match="is no accelerator such as NVIDIA_L4"):
        parse_accelerator(written)
