"""Vertex AI Pipelines: what Google's own client library sends, and what a user reads."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulators import Bucket
from tests.submit.conftest import PARENT, PLACE, Call
from tests.submit.pipelines import PLATFORM
from tests.submit.vertex_server import Refused, Request, VertexServer

TOKEN = "ya29.of-this-test"
STORY: list[tuple[str, dict[str, str]]] = [
    ("PENDING", {}),
    ("RUNNING", {"prep-data": "RUNNING"}),
    ("RUNNING", {"prep-data": "SKIPPED", "train-model": "RUNNING"}),
]


@pytest.fixture
def options(vertex: VertexServer, root: Bucket) -> tuple[str, ...]:
    """Where a run goes, and what it needs."""
    bucket = ("--pipeline-root", f"{root.uri}/runs")
    return (*PLACE, "--host", vertex.url, "--token", TOKEN, "-p", "data_uri=gs://photos", *bucket)


def created(vertex: VertexServer) -> Request:
    (request,) = vertex.asked("POST", "/pipelineJobs")
    return request


def test_a_job_is_created_with_the_compiled_pipeline_and_typed_parameters(
    call: Call, vertex: VertexServer, root: Bucket, options: tuple[str, ...], file: Path
) -> None:
    typed = ("-p", "epochs=5", "-p", "rate=0.25", "-p", "quick=true", "-p", "sizes=[1, 3]")
    more = (
        "--service-account",
        "runner@my-project.iam.gserviceaccount.com",
        "--label",
        "team=photos",
        "--name",
        "first",
    )
    network = "projects/12345/global/networks/main"
    called = call(file, *options, *typed, *more, "--network", network)
    assert called.code == 0, called.err
    request = created(vertex)
    id = request.query["pipelineJobId"]
    assert request.path == f"{PARENT}/pipelineJobs"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.body["pipelineSpec"] == json.loads(json.dumps(yaml.safe_load(file.read_text())))
    assert {key: value for key, value in request.body.items() if key != "pipelineSpec"} == {
        "displayName": "first",
        "labels": {"team": "photos"},
        "serviceAccount": "runner@my-project.iam.gserviceaccount.com",
        "network": network,
        "runtimeConfig": {
            "gcsOutputDirectory": f"{root.uri}/runs",
            "parameterValues": {
                "data_uri": "gs://photos", "epochs": 5, "rate": 0.25, "quick": True, "sizes": [1, 3],
            },
        },
    }  # fmt: skip
    assert called.out == (
        f"run {id} (first)\n"
        f"https://console.cloud.google.com/vertex-ai/locations/europe-west1/pipelines/runs/{id}?project=my-project\n"
    )
    assert called.err == ""
    assert not [each for each in vertex.requests if "metadataStores" in each.path]


def test_each_request_bears_the_token_and_no_other_goes_there(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KFP_TOKEN", "BAROGRAPH_TOKEN", "KFP_REPOSITORY_TOKEN"):
        monkeypatch.setenv(name, "of another")
    monkeypatch.setenv("CLOUDSDK_AUTH_ACCESS_TOKEN", "of the environment")
    given = [option for option in options if option not in ("--token", TOKEN)]
    assert call(file, *given, "--experiment", "weather", "--wait", "--poll", "0.01s").code == 0
    assert {each.headers["authorization"] for each in vertex.requests} == {"Bearer of the environment"}


def test_the_run_is_added_to_an_experiment(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    for _ in range(2):
        called = call(file, *options, "--experiment", "weather")
        assert called.code == 0, called.err
    (store,) = vertex.asked("POST", "/metadataStores")
    assert store.query["metadataStoreId"] == "default"
    (experiment,) = (each for each in vertex.asked("POST", "/contexts") if each.query["contextId"] == "weather")
    assert experiment.body["schemaTitle"] == "system.Experiment"
    children = vertex.asked("POST", "/contexts/weather:addContextChildren")
    ids = [each.query["pipelineJobId"] for each in vertex.asked("POST", "/pipelineJobs")]
    contexts = f"{PARENT.removeprefix('/v1/')}/metadataStores/default/contexts"
    assert [each.body for each in children] == [{"childContexts": [f"{contexts}/{id}"]} for id in ids]


def test_a_run_that_can_t_be_added_to_its_experiment_is_not_lost(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    def rule(request: Request) -> None:
        if "addContextChildren" in request.path:
            raise Refused(403, "Permission 'aiplatform.contexts.addContextChildren' denied")

    vertex.rule = rule
    called = call(file, *options, "--experiment", "weather")
    assert called.code == 2
    assert "the run started, but could not be added to the experiment 'weather': " in called.err
    assert "addContextChildren' denied" in called.err
    assert f"/pipelines/runs/{created(vertex).query['pipelineJobId']}?project=my-project" in called.err


def test_waiting_tells_each_change_until_the_end(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    skipped = {"prep-data": "SKIPPED", "train-model": "SUCCEEDED", "quickly": "NOT_TRIGGERED"}
    inner = {"inner": "SUCCEEDED", "inner.say": "SUCCEEDED"}
    vertex.story = [*STORY, ("SUCCEEDED", {**skipped, **inner})]
    called = call(file, *options, "--name", "first", "--wait", "--poll", "0.01s")
    assert called.code == 0
    id = created(vertex).query["pipelineJobId"]
    assert [line.partition(" ")[2] for line in called.out.splitlines()[2:]] == [
        f"run {id} PENDING",
        f"run {id} RUNNING",
        "prep-data RUNNING",
        "prep-data CACHED",
        "train-model RUNNING",
        "inner SUCCEEDED after 3 m 05 s",
        "inner.say SUCCEEDED after 3 m 05 s",
        "quickly SKIPPED",
        "train-model SUCCEEDED after 3 m 05 s",
        f"run {id} SUCCEEDED",
    ]


def test_a_failed_run_says_why_and_ends_with_1(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    vertex.story = [*STORY, ("FAILED", {"prep-data": "SKIPPED", "train-model": "FAILED"})]
    called = call(file, *options, "--wait", "--poll", "0.01s", "--json")
    assert called.code == 1
    said: list[dict[str, Any]] = [json.loads(line) for line in called.out.splitlines()]
    id = created(vertex).query["pipelineJobId"]
    assert said[0] == {"event": "submitted", "id": id, "name": said[0]["name"], "link": said[0]["link"]}
    assert said[-2] == {
        "event": "task", "run": id, "path": "train-model", "state": "FAILED",
        "error": "The replica workerpool0-0 exited with a non-zero status of 1.",
    }  # fmt: skip
    assert said[-1] == {
        "event": "run", "id": id, "name": said[0]["name"], "state": "FAILED",
        "error": "The DAG failed because some tasks failed.",
    }  # fmt: skip


def test_a_run_is_canceled_by_its_id(call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path) -> None:
    vertex.story = [("RUNNING", {})]
    id = json.loads(call(file, *options, "--json").out)["id"]
    place = (*PLACE, "--host", vertex.url, "--token", TOKEN)
    called = call(*place, "--cancel", id, "--wait", "--poll", "0.01s")
    assert [each.path for each in vertex.asked("POST", ":cancel")] == [f"{PARENT}/pipelineJobs/{id}:cancel"]
    assert called.code == 0
    assert called.out.splitlines()[0] == f"run {id} is being canceled"
    assert called.out.splitlines()[-1].endswith(f"run {id} CANCELED")


def test_a_schedule_is_made_of_the_same_job(
    call: Call, vertex: VertexServer, root: Bucket, options: tuple[str, ...], file: Path
) -> None:
    account = "runner@my-project.iam.gserviceaccount.com"
    called = call(file, *options, "--schedule", "30 6 * * *", "--service-account", account, "--label", "team=photos")
    assert called.code == 0, called.err
    (request,) = vertex.asked("POST", "/schedules")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert (request.body["cron"], request.body["maxConcurrentRunCount"]) == ("30 6 * * *", "1")
    assert request.body["displayName"] == "training"
    job = request.body["createPipelineJobRequest"]["pipelineJob"]
    assert job["pipelineSpec"] == json.loads(json.dumps(yaml.safe_load(file.read_text())))
    assert job["runtimeConfig"] == {
        "gcsOutputDirectory": f"{root.uri}/runs",
        "parameterValues": {"data_uri": "gs://photos"},
    }
    assert (job["serviceAccount"], job["labels"]) == (account, {"team": "photos"})
    schedule, link = called.out.splitlines()
    id = schedule.split()[1]
    assert schedule == f"schedule {id} (training): 30 6 * * * in UTC"
    assert link.endswith(f"/europe-west1/pipelines/schedules/{id}?project=my-project")
    assert not vertex.asked("POST", "/pipelineJobs")


def test_accelerators_a_custom_job_and_no_cache_are_in_what_is_sent(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    machines = (
        "--accelerator",
        "train_model=NVIDIA_L4",
        "--custom-job",
        "train_model",
        "--machine-type",
        "g2-standard-8",
    )
    more = ("--spot", "--accelerator", "prep_data=NVIDIA_TESLA_T4:2", "--cpu", "say=2", "--memory", "say=4G")
    called = call(file, *options, *machines, *more, "--no-cache")
    assert called.code == 0, called.err
    spec = created(vertex).body["pipelineSpec"]
    executors = spec["deploymentSpec"]["executors"]
    assert executors["exec-prep-data"]["container"]["resources"]["accelerator"] == {
        "type": "NVIDIA_TESLA_T4", "count": "2", "resourceType": "NVIDIA_TESLA_T4", "resourceCount": "2",
    }  # fmt: skip
    assert executors["exec-say"]["container"]["resources"]["resourceMemoryLimit"] == "4G"
    assert executors["exec-train-model"]["container"]["args"][:2] == ["--type", "CustomJob"]
    inputs = spec["components"]["comp-train-model"]["inputDefinitions"]["parameters"]
    assert inputs["strategy"]["defaultValue"] == "SPOT"
    assert inputs["worker_pool_specs"]["defaultValue"][0]["machine_spec"] == {
        "machine_type": "g2-standard-8", "accelerator_type": "NVIDIA_L4", "accelerator_count": 1,
    }  # fmt: skip
    assert all(task["cachingOptions"] == {} for task in spec["root"]["dag"]["tasks"].values())
    shown = call(file, *options, *machines, *more, "--no-cache", "--dry-run")
    assert json.loads(json.dumps(yaml.safe_load(shown.out))) == spec
    assert len(vertex.asked("POST", "/pipelineJobs")) == 1


def test_a_platform_spec_is_left_out_and_said_to_be(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path, tmp_path: Path
) -> None:
    with_platform = tmp_path / "platform.yaml"
    with_platform.write_text(file.read_text() + PLATFORM)
    called = call(with_platform, *options)
    assert called.code == 0
    assert called.err == "note: Vertex AI takes no platform spec: what it asks of Kubernetes is left out\n"
    assert created(vertex).body["pipelineSpec"] == json.loads(json.dumps(yaml.safe_load(file.read_text())))


@pytest.mark.parametrize(
    ("options_changed", "words"),
    [
        (("-p", "epochs=many"), "parameter 'epochs': expected a whole number (NUMBER_INTEGER), got 'many'"),
        (("-p", "epoch=3"), "the pipeline has no parameter 'epoch'; it has: data_uri, epochs"),
        (("--pipeline-root", "s3://bucket"), "Vertex AI keeps artifacts in Cloud Storage, not in 's3://bucket'"),
        (("--experiment", "My Runs"), "'My Runs' can't be an experiment's name on Vertex AI"),
        (("--cpu", "trainer=2"), "the pipeline has no task 'trainer' that runs a container; it has: prep-data"),
        (("--cpu", "2"), "--cpu 2 says not for which task: --cpu TASK=2"),
        (("--accelerator", "say=nvidia.com/gpu"), "'nvidia.com/gpu' is Kubernetes' word; Vertex AI has NVIDIA_L4"),
        (("--accelerator", "say=NVIDIA_L4:none"), "'NVIDIA_L4:none' is no accelerator"),
        (("--custom-job", "say", "--cpu", "say=2"), "the custom job 'say' has what --machine-type says"),
        (
            ("--custom-job", "say", "--accelerator", "say=NVIDIA_L4"),
            "NVIDIA_L4 needs a machine of its own: give --machine-type, such as g2-standard-8",
        ),
        (("--region", "mars"), "Vertex AI has no region 'mars'; there are europe-west1"),
        (("--spot",), "--spot means nothing without --custom-job"),
        (("--namespace", "me"), "--namespace means nothing with --on vertex, only on kubeflow"),
        (("--schedule", "* * * * *", "--wait"), "--wait means nothing with --schedule"),
        (("--schedule", "0 * * * * *"), "has 6 fields; give 5"),
        (("--schedule", "* * * * *", "--experiment", "x"), "runs of a schedule can't be added to an experiment"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path, options_changed: tuple[str, ...], words: str
) -> None:
    called = call(file, *options, *options_changed)
    assert called.code == 2
    assert words in called.err
    assert vertex.requests == []


def test_a_missing_parameter_is_said_with_how_to_give_it(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    without = [option for option in options if option not in ("-p", "data_uri=gs://photos")]
    called = call(file, *without)
    assert called.code == 2
    assert called.err == "error: parameter 'data_uri' (STRING) needs a value: give it with -p data_uri=...\n"
    assert vertex.requests == []


def test_a_place_for_artifacts_is_asked_for(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    called = call(file, *options[:-2])
    assert called.code == 2
    assert "Vertex AI needs a place for artifacts: give --pipeline-root gs://BUCKET/FOLDER" in called.err


def test_a_bucket_that_is_not_there_is_not_made(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    called = call(file, *options, "--pipeline-root", "gs://misspelt/runs")
    assert called.code == 2
    assert "there is no bucket gs://misspelt; make it with `gcloud storage buckets create gs://misspelt" in called.err
    assert vertex.requests == []


def test_project_and_region_are_asked_for_or_taken_from_the_environment(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_REGION"):
        monkeypatch.delenv(name, raising=False)
    without = ("--on", "vertex", *options[len(PLACE) :])
    assert "--on vertex needs --project and --region" in call(file, *without).err
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
    monkeypatch.setenv("GOOGLE_CLOUD_REGION", "europe-west1")
    assert call(file, *without).code == 0
    assert created(vertex).path == f"{PARENT}/pipelineJobs"
