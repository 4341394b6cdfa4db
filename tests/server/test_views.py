"""Graphs, timelines, comparisons and lineages over HTTP, and the description of all of this API."""

from typing import Any

import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.conftest import Server
from tests.server.recording import folder, kept
from tests.server.running import compiled, ended, start, weighing
from tests.server.sse import OWN, heard


@pytest.fixture(scope="module")
def runs(server: Server) -> tuple[str, str]:
    """Two runs that differ in one parameter."""
    first, second = (start(server, weighing, text, text=text) for text in ("sun", "snow"))
    ended(server, first)
    ended(server, second)
    return first, second


def test_a_run_is_drawn_with_its_artifacts(server: Server, runs: tuple[str, str]) -> None:
    drawn = server.get(f"{OWN}/runs/{runs[0]}/graph")
    graph = drawn["graph"]
    assert [(task["path"], task["state"]) for task in graph["tasks"]][:2] == [
        ("measure", "SUCCEEDED"),
        ("for-loop-2", "SUCCEEDED"),
    ]
    assert {"for-loop-2[0]", "for-loop-2[1].weigh"} <= {task["path"] for task in graph["tasks"]}
    data = next(each for each in graph["artifacts"] if each["id"] == "measure:data")
    assert (data["type"], data["made"], data["size"]) == ("system.Dataset", 1, 6)
    metrics = next(each for each in graph["artifacts"] if each["id"] == "measure:metrics")
    assert metrics["scalars"] == {"count": 2}
    assert {"source": "measure:data", "target": "for-loop-2[1].weigh", "kind": "INPUT", "labels": ["data"]} in graph[
        "edges"
    ]
    assert (drawn["run_id"], drawn["state"]) == (runs[0], "SUCCEEDED")
    assert [event.event for event in heard(server, f"/runs/{runs[0]}/events", str(drawn["last_event"]))] == ["end"]


def test_a_group_and_a_folded_loop_are_drawn_too(server: Server, runs: tuple[str, str]) -> None:
    inside = server.get(f"{OWN}/runs/{runs[0]}/graph", params={"within": "for-loop-2[1]"})["graph"]
    assert [task["path"] for task in inside["tasks"]] == ["for-loop-2[1]", "for-loop-2[1].weigh"]
    folded = server.get(f"{OWN}/runs/{runs[0]}/graph", params={"turns": 1})["graph"]
    loop = next(task for task in folded["tasks"] if task["path"] == "for-loop-2")
    assert (loop["turns"]["folded"], loop["turns"]["states"]) == (True, {"SUCCEEDED": 2})
    answer = server.http.get(f"{OWN}/runs/{runs[0]}/graph", params={"within": "none"})
    assert (answer.status_code, answer.json()["code"]) == (404, 5)


def test_a_timeline_has_a_bar_for_each_task(server: Server, runs: tuple[str, str]) -> None:
    timeline = server.get(f"{OWN}/runs/{runs[0]}/timeline")
    rows = {row["path"]: row for row in timeline["rows"]}
    assert timeline["critical"][0] == "measure"
    assert rows["measure"]["critical"]
    assert rows["measure"]["seconds"] > 0
    assert len(rows["measure"]["tries"]) == 1
    assert timeline["started_at"] <= rows["measure"]["started_at"]


def test_runs_are_compared_with_the_first(server: Server, runs: tuple[str, str]) -> None:
    compared = server.get(f"{OWN}/compare", params={"runs": ",".join(runs)})
    assert [run["id"] for run in compared["runs"]] == list(runs)
    assert compared["parameters"] == [{"name": "text", "cells": [{"value": "sun"}, {"value": "snow"}], "differs": True}]
    tasks = {task["path"]: task for task in compared["tasks"]}
    assert tasks["measure"]["cells"][1]["differences"] == ['parameter \'text\': "sun" -> "snow"']
    assert not tasks["measure"]["shared"]
    alone = server.get(f"{OWN}/compare", params={"runs": f"{runs[0]},{runs[0]}"})
    assert len(alone["runs"]) == 1


def test_what_changed_since_the_last_good_run_is_told(server: Server, runs: tuple[str, str]) -> None:
    nothing = server.get(f"{OWN}/runs/{runs[0]}/since-last-good")
    assert (nothing["base"], nothing["sentences"]) == (None, [])
    found = server.get(f"{OWN}/runs/{runs[1]}/since-last-good")
    assert found["base"]["id"] == runs[0]
    assert found["sentences"] == ["text sun → snow"]
    assert found["parameters"] == [{"name": "text", "cells": [{"value": "sun"}, {"value": "snow"}], "differs": True}]
    assert "measure" in {row["path"] for row in found["tasks"]}
    assert server.http.get(f"{OWN}/runs/none/since-last-good").status_code == 404


def test_the_pipelines_that_were_run_last_are_told_with_their_metric(server: Server, runs: tuple[str, str]) -> None:
    trends = server.get(f"{OWN}/trends", params={"runs": 2})["trends"]
    found = next(each for each in trends if each["pipeline"] == "weighing")
    assert (found["task"], found["artifact"], found["key"], found["direction"]) == (
        *("measure", "metrics", "count", "HIGHER"),
    )
    assert [point["run_id"] for point in found["points"]] == list(runs)
    assert [point["value"] for point in found["points"]] == [2.0, 2.0]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("", 400, "give the ids of up to 100 runs"),
        (",,", 400, "give the ids of up to 100 runs"),
        (",".join(map(str, range(101))), 400, "give the ids of up to 100 runs"),
        ("none", 404, "no run has the id 'none'"),
    ],
)
def test_what_can_not_be_compared_is_said(server: Server, asked: str, status: int, said: str) -> None:
    answer = server.http.get(f"{OWN}/compare", params={"runs": asked})
    assert answer.status_code == status
    assert said in answer.json()["message"]


def test_an_artifact_has_a_lineage(server: Server, runs: tuple[str, str]) -> None:
    task = server.get(f"{OWN}/runs/{runs[0]}/tasks/measure")
    data = next(each for each in task["artifacts"] if each["key"] == "data")
    lineage = server.get(f"{OWN}/artifacts/{data['id']}/lineage")
    assert lineage["root"] == data["id"]
    assert {each["path"] for each in lineage["tasks"]} >= {"measure", "for-loop-2[0].weigh", "for-loop-2[1].weigh"}
    assert runs[0] in {run["id"] for run in lineage["runs"]}
    assert {edge["relation"] for edge in lineage["edges"]} >= {"MADE", "TOOK"}


def test_a_pipelines_version_is_drawn_and_tells_its_parameters(server: Server) -> None:
    pipeline = server.client.upload_pipeline(str(compiled(server, weighing)), "drawn").pipeline_id
    version = server.client.list_pipeline_versions(pipeline).pipeline_versions[0].pipeline_version_id
    path = f"{OWN}/pipelines/{pipeline}/versions/{version}"
    graph = server.get(f"{path}/graph")
    assert [task["path"] for task in graph["tasks"]] == ["measure", "for-loop-2", "for-loop-2.weigh"]
    assert {task["state"] for task in graph["tasks"]} == {None}
    assert server.get(f"{path}/parameters")["parameters"] == [
        {
            "name": "text",
            "type": "STRING",
            "required": False,
            "default": "rain",
            "description": "",
            "literals": [],
        }
    ]
    assert server.http.get(f"{OWN}/pipelines/{pipeline}/versions/none/graph").status_code == 404


def description(server: Server) -> Any:
    return server.get("/apis/openapi.json")


def test_every_endpoint_is_described_with_types_and_a_name_that_stays(server: Server) -> None:
    described = description(server)
    own = {path: each for path, each in described["paths"].items() if path.startswith(OWN)}
    operations = [operation for path in own.values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 20
    assert all(name.isidentifier() for name in names)
    assert all(operation["description"] for operation in operations)
    for operation in operations:
        assert {"400", "401", "403", "404"} <= set(operation["responses"])
        good = operation["responses"]["200"]["content"]
        assert all(content["schema"] not in ({}, {"type": "object"}) for content in good.values())


def test_answers_are_whole_so_that_clients_need_not_ask_what_is_there(server: Server, runs: tuple[str, str]) -> None:
    schemas = description(server)["components"]["schemas"]
    assert not [name for name in schemas if "server__api" in name], "another shape has the same name"
    for name in ("FullRun", "RunRow", "FullTask", "ArtifactRecord", "TaskNode", "ArtifactNode", "Row", "RunHit"):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name
    run = server.get(f"{OWN}/runs/{runs[0]}")
    assert set(run) == set(schemas["FullRun"]["properties"])
    node = server.get(f"{OWN}/runs/{runs[0]}/graph")["graph"]["tasks"][0]
    assert set(node) == set(schemas["TaskNode"]["properties"])


def test_what_is_answered_is_what_is_described(server: Server, runs: tuple[str, str]) -> None:
    schema = schemathesis.openapi.from_url(f"{server.url}/apis/openapi.json")
    task = server.get(f"{OWN}/runs/{runs[0]}/tasks/measure")
    artifacts = {each["key"]: each["id"] for each in task["artifacts"]}
    path = folder(server) / "table.csv"
    path.write_text("n,m\n1,2\n3,4\n")
    table = kept(server, path)
    of_run = {"run_id": runs[0], "task_id": "for-loop-2[0].weigh"}
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = [
        ("/runs", {}, {"metrics": "measure/metrics/count"}),
        *((f"/runs/{{run_id}}{rest}", of_run, {}) for rest in ("", "/spec", "/as-code", "/graph", "/timeline")),
        *((f"/runs/{{run_id}}/tasks/{{task_id}}{rest}", of_run, {}) for rest in ("", "/cache", "/log")),
        *(
            (f"/artifacts/{{artifact_id}}{rest}", {"artifact_id": artifacts[key]}, {})
            for key, rest in (
                *(("data", ""), ("data", "/content"), ("data", "/preview"), ("data", "/lineage")),
                *(("metrics", ""), ("metrics", "/preview")),
            )
        ),
        ("/runs/{run_id}/since-last-good", {"run_id": runs[1]}, {}),
        ("/artifacts/{artifact_id}/rows", {"artifact_id": table.id}, {"sort": "n desc"}),
        ("/artifacts/{artifact_id}/rows/series", {"artifact_id": table.id}, {"x": "n", "y": "m"}),
        ("/compare", {}, {"runs": ",".join(runs)}),
        ("/trends", {}, {"runs": "20"}),
        ("/runs/{run_id}/failures", of_run, {}),
        ("/search", {}, {"q": "weigh"}),
    ]
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    for address, names, query in asked:
        case = schema[f"{OWN}{address}"]["GET"].Case(path_parameters=names, query=query)
        assert case.call_and_validate(checks=checks).status_code == 200
