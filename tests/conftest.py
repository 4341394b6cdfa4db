"""A workspace of its own for each test: a folder with a barograph.toml, a home and the probe component project."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from kfp import compiler, dsl

from barograph.config import Config, load_config
from barograph.engine.cancellation import Cancellation
from barograph.engine.events import Event
from barograph.engine.request import Options, Request
from barograph.engine.run import execute
from barograph.executors.process import ProcessExecutor
from barograph.ir import build, read_spec
from barograph.ir.values import Value
from barograph.secrets import NO_SECRETS
from barograph.store import Link, Run, Task, open_store
from barograph.store.records import Role
from barograph.store.store import SqlStore
from tests.parallel import pytest_collection_modifyitems, pytest_xdist_make_scheduler  # noqa: F401
from tests.postgres import database_url, postgres  # noqa: F401

PROBE = Path(__file__).parent / "probe"
IMAGE = "probe:test"


def component(function: Callable[..., Any]) -> Any:
    """A Python component in the probe's image."""
    return dsl.component(base_image=IMAGE, install_kfp_package=False)(function)


@dataclass
class Heard:
    """A listener that keeps what it hears, and may do something on the way."""

    then: Callable[[Event], None] = lambda _: None
    events: list[Event] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.then(event)


@dataclass
class Outcome:
    """A run that has ended, and what the record says of it."""

    run: Run
    tasks: dict[str, Task]
    links: list[Link]

    @property
    def states(self) -> dict[str, str]:
        return {path: task.state.value for path, task in self.tasks.items()}

    def artifact(self, path: str, key: str) -> Any:
        """The artifact that a task made."""
        found = [k for k in self.links if (k.task_id, k.role, k.key) == (self.tasks[path].id, Role.OUTPUT, key)]
        return found[0].artifact

    def log(self, path: str) -> str:
        """What a task printed."""
        return Path(self.tasks[path].log).read_text()


@dataclass
class Workspace:
    """A folder to run pipelines in."""

    path: Path

    @property
    def config(self) -> Config:
        return load_config(self.path, {})

    @cached_property
    def store(self) -> SqlStore:
        return open_store(self.config.database_url)

    def close(self) -> None:
        """Close the record, if it was opened here."""
        if "store" in vars(self):
            self.store.database.close()

    def compile(self, pipeline: Any, name: str = "pipeline.yaml") -> Path:
        file = self.path / name
        compiler.Compiler().compile(pipeline, str(file))
        return file

    def run(
        self,
        pipeline: Any,
        parameters: dict[str, Value] | None = None,
        *,
        heard: Heard | None = None,
        cancellation: Cancellation | None = None,
        environ: dict[str, str] | None = None,
        **options: Any,
    ) -> Outcome:
        """Run a pipeline function, or a compiled file, in this process."""
        file = pipeline if isinstance(pipeline, Path) else self.compile(pipeline)
        spec = read_spec(file)
        secrets = options.pop("secrets", NO_SECRETS)
        request = Request(build(spec), spec.text, parameters or {}, Options(**options), secrets)
        executor = ProcessExecutor(self.config, environ or dict(os.environ))
        self.config.home.path.mkdir(exist_ok=True)
        run = execute(request, self.config.home, self.store, executor, heard or Heard(), cancellation)
        return self.outcome(run.id)

    def outcome(self, reference: str) -> Outcome:
        run = self.store.find_run(reference)
        tasks = self.store.tasks(run.id)
        return Outcome(run, {task.path: task for task in tasks}, self.store.links([task.id for task in tasks]))

    def barograph(self, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """Call the command line in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "barograph", *map(str, arguments)],
            cwd=self.path,
            env=self.environ,
            capture_output=True,
            text=True,
            **options,
        )

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start the command line and go on; its output is read from ``stdout``."""
        return subprocess.Popen(
            [sys.executable, "-m", "barograph", *map(str, arguments)],
            cwd=self.path,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def environ(self) -> dict[str, str]:
        return {k: v for k, v in os.environ.items() if k != "BAROGRAPH_HOME"} | {"COLUMNS": "160"}


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environments that the tests make, shared by the processes that run tests, so that each is made once."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "environments"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few photos of each weather condition."""
    from weather.sample import write_sample

    folder = tmp_path_factory.mktemp("sample") / "photos"
    write_sample(folder, photos=132)
    return folder


@pytest.fixture
def workspace(tmp_path: Path, environments: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.delenv("BAROGRAPH_HOME", raising=False)
    folder = tmp_path / "workspace"
    (folder / "home").mkdir(parents=True)
    (folder / "home" / "environments").symlink_to(environments)
    shutil.copytree(PROBE, folder / "probe", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "barograph.toml").write_text('home = "home"\n[images]\n"probe" = "probe"\n')
    monkeypatch.chdir(folder)
    found = Workspace(folder)
    yield found
    found.close()
