"""KFP's PipelineService, through KFP's own clients and over plain HTTP."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kfp_server_api
import pytest
from click.testing import CliRunner
from kfp import dsl
from kfp.cli.cli import cli
from kfp.kubeflow_client import KubernetesBackendConfig, PipelinesClient

from tests.conftest import component
from tests.registry.files import files
from tests.registry.texts import text, with_platform
from tests.server.conftest import Server, new_folder, serving

PIPELINES = "/apis/v2beta1/pipelines"


@component
def say(name: str) -> str:
    return name


@dsl.pipeline(name="from-python")
def from_python(name: str = "you") -> None:
    say(name=name)


@pytest.fixture
def hello(tmp_path: Path) -> str:
    """A compiled pipeline's file."""
    file = tmp_path / "hello.yaml"
    file.write_text(text())
    return str(file)


@pytest.fixture
def bye(tmp_path: Path) -> str:
    """Another's."""
    file = tmp_path / "bye.yaml"
    file.write_text(with_platform("bye"))
    return str(file)


def kfp(server: Server, *arguments: str, answer: str = "") -> Any:
    """Call a command of KFP's own command line; what it prints as JSON, below the addresses of pages."""
    call = ["--endpoint", server.url, "--output", "json", "pipeline", *arguments]
    called = CliRunner().invoke(cli, call, answer, obj={})
    assert called.exit_code == 0, called.output
    found = re.search(r"^[{\[\"].*", called.stdout, re.MULTILINE | re.DOTALL)
    return json.loads(found[0]) if found else None


def test_kfps_client_keeps_pipelines_and_versions(server: Server, hello: str, bye: str) -> None:
    client = server.client
    pipeline = client.upload_pipeline(hello, "kept", "says hello")
    assert (pipeline.name, pipeline.display_name, pipeline.description) == ("kept", "kept", "says hello")
    assert client.get_pipeline_id("kept") == pipeline.pipeline_id
    assert client.get_pipeline(pipeline.pipeline_id) == pipeline
    assert pipeline in client.list_pipelines(page_size=200).pipelines
    version = client.upload_pipeline_version(bye, "v2", pipeline_name="kept", description="says bye")
    assert client.get_pipeline_version(pipeline.pipeline_id, version.pipeline_version_id) == version
    listed = client.list_pipeline_versions(pipeline.pipeline_id, sort_by="created_at desc").pipeline_versions
    assert [each.name for each in listed] == ["v2", "kept"]
    assert listed[0] == version
    client.delete_pipeline_version(pipeline.pipeline_id, version.pipeline_version_id)
    with pytest.raises(kfp_server_api.ApiException, match="has versions"):
        client.delete_pipeline(pipeline.pipeline_id)
    client.delete_pipeline_version(pipeline.pipeline_id, listed[1].pipeline_version_id)
    client.delete_pipeline(pipeline.pipeline_id)
    assert client.get_pipeline_id("kept") is None


def test_kfps_client_keeps_a_pipeline_function(server: Server) -> None:
    client = server.client
    pipeline = client.upload_pipeline_from_pipeline_func(from_python)
    assert pipeline.name == "from-python"
    version = client.upload_pipeline_version_from_pipeline_func(from_python, "again", pipeline_name="from-python")
    assert version.pipeline_spec["pipelineInfo"]["name"] == "from-python"


def test_kfps_command_line_keeps_pipelines(server: Server, hello: str, bye: str) -> None:
    pipeline = kfp(server, "create", hello, "-p", "by-command", "-d", "says hello")
    version = kfp(server, "create-version", bye, "-v", "v2", "-n", "by-command")
    id_, version_id = pipeline["pipeline_id"], version["pipeline_version_id"]
    assert (pipeline["name"], version["name"]) == ("by-command", "v2")
    assert pipeline in kfp(server, "list")
    filter_ = json.dumps({"predicates": [{"operation": 1, "key": "name", "stringValue": "v2"}]})
    assert [each["name"] for each in kfp(server, "list-versions", id_)] == ["v2", "by-command"]
    assert kfp(server, "list-versions", id_, "--filter", filter_) == [version]
    assert kfp(server, "get", id_) == pipeline
    assert kfp(server, "get-version", id_, version_id) == version
    assert kfp(server, "delete-version", id_, version_id, answer="n\n") is None
    for each in kfp(server, "list-versions", id_):
        kfp(server, "delete-version", id_, each["pipeline_version_id"], answer="y\n")
    kfp(server, "delete", id_, answer="y\n")
    assert pipeline not in kfp(server, "list")


def test_kfps_command_runs_in_a_process_of_its_own(server: Server, hello: str) -> None:
    call = ["-c", "from kfp.cli.__main__ import main; main()", "--endpoint", server.url, "pipeline", "create", hello]
    ended = subprocess.run([sys.executable, *call, "-p", "by-process"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert server.client.get_pipeline_id("by-process") in ended.stdout


def test_kubeflows_pipelines_client_keeps_pipelines(server: Server, hello: str, bye: str) -> None:
    client = PipelinesClient(KubernetesBackendConfig(base_url=server.url))
    first = client.upload_pipeline(hello, name="by-name", version="first")
    assert first.display_name == "first"
    second = client.upload_pipeline(bye, name="by-name", version="second", description="says bye")
    assert client.get_pipeline("by-name").pipeline_id == second.pipeline_id
    assert client.get_pipeline_version("by-name", "first").pipeline_version_id == first.pipeline_version_id
    listed = client.list_pipeline_versions("by-name").pipeline_versions
    assert [each.display_name for each in listed] == ["first", "second"]
    assert "by-name" in {each.name for each in client.list_pipelines(page_size=100).pipelines}
    with pytest.raises(ValueError, match="multiple versions"):
        client.delete_pipeline("by-name")
    client.delete_pipeline("by-name", version="second")
    client.delete_pipeline("by-name")
    with pytest.raises(ValueError, match="not found"):
        client.get_pipeline("by-name")


def test_a_version_has_its_pipeline_spec_and_with_it_the_platform_spec(server: Server, hello: str, bye: str) -> None:
    pipeline = server.client.upload_pipeline(hello, "with-specs")
    server.client.upload_pipeline_version(bye, "v2", pipeline_id=pipeline.pipeline_id)
    plain, both = (
        each["pipeline_spec"]
        for each in server.get(f"{PIPELINES}/{pipeline.pipeline_id}/versions")["pipeline_versions"]
    )
    assert plain["pipelineInfo"] == both["pipeline_spec"]["pipelineInfo"] == {"name": "greeting"}
    assert set(both) == {"pipeline_spec", "platform_spec"}


def test_a_pipeline_is_made_without_a_version_and_found_by_its_name(server: Server) -> None:
    made = server.post(PIPELINES, {"displayName": "a/b: ü", "tags": {"team": "photos"}})
    assert (made["name"], made["display_name"]) == ("a/b: ü", "a/b: ü")
    assert server.get(f"{PIPELINES}/names/a%2Fb%3A%20%C3%BC") == made
    assert server.get(f"{PIPELINES}/{made['pipeline_id']}/versions") == {}
    again = server.http.post(PIPELINES, json={"name": "a/b: ü"})
    assert (again.status_code, again.json()["code"]) == (409, 6)
    assert server.http.get(f"{PIPELINES}/names/nothing").status_code == 404


def test_a_pipeline_and_its_versions_are_removed_together(server: Server, hello: str) -> None:
    id_ = server.client.upload_pipeline(hello, "together").pipeline_id
    refused = server.http.delete(f"{PIPELINES}/{id_}")
    assert (refused.status_code, refused.json()["code"]) == (400, 9)
    assert server.http.delete(f"{PIPELINES}/{id_}", params={"cascade": True}).json() == {}
    assert server.http.get(f"{PIPELINES}/{id_}/versions").status_code == 404


def test_what_is_given_of_a_version_is_changed_and_nothing_else(server: Server, hello: str) -> None:
    pipeline = server.client.upload_pipeline(hello, "changed", "as it was")
    pipeline_path = f"{PIPELINES}/{pipeline.pipeline_id}"
    (before,) = server.get(f"{pipeline_path}/versions")["pipeline_versions"]
    path = f"{pipeline_path}/versions/{before['pipeline_version_id']}"

    def patch(path: str, body: dict[str, Any]) -> Any:
        return server.http.patch(path, json=body).raise_for_status().json()

    assert patch(path, {"tags": {"stage": "test", "latest": ""}})["tags"] == {"stage": "test", "latest": ""}
    assert patch(path, {"display_name": "The first"})["tags"] == {"stage": "test", "latest": ""}
    assert patch(path, {"tags": {"stage": "prod"}})["tags"] == {"stage": "prod"}
    assert patch(path, {"tags": {}, "display_name": ""}) == {**before, "display_name": "The first"}
    assert server.get(path) == {**before, "display_name": "The first"}
    changed = patch(pipeline_path, {"description": "as it is", "tags": {"team": "photos"}})
    assert (changed["description"], changed["tags"], changed["name"]) == ("as it is", {"team": "photos"}, "changed")
    for wrong in ({"tags": {"v1.2": ""}}, {"colour": "red"}, {"tags": {"a": 1}}):
        assert server.http.patch(path, json=wrong).status_code == 400
    assert server.http.patch(f"{pipeline_path}/versions/nothing", json={}).status_code == 404


@pytest.mark.parametrize(
    ("predicate", "found"),
    [
        ({"key": "name", "operation": "IS_SUBSTRING", "stringValue": "filtered-"}, ["filtered-a", "filtered-b"]),
        ({"key": "display_name", "operation": 1, "stringValue": "A"}, ["filtered-a"]),
        ({"key": "description", "operation": "EQUALS", "string_value": "the second"}, ["filtered-b"]),
        ({"key": "tags.team", "operation": "EQUALS", "stringValue": "filtered"}, ["filtered-a"]),
        ({"key": "tags.team", "operation": "EQUALS", "stringValue": "nobody"}, []),
        ({"key": "created_at", "operation": "GREATER_THAN", "stringValue": "2100-01-01T00:00:00Z"}, []),
        ({"key": "created_at", "operation": "LESS_THAN", "timestampValue": "2000-01-01T00:00:00Z"}, []),
    ],
)
def test_pipelines_are_filtered(server: Server, predicate: dict[str, Any], found: list[str]) -> None:
    for name, more in (
        ("filtered-a", {"display_name": "A", "tags": {"team": "filtered"}}),
        ("filtered-b", {"display_name": "B", "description": "the second"}),
    ):
        if server.http.get(f"{PIPELINES}/names/{name}").status_code == 404:
            server.post(PIPELINES, {"name": name, **more})
    asked = {"filter": json.dumps({"predicates": [predicate]}), "sort_by": "name"}
    page = server.get(PIPELINES, params=asked)
    assert [each["name"] for each in page.get("pipelines", [])] == found
    assert page.get("total_size", 0) == len(found)


def test_versions_are_filtered_sorted_and_paged(server: Server, hello: str, bye: str) -> None:
    id_ = server.post(PIPELINES, {"name": "paged"})["pipeline_id"]
    for name, file in (("v1", hello), ("v2", bye), ("v3", hello)):
        server.client.upload_pipeline_version(file, name, pipeline_id=id_)

    def names(**asked: Any) -> tuple[list[str], str]:
        page = server.get(f"{PIPELINES}/{id_}/versions", params=asked)
        return [each["name"] for each in page["pipeline_versions"]], page.get("next_page_token", "")

    first, token = names(page_size=2, sort_by="name desc")
    assert (first, names(page_token=token, page_size=2)) == (["v3", "v2"], (["v1"], ""))
    spec = {"key": "pipeline_spec", "operation": "IS_SUBSTRING", "stringValue": "echo, bye"}
    assert names(filter=json.dumps({"predicates": [spec]})) == (["v2"], "")


def test_a_server_fetches_nothing_unless_it_may(server: Server) -> None:
    version = {"name": "v1", "package_url": {"pipeline_url": "http://127.0.0.1:1/pipeline.yaml"}}
    body = {"pipeline": {"name": "fetched"}, "pipeline_version": version}
    refused = server.http.post(f"{PIPELINES}/create", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, 7)
    assert "upload the file" in refused.json()["message"]
    assert server.http.post(f"{PIPELINES}/create", json={"pipeline": {"name": "fetched"}}).status_code == 400


@pytest.fixture(scope="module")
def fetching(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[tuple[Server, str]]:
    """A server that may fetch from another, and the other's address."""
    folder = new_folder(tmp_path_factory.mktemp("fetching") / "workspace", environments)
    with files(inside="http://169.254.169.254/latest/meta-data") as url, serving(folder, "--allow-url", url) as server:
        yield server, url


def test_pipelines_and_versions_are_fetched_from_whom_they_may_be(fetching: tuple[Server, str]) -> None:
    server, url = fetching
    version = {"package_url": {"pipeline_url": f"{url}/a/pipeline.yaml?signature=x"}, "tags": {"stage": "test"}}
    api = kfp_server_api.PipelineServiceApi(kfp_server_api.ApiClient(kfp_server_api.Configuration(server.url)))
    made = api.pipeline_service_create_pipeline_and_version(
        {"pipeline": {"display_name": "fetched", "description": "from afar"}, "pipeline_version": version}
    )
    (first,) = server.get(f"{PIPELINES}/{made.pipeline_id}/versions")["pipeline_versions"]
    assert (first["name"], first["description"], first["tags"]) == ("fetched", "from afar", {"stage": "test"})
    assert first["package_url"] == version["package_url"]
    second = api.pipeline_service_create_pipeline_version(made.pipeline_id, {**version, "name": "again"})
    assert second.pipeline_spec["pipelineInfo"] == {"name": "greeting"}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("{url}/inside", "fetches nothing from http://169.254.169.254:80"),
        ("http://127.0.0.1:1/pipeline.yaml", "fetches nothing from http://127.0.0.1:1"),
        ("file:///etc/passwd", "is no address of a package"),
        ("{url}/large", "larger than 32 MB"),
        ("{url}/missing", "404"),
    ],
)
def test_nothing_else_is_fetched(fetching: tuple[Server, str], path: str, said: str) -> None:
    server, url = fetching
    version = {"package_url": {"pipeline_url": path.format(url=url)}}
    body = {"pipeline": {"name": "not-fetched"}, "pipeline_version": version}
    refused = server.http.post(f"{PIPELINES}/create", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, 3)
    assert said in refused.json()["message"]
    assert server.http.get(f"{PIPELINES}/names/not-fetched").status_code == 404
