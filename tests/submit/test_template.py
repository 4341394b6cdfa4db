"""Templates of a repository of Kubeflow Pipelines format, through KFP's own RegistryClient."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp.registry import ApiAuth, RegistryClient

from barograph.errors import ConfigurationError, NotFoundError
from barograph.submit.template import Template, fetch_template, parse_template
from tests.emulators import Bucket
from tests.submit.conftest import PLACE, Call
from tests.submit.registry_server import Registry
from tests.submit.vertex_server import VertexServer


@pytest.fixture
def version(registry: Registry, file: Path) -> str:
    """The digest of the training pipeline, which is uploaded with two tags as KFP's client does it."""
    client = RegistryClient(registry.url, ApiAuth("of the uploader"))
    return str(client.upload_pipeline(str(file), tags=["v1", "latest"])[1])


def test_a_template_is_found_by_tag_and_by_digest(registry: Registry, version: str, text: str) -> None:
    for asked in ("v1", "latest", version):
        template = parse_template(f"{registry.url}/training/{asked}")
        assert fetch_template(template, "of the reader") == text
        assert registry.asked[-1] == f"/project/repository/training/{asked}"
        assert registry.tokens[-1] == "Bearer of the reader"
    assert registry.uploads[0]["tags"] == b"v1,latest"


def test_a_template_s_address_is_submitted_like_a_file(
    call: Call, registry: Registry, version: str, vertex: VertexServer, root: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KFP_REPOSITORY_TOKEN", "of the repository")
    options = (*PLACE, "--host", vertex.url, "--token", "of vertex", "--pipeline-root", root.uri)
    called = call(f"{registry.url}/training/v1", *options, "-p", "data_uri=gs://photos")
    assert called.code == 0, called.err
    assert registry.tokens[-1] == "Bearer of the repository"
    (request,) = vertex.asked("POST", "/pipelineJobs")
    assert request.headers["authorization"] == "Bearer of vertex"
    assert request.body["pipelineSpec"]["pipelineInfo"] == {"name": "training"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "the token is missing or has expired; give the repository's token in KFP_REPOSITORY_TOKEN"),
        (403, "you may not read it; it takes roles/artifactregistry.reader on the repository"),
        (429, "the repository's quota is used up for now; try again later"),
        (500, "the repository fails: 500"),
        (418, "the repository refuses: 418"),
    ],
)
def test_a_refusal_says_what_to_do(call: Call, registry: Registry, status: int, words: str) -> None:
    registry.status = status
    called = call(f"{registry.url}/training/v1", "--on", "vertex")
    assert called.code == 2
    assert called.err.startswith(f"error: {registry.url}/training/v1: {words}")


def test_a_tag_that_is_not_there_is_said_so(registry: Registry, version: str) -> None:
    with pytest.raises(NotFoundError, match="there is no package 'training' with 'v2' there"):
        fetch_template(parse_template(f"{registry.url}/training/v2"))


def test_a_repository_that_nobody_serves_is_said_to_be_out_of_reach() -> None:
    with pytest.raises(ConfigurationError, match="the repository can't be reached: Connection refused"):
        fetch_template(parse_template("http://127.0.0.1:9/project/repository/training/v1"))


def test_artifact_registry_is_asked_with_google_s_credentials_and_without_them_that_is_said(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    called = call("https://europe-west1-kfp.pkg.dev/my-project/my-repository/weather/latest", "--on", "vertex")
    assert called.code == 2
    assert "there are no credentials of Google's; sign in with `gcloud auth application-default login`" in called.err


part = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=1)


@given(part, part, part, st.one_of(part, st.integers(0, 2**256 - 1).map(lambda number: f"sha256:{number:064x}")))
def test_an_address_is_read_as_it_is_written(project: str, repository: str, package: str, version: str) -> None:
    address = f"https://europe-west1-kfp.pkg.dev/{project}/{repository}/{package}/{version}"
    template = parse_template(address)
    assert template == Template(f"https://europe-west1-kfp.pkg.dev/{project}/{repository}", package, version)
    assert template.address == address


@pytest.mark.parametrize(
    "address", ["https://host", "https://host/package/tag", "https://host/a b/c/d", "ftp://h/a/b/c"]
)
def test_what_is_no_template_s_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="is no template's address; give one such as"):
        parse_template(address)
