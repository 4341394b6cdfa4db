"""KFP's RunService, through KFP's own client and over plain HTTP."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import kfp_server_api
import pytest
import yaml
from kfp import dsl

from tests.conformance.edits import on_kubernetes
from tests.server.conftest import Server
from tests.server.running import (
    RUNS,
    begun,
    checking,
    compiled,
    ended,
    get,
    measuring,
    resting,
    spec,
    start,
    weighing,
    where,
)


def test_a_compiled_pipeline_is_run_by_kfps_client(server: Server) -> None:
    client = server.client
    result = client.create_run_from_pipeline_package(
        str(compiled(server, measuring)), {"count": 4}, "first", experiment_name="Clients", service_account="robot"
    )
    run = client.wait_for_run_completion(result.run_id, 30, 0.1)
    assert (run.display_name, run.state, run.service_account) == ("first", "SUCCEEDED", "robot")
    assert run.experiment_id == client.get_experiment(experiment_name="Clients").experiment_id
    assert run.pipeline_spec == spec(server, measuring)
    assert run.runtime_config.parameters == {"count": 4, "text": "rain"}
    assert [status.state for status in run.state_history] == ["PENDING", "RUNNING", "SUCCEEDED"]
    assert run.created_at <= run.finished_at
    assert run.scheduled_at == run.created_at
    assert run.error is None


def test_a_pipeline_function_is_run_in_the_default_experiment(server: Server) -> None:
    client = server.client
    result = client.create_run_from_pipeline_func(measuring, {}, enable_caching=False)
    run = client.wait_for_run_completion(result.run_id, 30, 0.1)
    assert run.state == "SUCCEEDED"
    assert run.experiment_id == client.get_experiment(experiment_name="Default").experiment_id
    assert [task.state for task in run.run_details.task_details] == ["SUCCEEDED", "SUCCEEDED"]


def test_a_version_is_run_by_reference_and_the_newest_without_one(server: Server) -> None:
    client = server.client
    file = compiled(server, measuring)
    pipeline = client.upload_pipeline(str(file), "versions").pipeline_id
    first = client.list_pipeline_versions(pipeline).pipeline_versions[0].pipeline_version_id
    other = file.with_name("other.yaml")
    other.write_text(file.read_text().replace("defaultValue: rain", "defaultValue: snow"))
    second = client.upload_pipeline_version(str(other), "second", pipeline_id=pipeline).pipeline_version_id
    experiment = client.create_experiment("Versions").experiment_id

    by_reference = client.run_pipeline(experiment, "by reference", pipeline_id=pipeline, version_id=first)
    assert by_reference.pipeline_version_reference.pipeline_version_id == first
    assert by_reference.pipeline_spec is None
    assert by_reference.runtime_config.parameters["text"] == "rain"

    newest = server.post(RUNS, {"display_name": "newest", "pipelineVersionReference": {"pipelineId": pipeline}})
    assert newest["pipeline_version_reference"] == {"pipeline_id": pipeline, "pipeline_version_id": second}
    assert newest["runtime_config"]["parameters"]["text"] == "snow"

    formerly = server.post(RUNS, {"display_name": "formerly", "pipeline_version_id": first})
    assert formerly["pipeline_version_reference"] == {"pipeline_id": pipeline, "pipeline_version_id": first}
    for run in (by_reference.run_id, newest["run_id"], formerly["run_id"]):
        assert ended(server, run)["state"] == "SUCCEEDED"

    client.delete_pipeline_version(pipeline, first)
    assert get(server, by_reference.run_id)["state"] == "SUCCEEDED"


def test_a_platform_spec_travels_with_its_pipeline(server: Server) -> None:
    platform = {"platforms": {"kubernetes": on_kubernetes(measure={"nodeSelector": {"labels": {"disk": "fast"}}})}}
    both = {"pipeline_spec": spec(server, measuring), "platform_spec": platform}
    run = server.post(RUNS, {"display_name": "with a platform", "pipeline_spec": both})
    assert run["pipeline_spec"] == both
    assert ended(server, run["run_id"])["state"] == "SUCCEEDED"


def test_a_pipelines_numbers_and_texts_come_back_exactly(server: Server) -> None:
    document = spec(server, measuring)
    parameters = document["root"]["inputDefinitions"]["parameters"]
    parameters["text"]["defaultValue"] = "1e-07 \u2028 🌧️ \x07 yes\n"
    parameters["count"]["defaultValue"] = 2**53
    parameters["rate"] = {"parameterType": "NUMBER_DOUBLE", "defaultValue": 1e-07}
    parameters["on"] = {"parameterType": "STRUCT", "defaultValue": {"on": [1, 1.5, None, True, "no"]}}
    run = server.post(RUNS, {"display_name": "exact", "pipeline_spec": document, "runtime_config": {}})
    assert run["pipeline_spec"] == document
    assert run["runtime_config"]["parameters"]["rate"] == 1e-07
    server.post(f"{RUNS}/{run['run_id']}:terminate")


def test_whole_numbers_stay_whole(server: Server) -> None:
    @dsl.pipeline(name="numbers")
    def numbers(count: int, rate: float, values: list, settings: dict, on: bool) -> None:
        from tests.server.running import measure

        measure(count=count, text="x")

    given = {"count": 2, "rate": 3, "values": [1, 2.5], "settings": {"depth": 4}, "on": True}
    run = ended(server, start(server, numbers, "numbers", **given))
    assert json.dumps(run["runtime_config"]["parameters"], sort_keys=True) == json.dumps(given, sort_keys=True)


def test_macros_in_parameters_are_filled(server: Server) -> None:
    run = ended(server, start(server, measuring, "macros", text="[[RunUUID]] [[CurrentTime.2006]] [[Index]]"))
    year = run["created_at"][:4]
    assert run["runtime_config"]["parameters"]["text"] == f"{run['run_id']} {year} [[Index]]"


def test_a_pipeline_root_of_a_runs_own_is_used_and_shown(server: Server, tmp_path: Path) -> None:
    body = {
        "display_name": "elsewhere",
        "pipeline_spec": spec(server, measuring),
        "runtime_config": {"parameters": {"text": "elsewhere"}, "pipeline_root": str(tmp_path / "root")},
    }
    run = ended(server, server.post(RUNS, body)["run_id"])
    assert run["runtime_config"]["pipeline_root"] == str(tmp_path / "root")
    made = next((tmp_path / "root").rglob("data"))
    server.http.delete(f"{RUNS}/{run['run_id']}")
    assert made.exists()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"count": "4"}, "parameter 'count': expected a whole number (NUMBER_INTEGER), got \"4\""),
        ({"count": 1.5}, "parameter 'count': expected a whole number"),
        ({"count": True}, "parameter 'count': expected a whole number"),
        ({"text": 4}, "parameter 'text': expected text (STRING), got 4"),
        ({"count": None}, "'count' is null: leave it out"),
        ({"extra": 1}, "the pipeline has no parameter 'extra'; it has: count, text"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(server: Server, parameters: dict[str, Any], said: str) -> None:
    body = {"display_name": "x", "pipeline_spec": spec(server, measuring), "runtime_config": {"parameters": parameters}}
    refused(server, body, 400, 3, said)


def test_a_missing_parameter_and_one_that_is_none_of_the_literals_are_refused(server: Server) -> None:
    refused(server, {"display_name": "x", "pipeline_spec": spec(server, checking)}, 400, 3, "'file' (STRING) needs")
    document = spec(server, measuring)
    document["root"]["inputDefinitions"]["parameters"]["text"]["literals"] = ["rain", "snow"]
    body = {"display_name": "x", "pipeline_spec": document, "runtime_config": {"parameters": {"text": "fog"}}}
    refused(server, body, 400, 3, "'fog' is not one of 'rain', 'snow'")


@pytest.mark.parametrize(
    ("change", "status", "code", "said"),
    [
        ({"display_name": ""}, 400, 3, "a run needs a display_name"),
        ({"pipeline_spec": None}, 400, 3, "give what is to be run as pipeline_spec or as pipeline_version_reference"),
        ({"pipeline_version_id": "x"}, 400, 3, "one of them"),
        ({"pipeline_spec": {"root": {}}}, 400, 3, "has no name"),
        ({"pipeline_spec": {"pipelineInfo": {"name": "x"}, "root": {}, "colour": 1}}, 400, 3, "colour"),
        ({"pipeline_spec": None, "pipeline_version_id": "x"}, 404, 5, "no version of a pipeline has the id 'x'"),
        ({"pipeline_spec": None, "pipeline_version_reference": {"pipeline_id": "x"}}, 404, 5, "no pipeline has the id"),
        ({"experiment_id": "x"}, 404, 5, "no experiment has the id 'x'"),
        ({"runtime_config": {"pipeline_root": "ftp://x"}}, 400, 3, "the pipeline root"),
        ({"colour": "red"}, 400, 3, "unknown field 'colour'"),
        ({"runtime_config": {"parameters": []}}, 400, 3, "runtime_config.parameters"),
    ],
)
def test_a_run_that_can_not_be_started_is_refused(
    server: Server, change: dict[str, Any], status: int, code: int, said: str
) -> None:
    body = {"display_name": "refused", "pipeline_spec": spec(server, measuring), **change}
    refused(server, body, status, code, said)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "the body is no JSON: Expecting"),
        ('{"display_name": "a", "display_name": "b"}', "has the key 'display_name' twice"),
        ('{"runtime_config": {"parameters": {"count": NaN}}}', "the number NaN"),
        ('{"runtime_config": {"parameters": {"count": 1e999}}}', "the number 1e999"),
        ('{"runtime_config": {"parameters": {"count": "\\ud800"}}}', "is no Unicode text"),
        ('{"runtime_config": {"parameters": ' + '{"a":' * 200 + "1" + "}" * 202, "more than 100 levels deep"),
        ("[" * 100_000, "more than 100 levels deep"),
        (b'{"display_name": "\xff"}', "is no UTF-8 text"),
    ],
)
def test_a_body_that_json_or_a_parameter_can_not_hold_is_refused(server: Server, body: str | bytes, said: str) -> None:
    answer = server.http.post(RUNS, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert said in answer.json()["message"]


def test_nothing_starts_in_an_archived_experiment(server: Server) -> None:
    experiment = server.client.create_experiment("Shut").experiment_id
    server.client.archive_experiment(experiment)
    body = {"display_name": "x", "pipeline_spec": spec(server, measuring), "experiment_id": experiment}
    refused(server, body, 400, 9, "the experiment 'Shut' is archived")


def refused(server: Server, body: Any, status: int, code: int, said: str) -> None:
    """A run that is asked for so is refused, and leaves no trace."""
    before = server.get(RUNS).get("total_size")
    answer = server.http.post(RUNS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert said in answer.json()["message"]
    assert server.get(RUNS).get("total_size") == before


def test_runs_are_listed_by_experiment_filter_metric_and_page(server: Server) -> None:
    client = server.client
    experiment = client.create_experiment("Listed").experiment_id
    file = str(compiled(server, measuring))
    counts = [3, 1, 2]
    runs = [client.run_pipeline(experiment, f"listed-{n}", file, {"count": n, "text": "listed"}) for n in counts]
    for run in runs:
        assert ended(server, run.run_id)["state"] == "SUCCEEDED"

    found = client.list_runs(experiment_id=experiment, sort_by="metric:count desc").runs
    assert [run.display_name for run in found] == ["listed-3", "listed-2", "listed-1"]
    assert all(run.pipeline_spec == spec(server, measuring) for run in found)
    assert all(run.run_details is None for run in found)

    names, token = [], ""
    while True:
        page = client.list_runs(token, page_size=2, sort_by="name desc", experiment_id=experiment)
        names += [run.display_name for run in page.runs]
        assert page.total_size == 3
        if not (token := page.next_page_token or ""):
            break
    assert names == ["listed-3", "listed-2", "listed-1"]

    named = where("name", 1, "listed-2")
    assert [run.run_id for run in client.list_runs(filter=named).runs] == [runs[2].run_id]
    times = {"key": "created_at", "operation": "GREATER_THAN", "timestampValue": runs[1].created_at.isoformat()}
    later = client.list_runs(experiment_id=experiment, filter=json.dumps({"predicates": [times]})).runs
    assert [run.display_name for run in later] == ["listed-2"]
    assert client.list_runs(filter=where("namespace", "EQUALS", "kubeflow")).runs is None
    with pytest.raises(kfp_server_api.ApiException, match="no experiment has the id"):
        client.list_runs(experiment_id="none")


def test_a_terminated_run_has_failed_for_clients_that_wait_and_was_canceled_for_those_that_look(
    server: Server, tmp_path: Path
) -> None:
    client = server.client
    run_id = start(server, resting, "tired", file=str(tmp_path / "never"))
    begun(server, run_id, "rest")
    client.terminate_run(run_id)
    run = client.wait_for_run_completion(run_id, 30, 0.1)
    assert (run.state, run.error.code, run.error.message) == ("FAILED", 1, "the run was canceled")
    assert [status.state for status in run.state_history] == ["PENDING", "RUNNING", "CANCELING", "CANCELED"]
    assert {task.display_name: task.state for task in run.run_details.task_details} == {
        "root": "CANCELED",
        "rest": "CANCELED",
    }
    succeeded = ended(server, start(server, measuring, "fine"))["run_id"]
    for filter_, ids in (
        (where("state", "EQUALS", "FAILED"), {run_id}),
        (where("state", "EQUALS", "CANCELED"), {run_id}),
        (where("state", "IN", ["FAILED", "PENDING"]), {run_id}),
        (where("state", "NOT_EQUALS", "FAILED"), {succeeded}),
        (where("state", "EQUALS", "SUCCEEDED"), {succeeded}),
        (where("status", "EQUALS", "Succeeded"), {succeeded}),
        (where("status", "EQUALS", "Error"), {run_id}),
    ):
        found = server.get(RUNS, params={"filter": filter_, "page_size": 200})["runs"]
        assert {run["run_id"] for run in found} & {run_id, succeeded} == ids
    with pytest.raises(kfp_server_api.ApiException, match="has ended"):
        client.terminate_run(run_id)

    (tmp_path / "never").touch()
    client.runs.run_service_retry_run(run_id)
    again = client.wait_for_run_completion(run_id, 30, 0.1)
    assert (again.state, again.error) == ("SUCCEEDED", None)


def test_a_run_that_failed_is_tried_again_from_where_it_failed(server: Server, tmp_path: Path) -> None:
    client = server.client
    file = tmp_path / "file"
    run_id = start(server, checking, "checked", file=str(file))
    run = client.wait_for_run_completion(run_id, 30, 0.1)
    assert (run.state, run.error.code, run.error.message) == ("FAILED", 2, "task check failed")
    assert run.state_history[-1].error.message == "task check failed"
    first = {task.display_name: task for task in run.run_details.task_details}
    assert first["check"].error.message == "its command ended with exit code 1"
    file.touch()
    client.runs.run_service_retry_run(run_id)
    run = client.wait_for_run_completion(run_id, 30, 0.1)
    assert (run.state, run.error) == ("SUCCEEDED", None)
    second = {task.display_name: task for task in run.run_details.task_details}
    assert second["measure"].end_time == first["measure"].end_time
    assert [status.state for status in run.state_history] == [
        *("PENDING", "RUNNING", "FAILED"),
        *("PENDING", "RUNNING", "SUCCEEDED"),
    ]
    with pytest.raises(kfp_server_api.ApiException, match="only one that failed or was canceled can be retried"):
        client.runs.run_service_retry_run(run_id)


def test_a_run_is_archived_and_taken_back_unless_its_experiment_is(server: Server) -> None:
    client = server.client
    experiment = client.create_experiment("Aside").experiment_id
    run_id = client.run_pipeline(experiment, "aside", str(compiled(server, measuring))).run_id
    client.archive_run(run_id)
    assert client.get_run(run_id).storage_state == "ARCHIVED"
    found = client.list_runs(experiment_id=experiment, filter=where("storage_state", "EQUALS", "ARCHIVED")).runs
    assert [run.run_id for run in found] == [run_id]
    client.archive_experiment(experiment)
    with pytest.raises(kfp_server_api.ApiException, match="take that back first"):
        client.unarchive_run(run_id)
    client.unarchive_experiment(experiment)
    client.unarchive_run(run_id)
    assert client.get_run(run_id).storage_state == "AVAILABLE"


def test_a_deleted_run_takes_with_it_what_no_other_run_needs(server: Server) -> None:
    client = server.client
    first = ended(server, start(server, weighing, "first", text="shared"))["run_id"]
    second = ended(server, start(server, weighing, "second", text="shared"))["run_id"]
    assert {task["state"] for task in get(server, second)["run_details"]["task_details"]} == {"SUCCEEDED", "SKIPPED"}
    home = server.workspace.config.home
    data = next(home.artifacts.rglob(f"{first}/measure/*/data"))
    client.delete_run(first)
    with pytest.raises(kfp_server_api.ApiException, match="no run has the id"):
        client.get_run(first)
    assert data.read_text() == "sharedshared"
    assert not home.log(first, "measure").parent.exists()
    answer = server.http.get(f"/apis/v1alpha1/runs/{second}/nodes/measure/log")
    assert (answer.status_code, "where it ran was deleted" in answer.json()["message"]) == (404, True)
    client.delete_run(second)
    assert not data.exists()
    assert not data.parents[2].exists()


def test_a_run_that_goes_on_or_waits_is_ended_and_deleted(server: Server, tmp_path: Path) -> None:
    client = server.client
    run_id = start(server, resting, "going on", file=str(tmp_path / "never"))
    begun(server, run_id, "rest")
    client.terminate_run(run_id)
    client.archive_run(run_id)
    client.delete_run(run_id)
    waiting = start(server, resting, "waiting", file=str(tmp_path / "never"))
    client.delete_run(waiting)
    for gone in (run_id, waiting):
        assert server.http.get(f"{RUNS}/{gone}").status_code == 404
        assert not server.workspace.config.home.work(gone).exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), *(("POST", f":{verb}") for verb in ("archive", "unarchive", "terminate", "retry"))],
)
def test_a_run_that_is_not_there_is_not_found(server: Server, method: str, path: str) -> None:
    answer = server.http.request(method, f"{RUNS}/{uuid4()}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, 5)


def test_a_run_of_the_command_line_is_a_run_like_others(server: Server) -> None:
    file = compiled(server, measuring)
    ran = server.workspace.barograph("run", file, "--name", "by hand", "--experiment", "Hands")
    assert ran.returncode == 0, ran.stderr
    run = server.client.list_runs(filter=where("display_name", "EQUALS", "by hand")).runs[0]
    assert (run.state, run.pipeline_spec) == ("SUCCEEDED", yaml.safe_load(file.read_text()))
