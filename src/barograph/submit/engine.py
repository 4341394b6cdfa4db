"""What is asked of an engine, whichever it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from barograph.errors import ConfigurationError
from barograph.states import State
from barograph.submit.job import Job


class Unreachable(ConfigurationError):
    """An engine does not answer, or can't at the moment: the same may be asked again."""


@dataclass(frozen=True)
class Submitted:
    """What an engine has taken on.

    Attributes:
        id: of the run, or of the schedule.
        link: where a browser finds it.
    """

    id: str
    link: str


@dataclass(frozen=True)
class SeenTask:
    """A task as an engine shows it."""

    path: str
    state: State
    started: datetime | None = None
    finished: datetime | None = None
    error: str = ""


@dataclass(frozen=True)
class SeenRun:
    """A run as an engine shows it, with its tasks by the engine's ids: turns of a loop may have one path."""

    id: str
    name: str
    state: State
    error: str = ""
    tasks: Mapping[str, SeenTask] = field(default_factory=dict)


class Engine(Protocol):
    """Something that runs pipelines.

    Every method raises ``ConfigurationError`` with what is to be done where the engine refuses, and ``Unreachable``
    where it does not answer.
    """

    def submit(self, job: Job) -> Submitted:
        """Start a run."""

    def schedule(self, job: Job, cron: str) -> Submitted:
        """Have runs started at the times of a cron expression of five fields."""

    def look(self, run_id: str) -> SeenRun:
        """How a run stands now."""

    def cancel(self, run_id: str) -> None:
        """Ask for a run to be ended; it goes on until the engine has done so."""
