"""The tasks of runs: their details in KFP's RunService, and the services of KFP's mlmd-removal branch."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl

from barograph.server.kfp.numbers import beginning_of, number_of
from barograph.store.records import Kind
from barograph.store.run_tasks import places, scope
from tests.server.conftest import Server
from tests.server.running import (
    RUNS,
    begun,
    checking,
    ended,
    measure,
    measuring,
    resting,
    start,
    weigh,
    weighing,
    where,
)


@pytest.fixture(scope="module")
def run(server: Server) -> Any:
    """A run of a task and of a loop over one."""
    return ended(server, start(server, weighing, "weighed", text="tasks"))


def details(run: Any) -> dict[str, Any]:
    """The details of a run's tasks by their names; of equal ones the last."""
    return {task["display_name"]: task for task in run["run_details"]["task_details"]}


def test_a_runs_details_are_a_tree_with_the_run_as_its_root(run: Any) -> None:
    tasks = {task["task_id"]: task for task in run["run_details"]["task_details"]}
    names = {id_: task["display_name"] for id_, task in tasks.items()}
    children = {
        f"{names.get(task.get('parent_task_id', ''), '')}/{name}": [names[c["task_id"]] for c in task["child_tasks"]]
        for task, name in zip(tasks.values(), names.values(), strict=True)
        if "child_tasks" in task
    }
    assert children == {
        "/root": ["measure", "for-loop-2"],
        "root/for-loop-2": ["for-loop-2[0]", "for-loop-2[1]"],
        "for-loop-2/for-loop-2[0]": ["weigh"],
        "for-loop-2/for-loop-2[1]": ["weigh"],
    }
    assert tasks[run["run_id"]]["display_name"] == "root"
    assert run["task_count"] == len(tasks) == 7


def test_a_tasks_details_tell_its_states_and_what_it_took_and_made(server: Server, run: Any) -> None:
    found = details(run)
    made, took = found["measure"]["outputs"]["data"], found["weigh"]["inputs"]["data"]
    assert made == took
    assert [status["state"] for status in found["measure"]["state_history"]] == ["RUNNING", "SUCCEEDED"]
    (number,) = made["artifact_ids"]
    artifact = server.get(f"/apis/v2beta1/artifacts/{number}")
    assert (artifact["name"], artifact["type"]) == ("data", "Dataset")
    assert server.get(f"/apis/v2beta1/artifacts/{artifact['artifact_id']}") == artifact
    assert len({task["execution_id"] for task in run["run_details"]["task_details"]}) == 7


def test_a_task_that_was_taken_from_the_cache_is_skipped_in_details_and_cached_in_tasks(
    server: Server, run: Any
) -> None:
    again = ended(server, start(server, weighing, "weighed again", text="tasks"))
    assert (details(again)["measure"]["state"], details(again)["root"]["state"]) == ("SKIPPED", "SUCCEEDED")
    assert details(again)["measure"]["outputs"] == details(run)["measure"]["outputs"]
    full = server.get(f"{RUNS}/{again['run_id']}", params={"view": "FULL"})
    measure = next(task for task in full["tasks"] if task["name"] == "measure")
    assert (measure["state"], measure["cache_fingerprint"][:7]) == ("CACHED", "sha256:")
    cached = server.post("/apis/v2beta1/tasks:findCached", {"cache_fingerprint": measure["cache_fingerprint"]})["task"]
    assert cached["task_id"] == details(run)["measure"]["task_id"]
    assert server.post("/apis/v2beta1/tasks:findCached", {"cache_fingerprint": "sha256:none"}) == {}


def test_the_full_view_has_tasks_with_their_inputs_and_outputs(server: Server, run: Any) -> None:
    assert "tasks" not in run
    tasks = server.get(f"{RUNS}/{run['run_id']}", params={"view": "FULL"})["tasks"]
    assert [(task["type"], task["scope_path"]) for task in tasks] == [
        ("ROOT", "root"),
        ("RUNTIME", "root.measure"),
        ("LOOP", "root.for-loop-2"),
        ("DAG", "root.for-loop-2"),
        ("RUNTIME", "root.for-loop-2.weigh"),
        ("DAG", "root.for-loop-2"),
        ("RUNTIME", "root.for-loop-2.weigh"),
    ]
    root, measure, loop, _, weigh, second, _ = tasks
    assert root["inputs"]["parameters"] == [{"value": "tasks", "parameter_key": "text"}]
    assert measure["outputs"]["parameters"] == [{"value": "TASKS", "type": "OUTPUT", "parameter_key": "Output"}]
    (data, metrics) = measure["outputs"]["artifacts"]
    assert (data["artifact_key"], data["producer"]) == ("data", {"task_name": "measure"})
    assert metrics["artifacts"][0]["metadata"] == {"count": 2}
    assert weigh["inputs"]["artifacts"] == [data | {"type": "TASK_OUTPUT_INPUT"}]
    assert (loop["type_attributes"], second["type_attributes"]) == (
        {"iteration_count": "2"},
        {"iteration_index": "1"},
    )


def test_tasks_are_listed_by_parent_filter_and_page(server: Server, run: Any) -> None:
    path = f"{RUNS}/{run['run_id']}/tasks"
    seen, token = [], ""
    while True:
        page = server.get(path, params={"page_size": 3, "page_token": token, "order_by": "create_time desc"})
        seen += [task["task_id"] for task in page["tasks"]]
        assert page["total_size"] == 7
        if not (token := page.get("next_page_token", "")):
            break
    everything = server.get(path)["tasks"]
    assert seen == [task["task_id"] for task in reversed(everything)]
    assert everything[0]["type"] == "ROOT"

    loop = next(task for task in everything if task["type"] == "LOOP")
    turns = server.get(path, params={"parent_id": loop["task_id"]})["tasks"]
    assert [task["display_name"] for task in turns] == ["for-loop-2[0]", "for-loop-2[1]"]
    top = server.get(path, params={"parent_id": run["run_id"]})["tasks"]
    assert [task["name"] for task in top] == ["measure", "for-loop-2"]
    leaf = next(task for task in everything if task["name"] == "weigh")
    assert server.get(path, params={"parent_id": leaf["task_id"]}) == {}
    assert server.get(f"{path}/{leaf['task_id']}") == leaf

    assert server.get(path, params={"filter": where("state", "EQUALS", "FAILED")}) == {}
    for wrong in (f"{path}/none", f"{RUNS}/none/tasks", f"{path}?parent_id=none"):
        assert server.http.get(wrong).status_code == 404


def test_a_failed_task_says_why(server: Server, tmp_path: Any) -> None:
    failed = ended(server, start(server, checking, "failed", file=str(tmp_path / "none")))
    path = f"{RUNS}/{failed['run_id']}/tasks"
    tasks = server.get(path, params={"filter": where("state", "EQUALS", "FAILED")})["tasks"]
    assert {task["name"]: task["status_metadata"]["message"] for task in tasks} == {
        "root": "task check failed",
        "check": "its command ended with exit code 1",
    }
    assert tasks[1]["state_history"][-1]["error"]["message"] == "its command ended with exit code 1"


def test_a_task_that_goes_on_and_one_that_was_canceled_are_told(server: Server, tmp_path: Any) -> None:
    run_id = start(server, resting, "rested", file=str(tmp_path / "never"))
    begun(server, run_id, "rest")
    path = f"{RUNS}/{run_id}/tasks"
    assert [task["state"] for task in server.get(path)["tasks"]] == ["RUNNING", "RUNNING"]
    server.post(f"{RUNS}/{run_id}:terminate")
    ended(server, run_id)
    tasks = server.get(path)["tasks"]
    assert [task["state"] for task in tasks] == ["FAILED", "FAILED"]
    assert tasks[1]["state_history"][-1]["error"] == {"code": 1, "message": "the run was canceled"}


def test_artifacts_are_listed_and_filtered(server: Server, run: Any) -> None:
    everything = server.get("/apis/v2beta1/artifacts", params={"page_size": 200})
    assert everything["total_size"] == len(everything["artifacts"])
    (number,) = details(run)["measure"]["outputs"]["data"]["artifact_ids"]
    data = server.get(f"/apis/v2beta1/artifacts/{number}")
    predicates = [
        {"key": "uri", "operation": "EQUALS", "stringValue": data["uri"]},
        {"key": "type", "operation": "EQUALS", "stringValue": "Dataset"},
    ]
    found = server.get("/apis/v2beta1/artifacts", params={"filter": json.dumps({"predicates": predicates})})
    assert found == {"artifacts": [data], "total_size": 1}
    for wrong, status in (("none", 404), ("1", 404), (str(2**62), 400), ("9" * 5000, 400)):
        assert server.http.get(f"/apis/v2beta1/artifacts/{wrong}").status_code == status


def test_what_tasks_took_and_made_is_listed_both_ways(server: Server, run: Any) -> None:
    (number,) = details(run)["measure"]["outputs"]["data"]["artifact_ids"]
    data = server.get(f"/apis/v2beta1/artifacts/{number}")["artifact_id"]
    path = "/apis/v2beta1/artifact_tasks"
    of_run = server.get(path, params={"run_ids": run["run_id"], "page_size": 2})
    rest = server.get(path, params={"run_ids": run["run_id"], "page_token": of_run["next_page_token"]})
    uses = [*of_run["artifact_tasks"], *rest["artifact_tasks"]]
    assert of_run["total_size"] == len(uses) == 4
    assert sorted((use["type"], use["key"]) for use in uses) == [
        *[("OUTPUT", "data"), ("OUTPUT", "metrics")],
        *[("TASK_OUTPUT_INPUT", "data")] * 2,
    ]
    assert all(use["producer"] == {"task_name": "measure"} for use in uses)
    takers = {"artifact_ids": data, "run_ids": run["run_id"], "type": "TASK_OUTPUT_INPUT"}
    took = server.get(path, params=takers)["artifact_tasks"]
    assert {use["artifact_id"] for use in took} == {data}
    assert len(took) == 2
    by_task = server.get(path, params={"task_ids": [use["task_id"] for use in took]})["artifact_tasks"]
    assert by_task == took
    assert server.get(path, params={"artifact_ids": data, "type": "COLLECTED_INPUTS"}) == {}
    answer = server.http.get(path)
    assert (answer.status_code, "at least one of" in answer.json()["message"]) == (400, True)


def test_an_input_that_a_loops_task_made_names_the_turn(server: Server) -> None:
    @dsl.pipeline(name="turning")
    def turning() -> None:
        with dsl.ParallelFor([5, 6], name="turns") as count:
            weigh(data=measure(count=count, text="turn").outputs["data"], turn=1)

    run = ended(server, start(server, turning, "turning"))
    tasks = server.get(f"{RUNS}/{run['run_id']}", params={"view": "FULL"})["tasks"]
    producers = [task["inputs"]["artifacts"][0]["producer"] for task in tasks if task["name"] == "weigh"]
    assert producers == [{"task_name": "measure", "iteration": "0"}, {"task_name": "measure", "iteration": "1"}]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "artifacts", 403, 7),
        ("POST", "artifacts:batchCreate", 403, 7),
        ("POST", "artifact_tasks", 403, 7),
        ("POST", "artifact_tasks:batchCreate", 403, 7),
        ("POST", "runs/{run_id}/tasks", 403, 7),
        ("PATCH", "runs/{run_id}/tasks/{task_id}", 403, 7),
        ("POST", "runs/{run_id}/tasks:batchUpdate", 403, 7),
        ("POST", "workflows", 403, 7),
        ("POST", "scheduledworkflows", 403, 7),
        ("POST", "visualizations/{namespace}", 400, 12),
        ("GET", "filters", 400, 12),
    ],
)
def test_what_only_the_engine_does_or_nobody_is_refused(
    server: Server, method: str, path: str, status: int, code: int
) -> None:
    path = f"/apis/v2beta1/{path}"
    answer = server.http.request(method, path, json={} if method != "GET" else None)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert str(status) in server.get("/apis/openapi.json")["paths"][path][method.lower()]["responses"]


def test_whoever_asks_is_authorized(server: Server) -> None:
    asked = {"namespace": "kubeflow", "resources": "VIEWERS", "verb": "GET"}
    assert server.get("/apis/v2beta1/auth", params=asked) == {}
    assert server.http.get("/apis/v2beta1/auth", params={"verb": "SING"}).status_code == 400


@given(st.uuids())
def test_an_ids_number_leads_back_to_it(id_: Any) -> None:
    number = number_of(str(id_))
    assert 0 <= number < 2**63
    assert str(id_).startswith(beginning_of(number))


names = st.from_regex(r"[a-z]([-a-z0-9]{0,5}[a-z0-9])?", fullmatch=True)


@given(st.lists(st.tuples(st.integers(0, 9), names, st.sampled_from(list(Kind))), max_size=12))
def test_every_task_is_found_where_it_was_put(made: list[tuple[int, str, Kind]]) -> None:
    tasks: dict[str, tuple[str, Kind]] = {}
    put: dict[str, tuple[str, str]] = {}  # by id: the parent's id, and the name
    groups = [("run", "", Kind.DAG)]
    for number, (among, name, kind) in enumerate(made):
        parent, around, parent_kind = groups[among % len(groups)]
        turn = parent_kind is Kind.LOOP
        kind = Kind.ITERATION if turn else Kind.DAG if kind is Kind.ITERATION else kind
        name = around.rpartition(".")[2].rpartition("]")[2] if turn else name
        path = f"{around}[{number}]" if turn else f"{around}.{name}" if around else name
        if path in tasks:
            continue
        tasks[path] = (str(number), kind)
        put[str(number)] = (parent, name)
        if kind not in (Kind.RUNTIME, Kind.IMPORTER):
            groups.append((str(number), path, kind))
    found = places("run", tasks)
    assert {id_: (place.parent, place.name) for id_, place in found.items() if id_ != "run"} == put
    assert sorted(child for place in found.values() for child in place.children) == sorted(put)
    assert all("[" not in scope(path) for path in tasks)


def test_the_measuring_pipelines_metric_is_found(server: Server) -> None:
    run = ended(server, start(server, measuring, "metric", text="metric"))
    asked = {"filter": where("type", "EQUALS", "Metric"), "sort_by": "created_at desc"}
    found = server.get("/apis/v2beta1/artifacts", params=asked)
    (number,) = details(run)["measure"]["outputs"]["metrics"]["artifact_ids"]
    assert found["artifacts"][0]["artifact_id"].startswith(beginning_of(int(number)))
