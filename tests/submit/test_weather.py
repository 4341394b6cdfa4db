"""``pipeline submit``: the weather pipeline, compiled or from its repository, on an engine."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from kfp.registry import RegistryClient

from tests.emulators import Bucket
from tests.submit.conftest import PLACE
from tests.submit.registry_server import Registry
from tests.submit.vertex_server import VertexServer

COMPONENTS = ("EVAL_MODEL", "OPTIMIZE_ONNX", "PREP_DATA", "TRAIN_MODEL")
IMAGES = {f"{name}_DOCKER_URI": f"europe-west1-docker.pkg.dev/p/r/{name.lower()}:1" for name in COMPONENTS}
Pipeline = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    """Calls ``pipeline`` in a process and a folder of its own."""
    unset = ("KFP_REPOSITORY", "STAGING_BUCKET", "KFP_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN", *IMAGES)

    def call(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        ended = subprocess.run(
            [sys.executable, "-c", "from weather.cli import main; main()", *arguments],
            cwd=tmp_path,
            env=kept | environ,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in ended.stderr
        return ended

    return call


def sent(vertex: VertexServer) -> Any:
    (request,) = vertex.asked("POST", "/pipelineJobs")
    return request.body


def test_the_pipeline_is_compiled_and_runs_on_vertex_with_a_gpu_for_training(
    pipeline: Pipeline, vertex: VertexServer, root: Bucket, tmp_path: Path
) -> None:
    vertex.story = [("RUNNING", {"prep-data": "RUNNING"}), ("SUCCEEDED", {"prep-data": "SUCCEEDED"})]
    machine = ("--accelerator", "NVIDIA_L4", "--custom-job", "train_model", "--machine-type", "g2-standard-8", "--spot")
    ended = pipeline(
        "submit", *PLACE, "--host", vertex.url, "--token", "x", "-p", "data_uri=gs://photos", "-p", "epochs=4",
        *machine, "--wait", "--poll", "0.01s", STAGING_BUCKET=f"{root.uri}/runs", **IMAGES,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1].endswith("SUCCEEDED")
    body = sent(vertex)
    assert body["runtimeConfig"]["gcsOutputDirectory"] == f"{root.uri}/runs"
    assert body["runtimeConfig"]["parameterValues"] == {"data_uri": "gs://photos", "epochs": 4}
    executors = body["pipelineSpec"]["deploymentSpec"]["executors"]
    assert executors["exec-eval-model"]["container"]["resources"]["accelerator"]["type"] == "NVIDIA_L4"
    assert executors["exec-train-model"]["container"]["args"][:2] == ["--type", "CustomJob"]
    compiled = yaml.safe_load((tmp_path / "build" / "weather.yaml").read_text())
    changed = ("exec-eval-model", "exec-train-model")
    assert {label: each for label, each in executors.items() if label not in changed} == {
        label: each for label, each in compiled["deploymentSpec"]["executors"].items() if label not in changed
    }
    inputs = body["pipelineSpec"]["components"]["comp-train-model"]["inputDefinitions"]["parameters"]
    (pool,) = inputs["worker_pool_specs"]["defaultValue"]
    assert pool["container_spec"]["image_uri"] == IMAGES["TRAIN_MODEL_DOCKER_URI"]
    assert body["pipelineSpec"]["root"] == json.loads(json.dumps(compiled["root"]))


def test_the_pipeline_with_a_tag_is_taken_from_the_repository(
    pipeline: Pipeline, registry: Registry, tmp_path: Path
) -> None:
    compiled = pipeline("compile", **IMAGES)
    assert compiled.returncode == 0, compiled.stderr
    RegistryClient(registry.url).upload_pipeline(str(tmp_path / compiled.stdout.strip()), tags=["blue"])
    (tmp_path / compiled.stdout.strip()).unlink()
    ended = pipeline(
        "submit", "--tag", "blue", *PLACE, "--token", "of vertex", "-p", "data_uri=s3://photos", "--dry-run",
        KFP_REPOSITORY=registry.url, KFP_REPOSITORY_TOKEN="of the repository", STAGING_BUCKET="gs://bucket",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert registry.asked[-1] == "/project/repository/weather/blue"
    assert registry.tokens[-1] == "Bearer of the repository"
    assert ended.stdout.encode() == registry.uploads[0]["content"]
    assert not (tmp_path / "build" / "weather.yaml").exists()


@pytest.mark.parametrize(("on", "name"), [("vertex", "Vertex AI"), ("kubeflow", "Kubeflow Pipelines")])
@pytest.mark.parametrize(
    "parameter", ["data_uri=photos", "weights=file:///w.pt", "destination=/models", "baseline_uri=m"]
)
def test_a_folder_of_this_machine_is_refused_before_anything_is_compiled(
    pipeline: Pipeline, on: str, name: str, parameter: str, tmp_path: Path
) -> None:
    ended = pipeline("submit", "--on", on, "-p", parameter)
    assert ended.returncode == 2
    key, _, value = parameter.partition("=")
    assert ended.stderr == (
        f"error: parameter {key!r}: {value!r} is on this machine, where {name} can't see it; put it into a bucket and "
        "give its gs:// or s3:// address\n"
    )
    assert not (tmp_path / "build").exists()


def test_images_that_are_only_on_this_machine_are_refused_for_vertex(pipeline: Pipeline) -> None:
    ended = pipeline("submit", *PLACE, "-p", "data_uri=gs://photos", STAGING_BUCKET="gs://bucket")
    assert ended.returncode == 2
    assert "error: the image weather-" in ended.stderr
    assert "is in no registry; push the images with `pipeline images build --push PREFIX`" in ended.stderr


def test_the_search_gets_its_accelerators_too(pipeline: Pipeline) -> None:
    where = ("--on", "kubeflow", "--host", "http://127.0.0.1:9", "--accelerator", "nvidia.com/gpu", "--memory", "16G")
    ended = pipeline("submit", "--pipeline", "search", *where, "-p", "data_uri=gs://photos", "--dry-run", **IMAGES)
    assert ended.returncode == 0, ended.stderr
    executors = yaml.safe_load(ended.stdout)["deploymentSpec"]["executors"]
    resources = {label: each["container"].get("resources") for label, each in executors.items() if "container" in each}
    assert resources["exec-train-model"]["resourceMemoryLimit"] == "16G"
    assert resources["exec-eval-model"]["accelerator"]["resourceCount"] == "1"
    assert {label for label, each in resources.items() if each} == {"exec-train-model", "exec-eval-model"}
