"""Environments: a virtual environment for each content of a component project, made once by ``uv`` and reused."""

import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from uv import find_uv_bin

from barograph.artifacts.digest import digest_json
from barograph.environments.project import Project
from barograph.errors import EnvironmentFailed


@dataclass(frozen=True)
class Environment:
    """What a task runs in.

    Attributes:
        project: the component project that it is made from.
        digest: ``sha256:...`` of the project's source and lock, the Python version and the platform.
        path: the virtual environment's folder; complete once ``ensure`` has returned.
    """

    project: Project
    digest: str
    path: Path

    @property
    def bin(self) -> Path:
        """The folder of its programs, ``python3`` among them."""
        return self.path / "bin"

    @property
    def is_ready(self) -> bool:
        """Whether it is complete. The mark is written last: a build that was killed leaves none."""
        return (self.path / "ready").is_file()


def environment_of(project: Project, environments: Path) -> Environment:
    """The environment that ``project`` needs, as its files are now, below the folder ``environments``."""
    digest = digest_json(
        {
            "project": project.digest(),
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "platform": f"{sys.platform}-{platform.machine()}",
        }
    )
    name = f"{project.path.name}-{digest.removeprefix('sha256:')[:16]}"
    return Environment(project, digest, environments / name)


def ensure(
    environment: Environment,
    log: Path,
    run: Callable[[Sequence[str]], int],
    canceled: Callable[[], bool],
) -> None:
    """Make ``environment`` if it is not there yet. Two processes that need it make it once.

    Args:
        environment: what is needed.
        log: file to which the progress is added.
        run: runs a command, its output going to the log, and returns its exit code.
        canceled: whether to give up waiting for another process that makes the same environment.

    Raises:
        EnvironmentFailed: it can't be made; the message ends in uv's own last words.
    """
    if environment.is_ready:
        return
    path, project = environment.path, environment.project
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(f"{path}.lock").acquire(cancel_check=canceled)
    except Timeout:
        raise EnvironmentFailed("canceled while another process made its environment") from None
    with lock:
        if environment.is_ready:
            return
        shutil.rmtree(path, ignore_errors=True)
        before = project.digest()
        _say(log, f"making the environment of {project.path.name} in {path}")
        for arguments in _steps(environment):
            start = log.stat().st_size
            if run([find_uv_bin(), *arguments]):
                words = log.read_bytes()[start:].decode(errors="replace").strip().splitlines()[-6:]
                raise EnvironmentFailed(f"its environment could not be made ({path.name}):\n" + "\n".join(words))
        if project.digest() != before:
            raise EnvironmentFailed(f"{project.path} was edited while its environment was made; run again")
        (path / "ready").touch()
        _say(log, "the environment is ready")


def _steps(environment: Environment) -> list[list[str]]:
    """uv's arguments, step by step."""
    project = environment.project
    install = ["pip", "install", "--python", str(environment.bin / "python3")]
    # --reinstall: uv would reuse a build of a local project as long as its pyproject.toml has the same date.
    local = ["--no-deps", "--reinstall", *map(str, (*project.local, project.path))]
    return [
        ["venv", "--python", sys.executable, str(environment.path)],
        [*install, "--require-hashes", "--requirement", str(project.lock)],
        [*install, *local],
    ]


def _say(log: Path, message: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        print(f"[barograph] {message}", file=file)
