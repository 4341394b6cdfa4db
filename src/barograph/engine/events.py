"""What is told while a run goes on."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from barograph.store.records import Link, Run, Task


@dataclass(frozen=True)
class RunChanged:
    """The run is in another state."""

    run: Run


@dataclass(frozen=True)
class TaskChanged:
    """A task is in another state; ``outputs`` are its artifacts once it has ended well."""

    task: Task
    outputs: tuple[Link, ...] = ()


Event: TypeAlias = RunChanged | TaskChanged


class Listener(Protocol):
    """Somebody who is told. Called in the engine's own thread: it must not block."""

    def tell(self, event: Event) -> None:
        """Take note of ``event``."""


class Nobody:
    """A listener for whom nothing needs to be told."""

    def tell(self, event: Event) -> None:
        """Do nothing."""
