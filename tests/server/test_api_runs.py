"""Runs as the app shows and starts them."""

import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from barograph.server.api.failures import line_of
from barograph.states import State
from barograph.store.records import Kind
from tests.server.conftest import Server
from tests.server.recording import ended_run, going_on, record
from tests.server.running import begun, checking, compiled, ended, measuring, resting, spec, start
from tests.server.sse import OWN, heard
from tests.store.recorded import add_run, add_task, artifact


def upload(server: Server, pipeline: Any, name: str) -> tuple[str, str]:
    """A version in the registry: the ids of the pipeline and of the version."""
    client = server.client
    made = client.upload_pipeline(str(compiled(server, pipeline)), name)
    versions = client.list_pipeline_versions(made.pipeline_id).pipeline_versions
    return made.pipeline_id, versions[0].pipeline_version_id


def finished(server: Server, run_id: str) -> Any:
    """A run, once it has ended."""
    heard(server, f"/runs/{run_id}/events")
    return server.get(f"{OWN}/runs/{run_id}")


def refused(server: Server, path: str, body: Any = None) -> Any:
    answer = server.http.post(f"{OWN}{path}", json=body)
    assert answer.status_code in (400, 404), answer.text
    return answer.json()


def test_a_run_is_started_from_a_form_and_told_of_in_full(server: Server) -> None:
    pipeline_id, version_id = upload(server, measuring, "form")
    started = server.post(
        f"{OWN}/runs",
        {
            "pipeline": "form",
            "parameters": {"text": "snow"},
            "experiment": "Forms",
            "name": "by form",
            "parallelism": 2,
        },
    )
    assert (started["state"], started["experiment"], started["version_id"]) == ("PENDING", "Forms", version_id)
    run = finished(server, started["id"])
    assert (run["state"], run["name"], run["pipeline_id"], run["pipeline"]) == (
        *("SUCCEEDED", "by form", pipeline_id, "measuring"),
    )
    assert run["parameters"] == {"count": 3, "text": "snow"}
    assert [(each["name"], each["type"], each["default"]) for each in run["pipeline_parameters"]] == [
        ("count", "NUMBER_INTEGER", 3),
        ("text", "STRING", "rain"),
    ]
    assert run["options"]["parallelism"] == 2
    assert run["states"] == {"SUCCEEDED": 1}
    assert [each["state"] for each in run["state_history"]] == ["PENDING", "RUNNING", "SUCCEEDED"]
    assert run["seconds"] > 0
    assert heard(server, f"/runs/{run['id']}/events", str(run["last_event"])) == [
        heard(server, f"/runs/{run['id']}/events")[-1]
    ]


def test_what_is_to_be_run_can_be_said_in_several_ways(server: Server) -> None:
    pipeline_id, version_id = upload(server, measuring, "several ways")
    version = server.client.get_pipeline_version(pipeline_id, version_id).display_name
    for said in ({"pipeline": pipeline_id}, {"pipeline": f"several ways:{version}"}, {"version_id": version_id}):
        run = server.post(f"{OWN}/runs", {**said, "parameters": {"text": "ways"}})
        assert (run["version_id"], run["version"], run["experiment"]) == (version_id, version, "Default")
    like = server.post(f"{OWN}/runs", {"like_run": run["id"], "parameters": {"text": "ways"}, "cache": False})
    assert (like["version_id"], like["options"]["cache"]) == (version_id, False)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "one of pipeline, version_id and like_run"),
        ({"pipeline": "a", "version_id": "b"}, "one of pipeline, version_id and like_run"),
        ({"pipeline": "none such"}, "there is no pipeline 'none such'"),
        ({"version_id": "none"}, "none"),
        ({"like_run": "none"}, "no run has the id 'none'"),
        ({"pipeline": "a", "parallelism": 0}, "parallelism"),
        ({"pipeline": "a", "colour": "red"}, "unknown field 'colour'"),
    ],
)
def test_a_form_that_says_nothing_to_run_is_refused(server: Server, body: Any, said: str) -> None:
    assert said in refused(server, "/runs", body)["message"]


def test_what_is_wrong_with_each_parameter_is_said(server: Server) -> None:
    upload(server, checking, "wrong")
    upload(server, measuring, "wrong too")
    error = refused(server, "/runs", {"pipeline": "wrong too", "parameters": {"count": "many", "text": 3, "colour": 1}})
    found = {each["field"]: each["description"] for each in error["details"][0]["field_violations"]}
    assert list(found) == ["parameters.count", "parameters.text", "parameters.colour"]
    assert 'expected a whole number (NUMBER_INTEGER), got "many"' in found["parameters.count"]
    assert "has no parameter 'colour'; it has: count, text" in found["parameters.colour"]
    error = refused(server, "/runs", {"pipeline": "wrong"})
    assert [each["field"] for each in error["details"][0]["field_violations"]] == ["parameters.file"]


def test_a_run_is_canceled_and_gone_on_with(server: Server, tmp_path: Path) -> None:
    run_id = start(server, resting, "canceled", file=str(tmp_path / "go"))
    begun(server, run_id, "rest")
    assert server.post(f"{OWN}/runs/{run_id}:cancel")["cancel_requested"]
    assert finished(server, run_id)["state"] == "CANCELED"
    assert "there is nothing to terminate" in refused(server, f"/runs/{run_id}:cancel")["message"]
    assert "was canceled: go on with" in refused(server, f"/runs/{run_id}:retry")["message"]
    (tmp_path / "go").touch()
    assert server.post(f"{OWN}/runs/{run_id}:resume")["state"] == "PENDING"
    assert finished(server, run_id)["state"] == "SUCCEEDED"
    assert "has succeeded" in refused(server, f"/runs/{run_id}:resume")["message"]


def test_what_failed_in_a_run_is_tried_again(server: Server, tmp_path: Path) -> None:
    run_id = start(server, checking, "retried", file=str(tmp_path / "there"))
    run = finished(server, run_id)
    assert (run["state"], run["error"]) == ("FAILED", "task check failed")
    assert "it failed: try again what failed" in refused(server, f"/runs/{run_id}:resume")["message"]
    (tmp_path / "there").touch()
    server.post(f"{OWN}/runs/{run_id}:retry")
    assert finished(server, run_id)["state"] == "SUCCEEDED"
    task = server.get(f"{OWN}/runs/{run_id}/tasks/check")
    assert [(each["number"], each["exit_code"], each["log"]) for each in task["attempts"]] == [
        (1, 1, True),
        (2, 0, True),
    ]
    assert "its command ended with exit code 1" in task["attempts"][0]["error"]


def test_a_task_is_told_of_in_full(server: Server) -> None:
    run_id = start(server, measuring, "full", text="full")
    ended(server, run_id)
    task = server.get(f"{OWN}/runs/{run_id}/tasks/measure")
    assert server.get(f"{OWN}/runs/{run_id}/tasks/{task['id']}") == task
    assert (task["name"], task["component"], task["kind"], task["state"], task["exit_code"]) == (
        *("measure", "comp-measure", "RUNTIME", "SUCCEEDED", 0),
    )
    assert task["parameters"] == {"count": 3, "text": "full"}
    assert task["outputs"] == {"Output": "FULL"}
    assert [(each["key"], each["type"], each["size"]) for each in task["artifacts"]] == [
        ("data", "system.Dataset", 12),
        ("metrics", "system.Metrics", None),
    ]
    command = task["command"]
    assert (command["image"], command["command"][0]) == ("probe:test", "sh")
    assert command["environment"].startswith("sha256:")
    assert server.http.get(f"{OWN}/runs/{run_id}/tasks/none").status_code == 404


def test_why_a_task_was_or_was_not_cached_is_explained(server: Server) -> None:
    first, second, third = (start(server, measuring, "why", text=text, count=7) for text in ("why", "why", "other"))
    for run_id in (first, second, third):
        ended(server, run_id)
    answers = [server.get(f"{OWN}/runs/{run_id}/tasks/measure/cache") for run_id in (first, second, third)]
    assert [answer["state"] for answer in answers].count("CACHED") == 1
    cached = next(answer for answer in answers if answer["state"] == "CACHED")
    assert (cached["reason"], cached["differences"]) == ("taken from the cache", [])
    assert cached["nearest"]["run_name"] == "why"
    run_id = start(server, measuring, "why not", text="why not", count=7)
    ended(server, run_id)
    answer = server.get(f"{OWN}/runs/{run_id}/tasks/measure/cache")
    assert answer["reason"] == "nothing with these inputs and this code was executed before"
    assert [line.partition(":")[0] for line in answer["differences"]] == ["parameter 'text'"]


def test_the_list_has_chosen_metrics_and_can_be_sorted_and_filtered_by_them(server: Server) -> None:
    with record(server) as store:
        experiment = "Metrics in lists"
        for number, f1 in enumerate((0.5, 0.9, 0.7, None)):
            run = ended_run(server, store, f"measured {number}", experiment=experiment)
            if f1 is not None:
                made = replace(artifact("metrics", type_="system.Metrics"), metadata={"macro f1": f1})
                add_task(store, run, "eval", made=(made,))
    experiment_id = server.client.get_experiment(experiment_name=experiment).experiment_id
    metric = "eval/metrics/macro f1"
    asked = {"experiment_id": experiment_id, "metrics": metric, "sort_by": f"metric:{metric} desc"}
    listed = server.get(f"{OWN}/runs", params=asked)
    assert [run["metrics"].get(metric) for run in listed["runs"]] == [0.9, 0.7, 0.5, None]
    assert (listed["metric_names"], listed["total"]) == ([metric], 4)
    listed = server.get(f"{OWN}/runs", params={**asked, "where": f"metric:{metric}>=0.7"})
    assert ([run["metrics"][metric] for run in listed["runs"]], listed["total"]) == ([0.9, 0.7], 2)
    seen, token = [], ""
    while True:
        page = server.get(f"{OWN}/runs", params={**asked, "page_size": 1, "page_token": token})
        seen += [run["name"] for run in page["runs"]]
        token = page["next_page_token"]
        if not token:
            break
    assert seen == ["measured 1", "measured 2", "measured 0", "measured 3"]


def test_the_list_can_be_sorted_and_filtered_by_parameters(server: Server) -> None:
    experiment = "Parameters in lists"
    with record(server) as store:
        for number, epochs in enumerate((5, 30, 10)):
            parameters = {"epochs": epochs, "model": f"ResNet{number}"}
            ended_run(server, store, f"given {number}", experiment=experiment, parameters=parameters)
        ended_run(server, store, "given none", experiment=experiment, parameters={})
    asked = {"experiment_id": server.client.get_experiment(experiment_name=experiment).experiment_id}

    def names(**more: Any) -> list[str]:
        listed = server.get(f"{OWN}/runs", params={**asked, "sort_by": "param:epochs desc", **more})
        assert listed["total"] == len(listed["runs"])
        return [run["name"] for run in listed["runs"]]

    assert names() == ["given 1", "given 2", "given 0", "given none"]
    assert names(sort_by="param:epochs") == ["given 0", "given 2", "given 1", "given none"]
    assert names(where="param:epochs>=10") == ["given 1", "given 2"]
    assert names(where=["param:epochs>=10", "param:model=resnet2"]) == ["given 2"]
    assert names(where="param:model~NET1") == ["given 1"]
    seen, token = [], ""
    while True:
        page = server.get(
            f"{OWN}/runs", params={**asked, "sort_by": "param:epochs desc", "page_size": 1, "page_token": token}
        )
        seen += [run["name"] for run in page["runs"]]
        token = page["next_page_token"]
        if not token:
            break
    assert seen == names()


def test_the_list_tells_how_far_a_run_is_that_goes_on(server: Server) -> None:
    with record(server) as store, going_on(server, store, "under way", experiment="Progress") as run:
        for path, state in (("a", State.SUCCEEDED), ("b", State.RUNNING), ("c", State.RUNNING)):
            add_task(store, run, path, state=state)
        add_task(store, run, "group", Kind.DAG, state=State.RUNNING)
        (row,) = server.get(f"{OWN}/runs", params={"q": "under way"})["runs"]
    assert row["states"] == {"SUCCEEDED": 1, "RUNNING": 2}


def test_why_a_run_failed_is_told_in_a_line(server: Server, tmp_path: Path) -> None:
    run_id = start(server, checking, "told why", file=str(tmp_path / "none"))
    assert finished(server, run_id)["state"] == "FAILED"
    found = server.get(f"{OWN}/runs/{run_id}/failures")
    assert found["total"] == 1
    (task,) = found["tasks"]
    assert (task["path"], task["error"]) == ("check", "its command ended with exit code 1")
    assert task["said"] == "the file is not there"
    good = start(server, measuring, "good")
    finished(server, good)
    assert server.get(f"{OWN}/runs/{good}/failures") == {"tasks": [], "total": 0}


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("", ""),
        ("one\ntwo\n\n", "two"),
        (
            "Traceback (most recent call last):\n  here\nValueError: no such class\nended at 12:00\n",
            "ValueError: no such class",
        ),
        ("\x1b[31merror:\x1b[0m the disk is full\n 10%\r100%\n", "error: the disk is full"),
        ("x" * 1000, "x" * 500),
    ],
)
def test_the_line_of_a_log_that_tells_why_is_found(log: str, line: str) -> None:
    assert line_of(log) == line


def test_the_list_is_filtered_by_what_a_person_looks_for(server: Server) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(record(server))
        failed = stack.enter_context(going_on(server, store, "Filter one", experiment="Filters"))
        times = {"started_at": failed.created_at, "finished_at": failed.created_at + timedelta(seconds=10)}
        store.update_run(failed.into(State.FAILED, failed.created_at, error="why\nat length", **times))
        stack.enter_context(going_on(server, store, "filter two", experiment="Filters"))
        aside = add_run(store, "filter aside", experiment="Filters")
        check_filters(server, aside.id)


def check_filters(server: Server, aside: str) -> None:
    server.http.post(f"/apis/v2beta1/runs/{aside}:archive").raise_for_status()

    def names(**asked: Any) -> list[str]:
        return [run["name"] for run in server.get(f"{OWN}/runs", params={"q": "FILTER", **asked})["runs"]]

    assert set(names()) == {"Filter one", "filter two"}
    assert names(state="FAILED") == ["Filter one"]
    assert set(names(state=["FAILED", "RUNNING"])) == {"Filter one", "filter two"}
    assert names(archived=True) == ["filter aside"]
    assert names(pipeline="none") == []
    assert names(sort_by="name desc") == ["filter two", "Filter one"]
    assert names(sort_by="seconds") == ["Filter one", "filter two"]
    assert len(names(sort_by="experiment")) == 2
    row = server.get(f"{OWN}/runs", params={"q": "Filter one"})["runs"][0]
    assert (row["error"], row["seconds"], row["experiment"]) == ("why", 10.0, "Filters")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"where": "f1>0.5"}, "can't be understood; it is such as metric:TASK/ARTIFACT/KEY>=0.8"),
        ({"where": "metric:f1>1.2.3"}, "can't be understood"),
        ({"where": "param:epochs"}, "or param:NAME=VALUE"),
        ({"sort_by": "colour"}, "unrecognized field 'colour'"),
        ({"state": "ASLEEP"}, "state"),
        ({"page_token": "x"}, "page_token"),
    ],
)
def test_a_list_says_what_it_does_not_understand(server: Server, asked: Any, said: str) -> None:
    answer = server.http.get(f"{OWN}/runs", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert said in answer.json()["message"]


def test_the_code_of_a_run_starts_the_same_run(server: Server, tmp_path: Path) -> None:
    upload(server, measuring, "as code")
    body = {"pipeline": "as code", "parameters": {"text": 'it\'s "code"', "count": 9}, "experiment": "As code"}
    first = finished(server, server.post(f"{OWN}/runs", body)["id"])
    unregistered = start(server, measuring, "as code too", text='it\'s "code"', count=9)
    ended(server, unregistered)
    for run_id in (first["id"], unregistered):
        code = server.get(f"{OWN}/runs/{run_id}/as-code")
        before = {run["id"] for run in server.get(f"{OWN}/runs", params={"page_size": 200})["runs"]}
        env = {**server.workspace.environ, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
        for words in (["sh", "-ec", code["cli"]], ["sh", "-ec", code["curl"]], [sys.executable, "-c", python(code)]):
            done = subprocess.run(words, cwd=server.workspace.path, env=env, capture_output=True, text=True)
            assert done.returncode == 0, (words, done.stderr)
        after = [run for run in server.get(f"{OWN}/runs", params={"page_size": 200})["runs"] if run["id"] not in before]
        assert len(after) == 3
        for run in after:
            again = finished(server, run["id"])
            assert again["parameters"] == {"count": 9, "text": 'it\'s "code"'}
            assert again["spec_digest"] == server.get(f"{OWN}/runs/{run_id}")["spec_digest"]
            assert again["experiment"] == server.get(f"{OWN}/runs/{run_id}")["experiment"]
            assert again["states"] == {"CACHED": 1}


def python(code: Any) -> str:
    """The Python code, with what its comment says to do before."""
    comment = next((line for line in code["python"].splitlines() if line.startswith("# ")), "")
    before = f"import subprocess; subprocess.run({comment[2:]!r}, shell=True, check=True)\n" if comment else ""
    return before + str(code["python"])


def test_the_pipeline_of_a_run_is_given_as_it_was(server: Server) -> None:
    run_id = start(server, measuring, "text", text="text")
    answer = server.http.get(f"{OWN}/runs/{run_id}/spec")
    assert answer.headers["content-disposition"] == 'attachment; filename="measuring.yaml"'
    assert yaml.safe_load(answer.text) == spec(server, measuring)
