"""`barograph pipeline`, and `barograph run` of what it keeps."""

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format

from barograph.ir import parse_spec
from tests.conftest import Workspace
from tests.registry.texts import text, with_platform
from tests.server.conftest import Server, new_folder, serving

SOURCE = """
from kfp import dsl

@dsl.component(base_image="probe:test", install_kfp_package=False)
def shout(text: str) -> str:
    return text.upper()

@dsl.pipeline(name="shouting")
def shouting(text: str = "rain") -> str:
    return shout(text=text).output
"""


@pytest.fixture
def greeting(workspace: Workspace) -> Workspace:
    """A workspace with compiled pipelines."""
    for word in ("hello", "bye"):
        (workspace.path / f"{word}.yaml").write_text(with_platform(word))
    return workspace


def said(workspace: Workspace, *arguments: str) -> str:
    """What a command of the registry prints."""
    ended = workspace.barograph("pipeline", *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def read(workspace: Workspace, *arguments: str) -> Any:
    """The same as JSON."""
    return json.loads(said(workspace, *arguments, "--json"))


def tags(workspace: Workspace) -> dict[str, dict[str, str]]:
    return {each["name"]: each["tags"] for each in read(workspace, "versions", "greeting")}


def test_an_upload_is_listed_and_shown(greeting: Workspace) -> None:
    assert said(greeting, "list").startswith("No pipelines yet.")
    assert said(greeting, "upload", "hello.yaml", "--version", "v1", "--tag", "stage=test", "--description", "hi")
    assert said(greeting, "list").splitlines()[1].split()[:3] == ["greeting", "1", "v1"]
    (pipeline,) = read(greeting, "list")
    assert (pipeline["name"], pipeline["versions"]) == ("greeting", 1)
    (version,) = read(greeting, "versions", "greeting")
    assert (version["name"], version["tags"], version["description"]) == ("v1", {"stage": "test"}, "hi")
    assert version["digest"].removeprefix("sha256:")[:12] in said(greeting, "versions", "greeting")
    shown = said(greeting, "show", "greeting")
    for word in ("v1", "stage=test", version["digest"], "hi", "name", "STRING", "you", "Whom to greet."):
        assert word in shown
    found = read(greeting, "show", "greeting:stage=test")
    assert found["id"] == version["id"]
    assert set(found["pipeline_spec"]) == {"pipeline_spec", "platform_spec"}


def test_an_upload_again_says_so(greeting: Workspace) -> None:
    assert said(greeting, "upload", "hello.yaml", "--version", "v1") == "uploaded greeting:v1\n"
    again = "greeting:v1 is there already, with the same text\n"
    assert said(greeting, "upload", "hello.yaml", "--version", "v1") == again
    assert said(greeting, "upload", "hello.yaml") == again
    other = said(greeting, "upload", "hello.yaml", "--version", "v2")
    assert other == "uploaded greeting:v2, with the same text as greeting:v1\n"
    assert read(greeting, "upload", "hello.yaml", "--version", "v2")["is_new"] is False
    refused = greeting.barograph("pipeline", "upload", "bye.yaml", "--version", "v1")
    assert refused.returncode == 2
    assert "versions never change; choose another name" in refused.stderr


def test_a_python_file_and_an_archive_are_uploaded_as_well(greeting: Workspace) -> None:
    (greeting.path / "shouting.py").write_text(SOURCE)
    assert said(greeting, "upload", "shouting.py").startswith("uploaded shouting:")
    with zipfile.ZipFile(greeting.path / "hello.zip", "w") as archive:
        archive.writestr("pipeline.yaml", text())
    assert said(greeting, "upload", "hello.zip", "--name", "zipped", "--version", "v1") == "uploaded zipped:v1\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["upload", "missing.yaml"], "missing.yaml: there is no such file"),
        (["upload", "barograph.toml"], "barograph.toml: is neither a .yaml"),
        (["upload", "hello.yaml", "--tag", "v1.2"], "such as '.'"),
        (["upload", "hello.yaml", "--name", "n" * 200], "too long"),
        (["upload", "hello.yaml", "--to", "http://127.0.0.1:1"], "http://127.0.0.1:1 can't be reached"),
        (["upload", "hello.yaml", "--to", "nowhere"], "'nowhere' is no server's address"),
        (["show", "greeting"], "there is no pipeline 'greeting'"),
        (["versions", "greeting"], "there is no pipeline 'greeting'"),
        (["tag", "greeting", "latest"], "there is no pipeline 'greeting'"),
        (["delete", "greeting:v1", "--yes"], "there is no pipeline 'greeting'"),
    ],
)
def test_what_can_t_be_done_is_one_message(greeting: Workspace, arguments: list[str], message: str) -> None:
    ended = greeting.barograph("pipeline", *arguments)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_tags_are_given_moved_and_taken(greeting: Workspace) -> None:
    said(greeting, "upload", "hello.yaml", "--version", "v1", "--tag", "prod")
    said(greeting, "upload", "bye.yaml", "--version", "v2")
    assert said(greeting, "tag", "greeting", "prod", "stage=test") == "greeting:v2 has the tags: prod, stage=test\n"
    assert tags(greeting) == {"v2": {"prod": "", "stage": "test"}, "v1": {}}
    assert said(greeting, "tag", "greeting:v2", "--remove", "prod", "--remove", "stage").endswith("tags: none\n")
    assert tags(greeting) == {"v2": {}, "v1": {}}


def test_versions_and_pipelines_are_removed_once_that_is_confirmed(greeting: Workspace) -> None:
    for version, file in (("v1", "hello.yaml"), ("v2", "bye.yaml"), ("v3", "bye.yaml")):
        said(greeting, "upload", file, "--version", version)
    assert greeting.barograph("pipeline", "delete", "greeting:v2", input="n\n").returncode == 1
    assert (
        "removed the version greeting:v2" in greeting.barograph("pipeline", "delete", "greeting:v2", input="y\n").stdout
    )
    assert set(tags(greeting)) == {"v1", "v3"}
    assert said(greeting, "delete", "greeting", "--yes") == "removed the pipeline greeting and its versions (2)\n"
    assert read(greeting, "list") == []


def test_a_run_is_started_from_the_registry(workspace: Workspace) -> None:
    (workspace.path / "shouting").mkdir()
    (workspace.path / "shouting.py").write_text(SOURCE)
    version = read(workspace, "upload", "shouting.py", "--version", "v1", "--tag", "prod")
    for reference in ("shouting", "shouting:v1", "shouting:prod"):
        ended = workspace.barograph("run", reference, "-p", "text=snow")
        assert ended.returncode == 0, ended.stderr
        run = workspace.outcome("last").run
        assert (run.pipeline_id, run.version_id) == (version["pipeline_id"], version["id"])
        assert (run.pipeline, run.outputs) == ("shouting", {"Output": "SNOW"})
    assert workspace.barograph("run", "shouting.py").returncode == 0
    assert workspace.outcome("last").run.version_id == ""


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("nothing", "nothing: there is neither a file nor a pipeline of that name"),
        ("nothing:v1", "nothing:v1: there is neither a file nor a pipeline of that name"),
        ("greeting:v2", "the pipeline 'greeting' has no version or tag 'v2'"),
        ("nothing.yaml", "nothing.yaml: there is no such file"),
        ("folder/nothing", "folder/nothing: there is no such file"),
    ],
)
def test_a_run_of_what_is_not_there_says_what_was_looked_for(greeting: Workspace, reference: str, message: str) -> None:
    said(greeting, "upload", "hello.yaml", "--version", "v1")
    ended = greeting.barograph("run", reference)
    assert ended.returncode == 2
    assert message in ended.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[Server]:
    """A server with a registry of its own."""
    with serving(new_folder(tmp_path_factory.mktemp("server") / "workspace", environments)) as found:
        yield found


def test_an_upload_goes_to_a_server(greeting: Workspace, server: Server) -> None:
    upload = ("upload", "hello.yaml", "--to", f"{server.url}/", "--name", "sent/ü:1")
    assert said(greeting, *upload, "--version", "v1", "--tag", "stage=test", "--description", "hi").startswith(
        "uploaded"
    )
    pipeline = server.get("/apis/v2beta1/pipelines/names/sent%2F%C3%BC%3A1")
    path = f"/apis/v2beta1/pipelines/{pipeline['pipeline_id']}/versions"
    (version,) = server.get(path)["pipeline_versions"]
    assert (version["name"], version["tags"], version["description"]) == ("v1", {"stage": "test"}, "hi")
    again = read(greeting, *upload, "--version", "v1", "--tag", "team=photos")
    assert (again["id"], again["is_new"]) == (version["pipeline_version_id"], False)
    assert again["tags"] == {"stage": "test", "team": "photos"}
    by_digest = read(greeting, *upload)
    assert (by_digest["name"], by_digest["is_new"]) == (by_digest["digest"].removeprefix("sha256:")[:12], True)
    refused = greeting.barograph("pipeline", "upload", "bye.yaml", *upload[2:], "--version", "v1")
    assert refused.returncode == 2
    assert "versions never change; choose another name" in refused.stderr
    assert read(greeting, "list") == []


def test_a_tag_moves_from_one_version_of_a_server_to_another(greeting: Workspace, server: Server) -> None:
    for version, file in (("v1", "hello.yaml"), ("v2", "bye.yaml"), ("v1", "hello.yaml")):
        uploaded = read(greeting, "upload", file, "--to", server.url, "--version", version, "--tag", "latest")
    assert uploaded["tags"] == {"latest": ""}
    there = server.workspace
    assert tags(there) == {"v2": {}, "v1": {"latest": ""}}
    assert there.barograph("pipeline", "show", "greeting:latest").stdout.splitlines()[1].split() == ["version:", "v1"]


def test_a_server_that_writes_a_pipeline_anew_has_the_same_version(greeting: Workspace, server: Server) -> None:
    spec = parse_spec(with_platform())
    documents = [json.dumps(json_format.MessageToDict(message)) for message in (spec.pipeline, spec.platform)]
    (there := greeting.path / "anew.yaml").write_text("\n---\n".join(documents))
    first = read(greeting, "upload", str(there), "--to", server.url, "--name", "anew", "--version", "v1")
    second = read(greeting, "upload", "hello.yaml", "--to", server.url, "--name", "anew", "--version", "v1")
    assert (second["id"], second["is_new"]) == (first["id"], False)


def test_what_a_server_refuses_is_said_in_its_words(greeting: Workspace, server: Server) -> None:
    resolver = text().replace('container: {image: "probe:test", command: [echo, hello]}', "resolver: {}")
    (greeting.path / "resolver.yaml").write_text(resolver)
    refused = greeting.barograph("pipeline", "upload", "resolver.yaml", "--to", server.url, "--name", "refused")
    assert refused.returncode == 2
    assert f"{server.url} refuses this:" in refused.stderr
    assert "resolver" in refused.stderr
    wrong = greeting.barograph("pipeline", "upload", "hello.yaml", "--to", f"{server.url}/elsewhere")
    assert wrong.returncode == 2


def test_a_server_that_needs_a_token_is_sent_it(greeting: Workspace, tmp_path: Path, environments: Path) -> None:
    folder = new_folder(tmp_path / "server", environments)
    with serving(folder, environ={"BAROGRAPH_TOKEN": "a-token-that-nobody-guesses"}) as server:
        upload = ("upload", "hello.yaml", "--to", server.url, "--version", "v1")
        refused = greeting.barograph("pipeline", *upload)
        assert refused.returncode == 2
        assert "give a token with --token" in refused.stderr
        assert said(greeting, *upload, "--token", "a-token-that-nobody-guesses") == "uploaded greeting:v1\n"


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, b'{"message": "who are you?"}', "does not let you in: who are you?; give a token with --token"),
        (500, b'{"error_message": "broken"}', "answers 500: broken"),
        (502, b"<html>", "is no server of KFP's API: it answers 502"),
        (301, b"", "is no server of KFP's API: it answers 301"),
        (200, b"<html>", "is no server of KFP's API: it answers no JSON object"),
        (200, b"[1]", "is no server of KFP's API: it answers no JSON object"),
        (200, b"{}", "is no server of KFP's API: it answers without 'pipeline_id'"),
    ],
)
def test_what_another_server_answers_is_one_message(
    greeting: Workspace, status: int, body: bytes, message: str
) -> None:
    tokens = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append(self.headers["Authorization"])
            self.send_response(status)
            self.send_header("Location", self.path)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        ended = greeting.barograph("pipeline", "upload", "hello.yaml", "--to", url, "--token", "secret")
        thread.join()
    assert ended.returncode == 2
    assert f"{url} {message}" in ended.stderr
    assert tokens == ["Bearer secret"]
