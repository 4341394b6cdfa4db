"""Commands as containers of the image that the pipeline names, by the ``docker`` command line.

As on Kubernetes, a container's command replaces the image's entrypoint and its args replace the image's command, and
a limit on memory is a limit: there is no swap beyond it. Of the home, a container sees the artifacts, the runs'
workspaces and its own task's folder, each at its own path: a path means the same inside a container and outside.
"""

import csv
import io
import json
import os
import platform
import subprocess
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from barograph.config import Config
from barograph.errors import BarographError, ConfigurationError, EnvironmentFailed
from barograph.executors.base import Exit, Job, Mount
from barograph.executors.docker_command import Docker, DockerError
from barograph.ir.graph import Container

GRACE = 10
"""Seconds between asking a container to end and ending it."""

PULL = ("missing", "always", "never")

READ_BY_DOCKER = ("DOCKER_*", "HOME", "PATH", "*_PROXY", "*_proxy", "GODEBUG", "SSL_CERT_*", "XDG_*", "SSH_*")
"""Variables that mean something to ``docker`` itself. A container's value for them must not reach it."""


@dataclass(frozen=True)
class DockerOptions:
    """How containers are run.

    Attributes:
        user: ``uid:gid`` or a name; ``image`` for the image's own user; empty for the caller, who owns the home.
        network: of ``docker run --network``; empty for docker's default.
        pull: when an image is pulled: ``missing``, ``always`` or ``never``.
        folders: of this machine, absolute, that containers see at their own paths and can only read.
        host: the daemon's address; empty for what ``DOCKER_HOST`` or docker's context says.
    """

    user: str = ""
    network: str = ""
    pull: str = "missing"
    folders: tuple[str, ...] = ()
    host: str = ""

    def __post_init__(self) -> None:
        if self.pull not in PULL:
            raise ConfigurationError(f"docker: pull is {self.pull!r}; it must be one of {', '.join(PULL)}")
        for folder in self.folders:
            if not Path(folder).is_absolute() or not Path(folder).is_dir():
                raise ConfigurationError(f"docker: there is no folder {folder!r} that containers could see")


@dataclass(frozen=True)
class Image:
    """An image as docker has it."""

    id: str
    working_directory: str


class DockerExecutor:
    """An ``Executor`` for containers.

    Args:
        config: says where the home is.
        options: how containers are run.
        environ: the shell's environment variables; ``docker`` gets them, containers do not.
    """

    def __init__(
        self, config: Config, options: DockerOptions | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._home = config.home
        self._options = options or DockerOptions()
        self._docker = Docker(self._options.host, environ)
        # Once in the life of a run: a tag that moves meanwhile changes nothing.
        self._image = cache(self._find_image)
        self._leftovers = cache(lambda: remove_leftovers(self._home.path, self._docker))

    def identify(self, container: Container) -> str:
        return self._image(container.image).id

    def notes(self, container: Container) -> tuple[str, ...]:
        asked = container.resources
        if asked.accelerator_count in ("", "0"):
            return ()
        what = " ".join(word for word in (asked.accelerator_count, asked.accelerator_type) if word)
        return (f"it asks for accelerators ({what}); containers get none here",)

    def prepare(self, containers: Iterable[Container]) -> None:
        """Nothing is left to do: what ``identify`` knows is here."""

    def can_mount(self) -> bool:
        return True

    def process(self, job: Job) -> "ContainerProcess":
        self._leftovers()
        return ContainerProcess(job, self._docker, self._create)

    def close(self) -> None:
        """Nothing to do: no container outlives its process."""

    def _create(self, job: Job, name: str) -> None:
        image = self._image(job.container.image)
        words = list(job.command)
        env = {"PYTHONUNBUFFERED": "1", **job.env}
        arguments = [
            *("--name", name, "--init", "--pull", "never"),
            *("--log-driver", "none"),  # the output goes straight to the task's log
            *self._labels(job),
            *self._user(job, env),
            *_mounts(self._shared(job)),
            *self._limits(job),
        ]
        if self._options.network:
            arguments += ["--network", self._options.network]
        if not image.working_directory:
            arguments += ["--workdir", str(job.work)]
        if job.container.command and words:
            arguments.append(f"--entrypoint={words.pop(0)}")
        # By name, so that values, secrets among them, are on no command line. Docker's own must not reach docker.
        own = {key for key in env if any(fnmatchcase(key, glob) for glob in READ_BY_DOCKER)}
        arguments += [word for key in env if key not in own for word in ("--env", key)]
        if own:
            arguments += ["--env-file", "/dev/stdin"]
        self._docker(
            *("create", *arguments, image.id, *words),
            env={key: value for key, value in env.items() if key not in own},
            stdin="".join(f"{key}={env[key]}\n" for key in own),
        )

    def _shared(self, job: Job) -> Collection[Mount]:
        """What the container sees of this machine, one mount for each path."""
        ours = [self._home.artifacts, self._home.workspaces, job.work]
        if job.folder is not None:
            ours.append(job.folder)
        for folder in ours:
            folder.mkdir(parents=True, exist_ok=True)  # docker mounts only what is there
        mounts = (
            *(Mount(Path(folder), folder, read_only=True) for folder in self._options.folders),
            *(Mount(folder, str(folder)) for folder in ours),
            *job.mounts,
        )
        return {mount.target: mount for mount in mounts}.values()

    def _labels(self, job: Job) -> list[str]:
        labels = {"home": self._home.path, "log": job.log, "pid": os.getpid(), "machine": platform.node()}
        return [word for key, value in labels.items() for word in ("--label", f"barograph.{key}={value}")]

    def _user(self, job: Job, env: dict[str, str]) -> list[str]:
        user = self._options.user
        if user == "image":
            return []
        if not user:
            user = "0:0" if self._docker.is_rootless else f"{os.getuid()}:{os.getgid()}"
        if user.partition(":")[0] not in ("0", "root"):
            env.setdefault("HOME", str(job.work))  # the image may not know the user, whose home then is /
        return ["--user", user]

    def _limits(self, job: Job) -> list[str]:
        limits = []
        if job.cores:  # docker refuses more than there are
            limits += ["--cpus", f"{min(job.cores, self._docker.info.get('NCPU') or job.cores):.3f}"]
        if job.memory:
            limits += ["--memory", str(job.memory), "--memory-swap", str(job.memory)]
        return limits

    def _find_image(self, reference: str) -> Image:
        try:
            if self._options.pull == "always":
                self._pull(reference)
            found = self._inspect(reference)
            if found is None and self._options.pull == "missing":
                self._pull(reference)
                found = self._inspect(reference)
        except DockerError as error:
            raise ConfigurationError(
                f"docker can't be used: {error}. Install it and start its daemon, or say in DOCKER_HOST where that is"
            ) from error
        if found is None:
            raise ConfigurationError(
                f'docker has no image {reference!r}, and pull = "never" forbids to fetch it. '
                f"Build it with `docker build -t {reference} ...`, or fetch it with `docker pull {reference}`"
            )
        return found

    def _inspect(self, reference: str) -> Image | None:
        try:
            found = json.loads(self._docker("image", "inspect", reference))[0]
        except DockerError as error:
            if "no such image" in str(error).lower():
                return None
            raise
        return Image(found["Id"], (found.get("Config") or {}).get("WorkingDir") or "")

    def _pull(self, reference: str) -> None:
        try:
            self._docker("pull", "--quiet", reference)
        except DockerError as error:
            self._docker("version")  # without a daemon, that is what is wrong
            here = "docker has no image" if self._options.pull == "missing" else "docker can't fetch the image"
            raise ConfigurationError(
                f"{here} {reference!r}; pulling it failed: {error}. Build it with "
                f"`docker build -t {reference} ...`, or see that its name is right and `docker login` has been done"
            ) from error


class ContainerProcess:
    """A command in a container of its own, which is removed once its end has been read."""

    def __init__(self, job: Job, docker: Docker, create: Callable[[Job, str], None]) -> None:
        self._job = job
        self._docker = docker
        self._create = create
        self._name = f"barograph-{uuid4().hex[:16]}"
        self._terminated = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()  # so that termination finds the container started, or keeps it from starting
        self._started = False

    def wait(self) -> Exit:
        if self._terminated.is_set():
            return _TERMINATED
        try:
            self._create(self._job, self._name)
            return self._run()
        except (DockerError, OSError) as error:
            raise EnvironmentFailed(f"a container of {self._job.container.image!r} can't be run: {error}") from error
        except BarographError as error:
            raise EnvironmentFailed(str(error)) from error
        finally:
            self._ended.set()
            with suppress(DockerError):
                self._docker("rm", "--force", "--volumes", self._name)

    def terminate(self) -> None:
        with self._lock:
            words = ("kill",) if self._terminated.is_set() else ("stop", "-t", str(GRACE))
            self._terminated.set()
            if self._started:
                threading.Thread(target=self._until_ended, args=words, daemon=True).start()

    def _until_ended(self, *words: str) -> None:
        # Again and again: docker may be just about to start the container, and finds nothing to end before that.
        while not self._ended.is_set():
            with suppress(DockerError):
                self._docker(*words, self._name)
            self._ended.wait(0.1)

    def _run(self) -> Exit:
        with self._job.log.open("ab") as output:
            start = output.tell()
            with self._lock:
                if self._terminated.is_set():
                    return _TERMINATED
                client = subprocess.Popen(
                    self._docker.command("start", "--attach", self._name),
                    env=self._docker.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                self._started = True
            client.wait()
        state = self._state()
        if state["Running"]:  # the connection broke, the container goes on
            self._docker("wait", self._name)
            state = self._state()
        code = int(state["ExitCode"])
        if state["Error"] or state["StartedAt"].startswith("0001"):
            raise DockerError(state["Error"] or "docker did not start it")
        if code in (126, 127) and (words := self._init_words(start)):
            raise DockerError(words)
        if code == 137 and self._job.memory and not self._terminated.is_set():
            # Docker may miss why a command ended that has only just begun (containerd issue 8180).
            certainty = "" if state["OOMKilled"] else "most likely "
            limit = self._job.container.resources.memory_limit
            if not limit or "{{" in limit:  # a placeholder
                limit = f"{self._job.memory} byte"
            return Exit(code, f"it was killed: {certainty}it used more than its {limit} memory limit")
        return Exit(code)

    def _state(self) -> dict[str, Any]:
        return dict(json.loads(self._docker("inspect", "--format", "{{json .State}}", self._name)))

    def _init_words(self, start: int) -> str:
        """What docker's init printed if it found no command to start; else nothing."""
        with self._job.log.open("rb") as log:
            log.seek(max(start, log.seek(0, os.SEEK_END) - 4096))
            last = log.read().decode(errors="replace").strip().rpartition("\n")[2]
        return last.partition("] ")[2] if last.startswith("[FATAL tini") else ""


_TERMINATED = Exit(-15)  # SIGTERM


def remove_leftovers(home: Path, docker: Docker) -> None:
    """Remove the containers of engines of this home, on this machine, that were killed."""
    with suppress(DockerError):  # whoever needs docker next will say what is wrong
        filters = (f"label=barograph.home={home}", f"label=barograph.machine={platform.node()}", "label=barograph.pid")
        lines = docker(
            *("ps", "--all", "--no-trunc", "--format", '{{.ID}} {{.Label "barograph.pid"}}'),
            *(word for text in filters for word in ("--filter", text)),
        ).splitlines()
        pids = dict(line.split() for line in lines)
        if dead := [id_ for id_, pid in pids.items() if not _is_alive(int(pid))]:
            docker("rm", "--force", "--volumes", *dead)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _mounts(mounts: Collection[Mount]) -> list[str]:
    words = []
    for mount in mounts:
        fields = ["type=bind", f"source={mount.source}", f"target={mount.target}"]
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(fields + ["readonly"] * mount.read_only)  # a path may have commas
        words += ["--mount", line.getvalue()]
    return words
