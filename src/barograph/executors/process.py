"""Commands as processes of this machine, each in the environment of its component project."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from barograph.config import Config, image_name
from barograph.environments.environment import Environment, ensure, environment_of
from barograph.environments.project import read_project
from barograph.errors import ConfigurationError, EnvironmentFailed
from barograph.executors.base import Exit, Job

GRACE = 10.0
"""Seconds between asking a process to end and ending it."""

PASSED = (
    *("HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "LC_*", "TZ"),
    *("*_proxy", "*_PROXY", "SSL_CERT_*", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_*", "UV_*"),
    *("AWS_*", "AZURE_*", "CLOUDSDK_*", "GCLOUD_*", "GCSFS_*", "GOOGLE_*", "STORAGE_EMULATOR_HOST"),
    *("CUDA_*", "NVIDIA_*", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "TORCH_HOME", "HF_HOME", "XDG_CACHE_HOME"),
)
"""What a task gets of the shell's environment variables: enough to find programs, networks, credentials, caches and
accelerators. The rest stays out, so that a stray variable of one shell can't change a result."""


class ProcessExecutor:
    """An ``Executor`` for commands on this machine.

    Args:
        config: says which component project an image stands for.
        environ: the shell's environment variables.
    """

    def __init__(self, config: Config, environ: Mapping[str, str] = os.environ) -> None:
        self._config = config
        globs = (*PASSED, *config.pass_env)
        self._passed = {k: v for k, v in environ.items() if any(fnmatchcase(k, glob) for glob in globs)}
        # Once in the life of a run: all its tasks see the source as it was when the first of them asked.
        self._environment = cache(self._find_environment)

    def identify(self, image: str) -> str:
        return self._environment(image).digest

    def process(self, job: Job) -> "LocalProcess":
        environment = self._environment(job.container.image)
        path = f"{environment.bin}{os.pathsep}{self._passed.get('PATH', os.defpath)}"
        env = {
            **self._passed,
            "PATH": path,
            "VIRTUAL_ENV": str(environment.path),
            "TMPDIR": str(job.work / "tmp"),
            "PYTHONUNBUFFERED": "1",
            **job.env,
        }
        return LocalProcess(job, environment, env)

    def _find_environment(self, image: str) -> Environment:
        project = self._config.project_of(image)
        if project is None:
            where = self._config.source or "a barograph.toml beside your pipeline"
            raise ConfigurationError(
                f"nothing says what the image {image!r} is built from. Name its component project in {where}:\n"
                f'  [images]\n  "{image_name(image)}" = "path/of/the/project"'
            )
        return environment_of(read_project(project), self._config.home.environments)


class LocalProcess:
    """A command in a session of its own, so that its whole tree can be ended together."""

    def __init__(self, job: Job, environment: Environment, env: Mapping[str, str]) -> None:
        self._job = job
        self._environment = environment
        self._env = env
        self._terminated = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()  # so that termination finds every process, or keeps it from being started
        self._running: subprocess.Popen[bytes] | None = None

    def wait(self) -> Exit:
        job = self._job
        try:
            ensure(self._environment, job.log, self._run_uv, self._terminated.is_set)
            return Exit(self._run(job.command, job.work, self._env))
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

    def _run_uv(self, arguments: Sequence[str]) -> int:
        environ = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        return self._run(arguments, None, environ)

    def _run(self, command: Sequence[str], folder: Path | None, env: Mapping[str, str]) -> int:
        with self._lock, self._job.log.open("ab") as output:
            if self._terminated.is_set():
                return -signal.SIGTERM
            try:
                self._running = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                what = error.strerror or error
                raise EnvironmentFailed(f"the command {command[0]!r} can't be started: {what}") from error
        code = self._running.wait()
        self._signal(signal.SIGKILL)  # what the command started and left behind ends with it
        return code

    def _kill_after_grace(self) -> None:
        if not self._ended.wait(GRACE):
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._running is not None:
            with suppress(ProcessLookupError, PermissionError):  # the whole group may have ended already
                os.killpg(self._running.pid, number)
