"""The contract between the engine and whatever runs a task's command."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barograph.ir.graph import Container


@dataclass(frozen=True)
class Job:
    """A command, ready to be run.

    Attributes:
        container: what the pipeline asks for; its image says what the command runs in.
        command: the words, placeholders replaced.
        env: the pipeline's own environment variables.
        work: a folder of the task's own, with a folder ``tmp`` in it; the current directory.
        log: the file that gets what it prints.
    """

    container: Container
    command: tuple[str, ...]
    env: Mapping[str, str]
    work: Path
    log: Path


@dataclass(frozen=True)
class Exit:
    """How a process ended: its exit code, or the negative number of the signal that ended it."""

    code: int


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
    """Runs commands."""

    def identify(self, image: str) -> str:
        """The digest of what a command with this image would run in, as it is now.

        Raises:
            ConfigurationError: nothing says what the image stands for.
        """

    def process(self, job: Job) -> Process:
        """The process that will run ``job``; nothing happens before its ``wait``."""
