"""Commands called in this process, since Google's client library takes seconds to import, and servers for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from barograph.cli import cli, reporting_errors
from tests.emulators import Bucket, Store, google, new_bucket  # noqa: F401
from tests.submit.pipelines import compiled, training
from tests.submit.registry_server import Registry, registry_server
from tests.submit.vertex_server import VertexServer, vertex_server

PLACE = ("--on", "vertex", "--project", "my-project", "--region", "europe-west1")
PARENT = "/v1/projects/my-project/locations/europe-west1"


@dataclass(frozen=True)
class Called:
    """What came of a command."""

    code: int
    out: str
    err: str


Call = Callable[..., Called]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls ``barograph submit`` with arguments, in a folder without a record."""
    for name in ("KFP_TOKEN", "BAROGRAPH_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN", "KFP_REPOSITORY_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BAROGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str | Path) -> Called:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended, reporting_errors():
            cli.main(["submit", *map(str, arguments)], prog_name="barograph")
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Called(ended.value.code if isinstance(ended.value.code, int) else 0, out, err)

    return called


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The training pipeline, compiled."""
    folder = tmp_path_factory.mktemp("compiled")
    compiled(training, folder)
    return folder / "compiled.yaml"


@pytest.fixture(scope="session")
def text(file: Path) -> str:
    return file.read_text()


@pytest.fixture
def root(google: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:  # noqa: F811
    """A bucket whose owner can't be looked at: Google's client would compare it with what Google's servers say."""
    bucket = new_bucket(google, monkeypatch)
    google.rule = lambda method, path: 403 if method == "GET" and "projection=noAcl" in path else None
    yield bucket
    google.rule = lambda method, path: None


@pytest.fixture
def vertex() -> Iterator[VertexServer]:
    with vertex_server() as found:
        yield found


@pytest.fixture
def registry() -> Iterator[Registry]:
    with registry_server() as found:
        yield found
