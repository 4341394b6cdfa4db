"""KFP's RecurringRunService, through KFP's own client, and what its schedules start."""

import json
from pathlib import Path
from typing import Any

import kfp_server_api
import pytest
from kfp import compiler, dsl

from tests.conftest import component
from tests.server.conftest import Server
from tests.waiting import wait_until

RECURRING = "/apis/v2beta1/recurringruns"


@component
def say(text: str) -> str:
    return text


@dsl.pipeline
def greeting(text: str = "at [[ScheduledTime]], number [[Index]]", seed: int = 1) -> None:
    say(text=text)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("package") / "greeting.yaml"
    compiler.Compiler().compile(greeting, str(file))
    return str(file)


@pytest.fixture(scope="module")
def experiment(server: Server) -> str:
    made: str = server.client.create_experiment("scheduled").experiment_id
    return made


def runs_of(server: Server, recurring_run_id: str) -> list[dict[str, Any]]:
    chosen = {"key": "recurring_run_id", "operation": "EQUALS", "stringValue": recurring_run_id}
    asked = {"filter": json.dumps({"predicates": [chosen]}), "sort_by": "created_at"}
    found: list[dict[str, Any]] = server.get("/apis/v2beta1/runs", params=asked).get("runs", [])
    return found


def test_an_interval_starts_runs_until_it_is_disabled(server: Server, package: str, experiment: str) -> None:
    client = server.client
    made = client.create_recurring_run(
        experiment, "every second", interval_second=1, max_concurrency=3, pipeline_package_path=package,
        params={"seed": 7, "text": "number [[Index]]"}, enable_caching=False,
    )  # fmt: skip
    assert (made.status, made.max_concurrency) == ("ENABLED", "3")
    wait_until(lambda: len(runs_of(server, made.recurring_run_id)) >= 2)
    client.disable_recurring_run(made.recurring_run_id)
    assert client.get_recurring_run(made.recurring_run_id).status == "DISABLED"
    first, second, *_ = runs_of(server, made.recurring_run_id)
    for run in (first, second):
        assert client.wait_for_run_completion(run["run_id"], 60, 1).state == "SUCCEEDED"
    assert [run["display_name"] for run in (first, second)] == ["every second 1", "every second 2"]
    assert [run["runtime_config"]["parameters"] for run in (first, second)] == [
        {"seed": 7, "text": "number 1"},
        {"seed": 7, "text": "number 2"},
    ]
    assert first["scheduled_at"] < second["scheduled_at"]
    assert first["experiment_id"] == experiment


def test_it_runs_the_newest_version_where_none_is_named(
    server: Server, package: str, experiment: str, tmp_path: Path
) -> None:
    client = server.client
    pipeline = client.upload_pipeline(package, "greeting-newest")
    client.upload_pipeline_version(package, "second", pipeline_id=pipeline.pipeline_id)
    body = {
        "display_name": "newest",
        "experiment_id": experiment,
        "pipeline_version_reference": {"pipeline_id": pipeline.pipeline_id},
        "trigger": {"periodic_schedule": {"interval_second": "1"}},
    }
    made = server.post(RECURRING, body)
    assert "pipeline_version_id" not in made["pipeline_version_reference"]
    wait_until(lambda: len(runs_of(server, made["recurring_run_id"])) >= 1)
    client.delete_recurring_run(made["recurring_run_id"])
    runs = runs_of(server, made["recurring_run_id"])
    assert runs[0]["pipeline_version_reference"]["pipeline_id"] == pipeline.pipeline_id
    with pytest.raises(kfp_server_api.ApiException, match="no recurring run has the id"):
        client.get_recurring_run(made["recurring_run_id"])


def test_recurring_runs_are_listed_by_experiment_name_and_status(server: Server, package: str, experiment: str) -> None:
    client = server.client
    other = client.create_experiment("elsewhere").experiment_id
    for name, cron, enabled in (("yearly", "0 0 0 1 1 *", True), ("never", "0 0 0 1 1 *", False)):
        client.create_recurring_run(
            other, name, cron_expression=cron, pipeline_package_path=package, enabled=enabled, no_catchup=True
        )
    listed = client.list_recurring_runs(experiment_id=other, sort_by="name").recurring_runs
    assert [(each.display_name, each.status, each.no_catchup) for each in listed] == [
        ("never", "DISABLED", True),
        ("yearly", "ENABLED", True),
    ]
    predicate = {"key": "status", "operation": 1, "stringValue": "DISABLED"}
    chosen = json.dumps({"predicates": [predicate]})
    assert [each.display_name for each in client.list_recurring_runs(filter=chosen).recurring_runs or []][-1] == "never"


def test_archiving_an_experiment_disables_what_recurs_in_it(server: Server, package: str) -> None:
    client = server.client
    aside = client.create_experiment("to be put aside").experiment_id
    made = client.create_recurring_run(aside, "daily", cron_expression="0 0 0 * * *", pipeline_package_path=package)
    client.archive_experiment(aside)
    assert client.get_recurring_run(made.recurring_run_id).status == "DISABLED"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"trigger": None}, "needs a trigger"),
        ({"trigger": {}}, "either a cron_schedule or a periodic_schedule"),
        ({"trigger": {"cron_schedule": {"cron": "0 0 0 32 * *"}}}, "32"),
        ({"trigger": {"cron_schedule": {"cron": "0 0 0 1 * *", "time_zone": "Europe/Atlantis"}}}, "Europe/Atlantis"),
        ({"trigger": {"periodic_schedule": {"interval_second": 0}}}, "at least 1"),
        ({"display_name": ""}, "display_name"),
        ({"runtime_config": {"parameters": {"seed": "many"}}}, "seed"),
        ({"runtime_config": {"parameters": {"colour": "red"}}}, "colour"),
        ({"pipeline_spec": None}, "pipeline_spec"),
        ({"experiment_id": "nowhere"}, "nowhere"),
    ],
)
def test_a_recurring_run_that_could_not_run_is_refused(
    server: Server, package: str, changed: dict[str, Any], said: str
) -> None:
    import yaml

    body = {
        "display_name": "broken",
        "pipeline_spec": yaml.safe_load(Path(package).read_text()),
        "trigger": {"cron_schedule": {"cron": "0 0 0 1 1 *"}},
    } | changed
    before = server.get(RECURRING).get("total_size", 0)
    answer = server.http.post(RECURRING, json={key: value for key, value in body.items() if value is not None})
    assert answer.status_code in (400, 404)
    assert said in answer.json()["message"]
    assert server.get(RECURRING).get("total_size", 0) == before
