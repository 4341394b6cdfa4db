"""Commands as processes of this machine, each in an environment of its own: its component project's, or packages."""

import errno
import os
import re
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from barograph.config import Config
from barograph.environments.environment import (
    Environment,
    Installs,
    environment_of,
    package_environment,
)
from barograph.environments.kept import LOG
from barograph.environments.project import CONFIG, Project, listed_components, read_project
from barograph.environments.python import python_of
from barograph.errors import BarographError, EnvironmentFailed
from barograph.executors.base import Exit, Job, Mount
from barograph.executors.forkserver import Forked, Forkserver
from barograph.executors.pool import Pool
from barograph.executors.python_task import InstallLayers, PythonTask, recognise
from barograph.ir.graph import Container

GRACE = 10.0
"""Seconds between asking a process to end and ending it."""

PASSED = (
    *("HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "LC_*", "TZ"),
    *("*_proxy", "*_PROXY", "SSL_CERT_*", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_*", "UV_*"),
    *("AWS_*", "AZURE_*", "CLOUDSDK_*", "GCLOUD_*", "GCSFS_*", "GOOGLE_*", "STORAGE_EMULATOR_HOST"),
    *("CUDA_*", "NVIDIA_*", "LD_LIBRARY_PATH", "OMP_*", "TORCH_HOME", "HF_HOME", "XDG_CACHE_HOME"),
)
"""What a task gets of the shell's environment variables: enough to find programs, networks, credentials, caches and
accelerators. The rest stays out, so that a stray variable of one shell can't change a result."""

STARTUP = ("PATH", "PYTHON*", "LANG", "LANGUAGE", "LC_*", "LD_*", "MALLOC_*", "GLIBC_TUNABLES")
"""What decides which interpreter it is, and what it or the C library reads only when it starts. A task that wants
another value than the warm interpreter was started with needs a new one."""

_PIP = re.compile(r"\b(?:ensure)?pip3?\b")
_UV_FROM_PIP = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
}
_WORD_LIMIT = 128 * 1024

Recognised = PythonTask | InstallLayers | None


class ProcessExecutor:
    """An ``Executor`` for commands on this machine, which see the machine's files, and their mounts besides.

    Args:
        config: says which component project an image stands for.
        environ: the shell's environment variables.
    """

    def __init__(self, config: Config, environ: Mapping[str, str] = os.environ) -> None:
        self._config = config
        globs = (*PASSED, *config.pass_env)
        self._passed = {k: v for k, v in environ.items() if any(fnmatchcase(k, glob) for glob in globs)}
        # Once in the life of a run: all its tasks see the source as it was when the first of them asked.
        self._environment_of = cache(partial(_find_environment, config, dict(environ)))
        self._pool = Pool()
        self._finalizer = weakref.finalize(self, self._pool.end)

    def identify(self, container: Container) -> str:
        return self._environment(container).digest

    def notes(self, container: Container) -> tuple[str, ...]:
        note = self._environment(container).note
        return (note,) if note else ()

    def prepare(self, containers: Iterable[Container]) -> None:
        threading.Thread(target=self._prepare, args=(tuple(containers),), daemon=True).start()

    def can_mount(self) -> bool:
        return can_mount()

    def process(self, job: Job) -> "LocalProcess":
        container = job.container
        environment = self._environment(container)
        planned, task = _recognise(container), _recognise(container, job.command)
        if task and (planned is None or planned.installs != task.installs):
            task = None  # its environment is that of the unresolved words
        words = task.rest if isinstance(task, InstallLayers) else job.command
        if isinstance(task, PythonTask) and task.installs:
            words = _without_layers(job.command)
        if not environment.project and _needs_pip(words):
            # An image is anew for each task, an environment is shared: what installs into it needs one of its own.
            environment = _private(environment, job.work)
            task = None
        else:
            self._pool.hold(environment)
        if environment.project and "kfp.dsl.executor_main" in words and "--component_module_path" not in words:
            _list_components(environment.project, job.work)
        usual = self._task_env(environment)
        env = {
            **usual,
            "TMPDIR": str(job.work / "tmp"),
            "PWD": str(job.work),
            **job.env,
        }
        warm = None
        if isinstance(task, PythonTask) and not any(
            usual.get(name) != value and _is_startup(name) for name, value in job.env.items()
        ):
            warm = partial(self._warm, environment, task)
        return LocalProcess(
            replace(job, command=words),
            environment,
            env,
            self._pool,
            warm,
            task if isinstance(task, PythonTask) else None,
        )

    def close(self) -> None:
        self._finalizer()

    def _environment(self, container: Container) -> Environment:
        recognised = _recognise(container)
        return self._environment_of(container.image, recognised.installs if recognised else ())

    def _task_env(self, environment: Environment) -> dict[str, str]:
        path = f"{environment.bin}{os.pathsep}{self._passed.get('PATH', os.defpath)}"
        return {**self._passed, "PATH": path, "VIRTUAL_ENV": str(environment.path), "PYTHONUNBUFFERED": "1"}

    def _warm(self, environment: Environment, task: PythonTask) -> Forkserver | None:
        """The warm interpreter of an environment that is ready; None where there can be none."""
        env = self._task_env(environment) | ({"_KFP_RUNTIME": "true"} if task.runtime else {})
        start = partial(Forkserver, environment.bin / "python3", task.module, env)
        return self._pool.warm((environment.digest, task.module, task.runtime), start)

    def _prepare(self, containers: tuple[Container, ...]) -> None:
        seen = set()
        for container in containers:
            if self._pool.is_closing():
                return
            with suppress(BarographError, OSError):
                environment, task = self._environment(container), _recognise(container)
                private = not environment.project and _needs_pip(_without_layers(_words(container)))
                if private or (environment.digest, task and type(task)) in seen:
                    continue
                seen.add((environment.digest, task and type(task)))
                self._pool.hold(environment)
                path = environment.path
                # Of its own: another process may be making the same environment.
                with NamedTemporaryFile(prefix=f"{path.name}.", suffix=LOG, dir=path.parent) as file:
                    log = Path(file.name)
                    self._pool.ensure(environment, log, partial(self._build, log), self._pool.is_closing)
                if isinstance(task, PythonTask):
                    self._warm(environment, task)

    def _build(self, log: Path, arguments: Sequence[str]) -> int:
        building = self._pool.starter().start(arguments, _uv_env(), Path.cwd(), log)
        while True:
            try:
                return building.wait(0.05).code
            except TimeoutError:
                if self._pool.is_closing():
                    building.signal(signal.SIGKILL)


class LocalProcess:
    """A command in a session of its own, so that its whole tree can be ended together.

    Args:
        job: the command.
        environment: what it runs in.
        env: all of its environment variables.
        pool: what it shares with others.
        warm: gets the warm interpreter that it can be forked from; None where it has to be started anew.
        task: the Python component that the command is, if it can be forked.
    """

    def __init__(
        self,
        job: Job,
        environment: Environment,
        env: Mapping[str, str],
        pool: Pool,
        warm: Callable[[], Forkserver | None] | None = None,
        task: PythonTask | None = None,
    ) -> None:
        self._job = job
        self._environment = environment
        self._env = env
        self._pool = pool
        self._warm = warm
        self._task = task
        self._terminated = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()  # so that termination finds every process, or keeps it from being started
        self._running: Forked | None = None

    def wait(self) -> Exit:
        job = self._job
        try:
            self._pool.ensure(self._environment, job.log, self._run_uv, self._terminated.is_set)
            server = self._warm() if self._warm else None
            if server and self._task:
                return self._fork(server, self._task)
            return self._run(job.command, job.work, self._env, job.mounts)
        finally:
            self._ended.set()

    def terminate(self) -> None:
        with self._lock:
            if self._terminated.is_set():
                self._signal(signal.SIGKILL)
                return
            self._terminated.set()
            self._signal(signal.SIGTERM)
        threading.Thread(target=self._kill_after_grace, daemon=True).start()

    def _fork(self, server: Forkserver, task: PythonTask) -> Exit:
        # A folder of its own, as `mktemp -d` makes one: KFP puts it on the module path.
        path = Path(self._env["TMPDIR"]) / "component" / "ephemeral_component.py"
        arguments = ("--component_module_path", str(path), *task.args)
        env = {**self._env, "_KFP_RUNTIME": "true"} if task.runtime else self._env
        with self._lock:
            if self._terminated.is_set():
                return Exit(-signal.SIGTERM)
            self._running = server.run(
                task.source, path, arguments, env, self._job.work, self._job.log, self._job.mounts
            )
        try:
            return self._running.wait()
        except OSError as error:
            raise EnvironmentFailed(f"no process could be started for it: {error.strerror}") from error

    def _run_uv(self, arguments: Sequence[str]) -> int:
        return self._run(arguments, Path.cwd(), _uv_env()).code

    def _run(self, command: Sequence[str], folder: Path, env: Mapping[str, str], mounts: Sequence[Mount] = ()) -> Exit:
        with self._lock:
            if self._terminated.is_set():
                return Exit(-signal.SIGTERM)
            try:
                self._running = self._pool.starter().start(command, env, folder, self._job.log, mounts)
            except ValueError as error:
                raise EnvironmentFailed(_not_started(command, error)) from error
        try:
            return self._running.wait()
        except OSError as error:
            raise EnvironmentFailed(_not_started(command, error)) from error

    def _kill_after_grace(self) -> None:
        if not self._ended.wait(GRACE):
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._running is not None:
            self._running.signal(number)


@cache
def can_mount() -> bool:
    """Whether a process on this machine can have mounts of its own: on Linux, as root or where users may make
    namespaces."""
    if sys.platform != "linux":
        return False
    probe = [sys.executable, "-I", "-S", str(Path(__file__).with_name("mounts.py"))]
    return subprocess.run(probe, capture_output=True).returncode == 0


def _find_environment(config: Config, environ: Mapping[str, str], image: str, installs: Installs) -> Environment:
    project = config.project_of(image)
    if project is not None:
        return environment_of(read_project(project), config.home.environments, installs)
    python, note = python_of(image, environ)
    return package_environment(python, installs, config.home.environments, note)


def _list_components(project: Project, work: Path) -> None:
    """A containerized component is found through ``kfp_config.ini`` in the working directory, which in its image is
    the project's folder: here it gets one that says where the files are."""
    if listed := listed_components(project.path):
        lines = [f"{name} = {file}" for name, file in listed.items()]
        (work / CONFIG).write_text("\n".join(["[Components]", *lines, ""]), encoding="utf-8")


def _private(environment: Environment, work: Path) -> Environment:
    path = work / "tmp" / "environment"
    moved = {str(environment.path): str(path), str(environment.bin / "python3"): str(path / "bin" / "python3")}
    steps = tuple(tuple(moved.get(argument, argument) for argument in step) for step in environment.steps)
    return replace(environment, path=path, steps=steps)


def _words(container: Container) -> tuple[str, ...]:
    return (*container.command, *container.args)


def _recognise(container: Container, words: tuple[str, ...] | None = None) -> Recognised:
    if any(name.startswith("PIP_") for name, _ in container.env):
        return None  # it tells pip something that uv would not hear
    return recognise(_words(container) if words is None else words)


def _without_layers(words: tuple[str, ...]) -> tuple[str, ...]:
    match recognise(words):
        case InstallLayers(rest=rest):
            return rest
        case PythonTask(args=args):
            return words[-len(args) - 4 :]  # sh -ec SCRIPT SOURCE ARGS...
    return words


def _needs_pip(words: tuple[str, ...]) -> bool:
    return any(_PIP.search(word) for word in words)


def _is_startup(name: str) -> bool:
    return any(fnmatchcase(name, glob) for glob in STARTUP)


def _uv_env() -> dict[str, str]:
    """uv's environment variables: the shell's, and what those tell pip of where packages are."""
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    for pip, uv in _UV_FROM_PIP.items():
        if pip in env:
            # pip separates places by spaces; uv takes those of indexes so, but not those of links.
            env.setdefault(uv, env[pip].replace(" ", ",") if uv == "UV_FIND_LINKS" else env[pip])
    return env


def _not_started(command: Sequence[str], error: Exception) -> str:
    if not command:
        return "it has no command, and nothing says which one its image has"
    if isinstance(error, OSError) and error.errno == errno.E2BIG:
        longest = max(len(os.fsencode(word)) for word in command)
        if longest >= _WORD_LIMIT:
            return (
                f"the command {command[0]!r} can't be started: one of its words has {longest >> 10} KiB, and a command "
                f"line takes {_WORD_LIMIT >> 10} KiB; pass large values as artifacts"
            )
    what = error.strerror if isinstance(error, OSError) else error
    return f"the command {command[0]!r} can't be started: {what or error}"
