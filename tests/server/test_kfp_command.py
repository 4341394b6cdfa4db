"""KFP's command line, and the client that Kubeflow's SDK hands on, against a real server."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kfp.kubeflow_client import KubernetesBackendConfig, PipelinesClient, constants

from tests.server.conftest import Server
from tests.server.running import begun, compiled, ended, measuring, resting, start

KFP = Path(sys.executable).with_name("kfp")
# What goes over the wire is the same whatever the database is, and these processes take their time.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True, scope="module")


def kfp(server: Server, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    """Call ``kfp``, in a home without settings."""
    environ = {**server.workspace.environ, "HOME": str(server.workspace.path)}
    return subprocess.run(
        [str(KFP), "--endpoint", server.url, *arguments], env=environ, input=answer, capture_output=True, text=True
    )


def kfp_json(server: Server, *arguments: str) -> Any:
    """What ``kfp`` prints as JSON."""
    ended = kfp(server, "--output", "json", *arguments)
    assert ended.returncode == 0, ended.stderr
    start = min(place for place in (ended.stdout.find("{"), ended.stdout.find("[")) if place >= 0)
    return json.loads(ended.stdout[start:])


def test_an_experiment_goes_through_all_its_commands(server: Server) -> None:
    made = kfp_json(server, "experiment", "create", "commanded", "-d", "by command")
    id_ = made["experiment_id"]
    assert (made["display_name"], made["description"]) == ("commanded", "by command")
    assert "commanded" in kfp(server, "experiment", "list").stdout
    assert kfp_json(server, "experiment", "archive", "--experiment-id", id_)["storage_state"] == "ARCHIVED"
    assert kfp_json(server, "experiment", "unarchive", "--experiment-name", "commanded")["storage_state"] == "AVAILABLE"
    assert kfp_json(server, "experiment", "get", id_)["experiment_id"] == id_
    assert f"Experiment {id_} deleted." in kfp(server, "experiment", "delete", id_, answer="y\n").stdout
    assert kfp(server, "experiment", "get", id_).returncode == 1


def test_a_run_goes_through_all_its_commands(server: Server) -> None:
    package = str(compiled(server, measuring))
    created = kfp(server, "run", "create", "-e", "Commands", "-r", "commanded", "-f", package, "-w", "count=4")
    assert created.returncode == 0, created.stderr
    assert "Run is finished with state SUCCEEDED." in created.stdout

    run = kfp_json(server, "run", "list", "--max-size", "1")[0]
    assert (run["display_name"], run["state"]) == ("commanded", "SUCCEEDED")
    assert run["runtime_config"]["parameters"] == {"count": 4, "text": "rain"}
    id_ = run["run_id"]
    assert kfp_json(server, "run", "list", "-e", run["experiment_id"])[0]["run_id"] == id_
    assert kfp_json(server, "run", "get", id_)["run_details"]["task_details"][0]["display_name"] == "root"
    assert kfp_json(server, "run", "archive", id_)["storage_state"] == "ARCHIVED"
    assert kfp_json(server, "run", "unarchive", id_)["storage_state"] == "AVAILABLE"
    assert f"Run {id_} deleted." in kfp(server, "run", "delete", id_, answer="y\n").stdout
    gone = kfp(server, "run", "get", id_)
    assert gone.returncode == 1
    assert "no run has the id" in gone.stderr


def test_a_run_is_created_from_a_version_and_waited_for(server: Server) -> None:
    pipeline = server.client.upload_pipeline(str(compiled(server, measuring)), "commands")
    version = server.client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions[0].pipeline_version_id
    by_name = ("run", "create", "-e", "Commands", "-n", "commands", "-v", version, "--timeout", "60", "text=command")
    run = kfp_json(server, *by_name)
    assert run["state"] == "SUCCEEDED"
    assert run["pipeline_version_reference"]["pipeline_version_id"] == version


def test_a_wrong_argument_is_told_in_words(server: Server) -> None:
    package = str(compiled(server, measuring))
    refused = kfp(server, "run", "create", "-e", "Commands", "-f", package, "count=many")
    assert refused.returncode == 1
    assert "parameter 'count': expected a whole number (NUMBER_INTEGER)" in refused.stderr


@pytest.fixture
def pipelines(server: Server) -> PipelinesClient:
    return PipelinesClient(KubernetesBackendConfig(base_url=server.url))


def test_the_pipelines_client_runs_what_it_uploads(server: Server, pipelines: PipelinesClient) -> None:
    version = pipelines.upload_pipeline(measuring, name="handed on", version="v1")
    pipelines.create_experiment("Handed on", description="by the SDK")
    for pipeline, options in (
        ("handed on", {"version": "v1"}),
        (pipelines.get_pipeline("handed on"), {}),
        (version, {}),
        (measuring, {}),
        (str(compiled(server, measuring)), {}),
    ):
        run = pipelines.run(pipeline, params={"text": "handed"}, experiment="Handed on", **options)
        run = pipelines.wait_for_run_status(run, timeout=60, polling_interval=0.2)
        assert run.state == "SUCCEEDED"
    assert len(pipelines.list_runs(experiment="Handed on").runs) == 5
    assert len(pipelines.list_runs(pipeline="handed on").runs) == 3
    assert pipelines.get_run(run.run_id).run_id == run.run_id


def test_the_pipelines_client_waits_for_what_fails_and_what_is_canceled(
    server: Server, pipelines: PipelinesClient, tmp_path: Path
) -> None:
    run_id = start(server, resting, "canceled", file=str(tmp_path / "never"))
    begun(server, run_id, "rest")
    assert run_id in [run.run_id for run in pipelines.list_runs(status="running").runs]
    server.client.terminate_run(run_id)
    ended(server, run_id)
    run = pipelines.wait_for_run_status(run_id, status={constants.RUN_FAILED}, timeout=60, polling_interval=0.2)
    assert run.state == "FAILED"
    for status in ("failed", "canceled"):
        assert run_id in [run.run_id for run in pipelines.list_runs(status=status).runs]
