"""Kubeflow Pipelines and Barograph: KFP's own client, against a Barograph server that serves KFP's API for real."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import kfp_server_api
import pytest

from barograph.states import State
from barograph.submit.engine import SeenRun
from barograph.submit.kubeflow import KUBEFLOW, seen_run
from tests.server.conftest import Server, new_folder, serving
from tests.submit.answers import answering
from tests.submit.conftest import Call
from tests.submit.pipelines import PLATFORM

TOKEN = "the-token-of-this-server"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[Server]:
    folder = new_folder(tmp_path_factory.mktemp("server") / "workspace", environments)
    os.environ.pop("BAROGRAPH_HOME", None)
    with serving(folder, environ={"BAROGRAPH_TOKEN": TOKEN}) as found:
        found.http.headers.update(HEADERS)
        yield found


@pytest.fixture
def options(server: Server) -> tuple[str, ...]:
    return ("--host", server.url, "--token", TOKEN, "-p", "data_uri=gs://photos")


def run_of(server: Server, id: str) -> Any:
    return server.get(f"/apis/v2beta1/runs/{id}")


@pytest.mark.parametrize(
    ("on", "screen"), [("barograph", "/runs/{}"), ("kubeflow", "/#/runs/details/{}")], ids=["barograph", "kubeflow"]
)
def test_a_run_is_submitted_waited_for_and_told_about(
    call: Call, server: Server, options: tuple[str, ...], file: Path, on: str, screen: str
) -> None:
    more = ("-p", "epochs=2", "-p", "sizes=[3]", "--experiment", f"Of {on}", "--name", "first", "--no-cache")
    called = call(file, "--on", on, *options, *more, "--wait", "--poll", "0.1s")
    assert called.code == 0, called.err
    assert called.err == ""
    first, link, *lines = called.out.splitlines()
    id = first.split()[1]
    assert first == f"run {id} (first)"
    assert link == server.url + screen.format(id)
    told = [line.partition(" ")[2].partition(" after ")[0] for line in lines]
    assert told[-1] == f"run {id} SUCCEEDED"
    ended = [line for line in told if line.endswith(("SUCCEEDED", "SKIPPED")) and not line.startswith("run ")]
    done = ("prep-data", "train-model", "say", "say-2", "inner", "inner.say")
    assert sorted(ended) == sorted([*(f"{task} SUCCEEDED" for task in done), "condition-1 SKIPPED"])
    run = run_of(server, id)
    assert run["runtime_config"]["parameters"].items() >= {"data_uri": "gs://photos", "epochs": 2, "sizes": [3]}.items()
    experiment = server.get(f"/apis/v2beta1/experiments/{run['experiment_id']}")
    assert experiment["display_name"] == f"Of {on}"
    again = call(file, "--on", on, *options, *more, "--wait", "--poll", "0.1s", "--json")
    said = [json.loads(line) for line in again.out.splitlines()]
    assert said[0]["event"] == "submitted"
    assert {"event": "task", "run": said[0]["id"], "path": "train-model", "state": "SUCCEEDED"} in said
    assert said[-1] == {"event": "run", "id": said[0]["id"], "name": "first", "state": "SUCCEEDED"}


def test_a_failed_run_ends_with_1_and_says_which_task_failed(call: Call, options: tuple[str, ...], file: Path) -> None:
    called = call(file, "--on", "barograph", *options, "-p", "epochs=0", "--wait", "--poll", "0.1s")
    assert called.code == 1
    assert "train-model FAILED" in called.out
    assert "its command ended with exit code 1" in called.out
    assert called.out.splitlines()[-1].split()[3].startswith("FAILED")


def test_accelerators_and_the_platform_spec_arrive(
    call: Call, server: Server, options: tuple[str, ...], file: Path, tmp_path: Path
) -> None:
    with_platform = tmp_path / "platform.yaml"
    with_platform.write_text(file.read_text() + PLATFORM)
    machine = ("--accelerator", "train_model=nvidia.com/gpu:1", "--cpu", "train_model=2")
    called = call(with_platform, "--on", "kubeflow", *options, *machine, "--json")
    assert called.code == 0, called.err
    spec = run_of(server, json.loads(called.out)["id"])["pipeline_spec"]
    container = spec["pipeline_spec"]["deploymentSpec"]["executors"]["exec-train-model"]["container"]
    assert container["resources"]["accelerator"]["resourceType"] == "nvidia.com/gpu"
    named = spec["platform_spec"]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert set(named) == {"exec-train-model"}


def test_a_schedule_is_a_recurring_run_in_kfp_s_dialect(
    call: Call, server: Server, options: tuple[str, ...], file: Path
) -> None:
    called = call(file, "--on", "barograph", *options, "--schedule", "30 6 * * 1-5", "--name", "each morning")
    assert called.code == 0, called.err
    first, link = called.out.splitlines()
    id = first.split()[1]
    assert first == f"schedule {id} (each morning): 30 6 * * 1-5 in UTC"
    assert link == f"{server.url}/recurring-runs/{id}"
    made = server.get(f"/apis/v2beta1/recurringruns/{id}")
    assert made["trigger"]["cron_schedule"]["cron"] == "0 30 6 * * 1-5"
    assert made["runtime_config"]["parameters"] == {"data_uri": "gs://photos"}


def test_a_pipeline_of_the_registry_is_submitted_by_its_name(
    call: Call, server: Server, options: tuple[str, ...], file: Path
) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "barograph", "pipeline", "upload", str(file), "--name", "kept", "--tag", "blue"],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    for source in ("kept", "kept:blue"):
        called = call(source, "--on", "barograph", *options, "--json")
        assert called.code == 0, called.err
        assert run_of(server, json.loads(called.out)["id"])["runtime_config"]["parameters"]
    called = call("lost", "--on", "barograph", *options)
    assert "lost: there is neither a file nor a pipeline of that name" in called.err


def test_interrupted_waiting_leaves_the_run_going_and_says_how_to_end_it(
    server: Server, options: tuple[str, ...], file: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "barograph", "submit", str(file), "--on", "barograph", *options]
    waiting = subprocess.Popen(
        [*command, "--wait", "--poll", "60s"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background has them ignore it, and so their children.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert waiting.stdout is not None
    id = waiting.stdout.readline().split()[1]
    assert "/runs/" in waiting.stdout.readline()
    waiting.stdout.readline()  # how it stands: now it waits
    waiting.send_signal(signal.SIGINT)
    _, err = waiting.communicate()
    assert waiting.returncode == 130
    assert "Traceback" not in err
    advice = f"barograph submit --on barograph --host {server.url} --cancel {id}"
    assert err == f"\nthe run goes on; to end it: {advice}\n"
    assert run_of(server, id)["state"] in ("PENDING", "RUNNING", "SUCCEEDED")


@pytest.mark.parametrize("on", ["kubeflow", "barograph"])
def test_a_wrong_token_is_said_with_the_variable_for_it(call: Call, server: Server, file: Path, on: str) -> None:
    variable = {"kubeflow": "KFP_TOKEN", "barograph": "BAROGRAPH_TOKEN"}[on]
    called = call(file, "--on", on, "--host", server.url, "-p", "data_uri=gs://x", "--token", "wrong")
    assert called.code == 2
    assert called.err == (
        f"error: {server.url}: the token is missing, wrong or has expired; give one with --token or in {variable}\n"
    )


def test_each_engine_s_token_is_its_own(
    call: Call, server: Server, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = (file, "--host", server.url, "-p", "data_uri=gs://x")
    monkeypatch.setenv("BAROGRAPH_TOKEN", TOKEN)
    assert call(*given, "--on", "barograph").code == 0
    assert call(*given, "--on", "kubeflow").code == 2
    monkeypatch.setenv("KFP_TOKEN", TOKEN)
    assert call(*given, "--on", "kubeflow").code == 0


def test_a_run_is_ended_by_its_id(call: Call, server: Server, options: tuple[str, ...], file: Path) -> None:
    id = json.loads(call(file, "--on", "barograph", *options, "--json").out)["id"]
    called = call("--on", "barograph", *options[:4], "--cancel", id)
    if called.code == 0:  # it had not ended by itself yet
        assert called.out == f"run {id} is being canceled\n"
    called = call("--on", "barograph", *options[:4], "--cancel", "none-such")
    assert called.code == 2
    assert f"error: {server.url}: there is no such thing" in called.err


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            403,
            {"code": 7, "message": "User 'me' is not authorized"},
            "you may not do that there: User 'me' is not auth",
        ),
        (404, "<html>not here</html>", "Is it a server of Kubeflow Pipelines?"),
        (409, {"code": 6, "message": "Already exists."}, "it is there already: Already exists."),
        (429, {"code": 8, "message": "Slow down."}, "too much was asked of it; try again later: Slow down."),
        (400, {"code": 3, "message": "Invalid input."}, "the server refuses: Invalid input."),
        (503, "no healthy upstream", "the server fails: 503 no healthy upstream"),
        (200, "<html>sign in</html>", "does not answer as a server of Kubeflow Pipelines does"),
    ],
)
def test_a_refusal_is_one_message(call: Call, file: Path, status: int, body: Any, words: str) -> None:
    with answering(status, body) as url:
        called = call(file, "--on", "kubeflow", "--host", url, "-p", "data_uri=gs://x", "--namespace", "me")
    assert called.code == 2
    assert words in called.err
    assert called.out == ""


def test_a_server_that_is_not_there_is_said_to_be_out_of_reach_at_once(call: Call, file: Path) -> None:
    called = call(file, "--on", "kubeflow", "--host", "http://127.0.0.1:9", "-p", "data_uri=gs://x")
    assert called.code == 2
    assert called.err == "error: http://127.0.0.1:9 can't be reached: Connection refused\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--on kubeflow needs --host, the server's address"),
        (("--host", "x", "--project", "p"), "--project means nothing with --on kubeflow, only on vertex"),
        (
            ("--host", "x", "--pipeline-root", "runs"),
            "--pipeline-root runs is on this machine; give gs://... or s3://...",
        ),
        (("--host", "x", "--spot"), "--spot means nothing with --on kubeflow, only on vertex"),
        (("--host", "x", "--label", "a=b"), "--label means nothing with --on kubeflow, only on vertex"),
        (
            ("--host", "x", "--accelerator", "say=NVIDIA_L4"),
            "'NVIDIA_L4' is Vertex AI's word; Kubernetes has nvidia.com",
        ),
        (
            ("--host", "x", "-p", "epochs=3"),
            "parameter 'data_uri' (STRING) needs a value: give it with -p data_uri=...",
        ),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    call: Call, file: Path, arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KF_PIPELINES_ENDPOINT", raising=False)
    given = () if any("epochs" in each for each in arguments) else ("-p", "data_uri=gs://x")
    called = call(file, "--on", "kubeflow", *given, *arguments)
    assert called.code == 2
    assert words in called.err


def test_what_is_to_be_run_is_asked_for(call: Call) -> None:
    assert "say what is to be run" in call("--on", "barograph", "--host", "http://127.0.0.1").err


def test_kubeflow_s_own_steps_are_no_tasks() -> None:
    names = {"1": "training-x7k2p", "2": "root-driver", "3": "root", "4": "train-model-driver", "5": "train-model"}
    details = [
        kfp_server_api.V2beta1PipelineTaskDetail(task_id=id, display_name=name, state="RUNNING", parent_task_id="")
        for id, name in {**names, "6": "executor"}.items()
    ]
    run = kfp_server_api.V2beta1Run(
        run_id="1",
        display_name="first",
        state="PAUSED",
        run_details=kfp_server_api.V2beta1RunDetails(task_details=details),
    )
    seen = seen_run(run, KUBEFLOW.steps)
    assert seen.state is State.RUNNING
    assert {id: task.path for id, task in seen.tasks.items()} == {"1": "training-x7k2p", "5": "train-model"}


def test_a_run_of_which_nothing_is_known_yet_is_pending() -> None:
    run = kfp_server_api.V2beta1Run(run_id="1", display_name="first", state=None, run_details=None)
    assert seen_run(run, KUBEFLOW.steps) == SeenRun("1", "first", State.PENDING)
