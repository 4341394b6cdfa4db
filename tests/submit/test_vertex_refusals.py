"""What Google's servers and libraries refuse, in words that say what is to be done."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.submit.vertex import job_id
from tests.emulators import Bucket
from tests.submit.conftest import PLACE, Call
from tests.submit.vertex_server import NOW, Refused, Request, VertexServer

ACCOUNT = "runner@my-project.iam.gserviceaccount.com"


@pytest.fixture
def options(vertex: VertexServer, root: Bucket) -> tuple[str, ...]:
    return (*PLACE, "--host", vertex.url, "-p", "data_uri=gs://photos", "--pipeline-root", f"{root.uri}/runs")


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (400, "Field: pipeline_spec is invalid", ["Vertex AI refuses it: Field: pipeline_spec is invalid"]),
        (401, "Request had invalid authentication credentials.", ["have expired or are not valid", "--token"]),
        (
            403,
            "Permission 'aiplatform.pipelineJobs.create' denied on resource",
            ["you may not do that in project 'my-project'", "aiplatform.pipelineJobs.create", "roles/aiplatform.user"],
        ),
        (
            403,
            "You do not have permission to act as service_account: " + ACCOUNT,
            [f"you may not run tasks as {ACCOUNT}", "roles/iam.serviceAccountUser"],
        ),
        (
            403,
            "Vertex AI API has not been used in project my-project before or it is disabled.",
            ["not enabled in project 'my-project'", "gcloud services enable aiplatform.googleapis.com"],
        ),
        (404, "The project was not found.", ["neither in project 'my-project' nor in region 'europe-west1'"]),
        (409, "Duplicate.", ["Vertex AI has it already: Duplicate."]),
        (
            429,
            "The following quotas are exceeded: CustomModelTrainingL4GPUsPerProjectPerRegion",
            ["a quota of project 'my-project' in europe-west1 is used up", "TrainingL4GPUs", "iam-admin/quotas"],
        ),
        (500, "Internal error.", ["Vertex AI fails or does not answer in europe-west1: Internal error."]),
    ],
)
def test_an_answer_that_is_no_success_is_one_message_that_says_what_to_do(
    call: Call,
    vertex: VertexServer,
    options: tuple[str, ...],
    file: Path,
    status: int,
    message: str,
    words: list[str],
) -> None:
    def rule(request: Request) -> None:
        raise Refused(status, message)

    vertex.rule = rule
    called = call(file, *options, "--token", "x", "--service-account", ACCOUNT)
    assert called.code == 2
    assert called.out == ""
    for each in words:
        assert each in called.err


def test_without_credentials_it_is_said_how_to_sign_in(
    call: Call, options: tuple[str, ...], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    called = call(file, *options)
    assert called.code == 2
    assert "no credentials of Google's; sign in with `gcloud auth application-default login`" in called.err


def test_the_application_default_credentials_are_used(
    call: Call,
    vertex: VertexServer,
    options: tuple[str, ...],
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(vertex.sign_in(tmp_path)))
    called = call(file, *options)
    assert called.code == 0, called.err
    (request,) = vertex.asked("POST", "/pipelineJobs")
    assert request.headers["authorization"] == "Bearer ya29.granted"
    vertex.grant = ""
    called = call(file, *options)
    assert called.code == 2
    assert "the credentials have expired or are not valid; sign in with `gcloud auth" in called.err


def test_a_host_that_nobody_listens_on_is_said_to_be_out_of_reach(
    call: Call, options: tuple[str, ...], file: Path
) -> None:
    called = call(*PLACE, "--host", "http://127.0.0.1:9", "--token", "x", "--cancel", "run-1")
    assert called.code == 2
    assert called.err == "error: Vertex AI can't be reached: Connection refused\n"


def test_a_run_that_is_not_there_can_t_be_canceled(call: Call, vertex: VertexServer) -> None:
    called = call(*PLACE, "--host", vertex.url, "--token", "x", "--cancel", "run-1")
    assert called.code == 2
    assert "pipelineJobs/run-1 is not found" in called.err


def test_a_server_that_fails_while_waiting_is_asked_again(
    call: Call, vertex: VertexServer, options: tuple[str, ...], file: Path
) -> None:
    failures = [503, 503]

    def rule(request: Request) -> None:
        if request.method == "GET" and "/pipelineJobs/" in request.path and failures:
            raise Refused(failures.pop(), "busy")

    vertex.rule = rule
    called = call(file, *options, "--token", "x", "--wait", "--poll", "0.01s")
    assert called.code == 0, called.err
    assert not failures


@given(st.text(max_size=150))
def test_any_pipeline_s_name_makes_an_id_that_vertex_takes(name: str) -> None:
    import re
    from datetime import datetime

    assert re.fullmatch("[a-z][-a-z0-9]{0,127}", job_id(name, datetime.fromisoformat(NOW), "0a1b"))
