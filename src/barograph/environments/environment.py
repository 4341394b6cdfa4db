"""Environments: a virtual environment for each content of what it is made from, made once by ``uv`` and reused."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from uv import find_uv_bin

from barograph.artifacts.digest import digest_json
from barograph.environments.project import Project
from barograph.environments.python import RUNNING, Python
from barograph.errors import EnvironmentFailed

Installs = tuple[tuple[str, ...], ...]

DESCRIPTION = "environment.json"
READY = "ready"
SEED = "--seed"


@dataclass(frozen=True)
class Environment:
    """What a task runs in.

    Attributes:
        name: what it is called where people see it.
        digest: ``sha256:...`` of all that it is made from, the Python version and the platform.
        path: the virtual environment's folder; complete once ``ensure`` has returned.
        steps: uv's arguments, step by step, that make it.
        note: what a person should know of it, mostly empty.
        project: the component project it is made from, None where it is made from packages.
    """

    name: str
    digest: str
    path: Path
    steps: tuple[tuple[str, ...], ...]
    note: str = ""
    project: Project | None = None

    @property
    def bin(self) -> Path:
        """The folder of its programs, ``python3`` among them."""
        return self.path / "bin"

    @property
    def is_ready(self) -> bool:
        """Whether it is complete. The mark is written last: a build that was killed leaves none."""
        return (self.path / READY).is_file()


def environment_of(project: Project, environments: Path, installs: Installs = ()) -> Environment:
    """The environment that ``project`` needs, as its files are now, below the folder ``environments``.

    Args:
        project: a component project.
        environments: where environments are kept.
        installs: what is installed on top, as ``uv pip install`` takes it.
    """
    content = {"project": project.digest(), **RUNNING.identity(), **({"installs": installs} if installs else {})}
    digest = digest_json(content)
    name = project.path.name
    path = _path(environments, name, digest)
    install = _install(path)
    # --reinstall: uv would reuse a build of a local project as long as its pyproject.toml has the same date.
    local = ("--no-deps", "--reinstall", *map(str, (*project.local, project.path)))
    steps = (
        ("venv", "--python", sys.executable, str(path)),
        (*install, "--require-hashes", "--requirement", str(project.lock)),
        (*install, *local),
        *((*install, *arguments) for arguments in installs),
    )
    return Environment(name, digest, path, steps, project=project)


def package_environment(python: Python, installs: Installs, environments: Path, note: str = "") -> Environment:
    """The environment that holds pip and the packages, as a fresh image of Python after ``pip install`` would.

    Args:
        python: its interpreter.
        installs: arguments of ``uv pip install``, one tuple for each time it is called.
        environments: where environments are kept.
        note: what a person should know of it.
    """
    digest = digest_json({"installs": installs, **python.identity()})
    name = f"python{python.minor}"
    path = _path(environments, name, digest)
    steps = (
        ("venv", SEED, "--python", python.executable, str(path)),
        *((*_install(path), *arguments) for arguments in installs),
    )
    return Environment(name, digest, path, steps, note)


def ensure(
    environment: Environment,
    log: Path,
    run: Callable[[Sequence[str]], int],
    canceled: Callable[[], bool],
    failures: MutableMapping[str, str] | None = None,
) -> None:
    """Make ``environment`` if it is not there yet. Two processes that need it make it once.

    Args:
        environment: what is needed.
        log: file to which the progress is added.
        run: runs a command, its output going to the log, and returns its exit code.
        canceled: whether to give up waiting for another process that makes the same environment.
        failures: why environments could not be made, by digest: one that is there is not tried again, and one that
            can't be made now is added.

    Raises:
        EnvironmentFailed: it can't be made; the message ends in uv's own last words.
    """
    path, project = environment.path, environment.project
    if environment.is_ready:
        os.utime(path / READY)  # when it was last used
        return
    failures = {} if failures is None else failures
    _check(environment, failures)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(f"{path}.lock").acquire(cancel_check=canceled)
    except Timeout:
        raise EnvironmentFailed("canceled while another process made its environment") from None
    with lock:
        if environment.is_ready:
            return
        _check(environment, failures)  # somebody may have tried meanwhile
        shutil.rmtree(path, ignore_errors=True)
        before = project.digest() if project else ""
        _say(log, f"making the environment of {environment.name} in {path}")
        for arguments in environment.steps:
            start = log.stat().st_size
            code = run([find_uv_bin(), *arguments])
            if code and SEED in arguments and not canceled():
                # Without a network there is no pip to be had; most commands do without.
                shutil.rmtree(path, ignore_errors=True)
                code = run([find_uv_bin(), *(argument for argument in arguments if argument != SEED)])
            if code:
                words = log.read_bytes()[start:].decode(errors="replace").strip().splitlines()[-6:]
                said = f"its environment could not be made ({path.name}):\n" + "\n".join(words)
                if not canceled():
                    failures[environment.digest] = said
                raise EnvironmentFailed(said)
        if project and project.digest() != before:
            said = f"{project.path} was edited while its environment was made; run again"
            failures[environment.digest] = said
            raise EnvironmentFailed(said)
        (path / DESCRIPTION).write_text(json.dumps(_description(environment), indent=2) + "\n", encoding="utf-8")
        (path / READY).touch()
        _say(log, "the environment is ready")


def _check(environment: Environment, failures: Mapping[str, str]) -> None:
    if environment.digest in failures:
        raise EnvironmentFailed(failures[environment.digest])


def _description(environment: Environment) -> dict[str, object]:
    return {
        "name": environment.name,
        "digest": environment.digest,
        "steps": environment.steps,
        "note": environment.note,
        "project": str(environment.project.path) if environment.project else None,
    }


def _path(environments: Path, name: str, digest: str) -> Path:
    return environments / f"{name}-{digest.removeprefix('sha256:')[:16]}"


def _install(path: Path) -> tuple[str, ...]:
    return ("pip", "install", "--python", str(path / "bin" / "python3"))


def _say(log: Path, message: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        print(f"[barograph] {message}", file=file)
