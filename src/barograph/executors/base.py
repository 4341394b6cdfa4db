"""The contract between the engine and whatever runs a task's command."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barograph.ir.graph import Container


@dataclass(frozen=True)
class Mount:
    """A file or folder of this machine that a command finds at a path of its own."""

    source: Path
    target: str
    read_only: bool = False


@dataclass(frozen=True)
class Job:
    """A command, ready to be run.

    Attributes:
        container: what the pipeline asks for; its image says what the command runs in.
        command: the words, placeholders replaced.
        env: the pipeline's own environment variables.
        work: a folder of the task's own, with a folder ``tmp`` in it; the current directory.
        log: the file that gets what it prints.
        cores: processors that it may use, 0 where nothing is said.
        memory: bytes that it may use, 0 where nothing is said.
        mounts: what it finds at paths of its own.
        folder: one that it finds at its own path besides those of the home; None for none.
    """

    container: Container
    command: tuple[str, ...]
    env: Mapping[str, str]
    work: Path
    log: Path
    cores: float = 0
    memory: int = 0
    mounts: tuple[Mount, ...] = ()
    folder: Path | None = None


@dataclass(frozen=True)
class Exit:
    """How a process ended.

    Attributes:
        code: its exit code, or the negative number of the signal that ended it.
        words: what is known of the reason beyond that, mostly empty.
    """

    code: int
    words: str = ""


class Process(Protocol):
    """A command that is to be run, or runs."""

    def wait(self) -> Exit:
        """Make ready what the command runs in, run it, and block until it and all it started have ended.

        Raises:
            EnvironmentFailed: what it runs in can't be made ready, or it can't be started.
        """

    def terminate(self) -> None:
        """Ask it to end, and end it after a grace period; asked again, end it at once. Returns at once; may be
        called from any thread, also before ``wait`` or after it."""


class Executor(Protocol):
    """Runs commands. A container is given as the pipeline has it, its placeholders not replaced."""

    def identify(self, container: Container) -> str:
        """The digest of what the container's command would run in, as it is now.

        Raises:
            ConfigurationError: what its image stands for can't be used.
        """

    def notes(self, container: Container) -> tuple[str, ...]:
        """What a person should be told, once, before the container's command runs here; mostly nothing."""

    def prepare(self, containers: Iterable[Container]) -> None:
        """Begin to make ready what the containers run in. Returns at once and never raises: what fails here fails
        again, and is told, when a process needs it."""

    def can_mount(self) -> bool:
        """Whether a command finds the mounts of its job at their paths."""

    def process(self, job: Job) -> Process:
        """The process that will run ``job``; nothing happens before its ``wait``."""

    def close(self) -> None:
        """Let go of everything that is kept for further commands. No process runs any more."""
