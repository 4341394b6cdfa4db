"""A real server in a process of its own, on a home of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import kfp
import pytest

from tests.conftest import PROBE, Workspace
from tests.waiting import wait_until


@dataclass
class Server:
    """A server that runs, and the folder that it runs in."""

    workspace: Workspace
    process: subprocess.Popen[str]
    url: str
    http: httpx.Client = field(repr=False)

    @property
    def client(self) -> kfp.Client:
        """KFP's own client."""
        return kfp.Client(host=self.url)

    def get(self, path: str, **options: Any) -> Any:
        """What a GET gives: JSON."""
        return self._said(self.http.get(path, **options))

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """What a POST of JSON gives: JSON."""
        return self._said(self.http.post(path, json=body, **options))

    def _said(self, answer: httpx.Response) -> Any:
        assert answer.is_success, f"{answer.status_code}: {answer.text}"
        return answer.json()


@contextmanager
def serving(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> Iterator[Server]:
    """Start ``barograph server`` in a folder, and end it after the block; what it says is in ``server.log``."""
    workspace, log = Workspace(folder), folder / "server.log"
    log.touch()
    before = log.stat().st_size
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "barograph", "server", "--port", "0", *arguments],
            cwd=folder,
            env={**workspace.environ, **(environ or {})},
            stderr=stderr,
            text=True,
        )
    try:
        wait_until(lambda: process.poll() is not None or "listens on" in log.read_text()[before:])
        found = re.search(r"listens on (http://[^\s\"]+)", log.read_text()[before:])
        assert found, f"the server ended: {log.read_text()}"
        with httpx.Client(base_url=found[1], timeout=30) as http:
            yield Server(workspace, process, found[1], http)
    finally:
        process.terminate()
        if process.wait() != -signal.SIGKILL:  # else the test is about what goes on
            end_workers(folder)
        workspace.close()


def workers(folder: Path) -> list[int]:
    """The processes that run, or wait for, a run of the home in ``folder``."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words, environ = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
        except OSError:
            continue
        if b"barograph.server.worker" in words and f"BAROGRAPH_HOME={folder}/home\0".encode() in environ:
            found.append(int(entry.name))
    return found


def end_workers(folder: Path) -> None:
    """Cancel the runs of the home in ``folder`` that go on without a server."""
    for process in workers(folder):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    wait_until(lambda: not workers(folder))


def new_folder(folder: Path, environments: Path, database: str = "") -> Path:
    """A folder with a barograph.toml, a home and the probe component project."""
    (folder / "home").mkdir(parents=True)
    (folder / "home" / "environments").symlink_to(environments)
    shutil.copytree(PROBE, folder / "probe", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "barograph.toml").write_text(f'home = "home"\ndatabase = "{database}"\n[images]\n"probe" = "probe"\n')
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, environments: Path
) -> Iterator[Server]:
    """A server that the tests of a module share, on each kind of database: what they make has names of its own."""
    os.environ.pop("BAROGRAPH_HOME", None)
    folder = tmp_path_factory.mktemp("server") / "workspace"
    with ExitStack() as stack:
        database = ""
        if request.param == "postgresql":
            database = stack.enter_context(request.getfixturevalue("postgres").database())
        yield stack.enter_context(serving(new_folder(folder, environments, database)))
