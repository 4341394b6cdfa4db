"""Uploading the pipeline: with KFP's own RegistryClient to a repository, and to a server of KFP's API."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.conftest import Server, new_folder, serving
from tests.submit.registry_server import Registry, registry_server
from tests.weather.conftest import Checkout


@pytest.fixture
def registry() -> Iterator[Registry]:
    with registry_server() as found:
        yield found


@pytest.fixture(scope="module")
def checkout(checkouts: Callable[[str], Checkout]) -> Checkout:
    return checkouts("registry")


def test_the_compiled_pipeline_is_uploaded_with_its_version_and_latest(checkout: Checkout, registry: Registry) -> None:
    ended = checkout.call("weather", "upload", "--tag", "blue", "--token", "secret", KFP_REPOSITORY=registry.url)
    assert ended.returncode == 0, ended.stderr
    (upload,) = registry.uploads
    assert upload["tags"] == b"v0.1.0,latest,blue"
    assert upload["content"] == (checkout.path / "build" / "weather.yaml").read_bytes()
    assert registry.tokens == ["Bearer secret"]
    assert f"weather sha256:{hashlib.sha256(upload['content']).hexdigest()}" in ended.stdout


def test_a_refused_upload_is_one_message_with_the_reason(checkout: Checkout, registry: Registry) -> None:
    registry.status = 403
    ended = checkout.call("weather", "upload", KFP_REPOSITORY=registry.url)
    assert ended.returncode == 2
    assert "refused the upload: 403" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[Server]:
    with serving(new_folder(tmp_path_factory.mktemp("server") / "workspace", environments)) as found:
        yield found


def test_the_compiled_pipeline_is_a_version_on_a_server(checkout: Checkout, server: Server) -> None:
    for _ in range(2):
        ended = checkout.call("weather", "upload", "--to", server.url, "--tag", "blue", "--tag", "team=photos")
        assert ended.returncode == 0, ended.stderr
    text = (checkout.path / "build" / "weather.yaml").read_bytes()
    name = f"v0.1.0+{hashlib.sha256(text).hexdigest()[:8]}"
    assert ended.stdout == f"uploaded weather {name}\n"
    shown = server.workspace.barograph("pipeline", "versions", "weather", "--json")
    (version,) = json.loads(shown.stdout)
    assert version["name"] == name
    assert version["tags"] == {"version": "v0.1.0", "latest": "", "blue": "", "team": "photos"}
    for reference in ("latest", "v0.1.0", "version=v0.1.0", "blue"):
        found = server.workspace.barograph("pipeline", "show", f"weather:{reference}", "--json")
        assert json.loads(found.stdout)["id"] == version["id"]


def test_a_token_goes_only_to_the_server_that_it_is_for(checkout: Checkout, registry: Registry) -> None:
    registry.status = 403
    environ = {"KFP_REPOSITORY_TOKEN": "of the repository", "BAROGRAPH_TOKEN": "of the server"}
    ended = checkout.call("weather", "upload", "--to", registry.url, **environ)
    assert ended.returncode == 2
    assert registry.tokens == ["Bearer of the server"]
    assert "Traceback" not in ended.stderr
