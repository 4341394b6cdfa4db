"""Uploads: what KFP takes is taken, and what is no pipeline is refused with a reason."""

import gzip
import io
import json
import tarfile
import zipfile
from typing import Any

import httpx
import kfp_server_api
import pytest

from tests.registry.texts import text
from tests.server.conftest import Server

PIPELINES = "/apis/v2beta1/pipelines"
HEAD = "# PIPELINE DEFINITION\n# Name: greeting\n"


def zipped(**files: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return package.getvalue()


def tarred(content: str) -> bytes:
    package = io.BytesIO()
    with tarfile.open(fileobj=package, mode="w:gz") as archive:
        entry = tarfile.TarInfo("pipeline.yaml")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content.encode()))
    return package.getvalue()


def upload(server: Server, content: bytes | str, file: str = "pipeline.yaml", **asked: str) -> httpx.Response:
    """Upload a file as a new pipeline; as a version, where ``pipelineid`` is given."""
    path = f"{PIPELINES}/upload_version" if "pipelineid" in asked else f"{PIPELINES}/upload"
    return server.http.post(path, params=asked, files={"uploadfile": (file, content)})


def versions(server: Server, pipeline: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.get(f"{PIPELINES}/{pipeline['pipeline_id']}/versions")["pipeline_versions"]
    return found


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("a.yaml", text().encode()),
        ("a.yml", text().encode()),
        ("a.zip", zipped(pipeline_yaml=text(), readme_md="read me")),
        ("a.tar.gz", tarred(text())),
        ("a.pipeline", zipped(any_yaml=text())),
    ],
)
def test_a_package_of_any_kind_is_a_pipeline_with_a_version(server: Server, file: str, content: bytes) -> None:
    pipeline = upload(server, content, f"of kind {file}").raise_for_status().json()
    assert (pipeline["name"], pipeline["display_name"]) == (f"of kind {file}", f"of kind {file}")
    (version,) = versions(server, pipeline)
    assert (version["name"], version["display_name"]) == (pipeline["name"], pipeline["display_name"])
    assert version["pipeline_spec"]["pipelineInfo"] == {"name": "greeting"}


def test_json_is_taken_as_yaml_is(server: Server) -> None:
    pipeline = upload(server, text().encode(), name="as-yaml").json()
    (version,) = versions(server, pipeline)
    again = upload(server, json.dumps(version["pipeline_spec"]), "pipeline.json", name="as-json").json()
    assert versions(server, again)[0]["pipeline_spec"] == version["pipeline_spec"]


def test_an_upload_says_what_the_pipeline_and_its_version_are_called(server: Server) -> None:
    asked = {
        "name": "described",
        "display_name": "A greeting",
        "description": "says hello",
        "namespace": "kubeflow",
        "tags": '{"team": "photos"}',
        "code_source_url": "https://example.com/greeting.py",
    }
    pipeline = upload(server, text(), **asked).raise_for_status().json()
    (version,) = versions(server, pipeline)
    words = {"name": "described", "display_name": "A greeting", "description": "says hello"}
    assert {key: pipeline[key] for key in words} == {key: version[key] for key in words} == words
    assert (pipeline["tags"], version.get("tags")) == ({"team": "photos"}, None)
    assert version["code_source_url"] == "https://example.com/greeting.py"
    second = upload(
        server, text("bye"), "bye.yaml", pipelineid=pipeline["pipeline_id"], tags='{"stage": "test"}'
    ).json()
    assert (second["name"], second["tags"]) == ("bye.yaml", {"stage": "test"})


def test_a_second_pipeline_of_a_name_is_a_conflict(server: Server) -> None:
    upload(server, text(), name="twice").raise_for_status()
    answer = upload(server, text(), name="twice")
    assert (answer.status_code, answer.json()["code"]) == (409, 6)
    assert "'twice' already" in answer.json()["error_message"]


def test_a_version_never_changes_and_the_same_text_again_is_the_same_version(server: Server) -> None:
    pipeline = upload(server, text(), name="unchanging").json()
    asked = {"pipelineid": pipeline["pipeline_id"], "name": "v2"}
    first = upload(server, text("bye"), **asked).raise_for_status().json()
    assert upload(server, text("bye"), **asked).json() == first
    assert upload(server, text("bye"), **asked, tags='{"stage": "test"}').json() == {**first, "tags": {"stage": "test"}}
    refused = upload(server, text("ciao"), **asked)
    assert (refused.status_code, refused.json()["code"]) == (409, 6)
    assert "versions never change" in refused.json()["error_details"]
    assert len(versions(server, pipeline)) == 2


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        # What upstream's own tests say must be refused, and written anew.
        ("empty_file.yaml", HEAD, "holds no compiled pipeline"),
        ("empty_zip.zip", HEAD, "no valid archive"),
        ("invalid-zip.zip", zipped(pipeline_yaml=text().replace("components", "components_1")), "components_1"),
        ("invalid_yaml.yaml", text().replace("components", "components_1"), "components_1"),
        ("no_name.yaml", text().replace("{name: greeting}", "{name: }"), "has no name"),
        ("wrong_format.png", HEAD, "is neither a .yaml"),
        # And what else is no pipeline.
        ("nothing.yaml", "", "is empty"),
        ("v1.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n", "no `root`"),
        ("broken.yaml", text().replace("comp-say}", "comp-bye}"), "comp-bye"),
        ("text.yaml", b"\xff\xfe", "no UTF-8 text"),
        ("damaged.tar.gz", tarred(text())[:-40], "no valid tar.gz"),
        ("two.zip", zipped(a_yaml=text(), b_yaml=text()), "several YAML files"),
        ("aliases.yaml", "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{n}: &{n} [{', '.join(['*' + m] * 10)}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True)
        ), "1,000,000 values"),
        ("deep.yaml", "[" * 10_000, "levels deep"),
        ("bomb.zip", zipped(pipeline_yaml="#" * (40 * 2**20)), "more than 32 MB"),
        ("bomb.tar.gz", gzip.compress(bytes(40 * 2**20), mtime=0), "more than 32 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)  # fmt: skip
def test_what_is_no_pipeline_is_refused(server: Server, file: str, content: bytes | str, said: str) -> None:
    answer = upload(server, content, file, name="never-kept")
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert said in answer.json()["error_message"]
    assert "Traceback" not in answer.text
    assert server.http.get(f"{PIPELINES}/names/never-kept").status_code == 404


def test_what_could_never_run_here_is_refused_by_its_name(server: Server) -> None:
    resolver = text().replace('container: {image: "probe:test", command: [echo, hello]}', "resolver: {}")
    answer = upload(server, resolver, name="never-kept")
    assert answer.status_code == 400
    assert "resolver" in answer.json()["error_message"]


def test_more_than_an_upload_may_be_is_refused(server: Server) -> None:
    answer = upload(server, b"#" * (33 * 2**20))
    assert answer.status_code == 413
    assert "32 MB" in answer.json()["message"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "n" * 129}, "too long"),
        ({"name": " "}, "needs a name"),
        ({"tags": "no json"}, "tags are no JSON object"),
        ({"tags": '{"a": 1}'}, "tags are no JSON object"),
        ({"tags": '{"v1.2": ""}'}, "such as '.'"),
        ({"pipelineid": ""}, "pipelineid is missing"),
    ],
)
def test_what_is_said_of_an_upload_is_checked(server: Server, asked: dict[str, str], said: str) -> None:
    answer = upload(server, text(), **asked)
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert said in answer.json()["error_message"]


def test_a_version_needs_a_pipeline(server: Server) -> None:
    assert upload(server, text(), pipelineid="nothing").status_code == 404


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"uploadfile": "x"}},
        {"data": {"uploadfile": "x"}},
        {"files": {"other": ("pipeline.yaml", text())}},
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {},
    ],
)
def test_what_is_no_upload_is_refused(server: Server, request_: dict[str, Any]) -> None:
    answer = server.http.post(f"{PIPELINES}/upload", **request_)
    assert (answer.status_code, answer.json()["code"]) == (400, 3)


def test_kfps_upload_client_sends_tags_and_reads_errors(server: Server, tmp_path: Any) -> None:
    file = tmp_path / "greeting.yaml"
    file.write_text(text())
    api = kfp_server_api.PipelineUploadServiceApi(kfp_server_api.ApiClient(kfp_server_api.Configuration(server.url)))
    pipeline = api.upload_pipeline(str(file), name="by-api", tags=json.dumps({"team": "photos"}))
    assert pipeline.tags == {"team": "photos"}
    version = api.upload_pipeline_version(str(file), name="v2", pipelineid=pipeline.pipeline_id, display_name="Two")
    assert (version.name, version.display_name) == ("v2", "Two")
    with pytest.raises(kfp_server_api.ApiException) as refused:
        api.upload_pipeline(str(file), name="by-api")
    assert refused.value.status == 409
