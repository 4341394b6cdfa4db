"""When recurring runs start runs, as the app shows it."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

from tests.conftest import component
from tests.server.conftest import Server
from tests.server.running import spec
from tests.server.sse import OWN
from tests.server.test_recurring_runs import RECURRING

FAR = "2090-01-01T00:00:00Z"
DAILY = {"cron_schedule": {"cron": "0 0 9 * * *", "start_time": FAR}}


@component
def wait(seed: int) -> int:
    return seed


@dsl.pipeline
def patient(seed: int = 1) -> None:
    wait(seed=seed)


def times(texts: list[str]) -> list[datetime]:
    return [datetime.fromisoformat(text) for text in texts]


def preview(server: Server, **parameters: Any) -> list[datetime]:
    return times(server.get(f"{OWN}/schedule/preview", params=parameters)["times"])


def make(server: Server, name: str, trigger: dict[str, Any], mode: str = "ENABLE") -> str:
    body = {"display_name": name, "pipeline_spec": spec(server, patient), "trigger": trigger, "mode": mode}
    id_: str = server.post(RECURRING, body)["recurring_run_id"]
    return id_


def upcoming(server: Server, id_: str, count: int = 2) -> list[datetime]:
    asked = {"recurring_run_id": id_, "count": count}
    [found] = server.get(f"{OWN}/schedule/upcoming", params=asked)["upcoming"]
    return times(found["times"])


def test_the_next_times_of_a_cron_expression_are_told_before_it_is_used(server: Server) -> None:
    found = preview(server, cron="0 30 9 * * *", start="2090-03-25T00:00:00Z", time_zone="Europe/Berlin")
    assert [time.isoformat() for time in found] == [
        *(f"2090-03-2{day}T08:30:00+00:00" for day in (5,)),
        *(f"2090-03-2{day}T07:30:00+00:00" for day in (6, 7, 8, 9)),
    ]


def test_an_interval_and_an_end_are_previewed_too(server: Server) -> None:
    found = preview(server, interval=600, count=3)
    assert all(later - earlier == timedelta(minutes=10) for earlier, later in pairwise(found))
    assert len(found) == 3
    assert preview(server, cron="@daily", end="2001-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "either cron or interval"),
        ({"cron": "@daily", "interval": 60}, "either cron or interval"),
        ({"cron": "9 * *"}, "it has 3 fields"),
        ({"cron": "@daily", "time_zone": "Berlin"}, "there is no time zone 'Berlin'"),
        ({"interval": -5}, "give at least 1"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_said(server: Server, parameters: dict[str, Any], message: str) -> None:
    answer = server.http.get(f"{OWN}/schedule/preview", params=parameters)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_upcoming_runs_are_those_of_enabled_recurring_runs_the_next_one_first(server: Server) -> None:
    later = make(server, "later", {"cron_schedule": {"cron": "0 0 12 * * *", "start_time": FAR}})
    sooner = make(server, "sooner", DAILY)
    disabled = make(server, "disabled", DAILY, "DISABLE")
    listed = [each["recurring_run_id"] for each in server.get(f"{OWN}/schedule/upcoming")["upcoming"]]
    assert [id_ for id_ in listed if id_ in (later, sooner, disabled)] == [sooner, later]
    assert upcoming(server, sooner) == times(["2090-01-01T09:00:00Z", "2090-01-02T09:00:00Z"])
    assert upcoming(server, disabled) == []


def test_a_versions_compiled_pipeline_is_given_as_it_was_uploaded(server: Server, tmp_path: Path) -> None:
    text = "# kept\n" + server.workspace.compile(patient, "patient.yaml").read_text()
    file = tmp_path / "patient.yaml"
    file.write_text(text)
    version = server.client.upload_pipeline_version(
        str(file), "v1", pipeline_id=server.client.upload_pipeline(str(file), "patient").pipeline_id
    )
    answer = server.http.get(f"{OWN}/pipelines/{version.pipeline_id}/versions/{version.pipeline_version_id}/spec")
    assert answer.text == text
    assert answer.headers["content-disposition"].endswith('filename="patient.yaml"')
